//! The learning curves of a run.

use run::{Epoch, History, LearningRates, Measures, Metric, Run, RunConfig, RunError, RunFolder};

use crate::{
    axis::Axis,
    canvas::INK,
    chart::{Chart, Curve, Lines, Look, Marker, RGBColor},
    error::ReportError,
    picture::Picture,
};

/// Blue and vermilion of the palette that colour-blind readers can distinguish (Okabe and Ito 2008,
/// <https://jfly.uni-koeln.de/color/>).
pub(crate) const TRAINING: Look = Look::line(RGBColor(0, 114, 178), Marker::Circle);
pub(crate) const VALIDATION: Look = Look::line(RGBColor(213, 94, 0), Marker::Square);
const BEST: Look = Look { color: INK, marker: Marker::Ring, lines: Lines::None };

/// Draws the learning curves of the run in this folder, writes them there as SVG and as PNG, and
/// returns the names of the PNGs. Before the end of the first epoch, there are none.
///
/// # Errors
/// A file of the run cannot be read, or a picture cannot be written.
pub fn draw(folder: &RunFolder) -> Result<Vec<String>, ReportError> {
    let mut drawn = Vec::new();
    for (name, chart) in of_folder(folder)? {
        let [svg, png] = files(name);
        folder.write(&svg, chart.svg()?.as_bytes())?;
        folder.write(&png, &chart.png()?)?;
        drawn.push(png);
    }
    Ok(drawn)
}

/// Draws the learning curves if one of their pictures is missing, as after a crash at the end of a
/// training, and returns the names of the PNGs; none if no picture is missing.
///
/// # Errors
/// See [`draw`].
pub fn draw_missing(folder: &RunFolder) -> Result<Vec<String>, ReportError> {
    let is_there = |file: String| folder.path().join(file).is_file();
    let mut pictures = of_folder(folder)?.into_iter().flat_map(|(name, _)| files(name));
    if pictures.all(is_there) { Ok(Vec::new()) } else { draw(folder) }
}

/// The files of a chart: SVG and PNG.
fn files(name: &str) -> [String; 2] {
    [format!("{name}.svg"), format!("{name}.png")]
}

/// The charts of the run in this folder; none before the end of the first epoch.
fn of_folder(folder: &RunFolder) -> Result<Vec<(&'static str, Chart)>, ReportError> {
    let history = folder.read_history()?;
    let config = Run::record(folder.clone()).map_err(RunError::from)?.config;
    Ok(if history.last().is_none() { Vec::new() } else { of_run(&config, &history) })
}

/// The charts of a run by the names of their files: one for each metric in its history, and one of
/// the learning rate if that changes. The history has at least one epoch.
pub fn of_run(config: &RunConfig, history: &History) -> Vec<(&'static str, Chart)> {
    let known =
        |metric: &Metric| history.last().is_some_and(|epoch| epoch.valid.get(*metric).is_some());
    let metrics = Metric::ALL
        .into_iter()
        .filter(known)
        .map(|metric| (metric.name(), of_metric(metric, config, history)));
    let rates = of_learning_rate(config, history.epochs().len());
    metrics.chain(rates.map(|chart| ("learning-rate", chart))).collect()
}

/// The learning rate of a run over this many of its epochs, as (epochs done, learning rate). Of
/// many epochs, some are left out.
pub(crate) fn learning_rates(config: &RunConfig, epochs: usize) -> Vec<(f64, f64)> {
    // The shape is the same for any number of steps in an epoch.
    const STEPS: usize = 20;
    // The most epochs that are drawn: half as many as the chart is wide in pixels.
    const MOST: usize = 500;
    let rates = LearningRates::of(config, STEPS);
    let epoch = |epoch: usize| {
        let steps = (0..STEPS).map(move |step| {
            (epoch as f64 + step as f64 / STEPS as f64, rates.at(epoch + 1, step))
        });
        // An epoch has the rate of its last step up to its end, so that a change between epochs is
        // a vertical line.
        steps.chain([((epoch + 1) as f64, rates.at(epoch + 1, STEPS - 1))])
    };
    let last = (epochs > 0).then(|| epochs - 1);
    let drawn = (0..epochs.saturating_sub(1)).step_by(epochs.div_ceil(MOST).max(1)).chain(last);
    drawn.flat_map(epoch).collect()
}

fn of_learning_rate(config: &RunConfig, epochs: usize) -> Option<Chart> {
    let points = learning_rates(config, epochs);
    let name = format!("{} schedule", config.schedule);
    points.iter().any(|(_, rate)| *rate != config.learning_rate).then(|| Chart {
        title: "Learning rate".to_owned(),
        subtitle: config.describe(),
        x: Axis::whole("epochs done"),
        y: Axis::linear("learning rate"),
        curves: vec![Curve::new(name, TRAINING, points)],
        ..Chart::default()
    })
}

fn of_metric(metric: Metric, config: &RunConfig, history: &History) -> Chart {
    let best = |best: &Epoch| {
        let point = (best.epoch as f64, metric.on_axis(best.valid.get(metric)?));
        Some(Curve::new(format!("best epoch ({})", best.epoch), BEST, [point]))
    };
    let curves = training_and_validation(metric, history).into_iter();
    Chart {
        title: format!("Training and validation {}", metric.title()),
        subtitle: config.describe(),
        x: Axis::whole("epoch"),
        y: Axis::linear(metric.label()),
        curves: curves.chain(history.best().and_then(best)).collect(),
        ..Chart::default()
    }
}

/// A metric on training and on validation rows, by epoch.
pub(crate) fn training_and_validation(metric: Metric, history: &History) -> [Curve; 2] {
    let curve = |name: &str, look, part: fn(&Epoch) -> &Measures| {
        let point =
            |epoch: &Epoch| Some((epoch.epoch as f64, metric.on_axis(part(epoch).get(metric)?)));
        Curve::new(name, look, history.epochs().iter().filter_map(point))
    };
    [
        curve("training", TRAINING, |epoch| &epoch.train),
        curve("validation", VALIDATION, |epoch| &epoch.valid),
    ]
}
