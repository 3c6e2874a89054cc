//! `cargo xtask analysis`: check, build, run every trial that is missing, report.

mod slurm;
mod view;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::bail;
use run::{Backend, ImageFlags, Settings, SettingsError};
use study::{
    Crash, Executor, LocalProcesses, Overrides, Study, StudyFolder, Trial, Work, catalog,
    executor::ExecutorError,
    results::{self, Completed},
    scheduler,
};

use crate::{
    cargo, download, interrupt, program,
    usage::{OrUsage, UsageError},
    workspace::{self, Here},
};
use slurm::SlurmFlags;
use view::View;

/// Where the experiments are.
const EXPERIMENTS: &str = "experiments";
/// Where an analysis is, unless somebody wants it elsewhere.
const ANALYSIS: &str = "runs/analysis";
/// A quick look: so many rows, so many epochs.
const QUICK_ROWS: i64 = 2_000;
const QUICK_EPOCHS: usize = 2;

/// The flags of `analysis`.
#[derive(Debug, clap::Args)]
pub struct AnalysisFlags {
    /// Which experiments, by the names of their files [default: all in experiments/ except those
    /// marked only_by_name]
    names: Vec<String>,
    /// Where to compute [default: flex]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    /// Labelled images to train and validate on [default: data/mnist_train.csv.gz]
    #[arg(long, value_name = "CSV")]
    data: Option<PathBuf>,
    /// Labelled images to test on at the end
    #[arg(long, value_name = "CSV")]
    test_data: Option<PathBuf>,
    #[command(flatten)]
    images: ImageFlags,
    /// Take only N rows of the data
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    limit: Option<i64>,
    /// At most N epochs per run
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    epochs: Option<usize>,
    /// Seeds per level [default: as in the file, or 5]
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    seeds: Option<usize>,
    /// Runs at the same time [default: the number of physical cores; 1 on a graphics card]
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    jobs: Option<usize>,
    #[command(flatten)]
    slurm: SlurmFlags,
    /// A quick look at everything: 2,000 rows, 2 epochs, 1 seed
    #[arg(long)]
    quick: bool,
    /// Write the report as PDF as well; the first time, this compiles typst for some minutes
    #[arg(long)]
    pdf: bool,
    /// The folder of the analysis [default: runs/analysis, or runs/quick]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn at_least_1(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| "expected a whole number of at least 1".to_owned())
}

/// Runs the analysis, and gives the exit code.
///
/// # Errors
/// Something impossible was asked for, the trainer does not compile, or the disk fails.
pub fn analyse(mut flags: AnalysisFlags) -> anyhow::Result<u8> {
    let kaggle = download::train_file(flags.data.as_deref());
    let here = workspace::enter()?;
    for path in [&mut flags.data, &mut flags.test_data, &mut flags.out].into_iter().flatten() {
        *path = here.recorded(path)?;
    }
    if kaggle.is_some() {
        flags.data = kaggle.clone();
    }
    let mut study = planned(&flags)?;
    if let Some(file) = &kaggle
        && let code @ 1.. = download::fetch_train_file(file)?
    {
        return Ok(code);
    }
    if flags.data.is_some() {
        let rows = usable_rows(&flags)?;
        if flags.quick && flags.limit.is_none() && rows < QUICK_ROWS as usize {
            flags.limit = Some(rows as i64);
            study = planned(&flags)?;
        }
    }
    let backend = flags.backend.unwrap_or_default();
    let default = if flags.quick { "runs/quick" } else { ANALYSIS };
    let folder = StudyFolder::at(flags.out.unwrap_or_else(|| default.into()));
    folder.refuse_foreign()?;
    let executor = executor(&flags.slurm, flags.jobs, backend)?;
    let trials = study.trials();
    let threads = trials.iter().map(|trial| trial.config.threads).max().unwrap_or(1);
    let trainer = program::trainer(backend, threads, false)?;
    let pdf_writer = PdfWriter::if_asked(flags.pdf)?;

    if interrupt::asked() {
        return Ok(interrupt::EXIT_CODE);
    }
    let _lock = folder.lock()?;
    folder.write(&study.map(|trial| trial.name))?;
    let work = Work {
        folder: &folder,
        trainer: folder.freeze(&trainer)?,
        workspace: workspace::of_trainer(),
    };
    say_what_is_older(&folder, work.workspace.revision.as_deref())?;
    let view = View::new(&folder, &trials);
    let crashed = scheduler::run(&work, trials.clone(), &*executor, &view)?;
    drop(view);
    if interrupt::asked() {
        host::outln!("stopped; the same command runs what is missing");
        return Ok(interrupt::EXIT_CODE);
    }

    if flags.slurm.dry_run {
        return Ok(0);
    }
    host::outln!();
    let has_crashed = |trial: &Trial| crashed.iter().any(|crash| crash.name == trial.name);
    let to_come =
        trials.iter().filter(|trial| !folder.is_done(&trial.name) && !has_crashed(trial)).count();
    if to_come == 0 {
        write_report(&folder, pdf_writer.as_ref(), &here)?;
    } else {
        let path = here.show(folder.path());
        host::outln!(
            "{to_come} of {} runs are still to come: the same command shows how they do, and \
             submits those that failed\n\
             report on what is there: cargo xtask report {}",
            trials.len(),
            shlex::try_quote(&path.to_string_lossy()).unwrap_or_default()
        );
    }
    for Crash { name, reason, log } in &crashed {
        let reason = if reason.is_empty() { String::new() } else { format!("{reason}; ") };
        host::errln!("error: the run {name} crashed: {reason}{}", here.show(log).display());
    }
    Ok(u8::from(!crashed.is_empty()))
}

