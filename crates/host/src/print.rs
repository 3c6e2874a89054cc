//! `println!` and `eprintln!` without panics and without surprises: a closed pipe, as after `|
//! head`, or a full disk behind `>` does not end a training, and the name of a file cannot control
//! the terminal, nor break a message into two.

use std::{
    fmt::Arguments,
    io::{self, Write},
    sync::OnceLock,
};

/// Prints a line to standard output. It is not an error if nobody reads on; [`print::lost`] keeps
/// any other error.
///
/// [`print::lost`]: crate::print::lost
#[macro_export]
macro_rules! outln {
    ($($argument:tt)*) => { $crate::print::out(::std::format_args!($($argument)*)) };
}

/// Prints a message of one line to standard error, and ignores errors.
#[macro_export]
macro_rules! errln {
    ($($argument:tt)*) => { $crate::print::err(::std::format_args!($($argument)*)) };
}

/// The first error of standard output.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// The error by which lines on standard output were lost; none if all were written, or if the
/// reader has closed the pipe.
pub fn lost() -> Option<&'static io::Error> {
    LOST.get()
}

#[doc(hidden)]
pub fn out(text: Arguments) {
    if let Err(error) = line(io::stdout(), text, "\n\t")
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error);
    }
}

#[doc(hidden)]
pub fn err(text: Arguments) {
    // There is no other place for it.
    let _ = line(io::stderr(), text, "\t");
}

/// Writes a line, with a replacement character in the place of each control character but these.
fn line(mut to: impl Write, text: Arguments, allowed: &str) -> io::Result<()> {
    let is_control = |character: char| character.is_control() && !allowed.contains(character);
    writeln!(to, "{}", text.to_string().replace(is_control, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    fn printed(text: &str, allowed: &str) -> String {
        let mut printed = Vec::new();
        line(&mut printed, format_args!("{text}"), allowed).unwrap();
        String::from_utf8(printed).unwrap()
    }

    #[test]
    fn no_text_controls_the_terminal() {
        let text = "a\u{1b}[31m.csv\r\n\té";
        assert_eq!(printed(text, "\n\t"), "a\u{fffd}[31m.csv\u{fffd}\n\té\n");
        assert_eq!(printed(text, "\t"), "a\u{fffd}[31m.csv\u{fffd}\u{fffd}\té\n");
    }
}
