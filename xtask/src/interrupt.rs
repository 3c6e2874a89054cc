//! Ctrl-C and other requests to stop. xtask passes a request on to the trainer, and waits until the
//! trainer has saved.

use std::{
    process::ChildStdin,
    sync::{Mutex, OnceLock, PoisonError},
};

use host::Stop;
pub use host::stop::EXIT_CODE;

static STOP: OnceLock<Stop> = OnceLock::new();

/// The standard input of a trainer. Its end stops the trainer, even if xtask is killed.
static INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// Catches requests from now on: the first one is passed on, the second one ends this program.
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
