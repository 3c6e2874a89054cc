//! `cargo xtask train`: check, build, train, draw.

use std::{
    path::Path,
    process::{Command, ExitStatus},
};

use run::{Job, RunFolder, TrainFlags};

use crate::{
    cargo,
    data::{self, Kaggle},
    interrupt, workspace,
};

/// Trains, and gives the exit code.
///
/// # Errors
/// Something impossible was asked for, the trainer does not compile, or the pictures cannot be drawn.
pub fn train(flags: TrainFlags) -> anyhow::Result<u8> {
    let kaggle = data::train_file(flags.settings.data.as_deref());
    let mut flags = flags.from_folder(&workspace::enter()?);
    if kaggle.is_some() {
        flags.settings.data = kaggle.clone();
    }
    let tui = flags.tui;
    let job = Job::from_flags(flags)?;
    if kaggle.is_some() {
        Kaggle::default().download().inspect_err(|_| job.folder.discard_unused())?;
    }
    let trainer = cargo::build_trainer(job.config.backend, tui).inspect_err(|_| job.folder.discard_unused())?;
    let status = start(&trainer, &job, tui)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    // A run that was asked to stop has curves to draw, too.
    if code == 0 || code == interrupt::EXIT_CODE {
        report::draw(&job.folder)?;
    }
    if code == 0 {
        conclude(&job.folder)?;
    }
    job.folder.discard_unused();
    Ok(code)
}

/// Runs the trainer to its end. It reads the job from a file, which is gone afterwards.
fn start(trainer: &Path, job: &Job, tui: bool) -> anyhow::Result<ExitStatus> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("job.toml");
    job.write(&file)?;
    cargo::status(Command::new(trainer).arg(&file).args(tui.then_some("--tui")))
}

fn conclude(folder: &RunFolder) -> anyhow::Result<()> {
    if let Some(summary) = folder.read_summary()? {
        println!("\n{}", report::table::of(&summary));
    }
    let path = folder.path().display();
    println!("curves    {path}/loss.png, {path}/accuracy.png (and .svg)");
    println!("weights   {path}/model.safetensors");
    println!("records   {path}/run.toml, history.csv, summary.json, checkpoints/");
    Ok(())
}
