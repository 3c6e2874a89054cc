//! `results.csv`: a row for each run of each experiment.

use std::io;

use host::text::or_empty;
use run::{Epoch, Outcome};
use study::{Completed, Results};

use super::levels::{Experiment, Level};

/// A run of an experiment.
struct Row<'a>(&'a Experiment, &'a Level, &'a Completed);

/// The name of a column, and its value for a run.
type Column = (&'static str, fn(&Row) -> String);

const COLUMNS: [Column; 20] = [
    ("experiment", |Row(experiment, ..)| experiment.design.name.to_string()),
    ("level", |Row(_, level, _)| level.label.clone()),
    ("seed", |Row(.., trial)| trial.config.seed.to_string()),
    ("run", |Row(.., trial)| trial.name.clone()),
    ("outcome", |Row(.., trial)| outcome(trial.summary.outcome).to_owned()),
    ("epochs", |Row(.., trial)| trial.summary.epochs.to_string()),
    ("updates", |Row(.., trial)| (trial.summary.epochs * trial.updates_an_epoch()).to_string()),
    ("best_epoch", |Row(.., trial)| or_empty(trial.summary.best_epoch)),
    ("best_valid_accuracy", |Row(.., trial)| or_empty(trial.summary.best_valid_accuracy)),
    ("endpoint_valid_accuracy", |Row(_, level, trial)| or_empty(trial.endpoint(level.averaged))),
    ("final_train_loss", |row| last(row, |epoch| Some(epoch.train.loss()))),
    ("final_train_accuracy", |row| last(row, |epoch| Some(epoch.train.accuracy()))),
    ("final_train_eval_loss", |row| last(row, |epoch| Some(epoch.train_eval?.loss()))),
    ("final_train_eval_accuracy", |row| last(row, |epoch| Some(epoch.train_eval?.accuracy()))),
    ("final_valid_loss", |row| last(row, |epoch| Some(epoch.valid.loss()))),
    ("final_valid_accuracy", |row| last(row, |epoch| Some(epoch.valid.accuracy()))),
    ("test_accuracy", |Row(.., trial)| or_empty(trial.summary.test_accuracy)),
    ("diverged_epoch", |Row(.., trial)| or_empty(divergence(trial).map(|(epoch, _)| epoch))),
    ("diverged_step", |Row(.., trial)| or_empty(divergence(trial).map(|(_, step)| step))),
    ("train_seconds", |Row(.., trial)| trial.summary.train_seconds.to_string()),
];

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Finished => "finished",
        Outcome::Interrupted => "interrupted",
        Outcome::Diverged { .. } => "diverged",
    }
}

/// The epoch and the step in which a run diverged.
fn divergence(trial: &Completed) -> Option<(usize, usize)> {
    match trial.summary.outcome {
        Outcome::Diverged { epoch, step } => Some((epoch, step)),
        _ => None,
    }
}

/// A value of the epoch whose weights are kept.
fn last(Row(.., trial): &Row, value: fn(&Epoch) -> Option<f64>) -> String {
    or_empty(trial.kept().and_then(value))
}

/// The text of `results.csv`.
pub fn of(results: &Results) -> io::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS.map(|(name, _)| name))?;
    for experiment in &results.experiments {
        for level in &experiment.levels {
            for trial in &level.trials {
                let row = Row(experiment, level, trial);
                csv.write_record(COLUMNS.map(|(_, value)| value(&row)))?;
            }
        }
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}
