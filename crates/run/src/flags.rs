//! The command line of `train`.

use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, error::ErrorKind};

use crate::Settings;

/// The flags of `train`.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
pub struct TrainFlags {
    /// What differs from the file and the defaults.
    #[command(flatten)]
    pub settings: Settings,
    /// A TOML file that describes the run; flags override it
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub config: Option<PathBuf>,
    /// The folder of the run [default: the next free number in runs/]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Resume the run in --out, or the latest in runs/; a larger --epochs trains it further
    #[arg(long)]
    pub resume: bool,
    /// Show burn-train's dashboard while it trains; the first time, this builds the trainer once
    /// more
    #[arg(long)]
    pub tui: bool,
    /// Write an event file for TensorBoard into the run folder: tensorboard --logdir runs
    #[arg(long)]
    pub tensorboard: bool,
}

impl TrainFlags {
    /// The same with every path as `seen` gives it.
    ///
    /// # Errors
    /// The first error of `seen`.
    pub fn try_map_paths<E>(
        mut self,
        seen: impl Fn(&Path) -> Result<PathBuf, E>,
    ) -> Result<Self, E> {
        let Settings { data, test_data, .. } = &mut self.settings;
        for path in [data, test_data, &mut self.config, &mut self.out].into_iter().flatten() {
            *path = seen(path)?;
        }
        Ok(self)
    }
}

/// Reads the command line. Help goes to standard output; a mistake is one line on standard error.
///
/// # Errors
/// The exit code with which the process should end at once: 0 after help, 2 after a mistake.
pub fn parse<T: CommandFactory + FromArgMatches>() -> Result<T, u8> {
    let parsed = T::command().try_get_matches().and_then(|matches| T::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Nothing to do about a standard output that is closed.
            let _ = error.print();
            0
        }
        _ => {
            crate::errln!("{}", one_line(&error.to_string()));
            2
        }
    })
}

/// The message and the hint of a clap error, without the usage that follows.
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
