//! The pictures of a report.

mod colors;
mod finals;
mod heat;
mod schedules;
mod united;

use run::{Epoch, Outcome};
use study::Completed;

use super::{Experiment, Level};
use crate::{
    axis::{Axis, Limits},
    chart::{Chart, Curve, Marker, RGBColor, Size, Spread},
    curves::{TRAINING, VALIDATION},
    grid::Grid,
};

pub use colors::Colors;
pub use finals::finals;
pub use heat::of as heat_map;
pub use schedules::of as schedules;
pub use united::of as united;

/// Validation accuracy after an epoch, in percent.
fn accuracy(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy() * 100.0
}

/// The same of training rows.
fn fitted_accuracy(epoch: &Epoch) -> f64 {
    epoch.fitted().accuracy() * 100.0
}

/// What lies along the horizontal axis of overlaid curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Passes over the training rows.
    Epochs,
    /// Updates of the weights, in thousands.
    Updates,
    /// Time of training.
    Seconds,
}

/// The validation loss of each level, epoch by epoch, with the range over seeds.
pub fn losses(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let curves = overlaid_curves(experiment, |epoch| epoch.valid.loss(), Against::Epochs, colors);
    let cut = (!curves.is_empty()).then(|| Cut::losses(&curves))?;
    Some(overlaid(experiment, "validation loss (nats)", curves, Against::Epochs, cut))
}

/// The validation accuracy of each level, epoch by epoch, with the range over seeds.
pub fn accuracies(experiment: &Experiment, against: Against, colors: &Colors) -> Option<Chart> {
    let curves = overlaid_curves(experiment, accuracy, against, colors);
    (!curves.is_empty()).then(|| overlaid(experiment, ACCURACY, curves, against, Cut::none()))
}

/// The same, where it is close to the best; none if all of it is.
pub fn accuracies_closely(
    experiment: &Experiment,
    against: Against,
    colors: &Colors,
) -> Option<Chart> {
    let curves = overlaid_curves(experiment, accuracy, against, colors);
    let cut = Cut::accuracies(&curves, CLOSE)?;
    Some(overlaid(experiment, ACCURACY, curves, against, cut))
}

const ACCURACY: &str = "validation accuracy (%)";

/// More curves than this over one another are no picture.
const MOST_CURVES: usize = 10;

fn overlaid(
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
        highlight: None,
        size: Size::Full,
    }
}

fn overlaid_curves(
    experiment: &Experiment,
    value: fn(&Epoch) -> f64,
    against: Against,
    colors: &Colors,
) -> Vec<Curve> {
    if experiment.levels.len() > MOST_CURVES {
        return Vec::new();
    }
    let factor = &experiment.design.factors[0];
    let looks = colors.of_values(factor, experiment.numbers().as_deref(), experiment.levels.len());
    let curve =
        |(level, look): (&Level, (RGBColor, Marker))| overlaid_curve(level, look, value, against);
    experiment.levels.iter().zip(looks).filter_map(curve).collect()
}

fn overlaid_curve(
    level: &Level,
    (color, marker): (RGBColor, Marker),
    value: fn(&Epoch) -> f64,
    against: Against,
) -> Option<Curve> {
    let epochs = level
        .trials
        .iter()
        .map(|trial| trial.history.epochs().len())
        .min()
        .filter(|epochs| *epochs > 0)?;
    let (mut points, mut range) = (Vec::new(), Vec::new());
    for epoch in 1..=epochs {
        let values: Vec<f64> =
            level.trials.iter().map(|trial| value(&trial.history.epochs()[epoch - 1])).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let spent = |pick: fn((f64, f64)) -> f64| {
            mean(&level.trials.iter().map(|trial| pick(trial.spent(epoch))).collect::<Vec<_>>())
        };
        let x = match against {
            Against::Epochs => epoch as f64,
            Against::Updates => spent(|spent| spent.0) / 1e3,
            Against::Seconds => spent(|spent| spent.1),
        };
        points.push((x, mean(&values)));
        range.push(extremes(&values));
    }
    Some(Curve { name: level.label.clone(), color, marker, points, spread: Spread::Band(range) })
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}

