use std::time::Instant;

use run::{History, text::duration};

use super::{Display, Extent, Now, line};

/// A line an epoch, on standard output: for logs and pipes.
pub(super) struct Lines {
    extent: Extent,
    started: Instant,
}

impl Lines {
    pub(super) fn new(extent: Extent) -> Self {
        Self { extent, started: Instant::now() }
    }
}

impl Display for Lines {
    fn step(&mut self, _: &Now) {}

    fn epoch(&mut self, history: &History) {
        let Some(last) = history.last() else { return };
        let done = last.epoch - self.extent.done;
        let left = self.extent.epochs - last.epoch;
        let seconds = self.started.elapsed().as_secs_f64() / done as f64 * left as f64;
        let left = if left == 0 { String::new() } else { format!("   {} left", duration(seconds)) };
        run::outln!("{}{left}", line(last, self.extent.epochs, history.best() == Some(last)));
    }
}
