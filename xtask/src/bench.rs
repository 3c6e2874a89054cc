//! `cargo xtask bench`: builds the trainer, and starts `bench/run.py`, which times the trainer and,
//! if they are installed, PyTorch and JAX.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use data::shown::printable;
use host::{FileError, FileKind, flags::from_1_to, output::check_folder_of};
use run::Backend;

use crate::{
    cargo, interrupt, program,
    usage::UsageError,
    workspace::{self, Here},
};

/// The Python for a bench without peers, which needs only the standard library.
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
/// The path of the script in the workspace.
const DRIVER: &str = "bench/run.py";
/// The parts of the bench.
const PARTS: [&str; 9] =
    ["training", "cnn", "optimizers", "threads", "scaling", "study", "records", "csv", "start"];
/// The parts that are timed if none are named; the others take long.
const DEFAULT_PARTS: [&str; 4] = ["training", "study", "csv", "start"];
/// The largest number of rounds: a limit against typing errors.
const MOST_ROUNDS: u64 = 1000;
/// The folder of the records.
const RECORDS: &str = "experiments/records";
/// The files that the script writes.
const FILES: [&str; 2] = ["results.txt", TABLE];
/// The table of the results, by its header.
const TABLE: &str = "results.csv";
const RESULTS: FileKind = FileKind {
    name: "table of `cargo xtask bench`",
    is: |head| head.starts_with(b"quantity,program,"),
};

/// The flags of `bench`.
#[derive(Debug, clap::Args)]
pub struct BenchFlags {
    /// Parts to time: training by batch size, the convolutional network, each optimizer, threads,
    /// growing numbers of rows, units, classes and pixels, a study of 12 runs, the records, reading
    /// a CSV, the start [default: training, study, csv and start]
    #[arg(value_parser = PARTS, default_values = DEFAULT_PARTS, hide_default_value = true)]
    parts: Vec<String>,
    /// Records to train in the part `records`, by the names of their files [default: all in
    /// experiments/records/]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    records: Vec<String>,
    /// Python with torch, jax and pandas, to time these in turns with our programs
    #[arg(long, value_name = "PYTHON")]
    peers: Option<PathBuf>,
    /// Rounds; the results are their medians
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = from_1_to(MOST_ROUNDS))]
    rounds: usize,
    /// Backend to time besides flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// Folder of the results; older results are replaced
    #[arg(long, value_name = "DIR", default_value = "runs/bench")]
    out: PathBuf,
}

/// Times the parts, and returns the exit code.
///
/// # Errors
/// There is no Python, a trainer does not compile, or the folder of the results holds other files.
pub fn bench(flags: BenchFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let out = here.path(&flags.out);
    check_folder_of(&out, TABLE, RESULTS, &FILES)?;
    let python = python(flags.peers.as_deref(), &here)?;
    let mut backends = vec![flags.backend];
    backends.extend((flags.backend != Backend::Flex).then_some(Backend::Flex));
    let trainer =
        |backend: &Backend| anyhow::Ok((backend.name(), program::trainer(*backend, false)?));
    let plan = serde_json::json!({
        "parts": flags.parts,
        "records": records(&flags.records)?,
        "peers": flags.peers.is_some(),
        "rounds": flags.rounds,
        "jobs": num_cpus::get_physical(),
        "gpu": flags.backend.is_gpu(),
        "trainers": backends.iter().map(trainer).collect::<Result<Vec<_>, _>>()?,
        "xtask": std::env::current_exe().context("cannot find this program")?,
        "cache": workspace::cache(),
        "out": out,
    });
    let mut driver = Command::new(&python);
    driver.args(["-B", DRIVER]).arg(plan.to_string());
    let code = cargo::run_until_stopped(&mut driver)?;
    if interrupt::asked() {
        return Ok(interrupt::EXIT_CODE);
    }
    if code == 0 {
        host::outln!("written   {}/{}", here.show(&out).display(), FILES.join(", "));
    }
    Ok(code)
}

/// The files of these records, or of all.
fn records(names: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let listed = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(RECORDS)?.map(|file| Ok(file?.path())).collect()
    };
    let mut files = listed().map_err(FileError::at(Path::new(RECORDS)))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if names.is_empty() {
        return Ok(files);
    }
    let of = |file: &PathBuf| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let known: Vec<String> = files.iter().map(of).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        let refusal = format!("--records {}: expected one of {known}", printable(name));
        return Err(UsageError(refusal).into());
    }
    files.retain(|file| names.contains(&of(file)));
    Ok(files)
}

/// The Python that runs the script: a name on the PATH, or a path relative to the folder of the
/// user.
fn python(peers: Option<&Path>, here: &Here) -> Result<PathBuf, UsageError> {
    let name = peers.unwrap_or(Path::new(PYTHON));
    let python = if name.components().count() == 1 { name.to_owned() } else { here.path(name) };
    let mut version = Command::new(&python);
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let expected = "no such program; expected Python 3.11 or newer";
    version.status().map_err(|_| UsageError(format!("{}: {expected}", name.display())))?;
    Ok(python)
}
