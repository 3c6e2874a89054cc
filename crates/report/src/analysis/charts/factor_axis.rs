//! Axes along the values of a factor.

use run::Setting;
use study::{
    FactorValue,
    plan::{is_name, number},
    stats::Sample,
};

use crate::axis::{Axis, Scale, Tick, Ticks};

/// The least ratio of the largest and the smallest number on a logarithmic axis.
const DECADES: f64 = 30.0;

/// The places of values, and their axis: at their numbers, or without numbers, one after the other.
pub(super) fn laid_out(
    factor: &str,
    numbers: Option<Vec<f64>>,
    names: Vec<String>,
) -> (Vec<f64>, Axis) {
    let (places, scale) = match numbers {
        None => ((0..names.len()).map(|place| place as f64).collect(), Scale::Linear),
        Some(numbers) => {
            let is_wide = |span: &Sample| span.low > 0.0 && span.high / span.low >= DECADES;
            // Sizes of batches are told by doublings.
            let is_positive = |span: &Sample| factor == "batch_size" && span.low > 0.0;
            let span = Sample::of(&numbers);
            let is_log = span.as_ref().is_some_and(|span| is_wide(span) || is_positive(span));
            (numbers, if is_log { Scale::Log } else { Scale::Linear })
        }
    };
    let mut ticks: Vec<Tick> =
        places.iter().zip(names).map(|(at, label)| Tick { at: *at, label }).collect();
    ticks.sort_by(|a, b| a.at.total_cmp(&b.at));
    let (name, ticks) = (axis_name(factor), Ticks::At(ticks));
    (places, Axis { name, scale, ticks, ..Axis::default() })
}

/// A factor, with the unit of its values.
pub(super) fn axis_name(factor: &str) -> String {
    run::setting(factor).map_or_else(|| factor.to_owned(), Setting::axis_label)
}

/// The numbers of a factor, if its values are amounts and no settings vary along.
pub(super) fn numbers(factor: &str, values: &[FactorValue]) -> Option<Vec<f64>> {
    if is_name(factor) {
        return None;
    }
    values.iter().map(|value| number(value.value).filter(|_| value.along.is_empty())).collect()
}
