//! A run from beginning to end: open, load, train, test, write the results.

use std::{
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context;
use burn::{module::Module, tensor::Device};
use data::{Classes, ImageLoader, ImageSize, Images, SplitError, Table, known, stratified_subset};
use host::{FileError, Lock, Stop};
use run::{
    EventFile, Job, JobError, Keep, Measures, Outcome, Provenance, Run, RunConfig, RunFolder,
    Start, Summary, folder::MODEL, predictions,
};

use crate::{
    checkpoint::Checkpoints,
    device::{self, Opened},
    display::{self, Extent, TensorBoard},
    evaluation::{self, evaluate},
    network::{self, Shape},
    provenance,
    state::{Cursor, State},
    stopping,
    training::Training,
};

/// The largest number of training rows that are measured as the validation rows are.
const MOST_FIT_ROWS: usize = 10_000;

/// How long a job that only does what is missing waits for the process that is at it, and how often
/// it looks. A batch system may start a job anew while the node that it was lost on still holds the
/// lock; NFS gives up such a node's locks after 90 seconds.
const WAITS: Duration = Duration::from_secs(120);
const LOOKS: Duration = Duration::from_millis(20);

/// Why a run did not start, or broke off. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something impossible was asked for.
    #[error("{0}")]
    Job(#[from] JobError),
    /// The device, the data or the disk failed, or what was asked for does not go with the data or
    /// the run to resume.
    #[error("{0:#}")]
    Run(#[from] anyhow::Error),
}

impl Failure {
    /// Whether something else should have been asked for: what the data cannot be split into is
    /// such a case.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Job(_) => true,
            Self::Run(error) => error.is::<SplitError>() || error.is::<JobError>(),
        }
    }
}

/// How a training can be watched besides what it prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct Watching {
    /// Show burn-train's dashboard, if it is compiled in
    #[arg(long)]
    pub tui: bool,
    /// Write an event file for TensorBoard
    #[arg(long)]
    pub tensorboard: bool,
}

/// Rows on the device, ready to be trained on.
struct Rows {
    train: ImageLoader,
    valid: ImageLoader,
    /// Some of the training rows.
    fit: ImageLoader,
    test: Option<(ImageLoader, Images)>,
    shape: Shape,
    size: ImageSize,
    classes: Classes,
    /// How the pixels of a batch are kept.
    pixels: String,
    sha256: String,
    test_sha256: Option<String>,
}

/// Does what the file of a [`Job`] asks for. Parsed data is kept in `cache`, or else where the job
/// says.
///
/// # Errors
/// See [`Failure`].
pub fn run(
    file: &Path,
    cache: Option<PathBuf>,
    watching: Watching,
    stop: &Stop,
) -> Result<Outcome, Failure> {
    let mut job = Job::read(file)?;
    job.workspace.cache = cache.or(job.workspace.cache);
    let _lock = lock(&job, stop).map_err(anyhow::Error::from)?;
    if job.start == Start::Missing
        && let Some((summary, _)) = job.folder.read_result().map_err(anyhow::Error::from)?
    {
        host::outln!("this run has ended already");
        return Ok(summary.outcome);
    }
    Ok(carry_out(&job, watching, stop)?)
}

/// Takes the folder of a job for this process.
fn lock(job: &Job, stop: &Stop) -> Result<Lock, FileError> {
    let started = Instant::now();
    loop {
        let lock = job.folder.lock();
        let is_taken = lock.as_ref().is_err_and(FileError::is_taken);
        if !is_taken || job.start != Start::Missing || stop.is_asked() || started.elapsed() > WAITS
        {
            return lock;
        }
        thread::sleep(LOOKS);
    }
}

