//! Ctrl-C and other requests to stop. A request that reaches only this program is passed on to the
//! trainer, which saves; we wait for it.

use std::{
    process::ChildStdin,
    sync::{Mutex, OnceLock, PoisonError},
};

use host::Stop;
pub use host::stop::EXIT_CODE;

static STOP: OnceLock<Stop> = OnceLock::new();

/// The standard input of a trainer, which stops when it ends: also if we are killed.
static INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// From now on, the first request is remembered and passed on, and the second ends this program.
pub fn listen() {
    STOP.get_or_init(|| Stop::on_signals(|| hold(None)));
}

/// Ends this input as soon as a stop is requested.
pub fn pass_on_to(input: Option<ChildStdin>) {
    hold(input);
    if asked() {
        hold(None);
    }
}

/// Whether a stop was requested.
pub fn asked() -> bool {
    STOP.get().is_some_and(Stop::is_asked)
}

fn hold(input: Option<ChildStdin>) {
    *INPUT.lock().unwrap_or_else(PoisonError::into_inner) = input;
}
