//! Predictions of a trained network: what `cargo xtask evaluate` and `predict` start.

use std::{fs, path::Path};

use anyhow::ensure;
use burn::tensor::Device;
use data::{ImageSet, ImageSize, ReadOptions};
use host::FileError;
use loader::{ImageLoader, Storage};
use model::{Calibration, Metadata, Network};
use run::{Prediction, PredictionRequest, Rows, Run, RunFolder, images::RunImages};

use crate::{device, evaluation, job::TrainerError};

/// Carries out the [`PredictionRequest`] in this file.
///
/// # Errors
/// See [`TrainerError`].
pub fn run(file: &Path) -> Result<(), TrainerError> {
    let request = PredictionRequest::read(file).map_err(run::JobError::from)?;
    let predictions = predictions(&request)?;
    refuse_not_finite(&predictions, &request)?;
    Ok(request.write_predictions(&predictions).map_err(anyhow::Error::from)?)
}

fn predictions(request: &PredictionRequest) -> anyhow::Result<Vec<Prediction>> {
    let device = device::open(request.backend)?.device;
    let calibration = calibration(&request.weights)?;
    let calibration = calibration.as_ref();
    match &request.rows {
        Rows::All { data, options } => {
            let network = load(request, options, &device)?;
            let set = match &request.cache {
                Some(cache) => options.read_cached(data, cache)?,
                None => options.read(data)?,
            };
            refuse_other_size(set.size(), data, &network, request)?;
            of_set(&network, calibration, &set, &device)
        }
        Rows::Validation { run } => {
            let config = Run::record(RunFolder::at(run))?.config;
            let network = load(request, &config.read_options(), &device)?;
            let valid = RunImages::read(&config, request.cache.as_deref())?.valid;
            refuse_other_size(valid.size(), &config.data, &network, request)?;
            let storage = Storage::Host;
            let rows = ImageLoader::sequential(&valid, evaluation::BATCH, storage, &device);
            Ok(evaluation::evaluate_each(&network, calibration, &rows)?.1)
        }
    }
}

/// The calibration of the network in a file.
fn calibration(weights: &Path) -> anyhow::Result<Option<Calibration>> {
    let bytes = fs::read(weights).map_err(FileError::at(weights))?;
    let metadata = Metadata::read(&bytes).map_err(|error| FileError::refused(weights, error))?;
    Ok(metadata.calibration)
}

/// The network of a request for images of this form.
fn load(
    request: &PredictionRequest,
    options: &ReadOptions,
    device: &Device,
) -> anyhow::Result<Network> {
    Ok(Network::load_safetensors(&request.weights, options.pixel_max.get(), device)?)
}

fn of_set(
    network: &Network,
    calibration: Option<&Calibration>,
    set: &ImageSet,
    device: &Device,
) -> anyhow::Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(set.rows());
    for first in (0..set.rows()).step_by(evaluation::BATCH) {
        let rows = first..set.rows().min(first + evaluation::BATCH);
        predictions.extend(evaluation::predict(
            network,
            calibration,
            loader::tensor(set, rows, device),
        )?);
    }
    Ok(predictions)
}

/// Refuses probabilities that are no numbers: finite weights may overflow.
fn refuse_not_finite(
    predictions: &[Prediction],
    request: &PredictionRequest,
) -> anyhow::Result<()> {
    let is_finite =
        |prediction: &Prediction| prediction.probabilities.iter().all(|p| p.is_finite());
    ensure!(
        predictions.iter().all(is_finite),
        "{}: the outputs of this network are not finite numbers; its weights are too large",
        request.weights.display()
    );
    Ok(())
}

/// Refuses images of another size than that which the network takes.
fn refuse_other_size(
    size: ImageSize,
    data: &Path,
    network: &Network,
    request: &PredictionRequest,
) -> anyhow::Result<()> {
    let layers = network.layers();
    ensure!(
        layers.takes(size.width(), size.height()),
        "{}: images of {size} pixels; the network {layers} in {} takes images of {}",
        data.display(),
        request.weights.display(),
        layers.images()
    );
    Ok(())
}
