//! `cargo xtask train`: check, build, train, draw.

use std::{ffi::OsStr, path::Path, process::Command};

use host::FileError;
use report::evaluation::Evaluation;
use run::{Job, JobError, RunFolder, Start, Summary, TrainFlags};

use crate::{
    cargo, download, import, interrupt, network, program,
    usage::OrUsage,
    workspace::{self, Here},
};

/// Trains, and returns the exit code.
///
/// # Errors
/// The settings are invalid, the trainer does not compile, or the pictures cannot be drawn.
pub fn train(mut flags: TrainFlags) -> anyhow::Result<u8> {
    let kaggle = download::train_file(flags.settings.data.as_deref());
    let here = workspace::enter()?;
    here.record(flags.paths_mut())?;
    if kaggle.is_some() {
        flags.settings.data = kaggle.clone();
    }
    let watching = Watching { tui: flags.tui, tensorboard: flags.tensorboard };
    let job = Job::from_flags(flags, num_cpus::get_physical());
    if let Err(JobError::Done { path, .. } | JobError::StoppedEarly { path, .. }) = &job {
        complete_pictures(&RunFolder::at(path), &here);
    }
    let job = job.or_usage()?;
    if job.start == Start::Resume {
        host::outln!("run      {}", here.show(job.folder.path()).display());
    }
    let folder = job.folder.clone();
    interrupt::discards(&folder);
    let done = carry_out(job, kaggle.as_deref(), watching, &here);
    folder.discard_unused();
    done
}

/// Draws the missing curves of a complete run: it was killed before they were drawn.
fn complete_pictures(folder: &RunFolder, here: &Here) {
    match report::draw_missing(folder) {
        Ok(pictures) if pictures.is_empty() => {}
        Ok(pictures) => tell_pictures(&pictures, &here.show(folder.path())),
        Err(error) => host::errln!("warning: {error}; the run has no curves"),
    }
}

/// The displays of a training besides its lines on the terminal.
#[derive(Clone, Copy)]
struct Watching {
    tui: bool,
    tensorboard: bool,
}

fn carry_out(
    mut job: Job,
    kaggle: Option<&Path>,
    watching: Watching,
    here: &Here,
) -> anyhow::Result<u8> {
    if let Some(file) = kaggle
        && let code @ 1.. = download::fetch_train_file(file)?
    {
        return Ok(code);
    }
    import::prepare(&job.config.data, &job.config.read_options())?;
    if let Some(test) = &job.config.test_data {
        import::prepare(test, &job.config.test_read_options())?;
    }
    let trainer = program::trainer(job.config.backend, watching.tui)?;
    if interrupt::asked() {
        return Ok(interrupt::EXIT_CODE);
    }
    job.workspace = program::trainer_workspace();
    let code = start(&trainer, &job, watching)?;
    if !job.folder.holds_run() {
        return Ok(code);
    }
    // An interrupted run has curves to draw, too.
    let pictures = if code == 0 || code == interrupt::EXIT_CODE {
        report::draw(&job.folder)?
    } else {
        Vec::new()
    };
    match code {
        0 => conclude(&job.folder, &pictures, here)?,
        interrupt::EXIT_CODE => {
            host::outln!(
                "to continue: cargo xtask train --resume {}",
                out(here.show(job.folder.path()).as_os_str())
            );
        }
        _ => {}
    }
    Ok(code)
}

/// Runs the trainer to its end, with the job in a temporary file, and returns its exit code.
fn start(trainer: &Path, job: &Job, watching: Watching) -> anyhow::Result<u8> {
    let folder = network::temporary()?;
    let file = folder.path().join("job.toml");
    job.write(&file)?;
    let mut command = Command::new(trainer);
    command
        .args(watching.tui.then_some("--tui"))
        .args(watching.tensorboard.then_some("--tensorboard"));
    cargo::run_until_stopped(command.arg("--stop-at-end-of-input").arg(&file))
}

fn conclude(folder: &RunFolder, pictures: &[String], here: &Here) -> anyhow::Result<()> {
    if let Some(summary) = folder.read_summary()? {
        host::outln!(
            "\n{}",
            report::run_summary::text(&summary, tested(folder, &summary)?.as_ref())
        );
    }
    let folder = here.show(folder.path());
    let path = folder.display();
    tell_pictures(pictures, &folder);
    host::outln!("weights   {path}/model.safetensors");
    host::outln!("records   {path}/run.toml, history.csv, summary.json, checkpoints/");
    Ok(())
}

fn tell_pictures(pictures: &[String], folder: &Path) {
    host::outln!("curves    {}/{} (and .svg)", folder.display(), pictures.join(", "));
}

/// The evaluation of the network on the test set, if the run has one.
fn tested(folder: &RunFolder, summary: &Summary) -> Result<Option<Evaluation>, FileError> {
    let classes = &summary.classes;
    let predictions =
        summary.test_accuracy.map(|_| folder.read_predictions(classes)).transpose()?;
    Ok(predictions.and_then(|predictions| Evaluation::of(&predictions, classes)))
}

/// The flag `--out` with this folder, quoted for a shell.
fn out(folder: &OsStr) -> String {
    let path = folder.to_string_lossy();
    let separator = if path.starts_with('-') { '=' } else { ' ' };
    format!("--out{separator}{}", shlex::try_quote(&path).unwrap_or(path.as_ref().into()))
}
