//! What the batch size did, by itself and apart from the number of updates.

use host::text::duration;
use study::{Comparison, Results, comparison::SAME};

use super::{experiments, range};
use crate::analysis::{
    Experiment, Level,
    insights::{equivalence, factors},
};

pub(super) fn of(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    for experiment in experiments(results, &["batch_size"], &[]) {
        let comparison = Comparison::of(experiment);
        sentences.extend(range(experiment, &comparison));
        sentences.extend(factors::trend(experiment, &comparison));
        if comparison.levels().len() > 1 {
            sentences.push(
                "At equal epochs, twice the batch size means half as many updates, each from a \
                 less noisy mean gradient: this experiment \
                 alone cannot tell the one from the other."
                    .to_owned(),
            );
        }
    }
    for experiment in experiments(results, &["batch_size"], &["epochs"]) {
        let comparison = Comparison::of(experiment);
        sentences.extend(range(experiment, &comparison));
    }
    sentences.extend(experiments(results, &["batch_size"], &["learning_rate"]).flat_map(scaled));
    for factors in [["learning_rate", "batch_size"], ["batch_size", "learning_rate"]] {
        for experiment in experiments(results, &factors, &[]) {
            sentences.extend(factors::scaling(experiment, &Comparison::of(experiment)));
        }
    }
    sentences
}

/// What is left of the batch size if the learning rate is in proportion.
fn scaled(experiment: &Experiment) -> Vec<String> {
    let comparison = Comparison::of(experiment);
    let levels = comparison.levels();
    let mut sentences: Vec<String> = range(experiment, &comparison).into_iter().collect();
    if !equivalence::all_same(&comparison) {
        return sentences;
    }
    sentences.push(format!(
        "In proportion to each other, learning rate and batch size gave the same accuracy within \
         {} points at every size: half as \
         many steps, each twice as long, get equally far while the gradient changes little (Goyal \
         et al. 2017, \
         https://arxiv.org/abs/1706.02677; Smith and Le 2018, https://arxiv.org/abs/1710.06451; \
         where that ends: Shallue et al. \
         2019, https://arxiv.org/abs/1811.03600).",
        SAME * 100.0
    ));
    let seconds = |level: &&&Level| level.seconds().map_or(f64::INFINITY, |sample| sample.mean);
    let fastest = levels.iter().min_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    let slowest = levels.iter().max_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    if let (Some(fastest), Some(slowest)) = (fastest, slowest)
        && seconds(&fastest) < seconds(&slowest)
    {
        sentences.push(format!(
            "What remains is time: {} took {} of training on average, {} took {}.",
            fastest.label,
            duration(seconds(&fastest)),
            slowest.label,
            duration(seconds(&slowest))
        ));
    }
    sentences
}
