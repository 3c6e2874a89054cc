//! The costs of updates and epochs, and the accuracies of levels after the same number of updates.

use host::text::{duration, thousands};
use study::{FactorValue, plan::field_name, stats::Sample};

use super::means;
use crate::{
    analysis::levels::{Experiment, Level, level_at, valid_accuracy},
    words::{percent, range},
};

/// Numbers of updates are equal within this fraction: a batch size that does not divide the rows
/// makes a few more.
const EQUAL: f64 = 0.01;
/// The least ratio of the times of two epochs that is reported.
const WORTH_TELLING: f64 = 1.1;

/// The sentences on these levels, of which every seed succeeded.
pub(super) fn of(experiment: &Experiment, levels: &[&Level]) -> Vec<String> {
    let design = &experiment.design;
    let mut sentences = Vec::new();
    if design.fields().any(|field| field == "batch_size" || field == "epochs") {
        sentences.extend(at_equal_updates(levels));
    }
    if design.factors == ["batch_size"] {
        sentences.extend(update_costs(levels));
    } else {
        let factors = 0..design.factors.len();
        sentences.extend(factors.filter_map(|factor| epoch_costs(experiment, factor)));
    }
    sentences
}

/// Updates of the weights by the end of each epoch; none where seeds differ.
fn updates(level: &Level) -> Option<Vec<f64>> {
    let each = |trial: &study::Completed| {
        (1..=trial.history.epochs().len()).map(|epoch| trial.spent(epoch).0).collect::<Vec<_>>()
    };
    let first = each(level.trials.first()?);
    level.trials.iter().all(|trial| each(trial) == first).then_some(first)
}

/// The highest and the lowest level at the largest number of updates that ends an epoch of every
/// level.
fn at_equal_updates(levels: &[&Level]) -> Option<String> {
    if levels.len() < 2 {
        return None;
    }
    let each: Vec<Vec<f64>> = levels.iter().map(|level| updates(level)).collect::<Option<_>>()?;
    let last: Vec<f64> =
        each.iter().map(|updates| updates.last().copied()).collect::<Option<_>>()?;
    let last = Sample::of(&last)?;
    if last.high <= last.low * (1.0 + EQUAL) {
        return Some(format!("Every level made {} updates in all.", range(&last, thousands)));
    }
    let Some(epochs) = each[0].iter().rev().find_map(|budget| epochs_after(*budget, &each)) else {
        let first: Vec<f64> = each.iter().map(|updates| updates[0]).collect();
        return Some(format!(
            "Levels are not compared at equal updates here: no number of updates ends an epoch of \
             every level. The first epoch ends after {} of them, the last one after {}.",
            range(&Sample::of(&first)?, thousands),
            range(&last, thousands)
        ));
    };
    let spent: Vec<f64> =
        each.iter().zip(&epochs).map(|(updates, epoch)| updates[*epoch]).collect();
    let accuracy = |(level, epoch): (&&Level, &usize)| {
        Some((*means(level, valid_accuracy).get(*epoch)?, level.label.clone()))
    };
    let mut then: Vec<(f64, String)> = levels.iter().zip(&epochs).filter_map(accuracy).collect();
    then.sort_by(|a, b| b.0.total_cmp(&a.0));
    let [(high, first), .., (low, last)] = &then[..] else { return None };
    Some(format!(
        "After {} updates, at the end of an epoch of every level, {first} has the highest mean \
         validation accuracy, {}, and {last} the lowest, {}; whether that is chance was not \
         tested.",
        range(&Sample::of(&spent)?, thousands),
        percent(*high),
        percent(*low)
    ))
}

/// The epoch of each level that ends after this number of updates, counted from 0.
fn epochs_after(budget: f64, updates: &[Vec<f64>]) -> Option<Vec<usize>> {
    let is_equal = |at: &f64| (at / budget - 1.0).abs() <= EQUAL / 2.0;
    updates.iter().map(|updates| updates.iter().position(is_equal)).collect()
}

/// Seconds of training an epoch, and an update, on average over seeds.
fn seconds(level: &Level) -> Option<(f64, f64)> {
    let each = level.trials.iter().filter_map(|trial| {
        let epochs = trial.history.epochs().len();
        let (updates, seconds) = trial.spent(epochs);
        (updates > 0.0).then(|| (seconds / epochs as f64, seconds / updates))
    });
    let (epochs, updates): (Vec<f64>, Vec<f64>) = each.unzip();
    let (epoch, update) = (Sample::of(&epochs)?.mean, Sample::of(&updates)?.mean);
    (epoch > 0.0).then_some((epoch, update))
}

/// The times of an update and of an epoch at the smallest and at the largest batch size.
fn update_costs(levels: &[&Level]) -> Option<String> {
    let cost = |level: &&Level| Some((level.trials.first()?.config.batch_size, seconds(level)?));
    let mut costs: Vec<(usize, (f64, f64))> = levels.iter().filter_map(cost).collect();
    costs.sort_by_key(|(batch, _)| *batch);
    let [(small, (small_epoch, small_update)), .., (large, (large_epoch, large_update))] =
        costs[..]
    else {
        return None;
    };
    (small < large).then(|| {
        format!(
            "On average over seeds, an update takes {} µs at batch size {small} and {} µs at \
             {large}: {:.1} times as long for {:.1} times the samples. An epoch takes {} and {}.",
            thousands(small_update * 1e6),
            thousands(large_update * 1e6),
            large_update / small_update,
            large as f64 / small as f64,
            duration(small_epoch),
            duration(large_epoch)
        )
    })
}

/// The ratio of the times of an epoch at the two values of a factor where it is largest. With two
/// factors, both are compared at the same value of the other.
fn epoch_costs(experiment: &Experiment, factor: usize) -> Option<String> {
    let design = &experiment.design;
    // The size of a step costs nothing: times at two learning rates differ by noise.
    if design.factors[factor] == "learning_rate" {
        return None;
    }
    let values = experiment.factor_values(factor);
    let others: Vec<Option<FactorValue>> = match design.factors.len() {
        1 => vec![None],
        _ => experiment.factor_values(1 - factor).into_iter().map(Some).collect(),
    };
    let cost = |value: &FactorValue, other: &Option<FactorValue>| {
        let has_value = |level: &&Level| design.factor_value(&level.values, 0) == *value;
        let level = match other {
            None => experiment.levels.iter().find(has_value),
            Some(other) => level_at(experiment, factor, value, other),
        };
        level.and_then(seconds).map(|(epoch, _)| epoch)
    };
    let ratios = |(dear, cheap): &(&FactorValue, &FactorValue)| {
        let ratio = |other| Some(cost(dear, other)? / cost(cheap, other)?);
        Sample::of(&others.iter().filter_map(ratio).collect::<Vec<_>>())
    };
    let pairs = values.iter().flat_map(|dear| values.iter().map(move |cheap| (dear, cheap)));
    let pairs = pairs.filter_map(|pair| Some((pair, ratios(&pair)?)));
    let ((dear, cheap), ratios) = pairs.max_by(|a, b| a.1.low.total_cmp(&b.1.low))?;
    let same = match others.len() {
        1 => String::new(),
        _ => format!(", at the same {}", field_name(&design.factors[1 - factor])),
    };
    (ratios.low >= WORTH_TELLING).then(|| {
        format!(
            "An epoch takes {} times as long with {} as with {}{same} (training time, mean over \
             seeds).",
            range(&ratios, |ratio| format!("{ratio:.2}")),
            design.in_words(factor, dear),
            design.in_words(factor, cheap)
        )
    })
}
