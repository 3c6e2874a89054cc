//! Predictions of a trained network: what `cargo xtask evaluate` and `predict` start.

use std::path::Path;

use anyhow::ensure;
use model::Network;
use run::{Answer, Question};

use crate::{device, evaluation, job::TrainerError};

/// Answers the [`Question`] in this file.
///
/// # Errors
/// See [`TrainerError`].
pub fn run(file: &Path) -> Result<(), TrainerError> {
    let question = Question::read(file).map_err(run::JobError::from)?;
    Ok(question.write_answers(&answers(&question)?).map_err(anyhow::Error::from)?)
}

fn answers(question: &Question) -> anyhow::Result<Vec<Answer>> {
    device::use_threads(question.threads)?;
    let device = device::open(question.backend)?.device;
    let options = question.read_options();
    let pixel_max = options.pixel_max.get();
    let network = Network::load_safetensors(&question.weights, pixel_max, &device)?;
    let table = match &question.cache {
        Some(cache) => options.read_cached(&question.data, cache)?,
        None => options.read(&question.data)?,
    };
    let (size, layers) = (table.size(), network.layers());
    ensure!(
        size.pixels() == layers.inputs(),
        "{}: images of {size} pixels, {} in all; the network {layers} in {} takes {}",
        question.data.display(),
        size.pixels(),
        question.weights.display(),
        layers.inputs()
    );
    let mut answers = Vec::with_capacity(table.rows());
    for first in (0..table.rows()).step_by(evaluation::BATCH) {
        let rows = first..table.rows().min(first + evaluation::BATCH);
        answers.extend(evaluation::predict(&network, table.tensor(rows, &device))?);
    }
    Ok(answers)
}
