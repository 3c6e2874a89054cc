//! Small learning curves of single runs.

use run::{Metric, Outcome};
use study::Completed;

use super::{by_epoch::lowest_last, cut};
use crate::{
    analysis::levels::{Experiment, Level},
    axis::Axis,
    chart::{Chart, Size},
    curves::training_and_validation,
    grid::Grid,
};

/// The loss and the accuracy of a run, small.
pub type LossAndAccuracy = [Chart; 2];

/// The curves of every run of each level, which have the same axes; a run that diverged in its
/// first epoch has none.
pub fn of_all(experiment: &Experiment) -> Vec<Vec<LossAndAccuracy>> {
    let of_level = |level: &Level| level.trials.iter().filter_map(of_run).collect();
    let mut levels: Vec<Vec<LossAndAccuracy>> = experiment.levels.iter().map(of_level).collect();
    on_same_axes(experiment, levels.iter_mut().flatten().collect());
    levels
}

/// The curves of the first run of each level, side by side.
pub fn of_levels(experiment: &Experiment) -> Grid {
    let first = |level: &Level| {
        let charts = of_run(level.trials.first()?)?;
        Some(charts.map(|chart| Chart { subtitle: level.label.clone(), ..chart }))
    };
    let mut charts: Vec<LossAndAccuracy> = experiment.levels.iter().filter_map(first).collect();
    on_same_axes(experiment, charts.iter_mut().collect());
    Grid { charts: charts.into_iter().flatten().collect() }
}

/// The loss and the accuracy of a run. None if it diverged in its first epoch.
fn of_run(trial: &Completed) -> Option<LossAndAccuracy> {
    trial.history.last()?;
    let ending = match trial.summary.outcome {
        Outcome::Diverged { .. } => ", diverged",
        _ => "",
    };
    let chart = |(name, metric): (&str, Metric)| Chart {
        title: format!("{name}, seed {}{ending}", trial.config.seed),
        x: Axis::whole("epoch"),
        y: Axis::linear(name),
        curves: training_and_validation(metric, &trial.history).into(),
        size: Size::Small,
        ..Chart::default()
    };
    Some([("loss", Metric::Loss), ("accuracy (%)", Metric::Accuracy)].map(chart))
}

/// Gives all charts of a metric the axes that one chart of all their curves would have: only then
/// can they be compared.
fn on_same_axes(experiment: &Experiment, mut charts: Vec<&mut LossAndAccuracy>) {
    let lowest = lowest_last(experiment).unwrap_or(0.0);
    for metric in 0..2 {
        let Some(first) = charts.first() else { return };
        let curves = charts.iter().flat_map(|of_run| &of_run[metric].curves).cloned().collect();
        let all = Chart { curves, ..first[metric].clone() };
        let cut = if metric == 0 { cut::losses(&all) } else { cut::accuracies(&all, lowest) };
        let points = || all.curves.iter().flat_map(|curve| &curve.points);
        let [x, y] = [range(points().map(|point| point.x)), range(points().map(|point| point.y))];
        for chart in charts.iter_mut().map(|of_run| &mut of_run[metric]) {
            chart.x.covered = x;
            chart.y.covered = y;
            chart.y.limits = cut.as_ref().and_then(|cut| cut.y.limits);
        }
    }
}

/// The lowest and the highest of these values that are finite.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let values = values.filter(|value| value.is_finite()).map(|value| (value, value));
    values.reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
}
