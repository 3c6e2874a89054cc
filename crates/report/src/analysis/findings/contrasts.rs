//! The planned comparisons of an experiment, each kind a family of tests of its own: the trend over
//! batch sizes, learning rates in proportion to the batch size, main effects and interactions.

use run::config::value_name;
use study::{
    Comparison, FactorValue,
    plan::{field_name, is_name, number},
    stats::{Estimate, Judged, judge, slope_weights},
};

use super::headline::mean;
use crate::{
    analysis::levels::{Experiment, Level, level_at},
    words::{distance, hundredths, judged, list},
};

/// Two factors with at least this many values each have too many effects to list.
const MANY_VALUES: usize = 3;
/// Ratios that differ by less than this fraction differ by rounding alone.
const SAME_RATIO: f64 = 1e-6;

/// The planned comparisons, in sentences. `is_tuned` is that of an experiment that varies learning
/// rates beside another factor: its effects are those at the best rates.
pub(super) fn of(experiment: &Experiment, all: &Comparison, is_tuned: bool) -> Vec<String> {
    if experiment.design.factors.len() == 1 {
        return trend(experiment, all).into_iter().collect();
    }
    if experiment.design.factors.iter().any(|factor| is_name(factor)) {
        return Vec::new();
    }
    if is_tuned {
        return scaling(experiment);
    }
    let mut sentences = main_effects(experiment, all);
    let has_many = |factor| experiment.factor_values(factor).len() >= MANY_VALUES;
    if !(0..2).all(has_many) {
        sentences.extend(interaction(experiment));
    }
    sentences
}

/// An estimate as a family of one.
fn alone(estimate: Estimate) -> Option<Judged> {
    judge(&[estimate]).pop()
}

/// The estimate of a weighted sum of the means of levels.
fn contrast(levels: &[(f64, &Level)]) -> Option<Estimate> {
    let endpoints: Vec<(f64, Vec<f64>)> =
        levels.iter().map(|(weight, level)| (*weight, level.endpoints())).collect();
    let terms: Vec<(f64, &[f64])> =
        endpoints.iter().map(|(weight, values)| (*weight, &values[..])).collect();
    let floor = levels.iter().map(|(_, level)| level.floor()).fold(0.0, f64::max);
    Estimate::contrast(&terms, floor)
}

/// The change of the accuracy with each doubling of the batch size, of a single factor.
fn trend(experiment: &Experiment, all: &Comparison) -> Option<String> {
    if experiment.design.factors != ["batch_size"] || all.levels().len() < 3 {
        return None;
    }
    experiment.numbers()?;
    let size = |level: &&Level| number(&level.values[0]).filter(|size| *size > 0.0);
    let mut levels: Vec<(f64, &Level)> =
        all.levels().iter().map(|level| Some((size(level)?, *level))).collect::<Option<_>>()?;
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let places: Vec<f64> = levels.iter().map(|(size, _)| size.log2()).collect();
    let weights = slope_weights(&places)?;
    let terms: Vec<(f64, &Level)> =
        weights.into_iter().zip(&levels).map(|(weight, (_, level))| (weight, *level)).collect();
    let trend = alone(contrast(&terms)?)?;
    let along = match &experiment.design.along[..] {
        [] => String::new(),
        along => format!(
            ", with {} changing along,",
            list(&along.iter().map(|field| field_name(field)).collect::<Vec<_>>())
        ),
    };
    Some(if trend.is_clear() {
        let verb = if trend.mean < 0.0 { "costs" } else { "adds" };
        let steps = steps(&levels, trend.mean).filter(|_| experiment.design.along.is_empty());
        let steps = steps.unwrap_or_default();
        format!(
            "Each doubling of the batch size{along} {verb} {} on average{steps}.",
            distance(&trend)
        )
    } else {
        format!("Each doubling of the batch size{along} changes accuracy by {}.", judged(&trend))
    })
}

/// The smallest and the largest step between doublings, if all go the way of the trend.
fn steps(levels: &[(f64, &Level)], trend: f64) -> Option<String> {
    let step = |pair: &[(f64, &Level)]| {
        let [(from, one), (to, other)] = pair else { return None };
        let change = (mean(other) - mean(one)) * trend.signum();
        (to / from == 2.0 && change > 0.0).then_some((change, *from, *to))
    };
    let mut steps: Vec<(f64, f64, f64)> = levels.windows(2).map(step).collect::<Option<_>>()?;
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ((least, a, b), (most, c, d)) = (*steps.first()?, *steps.last()?);
    (hundredths(least) != hundredths(most)).then(|| {
        format!(": {} from {a} to {b}, {} from {c} to {d}", hundredths(least), hundredths(most))
    })
}

