//! The trainer's command line: a file that describes the job, which `cargo xtask` writes.

use std::{
    path::PathBuf,
    process::{ExitCode, exit},
};

use clap::Parser;
use mimalloc::MiMalloc;
use run::{Outcome, flags};
use trainer::{job, stop::Stop};

/// The system's allocator gives each tensor back to the system and takes fresh pages for the next: with it, a small
/// step on the CPU spends most of its time in page faults.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Trains a network that reads handwritten digits.
#[derive(Parser)]
#[command(name = "trainer", version)]
struct Arguments {
    /// The job, as `cargo xtask` writes it: a folder, and settings
    job: PathBuf,
    /// Show burn-train's dashboard, if it is compiled in
    #[arg(long)]
    tui: bool,
}

const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    let stop = stop_on_ctrl_c();
    match job::run(&arguments.job, arguments.tui, &stop) {
        Ok(Outcome::Finished) => ExitCode::SUCCESS,
        Ok(Outcome::Interrupted) => INTERRUPTED.into(),
        // The job has said where.
        Ok(Outcome::Diverged { .. }) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            if failure.is_usage() { 2.into() } else { ExitCode::FAILURE }
        }
    }
}

/// The first Ctrl-C asks for a stop after the current step, the second stops at once.
fn stop_on_ctrl_c() -> Stop {
    let stop = Stop::default();
    let asked = stop.clone();
    let handler = ctrlc::set_handler(move || {
        if asked.ask() {
            exit(INTERRUPTED.into());
        }
    });
    if let Err(error) = handler {
        eprintln!("warning: Ctrl-C will end the run without saving: {error}");
    }
    stop
}
