//! Ctrl-C and other requests to stop. xtask passes a request on to the trainer, and waits until the
//! trainer has saved. A build ends at once.

use std::{
    io,
    process::{Child, ChildStdin, ExitStatus},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use host::Stop;
pub use host::stop::{EXIT_CODE, is_asked as asked};
use run::RunFolder;

/// The standard input of a trainer. Its end stops the trainer, even if xtask is killed.
static INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// The cargo that is building.
static BUILD: Mutex<Option<Child>> = Mutex::new(None);

/// The folder of a run that may not have begun.
static FOLDER: OnceLock<RunFolder> = OnceLock::new();

/// The longest wait for a trainer that stops, and the interval between two looks.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOKS: Duration = Duration::from_millis(10);

/// Catches requests from now on: the first one is passed on, the second one ends this program.
pub fn listen() {
    Stop::on_signals(pass_on, discard);
}

/// Ends this input as soon as a stop is requested.
pub fn pass_on_to(input: Option<ChildStdin>) {
    *held(&INPUT) = input;
    if asked() {
        pass_on();
    }
}

/// Ends this build as soon as a stop is requested.
pub fn ends(build: Child) {
    *held(&BUILD) = Some(build);
    if asked() {
        pass_on();
    }
}

/// Waits for the build, whose output has ended; none if there is no build.
///
/// # Errors
/// The system cannot wait for it.
pub fn wait_for_build() -> io::Result<Option<ExitStatus>> {
    let build = held(&BUILD).take();
    build.map(|mut build| build.wait()).transpose()
}

/// Names the folder that the second request removes, if no run has begun in it.
pub fn discards(folder: &RunFolder) {
    FOLDER.get_or_init(|| folder.clone());
}

fn pass_on() {
    held(&INPUT).take();
    if let Some(build) = &mut *held(&BUILD) {
        // It may have ended by itself.
        let _ = build.kill();
    }
}

fn held<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
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
