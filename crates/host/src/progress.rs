//! Progress bars on standard error, all in one style.

use std::{
    env,
    io::{self, IsTerminal},
};

pub use indicatif::{MultiProgress, ProgressBar};
use indicatif::{ProgressDrawTarget, ProgressStyle};

/// A bar of this length, which may be set later, with a text after it: a template of `indicatif`,
/// such as `{pos} of {len} runs`. None if standard error is no terminal that can move its
/// cursor.
pub fn bar(length: Option<u64>, text: &str) -> Option<ProgressBar> {
    can_draw(&io::stderr()).then(|| styled(length, "{bar:24.cyan/blue}", text))
}

/// Whether this is a terminal that can move its cursor. Where `TERM` is "dumb" or not set, as in
/// some editors, it cannot; Windows has no such variable.
pub fn can_draw(stream: &impl IsTerminal) -> bool {
    let is_dumb = || env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    stream.is_terminal() && (cfg!(windows) || !is_dumb())
}

/// A smaller bar for a line among several of a [`MultiProgress`].
pub fn small_bar(length: u64, text: &str) -> ProgressBar {
    styled(Some(length), "{bar:12.dim}", text)
}

fn styled(length: Option<u64>, bar: &str, text: &str) -> ProgressBar {
    let drawn = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    // An invalid template leaves the plain style of a bar.
    match ProgressStyle::with_template(&format!("{bar} {text}")) {
        Ok(style) => drawn.with_style(style.progress_chars("━╸─")),
        Err(_) => drawn,
    }
}
