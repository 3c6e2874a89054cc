//! The command line of a program.

use std::io;

use clap::{
    CommandFactory, FromArgMatches,
    builder::{RangedU64ValueParser, TypedValueParser},
    error::ErrorKind,
};

/// The parser of a whole number from 1 to `most`.
pub fn from_1_to(most: u64) -> impl TypedValueParser<Value = usize> {
    RangedU64ValueParser::new().range(1..=most)
}

/// Parses the command line. Help goes to standard output, a mistake as one line to standard error.
///
/// # Errors
/// The exit code of the process: 0 after help, 1 if nobody can read it, 2 after a mistake.
pub fn parse<T: CommandFactory + FromArgMatches>() -> Result<T, u8> {
    let parsed = T::command().try_get_matches().and_then(|matches| T::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => help(&error),
        _ => {
            crate::errln!("{}", one_line(&error.to_string()));
            2
        }
    })
}

/// Prints help, and returns the exit code.
fn help(help: &clap::Error) -> u8 {
    match help.print() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            crate::errln!("error: standard output: {error}");
            1
        }
        _ => 0,
    }
}

/// The message and the hint of a clap error, without its usage text.
fn one_line(message: &str) -> String {
    let text = message.split("\n\nUsage:").next().unwrap_or(message);
    let text = text.split("\n\nFor more information").next().unwrap_or(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let jargon = [
        ("invalid float literal", "expected a number"),
        ("invalid digit found in string", "expected a whole number"),
        ("number too large to fit in target type", "expected a smaller number"),
        ("number too small to fit in target type", "expected a larger number"),
    ];
    let line = jargon.iter().fold(line, |line, (jargon, plain)| line.replace(jargon, plain));
    in_range(&line).unwrap_or(line)
}

/// The message about a number outside its range: `… 0 is not in 1..=9` in plain words.
fn in_range(line: &str) -> Option<String> {
    let (before, range) = line.rsplit_once(" is not in ")?;
    let (before, _) = before.rsplit_once(' ')?;
    let (least, most) = range.split_once("..=")?;
    Some(format!("{before} expected a whole number from {least} to {most}"))
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn an_error_of_clap_becomes_one_line_without_usage_and_jargon() {
        let error = "error: invalid value 'x' for '--lr <X>': invalid float literal\n\n\
                     Usage: train [OPTIONS]\n\nFor more information, try '--help'.\n";
        assert_eq!(one_line(error), "error: invalid value 'x' for '--lr <X>': expected a number");
        let error = "error: invalid value '0' for '--jobs <N>': 0 is not in 1..=9\n\nUsage: ";
        let expected =
            "error: invalid value '0' for '--jobs <N>': expected a whole number from 1 to 9";
        assert_eq!(one_line(error), expected);
        assert_eq!(one_line("error: a\n  b\n\nFor more information, try"), "error: a b");
    }
}
