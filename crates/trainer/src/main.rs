//! The trainer's command line: a file that describes the job, or asks for predictions, which `cargo
//! xtask` writes.

use std::{io, path::PathBuf, process::ExitCode, thread};

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

/// Trains a network that tells small images apart.
#[derive(Parser)]
#[command(name = "trainer", version)]
struct Arguments {
    /// The job, as `cargo xtask` writes it: a folder, and settings
    job: PathBuf,
    /// The file is a request for predictions of a trained network
    #[arg(long, conflicts_with_all = ["tui", "tensorboard", "cache"])]
    predict: bool,
    /// Where parsed data is kept between runs, if not where the job says
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    displays: DisplayFlags,
    /// Save and stop when standard input ends, as it does when who started this is gone
    #[arg(long)]
    stop_at_end_of_input: bool,
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    if arguments.predict {
        return prediction::run(&arguments.job)
            .map_or_else(|failure| fail(&failure), |()| ExitCode::SUCCESS);
    }
    let stop = Stop::on_signals(|| {});
    if arguments.stop_at_end_of_input {
        stop_at_end_of_input(stop.clone());
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
    host::errln!("error: {failure}");
    if failure.is_usage() { 2.into() } else { ExitCode::FAILURE }
}

/// Requests a stop as soon as standard input ends: the program that holds the other end wants it,
/// or is gone.
fn stop_at_end_of_input(stop: Stop) {
    thread::spawn(move || {
        // What cannot be read has ended, too.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        stop.ask();
    });
}
