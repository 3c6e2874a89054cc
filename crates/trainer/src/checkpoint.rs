//! Brings the state of a training to disk and back.
//!
//! `checkpoints/last/` holds all it takes to go on: the network and the optimizer's momenta in Burn's own format, which
//! keeps the identity that ties the ones to the others, and the place in the run. `checkpoints/best.safetensors` holds
//! the weights of the epoch with the best validation accuracy. Both appear whole or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use burn::{
    module::Module,
    store::ModuleRecord,
    tensor::{Bytes, Device},
};
use run::{RunConfig, RunFolder, folder::write_whole};

use crate::training::{Cursor, State, network, optimizer};

const NETWORK: &str = "network.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const CURSOR: &str = "cursor.toml";

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

    /// Writes the state, the history first: a checkpoint never knows of an epoch that the history lacks.
    ///
    /// # Errors
    /// The disk is full or cannot be written; the checkpoint before this one is still there.
    pub fn save(&self, state: &State) -> anyhow::Result<()> {
        self.run.write_history(&state.history)?;
        self.save_best(state)?;
        let writing = self.path("writing");
        let failed = || format!("{}: cannot save the checkpoint", writing.display());
        write_checkpoint(&writing, state).with_context(failed)?;
        self.install(&writing).with_context(failed)
    }

    /// Saves the weights if the epoch just done is the best so far.
    fn save_best(&self, state: &State) -> anyhow::Result<()> {
        let just_done = state.cursor.step == 0 && state.history.last().is_some();
        if just_done && state.history.best() == state.history.last() {
            fs::create_dir_all(self.run.checkpoints())?;
            let best = self.best();
            write_whole(&best, &state.network.valid().to_safetensors()?).with_context(|| best.display().to_string())?;
        }
        Ok(())
    }

    /// Makes the checkpoint just written the last one. Killed at any moment, either it or the one before is there whole:
    /// see [`load`](Self::load).
    fn install(&self, writing: &Path) -> io::Result<()> {
        let (last, previous) = (self.path("last"), self.path("previous"));
        // Where there is no last one, a process was killed here, and the previous one is all there is.
        if last.exists() {
            remove_folder(&previous)?;
            fs::rename(&last, &previous)?;
        }
        fs::rename(writing, &last)?;
        remove_folder(&previous)
    }

    /// Reads the last checkpoint; none if there is none yet.
    ///
    /// # Errors
    /// The checkpoint is damaged, or belongs to another network.
    pub fn load(&self, config: &RunConfig, device: &Device) -> anyhow::Result<Option<State>> {
        let Some(path) = [self.path("last"), self.path("previous")].into_iter().find(|path| path.is_dir()) else {
            return Ok(None);
        };
        let mut state = read_checkpoint(&path, config, device)
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
        Ok(Some(state))
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
    remove_folder(folder)?;
    fs::create_dir_all(folder)?;
    write_whole(&folder.join(NETWORK), &state.network.valid().into_record().into_bytes()?)?;
    write_whole(&folder.join(OPTIMIZER), &state.optimizer.into_bytes()?)?;
    write_whole(&folder.join(CURSOR), toml::to_string(&state.cursor)?.as_bytes())?;
    Ok(())
}

fn read_checkpoint(folder: &Path, config: &RunConfig, device: &Device) -> anyhow::Result<State> {
    let read = |name: &str| fs::read(folder.join(name)).with_context(|| name.to_owned());
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(read(NETWORK)?))?;
    let cursor: Cursor = toml::from_slice(&read(CURSOR)?).map_err(|error| anyhow!("{CURSOR}: {}", error.message()))?;
    Ok(State {
        network: network(config).init(device).try_load_record(record)?,
        optimizer: optimizer(config).init().from_bytes(Bytes::from_bytes_vec(read(OPTIMIZER)?))?,
        history: run::History::default(),
        cursor,
    })
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
