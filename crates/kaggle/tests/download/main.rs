//! The real client against a server on this machine that behaves as Kaggle and its storage do,
//! faults included.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod credentials;
mod faults;
mod files;
mod server;
mod storage;
mod user;

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Waits for what another process or thread does; fails when it does not.
fn wait_until(expected: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain: {expected}");
        sleep(Duration::from_millis(5));
    }
}
