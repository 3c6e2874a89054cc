//! The pictures of a report.

use plotters::style::RGBColor;
use run::{Epoch, Outcome, Setting, config::value_name};

use study::{Completed, FactorValue, plan::number, stats::Sample};

use super::{Experiment, Level};
use crate::{
    axis::{Axis, Limits, Scale, Tick, Ticks},
    chart::{Chart, Curve, Marker, Size, Spread},
    curves::{TRAINING, VALIDATION},
    grid::Grid,
};

/// Colours that colour-blind readers tell apart (Okabe and Ito 2008, <https://jfly.uni-koeln.de/color/>), the first two
/// as in the curves of a single run.
const PALETTE: [RGBColor; 8] = [
    TRAINING,
    VALIDATION,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 90, 90),
    RGBColor(170, 130, 0),
];
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Cross];

/// Values on a logarithmic axis span at least this ratio.
const DECADES: f64 = 30.0;

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
pub fn losses(experiment: &Experiment) -> Option<Chart> {
    let curves = overlaid_curves(experiment, |epoch| epoch.valid.loss(), Against::Epochs);
    let cut = (!curves.is_empty()).then(|| Cut::losses(&curves))?;
    Some(overlaid(experiment, "validation loss (nats)", curves, Against::Epochs, cut))
}

/// The validation accuracy of each level, epoch by epoch, with the range over seeds.
pub fn accuracies(experiment: &Experiment, against: Against) -> Option<Chart> {
    let curves = overlaid_curves(experiment, |epoch| epoch.valid.accuracy(), against);
    (!curves.is_empty()).then(|| overlaid(experiment, ACCURACY, curves, against, Cut::none()))
}

/// The same, where it is close to the best; none if all of it is.
pub fn accuracies_closely(experiment: &Experiment, against: Against) -> Option<Chart> {
    let curves = overlaid_curves(experiment, |epoch| epoch.valid.accuracy(), against);
    let cut = Cut::accuracies(&curves, CLOSE)?;
    Some(overlaid(experiment, ACCURACY, curves, against, cut))
}

const ACCURACY: &str = "validation accuracy (fraction of rows)";

fn overlaid(experiment: &Experiment, name: &str, curves: Vec<Curve>, against: Against, cut: Cut) -> Chart {
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
        curves,
        highlight: None,
        size: Size::Full,
    }
}

fn overlaid_curves(experiment: &Experiment, value: fn(&Epoch) -> f64, against: Against) -> Vec<Curve> {
    let curve = |(index, level): (usize, &Level)| overlaid_curve(level, index, value, against);
    experiment.levels.iter().enumerate().filter_map(curve).collect()
}

fn overlaid_curve(level: &Level, index: usize, value: fn(&Epoch) -> f64, against: Against) -> Option<Curve> {
    let epochs = level.trials.iter().map(|trial| trial.history.epochs().len()).min().filter(|epochs| *epochs > 0)?;
    let (mut points, mut range) = (Vec::new(), Vec::new());
    for epoch in 1..=epochs {
        let values: Vec<f64> = level.trials.iter().map(|trial| value(&trial.history.epochs()[epoch - 1])).collect();
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
    Some(Curve {
        name: level.label.clone(),
        color: PALETTE[index % PALETTE.len()],
        marker: MARKERS[index % MARKERS.len()],
        points,
        spread: Spread::Band(range),
    })
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
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

    /// One level far off must not flatten the others: losses above three times the median of the last ones are cut.
    fn losses(curves: &[Curve]) -> Self {
        let mut last: Vec<f64> = curves.iter().filter_map(|curve| curve.points.last().map(|point| point.1)).collect();
        last.sort_by(f64::total_cmp);
        let most = (3.0 * last[last.len() / 2]).max(1.0);
        let highest = values(curves).fold(0.0, f64::max);
        if highest <= most {
            return Self::none();
        }
        Self { limits: Limits::Within(0.0, most), note: format!("; above {most:.1} not shown") }
    }

    /// Accuracies so close to the best alone; none if there are no others.
    fn accuracies(curves: &[Curve], close: f64) -> Option<Self> {
        let (low, high) = (values(curves).fold(1.0, f64::min), values(curves).fold(0.0, f64::max));
        let least = ((high - close) * 100.0).floor() / 100.0;
        (low < least)
            .then(|| Self { limits: Limits::Within(least, 1.0), note: format!("; below {least:.2} not shown") })
    }
}

/// How close to the best accuracy is close, and how close is worth comparing.
const CLOSE: f64 = 0.1;
const COMPARABLE: f64 = 0.15;

fn values(curves: &[Curve]) -> impl Iterator<Item = f64> {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.1)
}

/// The final accuracy against the factor, or against both.
pub fn finals(experiment: &Experiment) -> Option<Chart> {
    if experiment.design.factors.len() == 2 { of_two(experiment) } else { of_one(experiment) }
}

/// Final training and validation accuracy against the factor: the gap between the two is what does not generalize.
fn of_one(experiment: &Experiment) -> Option<Chart> {
    let (numbers, x) = factor_axis(experiment)?;
    let curve = |name: &str, color, marker, value: fn(&Epoch) -> f64| {
        let samples = numbers.iter().zip(&experiment.levels).map(|(x, level)| (*x, level.last(value)));
        with_bars(name.to_owned(), color, marker, samples)
    };
    let curves = vec![
        curve("training, last epoch", TRAINING, Marker::Circle, |epoch| epoch.train.accuracy()),
        curve("validation, end of the last epoch", VALIDATION, Marker::Square, |epoch| epoch.valid.accuracy()),
    ];
    final_chart(experiment, x, curves)
}

