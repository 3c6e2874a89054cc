//! Final accuracies against the factors.

use run::{Outcome, config::value_name};
use study::stats::Sample;

use super::{
    colors::Colors,
    error_bars,
    factor_axis::{laid_out, numbers},
};
use crate::{
    analysis::levels::{Experiment, Level, level_at},
    axis::Axis,
    chart::Chart,
    curves::{TRAINING, VALIDATION},
};

/// The final accuracy against the factor, or against both.
pub fn finals(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    if experiment.design.factors.len() == 2 {
        of_two(experiment, colors)
    } else {
        of_one(experiment)
    }
}

/// Final training and validation accuracy against the factor.
fn of_one(experiment: &Experiment) -> Option<Chart> {
    let (places, x) = places(experiment)?;
    let curve = |name: &str, look, value: fn(&Level) -> Option<Sample>| {
        let levels = places.iter().zip(&experiment.levels);
        let compared = levels.filter(|(_, level)| level.succeeded());
        let samples = compared.map(|(place, level)| (*place, value(level)));
        error_bars::curve(name.to_owned(), look, samples)
    };
    let training = |level: &Level| level.last(|epoch| epoch.fitted().accuracy() * 100.0);
    let curves = vec![
        curve("training rows, kept epoch", TRAINING, training),
        curve("validation rows, as compared", VALIDATION, endpoint_percent),
    ];
    let (title, lowest) = (experiment.design.full_title(), lowest_compared(experiment));
    error_bars::chart(title, x, "accuracy (%)", lowest, curves)
}

/// The compared accuracy of a level in percent.
pub(super) fn endpoint_percent(level: &Level) -> Option<Sample> {
    let each = level.trials.iter().filter(|trial| trial.summary.outcome == Outcome::Finished);
    let each = each.filter_map(|trial| Some(trial.endpoint(level.averaged)? * 100.0));
    Sample::of(&each.collect::<Vec<_>>())
}

/// The lowest mean of a level that is compared, in percent.
pub(super) fn lowest_compared(experiment: &Experiment) -> Option<f64> {
    let levels = experiment.levels.iter().filter(|level| level.succeeded());
    levels.filter_map(endpoint_percent).map(|sample| sample.mean).reduce(f64::min)
}

/// The places of the levels of a single factor, and their axis.
fn places(experiment: &Experiment) -> Option<(Vec<f64>, Axis)> {
    let [factor] = &experiment.design.factors[..] else { return None };
    let design = &experiment.design;
    let numbers = experiment.numbers();
    let name = |level: &Level| match numbers {
        Some(_) => value_name(&level.values[0]),
        // The settings that vary along distinguish equal values.
        None => design.value_in_words(0, &design.factor_value(&level.values, 0)),
    };
    let names = experiment.levels.iter().map(name).collect();
    Some(laid_out(factor, numbers, names))
}

/// Final validation accuracy against one factor, a curve for each value of the other. A factor of
/// numbers lies along the axis, the first of two.
fn of_two(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let design = &experiment.design;
    let factor = (0..2)
        .find(|factor| {
            numbers(&design.factors[*factor], &experiment.factor_values(*factor)).is_some()
        })
        .unwrap_or(0);
    let (along, across) = (experiment.factor_values(factor), experiment.factor_values(1 - factor));
    let names = along.iter().map(|value| design.value_in_words(factor, value)).collect();
    let (places, x) =
        laid_out(&design.factors[factor], numbers(&design.factors[factor], &along), names);
    let looks = colors.of_factor(experiment, 1 - factor);
    let curves = across.iter().zip(looks).map(|(other, look)| {
        let samples = along.iter().zip(&places).map(|(value, place)| {
            let level = level_at(experiment, factor, value, other);
            (*place, level.filter(|level| level.succeeded()).and_then(endpoint_percent))
        });
        error_bars::curve(design.in_words(1 - factor, other), look, samples)
    });
    let lowest = lowest_compared(experiment);
    error_bars::chart(design.full_title(), x, "validation accuracy (%)", lowest, curves.collect())
}
