//! The trainer's command line: the flags of `cargo xtask train`, which builds and starts it.

use std::process::{ExitCode, exit};

use burn::train::Interrupter;
use clap::Parser;
use mimalloc::MiMalloc;
use run::{Outcome, TrainFlags, flags};
use trainer::job;

/// The system's allocator gives each tensor back to the system and takes fresh pages for the next: with it, a small
/// step on the CPU spends most of its time in page faults.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Trains a network that reads handwritten digits.
#[derive(Parser)]
#[command(name = "trainer", version)]
struct Arguments {
    #[command(flatten)]
    train: TrainFlags,
}

const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    let stop = stop_on_ctrl_c();
    match job::run(arguments.train, &stop) {
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
fn stop_on_ctrl_c() -> Interrupter {
    let stop = Interrupter::new();
    let asked = stop.clone();
    let handler = ctrlc::set_handler(move || {
        if asked.should_stop() {
            exit(INTERRUPTED.into());
        }
        asked.stop(Some("asked to stop"));
    });
    if let Err(error) = handler {
        eprintln!("warning: Ctrl-C will end the run without saving: {error}");
    }
    stop
}
