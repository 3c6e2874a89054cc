//! `println!` and `eprintln!` without panics and without surprises: a closed pipe, as after `|
//! head`, or a full disk behind `>` does not end a training, and the name of a file cannot control
//! the terminal.

use std::{fmt::Arguments, io::Write};

/// Prints a line to standard output, and ignores errors.
#[macro_export]
macro_rules! outln {
    ($($argument:tt)*) => {
        $crate::print::line(::std::io::stdout(), ::std::format_args!($($argument)*))
    };
}

/// Prints a line to standard error, and ignores errors.
#[macro_export]
macro_rules! errln {
    ($($argument:tt)*) => {
        $crate::print::line(::std::io::stderr(), ::std::format_args!($($argument)*))
    };
}

/// Writes a line, with a replacement character in the place of each control character but line
/// breaks and tabs.
#[doc(hidden)]
pub fn line(mut to: impl Write, text: Arguments) {
    let is_control = |character: char| character.is_control() && !"\n\t".contains(character);
    let text = text.to_string().replace(is_control, "\u{fffd}");
    let _ = writeln!(to, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_controls_the_terminal() {
        let mut printed = Vec::new();
        line(&mut printed, format_args!("{}\n\t{}", "a\u{1b}[31m.csv\r", 'é'));
        assert_eq!(String::from_utf8_lossy(&printed), "a\u{fffd}[31m.csv\u{fffd}\n\té\n");
    }
}
