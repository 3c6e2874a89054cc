//! The learning-rate schedules of an experiment.

use super::colors::Colors;
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
    let mut curves: Vec<Curve> = Vec::new();
    for (value, look) in experiment.factor_values(0).iter().zip(colors.of_factor(experiment, 0)) {
        let mut levels = experiment
            .levels
            .iter()
            .filter(|level| design.factor_value(&level.values, 0) == *value);
        let Some(trial) = levels.find_map(|level| level.trials.first()) else { continue };
        let rates = learning_rates(&trial.config, trial.config.epochs).into_iter();
        let parts = rates.map(|(epochs, rate)| (epochs, rate / trial.config.learning_rate));
        let curve = Curve::new(design.in_words(0, value), look, parts);
        if curves.iter().all(|other| other.points != curve.points) {
            curves.push(curve);
        }
    }
    curves.iter().flat_map(|curve| &curve.points).any(|point| point.y != 1.0).then(|| Chart {
        title: design.title.clone(),
        subtitle: "learning rate as a fraction of its full value".to_owned(),
        x: Axis::whole("epochs done"),
        y: Axis::linear("fraction of the full learning rate"),
        curves,
        ..Chart::default()
    })
}
