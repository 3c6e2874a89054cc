//! The state of a training: everything that it takes to resume.

use burn::{module::Module, optim::ModuleOptimizer, tensor::Device};
use model::Network;
use run::{History, RunConfig};
use serde::{Deserialize, Serialize};

use crate::{
    meter::Totals,
    network::{self, Shape},
    optimizer,
};

/// Everything that it takes to resume training.
pub struct State {
    /// The network.
    pub network: Network,
    /// The moving average of its weights, without autodiff; none before the first step, and without
    /// the setting `ema`.
    pub average: Option<Network>,
    /// The optimizer, with its moments.
    pub optimizer: ModuleOptimizer,
    /// The epochs done.
    pub history: History,
    /// The epoch under way.
    pub cursor: Cursor,
    /// The SHA-256 of the weights of the best epoch, as they are saved. Older checkpoints do not
    /// say.
    pub best_sha256: Option<String>,
}

/// A place in a training: which step comes next, and what the epoch has given so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The epoch under way, from 1.
    pub epoch: usize,
    /// Steps done in it.
    pub step: usize,
    /// Seconds they took.
    pub seconds: f64,
    /// What they measured.
    pub totals: Totals,
}

impl Cursor {
    /// Before the first step of this epoch.
    pub fn at(epoch: usize) -> Self {
        Self { epoch, step: 0, seconds: 0.0, totals: Totals::default() }
    }
}

impl State {
    /// The state before the first step: a network with its initial weights.
    ///
    /// # Errors
    /// The images are too small for the network.
    pub fn init(config: &RunConfig, shape: Shape, device: &Device) -> anyhow::Result<Self> {
        Ok(Self {
            network: network::config(config, shape)?.init(device),
            average: None,
            optimizer: optimizer::init(config),
            history: History::default(),
            cursor: Cursor::at(1),
            best_sha256: None,
        })
    }

    /// The network that is evaluated and saved, without autodiff: the average, if there is one.
    pub fn evaluated(&self) -> Network {
        self.average.clone().unwrap_or_else(|| self.network.valid())
    }
}
