//! A request to stop, which may come from anywhere.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether a stop was requested. All clones share the same request.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for a stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
