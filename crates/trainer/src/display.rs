//! Shows how a training goes.

mod bar;
#[cfg(feature = "tui")]
mod dashboard;
mod lines;
mod tensorboard;

use std::time::Duration;

use host::{Stop, text::thousands};
use run::{Epoch, History};
pub use tensorboard::TensorBoard;

use crate::meter::Totals;

/// What is being trained, as far as a display needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Epochs in all.
    pub epochs: usize,
    /// Epochs done before this process began.
    pub done: usize,
    /// Training rows of an epoch.
    pub samples: u64,
}

/// An epoch under way.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The epoch, from 1.
    pub epoch: usize,
    /// What it has measured so far.
    pub totals: &'a Totals,
    /// How long it has taken so far in this process.
    pub elapsed: Duration,
}

/// Somebody who watches how it goes.
pub trait Display {
    /// Some steps later, about ten times a second.
    fn step(&mut self, now: &Now);
    /// After an epoch, the last one in the history.
    fn epoch(&mut self, history: &History);
}

/// The display that fits: the dashboard where it was asked for, otherwise a line for each epoch,
/// with a progress bar on a terminal.
pub fn choose(tui: bool, extent: Extent, stop: &Stop) -> Box<dyn Display> {
    if tui && let Some(dashboard) = dashboard(extent, stop) {
        dashboard
    } else if let Some(bar) = bar::Bar::new(extent) {
        Box::new(bar)
    } else {
        Box::new(lines::Lines::new(extent))
    }
}

#[cfg(feature = "tui")]
fn dashboard(extent: Extent, stop: &Stop) -> Option<Box<dyn Display>> {
    host::progress::can_draw(&std::io::stdout())
        .then(|| Box::new(dashboard::Dashboard::new(extent, stop)) as Box<dyn Display>)
}

#[cfg(not(feature = "tui"))]
fn dashboard(_: Extent, _: &Stop) -> Option<Box<dyn Display>> {
    None
}

/// The epochs of a run up to which a line has their number too: with more, it would not fit into 80
/// columns.
const MOST_COUNTED: usize = 9_999;

/// An epoch of a run: `3/10`.
fn counted(epoch: usize, epochs: usize) -> String {
    if epochs > MOST_COUNTED { epoch.to_string() } else { format!("{epoch}/{epochs}") }
}

/// The width of the column of epochs: that of the last one, and at least its title.
fn width(epochs: usize) -> usize {
    counted(epochs, epochs).len().max("epoch".len())
}

/// The titles of the columns of [`line`].
fn titles(epochs: usize) -> String {
    format!(
        "{:<width$}  train loss  accuracy  valid loss  accuracy   samples/s",
        "epoch",
        width = width(epochs)
    )
}

/// An epoch in one line; `best` marks the best so far.
fn line(epoch: &Epoch, epochs: usize, best: bool) -> String {
    format!(
        "{:>width$}  {:>10}  {:>8.4}  {:>10}  {:>8.4}{}{:>11}",
        counted(epoch.epoch, epochs),
        loss(epoch.train.loss()),
        epoch.train.accuracy(),
        loss(epoch.valid.loss()),
        epoch.valid.accuracy(),
        if best { "*" } else { " " },
        thousands(epoch.samples_per_second),
        width = width(epochs),
    )
}

/// A loss in at most ten characters.
fn loss(loss: f64) -> String {
    if loss < 99_999.0 { format!("{loss:.4}") } else { format!("{loss:.3e}") }
}
