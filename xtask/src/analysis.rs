//! `cargo xtask analysis`: check, build, run every trial that is missing, report.

mod pool;
mod view;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use run::{Backend, Experiment, ExperimentError, Overrides, RunFolder, Settings, Study, StudyFolder, config::Invalid};

use crate::{
    cargo,
    data::{self, Kaggle},
    interrupt, workspace,
};

/// Where an analysis is, unless somebody wants it elsewhere.
const ANALYSIS: &str = "runs/analysis";
/// A quick look: so many rows, so many epochs.
const QUICK_ROWS: i64 = 2_000;
const QUICK_EPOCHS: usize = 2;

/// The flags of `analysis`.
#[derive(Debug, clap::Args)]
pub struct AnalysisFlags {
    /// Which experiments, by the names of their files [default: all in experiments/]
    names: Vec<String>,
    /// Where to compute [default: flex]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    /// Digits to train and validate on [default: data/mnist_train.csv.gz]
    #[arg(long, value_name = "CSV")]
    data: Option<PathBuf>,
    /// Digits to test on at the end
    #[arg(long, value_name = "CSV")]
    test_data: Option<PathBuf>,
    /// Take only N rows of the data
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    limit: Option<i64>,
    /// At most N epochs a run
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    epochs: Option<usize>,
    /// Seeds a level [default: 3]
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    seeds: Option<usize>,
    /// Runs at the same time [default: the number of physical cores; 1 on a graphics card]
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    jobs: Option<usize>,
    /// A quick look at everything: 2,000 rows, 2 epochs, 1 seed
    #[arg(long)]
    quick: bool,
    /// Write the report as PDF as well; the first time, this compiles a typesetter
    #[arg(long)]
    pdf: bool,
    /// The folder of the analysis [default: runs/analysis, or runs/quick]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn at_least_1(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "expected a whole number of at least 1".to_owned())
}

/// Something impossible was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// On the command line.
    #[error("{0}")]
    Wrong(String),
    /// In an experiment.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// Runs the analysis, and gives the exit code.
///
/// # Errors
/// Something impossible was asked for, the trainer does not compile, or the disk fails.
pub fn analyse(mut flags: AnalysisFlags) -> anyhow::Result<u8> {
    let kaggle = data::train_file(flags.data.as_deref());
    let here = workspace::enter()?;
    for path in [&mut flags.data, &mut flags.test_data, &mut flags.out].into_iter().flatten() {
        *path = here.join(&path);
    }
    if kaggle.is_some() {
        flags.data = kaggle.clone();
    }
    let experiments = experiments(&flags)?;
    if kaggle.is_some() {
        Kaggle::default().download()?;
    }
    let backend = flags.backend.unwrap_or_default();
    let default = if flags.quick { "runs/quick" } else { ANALYSIS };
    let folder = StudyFolder::at(flags.out.unwrap_or_else(|| default.into()));
    let trainer = cargo::build_trainer(backend)?;
    let typesetter = Typesetter::if_asked(flags.pdf)?;
    let (study, trials) = Study::of(&experiments);

    let _lock = RunFolder::at(folder.path()).lock()?;
    folder.write(&study)?;
    let jobs = flags.jobs.unwrap_or_else(|| if backend.is_gpu() { 1 } else { num_cpus::get_physical() });
    let crashed = pool::run(&trainer, &folder, trials, jobs)?;
    if interrupt::asked() {
        println!("stopped; the same command runs what is missing");
        return Ok(interrupt::EXIT_CODE);
    }

    println!();
    write_report(&folder, typesetter.as_ref())?;
    for (name, log) in &crashed {
        eprintln!("error: the run {name} crashed: {}", log.display());
    }
    Ok(u8::from(!crashed.is_empty()))
}

/// Rebuilds the report of an analysis from its folder.
///
/// # Errors
/// There is no analysis, the typesetter does not compile, or the disk fails.
pub fn report(given: Option<PathBuf>, pdf: bool) -> anyhow::Result<u8> {
    let folder = folder(given, &workspace::enter()?);
    folder.read()?;
    write_report(&folder, Typesetter::if_asked(pdf)?.as_ref())?;
    Ok(0)
}

/// The analysis that was given from a folder, or the usual one of the workspace.
pub fn folder(given: Option<PathBuf>, here: &Path) -> StudyFolder {
    StudyFolder::at(given.map_or_else(|| ANALYSIS.into(), |given| here.join(given)))
}

fn write_report(folder: &StudyFolder, typesetter: Option<&Typesetter>) -> anyhow::Result<()> {
    let path = folder.path().display();
    report::study::write(folder)?;
    println!("report   {path}/report.html");
    if let Some(typesetter) = typesetter {
        typesetter.set(folder)?;
        println!("         {path}/report.pdf");
    }
    println!("results  {path}/results.csv");
    Ok(())
}

/// The program that sets a report as PDF.
struct Typesetter(PathBuf);

impl Typesetter {
    fn if_asked(asked: bool) -> anyhow::Result<Option<Self>> {
        asked.then(|| cargo::build_report("report-pdf", "pdf").map(Self)).transpose()
    }

    fn set(&self, folder: &StudyFolder) -> anyhow::Result<()> {
        if !cargo::status(Command::new(&self.0).arg(folder.path()))?.success() {
            bail!("there is no report.pdf");
        }
        Ok(())
    }
}

/// Reads the experiments that were asked for, and checks every run of them.
fn experiments(flags: &AnalysisFlags) -> anyhow::Result<Vec<Experiment>> {
    let quick = flags.quick;
    let settings = Settings {
        backend: flags.backend,
        data: flags.data.clone(),
        test_data: flags.test_data.clone(),
        limit: flags.limit.or(quick.then_some(QUICK_ROWS)),
        ..Settings::default()
    };
    settings.clone().resolve().map_err(|invalid: Invalid| Refused::Wrong(format!("command line: {invalid}")))?;
    let overrides = Overrides {
        seeds: flags.seeds.or(quick.then_some(1)),
        epochs: flags.epochs.or(quick.then_some(QUICK_EPOCHS)),
        settings,
    };
    let available = available()?;
    let mut experiments = Vec::new();
    for name in if flags.names.is_empty() { &available } else { &flags.names } {
        if !available.contains(name) {
            bail!(Refused::Wrong(format!("no experiment {name:?}; there are {}", available.join(", "))));
        }
        let path = Path::new(EXPERIMENTS).join(format!("{name}.toml"));
        experiments.push(Experiment::read(&path, &overrides).map_err(Refused::from)?);
    }
    Ok(experiments)
}

const EXPERIMENTS: &str = "experiments";
/// A run, not an experiment.
const BASELINE: &str = "baseline";
/// The order in which a reader wants them; others follow.
const FIRST: [&str; 5] = ["learning-rate", "batch-size", "batch-size-updates", "batch-size-scaled", "regularization"];

fn available() -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(EXPERIMENTS).context(EXPERIMENTS)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.retain(|name| name != BASELINE);
    let place = |name: &String| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len());
    names.sort_by_key(|name| (place(name), name.clone()));
    Ok(names)
}
