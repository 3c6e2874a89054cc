use std::{
    mem,
    time::{Duration, Instant},
};

use host::text::duration;
use run::History;

use super::{Display, Extent, Now, line, titles};

/// A line an epoch, on standard output: for logs and pipes.
pub(super) struct Lines {
    extent: Extent,
    last: Instant,
    /// What each epoch took, everything included.
    took: Vec<Duration>,
}

impl Lines {
    pub(super) fn new(extent: Extent) -> Self {
        host::outln!("{}", titles(extent.epochs));
        Self { extent, last: Instant::now(), took: Vec::new() }
    }
}

impl Display for Lines {
    fn step(&mut self, _: &Now) {}

    fn epoch(&mut self, history: &History) {
        let Some(last) = history.last() else { return };
        self.took.push(mem::replace(&mut self.last, Instant::now()).elapsed());
        // The median: an epoch in which the process was stopped for an hour says nothing about
        // those to come.
        self.took.sort_unstable();
        let left = self.extent.epochs - last.epoch;
        let seconds = self.took[self.took.len() / 2].as_secs_f64() * left as f64;
        let left = if left == 0 { String::new() } else { format!("   {} left", duration(seconds)) };
        host::outln!("{}{left}", line(last, self.extent.epochs, history.best() == Some(last)));
    }
}
