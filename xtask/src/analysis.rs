//! `cargo xtask analysis`: check, build, run the missing trials, report.

mod refusals;
mod view;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::bail;
use host::{
    flags::from_1_to,
    text::{are, counted, numbered},
};
use run::{
    Backend, ImageFlags, Settings, SettingsError, check::LARGEST_COUNT, job::with_test_data,
};
use slurm::{JobArrays, SlurmError, SlurmFlags};
use study::{
    Crash, Executor, LocalProcesses, Overrides, Study, StudyFolder, Trial, Work, catalog,
    experiment::MOST_SEEDS,
    results::{self, Completed},
    scheduler,
};

use crate::{
    cargo, download, import, interrupt, program,
    usage::{OrUsage, UsageError},
    workspace::{self, Here},
};
use view::View;

/// The folder of the experiments.
const EXPERIMENTS: &str = "experiments";
/// The folder of an analysis without `--out`.
const ANALYSIS: &str = "runs/analysis";
/// The folder of a quick analysis without `--out`.
const QUICK: &str = "runs/quick";
/// More simultaneous runs than any machine has cores: a limit against typing errors.
const MOST_JOBS: u64 = 1024;
/// Rows and epochs of `--quick`.
const QUICK_ROWS: i64 = 2_000;
const QUICK_EPOCHS: usize = 2;

