//! Whether and where a run goes on: its lock, its checkpoint, and what a resumed run must share
//! with its beginning.

use std::{
    thread,
    time::{Duration, Instant},
};

use burn::tensor::Device;
use host::{FileError, Lock, Stop};
use run::{Job, JobError, Outcome, Run, Start};

use crate::{
    checkpoint::Checkpoints,
    rows::Rows,
    state::{Cursor, State},
};

/// How long a job for missing work waits for the process that holds the folder, and how often it
/// looks. A batch system may start a job anew while the node that it was lost on still holds the
/// lock; NFS gives up such a node's locks after 90 seconds.
const WAITS: Duration = Duration::from_secs(120);
const LOOKS: Duration = Duration::from_millis(20);

/// Takes the folder of a job for this process.
///
/// # Errors
/// Another process holds it, or it cannot be created.
pub fn lock(job: &Job, stop: &Stop) -> Result<Lock, FileError> {
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

/// The outcome of a run that has ended. A run with a damaged record has not.
pub fn ended(job: &Job) -> Option<Outcome> {
    Run::record(job.folder.clone()).ok()?;
    let (summary, _) = job.folder.read_result().ok()??;
    Some(summary.outcome)
}

/// Whether the folder holds this run already. Where only what is missing is asked for, a run with a
/// damaged record is missing.
///
/// # Errors
/// It holds another one.
pub fn holds_run(job: &Job) -> Result<bool, JobError> {
    if !job.folder.holds_run() {
        return Ok(false);
    }
    match job.start {
        // Another process was faster.
        Start::New => Err(JobError::Taken(job.folder.path().to_owned())),
        Start::Resume => Ok(true),
        Start::Missing => match job.refuse_other_run() {
            Err(JobError::Settings(damage)) if damage.is_in_file() => {
                host::errln!("warning: {damage}; this run starts again from the beginning");
                Ok(false)
            }
            is_this_run => is_this_run.map(|()| true),
        },
    }
}

/// The state after the last checkpoint; none if there is none yet. Where only what is missing is
/// asked for, a checkpoint that cannot be read is missing as well: two processes that no lock kept
/// apart may have left one.
///
/// # Errors
/// The run has read other data, or its checkpoint cannot be read.
pub fn state(
    job: &Job,
    rows: &Rows,
    checkpoints: &Checkpoints,
    device: &Device,
) -> anyhow::Result<Option<State>> {
    same_data(job, rows)?;
    match checkpoints.load(rows.shape, device) {
        Err(error) if job.start == Start::Missing => {
            host::errln!("warning: {error:#}; this run starts again from the beginning");
            Ok(None)
        }
        state => state,
    }
}

/// Another split would validate on rows that were trained on, and another test set is another
/// result.
fn same_data(job: &Job, rows: &Rows) -> anyhow::Result<()> {
    let stored = Run::record(job.folder.clone()).map_err(JobError::from)?;
    stored.refuse_other_data(&job.config.data, &rows.sha256)?;
    if let (Some(test), Some(sha256)) = (&job.config.test_data, &rows.test_sha256) {
        stored.refuse_other_data(test, sha256)?;
    }
    Ok(())
}

/// The weights of a later epoch cannot stand for those of an earlier one.
///
/// # Errors
/// The run is past the last epoch of its config.
pub fn refuse_fewer_epochs(job: &Job, state: &State) -> Result<(), JobError> {
    let Cursor { epoch, step, .. } = state.cursor;
    let begun = if step > 0 { epoch } else { epoch - 1 };
    if job.config.epochs < begun {
        let (path, asked) = (job.folder.path().to_owned(), job.config.epochs);
        return Err(JobError::Passed { path, asked, epoch: begun });
    }
    Ok(())
}
