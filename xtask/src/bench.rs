//! `cargo xtask bench`: builds the trainer, and starts `bench/run.py`, which times it, beside
//! PyTorch and JAX if they are there.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use clap::ValueEnum;
use run::{Backend, folder::refuse_foreign};
use serde::Serialize;

use crate::{
    cargo, interrupt, program,
    workspace::{self, Here},
};

/// The Python for a bench without peers: it needs the standard library only.
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
/// The script, seen from the workspace.
const DRIVER: &str = "bench/run.py";
/// The files that the script writes.
const FILES: [&str; 2] = ["results.txt", "results.csv"];

/// A Python that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// The one for the peers.
    #[error("--peers {}: no such program", .0.display())]
    Peers(PathBuf),
    /// The one that does without peers.
    #[error("{PYTHON}: no such program; cargo xtask bench takes Python 3.11 or newer")]
    Missing,
}

/// The flags of `bench`.
#[derive(Debug, clap::Args)]
pub struct BenchFlags {
    /// Parts to time [default: all]
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Python with torch, jax and pandas, to time them in turns with our own programs
    #[arg(long, value_name = "PYTHON")]
    peers: Option<PathBuf>,
    /// Rounds, of which the results are medians
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Backend to time as well as flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// Folder of the results, which replace older ones
    #[arg(long, value_name = "DIR", default_value = "runs/bench")]
    out: PathBuf,
}

/// A part that can be timed by itself.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Part {
    /// Training by batch size: plain, with dropout, with layer norm
    Training,
    /// A study of 12 runs
    Study,
    /// Reading a CSV
    Csv,
    /// From the command to the first step
    Start,
}

/// Times everything, and gives the exit code.
///
/// # Errors
/// There is no Python, a trainer does not compile, or the folder of the results holds other files.
pub fn bench(flags: BenchFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let out = here.path(&flags.out);
    refuse_foreign(&out, &FILES)?;
    let python = python(flags.peers.as_deref(), &here)?;
    let mut backends = vec![flags.backend];
    backends.extend((flags.backend != Backend::Flex).then_some(Backend::Flex));
    let trainer =
        |backend: &Backend| anyhow::Ok((backend.name(), program::trainer(*backend, 1, false)?));
    let parts = if flags.parts.is_empty() { Part::value_variants() } else { &flags.parts };
    let plan = serde_json::json!({
        "parts": parts,
        "peers": flags.peers.is_some(),
        "rounds": flags.rounds,
        "jobs": num_cpus::get_physical(),
        "gpu": flags.backend.is_gpu(),
        "trainers": backends.iter().map(trainer).collect::<Result<Vec<_>, _>>()?,
        "xtask": std::env::current_exe().context("cannot find this program")?,
        "cache": workspace::cache(),
        "out": out,
    });
    let mut driver = Command::new(&python)
        .args(["-B", DRIVER])
        .arg(plan.to_string())
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| python.display().to_string())?;
    interrupt::pass_on_to(driver.stdin.take());
    let code = cargo::code(driver.wait()?);
    if interrupt::asked() {
        return Ok(interrupt::EXIT_CODE);
    }
    if code == 0 {
        run::outln!("written   {}/{}", here.show(&out).display(), FILES.join(", "));
    }
    Ok(code)
}

/// The Python that runs the script. A name alone is looked for where programs are; a path is seen
/// from where the user stands.
fn python(peers: Option<&Path>, here: &Here) -> Result<PathBuf, PythonError> {
    let name = peers.unwrap_or(Path::new(PYTHON));
    let python = if name.components().count() == 1 { name.to_owned() } else { here.path(name) };
    let works =
        Command::new(&python).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match (works, peers) {
        (Ok(_), _) => Ok(python),
        (Err(_), Some(peers)) => Err(PythonError::Peers(peers.to_owned())),
        (Err(_), None) => Err(PythonError::Missing),
    }
}
