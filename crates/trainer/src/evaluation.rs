//! The evaluation of a network on rows that it does not learn from.

use burn::{
    data::dataloader::DataLoader,
    tensor::{Int, Tensor},
};
use loader::{ImageBatch, ImageLoader};
use model::{Calibration, Network, cross_entropy};
use run::{Measures, Prediction};

use crate::{meter::Meter, metrics::Output};

/// Rows in a batch. No result depends on it but for the last bits of a sum.
pub const BATCH: usize = 1_000;

/// The metrics over all rows of the loader; none if a loss is not a finite number. The network must
/// be without autodiff, as [`valid`](burn::module::Module::valid) makes it: then there is no
/// dropout and no graph.
///
/// # Errors
/// The device failed.
pub fn evaluate(network: &Network, rows: &ImageLoader) -> anyhow::Result<Option<Measures>> {
    measure(network, rows, |_| Ok(()))
}

/// The same, and the calibrated prediction for each row of a sequential loader.
///
/// # Errors
/// The device failed.
pub fn evaluate_each(
    network: &Network,
    calibration: Option<&Calibration>,
    rows: &ImageLoader,
) -> anyhow::Result<(Option<Measures>, Vec<Prediction>)> {
    let mut predictions = Vec::with_capacity(rows.rows());
    let measures = measure(network, rows, |logits| {
        predictions.extend(read(model::Prediction::calibrated(logits, calibration))?);
        Ok(())
    })?;
    Ok((measures, predictions))
}

/// The calibrated prediction for each of these images, `[batch, height, width]`.
///
/// # Errors
/// The device failed.
pub fn predict(
    network: &Network,
    calibration: Option<&Calibration>,
    images: Tensor<3, Int>,
) -> anyhow::Result<Vec<Prediction>> {
    read(model::Prediction::calibrated(network.forward(images), calibration))
}

fn measure(
    network: &Network,
    rows: &ImageLoader,
    mut visit: impl FnMut(Tensor<2>) -> anyhow::Result<()>,
) -> anyhow::Result<Option<Measures>> {
    let mut meter = Meter::default();
    for batch in rows.iter() {
        let ImageBatch { images, targets } = batch?;
        let logits = network.forward(images);
        visit(logits.clone())?;
        let loss = cross_entropy(logits.clone(), targets.clone());
        meter.add(&Output { loss, logits, targets });
    }
    Ok(meter.read()?.ok().and_then(|totals| totals.measures()))
}

fn read(prediction: model::Prediction) -> anyhow::Result<Vec<Prediction>> {
    let model::Prediction { classes, probabilities } = prediction;
    let count = probabilities.dims()[1];
    let classes = classes.try_into_data_as::<i64>()?;
    let probabilities: Vec<f32> = probabilities.try_into_data_as::<f32>()?.iter::<f32>().collect();
    let of_image = |(class, probabilities): (i64, &[f32])| Prediction {
        class: class as usize,
        probabilities: probabilities.to_vec(),
    };
    Ok(classes.iter::<i64>().zip(probabilities.chunks_exact(count)).map(of_image).collect())
}
