//! Panics of libraries, as errors.

use std::{
    panic,
    sync::{Arc, OnceLock},
};

/// Does some work of a library that may panic, also in threads of its own, and keeps all that it
/// says off the terminal.
///
/// # Errors
/// The work panicked: the first line of the first panic, without its full stop.
pub fn caught<T>(work: impl FnOnce() -> T + panic::UnwindSafe) -> Result<T, String> {
    let first = Arc::new(OnceLock::new());
    let heard = first.clone();
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        // Only the first one is kept.
        let _ = heard.set(panic.payload_as_str().unwrap_or("the library gave up").to_owned());
    }));
    let done = panic::catch_unwind(work);
    panic::set_hook(hook);
    done.map_err(|_| {
        let message = first.get().and_then(|message| message.lines().next()).unwrap_or_default();
        message.trim_end_matches('.').to_owned()
    })
}
