//! Requests to stop a program: Ctrl-C, `kill`, a batch system, a terminal that is closed.

use std::io;

/// Calls `asked` on a thread of its own each time that this program is asked to stop. A closed
/// terminal does not count if the program was started to survive that, as with `nohup`.
///
/// # Errors
/// The system refuses; then a request to stop ends the program at once.
pub fn on_stop(asked: impl FnMut() + Send + 'static) -> io::Result<()> {
    listen(asked)
}

#[cfg(unix)]
fn listen(mut asked: impl FnMut() + Send + 'static) -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hang_up))?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || signals.forever().for_each(|_| asked()))?;
    Ok(())
}

/// Whether this program was started with a signal ignored; known only on Linux.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    ignored >> (signal - 1) & 1 == 1
}

#[cfg(not(unix))]
fn listen(asked: impl FnMut() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(asked).map_err(io::Error::other)
}
