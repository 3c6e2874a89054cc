//! Requests to stop a program: Ctrl-C, `kill`, a batch system, a closed terminal.

use std::{
    io, mem,
    process::exit,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exit code of a program that stopped on request: that of shells for Ctrl-C.
pub const EXIT_CODE: u8 = 130;

/// A request to stop. All clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Catches signals from now on: the first one requests a stop and calls `on_signal`, the second
    /// one ends the program. A closed terminal does not count under `nohup`. If the system refuses,
    /// a warning says that the first signal ends the program.
    pub fn on_signals(pass_on: impl Fn() + Send + 'static) -> Self {
        let stop = Self::default();
        // The first signal must save, also if a stop was requested in another way before.
        let (request, mut is_second) = (stop.clone(), false);
        let listening = listen(move || {
            if mem::replace(&mut is_second, true) {
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
