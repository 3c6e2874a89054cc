//! Brings the state of a training to disk and back.
//!
//! `checkpoints/last/` holds everything that it takes to resume: the network, and what the
//! optimizer remembers, in Burn's own format, which keeps the identity that ties the ones to the
//! others, the moving average of the weights if there is one, and `checkpoint.toml`: the place in
//! the run, its settings, and the checksums of the other files. Nothing that was changed since is
//! read: Burn takes an optimizer without momenta, or with those of another network, for a good one,
//! and a training that goes on from there is not the training that was interrupted.
//!
//! `checkpoints/best.safetensors` holds the weights of the epoch with the best validation accuracy.
//! Both appear whole or not at all, also where two processes are at work that no lock kept apart:
//! each writes under a name of its own and renames, and at most one of them fails at that.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, anyhow, ensure};
use burn::{
    module::Module,
    store::ModuleRecord,
    tensor::{Bytes, Device},
};
use data::shown::printable;
use host::{text::counted, write_whole};
use model::{ImageFormat, Metadata, Network};
use run::{JobError, RunConfig, RunFolder, Schedule, Settings, settings::without_jargon};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    network::{self, Shape},
    optimizer,
    state::{Cursor, State},
    stopping,
};

const NETWORK: &str = "network.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const AVERAGE: &str = "average.bpk";
const PLACE: &str = "checkpoint.toml";
/// How the names of the folders begin in which checkpoints are written.
const WRITING: &str = "writing";

/// `checkpoint.toml`.
#[derive(Debug, Serialize, Deserialize)]
struct Place<S> {
    /// Of `network.bpk`.
    network_sha256: String,
    /// Of `optimizer.bpk`.
    optimizer_sha256: String,
    /// Of `average.bpk`, if the weights are averaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    average_sha256: Option<String>,
    /// The sizes of the network's layers. Older checkpoints do not say.
    #[serde(default)]
    layers: Option<String>,
    /// Of `best.safetensors` when this was written. Older checkpoints do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best_sha256: Option<String>,
    cursor: Cursor,
    /// Of the run. Older checkpoints do not say.
    #[serde(default = "Option::default")]
    settings: Option<S>,
}

/// The checkpoints of a run.
#[derive(Debug)]
pub struct Checkpoints {
    run: RunFolder,
    config: RunConfig,
    /// What the best weights say of their images.
    format: ImageFormat,
}

impl Checkpoints {
    /// The checkpoints of a run with these settings and images of this format in this folder.
    pub fn of(run: RunFolder, config: RunConfig, format: ImageFormat) -> Self {
        Self { run, config, format }
    }

    /// Writes the state, the history first: a checkpoint never knows of an epoch that the history
    /// lacks.
    ///
    /// # Errors
    /// The disk is full or cannot be written; the checkpoint before this one is still there.
    pub fn save(&self, state: &mut State) -> anyhow::Result<()> {
        self.run.write_history(&state.history)?;
        self.save_best(state)?;
        // Where no lock keeps another process out, that may be on another machine.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let writing = self.path(&format!("{WRITING}-{}-{}", process::id(), now.as_nanos()));
        let failed = || format!("{}: cannot save the checkpoint", writing.display());
        write_checkpoint(&writing, &self.config, state).with_context(failed)?;
        self.install(&writing).with_context(failed)
    }

    /// Saves the weights if the epoch just done is the best so far.
    fn save_best(&self, state: &mut State) -> anyhow::Result<()> {
        let just_done = state.cursor.step == 0 && state.history.last().is_some();
        if just_done && state.history.best() == state.history.last() {
            fs::create_dir_all(self.run.checkpoints())?;
            let metadata = Metadata { images: Some(self.format.clone()), calibration: None };
            let weights = metadata.add_to(state.evaluated().to_safetensors()?);
            write_whole(&self.best(), &weights)?;
            state.best_sha256 = Some(sha256(&weights));
        }
        Ok(())
    }

    /// Makes the checkpoint just written the last one. Killed at any moment, either it or the one
    /// before is there whole: see [`load`](Self::load).
    fn install(&self, writing: &Path) -> io::Result<()> {
        let (last, previous) = (self.path("last"), self.path("previous"));
        // Where there is no last one, a process was killed here, and the previous one is all there
        // is.
        if last.exists() {
            remove_folder(&previous)?;
            fs::rename(&last, &previous)?;
        }
        fs::rename(writing, &last)?;
        remove_folder(&previous)
    }

    /// Reads the last checkpoint; none if there is none yet. What a process that was killed left
    /// half written is removed.
    ///
    /// # Errors
    /// The checkpoint is damaged, belongs to another network, or was trained with other settings.
    pub fn load(&self, shape: Shape, device: &Device) -> anyhow::Result<Option<State>> {
        self.remove_half_written()?;
        let Some(path) =
            [self.path("last"), self.path("previous")].into_iter().find(|path| path.is_dir())
        else {
            return Ok(None);
        };
        let unreadable = || format!("{}: this checkpoint cannot be read", path.display());
        let place = read_place(&path).with_context(unreadable)?;
        if let Some(trained) = &place.settings {
            self.refuse_edited(trained)?;
        }
        let mut state =
            read_state(&path, place, &self.config, shape, device).with_context(unreadable)?;
        state.history = self.run.read_history()?;
        state.history.truncate(state.cursor.epoch - 1);
        if state.history.epochs().len() + 1 != state.cursor.epoch {
            let path = self.run.path().join("history.csv");
            return Err(anyhow!(
                "{}: {}; expected {} as in the checkpoint",
                path.display(),
                counted(state.history.epochs().len(), "epoch"),
                state.cursor.epoch - 1
            ));
        }
        if stopping::is_over(&self.config, &state.history) {
            // No epoch is left that would write them again.
            self.refuse_other_best(&state)?;
        }
        Ok(Some(state))
    }

