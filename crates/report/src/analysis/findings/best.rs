//! Which level is best: one that is clear of every other. Where there is none, which ones cannot be
//! told from the highest.

use run::{Settings, config::RunConfig, setting};
use study::{Comparison, plan::number};

use super::{
    valid_accuracy,
    words::{accuracy, change, few, percent, short_list},
};
use crate::analysis::{Experiment, Level};

/// The headline, the levels that are not clearly different from the highest, and those clearly below
/// it.
pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Vec<String> {
    let mut sentences = vec![headline(experiment, comparison)];
    sentences.extend(close(comparison));
    sentences.extend(below(comparison));
    sentences
}

/// The best level and its lead, or that there is none.
fn headline(experiment: &Experiment, comparison: &Comparison) -> String {
    let Some((top, sample)) =
        comparison.levels().first().and_then(|top| Some((top, top.last(valid_accuracy)?)))
    else {
        return "No level finished above chance with every seed, so none can be compared."
            .to_owned();
    };
    let ends = format!("{} ends at {}", top.label, accuracy(&sample, "validation accuracy"));
    let Some(runner_up) = comparison.levels().get(1) else {
        return format!("Only one level can be compared: {ends}.");
    };
    if sample.count == 1 {
        let next = runner_up.last(valid_accuracy).map_or(f64::NAN, |sample| sample.mean);
        return format!(
            "The highest: {ends}, then {} at {}. With a single seed, no difference can be \
             distinguished from chance.",
            runner_up.label,
            percent(next)
        );
    }
    if comparison.has_best() {
        best(experiment, comparison, &ends) + &edge(experiment, top)
    } else {
        let close: Vec<String> = comparison
            .close()
            .into_iter()
            .map(|place| comparison.levels()[place].label.clone())
            .collect();
        format!(
            "No level is clearly best: {ends}, the highest, but is not clearly different from {}.",
            few(&close)
        )
    }
}

fn best(experiment: &Experiment, comparison: &Comparison, ends: &str) -> String {
    let levels = comparison.levels();
    let above = |place: usize, what: &str| {
        let pair = comparison.between(0, place)?;
        Some(format!("{} against {what}, {}", change(&pair.difference), levels[place].label))
    };
    let baseline =
        levels.iter().position(|level| is_default(experiment, level)).filter(|place| *place > 1);
    let compared =
        [above(1, "the runner-up"), baseline.and_then(|place| above(place, "the default"))];
    let compared: Vec<String> = compared.into_iter().flatten().collect();
    let mut sentence = format!("Best: {ends}, {}", compared.join(", and "));
    if comparison.between(0, 1).is_some_and(|pair| pair.is_same) {
        sentence += "; though clear, the difference is too small to matter";
    }
    sentence + "."
}

/// What is known of the levels that cannot be told from the highest.
fn close(comparison: &Comparison) -> Option<String> {
    let close: Vec<String> = comparison
        .close()
        .into_iter()
        .filter(|place| comparison.between(0, *place).is_some_and(|pair| pair.difference.seeds > 1))
        .map(|place| against_the_highest(comparison, place))
        .collect();
    (!close.is_empty()).then(|| {
        format!(
            "Not clearly different from {}: {}.",
            comparison.levels()[0].label,
            short_list(&close)
        )
    })
}

/// Which levels are clearly below the highest.
fn below(comparison: &Comparison) -> Option<String> {
    let clear: Vec<String> = (1..comparison.levels().len())
        .filter(|place| comparison.between(0, *place).is_some_and(|pair| pair.is_clear))
        .map(|place| against_the_highest(comparison, place))
        .collect();
    (!clear.is_empty())
        .then(|| format!("Clearly below {}: {}.", comparison.levels()[0].label, short_list(&clear)))
}

/// A level, and how it differs from the highest.
fn against_the_highest(comparison: &Comparison, place: usize) -> String {
    let label = &comparison.levels()[place].label;
    match comparison.between(place, 0) {
        Some(pair) => format!("{label} ({})", change(&pair.difference)),
        None => label.clone(),
    }
}

/// Whether a level leaves what the experiment varies as it is by default.
fn is_default(experiment: &Experiment, level: &Level) -> bool {
    let value = |config: &RunConfig, field: &String| config.value(field);
    let default = Settings::default().resolve().ok();
    let first = level.trials.first().zip(default.as_ref());
    first.is_some_and(|(trial, default)| {
        experiment.design.fields().all(|field| value(&trial.config, field) == value(default, field))
    })
}

/// That the best level is the smallest or the largest of those tried, where more could be tried.
fn edge(experiment: &Experiment, best: &Level) -> String {
    let (Some(numbers), Some(at)) = (experiment.numbers(), best.values.first().and_then(number))
    else {
        return String::new();
    };
    let name = setting(&experiment.design.factors[0]).map_or("value", |setting| setting.label);
    // There is nothing below none of something, nor below one of what is counted.
    let is_least = at <= 0.0 || (at <= 1.0 && best.values[0].is_integer());
    if numbers.iter().all(|number| *number <= at) {
        format!(" It is the largest {name} tried: a larger one may be better still.")
    } else if numbers.iter().all(|number| *number >= at) && !is_least {
        format!(" It is the smallest {name} tried: a smaller one may be better still.")
    } else {
        String::new()
    }
}
