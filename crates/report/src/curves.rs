//! What the learning curves of a run show.

use plotters::style::RGBColor;
use run::{Epoch, History, Measures, Metric, RunConfig};

use crate::{
    axis::Axis,
    chart::{Chart, Curve, Marker, Size, Spread},
};

/// Blue and vermilion of the palette that colour-blind readers tell apart (Okabe and Ito 2008,
/// <https://jfly.uni-koeln.de/color/>).
pub(crate) const TRAINING: RGBColor = RGBColor(0, 114, 178);
pub(crate) const VALIDATION: RGBColor = RGBColor(213, 94, 0);

/// The pictures of a run by the names of their files, one for each metric that its history has. The history has at least
/// one epoch.
pub fn of_run(config: &RunConfig, history: &History) -> Vec<(&'static str, Chart)> {
    let known = |metric: &Metric| history.last().is_some_and(|epoch| epoch.valid.get(*metric).is_some());
    Metric::ALL.into_iter().filter(known).map(|metric| (metric.name(), chart(metric, config, history))).collect()
}

fn chart(metric: Metric, config: &RunConfig, history: &History) -> Chart {
    let curve = |name: &str, color, marker, part: fn(&Epoch) -> &Measures| Curve {
        name: name.to_owned(),
        color,
        marker,
        spread: Spread::None,
        points: history
            .epochs()
            .iter()
            .filter_map(|epoch| Some((epoch.epoch as f64, metric.on_axis(part(epoch).get(metric)?))))
            .collect(),
    };
    let best = history.best().and_then(|best| Some((best.epoch, best.valid.get(metric)?)));
    Chart {
        title: format!("Training and validation {}", metric.name()),
        subtitle: config.describe(),
        x: Axis::whole("epoch"),
        y: Axis::linear(metric.label()),
        size: Size::Full,
        curves: vec![
            curve("training", TRAINING, Marker::Circle, |epoch| &epoch.train),
            curve("validation", VALIDATION, Marker::Square, |epoch| &epoch.valid),
        ],
        highlight: best.map(|(epoch, value)| (format!("best epoch ({epoch})"), epoch as f64, metric.on_axis(value))),
    }
}