/// The flags of `analysis`.
#[derive(Debug, clap::Args)]
pub struct AnalysisFlags {
    /// Experiments, by the names of their files [default: all in experiments/ except those marked
    /// only_by_name]
    names: Vec<String>,
    /// Folder of the experiments' files [default: experiments]
    #[arg(long, value_name = "DIR")]
    experiments: Option<PathBuf>,
    /// Backend to compute on [default: flex]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    /// Labelled images to train and validate on [default: data/mnist_train.csv.gz]
    #[arg(long, value_name = "CSV")]
    data: Option<PathBuf>,
    /// Labelled images to test on at the end
    #[arg(long, value_name = "CSV")]
    test_data: Option<PathBuf>,
    /// File of the labels of --test-data, if they are not in it: one in each line
    #[arg(long, value_name = "FILE", requires = "test_data")]
    test_labels: Option<PathBuf>,
    #[command(flatten)]
    images: ImageFlags,
    /// Number of rows to use [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    limit: Option<i64>,
    /// Largest number of epochs per run
    #[arg(long, value_name = "N", value_parser = from_1_to(LARGEST_COUNT as u64))]
    epochs: Option<usize>,
    /// Seeds per level [default: as in the file, or 10]
    #[arg(long, value_name = "N", value_parser = from_1_to(MOST_SEEDS as u64))]
    seeds: Option<usize>,
    /// Number of simultaneous runs [default: the number of physical cores; 1 on a graphics card]
    #[arg(long, value_name = "N", value_parser = from_1_to(MOST_JOBS))]
    jobs: Option<usize>,
    #[command(flatten)]
    slurm: SlurmFlags,
    /// Quick analysis: 2,000 rows, 2 epochs, 1 seed
    #[arg(long)]
    quick: bool,
    /// Also write report.pdf; its first use compiles typst for some minutes
    #[arg(long)]
    pdf: bool,
    /// Folder of the analysis [default: runs/analysis, or runs/quick]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the analysis, and returns the exit code.
///
/// # Errors
/// A setting is invalid, the trainer does not compile, or the disk fails.
pub fn analyse(mut flags: AnalysisFlags) -> anyhow::Result<u8> {
    let kaggle = download::train_file(flags.data.as_deref());
    let here = workspace::enter()?;
    let AnalysisFlags { experiments, data, test_data, test_labels, out, .. } = &mut flags;
    here.record([experiments, data, test_data, test_labels, out])?;
    here.record(flags.images.paths_mut())?;
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
    carry_out(&flags, study, &here)
}

/// Builds the trainer, runs the missing trials, and writes the report.
fn carry_out(flags: &AnalysisFlags, study: Study<Trial>, here: &Here) -> anyhow::Result<u8> {
    let default = if flags.quick { QUICK } else { ANALYSIS };
    let folder = StudyFolder::at(flags.out.clone().unwrap_or_else(|| default.into()));
    folder.refuse_foreign()?;
    let backend = flags.backend.unwrap_or_default();
    let executor = executor(flags, backend)?;
    let trials = study.trials();
    refusals::refuse_data(&folder, &trials)?;
    let trainer = program::trainer(backend, false)?;
    if !flags.slurm.slurm
        && let code @ 1.. = refusals::refuse_impossible(&folder, &trials, &trainer)?
    {
        return Ok(code);
    }
    let pdf_writer = pdf_writer(flags.pdf)?;

    if interrupt::asked() {
        return Ok(interrupt::EXIT_CODE);
    }
    let _lock = folder.lock()?;
    folder.write(&study.map(|trial| trial.name))?;
    let work = Work {
        folder: &folder,
        trainer: folder.freeze(&trainer)?,
        workspace: program::trainer_workspace(),
    };
    report_older_runs(&folder, work.workspace.revision.as_deref())?;
    let view = View::new(&folder, &trials);
    let crashes = scheduler::run(&work, trials.clone(), &*executor, &view)?;
    drop(view);
    if interrupt::asked() {
        host::outln!("stopped; rerun this command to continue");
        return Ok(interrupt::EXIT_CODE);
    }
    if !flags.slurm.dry_run {
        let concluded = conclude(&folder, &trials, &crashes, pdf_writer.as_deref(), here);
        report_crashes(&crashes, here);
        concluded?;
    }
    Ok(u8::from(!crashes.is_empty()))
}

/// Writes the report if all trials have ended.
fn conclude(
    folder: &StudyFolder,
    trials: &[Trial],
    crashes: &[Crash],
    pdf_writer: Option<&Path>,
    here: &Here,
) -> anyhow::Result<()> {
    host::outln!("");
    let has_ended = |trial: &&Trial| {
        folder.is_done(&trial.name) || crashes.iter().any(|crash| crash.name == trial.name)
    };
    let ended = trials.iter().filter(has_ended).count();
    if ended == trials.len() {
        write_report(folder, pdf_writer, here)?;
    } else {
        let path = here.show(folder.path());
        let left = trials.len() - ended;
        host::outln!(
            "{left} of {} {} not done; rerun this command for the status\n\
             report on the finished runs: cargo xtask report {}",
            counted(trials.len(), "run"),
            are(left),
            shlex::try_quote(&path.to_string_lossy()).unwrap_or_default()
        );
    }
    Ok(())
}

fn report_crashes(crashes: &[Crash], here: &Here) {
    for Crash { name, reason, log } in crashes {
        let reason = if reason.is_empty() { String::new() } else { format!("{reason}; ") };
        host::errln!("error: the run {name} crashed: {reason}{}", here.show(log).display());
    }
}

/// The executor of the trials.
fn executor(flags: &AnalysisFlags, backend: Backend) -> Result<Box<dyn Executor + '_>, SlurmError> {
    if flags.slurm.slurm {
        return Ok(Box::new(JobArrays::connect(&flags.slurm)?));
    }
    let default = || if backend.is_gpu() { 1 } else { num_cpus::get_physical() };
    Ok(Box::new(LocalProcesses { jobs: flags.jobs.unwrap_or_else(default) }))
}

/// The planned study.
fn planned(flags: &AnalysisFlags) -> anyhow::Result<Study<Trial>> {
    let folder = flags.experiments.as_deref().unwrap_or(Path::new(EXPERIMENTS));
    let experiments = catalog::read(folder, &flags.names, &overrides(flags)?).or_usage()?;
    Ok(Study { experiments })
}

