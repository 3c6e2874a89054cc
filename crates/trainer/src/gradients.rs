//! The gradients of a batch: a forward and a backward pass, by several threads if that is faster.

use std::ops::Range;

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::Tensor,
};
use loader::ImageBatch;
use model::{Layers, Network, seed::mixed};

use crate::{loss::Loss, metrics::Output, team::Team};

/// Multiplications in the forward pass of a part, below which a second thread gains little: it
/// reads all weights from the cache of the first, and the first all gradients from that of the
/// second. Measured with the networks 784-256-128-10 and 28x28-24C5-MP2-32C3-MP2-256-10; see
/// `docs/performance.md`.
const SMALLEST_PART: usize = 30_000_000;

/// The number of parts into which a batch of so many rows is cut.
pub fn parts(layers: &Layers, rows: usize, threads: usize) -> usize {
    let worthwhile = rows.saturating_mul(layers.num_multiplications()) / SMALLEST_PART;
    worthwhile.clamp(1, threads.min(rows))
}

/// The gradients of the loss of a batch, and the output for it. `seed` determines the dropout
/// masks.
///
/// Of several parts, each is computed by a thread of its own. Their gradients are added up in the
/// order of the rows, so the result depends on the number of parts, but not on which is done first.
pub fn of_batch(
    network: &Network,
    loss: &Loss,
    batch: ImageBatch,
    seed: u64,
    parts: usize,
    team: &Team,
) -> (GradientsParams, Output) {
    let rows = batch.targets.dims()[0];
    let parts = parts.min(rows);
    if parts == 1 {
        return of_part(network, loss, batch, seed, None);
    }
    // These networks share the weights, but no graph: Burn would lock it for one thread at a time.
    let plain = network.valid();
    let jobs = (0..parts).map(|part| {
        let some = slice(&batch, rows * part / parts..rows * (part + 1) / parts);
        let share = loss.share(some.targets.clone(), batch.targets.clone());
        let (network, loss) = (plain.clone(), loss.clone());
        let seed = mixed(&[seed, part as u64]);
        move || of_part(&network.train(), &loss, some, seed, Some(share))
    });
    let jobs = jobs.collect();
    // The step changes weights in place if nobody else holds them.
    drop(plain);
    let (gradients, outputs): (Vec<_>, Vec<_>) = team.join(jobs).into_iter().unzip();
    (sum(network, gradients), Output::joined(outputs))
}

/// The forward and the backward pass of a batch, or of a part of one that has this share in its
/// loss.
fn of_part(
    network: &Network,
    loss: &Loss,
    batch: ImageBatch,
    seed: u64,
    share: Option<Tensor<1>>,
) -> (GradientsParams, Output) {
    let ImageBatch { images, targets } = batch;
    let logits = network.forward_seeded(images, seed);
    let loss = loss.forward(logits.clone(), targets.clone());
    let loss = share.map_or(loss.clone(), |share| loss * share);
    let gradients = GradientsParams::from_grads(loss.backward(), network);
    (gradients, Output { loss, logits, targets }.inner())
}

fn slice(batch: &ImageBatch, rows: Range<usize>) -> ImageBatch {
    ImageBatch {
        images: batch.images.clone().slice(rows.clone()),
        targets: batch.targets.clone().slice(rows),
    }
}

/// The sum of the gradients of each parameter.
fn sum(network: &Network, gradients: Vec<GradientsParams>) -> GradientsParams {
    let mut sums = Sums { parts: gradients, sums: GradientsParams::new() };
    network.visit(&mut sums);
    sums.sums
}

struct Sums {
    parts: Vec<GradientsParams>,
    sums: GradientsParams,
}

impl ModuleVisitor for Sums {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let of_parts = self.parts.iter_mut().filter_map(|part| part.remove::<D>(param.id));
        if let Some(sum) = of_parts.reduce(|sum, gradient| sum + gradient) {
            self.sums.register(param.id, sum);
        }
    }
}
