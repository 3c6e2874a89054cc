//! How the learning rate changes, in an experiment in which it does.

use super::{Colors, Experiment, finals::numbers};
use crate::{
    axis::Axis,
    chart::{Chart, Curve, Size, Spread},
    curves::learning_rates,
};

/// The learning rate over the epochs, in parts of its full value, with a curve for each value of
/// the first factor that gives another one. None if no run of the experiment changes it.
pub fn of(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let design = &experiment.design;
    let values = experiment.values(0);
    let looks = colors.of_values(&design.factors[0], numbers(&values).as_deref(), values.len());
    let mut curves: Vec<Curve> = Vec::new();
    for (value, (color, marker)) in values.iter().zip(looks) {
        let mut levels = experiment
            .levels
            .iter()
            .filter(|level| design.factor_value(&level.values, 0) == *value);
        let Some(trial) = levels.find_map(|level| level.trials.first()) else { continue };
        let part = |(epochs, rate): (f64, f64)| (epochs, rate / trial.config.learning_rate);
        let points: Vec<_> = learning_rates(&trial.config).into_iter().map(part).collect();
        if curves.iter().all(|curve| curve.points != points) {
            curves.push(Curve {
                name: design.in_words(0, value),
                color,
                marker,
                points,
                spread: Spread::None,
            });
        }
    }
    curves.iter().flat_map(|curve| &curve.points).any(|(_, part)| *part != 1.0).then(|| Chart {
        title: design.title.clone(),
        subtitle: "learning rate, in parts of its full value".to_owned(),
        x: Axis::whole("epochs done"),
        y: Axis::linear("part of the full learning rate"),
        curves,
        highlight: None,
        size: Size::Full,
    })
}