/// Learning rates in proportion to the batch size: for each ratio, the changes against the smallest
/// batch. Of an experiment that varies both.
fn scaling(experiment: &Experiment) -> Vec<String> {
    let factor = |name: &str| experiment.design.factors.iter().position(|factor| factor == name);
    let (Some(rate), Some(batch)) = (factor("learning_rate"), factor("batch_size")) else {
        return Vec::new();
    };
    let (names, family): (Vec<String>, Vec<Estimate>) = series(experiment, rate, batch)
        .iter()
        .flat_map(|(first, rest)| rest.iter().map(move |level| (*first, *level)))
        .filter_map(|(first, level)| {
            let estimate = contrast(&[(1.0, level), (-1.0, first)])?;
            let value = |level: &Level, factor: usize| value_name(&level.values[factor]);
            let [from, to] = [first, level].map(|level| (value(level, batch), value(level, rate)));
            let name = format!("batch {} → {}, rate {} → {}", from.0, to.0, from.1, to.1);
            Some((name, estimate))
        })
        .unzip();
    let changes = names.iter().zip(judge(&family));
    let changes: Vec<String> =
        changes.map(|(name, change)| format!("{}, {name}", judged(&change))).collect();
    let sentence = format!(
        "At a fixed ratio of rate to batch size, accuracy changes by: {}.",
        changes.join("; ")
    );
    (!changes.is_empty()).then_some(sentence).into_iter().collect()
}

/// The compared levels of each ratio, at least two: the one with the smallest batch, and the others
/// in ascending order. `rate` and `batch` are the places of the factors.
fn series(experiment: &Experiment, rate: usize, batch: usize) -> Vec<(&Level, Vec<&Level>)> {
    let value = |level: &Level, factor: usize| number(&level.values[factor]).unwrap_or(f64::NAN);
    let ratio = |level: &Level| value(level, rate) / value(level, batch);
    let levels = experiment.levels.iter().filter(|level| level.succeeded());
    let mut levels: Vec<&Level> = levels.filter(|level| ratio(level).is_finite()).collect();
    levels.sort_by(|a, b| {
        ratio(a).total_cmp(&ratio(b)).then(value(a, batch).total_cmp(&value(b, batch)))
    });
    let is_same = |a: &&Level, b: &&Level| (ratio(b) / ratio(a) - 1.0).abs() < SAME_RATIO;
    let series = levels.chunk_by(is_same).map(|levels| {
        let mut levels = levels.to_vec();
        levels.sort_by(|a, b| value(a, batch).total_cmp(&value(b, batch)));
        levels
    });
    series
        .filter_map(|levels| Some((*levels.first()?, levels.get(1..)?.to_vec())))
        .filter(|(_, rest)| !rest.is_empty())
        .collect()
}

/// The effect of each value of a factor against its first value, at the value of the other factor
/// that the highest level has.
fn main_effects(experiment: &Experiment, all: &Comparison) -> Vec<String> {
    let design = &experiment.design;
    let Some(top) = all.levels().first() else { return Vec::new() };
    let effects = |factor: usize| {
        let other = design.factor_value(&top.values, 1 - factor);
        let values = experiment.factor_values(factor);
        let level = |value: &FactorValue| {
            level_at(experiment, factor, value, &other).filter(|level| level.succeeded())
        };
        let first = values.first().and_then(level)?;
        let effect = |value: &FactorValue| {
            let estimate = contrast(&[(1.0, level(value)?), (-1.0, first)])?;
            Some((design.in_words(factor, value), estimate))
        };
        let effects: Vec<(String, Estimate)> = values[1..].iter().filter_map(effect).collect();
        let (other, first) =
            (design.in_words(1 - factor, &other), design.in_words(factor, &values[0]));
        Some((other, first, effects))
    };
    let effects: Vec<_> = (0..2).filter_map(effects).collect();
    let family: Vec<Estimate> =
        effects.iter().flat_map(|(.., effects)| effects).map(|(_, estimate)| *estimate).collect();
    let mut judgements = judge(&family).into_iter();
    let sentence = |(other, first, effects): &(String, String, Vec<(String, Estimate)>)| {
        let parts: Vec<String> = effects
            .iter()
            .filter_map(|(value, _)| Some(format!("{value} {}", judged(&judgements.next()?))))
            .collect();
        (!parts.is_empty()).then(|| format!("With {other}, against {first}: {}.", parts.join("; ")))
    };
    effects.iter().filter_map(sentence).collect()
}

/// Interactions: the effect of two values together beyond the sum of their separate effects,
/// against the first values of both factors.
fn interaction(experiment: &Experiment) -> Option<String> {
    let design = &experiment.design;
    let (firsts, seconds) = (experiment.factor_values(0), experiment.factor_values(1));
    let ((first, more), (second, others)) = (firsts.split_first()?, seconds.split_first()?);
    let level = |one: &FactorValue, other: &FactorValue| {
        experiment.level_at(one, other).filter(|level| level.succeeded())
    };
    let effect = |one: &FactorValue, other: &FactorValue| {
        let terms = [
            (1.0, level(one, other)?),
            (-1.0, level(one, second)?),
            (-1.0, level(first, other)?),
            (1.0, level(first, second)?),
        ];
        let name = format!("{} with {}", design.in_words(0, one), design.in_words(1, other));
        Some((name, contrast(&terms)?))
    };
    let (names, family): (Vec<String>, Vec<Estimate>) = more
        .iter()
        .flat_map(|one| others.iter().filter_map(move |other| effect(one, other)))
        .unzip();
    let parts = names.iter().zip(judge(&family));
    let parts: Vec<String> =
        parts.map(|(name, judgement)| format!("{} for {name}", judged(&judgement))).collect();
    (!parts.is_empty()).then(|| {
        format!("Interaction, beyond the sum of both separate effects: {}.", parts.join("; "))
    })
}
