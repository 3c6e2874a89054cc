//! The command line of a program.

use clap::{CommandFactory, FromArgMatches, error::ErrorKind};

/// Parses the command line. Help goes to standard output, a mistake as one line to standard error.
///
/// # Errors
/// The exit code of the process: 0 after help, 2 after a mistake.
pub fn parse<T: CommandFactory + FromArgMatches>() -> Result<T, u8> {
    let parsed = T::command().try_get_matches().and_then(|matches| T::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A closed standard output takes no help.
            let _ = error.print();
            0
        }
        _ => {
            crate::errln!("{}", one_line(&error.to_string()));
            2
        }
    })
}

/// The message and the hint of a clap error, without its usage text.
fn one_line(message: &str) -> String {
    let text = message.split("\n\nUsage:").next().unwrap_or(message);
    let text = text.split("\n\nFor more information").next().unwrap_or(text);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let jargon = [
        ("invalid float literal", "expected a number"),
        ("invalid digit found in string", "expected a whole number"),
        ("number would be zero for non-zero type", "expected a whole number of at least 1"),
    ];
    jargon.iter().fold(line, |line, (jargon, plain)| line.replace(jargon, plain))
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn an_error_of_clap_becomes_one_line_without_usage_and_jargon() {
        let error = "error: invalid value 'x' for '--lr <X>': invalid float literal\n\n\
                     Usage: train [OPTIONS]\n\nFor more information, try '--help'.\n";
        assert_eq!(one_line(error), "error: invalid value 'x' for '--lr <X>': expected a number");
        assert_eq!(one_line("error: a\n  b\n\nFor more information, try"), "error: a b");
    }
}
