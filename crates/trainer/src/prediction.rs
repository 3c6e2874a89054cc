//! Predictions of a network that was trained before: what `cargo xtask evaluate` and `predict`
//! start.

use std::path::Path;

use anyhow::{Context, ensure};
use burn::tensor::Device;
use data::{ImageLoader, ImageSize, Pixels, ReadOptions, Storage, Table};
use run::{Prediction, PredictionRequest, Rows, Run, RunFolder};

use crate::{
    device, evaluation,
    job::Failure,
    network::{self, Network},
};

/// Carries out the [`PredictionRequest`] in this file.
///
/// # Errors
/// See [`Failure`].
pub fn run(file: &Path) -> Result<(), Failure> {
    let request = PredictionRequest::read(file).map_err(run::JobError::from)?;
    let predictions = predictions(&request)?;
    Ok(request.write_predictions(&predictions).map_err(anyhow::Error::from)?)
}

fn predictions(request: &PredictionRequest) -> anyhow::Result<Vec<Prediction>> {
    device::use_threads(request.threads)?;
    let device = device::open(request.backend)?.device;
    let network = network::load(&request.weights, &device)?;
    match &request.rows {
        Rows::All { data, options } => {
            let table = read(request, data, *options, &network)?;
            of_table(&network, &table, &device)
        }
        Rows::Validation { run } => {
            let config = Run::read(RunFolder::at(run))?.config;
            let table = read(request, &config.data, config.read_options(), &network)?;
            let split = config.limited(table.labelled()?).and_then(|images| config.split(&images));
            let (_, valid) = split.with_context(|| config.data.display().to_string())?;
            let storage = Storage::Dense;
            let rows = ImageLoader::sequential(&valid, evaluation::BATCH, storage, &device);
            evaluation::predictions(&network, &rows)
        }
    }
}

fn of_table(network: &Network, table: &Table, device: &Device) -> anyhow::Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(table.rows());
    for first in (0..table.rows()).step_by(evaluation::BATCH) {
        let rows = first..table.rows().min(first + evaluation::BATCH);
        let images = Pixels::Dense(table.tensor(rows, device));
        predictions.extend(evaluation::predict(network, images)?);
    }
    Ok(predictions)
}

/// Reads images, which must have the size that the network takes.
fn read(
    request: &PredictionRequest,
    data: &Path,
    options: ReadOptions,
    network: &Network,
) -> anyhow::Result<Table> {
    let table = match &request.cache {
        Some(cache) => options.read_cached(data, cache)?,
        None => options.read(data)?,
    };
    let (size, inputs): (ImageSize, usize) = (table.size(), network.config().inputs);
    ensure!(
        size.pixels() == inputs,
        "{}: images of {size} pixels, {} in all; the network {} in {} takes {inputs}",
        data.display(),
        size.pixels(),
        network::sizes(network),
        request.weights.display()
    );
    Ok(table)
}