/// The number of rows to train on. Unusable data is refused here once, instead of by each run.
fn usable_rows(flags: &AnalysisFlags) -> anyhow::Result<usize> {
    let config =
        overrides(flags)?.settings.resolve().map_err(SettingsError::OnCommandLine).or_usage()?;
    import::prepare(&config.data, &config.read_options())?;
    let cache = workspace::cache();
    let images = config.read_options().read_cached(&config.data, &cache)?.labelled()?;
    if let Some(test) = &config.test_data {
        import::prepare(test, &config.test_read_options())?;
        config.test_read_options().read_cached(test, &cache)?.labelled_like(&images)?;
    }
    Ok(images.targets().len())
}

/// Reports finished runs of other sources, which are not trained again.
fn report_older_runs(folder: &StudyFolder, revision: Option<&str>) -> anyhow::Result<()> {
    let results = results::read(folder)?;
    let of_other_sources = |trial: &&Completed| {
        revision.is_some_and(|revision| trial.provenance.git_revision != revision)
    };
    let older = results.completed().into_iter().filter(of_other_sources).count();
    if older > 0 {
        host::outln!(
            "kept: {older} finished {} from sources other than {}; choose another --out to train \
             everything again",
            numbered(older, "run"),
            revision.unwrap_or_default()
        );
    }
    Ok(())
}

/// Rebuilds the report of an analysis from its folder.
///
/// # Errors
/// The folder holds no analysis, the PDF writer does not compile, or the disk fails.
pub fn report(given: Option<PathBuf>, pdf: bool) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let folder = existing(given, &here)?;
    folder.read()?;
    write_report(&folder, pdf_writer(pdf)?.as_deref(), &here)?;
    Ok(0)
}

/// The folder of an analysis, given by the user or the default.
///
/// # Errors
/// It holds no analysis.
pub fn existing(given: Option<PathBuf>, here: &Here) -> Result<StudyFolder, UsageError> {
    let is_default = given.is_none();
    let folder = StudyFolder::at(given.map_or_else(|| ANALYSIS.into(), |given| here.path(&given)));
    if folder.holds_study() {
        return Ok(folder);
    }
    let quick = (is_default && StudyFolder::at(QUICK).holds_study())
        .then(|| format!("; {} holds that of --quick", here.show(QUICK.as_ref()).display()));
    Err(UsageError(format!(
        "{}: no analysis here; `cargo xtask analysis` makes one{}",
        here.show(folder.path()).display(),
        quick.unwrap_or_default()
    )))
}

/// The program that writes a report as PDF, with `--pdf`.
fn pdf_writer(pdf: bool) -> anyhow::Result<Option<PathBuf>> {
    pdf.then(|| program::other("pdf")).transpose()
}

fn write_report(
    folder: &StudyFolder,
    pdf_writer: Option<&Path>,
    here: &Here,
) -> anyhow::Result<()> {
    let path = here.show(folder.path());
    let path = path.display();
    report::analysis::write(folder)?;
    host::outln!("report   {path}/report.html");
    if let Some(pdf_writer) = pdf_writer {
        if cargo::run(Command::new(pdf_writer).arg(folder.path()))? != 0 {
            bail!("report.pdf was not written");
        }
        host::outln!("         {path}/report.pdf");
    }
    host::outln!("results  {path}/results.csv");
    Ok(())
}

/// The flags that change every experiment.
fn overrides(flags: &AnalysisFlags) -> Result<Overrides, UsageError> {
    let quick = flags.quick;
    let settings = Settings {
        backend: flags.backend,
        data: flags.data.clone(),
        test_data: flags.test_data.clone(),
        test_labels: flags.test_labels.clone(),
        limit: flags.limit.or(quick.then_some(QUICK_ROWS)),
        ..flags.images.clone().into()
    };
    let settings = with_test_data(settings);
    settings.clone().resolve().map_err(SettingsError::OnCommandLine).or_usage()?;
    Ok(Overrides {
        seeds: flags.seeds.or(quick.then_some(1)),
        epochs: flags.epochs.or(quick.then_some(QUICK_EPOCHS)),
        settings,
    })
}
