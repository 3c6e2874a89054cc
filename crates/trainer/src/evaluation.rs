//! Measures a network on rows that it does not learn from.

use burn::{data::dataloader::DataLoader, nn::loss::CrossEntropyLossConfig};
use data::{DeviceLoader, DigitBatch, Digits, PIXELS};
use run::{Measures, Mistake, Prediction};

use crate::{meter::Meter, metrics::Output, network::Network};

/// Rows measured at once. No result depends on it but for the last bits of a sum.
pub const BATCH: usize = 1_000;

/// The metrics over all rows of the loader; none if a loss is not a finite number. The network must be without
/// autodiff, as [`valid`](burn::module::Module::valid) makes it: then there is no dropout and no graph.
///
/// # Errors
/// The device failed.
pub fn evaluate(network: &Network, rows: &DeviceLoader) -> anyhow::Result<Option<Measures>> {
    let criterion = CrossEntropyLossConfig::new().init(&network.device());
    let mut meter = Meter::default();
    for batch in rows.iter() {
        let DigitBatch { images, targets } = batch?;
        let logits = network.forward(images);
        let loss = criterion.forward(logits.clone(), targets.clone());
        meter.add(&Output { loss, logits, targets });
    }
    Ok(meter.read()?.ok().and_then(|totals| totals.means()))
}

/// What the network makes of each row of a sequential loader. As in [`evaluate`], it must be without autodiff.
///
/// # Errors
/// The device failed.
pub fn predict(network: &Network, rows: &DeviceLoader) -> anyhow::Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(rows.rows());
    for batch in rows.iter() {
        let DigitBatch { images, targets } = batch?;
        let prediction = network.predict(images);
        let labels = targets.try_into_data_as::<i64>()?;
        let classes = prediction.classes.try_into_data_as::<i64>()?;
        let probabilities = prediction.probabilities.max_dim(1).try_into_data_as::<f32>()?;
        let values = labels.iter::<i64>().zip(classes.iter::<i64>()).zip(probabilities.iter::<f32>());
        for ((label, predicted), probability) in values {
            let (label, predicted) = (label as u8, predicted as u8);
            predictions.push(Prediction { row: predictions.len(), label, predicted, probability });
        }
    }
    Ok(predictions)
}

/// The images that were got wrong with the highest probability, the worst first.
pub fn worst_mistakes(predictions: &[Prediction], digits: &Digits, count: usize) -> Vec<Mistake> {
    let mut wrong: Vec<Prediction> = predictions.iter().copied().filter(|one| one.label != one.predicted).collect();
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(count);
    let pixels = |row: usize| digits.pixels()[row * PIXELS..(row + 1) * PIXELS].to_vec();
    wrong.into_iter().map(|prediction| Mistake { prediction, pixels: pixels(prediction.row) }).collect()
}