/// The part of an axis that holds what is worth comparing, and what to say about the rest.
struct Cut {
    limits: Limits,
    note: String,
}

impl Cut {
    /// Everything.
    fn none() -> Self {
        Self { limits: Limits::Values, note: String::new() }
    }

    /// One level far off must not flatten the others: losses above three times the median of the
    /// last ones are cut.
    fn losses(curves: &[Curve]) -> Self {
        let mut last: Vec<f64> =
            curves.iter().filter_map(|curve| curve.points.last().map(|point| point.1)).collect();
        last.sort_by(f64::total_cmp);
        let most = (3.0 * last[last.len() / 2]).max(1.0);
        let highest = values(curves).fold(0.0, f64::max);
        if highest <= most {
            return Self::none();
        }
        Self { limits: Limits::Within(0.0, most), note: format!("; above {most:.1} not shown") }
    }

    /// The curves, with those that are cut off altogether said to be so where their names stand.
    fn marked(&self, mut curves: Vec<Curve>) -> Vec<Curve> {
        if let Limits::Within(low, high) = self.limits {
            // A mean may be cut off where its spread is not.
            let shows = |(least, most): (f64, f64)| least <= high && most >= low;
            let is_off = |curve: &&mut Curve| {
                let spreads = curve.spread.extremes().iter().copied();
                !curve.points.iter().map(|(_, y)| (*y, *y)).chain(spreads).any(shows)
            };
            curves
                .iter_mut()
                .filter(is_off)
                .for_each(|curve| curve.name += " (not in the picture)");
        }
        curves
    }

    /// Accuracies so close to the best alone; none if there are no others.
    fn accuracies(curves: &[Curve], close: f64) -> Option<Self> {
        let (low, high) =
            (values(curves).fold(100.0, f64::min), values(curves).fold(0.0, f64::max));
        let least = (high - close).floor();
        (low < least).then(|| Self {
            limits: Limits::Within(least, 100.0),
            note: format!("; below {least:.0} % not shown"),
        })
    }
}

/// How close to the best accuracy, in percent, is close.
const CLOSE: f64 = 10.0;

fn values(curves: &[Curve]) -> impl Iterator<Item = f64> {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.1)
}

/// The two curves of a run, small: loss, and accuracy. None if it diverged in its first epoch.
pub fn of_run(trial: &Completed) -> Option<[Chart; 2]> {
    trial.history.last()?;
    Some([
        small(trial, "loss", |epoch| epoch.train.loss(), |epoch| epoch.valid.loss()),
        small(trial, "accuracy (%)", |epoch| epoch.train.accuracy() * 100.0, accuracy),
    ])
}

/// The two curves of the first run of each level, side by side.
pub fn of_levels(experiment: &Experiment) -> Grid {
    let first = |level: &Level| {
        let charts = of_run(level.trials.first()?)?;
        Some(charts.map(|chart| Chart { subtitle: level.label.clone(), ..chart }))
    };
    Grid { columns: 4, charts: experiment.levels.iter().filter_map(first).flatten().collect() }
}

fn small(
    trial: &Completed,
    what: &str,
    train: fn(&Epoch) -> f64,
    valid: fn(&Epoch) -> f64,
) -> Chart {
    let points = |value: fn(&Epoch) -> f64| {
        trial.history.epochs().iter().map(|epoch| (epoch.epoch as f64, value(epoch))).collect()
    };
    let curve = |name: &str, color, marker, value| Curve {
        name: name.to_owned(),
        color,
        marker,
        points: points(value),
        spread: Spread::None,
    };
    let ending = match trial.summary.outcome {
        Outcome::Diverged { .. } => ", diverged",
        _ => "",
    };
    Chart {
        title: format!("{what}, seed {}{ending}", trial.config.seed),
        subtitle: String::new(),
        x: Axis::whole("epoch"),
        y: Axis::linear(what),
        curves: vec![
            curve("training", TRAINING, Marker::Circle, train),
            curve("validation", VALIDATION, Marker::Square, valid),
        ],
        highlight: None,
        size: Size::Small,
    }
}
