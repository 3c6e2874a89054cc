//! Builds and starts the programs: `cargo xtask train`, `cargo xtask analysis`, `cargo xtask test`.
//!
//! This program never links Burn, so it is compiled in seconds. It checks flags and files
//! before it compiles anything.

mod analysis;
mod bench;
mod bundle;
mod cargo;
mod datasets;
mod demo;
mod download;
mod evaluate;
mod export;
mod import;
mod interrupt;
mod network;
mod pictures;
mod predict;
mod program;
mod revision;
mod test;
mod train;
mod usage;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use data::ReadError;
use host::{flags, stop};
use run::{TrainFlags, images::RunImagesError};

/// Trains networks on labelled images, and tests this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a network on labelled images, by default MNIST's digits
    Train(Box<TrainFlags>),
    /// Evaluate a trained network: accuracy, mistakes, calibration
    Evaluate(evaluate::EvaluateFlags),
    /// Predict the digits of photographs and scans, or the labels of a CSV for Kaggle
    Predict(predict::PredictFlags),
    /// Study how settings change training, and write a report
    Analysis(Box<analysis::AnalysisFlags>),
    /// Rebuild the report of an analysis from its runs
    Report {
        /// Folder of the analysis [default: runs/analysis]
        folder: Option<PathBuf>,
        /// Also write report.pdf; its first use compiles typst for some minutes
        #[arg(long)]
        pdf: bool,
    },
    /// Make a web page to draw digits on, with the predictions of a trained network
    Demo(demo::DemoFlags),
    /// Write a trained network as ONNX, for other programs
    Export(export::ExportFlags),
    /// List, check or download data sets
    Data {
        #[command(subcommand)]
        command: Option<datasets::DataCommand>,
    },
    /// Pack the notebook, the report and the sources into one file
    Bundle(bundle::BundleFlags),
    /// Time training, a study, reading a CSV and the start, also of PyTorch and JAX
    Bench(bench::BenchFlags),
    /// Run all tests
    Test(test::TestFlags),
}

impl Command {
    /// Whether the command may start programs, which it waits for after a request to stop. Other
    /// commands end at once.
    fn starts_programs(&self) -> bool {
        use datasets::DataCommand::Check;
        !matches!(
            self,
            Self::Demo(_)
                | Self::Export(_)
                | Self::Report { pdf: false, .. }
                | Self::Data { command: None | Some(Check { .. }) }
        )
    }

    /// Whether the command is one of those that may run for hours: what these print is their
    /// progress, not their result.
    fn trains(&self) -> bool {
        matches!(self, Self::Train(_) | Self::Analysis(_))
    }
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    if arguments.command.starts_programs() {
        interrupt::listen();
    }
    let must_print = !arguments.command.trains();
    let done = match arguments.command {
        Command::Train(flags) => train::train(*flags),
        Command::Evaluate(flags) => evaluate::evaluate(flags),
        Command::Predict(flags) => predict::predict(flags),
        Command::Analysis(flags) => analysis::analyse(*flags),
        Command::Report { folder, pdf } => analysis::report(folder, pdf),
        Command::Demo(flags) => demo::demo(flags),
        Command::Export(flags) => export::export(flags),
        Command::Bundle(flags) => bundle::bundle(flags),
        Command::Data { command } => datasets::data(command),
        Command::Bench(flags) => bench::bench(flags),
        Command::Test(flags) => test::test(&flags),
    };
    let code = done.and_then(|code| if must_print { printed(code) } else { Ok(code) });
    let code = code.unwrap_or_else(|error| {
        if is_stop(&error) {
            host::errln!("stopped");
            return interrupt::EXIT_CODE;
        }
        host::errln!("error: {error:#}");
        exit_code(&error)
    });
    // A program that a signal ended has no exit code of its own.
    if code != 0 && interrupt::asked() { interrupt::EXIT_CODE.into() } else { code.into() }
}

/// The exit code of a command, unless what it printed was lost.
fn printed(code: u8) -> anyhow::Result<u8> {
    host::print::lost().map_or(Ok(code), |error| Err(anyhow!("standard output: {error}")))
}

/// Whether a command ended because a stop was requested.
fn is_stop(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(stop::is_stop)
        || error.downcast_ref().is_some_and(ReadError::is_stop)
        || error.downcast_ref().is_some_and(RunImagesError::is_stop)
}

/// The exit code of an error: 2 after a mistake of the user, 1 after any other failure.
fn exit_code(error: &anyhow::Error) -> u8 {
    if error.is::<usage::UsageError>() { 2 } else { 1 }
}
