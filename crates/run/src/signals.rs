//! What asks a program to stop: Ctrl-C, `kill`, a batch system, a terminal that is closed.

use std::io;

/// Calls `asked` each time that somebody asks this program to stop, from a thread of its own. A closed terminal does not, if
/// the program was started to survive that, as `nohup` does.
///
/// # Errors
/// The system refuses; then whoever asks ends the program at once.
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
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || signals.forever().for_each(|_| asked()))?;
    Ok(())
}

/// Whether whoever started this program had it ignore a signal; known on Linux alone.
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