fn carry_out(job: &Job, watching: Watching, stop: &Stop) -> anyhow::Result<Outcome> {
    let Job { config, folder, workspace, .. } = job;
    device::use_threads(config.threads)?;
    let opened = device::open(config.backend)?;
    let resume = holds_run(job)?;
    let rows = load(config, workspace.cache.as_deref(), &opened)?;
    let checkpoints = Checkpoints::of(folder.clone());
    let state = if resume { resumed(job, &rows, &checkpoints, &opened.device)? } else { None };
    let state = state
        .unwrap_or_else(|| State::fresh(config, rows.shape, &opened.device.clone().autodiff()));
    not_passed(job, &state)?;
    write_record(job, &opened, &rows)?;
    announce(config, &opened, &rows, &state);

    // What an earlier end of this run came to is no longer true.
    folder.remove_summary()?;
    let extent = Extent {
        epochs: config.epochs,
        done: state.cursor.epoch - 1,
        samples: rows.train.rows() as u64,
    };
    let (train, valid, fit) = (rows.train.clone(), rows.valid.clone(), rows.fit.clone());
    let training = Training { config, train, valid, fit, checkpoints: &checkpoints, stop };
    let mut display = display::choose(watching.tui, extent, stop);
    if watching.tensorboard {
        let events = EventFile::create(
            folder,
            config,
            training.train.num_batches(),
            &state.history,
            SystemTime::now(),
        )?;
        display = Box::new(TensorBoard::new(events, display));
    }
    let (state, outcome) = training.run(state, &mut *display)?;
    drop(display);

    let kept = kept(config, &state, outcome);
    let test = match kept {
        Some(epoch) => finish(folder, &checkpoints, &state, epoch, &rows)?,
        None => None,
    };
    folder.write_summary(&summary(&state, outcome, kept, test, &rows))?;
    conclude(outcome, config, &state);
    Ok(outcome)
}

/// Whether the folder holds this run already.
fn holds_run(job: &Job) -> Result<bool, JobError> {
    let holds_run = job.folder.holds_run();
    match job.start {
        // Another process was faster.
        Start::New if holds_run => return Err(JobError::Taken(job.folder.path().to_owned())),
        Start::Missing if holds_run => job.refuse_other_run()?,
        _ => {}
    }
    Ok(holds_run)
}

/// The state after the last checkpoint; none if there is none yet. Where only what is missing is
/// asked for, a checkpoint that cannot be read is missing as well: two processes that no lock kept
/// apart may have left one.
fn resumed(
    job: &Job,
    rows: &Rows,
    checkpoints: &Checkpoints,
    device: &Device,
) -> anyhow::Result<Option<State>> {
    same_data(job, rows)?;
    match checkpoints.load(&job.config, rows.shape, &device.clone().autodiff()) {
        Err(error) if job.start == Start::Missing => {
            host::errln!("warning: {error:#}; this run starts again from the beginning");
            Ok(None)
        }
        state => state,
    }
}

/// The epoch whose weights are kept, of a run that finished.
fn kept(config: &RunConfig, state: &State, outcome: Outcome) -> Option<usize> {
    let epoch = match config.keep {
        Keep::Last => state.history.last(),
        Keep::Best => state.history.best(),
    };
    epoch.filter(|_| outcome == Outcome::Finished).map(|epoch| epoch.epoch)
}

/// Saves the weights of this epoch, and measures them on the test set if there is one.
fn finish(
    folder: &RunFolder,
    checkpoints: &Checkpoints,
    state: &State,
    kept: usize,
    rows: &Rows,
) -> anyhow::Result<Option<Measures>> {
    let last = state.network.valid();
    let network = if kept == state.history.epochs().len() {
        last
    } else {
        checkpoints.load_best(state, &last.device())?
    };
    folder.write(MODEL, &network.to_safetensors()?)?;
    let Some((test, images)) = &rows.test else { return Ok(None) };
    let predictions = predictions::judge(&evaluation::predictions(&network, test)?, images);
    let mistakes = predictions::worst_mistakes(&predictions, images);
    folder.write_predictions(&predictions, &mistakes)?;
    evaluate(&network, test)
}

