//! Lost seeds: those that diverged, ended near chance, or have no result. A level that lost a seed
//! is not compared.

use study::Completed;

use crate::{
    analysis::levels::{Experiment, Level},
    words::{labels, list, percent, seeds, short_list},
};

/// The lost seeds by cause, and the levels that are not compared; or a note that no seed was lost.
pub(super) fn of(experiment: &Experiment) -> Vec<String> {
    let trial = experiment.levels.iter().flat_map(Level::collapsed).next();
    let bounds = trial.map_or_else(String::new, |trial| {
        let (bound, chance) = (percent(trial.near_chance()), percent(trial.chance()));
        format!("below {bound}, where guessing has {chance}")
    });
    let near_chance = format!("Ended near chance, {bounds}, although the loss was a number");
    let sentence = |cause: &str, describe: fn(&Level) -> Option<String>| {
        let levels: Vec<String> = experiment.levels.iter().filter_map(describe).collect();
        (!levels.is_empty()).then(|| format!("{cause}: {}.", list(&levels)))
    };
    let mut sentences = Vec::new();
    sentences.extend(sentence("Diverged, the loss no longer a number", diverged));
    sentences.extend(sentence(&near_chance, collapsed));
    sentences.extend(sentence("Without a result", crashed));
    let lost: Vec<&Level> = experiment.levels.iter().filter(|level| !level.succeeded()).collect();
    sentences.push(match lost.is_empty() {
        true => "Every seed of every level finished, and none ended near chance.".to_owned(),
        false => format!("Not compared, because seeds were lost: {}.", short_list(&labels(&lost))),
    });
    sentences
}

fn diverged(level: &Level) -> Option<String> {
    let runs = level.diverged();
    let (_, epoch, step) = runs.iter().copied().min_by_key(|(_, epoch, step)| (*epoch, *step))?;
    let first = if runs.len() > 1 { "the earliest in" } else { "in" };
    Some(format!(
        "{} ({} of {}, {first} epoch {epoch}, step {step})",
        level.label,
        runs.len(),
        seeds(level.planned)
    ))
}

fn collapsed(level: &Level) -> Option<String> {
    let runs = level.collapsed();
    let accuracies = |of: fn(&Completed) -> Option<f64>| {
        runs.iter().filter_map(|trial| of(trial)).collect::<Vec<_>>()
    };
    let last = accuracies(|trial| trial.history.last().map(|epoch| epoch.valid.accuracy()));
    let best = accuracies(|trial| trial.history.best().map(|epoch| epoch.valid.accuracy()));
    let highest = best.into_iter().reduce(f64::max)?;
    Some(format!(
        "{} ({} of {}, at {} on average, and never above {} after an epoch)",
        level.label,
        runs.len(),
        seeds(level.planned),
        percent(last.iter().sum::<f64>() / last.len() as f64),
        percent(highest)
    ))
}

fn crashed(level: &Level) -> Option<String> {
    (level.crashed() > 0)
        .then(|| format!("{} ({} of {})", level.label, level.crashed(), seeds(level.planned)))
}
