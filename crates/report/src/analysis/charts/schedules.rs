//! The learning-rate schedules of an experiment.

use super::{colors::Colors, finals::numbers};
use crate::{
    analysis::levels::Experiment,
    axis::Axis,
    chart::{Chart, Curve},
    curves::learning_rates,
};

/// The learning rate over the epochs, as a fraction of its full value: a curve for each value of
/// the first factor with another schedule. None if the learning rate is constant in every run.
pub fn of(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let design = &experiment.design;
    let values = experiment.factor_values(0);
    let looks = colors.of_values(&design.factors[0], numbers(&values).as_deref(), values.len());
    let mut curves: Vec<Curve> = Vec::new();
    for (value, look) in values.iter().zip(looks) {
        let mut levels = experiment
            .levels
            .iter()
            .filter(|level| design.factor_value(&level.values, 0) == *value);
        let Some(trial) = levels.find_map(|level| level.trials.first()) else { continue };
        let part = |(epochs, rate): (f64, f64)| (epochs, rate / trial.config.learning_rate);
        let points: Vec<_> =
            learning_rates(&trial.config, trial.config.epochs).into_iter().map(part).collect();
        if curves.iter().all(|curve| curve.points != points) {
            curves.push(Curve::new(design.in_words(0, value), look, points));
        }
    }
    curves.iter().flat_map(|curve| &curve.points).any(|(_, part)| *part != 1.0).then(|| Chart {
        title: design.title.clone(),
        subtitle: "learning rate as a fraction of its full value".to_owned(),
        x: Axis::whole("epochs done"),
        y: Axis::linear("fraction of the full learning rate"),
        curves,
        ..Chart::default()
    })
}