fn load(config: &RunConfig, cache: Option<&Path>, opened: &Opened) -> anyhow::Result<Rows> {
    let table = read(config, &config.data, cache)?;
    let sha256 = table.sha256().to_owned();
    let all = table.labelled()?;
    warn_of_darkness(config, &all);
    let test = config.test_data.as_deref().map(|path| read(config, path, cache)).transpose()?;
    let test_sha256 = test.as_ref().map(|test| test.sha256().to_owned());
    let test = test.map(|test| test.labelled_like(&all)).transpose()?;
    let in_data = || config.data.display().to_string();
    let images = config.limited(all).with_context(in_data)?;
    let (train, valid) = config.split(&images).with_context(in_data)?;
    if let Some(test) = &test {
        warn_of_shared_rows(config, &images, test);
    }
    let device = &opened.device;
    let storage = opened.storage(&images, config.threads);
    let sequential =
        |images: &Images| ImageLoader::sequential(images, evaluation::BATCH, storage, device);
    // As many as there are validation rows: the one accuracy is then as exact as the other, and
    // measuring costs little.
    let fit_rows = valid.labels().len().min(train.labels().len()).min(MOST_FIT_ROWS);
    let fit = train.select(&stratified_subset(train.labels(), fit_rows, config.split_seed)?);
    Ok(Rows {
        train: ImageLoader::shuffled(
            &train,
            config.batch_size,
            config.seed,
            storage,
            &device.clone().autodiff(),
        ),
        fit: sequential(&fit),
        valid: sequential(&valid),
        test: test.map(|images| (sequential(&images), images)),
        shape: Shape::of(&images),
        size: images.size(),
        classes: images.classes(),
        pixels: format!("{storage} ({:.1} % are not 0)", 100.0 * images.density()),
        sha256,
        test_sha256,
    })
}

/// Another split would validate on rows that were trained on, and another test set is another
/// result.
fn same_data(job: &Job, rows: &Rows) -> anyhow::Result<()> {
    let Job { config, folder, .. } = job;
    let stored = Run::read(folder.clone())?.provenance;
    let data = (Some(&config.data), Some(stored.data_sha256), Some(&rows.sha256));
    let test = (config.test_data.as_ref(), stored.test_data_sha256, rows.test_sha256.as_ref());
    for (data, expected, found) in [data, test] {
        // Older runs do not say what they read.
        let expected = expected.filter(|expected| !expected.is_empty());
        if let (Some(data), Some(expected), Some(found)) = (data, expected, found)
            && expected != *found
        {
            let (folder, data, found) = (folder.path().to_owned(), data.clone(), found.clone());
            Err(JobError::OtherData { folder, data, found, expected })?;
        }
    }
    Ok(())
}

/// The weights of a later epoch cannot stand for those of an earlier one.
fn not_passed(job: &Job, state: &State) -> Result<(), JobError> {
    let Cursor { epoch, step, .. } = state.cursor;
    let begun = if step > 0 { epoch } else { epoch - 1 };
    if job.config.epochs < begun {
        let (path, asked) = (job.folder.path().to_owned(), job.config.epochs);
        return Err(JobError::Passed { path, asked, epoch: begun });
    }
    Ok(())
}

/// A network has seen the answers to test rows that it was trained on: Kaggle's `train.csv` holds
/// such rows.
fn warn_of_shared_rows(config: &RunConfig, images: &Images, test: &Images) {
    let shared = known::count_shared(test, images);
    if shared > 0 {
        host::errln!(
            "warning: {shared} of the {} rows of the test data are also in {}: the test accuracy \
             will be too high",
            test.labels().len(),
            config.data.display()
        );
    }
}

