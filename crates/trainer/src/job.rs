//! A run from beginning to end: open the device, load the rows, train, test, write the results.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::Context;
use data::ReadError;
use host::Stop;
use model::ops;
use run::{
    EventFile, Job, JobError, Outcome, Provenance, Start,
    images::{RunImages, RunImagesError},
};

use crate::{
    checkpoint::Checkpoints,
    device::{self, ComputeDevice},
    display::{self, Display, Extent, TensorBoard},
    gradients,
    loss::Loss,
    memory, messages,
    network::Shape,
    provenance, results, resume,
    rows::Rows,
    state::State,
    team::Team,
    training::Training,
};

/// Why a run did not start, or broke off. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum TrainerError {
    /// The job is impossible.
    #[error("{0}")]
    Job(#[from] JobError),
    /// The device, the data or the disk failed, or the settings do not go with the data or the run
    /// to resume.
    #[error("{0:#}")]
    Run(#[from] anyhow::Error),
}

impl TrainerError {
    /// Whether a request to stop ended the run before it began.
    pub fn is_stop(&self) -> bool {
        let Self::Run(error) = self else { return false };
        error.downcast_ref().is_some_and(RunImagesError::is_stop)
            || error.downcast_ref().is_some_and(ReadError::is_stop)
    }

    /// Whether other flags would have been right: data that cannot be split so are such a case.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Job(_) => true,
            Self::Run(error) => {
                let is_split = matches!(error.downcast_ref(), Some(RunImagesError::Split { .. }));
                is_split || error.is::<JobError>()
            }
        }
    }
}

/// Displays of a training besides its lines on the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct DisplayFlags {
    /// Show burn-train's dashboard, if this program was built with it
    #[arg(long)]
    pub tui: bool,
    /// Write an event file for TensorBoard
    #[arg(long)]
    pub tensorboard: bool,
}

/// Carries out the [`Job`] in this file. `cache` overrides the job's cache of parsed images.
///
/// # Errors
/// See [`TrainerError`].
pub fn run(
    file: &Path,
    cache: Option<PathBuf>,
    displays: DisplayFlags,
    stop: &Stop,
) -> Result<Outcome, TrainerError> {
    let mut job = Job::read(file)?;
    job.workspace.cache = cache.or(job.workspace.cache);
    let _lock = resume::lock(&job, stop).map_err(anyhow::Error::from)?;
    if job.start == Start::Missing
        && let Some(outcome) = resume::ended(&job)
    {
        host::outln!("this run has ended already");
        return Ok(outcome);
    }
    Ok(carry_out(&job, displays, stop)?)
}

/// Checks that this machine can carry out the [`Job`] in this file: that its device works, and that
/// its network takes the images and fits into the memory.
///
/// # Errors
/// See [`TrainerError`].
pub fn check(file: &Path) -> Result<(), TrainerError> {
    let Job { config, workspace, .. } = Job::read(file)?;
    device::open(config.backend).map_err(anyhow::Error::from)?;
    let images = RunImages::read(&config, workspace.cache.as_deref());
    let images = images.map_err(anyhow::Error::from)?;
    Ok(memory::refuse_unfit(&config, Shape::of(&images.all), images.train.targets().len())?)
}

fn carry_out(job: &Job, displays: DisplayFlags, stop: &Stop) -> anyhow::Result<Outcome> {
    let Job { config, folder, workspace, .. } = job;
    let device = device::open(config.backend)?;
    let holds_run = resume::holds_run(job)?;
    let rows = Rows::load(config, workspace.cache.as_deref(), &device)?;
    memory::refuse_unfit(config, rows.shape, rows.train.rows())?;
    let checkpoints = Checkpoints::of(folder.clone(), config.clone(), rows.format.clone());
    let autodiff = device.device.clone().autodiff();
    let resumed =
        if holds_run { resume::state(job, &rows, &checkpoints, &autodiff)? } else { None };
    let state = match resumed {
        Some(state) => state,
        None => State::init(config, rows.shape, &autodiff)?,
    };
    resume::refuse_fewer_epochs(job, &state)?;
    folder.write_record(config, &provenance_of(job, &device, &rows, &state))?;
    messages::announce(config, &device, &rows, &state);

    // The summary of an earlier end of this run is no longer true.
    folder.remove_summary()?;
    let training = Training {
        config,
        loss: Loss::init(config, &rows.class_counts, &autodiff),
        train: rows.train.clone(),
        valid: rows.valid.clone(),
        train_eval: rows.train_eval.clone(),
        checkpoints: &checkpoints,
        team: Team::of(config.threads)
            .with_context(|| format!("cannot compute on {} threads", config.threads))?,
        parts: gradients::parts(
            &state.network.layers(),
            config.batch_size,
            if device.takes_threads() { config.threads } else { 1 },
        ),
        stop,
    };
    let mut display = choose_display(job, displays, &training, &state)?;
    let (state, outcome) = training.run(state, &mut *display)?;
    drop(display);

    results::write(job, &state, outcome, &checkpoints, &rows)?;
    messages::conclude(outcome, config, &state);
    Ok(outcome)
}

fn provenance_of(job: &Job, device: &ComputeDevice, rows: &Rows, state: &State) -> Provenance {
    Provenance {
        operations: ops::describe(&state.network.layers(), &device.device, rows.density),
        data_sha256: rows.sha256.clone(),
        test_data_sha256: rows.test_sha256.clone(),
        data_form: rows.form.to_string(),
        ..provenance::of(device, &job.workspace)
    }
}

fn choose_display(
    job: &Job,
    displays: DisplayFlags,
    training: &Training,
    state: &State,
) -> anyhow::Result<Box<dyn Display>> {
    let extent = Extent {
        epochs: job.config.epochs,
        done: state.cursor.epoch - 1,
        samples: training.train.rows() as u64,
    };
    let display = display::choose(displays.tui, extent, training.stop);
    // A resumed run goes on with its event file, which would otherwise end early.
    if !displays.tensorboard && !EventFile::is_in(&job.folder) {
        return Ok(display);
    }
    let (steps, now) = (training.train.num_batches(), SystemTime::now());
    let events = EventFile::create(&job.folder, &job.config, steps, &state.history, now)?;
    Ok(Box::new(TensorBoard::new(events, display)))
}
