//! `cargo xtask train`: check, build, train, draw.

use std::{env, process::Command};

use run::{Request, RunFolder, TrainFlags};

use crate::{cargo, interrupt, workspace};

/// Trains, and gives the exit code.
///
/// # Errors
/// Something impossible was asked for, the trainer does not compile, or the pictures cannot be drawn.
pub fn train(flags: TrainFlags) -> anyhow::Result<u8> {
    let mut flags = in_workspace(flags)?;
    let request = Request::from_flags(flags.clone())?;
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

/// Goes to the workspace, where `data/` and `runs/` are; paths that were given from elsewhere keep their meaning.
fn in_workspace(flags: TrainFlags) -> anyhow::Result<TrainFlags> {
    let here = env::current_dir()?;
    if here == workspace() {
        return Ok(flags);
    }
    env::set_current_dir(workspace())?;
    Ok(flags.from_folder(&here))
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
