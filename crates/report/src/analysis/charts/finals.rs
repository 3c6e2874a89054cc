//! Final accuracies against the factors.

use run::{Epoch, config::value_name};

use super::{
    colors::Colors,
    error_bars,
    factor_axis::{laid_out, numbers},
};
use crate::{
    analysis::levels::{Experiment, Level, level_at, valid_percent},
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
    let curve = |name: &str, look, value: fn(&Epoch) -> f64| {
        let levels = places.iter().zip(&experiment.levels);
        let samples = levels.map(|(place, level)| (*place, level.last(value)));
        error_bars::curve(name.to_owned(), look, samples)
    };
    let training = |epoch: &Epoch| epoch.fitted().accuracy() * 100.0;
    let curves = vec![
        curve("training rows", TRAINING, training),
        curve("validation rows", VALIDATION, valid_percent),
    ];
    error_bars::chart(experiment.design.full_title(), x, "accuracy (%)", curves)
}

/// The places of the levels of a single factor, and their axis.
fn places(experiment: &Experiment) -> Option<(Vec<f64>, Axis)> {
    let [factor] = &experiment.design.factors[..] else { return None };
    let design = &experiment.design;
    let numbers = experiment.numbers();
    let name = |level: &Level| match numbers {
        Some(_) => value_name(&level.values[0]),
        // The settings that vary along distinguish equal values.
        None => design.value_in_words(&design.factor_value(&level.values, 0)),
    };
    let names = experiment.levels.iter().map(name).collect();
    Some(laid_out(factor, numbers, names))
}

/// Final validation accuracy against one factor, a curve for each value of the other. A factor of
/// numbers lies along the axis, the first of two.
fn of_two(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let design = &experiment.design;
    let factor =
        (0..2).find(|factor| numbers(&experiment.factor_values(*factor)).is_some()).unwrap_or(0);
    let (along, across) = (experiment.factor_values(factor), experiment.factor_values(1 - factor));
    let names = along.iter().map(|value| design.value_in_words(value)).collect();
    let (places, x) = laid_out(&design.factors[factor], numbers(&along), names);
    let looks = colors.of_factor(experiment, 1 - factor);
    let curves = across.iter().zip(looks).map(|(other, look)| {
        let samples = along.iter().zip(&places).map(|(value, place)| {
            let level = level_at(experiment, factor, value, other);
            (*place, level.and_then(|level| level.last(valid_percent)))
        });
        error_bars::curve(design.in_words(1 - factor, other), look, samples)
    });
    error_bars::chart(design.full_title(), x, "accuracy (%)", curves.collect())
}
