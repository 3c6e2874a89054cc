//! Requests to stop a program: Ctrl-C, `kill`, a batch system, a closed terminal.

use std::{
    io, mem,
    process::exit,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exit code of a program that stopped on request: that of shells for Ctrl-C.
pub const EXIT_CODE: u8 = 130;

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
    /// `pass_on`, the second one calls `tidy` and ends the program. A closed terminal does not
    /// count under `nohup`. If the system refuses, a warning says that the first signal ends the
    /// program.
    pub fn on_signals(
        pass_on: impl Fn() + Send + 'static,
        tidy: impl Fn() + Send + 'static,
    ) -> Self {
        let stop = OF_PROCESS.get_or_init(Self::default).clone();
        // The first signal must save, also if a stop was requested in another way before.
        let (request, mut is_second) = (stop.clone(), false);
        let listening = listen(move || {
            if mem::replace(&mut is_second, true) {
                tidy();
                exit(EXIT_CODE.into());
            }
            request.ask();
            pass_on();
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

/// Calls `on_signal` on a thread of its own, signal by signal.
#[cfg(unix)]
fn listen(mut on_signal: impl FnMut() + Send + 'static) -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hang_up))?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || signals.forever().for_each(|_| on_signal()))?;
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
fn listen(on_signal: impl FnMut() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(on_signal).map_err(io::Error::other)
}
