//! The memory that a run takes.

use anyhow::ensure;
use model::Layers;
use run::RunConfig;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::{
    evaluation,
    network::{self, Shape},
};

/// Bytes of a weight or an activation.
const BYTES: f64 = 4.0;
const GB: f64 = 1e9;

/// Refuses a network that does not take images of this shape, or takes more memory to train on so
/// many of them than this machine has: the system would kill the process without a reason. The
/// memory of a graphics card is not known.
///
/// # Errors
/// One line: the network, what it takes, and what there is; or the images are too small for it.
pub fn refuse_unfit(config: &RunConfig, shape: Shape, train_rows: usize) -> anyhow::Result<()> {
    let layers = network::config(config, shape)?.layers();
    if config.backend.is_gpu() {
        return Ok(());
    }
    let batch = config.batch_size.min(train_rows).max(evaluation::BATCH);
    let (needed, there) = (needed(config, &layers, batch), of_this_machine());
    ensure!(
        needed <= there,
        "the network {layers} with {} takes about {:.1} GB to train; expected at most {:.1} GB, \
         the memory of this machine: choose smaller layers",
        config.optimizer,
        needed / GB,
        there / GB
    );
    Ok(())
}

/// The bytes that a training takes at least: weights, gradients, the moments of the optimizer and
/// the average of the weights, a copy of all but the gradients in each checkpoint, and the outputs
/// of the layers for a batch.
fn needed(config: &RunConfig, layers: &Layers, batch: usize) -> f64 {
    let moments = config.optimizer.moments(config.momentum) as f64;
    let averages = if config.ema.is_some() { 1.0 } else { 0.0 };
    let of_weights = layers.num_parameters() as f64 * (3.0 + 2.0 * (moments + averages));
    (of_weights + batch as f64 * layers.num_outputs() as f64) * BYTES
}

/// The bytes of memory of this machine, or of the control group of this process.
fn of_this_machine() -> f64 {
    let memory = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(memory));
    let limit = system.cgroup_limits().map_or(u64::MAX, |limits| limits.total_memory);
    match system.total_memory().min(limit) {
        // Not known.
        0 => f64::INFINITY,
        bytes => bytes as f64,
    }
}
