//! The curves of all levels of an experiment, over one another.

use run::Epoch;
use study::Completed;

use super::{colors::Colors, cut::Cut};
use crate::{
    analysis::levels::{Experiment, Level, by_epoch, valid_percent},
    axis::Axis,
    chart::{Chart, Curve, Marker, RGBColor, Spread},
};

/// The horizontal axis of the curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Passes over the training rows.
    Epochs,
    /// Updates of the weights, in thousands.
    Updates,
    /// Seconds of training.
    Seconds,
}

const ACCURACY: &str = "validation accuracy (%)";
/// The most curves in one chart.
const MOST_CURVES: usize = 10;
/// A close view shows accuracies at most this far below the best, in percent.
const CLOSE: f64 = 10.0;

/// The validation loss of each level by epoch, with the range over seeds.
pub fn losses(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let curves = curves(experiment, |epoch| epoch.valid.loss(), Against::Epochs, colors)?;
    let cut = Cut::losses(&curves);
    Some(chart(experiment, "validation loss (nats)", curves, Against::Epochs, cut))
}

/// The validation accuracy of each level, with the range over seeds.
pub fn accuracies(experiment: &Experiment, against: Against, colors: &Colors) -> Option<Chart> {
    let curves = curves(experiment, valid_percent, against, colors)?;
    Some(chart(experiment, ACCURACY, curves, against, Cut::none()))
}

/// A close view of the accuracies near the best; none if all are.
pub fn accuracies_closely(
    experiment: &Experiment,
    against: Against,
    colors: &Colors,
) -> Option<Chart> {
    let curves = curves(experiment, valid_percent, against, colors)?;
    let cut = Cut::accuracies(&curves, CLOSE)?;
    Some(chart(experiment, ACCURACY, curves, against, cut))
}

fn chart(
    experiment: &Experiment,
    name: &str,
    curves: Vec<Curve>,
    against: Against,
    cut: Cut,
) -> Chart {
    let x = match against {
        Against::Epochs => Axis::whole("epoch"),
        Against::Updates => Axis::linear("thousand updates of the weights"),
        Against::Seconds => Axis::linear("seconds of training"),
    };
    Chart {
        title: experiment.design.full_title(),
        subtitle: format!("{name}, mean and range over seeds{}", cut.note),
        x,
        y: Axis { limits: cut.limits, ..Axis::linear(name) },
        curves: cut.marked(curves),
        ..Chart::default()
    }
}

/// A curve for each level with an epoch; none if there are too many or no curves.
fn curves(
    experiment: &Experiment,
    value: fn(&Epoch) -> f64,
    against: Against,
    colors: &Colors,
) -> Option<Vec<Curve>> {
    if experiment.levels.len() > MOST_CURVES {
        return None;
    }
    let factor = &experiment.design.factors[0];
    let looks = colors.of_values(factor, experiment.numbers().as_deref(), experiment.levels.len());
    let levels = experiment.levels.iter().zip(looks);
    let curves: Vec<Curve> =
        levels.filter_map(|(level, look)| curve(level, look, value, against)).collect();
    (!curves.is_empty()).then_some(curves)
}

fn curve(
    level: &Level,
    look: (RGBColor, Marker),
    value: fn(&Epoch) -> f64,
    against: Against,
) -> Option<Curve> {
    let place = |trial: &Completed, epoch: &Epoch| match against {
        Against::Epochs => epoch.epoch as f64,
        Against::Updates => trial.spent(epoch.epoch).0,
        Against::Seconds => trial.spent(epoch.epoch).1,
    };
    let unit = if against == Against::Updates { 1e3 } else { 1.0 };
    let (places, values) = (by_epoch(level, place), by_epoch(level, |_, epoch| value(epoch)));
    let points = places.iter().zip(&values).map(|(x, y)| (x.mean / unit, y.mean)).collect();
    let spread = Spread::Band(values.iter().map(|sample| (sample.low, sample.high)).collect());
    (!values.is_empty()).then(|| Curve { spread, ..Curve::new(level.label.as_str(), look, points) })
}