/// Where the trials run.
fn executor(
    slurm: &SlurmFlags,
    jobs: Option<usize>,
    backend: Backend,
) -> Result<Box<dyn Executor>, ExecutorError> {
    if let Some(cluster) = slurm.executor()? {
        return Ok(Box::new(cluster));
    }
    let jobs = jobs.unwrap_or_else(|| if backend.is_gpu() { 1 } else { num_cpus::get_physical() });
    Ok(Box::new(LocalProcesses { jobs }))
}

/// What is to be run.
fn planned(flags: &AnalysisFlags) -> anyhow::Result<Study<Trial>> {
    Ok(Study {
        experiments: catalog::read(Path::new(EXPERIMENTS), &flags.names, &overrides(flags)?)
            .or_usage()?,
    })
}

/// The number of rows to train on. What cannot be used is refused here once, and not by each run.
fn usable_rows(flags: &AnalysisFlags) -> anyhow::Result<usize> {
    let config =
        overrides(flags)?.settings.resolve().map_err(SettingsError::OnCommandLine).or_usage()?;
    let read = |path: &Path| config.read_options().read_cached(path, &workspace::cache());
    let images = read(&config.data)?.labelled()?;
    if let Some(test) = &config.test_data {
        read(test)?.labelled_like(&images)?;
    }
    Ok(images.labels().len())
}

/// Runs that have ended are not trained again; whoever has changed the sources since may want them
/// to be.
fn say_what_is_older(folder: &StudyFolder, revision: Option<&str>) -> anyhow::Result<()> {
    let results = results::read(folder)?;
    let of_other_sources = |trial: &&Completed| {
        revision.is_some_and(|revision| trial.provenance.git_revision != revision)
    };
    let older = results.completed().into_iter().filter(of_other_sources).count();
    if older > 0 {
        host::outln!(
            "kept: {older} finished {} from sources other than {}; choose another --out to train \
             everything again",
            if older == 1 { "run" } else { "runs" },
            revision.unwrap_or_default()
        );
    }
    Ok(())
}

/// Rebuilds the report of an analysis from its folder.
///
/// # Errors
/// There is no analysis, the PDF writer does not compile, or the disk fails.
pub fn report(given: Option<PathBuf>, pdf: bool) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let folder = folder(given, &here);
    folder.read()?;
    write_report(&folder, PdfWriter::if_asked(pdf)?.as_ref(), &here)?;
    Ok(0)
}

/// The analysis that was given from a folder, or the usual one of the workspace.
pub fn folder(given: Option<PathBuf>, here: &Here) -> StudyFolder {
    StudyFolder::at(given.map_or_else(|| ANALYSIS.into(), |given| here.path(&given)))
}

fn write_report(
    folder: &StudyFolder,
    pdf_writer: Option<&PdfWriter>,
    here: &Here,
) -> anyhow::Result<()> {
    let path = here.show(folder.path());
    let path = path.display();
    report::analysis::write(folder)?;
    host::outln!("report   {path}/report.html");
    if let Some(pdf_writer) = pdf_writer {
        pdf_writer.write(folder)?;
        host::outln!("         {path}/report.pdf");
    }
    host::outln!("results  {path}/results.csv");
    Ok(())
}

/// The program that writes a report as PDF.
struct PdfWriter(PathBuf);

impl PdfWriter {
    fn if_asked(asked: bool) -> anyhow::Result<Option<Self>> {
        asked.then(|| program::other("pdf").map(Self)).transpose()
    }

    fn write(&self, folder: &StudyFolder) -> anyhow::Result<()> {
        if !cargo::status(Command::new(&self.0).arg(folder.path()))?.success() {
            bail!("report.pdf was not written");
        }
        Ok(())
    }
}

/// What the command line changes in every experiment.
fn overrides(flags: &AnalysisFlags) -> Result<Overrides, UsageError> {
    let quick = flags.quick;
    let settings = Settings {
        backend: flags.backend,
        data: flags.data.clone(),
        test_data: flags.test_data.clone(),
        limit: flags.limit.or(quick.then_some(QUICK_ROWS)),
        ..flags.images.clone().into()
    };
    settings.clone().resolve().map_err(SettingsError::OnCommandLine).or_usage()?;
    Ok(Overrides {
        seeds: flags.seeds.or(quick.then_some(1)),
        epochs: flags.epochs.or(quick.then_some(QUICK_EPOCHS)),
        settings,
    })
}
