//! `results.csv`: a row a run and experiment.

use std::io;

use host::text;
use run::Outcome;

use study::Results;

const COLUMNS: [&str; 19] = [
    "experiment",
    "level",
    "seed",
    "run",
    "outcome",
    "epochs",
    "updates",
    "best_epoch",
    "best_valid_accuracy",
    "final_train_loss",
    "final_train_accuracy",
    "final_train_eval_loss",
    "final_train_eval_accuracy",
    "final_valid_loss",
    "final_valid_accuracy",
    "test_accuracy",
    "diverged_epoch",
    "diverged_step",
    "train_seconds",
];

/// The text of `results.csv`.
///
/// # Errors
/// None that a caller can cause.
pub fn of(results: &Results) -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for experiment in &results.experiments {
        for level in &experiment.levels {
            for trial in &level.trials {
                let (summary, last) = (&trial.summary, trial.kept());
                let (outcome, epoch, step) = match summary.outcome {
                    Outcome::Finished => ("finished", None, None),
                    Outcome::Interrupted => ("interrupted", None, None),
                    Outcome::Diverged { epoch, step } => ("diverged", Some(epoch), Some(step)),
                };
                let fields: [String; COLUMNS.len()] = [
                    experiment.design.name.clone(),
                    level.label.clone(),
                    trial.config.seed.to_string(),
                    trial.name.clone(),
                    outcome.to_owned(),
                    summary.epochs.to_string(),
                    (summary.epochs * trial.updates_an_epoch()).to_string(),
                    text::or_empty(summary.best_epoch),
                    text::or_empty(summary.best_valid_accuracy),
                    text::or_empty(last.map(|epoch| epoch.train.loss())),
                    text::or_empty(last.map(|epoch| epoch.train.accuracy())),
                    text::or_empty(last.and_then(|epoch| epoch.train_eval).map(|rows| rows.loss())),
                    text::or_empty(
                        last.and_then(|epoch| epoch.train_eval).map(|rows| rows.accuracy()),
                    ),
                    text::or_empty(last.map(|epoch| epoch.valid.loss())),
                    text::or_empty(last.map(|epoch| epoch.valid.accuracy())),
                    text::or_empty(summary.test_accuracy),
                    text::or_empty(epoch),
                    text::or_empty(step),
                    summary.train_seconds.to_string(),
                ];
                table.write_record(fields)?;
            }
        }
    }
    table.into_inner().map_err(csv::IntoInnerError::into_error)
}
