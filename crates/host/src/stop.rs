//! Requests to stop a program: Ctrl-C, `kill`, a batch system, a closed terminal.

use std::{
    io,
    process::exit,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// The exit code of a program that stopped on request: that of shells for Ctrl-C.
pub const EXIT_CODE: u8 = 130;

/// The least time between two requests of a person. Signals that come sooner are one request: a
/// shell and the kernel both report a closed terminal, and a batch system may signal a process by
/// itself and in its group.
const APART: Duration = Duration::from_millis(500);

/// The request of signals to this process.
static OF_PROCESS: OnceLock<Stop> = OnceLock::new();

/// The reason why an operation ended early: this process shall stop.
#[derive(Debug, thiserror::Error)]
#[error("stopped on request")]
struct Stopped;

/// Whether this process shall stop. It never shall before [`Stop::on_signals`].
pub fn is_asked() -> bool {
    OF_PROCESS.get().is_some_and(Stop::is_asked)
}

/// Ends a long operation, such as reading a large file, if this process shall stop.
///
/// # Errors
/// A stop was requested. [`is_stop`] recognizes this error.
pub fn check() -> io::Result<()> {
    if is_asked() { Err(io::Error::other(Stopped)) } else { Ok(()) }
}

/// Whether an operation ended because a stop was requested.
pub fn is_stop(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|reason| reason.is::<Stopped>())
}

/// A request to stop. All clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Catches the signals to this process from now on: the first one requests a stop and calls
    /// `pass_on`; a second Ctrl-C or `kill`, half a second later or more, calls `tidy` and ends
    /// the program. A closed terminal does not count under `nohup`. If the system refuses, a
    /// warning says that the first signal ends the program.
    pub fn on_signals(
        pass_on: impl Fn() + Send + 'static,
        tidy: impl Fn() + Send + 'static,
    ) -> Self {
        let stop = OF_PROCESS.get_or_init(Self::default).clone();
        // The first signal must save, also if a stop was requested in another way before.
        let (request, mut first) = (stop.clone(), None);
        let listening = listen(move |signal| match first {
            None => {
                first = Some(Instant::now());
                request.ask();
                pass_on();
            }
            Some(first) if is_second(signal, first.elapsed()) => {
                tidy();
                exit(EXIT_CODE.into());
            }
            Some(_) => {}
        });
        if let Err(error) = listening {
            crate::errln!("warning: Ctrl-C will end this program without saving: {error}");
        }
        stop
    }

    /// Requests a stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether a stop was requested.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A signal that requests a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    /// Ctrl-C, or `kill`.
    Asked,
    /// The terminal is closed.
    HungUp,
}

/// Whether a signal this long after the first one is another request.
fn is_second(signal: Signal, after_first: Duration) -> bool {
    signal == Signal::Asked && after_first >= APART
}

/// Calls `on_signal` on a thread of its own, signal by signal.
#[cfg(unix)]
fn listen(on_signal: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    let kind = |signal| if signal == SIGHUP { Signal::HungUp } else { Signal::Asked };
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hang_up))?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || signals.forever().map(kind).for_each(on_signal))?;
    Ok(())
}

/// Whether the parent process made this program ignore a signal; known only on Linux.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ignored >> (signal - 1) & 1 == 1
}

#[cfg(not(unix))]
fn listen(mut on_signal: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(move || on_signal(Signal::Asked)).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_request_of_a_person_is_a_second_one() {
        for (signal, after, expected) in [
            (Signal::Asked, 0, false),
            (Signal::Asked, 400, false),
            (Signal::Asked, 600, true),
            (Signal::HungUp, 0, false),
            (Signal::HungUp, 5_000, false),
        ] {
            let after = Duration::from_millis(after);
            assert_eq!(is_second(signal, after), expected, "{signal:?} after {after:?}");
        }
    }
}
