//! Builds and starts things: `cargo xtask train`, `cargo xtask analysis`, `cargo xtask test`.
//!
//! This program never links Burn, so it is there in seconds. What it is told, it checks before it compiles anything.

mod analysis;
mod cargo;
mod interrupt;
mod test;
mod train;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use run::{TrainFlags, flags};

/// Trains networks on handwritten digits, and tests this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a network on handwritten digits
    Train(Box<TrainFlags>),
    /// Study how settings change training, and write a report
    Analysis(Box<analysis::AnalysisFlags>),
    /// Rebuild the report of an analysis from its runs
    Report {
        /// The folder of the analysis
        #[arg(default_value = "runs/analysis")]
        folder: PathBuf,
        /// Write it as PDF as well; the first time, this compiles a typesetter
        #[arg(long)]
        pdf: bool,
    },
    /// Run all tests
    Test(test::TestFlags),
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    interrupt::listen();
    let done = match arguments.command {
        Command::Train(flags) => train::train(*flags),
        Command::Analysis(flags) => analysis::analyse(*flags),
        Command::Report { folder, pdf } => analysis::report(&folder, pdf),
        Command::Test(flags) => test::test(&flags),
    };
    match done {
        Ok(code) => code.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            if error.is::<run::RequestError>() || error.is::<analysis::Refused>() {
                2.into()
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// The folder of the workspace, where `data/` and `runs/` are.
fn workspace() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