    /// Refuses settings that were edited in `run.toml`: the record would claim them for the epochs
    /// before. More epochs are possible, and the data, whose checksums tell, may have moved.
    fn refuse_edited(&self, trained: &RunConfig) -> Result<(), JobError> {
        let can_change = |field: &str| match field {
            "epochs" => self.config.schedule != Schedule::Cosine,
            field => ["data", "test_data"].contains(&field),
        };
        let differences = self.config.differences(trained);
        match differences.into_iter().find(|(field, ..)| !can_change(field)) {
            Some((field, asked, has)) => {
                Err(JobError::Edited { path: self.run.run_toml(), field, asked, has })
            }
            None => Ok(()),
        }
    }

    /// Reads the network as it was after the best epoch of this training.
    ///
    /// # Errors
    /// The file is missing or damaged, or another process has written it.
    pub fn load_best(
        &self,
        state: &State,
        shape: Shape,
        device: &Device,
    ) -> anyhow::Result<Network> {
        self.refuse_other_best(state)?;
        Ok(Network::load_safetensors(self.best(), shape.pixel_max.get(), device)?)
    }

    fn refuse_other_best(&self, state: &State) -> anyhow::Result<()> {
        let Some(expected) = &state.best_sha256 else { return Ok(()) };
        let best = self.best();
        let found = fs::read(&best)
            .map(|weights| sha256(&weights))
            .with_context(|| best.display().to_string())?;
        ensure!(
            found == *expected,
            "{}: changed since it was written: its SHA-256 is {found}, expected {expected:?}",
            best.display()
        );
        Ok(())
    }

    fn remove_half_written(&self) -> io::Result<()> {
        let entries = match fs::read_dir(self.run.checkpoints()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(WRITING) {
                remove_folder(&entry.path())?;
            }
        }
        Ok(())
    }

    /// The weights of the best epoch.
    pub fn best(&self) -> PathBuf {
        self.path("best.safetensors")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.run.checkpoints().join(name)
    }
}

fn write_checkpoint(folder: &Path, config: &RunConfig, state: &State) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let network = state.network.valid().into_record().into_bytes()?;
    let optimizer = state.optimizer.into_bytes()?;
    let average = state.average.clone().map(|network| network.into_record().into_bytes());
    let average = average.transpose()?;
    let place = Place {
        network_sha256: sha256(&network),
        optimizer_sha256: sha256(&optimizer),
        average_sha256: average.as_ref().map(|average| sha256(average)),
        layers: Some(state.network.layers().to_string()),
        best_sha256: state.best_sha256.clone(),
        cursor: state.cursor.clone(),
        settings: Some(config),
    };
    write_whole(&folder.join(NETWORK), &network)?;
    write_whole(&folder.join(OPTIMIZER), &optimizer)?;
    if let Some(average) = &average {
        write_whole(&folder.join(AVERAGE), average)?;
    }
    write_whole(&folder.join(PLACE), toml::to_string(&place)?.as_bytes())?;
    Ok(())
}

fn read_place(folder: &Path) -> anyhow::Result<Place<RunConfig>> {
    let text = fs::read(folder.join(PLACE)).with_context(|| PLACE.to_owned())?;
    let damaged = |message: &str| anyhow!("{PLACE}: {}", printable(message));
    let place: Place<Settings> =
        toml::from_slice(&text).map_err(|error| damaged(&without_jargon(&error)))?;
    ensure!(place.cursor.epoch > 0, "{PLACE}: epoch = 0; expected at least 1");
    let settings = place.settings.map(Settings::resolve).transpose();
    let settings = settings.map_err(|invalid| damaged(&invalid.to_string()))?;
    Ok(Place {
        network_sha256: place.network_sha256,
        optimizer_sha256: place.optimizer_sha256,
        average_sha256: place.average_sha256,
        layers: place.layers,
        best_sha256: place.best_sha256,
        cursor: place.cursor,
        settings,
    })
}

fn read_state(
    folder: &Path,
    place: Place<RunConfig>,
    config: &RunConfig,
    shape: Shape,
    device: &Device,
) -> anyhow::Result<State> {
    let whole = |name: &str, expected: &str| {
        let content = fs::read(folder.join(name)).with_context(|| name.to_owned())?;
        let found = sha256(&content);
        ensure!(
            found == expected,
            "{name}: changed since it was written: its SHA-256 is {found}, expected {expected:?}"
        );
        Ok(Bytes::from_bytes_vec(content))
    };
    let network = network::config(config, shape)?.init(device);
    let (expected, found) = (network.layers().to_string(), place.layers.unwrap_or_default());
    ensure!(
        found.is_empty() || found == expected,
        "{NETWORK}: a network {found}; expected {expected} for these data"
    );
    let network_record = ModuleRecord::from_bytes(whole(NETWORK, &place.network_sha256)?)?;
    let average = match &place.average_sha256 {
        Some(sha256) => {
            let record = ModuleRecord::from_bytes(whole(AVERAGE, sha256)?)?;
            Some(network.valid().try_load_record(record)?)
        }
        None => None,
    };
    Ok(State {
        network: network.try_load_record(network_record)?,
        average,
        optimizer: optimizer::init(config)
            .from_bytes(whole(OPTIMIZER, &place.optimizer_sha256)?)?,
        history: run::History::default(),
        cursor: place.cursor,
        best_sha256: place.best_sha256,
    })
}

fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
