//! The calibration of a trained network, by its validation rows.

use burn::data::dataloader::DataLoader;
use loader::{ImageBatch, ImageLoader};
use model::{Calibration, Network};

/// The [`Calibration`] of a network by these rows, on which it was not trained; none if there are
/// none. The network must be without autodiff.
///
/// # Errors
/// The device failed.
pub fn calibrate(network: &Network, rows: &ImageLoader) -> anyhow::Result<Option<Calibration>> {
    let (mut logits, mut targets) = (Vec::new(), Vec::new());
    for batch in rows.iter() {
        let batch: ImageBatch = batch?;
        let of_batch = network.forward(batch.images).try_into_data_as::<f32>()?;
        logits.extend(of_batch.iter::<f32>());
        let of_batch = batch.targets.try_into_data_as::<i64>()?;
        targets.extend(of_batch.iter::<i64>().map(|class| class as u16));
    }
    Ok(Calibration::fit(&logits, &targets))
}
