//! The best level: one that is clearly above every other. Where there is none, the levels that are
//! not clearly different from the highest.

use run::{Settings, config::RunConfig, setting};
use study::{Comparison, comparison::Pair, plan::number};

use crate::{
    analysis::levels::{Experiment, Level, valid_accuracy},
    words::{change, few, hundredths, labels, percent, short_list},
};

/// The headline, the levels that are not clearly different from the highest, and those clearly
/// below it.
pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Vec<String> {
    let levels = comparison.levels();
    let against_the_highest = |start: &str, is_named: fn(&Pair) -> bool| {
        let difference = |place: usize| {
            let pair = comparison.between(place, 0).filter(is_named)?;
            Some(format!("{} ({})", levels[place].label, change(&pair.difference)))
        };
        let named: Vec<String> = (1..levels.len()).filter_map(difference).collect();
        (!named.is_empty()).then(|| format!("{start} {}: {}.", levels[0].label, short_list(&named)))
    };
    let is_close = |pair: &Pair| !pair.is_clear && pair.difference.seeds > 1;
    let close = against_the_highest("Not clearly different from", is_close);
    let below = against_the_highest("Clearly below", |pair| pair.is_clear);
    [Some(headline(experiment, comparison)), close, below].into_iter().flatten().collect()
}

/// The best level and its lead, or that there is none.
fn headline(experiment: &Experiment, comparison: &Comparison) -> String {
    let Some((top, sample)) =
        comparison.levels().first().and_then(|top| Some((top, top.last(valid_accuracy)?)))
    else {
        return "No level finished above chance with every seed, so none can be compared."
            .to_owned();
    };
    let spread = match sample.count {
        1 => "1 seed".to_owned(),
        count => format!("mean of {count} seeds, SD {}", hundredths(sample.deviation)),
    };
    let mean = percent(sample.mean);
    let ends = format!("{} ends at {mean} validation accuracy ({spread})", top.label);
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
        let close = comparison.close();
        let close = labels(close.iter().map(|place| &comparison.levels()[*place]));
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

/// Whether a level has the default value of each setting that the experiment varies.
fn is_default(experiment: &Experiment, level: &Level) -> bool {
    let value = |config: &RunConfig, field: &String| config.value(field);
    let default = Settings::default().resolve().ok();
    let first = level.trials.first().zip(default.as_ref());
    first.is_some_and(|(trial, default)| {
        experiment.design.fields().all(|field| value(&trial.config, field) == value(default, field))
    })
}

/// A note where the best level is the smallest or the largest tried, and more can be tried.
fn edge(experiment: &Experiment, best: &Level) -> String {
    let (Some(numbers), Some(at)) = (experiment.numbers(), best.values.first().and_then(number))
    else {
        return String::new();
    };
    let name = setting(&experiment.design.factors[0]).map_or("value", |setting| setting.label);
    // There is nothing below zero, and nothing below a count of one.
    let is_least = at <= 0.0 || (at <= 1.0 && best.values[0].is_integer());
    if numbers.iter().all(|number| *number <= at) {
        format!(" It is the largest {name} tried: a larger one may be better still.")
    } else if numbers.iter().all(|number| *number >= at) && !is_least {
        format!(" It is the smallest {name} tried: a smaller one may be better still.")
    } else {
        String::new()
    }
}
