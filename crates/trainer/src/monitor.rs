//! Follows a pass over the training rows, step by step: measures, shows, and asks whether to stop.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use host::{Stop, Stopwatch};

use crate::{
    display::{Display, Now},
    meter::{Meter, NotFinite},
    metrics::Output,
    state::Cursor,
};

/// How long measurements may stay on the device, and how many of them. The display is updated when
/// they are read.
const PENDING_FOR: Duration = Duration::from_millis(100);
const PENDING_BATCHES: usize = 256;

/// How a pass over the training rows ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassEnd {
    /// After the last step of the epoch.
    Complete,
    /// A stop was requested.
    Stopped,
    /// The loss of this step, from 1, was not a finite number.
    Diverged {
        /// The step, from 1.
        step: usize,
    },
}

/// The monitor of one pass.
pub struct Monitor<'a> {
    display: &'a mut dyn Display,
    stop: &'a Stop,
    meter: Meter,
    epoch: usize,
    /// Steps done before the pass, now, and of a whole epoch.
    first: usize,
    step: usize,
    steps: usize,
    /// Seconds of the epoch before the pass.
    seconds: f64,
    stopwatch: Stopwatch,
    last_read: Instant,
    is_stopped: bool,
}

impl<'a> Monitor<'a> {
    /// The monitor of what is left of an epoch with this many steps.
    pub fn new(
        cursor: &Cursor,
        steps: usize,
        stop: &'a Stop,
        display: &'a mut dyn Display,
    ) -> Self {
        Self {
            display,
            stop,
            meter: Meter::starting_from(cursor.totals.clone()),
            epoch: cursor.epoch,
            first: cursor.step,
            step: cursor.step,
            steps,
            seconds: cursor.seconds,
            stopwatch: Stopwatch::start(),
            last_read: Instant::now(),
            is_stopped: false,
        }
    }

    /// Reports a step, and says whether the pass goes on.
    ///
    /// # Errors
    /// The device failed.
    pub fn step(&mut self, output: Output) -> anyhow::Result<ControlFlow<()>> {
        self.meter.add(&output);
        self.stopwatch.lap();
        self.step += 1;
        self.is_stopped = self.step < self.steps && self.stop.is_asked();
        let is_due = self.meter.pending() == PENDING_BATCHES
            || self.last_read.elapsed() > PENDING_FOR
            || self.is_stopped;
        if !is_due {
            return Ok(ControlFlow::Continue(()));
        }
        let Ok(totals) = self.meter.read()? else { return Ok(ControlFlow::Break(())) };
        let elapsed = self.stopwatch.counted();
        self.display.step(&Now { epoch: self.epoch, totals: &totals, elapsed });
        self.last_read = Instant::now();
        Ok(if self.is_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Ends the pass: moves the cursor to where it ended.
    ///
    /// # Errors
    /// The device failed.
    pub fn finish(mut self, cursor: &mut Cursor) -> anyhow::Result<PassEnd> {
        let totals = self.meter.read()?;
        cursor.step = self.step;
        self.stopwatch.lap();
        cursor.seconds = self.seconds + self.stopwatch.counted().as_secs_f64();
        Ok(match totals {
            Err(NotFinite(step)) => PassEnd::Diverged { step: self.first + step + 1 },
            Ok(totals) => {
                cursor.totals = totals;
                if self.is_stopped { PassEnd::Stopped } else { PassEnd::Complete }
            }
        })
    }
}
