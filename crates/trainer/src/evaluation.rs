//! Measures a network on rows that it does not learn from.

use burn::{data::dataloader::DataLoader, nn::loss::CrossEntropyLossConfig};
use data::{DeviceLoader, DigitBatch};
use model::Mlp;

use crate::meter::{Meter, Totals};

/// Rows measured at once. No result depends on it but for the last bits of a sum.
pub const BATCH: usize = 1_000;

/// Sums of loss and hits over all rows of the loader. The network must be without autodiff, as
/// [`valid`](burn::module::Module::valid) makes it: then there is no dropout and no graph.
///
/// # Errors
/// The device failed.
pub fn evaluate(network: &Mlp, rows: &DeviceLoader) -> anyhow::Result<Totals> {
    let criterion = CrossEntropyLossConfig::new().init(&network.device());
    let mut meter = Meter::default();
    for batch in rows.iter() {
        let DigitBatch { images, targets } = batch?;
        let logits = network.forward(images);
        meter.add(criterion.forward(logits.clone(), targets.clone()), logits, targets);
    }
    let totals = meter.settle()?;
    // The weights were finite a step ago; if they are no longer, the loss is not either.
    Ok(totals.unwrap_or(Totals { loss: f64::NAN, correct: 0, samples: rows.rows() as u64 }))
}
