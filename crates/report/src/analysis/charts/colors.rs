//! The colours of levels.

use std::collections::BTreeMap;

use plotters::style::{RGBColor, colors::colormaps::ViridisRGB};
use study::plan::number;

use super::factor_axis::numbers;
use crate::{
    analysis::levels::Experiment,
    chart::{Look, Marker},
    curves::{TRAINING, VALIDATION},
};

/// Colours that colour-blind readers can distinguish (Okabe and Ito 2008,
/// <https://jfly.uni-koeln.de/color/>), the first two as in the curves of a single run.
const PALETTE: [RGBColor; 8] = [
    TRAINING.color,
    VALIDATION.color,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 90, 90),
    RGBColor(170, 130, 0),
];
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Cross];

/// The brightest part of viridis is hard to see on white, and its inverse on black.
const BRIGHTEST: f64 = 0.8;

/// The colours of the levels of a study: numbers of a factor get those of viridis in their order,
/// dark for low, and the same number the same colour in every experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Colors {
    /// By factor, ascending.
    numbers: BTreeMap<String, Vec<f64>>,
}

impl Colors {
    /// The colours for these experiments.
    pub fn of(experiments: &[Experiment]) -> Self {
        let mut numbers: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for experiment in experiments {
            for (factor, name) in experiment.design.factors.iter().enumerate() {
                let values = experiment.factor_values(factor);
                let values = values.iter().filter_map(|value| number(value.value));
                numbers.entry(name.clone()).or_default().extend(values);
            }
        }
        for known in numbers.values_mut() {
            known.sort_by(f64::total_cmp);
            known.dedup();
        }
        Self { numbers }
    }

    /// A look for each value of a factor of an experiment.
    pub(super) fn of_factor(&self, experiment: &Experiment, factor: usize) -> Vec<Look> {
        let values = experiment.factor_values(factor);
        let name = &experiment.design.factors[factor];
        self.of_values(name, numbers(name, &values).as_deref(), values.len())
    }

    /// A look for each of these numbers of a factor; without numbers, for `count` values.
    pub(super) fn of_values(
        &self,
        factor: &str,
        numbers: Option<&[f64]>,
        count: usize,
    ) -> Vec<Look> {
        let marker = |place: usize| MARKERS[place % MARKERS.len()];
        let Some(numbers) = numbers.filter(|numbers| numbers.len() > 2) else {
            let look = |place: usize| Look::line(PALETTE[place % PALETTE.len()], marker(place));
            return (0..count).map(look).collect();
        };
        let all = self.numbers.get(factor).map_or(numbers, Vec::as_slice);
        let rank = |number: &f64| all.iter().filter(|other| *other < number).count();
        let last = all.len().saturating_sub(1).max(1) as f64;
        let color = |number: &f64| viridis(rank(number) as f64 / last * BRIGHTEST);
        numbers.iter().map(|number| Look::line(color(number), marker(rank(number)))).collect()
    }
}

/// From 0, dark, to 1, bright: an ordered scale that colour-blind readers can follow
/// (<https://bids.github.io/colormap/>).
pub(super) fn viridis(part: f64) -> RGBColor {
    ViridisRGB::get_color(part as f32)
}
