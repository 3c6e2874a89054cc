//! Final accuracies against the factors.

use run::{Epoch, Setting, config::value_name};
use study::{FactorValue, plan::number, stats::Sample};

use super::{colors::Colors, cut::Cut};
use crate::{
    analysis::levels::{Experiment, Level, level_at, valid_percent},
    axis::{Axis, Limits, Scale, Tick, Ticks},
    chart::{Chart, Curve, Marker, RGBColor, Spread},
    curves::{TRAINING, VALIDATION},
};

/// The least ratio of the largest and the smallest number on a logarithmic axis.
const DECADES: f64 = 30.0;

/// The chart shows accuracies at most this far below the best, in percent.
const COMPARABLE: f64 = 15.0;

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
    let (numbers, x) = factor_axis(experiment)?;
    let curve = |name: &str, look, value: fn(&Epoch) -> f64| {
        let samples =
            numbers.iter().zip(&experiment.levels).map(|(x, level)| (*x, level.last(value)));
        with_bars(name.to_owned(), look, samples)
    };
    let training = |epoch: &Epoch| epoch.fitted().accuracy() * 100.0;
    let curves = vec![
        curve("training rows", (TRAINING, Marker::Circle), training),
        curve("validation rows", (VALIDATION, Marker::Square), valid_percent),
    ];
    chart(experiment.design.full_title(), x, "accuracy (%)", curves)
}

/// Final validation accuracy against one factor, a curve for each value of the other. A factor of
/// numbers lies along the axis, the first of two.
fn of_two(experiment: &Experiment, colors: &Colors) -> Option<Chart> {
    let design = &experiment.design;
    let factor =
        (0..2).find(|factor| numbers(&experiment.factor_values(*factor)).is_some()).unwrap_or(0);
    let (along, across) = (experiment.factor_values(factor), experiment.factor_values(1 - factor));
    let names = along.iter().map(|value| design.value_in_words(value)).collect::<Vec<_>>();
    let (places, x) = laid_out(&design.factors[factor], numbers(&along), names);
    let looks =
        colors.of_values(&design.factors[1 - factor], numbers(&across).as_deref(), across.len());
    let curves = across.iter().zip(looks).map(|(other, look)| {
        let samples = along.iter().zip(&places).map(|(value, place)| {
            let level = level_at(experiment, factor, value, other);
            (*place, level.and_then(|level| level.last(valid_percent)))
        });
        with_bars(design.in_words(1 - factor, other), look, samples)
    });
    chart(design.full_title(), x, "accuracy (%)", curves.collect())
}

/// A curve through means from left to right, with a bar of one standard deviation each way.
pub(super) fn with_bars(
    name: String,
    look: (RGBColor, Marker),
    samples: impl Iterator<Item = (f64, Option<Sample>)>,
) -> Curve {
    let mut samples: Vec<(f64, Sample)> =
        samples.filter_map(|(x, sample)| Some((x, sample?))).collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bar = |(_, sample): &(f64, Sample)| {
        (sample.mean - sample.deviation, sample.mean + sample.deviation)
    };
    let spread = Spread::Bars(samples.iter().map(bar).collect());
    let points = samples.iter().map(|(x, sample)| (*x, sample.mean)).collect();
    Curve { spread, ..Curve::new(name, look, points) }
}

/// A chart of final accuracies; none without a point.
pub(super) fn chart(title: String, x: Axis, y: &str, curves: Vec<Curve>) -> Option<Chart> {
    let cut = Cut::accuracies(&curves, COMPARABLE).unwrap_or_else(Cut::none);
    curves.iter().any(|curve| !curve.points.is_empty()).then(|| Chart {
        title,
        subtitle: format!(
            "after the last epoch, mean and standard deviation over seeds{}",
            cut.note
        ),
        x,
        y: Axis { limits: cut.limits, ..Axis::linear(y) },
        curves: cut.marked(curves),
        ..Chart::default()
    })
}

/// The places of the levels of a single factor, and their axis.
fn factor_axis(experiment: &Experiment) -> Option<(Vec<f64>, Axis)> {
    let [factor] = &experiment.design.factors[..] else { return None };
    let names = match experiment.numbers() {
        Some(_) => experiment.levels.iter().map(|level| value_name(&level.values[0])).collect(),
        // The settings that vary along distinguish equal values.
        None => {
            let value = |level: &Level| {
                experiment.design.value_in_words(&experiment.design.factor_value(&level.values, 0))
            };
            experiment.levels.iter().map(value).collect()
        }
    };
    Some(laid_out(factor, experiment.numbers(), names))
}

/// The numbers of a factor, if its values are numbers and no settings vary along.
pub(super) fn numbers(values: &[FactorValue]) -> Option<Vec<f64>> {
    values.iter().map(|value| number(value.value).filter(|_| value.along.is_empty())).collect()
}

/// The places of values, and their axis: at their numbers, or without numbers, one after the other.
pub(super) fn laid_out(
    factor: &str,
    numbers: Option<Vec<f64>>,
    names: Vec<String>,
) -> (Vec<f64>, Axis) {
    let name = axis_name(factor);
    let (places, scale) = match numbers {
        None => ((0..names.len()).map(|place| place as f64).collect(), Scale::Linear),
        Some(numbers) => {
            let is_wide = |span: &Sample| span.low > 0.0 && span.high / span.low >= DECADES;
            let is_log = Sample::of(&numbers).as_ref().is_some_and(is_wide);
            (numbers, if is_log { Scale::Log } else { Scale::Linear })
        }
    };
    let mut ticks: Vec<Tick> =
        places.iter().zip(names).map(|(at, label)| Tick { at: *at, label }).collect();
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    (places, Axis { name, scale, ticks: Ticks::At(ticks), limits: Limits::All })
}

/// A factor, with the unit of its values.
pub(super) fn axis_name(factor: &str) -> String {
    run::setting(factor).map_or_else(|| factor.to_owned(), Setting::axis_label)
}
