//! Ctrl-C and other requests to stop. A request that reaches only this program is passed on to the
//! trainer, which saves; we wait for it.

use std::{
    process::{ChildStdin, exit},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exit code of a program that was asked to stop.
pub const EXIT_CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// The standard input of a trainer, which stops when it ends: also if we are killed.
static INPUT: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// From now on, the first wish is remembered and passed on, and the second ends us at once.
pub fn listen() {
    let listening = run::signals::on_stop(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            exit(EXIT_CODE.into());
        }
        hold(None);
    });
    if let Err(error) = listening {
        run::errln!(
            "warning: Ctrl-C will end this program before the ones that it started: {error}"
        );
    }
}

/// Ends this input as soon as somebody asks us to stop.
pub fn pass_on_to(input: Option<ChildStdin>) {
    hold(input);
    if asked() {
        hold(None);
    }
}

/// Whether somebody asked us to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

fn hold(input: Option<ChildStdin>) {
    *INPUT.lock().unwrap_or_else(PoisonError::into_inner) = input;
}
