//! How long an epoch takes, by batch size, and with what keeps networks from overfitting.

use run::{Backend, RunConfig, Settings};

use crate::{BenchError, data_files::DataFiles, program::Trained};

/// The training rows of MNIST but a fifth, which is kept back for validation.
pub const ROWS: usize = 48_000;
/// Epochs of each run. The first is not counted: programs compile what they need in it, and memory
/// is new to them.
const EPOCHS: i64 = 4;
/// The usual sizes.
const BATCH_SIZES: [usize; 6] = [16, 32, 64, 128, 256, 512];
/// Sizes that only a graphics card is made for.
const LARGE_BATCH_SIZES: [usize; 3] = [1024, 2048, 4096];

/// A network, and the size of its batches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// Rows of a step.
    pub batch_size: usize,
    /// The probability with which dropout zeroes a value; without dropout, 0.
    pub dropout: f64,
    /// Whether hidden layers are normalized.
    pub layer_norm: bool,
}

impl Case {
    /// The cases to be measured, on the CPU alone or on a graphics card as well.
    pub fn all(gpu: bool) -> Vec<Self> {
        let networks = [(0.0, false), (0.2, false), (0.0, true)];
        let sizes =
            || BATCH_SIZES.into_iter().chain(LARGE_BATCH_SIZES.into_iter().filter(move |_| gpu));
        let of_network = |(dropout, layer_norm)| {
            sizes().map(move |batch_size| Self { batch_size, dropout, layer_norm })
        };
        networks.into_iter().flat_map(of_network).collect()
    }

    /// The network in words.
    pub fn network(&self) -> String {
        match (self.dropout > 0.0, self.layer_norm) {
            (false, false) => "plain".to_owned(),
            (false, true) => "layer norm".to_owned(),
            (true, false) => format!("dropout {}", self.dropout),
            (true, true) => format!("dropout {}, layer norm", self.dropout),
        }
    }

    /// The case and a program in words.
    pub fn with(&self, program: &str) -> String {
        format!("{}, batch size {}: {program}", self.network(), self.batch_size)
    }

    /// Steps in an epoch, of which the last may be smaller.
    pub fn steps(&self) -> usize {
        ROWS.div_ceil(self.batch_size)
    }

    /// A run of it.
    ///
    /// # Errors
    /// None, as long as the settings are what they are.
    pub fn config(
        &self,
        data: &DataFiles,
        backend: Backend,
        round: usize,
    ) -> Result<RunConfig, BenchError> {
        let settings = Settings {
            backend: Some(backend),
            batch_size: Some(self.batch_size as i64),
            dropout: Some(self.dropout),
            layer_norm: Some(self.layer_norm),
            epochs: Some(EPOCHS),
            seed: Some(round as i64),
            ..data.settings()
        };
        settings.resolve().map_err(|error| BenchError::Workspace(error.to_string()))
    }
}

/// Seconds of an epoch: the median of all but the first.
pub fn epoch_seconds(trained: &Trained) -> f64 {
    crate::results::median(trained.seconds.get(1..).unwrap_or_default().to_vec())
}
