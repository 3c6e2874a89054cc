//! Refuses what no run of an analysis, or one of them, can do: once, before the first one starts.

use std::{path::Path, process::Command};

use run::{
    Job, RunConfig, Start, Workspace,
    images::{RunImagesError, are_the_same},
};
use study::{
    StudyFolder, Trial,
    trial_data::{self, OtherDataError},
};

use crate::{cargo, import, network, usage::UsageError, workspace};

/// The settings on which it depends whether a network fits into the memory and takes the images.
/// The device is the same for all runs.
const DECISIVE: [&str; 8] =
    ["network", "hidden", "filters", "layer_norm", "optimizer", "momentum", "ema", "batch_size"];

/// Refuses data that no trial can use, and warns of what all share. Pictures are imported.
///
/// # Errors
/// The data cannot be used, or have changed since a trial has read them.
pub fn refuse_data(folder: &StudyFolder, trials: &[Trial]) -> anyhow::Result<()> {
    for Trial { config, .. } in trials {
        import::prepare(&config.data, &config.read_options())?;
        if let Some(test) = &config.test_data {
            import::prepare(test, &config.test_read_options())?;
        }
    }
    let cache = workspace::cache();
    trial_data::refuse_changed(folder, trials, &cache).map_err(|error| match error {
        OtherDataError::Changed { .. } => UsageError(error.to_string()).into(),
        OtherDataError::Read(error) => anyhow::Error::from(error),
    })?;
    let checked = trial_data::refuse_unusable(trials, &cache);
    let warnings = checked.map_err(|error| match error {
        RunImagesError::Split { .. } => UsageError(error.to_string()).into(),
        RunImagesError::Read(error) => anyhow::Error::from(error),
    })?;
    warnings.iter().for_each(|warning| host::errln!("warning: {warning}"));
    Ok(())
}

/// Has the trainer check that this machine can carry out the missing trials, and returns the exit
/// code of the first refusal, which the trainer has reported; 0 if there is none.
///
/// # Errors
/// The trainer cannot be started, or the disk fails.
pub fn refuse_impossible(
    folder: &StudyFolder,
    trials: &[Trial],
    trainer: &Path,
) -> anyhow::Result<u8> {
    let jobs = network::temporary()?;
    let file = jobs.path().join("job.toml");
    let workspace = Workspace { cache: Some(workspace::cache()), ..Workspace::default() };
    let mut checked: Vec<&RunConfig> = Vec::new();
    for Trial { name, config } in trials {
        if checked.iter().any(|other| is_as_possible(config, other)) || folder.is_done(name) {
            continue;
        }
        let job = Job {
            config: config.clone(),
            folder: folder.run(name),
            start: Start::New,
            workspace: workspace.clone(),
        };
        job.write(&file)?;
        let mut check = Command::new(trainer);
        check.args(["--stop-at-end-of-input", "--check"]).arg(&file);
        if let code @ 1.. = cargo::run_until_stopped(&mut check)? {
            return Ok(code);
        }
        checked.push(config);
    }
    Ok(0)
}

/// Whether one of these runs is possible on a machine where the other is.
fn is_as_possible(one: &RunConfig, other: &RunConfig) -> bool {
    let differences = one.differences(other);
    let is_decisive = |field: &str| DECISIVE.contains(&field);
    are_the_same(one, other) && !differences.iter().any(|(field, ..)| is_decisive(field))
}
