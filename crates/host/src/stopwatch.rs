//! Measures time, but for the time in which the process was stopped: by Ctrl-Z, or by a batch
//! system that made room for others.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Adds up laps. A lap in which the process was stopped and continued does not count: laps are
/// short, and the system does not say how long it was stopped.
#[derive(Debug)]
pub struct Stopwatch {
    counted: Duration,
    lap_began: Instant,
    continued: u64,
}

impl Stopwatch {
    /// Starts the first lap.
    pub fn start() -> Self {
        Self { counted: Duration::ZERO, lap_began: Instant::now(), continued: times_continued() }
    }

    /// Ends a lap and starts the next one.
    pub fn lap(&mut self) {
        let (now, continued) = (Instant::now(), times_continued());
        if continued == self.continued {
            self.counted += now - self.lap_began;
        }
        (self.lap_began, self.continued) = (now, continued);
    }

    /// The sum of the laps that count.
    pub fn counted(&self) -> Duration {
        self.counted
    }
}

/// How often the process was seen to continue after a stop, since the first call.
fn times_continued() -> u64 {
    static TIMES: AtomicU64 = AtomicU64::new(0);
    static HAS_CONTINUED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let has_continued = HAS_CONTINUED.get_or_init(|| {
        let flag = Arc::default();
        note_continuing(&flag);
        flag
    });
    let again =
        has_continued.load(Ordering::Relaxed) && has_continued.swap(false, Ordering::SeqCst);
    TIMES.fetch_add(u64::from(again), Ordering::SeqCst) + u64::from(again)
}

/// Sets the flag whenever the process continues. If the system refuses, stops count as time.
#[cfg(unix)]
fn note_continuing(flag: &Arc<AtomicBool>) {
    let _ = signal_hook::flag::register(signal_hook::consts::SIGCONT, flag.clone());
}

#[cfg(not(unix))]
fn note_continuing(_flag: &Arc<AtomicBool>) {}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::thread::sleep;

    use signal_hook::{consts::SIGCONT, low_level::raise};

    use super::*;

    #[test]
    fn a_lap_in_which_the_process_continued_does_not_count() {
        let pause = Duration::from_millis(20);
        let (mut stopped, mut other) = (Stopwatch::start(), Stopwatch::start());
        sleep(pause);
        raise(SIGCONT).unwrap();
        stopped.lap();
        other.lap();
        assert_eq!((stopped.counted(), other.counted()), (Duration::ZERO, Duration::ZERO));
        sleep(pause);
        stopped.lap();
        assert!(stopped.counted() >= pause);
    }
}
