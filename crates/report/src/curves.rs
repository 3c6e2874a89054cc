//! What the learning curves of a run show.

use plotters::style::RGBColor;
use run::{Epoch, History, LearningRates, Measures, Metric, RunConfig};

use crate::{
    axis::Axis,
    chart::{Chart, Curve, Marker, Size, Spread},
};

/// Blue and vermilion of the palette that colour-blind readers tell apart (Okabe and Ito 2008,
/// <https://jfly.uni-koeln.de/color/>).
pub(crate) const TRAINING: RGBColor = RGBColor(0, 114, 178);
pub(crate) const VALIDATION: RGBColor = RGBColor(213, 94, 0);

/// The pictures of a run by the names of their files: one for each metric that its history has, and
/// one of the learning rate if that changes. The history has at least one epoch.
pub fn of_run(config: &RunConfig, history: &History) -> Vec<(&'static str, Chart)> {
    let known =
        |metric: &Metric| history.last().is_some_and(|epoch| epoch.valid.get(*metric).is_some());
    let metrics = Metric::ALL
        .into_iter()
        .filter(known)
        .map(|metric| (metric.name(), of_metric(metric, config, history)));
    metrics.chain(of_learning_rate(config).map(|chart| ("learning-rate", chart))).collect()
}

/// The learning rate of a run over its epochs, as (epochs done, learning rate).
pub(crate) fn learning_rates(config: &RunConfig) -> Vec<(f64, f64)> {
    // The shape is the same for any number of steps in an epoch.
    const STEPS: usize = 20;
    let rates = LearningRates::of(config, STEPS);
    let epoch = |epoch: usize| {
        let steps = (0..STEPS).map(move |step| {
            (epoch as f64 + step as f64 / STEPS as f64, rates.at(epoch + 1, step))
        });
        // Up to its end, an epoch has the rate of its last step: what changes then is drawn
        // upright.
        steps.chain([((epoch + 1) as f64, rates.at(epoch + 1, STEPS - 1))])
    };
    (0..config.epochs).flat_map(epoch).collect()
}

fn of_learning_rate(config: &RunConfig) -> Option<Chart> {
    let points = learning_rates(config);
    points.iter().any(|(_, rate)| *rate != config.learning_rate).then(|| Chart {
        title: "Learning rate".to_owned(),
        subtitle: config.describe(),
        x: Axis::whole("epochs done"),
        y: Axis::linear("learning rate"),
        size: Size::Full,
        curves: vec![Curve {
            name: format!("{} schedule", config.schedule),
            color: TRAINING,
            marker: Marker::Circle,
            spread: Spread::None,
            points,
        }],
        highlight: None,
    })
}

fn of_metric(metric: Metric, config: &RunConfig, history: &History) -> Chart {
    let curve = |name: &str, color, marker, part: fn(&Epoch) -> &Measures| Curve {
        name: name.to_owned(),
        color,
        marker,
        spread: Spread::None,
        points: history
            .epochs()
            .iter()
            .filter_map(|epoch| {
                Some((epoch.epoch as f64, metric.on_axis(part(epoch).get(metric)?)))
            })
            .collect(),
    };
    let best = history.best().and_then(|best| Some((best.epoch, best.valid.get(metric)?)));
    Chart {
        title: format!("Training and validation {}", metric.name().replace('_', " ")),
        subtitle: config.describe(),
        x: Axis::whole("epoch"),
        y: Axis::linear(metric.label()),
        size: Size::Full,
        curves: vec![
            curve("training", TRAINING, Marker::Circle, |epoch| &epoch.train),
            curve("validation", VALIDATION, Marker::Square, |epoch| &epoch.valid),
        ],
        highlight: best.map(|(epoch, value)| {
            (format!("best epoch ({epoch})"), epoch as f64, metric.on_axis(value))
        }),
    }
}
