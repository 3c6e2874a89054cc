//! Measures a network on rows that it does not learn from.

use burn::data::dataloader::DataLoader;
use data::{ImageBatch, ImageLoader, Pixels};
use run::{Measures, Prediction};

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

/// The prediction for each row of a sequential loader. As in [`evaluate`], the network must be
/// without autodiff.
///
/// # Errors
/// The device failed.
pub fn predictions(network: &Network, rows: &ImageLoader) -> anyhow::Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(rows.rows());
    for batch in rows.iter() {
        predictions.extend(predict(network, batch?.images)?);
    }
    Ok(predictions)
}

/// The predictions for these images: `[batch, inputs]`.
///
/// # Errors
/// The device failed.
pub fn predict(network: &Network, images: Pixels) -> anyhow::Result<Vec<Prediction>> {
    let logits = network::forward(network, images, UNUSED_SEED);
    let model::Prediction { classes, probabilities } = model::Prediction::of(logits);
    let count = probabilities.dims()[1];
    let classes = classes.try_into_data_as::<i64>()?;
    let probabilities: Vec<f32> = probabilities.try_into_data_as::<f32>()?.iter::<f32>().collect();
    let prediction = |(class, of_image): (i64, &[f32])| Prediction {
        class: class as usize,
        probabilities: of_image.to_vec(),
    };
    Ok(classes.iter::<i64>().zip(probabilities.chunks_exact(count)).map(prediction).collect())
}
