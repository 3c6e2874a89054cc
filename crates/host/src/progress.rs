//! Progress bars, all in one style, on standard error.

use std::io::{self, IsTerminal};

pub use indicatif::{MultiProgress, ProgressBar};
use indicatif::{ProgressDrawTarget, ProgressStyle};

/// A bar of this length, or of one that is set later, with a text after it: a template of
/// `indicatif`, such as `{pos} of {len} runs`. None where standard error is no terminal.
pub fn bar(length: Option<u64>, text: &str) -> Option<ProgressBar> {
    io::stderr().is_terminal().then(|| styled(length, "{bar:24.cyan/blue}", text))
}

/// A smaller bar for a line among several of a [`MultiProgress`].
pub fn small_bar(length: u64, text: &str) -> ProgressBar {
    styled(Some(length), "{bar:12.dim}", text)
}

fn styled(length: Option<u64>, bar: &str, text: &str) -> ProgressBar {
    let drawn = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    // A template that does not parse leaves the plain style, which is a bar as well.
    match ProgressStyle::with_template(&format!("{bar} {text}")) {
        Ok(style) => drawn.with_style(style.progress_chars("━╸─")),
        Err(_) => drawn,
    }
}
