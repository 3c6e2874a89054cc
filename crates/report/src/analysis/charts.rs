//! The charts of a report. The table `CHARTS` lists those of an experiment: each is on the page and
//! in `pictures/`, some also in `results.md`.

mod by_epoch;
mod colors;
mod cut;
mod error_bars;
mod factor_axis;
mod finals;
mod heat;
mod runs;
mod schedules;
mod united;

pub use by_epoch::{Against, accuracies, losses};
pub use colors::Colors;
pub use finals::finals;
pub use heat::of as heat_map;
pub use runs::{of_all, of_levels};
pub use schedules::of as schedules;
pub use united::of as united;

use crate::{analysis::levels::Experiment, picture::Picture};

/// The picture of [`united`] in `pictures/`.
pub const UNITED: &str = "united.png";

/// The charts of an experiment, in the order of the page.
const CHARTS: &[ExperimentChart] = &[
    chart("schedule", "Learning rate by epoch", |it, colors| boxed(schedules(it, colors))),
    chart("accuracy", "Validation accuracy by epoch", |it, colors| {
        boxed(accuracies(it, Against::Epochs, colors))
    }),
    chart("accuracy-by-updates", "Validation accuracy by updates", |it, colors| {
        boxed(accuracies(it, Against::Updates, colors))
    }),
    chart("loss", "Validation loss by epoch", |it, colors| boxed(losses(it, colors))),
    chart("final", "Accuracy of each level", |it, colors| boxed(finals(it, colors))).in_results(),
    chart("map", "Accuracy of every combination", |it, _| boxed(heat_map(it))),
];

/// A chart of an experiment.
#[derive(Debug, Clone, Copy)]
pub struct ExperimentChart {
    /// Its name, the end of the name of its picture.
    pub name: &'static str,
    /// The alternative text of its picture.
    pub text: &'static str,
    /// Whether it is in `results.md`.
    pub is_in_results: bool,
    draw: Draw,
}

/// Draws a chart; none if the experiment has no such chart.
type Draw = fn(&Experiment, &Colors) -> Option<Box<dyn Picture>>;

/// A row of the table.
const fn chart(name: &'static str, text: &'static str, draw: Draw) -> ExperimentChart {
    ExperimentChart { name, text, is_in_results: false, draw }
}

impl ExperimentChart {
    /// The same chart, also in `results.md`.
    const fn in_results(self) -> Self {
        Self { is_in_results: true, ..self }
    }

    /// The name of its picture in `pictures/`.
    pub fn file(&self, experiment: &Experiment) -> String {
        format!("{}-{}.png", experiment.design.name, self.name)
    }
}

/// Whether a file in `pictures/` has the name of one of our charts.
pub fn is_picture(name: &str) -> bool {
    let is_chart = |chart: &ExperimentChart| name.ends_with(&format!("-{}.png", chart.name));
    name == UNITED || CHARTS.iter().any(is_chart)
}

/// The charts that an experiment has, in order.
pub fn of(
    experiment: &Experiment,
    colors: &Colors,
) -> impl Iterator<Item = (ExperimentChart, Box<dyn Picture>)> {
    CHARTS.iter().copied().filter_map(|chart| Some((chart, (chart.draw)(experiment, colors)?)))
}

fn boxed<P: Picture + 'static>(picture: Option<P>) -> Option<Box<dyn Picture>> {
    picture.map(|picture| Box::new(picture) as _)
}
