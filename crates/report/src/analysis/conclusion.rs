//! The conclusion of a study, from the [`Findings`] of all its experiments: the effect of each
//! factor on training and on the final result, its cause, what to choose, and the limits of the
//! study. Every sentence is computed; a mechanism is named where the runs show what it explains.

mod batch_size;
mod learning_rate;
mod limits;
mod regularization;

use host::text::duration;
use study::Results;

use super::{
    findings::Findings,
    levels::{Level, valid_accuracy},
};
use crate::words::{distance, few, percent, same};

/// The findings of a study.
#[derive(Debug)]
pub struct StudyFindings<'a> {
    /// The results of its trials.
    pub results: &'a Results,
    /// The findings of its experiments, in order.
    pub experiments: Vec<Findings<'a>>,
    /// The conclusion from all findings.
    pub conclusion: Vec<Topic>,
}

/// A topic of the conclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its title.
    pub title: &'static str,
    /// Its sentences, in order; at least one.
    pub sentences: Vec<String>,
}

impl<'a> StudyFindings<'a> {
    /// Computes the findings of a study.
    pub fn of(results: &'a Results) -> Self {
        let experiments: Vec<Findings> = results.experiments.iter().map(Findings::of).collect();
        let topics = [
            ("Learning rate", learning_rate::of(&experiments)),
            ("Batch size", batch_size::of(&experiments)),
            ("Dropout and layer normalization", regularization::of(&experiments)),
            ("Recommendations", experiments.iter().filter_map(choice).collect()),
            ("Limits of this study", limits::of(results, &experiments)),
        ];
        let topics = topics.into_iter().filter(|(_, sentences)| !sentences.is_empty());
        let conclusion = topics.map(|(title, sentences)| Topic { title, sentences }).collect();
        Self { results, experiments, conclusion }
    }
}

/// The experiments that vary exactly these factors, and these settings along with them.
fn varying<'a>(
    findings: &'a [Findings<'a>],
    factors: &[&str],
    along: &[&str],
) -> impl Iterator<Item = &'a Findings<'a>> {
    findings.iter().filter(move |findings| {
        let design = &findings.experiment.design;
        design.factors == factors && design.along == along
    })
}

/// The mean of the final validation accuracy of a level, over its seeds.
fn mean(level: &Level) -> f64 {
    level.last(valid_accuracy).map_or(f64::NAN, |sample| sample.mean)
}

/// The mean seconds of training of a level.
fn seconds(level: &Level) -> f64 {
    level.seconds().map_or(f64::INFINITY, |sample| sample.mean)
}

/// The highest and the lowest of the compared levels, and their difference.
fn range(findings: &Findings) -> Option<String> {
    let comparison = &findings.comparison;
    let [top, .., lowest] = comparison.levels() else { return None };
    let pair = comparison.between(0, comparison.levels().len() - 1)?;
    Some(format!(
        "{}: among the levels compared, the final validation accuracy lies between {} with {} and \
         {} with {}; the two differ by {}{}.",
        findings.experiment.design.full_title(),
        percent(mean(lowest)),
        lowest.label,
        percent(mean(top)),
        top.label,
        distance(&pair.difference),
        if pair.is_clear { "" } else { ", which is not clear" }
    ))
}

/// The level to choose: the best or the highest, or one that is the same and trains in less time.
fn choice(findings: &Findings) -> Option<String> {
    let comparison = &findings.comparison;
    let levels = comparison.levels();
    let (title, top) = (findings.experiment.design.full_title(), levels.first()?);
    if levels.len() < 2 {
        return None;
    }
    if top.last(valid_accuracy)?.count < 2 {
        return Some(format!("{title}: with a single seed, none can be recommended over another."));
    }
    let timed = |level: &Level| format!("{} ({})", level.label, duration(seconds(level)));
    let mut sentence = format!("{title}: {}", top.label);
    if !comparison.has_best() {
        let close: Vec<String> =
            comparison.close().into_iter().map(|place| timed(levels[place])).collect();
        sentence = format!(
            "{title}: {} is the highest, but not clearly different from {}",
            timed(top),
            few(&close)
        );
    }
    let equal = (1..levels.len())
        .filter(|place| comparison.between(0, *place).is_some_and(|pair| pair.is_same));
    let fastest = equal.map(|place| levels[place]).min_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    if let Some(fastest) = fastest.filter(|fastest| seconds(fastest) < seconds(top)) {
        sentence += &format!(
            "; or {}, which is the same within {} and trained in {} instead of {}",
            fastest.label,
            same(),
            duration(seconds(fastest)),
            duration(seconds(top))
        );
    }
    Some(sentence + ".")
}
