//! The command line of the trainer: the file of a job, or of a request for predictions, from `cargo
//! xtask`.

use std::{
    io,
    path::PathBuf,
    process::{self, ExitCode},
    thread,
};

use anyhow::Context;
use clap::Parser;
use host::{Stop, flags, stop};
use mimalloc::MiMalloc;
use run::Outcome;
use trainer::{
    job::{self, DisplayFlags, TrainerError},
    prediction,
};

/// The system's allocator gives each tensor back to the system and takes fresh pages for the next:
/// with it, a small step on the CPU spends most of its time in page faults.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Trains a network that classifies small images.
#[derive(Parser)]
#[command(name = "trainer", version)]
struct Arguments {
    /// File of the job, from `cargo xtask`: run folder and settings
    job: PathBuf,
    /// Read the file as a request for predictions of a trained network
    #[arg(long, conflicts_with_all = ["check", "tui", "tensorboard", "cache"])]
    predict: bool,
    /// Check that this machine can carry out the job, and train nothing
    #[arg(long, conflicts_with_all = ["tui", "tensorboard", "cache"])]
    check: bool,
    /// Cache of parsed images [default: that of the job]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    displays: DisplayFlags,
    /// Stop at the end of standard input, which comes when the parent process ends; a training
    /// saves first
    #[arg(long)]
    stop_at_end_of_input: bool,
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    if arguments.predict || arguments.check {
        if arguments.stop_at_end_of_input
            && let Err(failure) = at_end_of_input(|| process::exit(stop::EXIT_CODE.into()))
        {
            return fail(&failure);
        }
        let carry_out = if arguments.check { job::check } else { prediction::run };
        return carry_out(&arguments.job)
            .map_or_else(|failure| fail(&failure), |()| ExitCode::SUCCESS);
    }
    let stop = Stop::on_signals(|| {}, || {});
    if arguments.stop_at_end_of_input {
        let stop = stop.clone();
        if let Err(failure) = at_end_of_input(move || stop.ask()) {
            return fail(&failure);
        }
    }
    match job::run(&arguments.job, arguments.cache, arguments.displays, &stop) {
        Ok(Outcome::Finished) => ExitCode::SUCCESS,
        Ok(Outcome::Interrupted) => stop::EXIT_CODE.into(),
        // The job has said where.
        Ok(Outcome::Diverged { .. }) => ExitCode::FAILURE,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &TrainerError) -> ExitCode {
    if failure.is_stop() {
        host::errln!("stopped");
        return stop::EXIT_CODE.into();
    }
    host::errln!("error: {failure}");
    if failure.is_usage() { 2.into() } else { ExitCode::FAILURE }
}

/// Does this at the end of standard input: the parent process has closed it, or has ended.
///
/// # Errors
/// The system allows no thread for it.
fn at_end_of_input(stop: impl FnOnce() + Send + 'static) -> Result<(), TrainerError> {
    let wait = move || {
        // An input that cannot be read has ended, too.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        stop();
    };
    thread::Builder::new().spawn(wait).context("cannot start a thread")?;
    Ok(())
}
