//! Ctrl-C. It reaches the programs that we started as well as us: they save, and we wait for them.

use std::{
    process::exit,
    sync::atomic::{AtomicBool, Ordering},
};

/// The exit code of a program that was asked to stop.
pub const EXIT_CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on, the first Ctrl-C is remembered, and the second ends us at once.
pub fn listen() {
    let handler = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            exit(EXIT_CODE.into());
        }
    });
    if let Err(error) = handler {
        eprintln!("warning: Ctrl-C will end us before what we started: {error}");
    }
}

/// Whether somebody asked us to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
