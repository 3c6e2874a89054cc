//! Measures a network on rows that it does not learn from.

use burn::{data::dataloader::DataLoader, nn::loss::CrossEntropyLossConfig};
use data::{Classes, ImageBatch, ImageLoader, Images};
use run::{Measures, Mistake};

use crate::{
    meter::Meter,
    metrics::Output,
    network::{self, Network},
};
use model::Prediction;

/// Rows measured at once. No result depends on it but for the last bits of a sum.
pub const BATCH: usize = 1_000;

/// Nothing is random without autodiff.
const UNUSED_SEED: u64 = 0;

/// The metrics over all rows of the loader; none if a loss is not a finite number. The network must be without
/// autodiff, as [`valid`](burn::module::Module::valid) makes it: then there is no dropout and no graph.
///
/// # Errors
/// The device failed.
pub fn evaluate(network: &Network, rows: &ImageLoader) -> anyhow::Result<Option<Measures>> {
    let criterion = CrossEntropyLossConfig::new().init(&network.device());
    let mut meter = Meter::default();
    for batch in rows.iter() {
        let ImageBatch { images, targets } = batch?;
        let logits = network::forward(network, images, UNUSED_SEED);
        let loss = criterion.forward(logits.clone(), targets.clone());
        meter.add(&Output { loss, logits, targets });
    }
    Ok(meter.read()?.ok().and_then(|totals| totals.means()))
}

/// The network's prediction for each row of a sequential loader, in labels. As in [`evaluate`], it must be without autodiff.
///
/// # Errors
/// The device failed.
pub fn predict(network: &Network, rows: &ImageLoader, names: Classes) -> anyhow::Result<Vec<run::Prediction>> {
    let mut predictions = Vec::with_capacity(rows.rows());
    for batch in rows.iter() {
        let ImageBatch { images, targets } = batch?;
        let prediction = Prediction::of(network::forward(network, images, UNUSED_SEED));
        let targets = targets.try_into_data_as::<i64>()?;
        let classes = prediction.classes.try_into_data_as::<i64>()?;
        let probabilities = prediction.probabilities.max_dim(1).try_into_data_as::<f32>()?;
        let values = targets.iter::<i64>().zip(classes.iter::<i64>()).zip(probabilities.iter::<f32>());
        for ((target, predicted), probability) in values {
            let (label, predicted) = (names.label(target as usize), names.label(predicted as usize));
            predictions.push(run::Prediction { row: predictions.len(), label, predicted, probability });
        }
    }
    Ok(predictions)
}

/// The images that were misclassified with the highest probability, the worst first.
pub fn worst_mistakes(predictions: &[run::Prediction], images: &Images, count: usize) -> Vec<Mistake> {
    let mut wrong: Vec<run::Prediction> =
        predictions.iter().copied().filter(|one| one.label != one.predicted).collect();
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(count);
    wrong.into_iter().map(|prediction| Mistake { prediction, pixels: images.image(prediction.row).to_vec() }).collect()
}
