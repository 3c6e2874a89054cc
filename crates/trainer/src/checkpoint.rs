//! Brings the state of a training to disk and back.
//!
//! `checkpoints/last/` holds everything that it takes to resume: the network, and what the
//! optimizer remembers, in Burn's own format, which keeps the identity that ties the ones to the
//! others, and `checkpoint.toml`: the place in the run, and the checksums of the other two. Nothing
//! that was changed since is read: Burn takes an optimizer without momenta, or with those of
//! another network, for a good one, and a training that goes on from there is not the training that
//! was interrupted.
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
use host::write_whole;
use model::Network;
use run::{RunConfig, RunFolder};
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
const PLACE: &str = "checkpoint.toml";
/// How the names of the folders begin in which checkpoints are written.
const WRITING: &str = "writing";

/// `checkpoint.toml`.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    /// Of `network.bpk`.
    network_sha256: String,
    /// Of `optimizer.bpk`.
    optimizer_sha256: String,
    /// The sizes of the network's layers. Older checkpoints do not say.
    #[serde(default)]
    layers: Option<String>,
    /// Of `best.safetensors` when this was written. Older checkpoints do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    best_sha256: Option<String>,
    cursor: Cursor,
}

/// The checkpoints of a run.
#[derive(Debug)]
pub struct Checkpoints {
    run: RunFolder,
}

impl Checkpoints {
    /// The checkpoints in this folder.
    pub fn of(run: RunFolder) -> Self {
        Self { run }
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
        write_checkpoint(&writing, state).with_context(failed)?;
        self.install(&writing).with_context(failed)
    }

    /// Saves the weights if the epoch just done is the best so far.
    fn save_best(&self, state: &mut State) -> anyhow::Result<()> {
        let just_done = state.cursor.step == 0 && state.history.last().is_some();
        if just_done && state.history.best() == state.history.last() {
            fs::create_dir_all(self.run.checkpoints())?;
            let (best, weights) = (self.best(), state.network.valid().to_safetensors()?);
            write_whole(&best, &weights)?;
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
    /// The checkpoint is damaged, or belongs to another network.
    pub fn load(
        &self,
        config: &RunConfig,
        shape: Shape,
        device: &Device,
    ) -> anyhow::Result<Option<State>> {
        self.remove_half_written()?;
        let Some(path) =
            [self.path("last"), self.path("previous")].into_iter().find(|path| path.is_dir())
        else {
            return Ok(None);
        };
        let mut state = read_checkpoint(&path, config, shape, device)
            .with_context(|| format!("{}: this checkpoint cannot be read", path.display()))?;
        state.history = self.run.read_history()?;
        state.history.truncate(state.cursor.epoch - 1);
        if state.history.epochs().len() + 1 != state.cursor.epoch {
            let path = self.run.path().join("history.csv");
            return Err(anyhow!(
                "{}: {} epochs; expected {} as in the checkpoint",
                path.display(),
                state.history.epochs().len(),
                state.cursor.epoch - 1
            ));
        }
        if stopping::is_over(config, &state.history) {
            // No epoch is left that would write them again.
            self.refuse_other_best(&state)?;
        }
        Ok(Some(state))
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

fn write_checkpoint(folder: &Path, state: &State) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let network = state.network.valid().into_record().into_bytes()?;
    let optimizer = state.optimizer.into_bytes()?;
    let place = Place {
        network_sha256: sha256(&network),
        optimizer_sha256: sha256(&optimizer),
        layers: Some(state.network.layers().to_string()),
        best_sha256: state.best_sha256.clone(),
        cursor: state.cursor.clone(),
    };
    write_whole(&folder.join(NETWORK), &network)?;
    write_whole(&folder.join(OPTIMIZER), &optimizer)?;
    write_whole(&folder.join(PLACE), toml::to_string(&place)?.as_bytes())?;
    Ok(())
}

fn read_checkpoint(
    folder: &Path,
    config: &RunConfig,
    shape: Shape,
    device: &Device,
) -> anyhow::Result<State> {
    let read = |name: &str| fs::read(folder.join(name)).with_context(|| name.to_owned());
    let whole = |name: &str, expected: &str| {
        let content = read(name)?;
        let found = sha256(&content);
        ensure!(
            found == expected,
            "{name}: changed since it was written: its SHA-256 is {found}, expected {expected:?}"
        );
        Ok(Bytes::from_bytes_vec(content))
    };
    let place: Place =
        toml::from_slice(&read(PLACE)?).map_err(|error| anyhow!("{PLACE}: {}", error.message()))?;
    ensure!(place.cursor.epoch > 0, "{PLACE}: epoch = 0; expected at least 1");
    let network = network::config(config, shape).init(device);
    let (expected, found) = (network.layers().to_string(), place.layers.unwrap_or_default());
    ensure!(
        found.is_empty() || found == expected,
        "{NETWORK}: a network {found}; expected {expected} for these data"
    );
    let network_record = ModuleRecord::from_bytes(whole(NETWORK, &place.network_sha256)?)?;
    Ok(State {
        network: network.try_load_record(network_record)?,
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
