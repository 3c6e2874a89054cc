use std::{
    mem,
    time::{Duration, Instant},
};

use host::text::duration;
use run::History;

use super::{Display, Epoch, Extent, Now, line, titles};

/// A line an epoch, on standard output: for logs and pipes.
pub(super) struct Lines {
    extent: Extent,
    last: Instant,
    /// What each epoch took, everything included.
    took: Vec<Duration>,
}

impl Lines {
    pub(super) fn new(extent: Extent) -> Self {
        host::outln!("{}    time left", titles(extent.epochs));
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
        let left = (left > 0).then_some(seconds);
        host::outln!("{}", with_left(last, self.extent.epochs, history.best() == Some(last), left));
    }
}

/// The line of an epoch, with the seconds that are left.
fn with_left(epoch: &Epoch, epochs: usize, best: bool, left: Option<f64>) -> String {
    // Of days, nobody wants to know the minutes.
    const LONG: f64 = 360_000.0;
    let left = left.map(|left| match left {
        ..LONG => duration(left),
        _ => format!("{:.0} h", left / 3600.0),
    });
    format!("{}  {:>11}", line(epoch, epochs, best), left.unwrap_or_default()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use run::{Measures, Metric};

    use super::*;

    /// The line of the last of so many epochs, with these numbers.
    fn shown(epochs: usize, loss: f64, samples_per_second: f64, left: f64) -> String {
        let value = |metric| match metric {
            Metric::Loss => Some(loss),
            _ => Some(1.0),
        };
        let measures = Measures::of(value).unwrap_or_else(|| unreachable!("both are there"));
        let (train, valid) = (measures, measures);
        let (train_eval, seconds) = (None, 1.0);
        let epoch = Epoch { epoch: epochs, train, valid, train_eval, seconds, samples_per_second };
        with_left(&epoch, epochs, true, Some(left))
    }

    #[test]
    fn an_epoch_of_any_run_has_a_line_of_at_most_80_columns_below_its_titles() {
        for epochs in [1, 10, 100, 1_000, 9_999, 10_000, 1_000_000_000] {
            for loss in [0.1234, 99_998.5, 3.4e38, f64::NAN] {
                for left in [605.0, 3_599.0, 359_999.0, 360_000.0, 3.6e11] {
                    let line = shown(epochs, loss, 20_000_000.0, left);
                    assert!(line.chars().count() <= 80, "{line}");
                    assert_eq!(line.len(), titles(epochs).len() + "    time left".len(), "{line}");
                }
            }
        }
        assert_eq!(
            shown(100, 0.2345, 48_000.0, 605.0),
            "100/100      0.2345    1.0000      0.2345    1.0000*     48,000  10 min 05 s"
        );
        assert!(shown(20_000, 0.2345, 48_000.0, 720_000.0).ends_with("     48,000        200 h"));
    }
}