/// Images whose pixels end at 16 hardly differ to a network that expects 255.
fn warn_of_darkness(config: &RunConfig, images: &Images) {
    let (data, most) = (config.data.display(), config.pixel_max.get());
    let brightest = images.brightest();
    if (1..=most / 4).contains(&brightest) {
        host::errln!(
            "warning: no pixel of {data} is above {brightest}, although {most} is possible; if \
             {brightest} means ink, give \
             --pixel-max {brightest}"
        );
    }
}

fn read(config: &RunConfig, path: &Path, cache: Option<&Path>) -> anyhow::Result<Table> {
    let options = config.read_options();
    Ok(cache.map_or_else(|| options.read(path), |cache| options.read_cached(path, cache))?)
}

fn write_record(job: &Job, opened: &Opened, rows: &Rows) -> anyhow::Result<()> {
    let provenance = Provenance {
        pixels: rows.pixels.clone(),
        data_sha256: rows.sha256.clone(),
        test_data_sha256: rows.test_sha256.clone(),
        ..provenance::of(opened, &job.workspace)
    };
    Ok(job.folder.write_record(&job.config, &provenance)?)
}

fn announce(config: &RunConfig, opened: &Opened, rows: &Rows, state: &State) {
    host::outln!(
        "network  {} ({} parameters)",
        network::sizes(&state.network),
        state.network.num_parameters()
    );
    host::outln!(
        "data     {}: {} training rows, {} validation rows",
        config.data.display(),
        rows.train.rows(),
        rows.valid.rows()
    );
    host::outln!(
        "         {} images of {} classes, labels {}",
        rows.size,
        rows.classes.count(),
        rows.classes
    );
    host::outln!("device   {} ({})", opened.name, config.backend);
    if opened.is_emulated() {
        host::outln!(
            "         this is no graphics card but a driver that computes on the CPU; --backend \
             flex is far faster"
        );
    }
    if state.cursor.epoch > 1 || state.cursor.step > 0 {
        host::outln!(
            "resumed  after {} epochs and {} steps",
            state.cursor.epoch - 1,
            state.cursor.step
        );
    }
    host::outln!();
}

fn conclude(outcome: Outcome, config: &RunConfig, state: &State) {
    match outcome {
        Outcome::Finished => {
            if let Some(patience) =
                config.patience.filter(|_| stopping::stops_early(config, &state.history))
            {
                let epochs = state.history.epochs().len();
                host::outln!(
                    "stopped early after epoch {epochs}: no gain in validation accuracy for \
                     {patience} epochs"
                );
            }
        }
        Outcome::Interrupted => host::outln!("stopped and saved"),
        Outcome::Diverged { epoch, step } => host::errln!(
            "error: training diverged: the loss of step {step} in epoch {epoch} is not a finite \
             number; \
             try a learning rate below {}",
            config.learning_rate
        ),
    }
}

fn summary(
    state: &State,
    outcome: Outcome,
    kept: Option<usize>,
    test: Option<Measures>,
    rows: &Rows,
) -> Summary {
    let (best, last) = (state.history.best(), state.history.last());
    // The sum of no numbers is -0.0.
    let seconds: f64 = 0.0 + state.history.epochs().iter().map(|epoch| epoch.seconds).sum::<f64>();
    Summary {
        outcome,
        epochs: state.history.epochs().len(),
        best_epoch: best.map(|epoch| epoch.epoch),
        best_valid_accuracy: best.map(|epoch| epoch.valid.accuracy()),
        kept_epoch: kept,
        final_valid_loss: last.map(|epoch| epoch.valid.loss()),
        final_valid_accuracy: last.map(|epoch| epoch.valid.accuracy()),
        test_loss: test.map(|test| test.loss()),
        test_accuracy: test.map(|test| test.accuracy()),
        train_rows: rows.train.rows(),
        valid_rows: rows.valid.rows(),
        image: rows.size,
        classes: rows.classes.count(),
        first_label: rows.classes.first(),
        parameters: state.network.num_parameters(),
        train_seconds: (seconds * 1e3).round() / 1e3,
    }
}
