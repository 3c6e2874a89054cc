//! The curves of all levels of an experiment, over one another.

use run::Epoch;
use study::Completed;

use super::{colors::Colors, cut};
use crate::{
    analysis::levels::{Experiment, Level, by_epoch, valid_percent},
    axis::Axis,
    chart::{Chart, Curve, Lines, Look, Point},
};

/// The horizontal axis of the curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Passes over the training rows.
    Epochs,
    /// Updates of the weights, in thousands; only where the batch size varies.
    Updates,
}

/// The most curves in one chart.
const MOST_CURVES: usize = 10;

/// The validation loss of each level by epoch, with the range over seeds.
pub fn losses(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let value = |epoch: &Epoch| epoch.valid.loss();
    let chart = chart(experiment, "validation loss (nats)", value, Against::Epochs, colors)?;
    Some(cut::losses(&chart).unwrap_or(chart))
}

/// The validation accuracy of each level, with the range over seeds, from just below the lowest
/// compared level on.
pub fn accuracies(experiment: &Experiment, against: Against, colors: &Colors) -> Option<Chart> {
    let chart = chart(experiment, "validation accuracy (%)", valid_percent, against, colors)?;
    let Some(lowest) = lowest_last(experiment) else { return Some(chart) };
    Some(cut::accuracies(&chart, lowest).unwrap_or(chart))
}

/// The lowest last validation accuracy of a run whose level is compared, in percent.
pub(super) fn lowest_last(experiment: &Experiment) -> Option<f64> {
    let compared = experiment.levels.iter().filter(|level| level.succeeded());
    let last = compared.filter_map(|level| level.last(valid_percent)).map(|sample| sample.low);
    last.reduce(f64::min)
}

/// A curve for each level with an epoch; none if there are too many or no curves.
fn chart(
    experiment: &Experiment,
    name: &str,
    value: fn(&Epoch) -> f64,
    against: Against,
    colors: &Colors,
) -> Option<Chart> {
    let levels = &experiment.levels;
    let is_told_apart = against == Against::Epochs || experiment.varies_batch_size();
    if levels.len() > MOST_CURVES || !is_told_apart {
        return None;
    }
    let numbers = experiment.numbers();
    let looks = colors.of_values(&experiment.design.factors[0], numbers.as_deref(), levels.len());
    let curves: Vec<Curve> = levels
        .iter()
        .zip(looks)
        .filter_map(|(level, look)| curve(level, look, value, against))
        .collect();
    let x = match against {
        Against::Epochs => Axis::whole("epoch"),
        Against::Updates => Axis::linear("thousand updates of the weights"),
    };
    (!curves.is_empty()).then(|| Chart {
        title: experiment.design.full_title(),
        subtitle: format!("{name}, mean and range over seeds"),
        x,
        y: Axis::linear(name),
        curves,
        ..Chart::default()
    })
}

fn curve(level: &Level, look: Look, value: fn(&Epoch) -> f64, against: Against) -> Option<Curve> {
    let place = |trial: &Completed, epoch: &Epoch| match against {
        Against::Epochs => epoch.epoch as f64,
        Against::Updates => trial.spent(epoch.epoch).0,
    };
    let unit = if against == Against::Updates { 1e3 } else { 1.0 };
    let (places, values) = (by_epoch(level, place), by_epoch(level, |_, epoch| value(epoch)));
    let points = places.iter().zip(&values).map(|(x, y)| Point {
        x: x.mean / unit,
        y: y.mean,
        spread: (y.low, y.high),
    });
    (!values.is_empty()).then(|| Curve::new(level.label.as_str(), look.with(Lines::Band), points))
}