/// Final validation accuracy against one factor, a curve for each value of the other. A factor of numbers lies along the
/// axis, the first of two.
fn of_two(experiment: &Experiment) -> Option<Chart> {
    let design = &experiment.design;
    let factor = (0..2).find(|factor| numbers(&experiment.values(*factor)).is_some()).unwrap_or(0);
    let (along, across) = (experiment.values(factor), experiment.values(1 - factor));
    let names = along.iter().map(|value| design.value_in_words(value)).collect::<Vec<_>>();
    let (places, x) = laid_out(&design.factors[factor], numbers(&along), names);
    let curves = across.iter().enumerate().map(|(index, other)| {
        let samples = along.iter().zip(&places).map(|(value, place)| {
            let level = if factor == 0 { experiment.level_at(value, other) } else { experiment.level_at(other, value) };
            (*place, level.and_then(|level| level.last(|epoch| epoch.valid.accuracy())))
        });
        let (color, marker) = (PALETTE[index % PALETTE.len()], MARKERS[index % MARKERS.len()]);
        with_bars(design.in_words(1 - factor, other), color, marker, samples)
    });
    final_chart(experiment, x, curves.collect())
}

/// A curve through means, from left to right whatever the order of the file, with a bar of one standard deviation each way.
fn with_bars(
    name: String,
    color: RGBColor,
    marker: Marker,
    samples: impl Iterator<Item = (f64, Option<Sample>)>,
) -> Curve {
    let mut samples: Vec<(f64, Sample)> = samples.filter_map(|(x, sample)| Some((x, sample?))).collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bar = |(_, sample): &(f64, Sample)| (sample.mean - sample.deviation, sample.mean + sample.deviation);
    let spread = Spread::Bars(samples.iter().map(bar).collect());
    Curve { name, color, marker, points: samples.iter().map(|(x, sample)| (*x, sample.mean)).collect(), spread }
}

fn final_chart(experiment: &Experiment, x: Axis, curves: Vec<Curve>) -> Option<Chart> {
    let cut = Cut::accuracies(&curves, COMPARABLE).unwrap_or_else(Cut::none);
    curves.iter().any(|curve| !curve.points.is_empty()).then(|| Chart {
        title: experiment.design.full_title(),
        subtitle: format!("final accuracy, mean and standard deviation over seeds{}", cut.note),
        x,
        y: Axis { limits: cut.limits, ..Axis::linear("accuracy (fraction of rows)") },
        curves,
        highlight: None,
        size: Size::Full,
    })
}

/// Where the levels of a single factor lie: at their numbers, or one after the other.
fn factor_axis(experiment: &Experiment) -> Option<(Vec<f64>, Axis)> {
    let [factor] = &experiment.design.factors[..] else { return None };
    let names = match experiment.numbers() {
        Some(_) => experiment.levels.iter().map(|level| value_name(&level.values[0])).collect(),
        // Equal values are told apart by what goes along.
        None => {
            let value =
                |level: &Level| experiment.design.value_in_words(&experiment.design.factor_value(&level.values, 0));
            experiment.levels.iter().map(value).collect()
        }
    };
    Some(laid_out(factor, experiment.numbers(), names))
}

/// The numbers of a factor, if its values are numbers, and nothing goes along with them.
fn numbers(values: &[FactorValue]) -> Option<Vec<f64>> {
    values.iter().map(|value| number(value.value).filter(|_| value.along.is_empty())).collect()
}

/// An axis true to the numbers, or without them, with one value after the other; and where on it each value lies.
fn laid_out(factor: &str, numbers: Option<Vec<f64>>, names: Vec<String>) -> (Vec<f64>, Axis) {
    let name = axis_name(factor);
    let (places, scale) = match numbers {
        None => ((0..names.len()).map(|place| place as f64).collect(), Scale::Linear),
        Some(numbers) => {
            let (low, high) = extremes(&numbers);
            (numbers, if low > 0.0 && high / low >= DECADES { Scale::Log } else { Scale::Linear })
        }
    };
    let mut ticks: Vec<Tick> = places.iter().zip(names).map(|(at, label)| Tick { at: *at, label }).collect();
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    (places, Axis { name, scale, ticks: Ticks::At(ticks), limits: Limits::Values })
}

/// A factor, with the unit of its values.
fn axis_name(factor: &str) -> String {
    run::setting(factor).map_or_else(|| factor.to_owned(), Setting::axis_label)
}

/// The two curves of a run, small: loss, and accuracy. None if it diverged in its first epoch.
pub fn of_run(trial: &Completed) -> Option<[Chart; 2]> {
    trial.history.last()?;
    Some([
        small(trial, "loss", |epoch| epoch.train.loss(), |epoch| epoch.valid.loss()),
        small(trial, "accuracy", |epoch| epoch.train.accuracy(), |epoch| epoch.valid.accuracy()),
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

fn small(trial: &Completed, what: &str, train: fn(&Epoch) -> f64, valid: fn(&Epoch) -> f64) -> Chart {
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
