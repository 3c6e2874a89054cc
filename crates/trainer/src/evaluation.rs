//! Measures a network on rows that it does not learn from.

use burn::data::dataloader::DataLoader;
use data::{ImageBatch, ImageLoader, Pixels};
use model::Prediction;
use run::{Answer, Measures};

use crate::{
    meter::Meter,
    metrics::Output,
    network::{self, Network},
};

/// Rows measured at once. No result depends on it but for the last bits of a sum.
pub const BATCH: usize = 1_000;

/// Nothing is random without autodiff.
const UNUSED_SEED: u64 = 0;

/// The metrics over all rows of the loader; none if a loss is not a finite number. The network must
/// be without autodiff, as [`valid`](burn::module::Module::valid) makes it: then there is no
/// dropout and no graph.
///
/// # Errors
/// The device failed.
pub fn evaluate(network: &Network, rows: &ImageLoader) -> anyhow::Result<Option<Measures>> {
    let mut meter = Meter::default();
    for batch in rows.iter() {
        let ImageBatch { images, targets } = batch?;
        let logits = network::forward(network, images, UNUSED_SEED);
        let loss = kernels::cross_entropy(logits.clone(), targets.clone());
        meter.add(&Output { loss, logits, targets });
    }
    Ok(meter.read()?.ok().and_then(|totals| totals.means()))
}

/// What the network makes of each row of a sequential loader. As in [`evaluate`], it must be
/// without autodiff.
///
/// # Errors
/// The device failed.
pub fn answers(network: &Network, rows: &ImageLoader) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(rows.rows());
    for batch in rows.iter() {
        answers.extend(answer(network, batch?.images)?);
    }
    Ok(answers)
}

/// What the network makes of these images: `[batch, inputs]`.
///
/// # Errors
/// The device failed.
pub fn answer(network: &Network, images: Pixels) -> anyhow::Result<Vec<Answer>> {
    let Prediction { classes, probabilities } =
        Prediction::of(network::forward(network, images, UNUSED_SEED));
    let count = probabilities.dims()[1];
    let classes = classes.try_into_data_as::<i64>()?;
    let probabilities: Vec<f32> = probabilities.try_into_data_as::<f32>()?.iter::<f32>().collect();
    let answer = |(class, of_image): (i64, &[f32])| Answer {
        class: class as usize,
        probabilities: of_image.to_vec(),
    };
    Ok(classes.iter::<i64>().zip(probabilities.chunks_exact(count)).map(answer).collect())
}
