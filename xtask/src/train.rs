//! `cargo xtask train`: check, build, train, draw.

use std::process::Command;

use run::{Request, RunFolder, TrainFlags};

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
    let request = Request::from_flags(flags.clone())?;
    if kaggle.is_some() {
        Kaggle::default().download().inspect_err(|_| request.folder.discard_unused())?;
    }
    let trainer = cargo::build_trainer(request.config.backend).inspect_err(|_| request.folder.discard_unused())?;

    flags.out = Some(request.folder.path().to_owned());
    let status = cargo::status(Command::new(trainer).args(flags.to_arguments()?))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    // A run that was asked to stop has curves to draw, too.
    if code == 0 || code == interrupt::EXIT_CODE {
        report::draw(&request.folder)?;
    }
    if code == 0 {
        conclude(&request.folder)?;
    }
    request.folder.discard_unused();
    Ok(code)
}

fn conclude(folder: &RunFolder) -> anyhow::Result<()> {
    if let Some(summary) = folder.read_summary()? {
        println!("\n{}", report::table::of(&summary));
    }
    let path = folder.path().display();
    println!("curves    {path}/loss.png, {path}/accuracy.png (and .svg)");
    println!("weights   {path}/model.safetensors");
    println!("all else  {path}/run.toml, history.csv, summary.json, checkpoints/");
    Ok(())
}
