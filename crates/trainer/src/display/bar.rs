use host::{
    progress::{self, ProgressBar},
    text::thousands,
};
use run::History;

use super::{Display, Extent, Now, line, titles};

/// A progress bar over all epochs, and a line for each epoch above it: for terminals.
pub(super) struct Bar {
    extent: Extent,
    bar: ProgressBar,
}

impl Bar {
    /// None where standard error is no terminal that can draw.
    pub(super) fn new(extent: Extent) -> Option<Self> {
        let samples = extent.epochs as u64 * extent.samples;
        let bar = progress::bar(Some(samples), "{msg}  {eta} left")?;
        bar.set_position(extent.done as u64 * extent.samples);
        bar.reset_eta();
        host::outln!("{}", titles(extent.epochs));
        Some(Self { extent, bar })
    }
}

impl Display for Bar {
    fn step(&mut self, now: &Now) {
        let Extent { epochs, samples, .. } = self.extent;
        let Some(measures) = now.totals.measures() else { return };
        self.bar.set_position((now.epoch as u64 - 1) * samples + now.totals.samples);
        self.bar.set_message(format!(
            "epoch {}/{epochs}  loss {:.4}  accuracy {:.4}  {} samples/s",
            now.epoch,
            measures.loss(),
            measures.accuracy(),
            thousands(now.totals.samples as f64 / now.elapsed.as_secs_f64()),
        ));
    }

    fn epoch(&mut self, history: &History) {
        let Some(last) = history.last() else { return };
        let line = line(last, self.extent.epochs, history.best() == Some(last));
        // Standard output may be a file, even if the bar is on a terminal.
        self.bar.suspend(|| host::outln!("{line}"));
        self.bar.set_position(last.epoch as u64 * self.extent.samples);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
