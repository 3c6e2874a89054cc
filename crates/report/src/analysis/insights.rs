//! What follows from an experiment, in words. Every sentence is computed: other runs, other sentences.

use run::{Epoch, config::value_name, text::duration};

use study::{Completed, plan::field_name, stats::Difference};

use super::{Experiment, Level};

/// The validation accuracies whose reaching is compared.
pub const MILESTONES: [f64; 3] = [0.90, 0.95, 0.97];

/// The sentences on an experiment, the most important first.
pub fn of(experiment: &Experiment) -> Vec<String> {
    let ranked = experiment.ranked();
    let mut sentences = Vec::new();
    match ranked.first() {
        Some(best) => {
            sentences.push(headline(experiment, best, &ranked));
            sentences.extend(apart(best, &ranked[1..]));
        }
        None => sentences.push("No level finished with every seed, so none can be called best.".to_owned()),
    }
    sentences.extend(diverged(experiment));
    sentences.extend(guessing(experiment));
    sentences.extend(fastest(experiment));
    sentences.extend(fitting(&ranked));
    if experiment.varies_batch_size() {
        sentences.extend(trade_off(&ranked));
        sentences.extend(at_equal(
            &ranked,
            "updates of the weights",
            |spent| spent.0,
            |updates| format!("{updates:.0}"),
        ));
        sentences.extend(at_equal(&ranked, "of training", |spent| spent.1, duration));
    }
    if experiment.design.factors.len() == 2 {
        sentences.extend(combined(experiment));
    }
    sentences
}

/// An accuracy in words.
pub fn percent(fraction: f64) -> String {
    format!("{:.2} %", fraction * 100.0)
}

/// A difference of accuracies in words.
fn points(difference: f64) -> String {
    format!("{:.2} points", difference.abs() * 100.0)
}

/// A difference of accuracies with its sign, in points.
fn signed(difference: f64) -> String {
    // Adding zero takes the sign from what is rounded to nothing.
    format!("{:+.2}", (difference * 1e4).round() / 1e2 + 0.0)
}

