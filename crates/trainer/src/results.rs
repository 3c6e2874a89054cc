//! The results of a run: the weights that it keeps, its predictions for the test rows, its summary.

use std::time::SystemTime;

use model::{Calibration, Metadata};
use run::{
    Job, Keep, Measures, Outcome, RunConfig, RunFolder, Summary, folder::MODEL, predictions,
};

use crate::{
    calibration::calibrate, checkpoint::Checkpoints, evaluation, rows::Rows, state::State,
};

/// Writes the results of a training.
///
/// # Errors
/// The device or the disk failed.
pub fn write(
    job: &Job,
    state: &State,
    outcome: Outcome,
    checkpoints: &Checkpoints,
    rows: &Rows,
) -> anyhow::Result<()> {
    let kept = kept(&job.config, state, outcome);
    let end = match kept {
        Some(epoch) => finish(&job.folder, checkpoints, state, epoch, rows)?,
        None => End::default(),
    };
    Ok(job.folder.write_summary(&summary(state, outcome, kept, end, rows))?)
}

/// What is known of the kept network of a run that finished.
#[derive(Default)]
struct End {
    calibration: Option<Calibration>,
    test: Option<Measures>,
}

/// The epoch whose weights are kept, of a run that finished.
fn kept(config: &RunConfig, state: &State, outcome: Outcome) -> Option<usize> {
    let epoch = match config.keep {
        Keep::Last => state.history.last(),
        Keep::Best => state.history.best(),
    };
    epoch.filter(|_| outcome == Outcome::Finished).map(|epoch| epoch.epoch)
}

/// Calibrates and saves the network of this epoch, and evaluates it on the test rows, if there are
/// any.
fn finish(
    folder: &RunFolder,
    checkpoints: &Checkpoints,
    state: &State,
    kept: usize,
    rows: &Rows,
) -> anyhow::Result<End> {
    let last = state.evaluated();
    let network = if kept == state.history.epochs().len() {
        last
    } else {
        checkpoints.load_best(state, rows.shape, &last.device())?
    };
    let calibration = calibrate(&network, &rows.valid)?;
    let metadata = Metadata { images: Some(rows.format.clone()), calibration };
    folder.write(MODEL, &metadata.add_to(network.to_safetensors()?))?;
    let Some((test, images)) = &rows.test else { return Ok(End { calibration, test: None }) };
    let (measures, predictions) = evaluation::evaluate_each(&network, calibration.as_ref(), test)?;
    let predictions = predictions::judge(&predictions, images);
    let mistakes = predictions::worst_mistakes(&predictions, images);
    folder.write_predictions(&predictions, &mistakes, &rows.classes)?;
    Ok(End { calibration, test: measures })
}

fn summary(
    state: &State,
    outcome: Outcome,
    kept: Option<usize>,
    End { calibration, test }: End,
    rows: &Rows,
) -> Summary {
    let (best, last) = (state.history.best(), state.history.last());
    let layers = state.network.layers();
    // The sum of no numbers is -0.0.
    let seconds: f64 = 0.0 + state.history.epochs().iter().map(|epoch| epoch.seconds).sum::<f64>();
    Summary {
        outcome,
        epochs: state.history.epochs().len(),
        best_epoch: best.map(|epoch| epoch.epoch),
        best_valid_accuracy: best.map(|epoch| epoch.valid.accuracy()),
        kept_epoch: kept,
        final_valid_loss: last.map(|epoch| epoch.valid.loss()),
        final_valid_accuracy: last.map(|epoch| epoch.valid.accuracy()),
        test_loss: test.map(|test| test.loss()),
        test_accuracy: test.map(|test| test.accuracy()),
        temperature: calibration.map(|calibration| calibration.temperature),
        threshold: calibration.map(|calibration| calibration.threshold),
        train_rows: rows.train.rows(),
        valid_rows: rows.valid.rows(),
        test_rows: rows.test.as_ref().map(|(images, _)| images.rows()),
        test_rows_in_data: rows.test_rows_in_data,
        largest_class: Some(rows.largest_class),
        image: rows.size(),
        classes: rows.classes.clone(),
        network: Some(layers.to_string()),
        parameters: layers.num_parameters(),
        train_seconds: (seconds * 1e3).round() / 1e3,
        ended: Some(SystemTime::now()),
    }
}
