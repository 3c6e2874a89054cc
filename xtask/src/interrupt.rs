//! Ctrl-C and other requests to stop. xtask passes a request on to the trainer, and waits until the
//! trainer has saved.

use std::{
    process::ChildStdin,
    sync::{Mutex, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use host::Stop;
pub use host::stop::{EXIT_CODE, is_asked as asked};
use run::RunFolder;

/// The standard input of a trainer. Its end stops the trainer, even if xtask is killed.
static INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// The folder of a run that may not have begun.
static FOLDER: OnceLock<RunFolder> = OnceLock::new();

/// The longest wait for a trainer that stops, and the interval between two looks.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOKS: Duration = Duration::from_millis(10);

/// Catches requests from now on: the first one is passed on, the second one ends this program.
pub fn listen() {
    Stop::on_signals(|| hold(None), discard);
}

/// Ends this input as soon as a stop is requested.
pub fn pass_on_to(input: Option<ChildStdin>) {
    hold(input);
    if asked() {
        hold(None);
    }
}

/// Names the folder that the second request removes, if no run has begun in it.
pub fn discards(folder: &RunFolder) {
    FOLDER.get_or_init(|| folder.clone());
}

fn hold(input: Option<ChildStdin>) {
    *INPUT.lock().unwrap_or_else(PoisonError::into_inner) = input;
}

fn discard() {
    let Some(folder) = FOLDER.get() else { return };
    let started = Instant::now();
    // Until the trainer has ended, it holds the folder.
    while folder.path().exists() && !folder.holds_run() && started.elapsed() < PATIENCE {
        folder.discard_unused();
        thread::sleep(LOOKS);
    }
}
