//! What follows from all experiments together: what each factor did to training and to the final
//! result, why, what to choose, and what the study cannot say. Every sentence is computed; the
//! mechanisms are given where the runs show what they explain.

mod batch_size;
mod learning_rate;
mod limits;
mod regularization;

use host::text::duration;
use study::{Comparison, Results, comparison::SAME};

use super::{
    Experiment, Level,
    insights::{
        valid_accuracy,
        words::{change, few, percent},
    },
};

/// What there is to say about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What it is about.
    pub title: &'static str,
    /// In order; at least one.
    pub sentences: Vec<String>,
}

/// The conclusion of a study, of the factors that it varied.
pub fn of(results: &Results) -> Vec<Topic> {
    let topics = [
        ("Learning rate", learning_rate::of(results)),
        ("Batch size", batch_size::of(results)),
        ("Dropout and layer normalization", regularization::of(results)),
        ("What to choose", choice(results)),
        ("What this study cannot say", limits::of(results)),
    ];
    let told = topics.into_iter().filter(|(_, sentences)| !sentences.is_empty());
    told.map(|(title, sentences)| Topic { title, sentences }).collect()
}

/// The experiments that vary these factors alone, and these settings along.
fn experiments<'a>(
    results: &'a Results,
    factors: &[&str],
    along: &[&str],
) -> impl Iterator<Item = &'a Experiment> {
    let fits = move |experiment: &&Experiment, factors: &[String], along: &[String]| {
        experiment.design.factors == factors && experiment.design.along == along
    };
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (factors, along) = (owned(factors), owned(along));
    results.experiments.iter().filter(move |experiment| fits(experiment, &factors, &along))
}

/// The mean of the final validation accuracy of a level, over its seeds.
fn mean(level: &Level) -> f64 {
    level.last(valid_accuracy).map_or(f64::NAN, |sample| sample.mean)
}

/// Where the highest levels of an experiment lie, and how far the lowest of those compared is
/// below.
fn range(experiment: &Experiment, comparison: &Comparison) -> Option<String> {
    let [top, .., lowest] = comparison.levels() else { return None };
    let pair = comparison.between(0, comparison.levels().len() - 1)?;
    Some(format!(
        "{}: among the levels compared, the final validation accuracy lies between {} with {} and \
         {} with {}; the two differ by \
         {}{}.",
        experiment.design.full_title(),
        percent(mean(lowest)),
        lowest.label,
        percent(mean(top)),
        top.label,
        change(&pair.difference).trim_start_matches('+'),
        if pair.is_clear { "" } else { ", which is not clear" }
    ))
}

/// Which level to take, of each experiment: the best or the highest, or one that is the same and
/// trains in less time.
fn choice(results: &Results) -> Vec<String> {
    results.experiments.iter().filter_map(chosen).collect()
}

fn chosen(experiment: &Experiment) -> Option<String> {
    let comparison = Comparison::of(experiment);
    let levels = comparison.levels();
    let (title, top) = (experiment.design.full_title(), levels.first()?);
    if levels.len() < 2 {
        return None;
    }
    if top.last(valid_accuracy)?.count < 2 {
        return Some(format!("{title}: with a single seed, none can be recommended over another."));
    }
    let seconds = |level: &Level| level.seconds().map_or(f64::INFINITY, |sample| sample.mean);
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
    let same = (1..levels.len())
        .filter(|place| comparison.between(0, *place).is_some_and(|pair| pair.is_same));
    let fastest = same.map(|place| levels[place]).min_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    if let Some(fastest) = fastest.filter(|fastest| seconds(fastest) < seconds(top)) {
        sentence += &format!(
            "; or {}, which is the same within {} points and trained in {} instead of {}",
            fastest.label,
            SAME * 100.0,
            duration(seconds(fastest)),
            duration(seconds(top))
        );
    }
    Some(sentence + ".")
}