fn seeds(count: usize) -> String {
    if count == 1 { "1 seed".to_owned() } else { format!("{count} seeds") }
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn valid_accuracy(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy()
}

/// The best level, and by how much; or that there is none.
fn headline(experiment: &Experiment, best: &Level, ranked: &[&Level]) -> String {
    let Some(sample) = best.last(valid_accuracy) else { return String::new() };
    let spread = match sample.count {
        1 => "1 seed".to_owned(),
        count => format!("mean of {count} seeds, standard deviation {}", points(sample.deviation)),
    };
    let highest = format!("{} ends at {} validation accuracy ({spread})", best.label, percent(sample.mean));
    if sample.mean < next_to_nothing(best) {
        return format!(
            "No level learned much: the highest, {highest}, is hardly better than guessing ({}).",
            percent(chance(best))
        );
    }
    let lowest = ranked.last().filter(|last| last.label != best.label);
    let Some((lowest, last)) = lowest.and_then(|level| Some((level, level.last(valid_accuracy)?))) else {
        return format!("The only level that finished: {highest}.");
    };
    let compared: Vec<Difference> = ranked[1..].iter().filter_map(|level| difference(best, level)).collect();
    if sample.count > 1 && !compared.iter().any(Difference::is_clear) {
        return format!(
            "No level is clearly best: {highest}, and the lowest that finished, {}, at {}.",
            lowest.label,
            percent(last.mean)
        );
    }
    let mut sentence = format!(
        "Best: {highest}, {} above the lowest that finished, {} ({})",
        points(sample.mean - last.mean),
        lowest.label,
        percent(last.mean)
    );
    let edges = [experiment.levels.first(), experiment.levels.last()];
    if experiment.numbers().is_some() && edges.into_iter().flatten().any(|level| level.label == best.label) {
        sentence += ". It lies at the edge of the values tried: the best may lie beyond";
    }
    sentence + "."
}

/// Which levels are clearly below the best, and which are not.
fn apart(best: &Level, others: &[&Level]) -> Vec<String> {
    let compare = |level: &&Level| Some((level.label.clone(), difference(best, level)?));
    let compared: Vec<(String, Difference)> = others.iter().filter_map(compare).collect();
    let Some((_, first)) = compared.first() else { return Vec::new() };
    if first.margin.is_none() {
        return vec!["With a single seed, nothing can be said about which differences are chance.".to_owned()];
    }
    let test = format!("paired t interval over {}, 95 %, each comparison by itself", seeds(first.seeds));
    let (clear, close): (Vec<_>, Vec<_>) =
        compared.into_iter().partition(|(_, difference)| difference.is_clear() && difference.mean > 0.0);
    let close: Vec<String> = close
        .iter()
        .map(|(label, difference)| {
            format!(
                "{label} ({:+.2} ± {:.2} points)",
                -difference.mean * 100.0,
                difference.margin.unwrap_or(0.0) * 100.0
            )
        })
        .collect();
    let clear: Vec<String> = clear.into_iter().map(|(label, _)| label).collect();
    vec![match (clear.is_empty(), close.is_empty()) {
        (_, true) => {
            format!("Every other level that finished is below it by more than the spread over seeds ({test}).")
        }
        (true, false) => format!("No other level can be distinguished from it ({test}): {}.", list(&close)),
        (false, false) => format!(
            "Within the spread over seeds, not distinguishable from it ({test}): {}. Clearly below it: {}.",
            list(&close),
            list(&clear)
        ),
    }]
}

/// How much higher one level ends than another, seed by seed.
fn difference(one: &Level, other: &Level) -> Option<Difference> {
    let others = other.by_seed(valid_accuracy);
    let pair =
        |(seed, value): (u64, f64)| others.iter().find(|(other, _)| *other == seed).map(|(_, other)| (value, *other));
    Difference::of(&one.by_seed(valid_accuracy).into_iter().filter_map(pair).collect::<Vec<_>>())
}

/// What diverged, and when.
fn diverged(experiment: &Experiment) -> Option<String> {
    let one = |level: &Level| {
        let runs = level.diverged();
        let (_, epoch, step) = runs.iter().copied().min_by_key(|(_, epoch, step)| (*epoch, *step))?;
        let all = level.trials.len();
        Some(format!("{} ({} of {}, the earliest in epoch {epoch}, step {step})", level.label, runs.len(), seeds(all)))
    };
    let levels: Vec<String> = experiment.levels.iter().filter_map(one).collect();
    Some(match levels.is_empty() {
        false => format!("Diverged, the loss no longer a number: {}.", list(&levels)),
        true => "No run diverged.".to_owned(),
    })
}

/// The accuracy of guessing: one of so many classes.
fn chance(level: &Level) -> f64 {
    level.trials.first().map_or(0.0, |trial| 1.0 / trial.summary.classes as f64)
}

/// Below a tenth of the way from guessing to perfection, next to nothing was learned.
fn next_to_nothing(level: &Level) -> f64 {
    let chance = chance(level);
    chance + (1.0 - chance) / 10.0
}

/// What ends no better than guessing although its loss stayed a number, and since when.
fn guessing(experiment: &Experiment) -> Option<String> {
    let one = |level: &Level| {
        let (accuracies, least) = (means(level, valid_accuracy), next_to_nothing(level));
        let last = accuracies.last().filter(|last| **last < least && level.diverged().is_empty())?;
        let since = accuracies.iter().rposition(|accuracy| *accuracy >= least).map_or(1, |epoch| epoch + 2);
        Some(format!("{} ({}, so from epoch {since} on)", level.label, percent(*last)))
    };
    let chance = percent(experiment.levels.iter().map(chance).fold(0.0, f64::max));
    let levels: Vec<String> = experiment.levels.iter().filter_map(one).collect();
    (!levels.is_empty())
        .then(|| format!("Learned next to nothing, hardly better than guessing ({chance}): {}.", list(&levels)))
}

/// Who reached the highest milestone that anybody reached first.
fn fastest(experiment: &Experiment) -> Option<String> {
    let reached = |milestone: f64| {
        experiment.levels.iter().filter_map(|level| Some((level, level.reached(milestone)?))).collect::<Vec<_>>()
    };
    let found = MILESTONES
        .into_iter()
        .rev()
        .map(|milestone| (milestone, reached(milestone)))
        .find(|(_, levels)| !levels.is_empty());
    let Some((milestone, levels)) = found else {
        return Some(format!("No level reached {:.0} % validation accuracy with every seed.", MILESTONES[0] * 100.0));
    };
    let (by_updates, fewest) = levels.iter().min_by(|a, b| a.1.updates.total_cmp(&b.1.updates))?;
    let (by_seconds, least) = levels.iter().min_by(|a, b| a.1.seconds.total_cmp(&b.1.seconds))?;
    let missing: Vec<String> = experiment
        .levels
        .iter()
        .filter(|level| levels.iter().all(|(other, _)| other.label != level.label))
        .map(|level| level.label.clone())
        .collect();
    let mut sentence = format!(
        "{:.0} % validation accuracy, at the end of an epoch with every seed, was reached in the least training time by {} \
         ({}, {:.1} epochs)",
        milestone * 100.0,
        by_seconds.label,
        duration(least.seconds),
        least.epochs
    );
    sentence += &match by_updates.label == by_seconds.label {
        true => format!(" and also with the fewest updates ({:.0}).", fewest.updates),
        false => format!(" and with the fewest updates by {} ({:.0}).", by_updates.label, fewest.updates),
    };
    if !missing.is_empty() {
        sentence += &format!(" It was not reached with every seed by {}.", list(&missing));
    }
    Some(sentence)
}

/// Who learns the training rows by heart, and who has not finished learning.
fn fitting(ranked: &[&Level]) -> Vec<String> {
    let labels = |what: fn(&Level) -> Option<String>| ranked.iter().filter_map(|level| what(level)).collect::<Vec<_>>();
    let mut sentences = Vec::new();
    let over = labels(overfits);
    if !over.is_empty() {
        sentences.push(format!(
            "Overfitting, the validation loss rising again while the training loss falls: {}.",
            list(&over)
        ));
    }
    let under = labels(still_learns);
    if !under.is_empty() {
        sentences.push(format!("Not done learning, the validation loss still falling at the end: {}.", list(&under)));
    }
    sentences
}

/// The mean over seeds of a number, epoch by epoch.
fn means(level: &Level, value: fn(&Epoch) -> f64) -> Vec<f64> {
    let epochs = level.trials.iter().map(|trial| trial.history.epochs().len()).min().unwrap_or(0);
    let mean = |epoch: usize| {
        level.trials.iter().map(|trial| value(&trial.history.epochs()[epoch])).sum::<f64>() / level.trials.len() as f64
    };
    (0..epochs).map(mean).collect()
}

/// A rise of the validation loss by this part of its lowest value is more than its wobble.
const CLEAR_RISE: f64 = 0.05;
/// A fall of the validation loss to a new low by this part in the last fifth of the epochs is still learning.
const CLEAR_FALL: f64 = 0.05;

fn overfits(level: &Level) -> Option<String> {
    let (valid, train) = (means(level, |epoch| epoch.valid.loss()), means(level, |epoch| epoch.train.loss()));
    let (at, lowest) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    let last = valid.last()?;
    // Where the training loss is no lower than that, training is unstable rather than too eager.
    let rises = *last > lowest * (1.0 + CLEAR_RISE) && train.last()? < &train[at].min(*lowest);
    rises.then(|| format!("{} (lowest {lowest:.3} in epoch {}, {last:.3} at the end)", level.label, at + 1))
}

fn still_learns(level: &Level) -> Option<String> {
    let valid = means(level, |epoch| epoch.valid.loss());
    let fifth = valid.len().div_ceil(5);
    let before = valid.len().checked_sub(1 + fifth)?;
    let (lowest, _) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    let falls = *valid.last()? < valid[before] * (1.0 - CLEAR_FALL) && lowest > before;
    falls.then(|| level.label.clone())
}

/// How batch size trades steps against time.
fn trade_off(ranked: &[&Level]) -> Option<String> {
    let cost = |level: &&Level| {
        let trial = level.trials.first()?;
        let (updates, seconds) = trial.spent(trial.history.epochs().len());
        (updates > 0.0)
            .then(|| (trial.config.batch_size, seconds / updates * 1e6, seconds / trial.history.epochs().len() as f64))
    };
    let mut costs: Vec<(usize, f64, f64)> = ranked.iter().filter_map(cost).collect();
    costs.sort_by_key(|(batch, ..)| *batch);
    let (small, large) = (costs.first()?, costs.last()?);
    if small.0 == large.0 {
        return None;
    }
    Some(format!(
        "An update takes {:.0} µs at batch size {} and {:.0} µs at {}: {:.1} times as long for {:.0} times the samples, so \
         that an epoch takes {} and {}.",
        small.1,
        small.0,
        large.1,
        large.0,
        large.1 / small.1,
        large.0 as f64 / small.0 as f64,
        duration(small.2),
        duration(large.2)
    ))
}

/// Who is ahead after as many updates, or as much time, as every level had.
fn at_equal(ranked: &[&Level], what: &str, pick: fn((f64, f64)) -> f64, show: fn(f64) -> String) -> Option<String> {
    let mean = |level: &Level, value: &dyn Fn(&Completed) -> f64| {
        level.trials.iter().map(value).sum::<f64>() / level.trials.len() as f64
    };
    let spent = |level: &Level, epoch: usize| mean(level, &|trial| pick(trial.spent(epoch)));
    let epochs = |level: &Level| level.trials.iter().map(|trial| trial.history.epochs().len()).min().unwrap_or(0);
    let budget = ranked.iter().map(|level| spent(level, epochs(level))).min_by(f64::total_cmp)?;
    let then = |level: &&&Level| {
        let epoch = (1..=epochs(level)).rev().find(|epoch| spent(level, *epoch) <= budget * 1.01)?;
        Some((level.label.clone(), mean(level, &|trial| trial.history.epochs()[epoch - 1].valid.accuracy())))
    };
    let mut levels: Vec<(String, f64)> = ranked.iter().filter_map(|level| then(&level)).collect();
    levels.sort_by(|a, b| b.1.total_cmp(&a.1));
    let [first, .., last] = &levels[..] else { return None };
    let mut sentence = format!(
        "After {} {what}, which every level had, {} is ahead with {} and {} last with {}.",
        show(budget),
        first.0,
        percent(first.1),
        last.0,
        percent(last.1)
    );
    if levels.len() < ranked.len() {
        sentence += " Of the levels whose first epoch took longer than that, nothing is known so early.";
    }
    Some(sentence)
}

/// What the second factor does at each value of the first, and the other way round.
fn combined(experiment: &Experiment) -> Vec<String> {
    (0..2).filter_map(|varied| effect(experiment, varied)).collect()
}

/// What going from the first to the last value of a factor does at each value of the other.
fn effect(experiment: &Experiment, varied: usize) -> Option<String> {
    let other = 1 - varied;
    let values: Vec<_> = experiment.levels.iter().map(|level| &level.values[varied]).collect();
    let (from, to) = (*values.first()?, *values.last()?);
    let mut sentences = Vec::new();
    for start in experiment.levels.iter().filter(|level| &level.values[varied] == from) {
        let end = experiment
            .levels
            .iter()
            .find(|level| &level.values[varied] == to && level.values[other] == start.values[other])?;
        let difference = difference(end, start)?;
        let sure = match difference.margin {
            None => String::new(),
            Some(margin) if difference.is_clear() => format!(" ± {:.2}", margin * 100.0),
            Some(margin) => format!(" ± {:.2}, within the spread", margin * 100.0),
        };
        let place = format!("{} {}", field_name(&experiment.design.factors[other]), value_name(&start.values[other]));
        sentences.push(format!("{}{sure} at {place}", signed(difference.mean)));
    }
    Some(format!(
        "From {0} {1} to {0} {2}, the final validation accuracy changes by (points): {3}.",
        field_name(&experiment.design.factors[varied]),
        value_name(from),
        value_name(to),
        sentences.join("; ")
    ))
}
