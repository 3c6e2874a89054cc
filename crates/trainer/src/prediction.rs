//! Asks a trained network about images: what `cargo xtask evaluate` and `predict` start.

use std::path::Path;

use anyhow::ensure;
use data::Pixels;
use run::{Answer, Question};

use crate::{device, evaluation, job::Failure, network};

/// Answers the [`Question`] in this file.
///
/// # Errors
/// See [`Failure`].
pub fn run(file: &Path) -> Result<(), Failure> {
    let question = Question::read(file).map_err(run::JobError::from)?;
    Ok(question.write_answers(&answers(&question)?).map_err(anyhow::Error::from)?)
}

fn answers(question: &Question) -> anyhow::Result<Vec<Answer>> {
    device::use_threads(question.threads)?;
    let device = device::open(question.backend)?.device;
    let network = network::load(&question.weights, &device)?;
    let options = question.read_options();
    let table = match &question.cache {
        Some(cache) => options.read_cached(&question.data, cache)?,
        None => options.read(&question.data)?,
    };
    let (size, inputs) = (table.size(), network.config().inputs);
    ensure!(
        size.pixels() == inputs,
        "{}: images of {size} pixels, {} in all; the network {} in {} takes {inputs}",
        question.data.display(),
        size.pixels(),
        network::sizes(&network),
        question.weights.display()
    );
    let mut answers = Vec::with_capacity(table.rows());
    for first in (0..table.rows()).step_by(evaluation::BATCH) {
        let rows = first..table.rows().min(first + evaluation::BATCH);
        answers.extend(evaluation::answer(&network, Pixels::Dense(table.tensor(rows, &device)))?);
    }
    Ok(answers)
}
