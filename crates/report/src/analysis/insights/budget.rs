//! What an update and an epoch cost, and which level is ahead after the same number of updates.

use host::{text::duration, text::thousands};
use study::FactorValue;

use super::{means, valid_accuracy, words::percent};
use crate::analysis::{Experiment, Level};

/// Numbers of updates that differ by no more than this part are equal: a batch that does not divide
/// the rows makes some more.
const EQUAL: f64 = 0.01;
/// An epoch that takes less than this many times as long is not worth mentioning.
const WORTH_TELLING: f64 = 1.1;

/// The sentences on these levels, of which every seed succeeded.
pub(super) fn of(experiment: &Experiment, levels: &[&Level]) -> Vec<String> {
    let mut sentences = Vec::new();
    if experiment.design.fields().any(|field| field == "batch_size" || field == "epochs") {
        sentences.extend(at_equal_updates(levels));
    }
    if experiment.design.factors == ["batch_size"] {
        sentences.extend(update_costs(levels));
    } else {
        sentences.extend(
            (0..experiment.design.factors.len())
                .filter_map(|factor| epoch_costs(experiment, factor)),
        );
    }
    sentences
}

/// Updates of the weights by the end of each epoch; the same with every seed, or nothing is known.
fn updates(level: &Level) -> Option<Vec<f64>> {
    let each = |trial: &study::Completed| {
        (1..=trial.history.epochs().len()).map(|epoch| trial.spent(epoch).0).collect::<Vec<_>>()
    };
    let first = each(level.trials.first()?);
    level.trials.iter().all(|trial| each(trial) == first).then_some(first)
}

/// Which level is ahead at the largest number of updates that ends an epoch of every level.
fn at_equal_updates(levels: &[&Level]) -> Option<String> {
    let each: Vec<Vec<f64>> = levels.iter().map(|level| updates(level)).collect::<Option<_>>()?;
    let last: Vec<f64> =
        each.iter().map(|updates| updates.last().copied()).collect::<Option<_>>()?;
    let (fewest, most) = extremes(&last);
    if levels.len() < 2 {
        return None;
    }
    if most <= fewest * (1.0 + EQUAL) {
        return Some(format!(
            "Every level made {} updates in all.",
            range(fewest, most, thousands)
        ));
    }
    // The epochs of each level that end at a number of updates, for each number at which one of the
    // first level ends.
    let epochs = |budget: f64| {
        let epoch = |updates: &Vec<f64>| {
            updates.iter().position(|at| (at / budget - 1.0).abs() <= EQUAL / 2.0)
        };
        each.iter().map(epoch).collect::<Option<Vec<usize>>>()
    };
    let Some(epochs) = each[0].iter().rev().find_map(|budget| epochs(*budget)) else {
        let first: Vec<f64> = each.iter().map(|updates| updates[0]).collect();
        return Some(format!(
            "Levels are not compared at equal updates here: no number of updates ends an epoch of \
             every level. The first \
             epoch ends after {} of them, the last one after {}.",
            range(extremes(&first).0, extremes(&first).1, thousands),
            range(fewest, most, thousands)
        ));
    };
    let spent: Vec<f64> =
        each.iter().zip(&epochs).map(|(updates, epoch)| updates[*epoch]).collect();
    let mut then: Vec<(f64, &str)> = levels
        .iter()
        .zip(&epochs)
        .filter_map(|(level, epoch)| {
            Some((*means(level, valid_accuracy).get(*epoch)?, level.label.as_str()))
        })
        .collect();
    then.sort_by(|a, b| b.0.total_cmp(&a.0));
    let [(high, first), .., (low, last)] = then[..] else { return None };
    Some(format!(
        "After {} updates, at the end of an epoch of every level, {first} has the highest mean \
         validation accuracy, {}, and \
         {last} the lowest, {}; whether that is chance was not tested.",
        range(extremes(&spent).0, extremes(&spent).1, thousands),
        percent(high),
        percent(low)
    ))
}

fn extremes(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}

/// `6,000 to 6,016`, or one number where both are written alike.
fn range(low: f64, high: f64, show: impl Fn(f64) -> String) -> String {
    if show(low) == show(high) { show(low) } else { format!("{} to {}", show(low), show(high)) }
}

/// Seconds of training an epoch, and an update, on average over seeds.
fn seconds(level: &Level) -> Option<(f64, f64)> {
    let each = level.trials.iter().filter_map(|trial| {
        let epochs = trial.history.epochs().len();
        let (updates, seconds) = trial.spent(epochs);
        (updates > 0.0).then(|| (seconds / epochs as f64, seconds / updates))
    });
    let each: Vec<(f64, f64)> = each.collect();
    let count = each.len() as f64;
    let sum = each.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    (count > 0.0 && sum.0 > 0.0).then(|| (sum.0 / count, sum.1 / count))
}

/// How the batch size trades updates against time.
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
             {large}: {:.1} times as \
             long for {:.1} times the samples. An epoch takes {} and {}.",
            thousands(small_update * 1e6),
            thousands(large_update * 1e6),
            large_update / small_update,
            large as f64 / small as f64,
            duration(small_epoch),
            duration(large_epoch)
        )
    })
}

/// How much longer an epoch takes at one value of a factor than at another; with two factors, at
/// the same value of the other, so that the cost of the one is not put on the other.
fn epoch_costs(experiment: &Experiment, factor: usize) -> Option<String> {
    let values = experiment.values(factor);
    let others: Vec<Option<FactorValue>> = match experiment.design.factors.len() {
        1 => vec![None],
        _ => experiment.values(1 - factor).into_iter().map(Some).collect(),
    };
    let cost = |value: &FactorValue, other: &Option<FactorValue>| {
        let level = match (factor, other) {
            (_, None) => experiment
                .levels
                .iter()
                .find(|level| experiment.design.factor_value(&level.values, 0) == *value),
            (0, Some(other)) => experiment.level_at(value, other),
            (_, Some(other)) => experiment.level_at(other, value),
        };
        level.and_then(seconds).map(|(epoch, _)| epoch)
    };
    let ratios = |dear: &FactorValue, cheap: &FactorValue| {
        let ratio = |other| Some(cost(dear, other)? / cost(cheap, other)?);
        others.iter().filter_map(ratio).collect::<Vec<_>>()
    };
    let least = |dear: &FactorValue, cheap: &FactorValue| {
        ratios(dear, cheap).into_iter().reduce(f64::min).unwrap_or(0.0)
    };
    let pairs = values.iter().flat_map(|dear| values.iter().map(move |cheap| (dear, cheap)));
    let (dear, cheap) = pairs.max_by(|a, b| least(a.0, a.1).total_cmp(&least(b.0, b.1)))?;
    let (low, high) = extremes(&ratios(dear, cheap));
    // How large a step is costs nothing: what differs between learning rates is the noise of the
    // clock.
    if low < WORTH_TELLING || experiment.design.factors[factor] == "learning_rate" {
        return None;
    }
    let same = match others.len() {
        1 => String::new(),
        _ => format!(
            ", at the same {}",
            study::plan::field_name(&experiment.design.factors[1 - factor])
        ),
    };
    Some(format!(
        "An epoch takes {} times as long with {} as with {}{same} (training time, mean over \
         seeds).",
        range(low, high, |ratio| format!("{ratio:.2}")),
        experiment.design.in_words(factor, dear),
        experiment.design.in_words(factor, cheap)
    ))
}
