//! The effect of the batch size, by itself and at equal updates.

use host::text::duration;

use super::{range, seconds, varying};
use crate::{analysis::findings::Findings, words::same};

pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    let mut sentences = Vec::new();
    for findings in varying(findings, &["batch_size"], &[]) {
        sentences.extend(range(findings));
        sentences.extend(findings.effects.trend.clone());
        if findings.comparison.levels().len() > 1 {
            sentences.push(
                "At equal epochs, twice the batch size means half as many updates, each from a \
                 less noisy mean gradient: this experiment alone cannot tell the one from the \
                 other."
                    .to_owned(),
            );
        }
    }
    sentences.extend(varying(findings, &["batch_size"], &["epochs"]).filter_map(range));
    sentences.extend(varying(findings, &["batch_size"], &["learning_rate"]).flat_map(scaled));
    for factors in [["learning_rate", "batch_size"], ["batch_size", "learning_rate"]] {
        let both = varying(findings, &factors, &[]);
        sentences.extend(both.flat_map(|findings| findings.effects.scaling.clone()));
    }
    sentences
}

/// The effect that remains with the learning rate in proportion.
fn scaled(findings: &Findings) -> Vec<String> {
    let mut sentences: Vec<String> = range(findings).into_iter().collect();
    if !findings.all_same() {
        return sentences;
    }
    sentences.push(format!(
        "In proportion to each other, learning rate and batch size gave the same accuracy within \
         {} at every size: half as many steps, each twice as long, get equally far while the \
         gradient changes little (Goyal et al. 2017, https://arxiv.org/abs/1706.02677; Smith and \
         Le 2018, https://arxiv.org/abs/1710.06451; where that ends: Shallue et al. 2019, \
         https://arxiv.org/abs/1811.03600).",
        same()
    ));
    let mut levels = findings.comparison.levels().to_vec();
    levels.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    if let [fastest, .., slowest] = levels[..]
        && seconds(fastest) < seconds(slowest)
    {
        sentences.push(format!(
            "What remains is time: {} took {} of training on average, {} took {}.",
            fastest.label,
            duration(seconds(fastest)),
            slowest.label,
            duration(seconds(slowest))
        ));
    }
    sentences
}
