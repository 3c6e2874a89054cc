//! Experiments and levels whose trials have run, and what findings and charts read from them.

use run::Epoch;
use study::{Completed, FactorValue, stats::Sample};

/// An experiment whose trials have run.
pub type Experiment = study::Experiment<Completed>;
/// A level whose trials have run.
pub type Level = study::Level<Completed>;

/// The trials of an experiment.
pub(super) fn trials(experiment: &Experiment) -> impl Iterator<Item = &Completed> {
    experiment.levels.iter().flat_map(|level| &level.trials)
}

/// The validation accuracy after an epoch, from 0 to 1.
pub(super) fn valid_accuracy(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy()
}

/// The same in percent.
pub(super) fn valid_percent(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy() * 100.0
}

/// A value of each epoch that every seed of a level completed, over seeds.
pub(super) fn by_epoch(level: &Level, value: impl Fn(&Completed, &Epoch) -> f64) -> Vec<Sample> {
    let epochs = level.trials.iter().map(|trial| trial.history.epochs().len()).min().unwrap_or(0);
    let sample = |epoch: usize| {
        let values = level.trials.iter().map(|trial| value(trial, &trial.history.epochs()[epoch]));
        Sample::of(&values.collect::<Vec<_>>())
    };
    (0..epochs).filter_map(sample).collect()
}

/// The level with these values of a factor and of the other factor.
pub(super) fn level_at<'a>(
    experiment: &'a Experiment,
    factor: usize,
    value: &FactorValue,
    other: &FactorValue,
) -> Option<&'a Level> {
    if factor == 0 { experiment.level_at(value, other) } else { experiment.level_at(other, value) }
}
