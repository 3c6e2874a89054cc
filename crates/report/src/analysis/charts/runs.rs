//! Small learning curves of single runs.

use run::{Metric, Outcome};
use study::Completed;

use crate::{
    analysis::levels::{Experiment, Level},
    axis::Axis,
    chart::{Chart, Size},
    curves::training_and_validation,
    grid::Grid,
};

/// The loss and the accuracy of a run, small. None if it diverged in its first epoch.
pub fn of_run(trial: &Completed) -> Option<[Chart; 2]> {
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

/// The curves of the first run of each level, side by side.
pub fn of_levels(experiment: &Experiment) -> Grid {
    let first = |level: &Level| {
        let charts = of_run(level.trials.first()?)?;
        Some(charts.map(|chart| Chart { subtitle: level.label.clone(), ..chart }))
    };
    Grid { charts: experiment.levels.iter().filter_map(first).flatten().collect() }
}
