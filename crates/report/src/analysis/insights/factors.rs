//! What a factor does: at each value of the other, together with the other, and from value to
//! value.

use study::{
    Comparison, FactorValue,
    comparison::ALPHA,
    plan::{field_name, number},
    stats::{Difference, holm, slope},
};

use super::{
    valid_accuracy,
    words::{change, judged, list, percent, signed},
};
use crate::analysis::{Experiment, Level};

/// Where both factors have as many values, each change by itself is too much to read.
const MANY_VALUES: usize = 3;

/// The sentences on the factors of an experiment.
pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Vec<String> {
    let design = &experiment.design;
    if design.factors.len() == 1 {
        return trend(experiment, comparison).into_iter().collect();
    }
    let mut sentences = Vec::new();
    if (0..2).all(|factor| experiment.values(factor).len() >= MANY_VALUES) {
        sentences
            .extend((0..2).filter_map(|factor| highest_at_each(experiment, comparison, factor)));
    } else {
        sentences.extend((0..2).flat_map(|factor| effects(experiment, comparison, factor)));
        sentences.extend(interaction(experiment));
    }
    sentences.extend(scaling(experiment, comparison));
    sentences
}

/// What each doubling of the batch changes.
pub(in crate::analysis) fn trend(
    experiment: &Experiment,
    comparison: &Comparison,
) -> Option<String> {
    if experiment.design.factors != ["batch_size"] || comparison.levels().len() < 3 {
        return None;
    }
    let accuracies: Vec<(f64, Vec<(u64, f64)>)> = comparison
        .levels()
        .iter()
        .map(|level| Some((number(&level.values[0])?.log2(), level.by_seed(valid_accuracy))))
        .collect::<Option<_>>()?;
    let of_seed = |seed: u64| {
        let point = |(x, values): &(f64, Vec<(u64, f64)>)| {
            Some((*x, values.iter().find(|value| value.0 == seed)?.1))
        };
        slope(&accuracies.iter().map(point).collect::<Option<Vec<_>>>()?)
    };
    let slopes: Vec<f64> = accuracies[0].1.iter().filter_map(|(seed, _)| of_seed(*seed)).collect();
    let mean = Difference::of_values(&slopes)?;
    let along = match &experiment.design.along[..] {
        [] => String::new(),
        along => format!(
            " ({} changing along with it)",
            list(&along.iter().map(|field| field_name(field)).collect::<Vec<_>>())
        ),
    };
    let includes_none = mean.margin.is_some_and(|margin| mean.mean.abs() <= margin);
    let steps = steps(comparison);
    Some(format!(
        "Through the {} levels compared, a straight line has a slope of {} per doubling of the \
         batch{along}{}, seed by seed; from \
         each size to the next, the change per doubling is {} to {} points.",
        accuracies.len(),
        change(&mean),
        if includes_none { ", an interval that includes 0" } else { "" },
        signed(steps.0),
        signed(steps.1)
    ))
}

/// The smallest and the largest change of the mean accuracy from a batch size to the next, per
/// doubling.
fn steps(comparison: &Comparison) -> (f64, f64) {
    let point =
        |level: &&Level| Some((number(&level.values[0])?.log2(), level.last(valid_accuracy)?.mean));
    let mut points: Vec<(f64, f64)> = comparison.levels().iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let steps = points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
    steps.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), step| {
        (low.min(step), high.max(step))
    })
}

/// The level with this value of a factor, and that one of the other.
pub(in crate::analysis) fn at<'a>(
    experiment: &'a Experiment,
    factor: usize,
    value: &FactorValue,
    other: &FactorValue,
) -> Option<&'a Level> {
    if factor == 0 { experiment.level_at(value, other) } else { experiment.level_at(other, value) }
}

/// What each value of a factor changes against its first one, at each value of the other.
pub(in crate::analysis) fn effects(
    experiment: &Experiment,
    comparison: &Comparison,
    factor: usize,
) -> Vec<String> {
    let design = &experiment.design;
    let (values, others) = (experiment.values(factor), experiment.values(1 - factor));
    let Some((first, rest)) = values.split_first() else { return Vec::new() };
    let sentence = |value: &FactorValue| {
        let change = |other: &FactorValue| {
            let (level, start) =
                (at(experiment, factor, value, other)?, at(experiment, factor, first, other)?);
            let place = design.in_words(1 - factor, other);
            Some(match comparison.of_levels(level, start) {
                Some(pair) => format!("{} at {place}", judged(&pair)),
                None => format!("not compared at {place}"),
            })
        };
        let changes: Vec<String> = others.iter().filter_map(change).collect();
        format!(
            "Against {}, {} changes the final validation accuracy by: {}.",
            design.in_words(factor, first),
            design.in_words(factor, value),
            changes.join("; ")
        )
    };
    rest.iter().map(sentence).collect()
}

/// What two values change together beyond the sum of what each changes alone, against the first
/// value of both.
pub(in crate::analysis) fn interaction(experiment: &Experiment) -> Option<String> {
    let design = &experiment.design;
    let (firsts, seconds) = (experiment.values(0), experiment.values(1));
    let ((first, more), (second, others)) = (firsts.split_first()?, seconds.split_first()?);
    let contrast = |one: &FactorValue, other: &FactorValue| {
        let corners = [(one, other), (one, second), (first, other), (first, second)];
        let corners: Vec<Vec<(u64, f64)>> = corners
            .into_iter()
            .map(|(one, other)| experiment.level_at(one, other).filter(|level| level.succeeded()))
            .map(|level| level.map(|level| level.by_seed(valid_accuracy)))
            .collect::<Option<_>>()?;
        let of_seed = |(seed, both): &(u64, f64)| {
            let value = |corner: usize| {
                corners[corner].iter().find(|value| value.0 == *seed).map(|value| value.1)
            };
            Some((both - value(1)?) - (value(2)? - value(3)?))
        };
        let contrast =
            Difference::of_values(&corners[0].iter().filter_map(of_seed).collect::<Vec<_>>())?;
        Some((format!("{} and {}", design.in_words(0, one), design.in_words(1, other)), contrast))
    };
    let contrasts: Vec<(String, Difference)> = more
        .iter()
        .flat_map(|one| others.iter().filter_map(move |other| contrast(one, other)))
        .collect();
    let p = holm(
        &contrasts
            .iter()
            .map(|(_, contrast)| contrast.p_of_none().unwrap_or(1.0))
            .collect::<Vec<_>>(),
    );
    let told: Vec<String> = contrasts
        .iter()
        .zip(p)
        .map(|((name, contrast), p)| {
            let verdict = if p <= ALPHA { "" } else { ", not clear" };
            format!("{} ({name}{verdict})", change(contrast))
        })
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "Interaction (the effect of two changes together beyond the sum of their separate \
             effects), relative to {} and {}: {}.",
            design.in_words(0, first),
            design.in_words(1, second),
            told.join("; ")
        )
    })
}

/// Which value of the other factor has the highest mean at each value of this one.
fn highest_at_each(
    experiment: &Experiment,
    comparison: &Comparison,
    factor: usize,
) -> Option<String> {
    let design = &experiment.design;
    let others = experiment.values(1 - factor);
    let highest = |value: &FactorValue| {
        let levels = comparison
            .levels()
            .iter()
            .filter(|level| design.factor_value(&level.values, factor) == *value);
        // They come the highest first.
        let level = levels.into_iter().next()?;
        let other = others
            .iter()
            .find(|other| **other == design.factor_value(&level.values, 1 - factor))?;
        let mean = level.last(valid_accuracy)?.mean;
        Some(format!(
            "{} at {} ({})",
            design.value_in_words(other),
            design.value_in_words(value),
            percent(mean)
        ))
    };
    let told: Vec<String> = experiment.values(factor).iter().filter_map(highest).collect();
    (!told.is_empty()).then(|| {
        format!(
            "Of the levels compared, the {} with the highest mean at each {}: {}.",
            field_name(&design.factors[1 - factor]),
            field_name(&design.factors[factor]),
            told.join("; ")
        )
    })
}

/// The smallest number of batch sizes for which a learning rate in proportion to them is judged.
const SHORTEST_SERIES: usize = 3;
/// Ratios that differ by less than this part are the same but for rounding.
const SAME_RATIO: f64 = 1e-6;

/// Where a learning rate in proportion to the batch size stops giving the same accuracy.
pub(in crate::analysis) fn scaling(
    experiment: &Experiment,
    comparison: &Comparison,
) -> Vec<String> {
    let design = &experiment.design;
    let place = |name: &str| design.factors.iter().position(|factor| factor == name);
    let (Some(rate), Some(batch)) = (place("learning_rate"), place("batch_size")) else {
        return Vec::new();
    };
    let mut series: Vec<(f64, Vec<&Level>)> = Vec::new();
    for level in &experiment.levels {
        let (Some(rate), Some(batch)) = (number(&level.values[rate]), number(&level.values[batch]))
        else {
            continue;
        };
        let ratio = rate / batch;
        match series.iter_mut().find(|(other, _)| (ratio / other - 1.0).abs() < SAME_RATIO) {
            Some((_, levels)) => levels.push(level),
            None => series.push((ratio, vec![level])),
        }
    }
    series.retain(|(_, levels)| levels.len() >= SHORTEST_SERIES);
    series.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = |level: &&Level| number(&level.values[batch]).unwrap_or(0.0);
    let told = |(_, mut levels): (f64, Vec<&Level>)| {
        levels.sort_by(|a, b| size(a).total_cmp(&size(b)));
        let (first, rest) = levels.split_first()?;
        let change = |level: &&Level| match comparison.of_levels(level, first) {
            Some(pair) if pair.is_same => {
                format!("{} for {} (the same)", judged(&pair), level.label)
            }
            Some(pair) => format!("{} for {}", judged(&pair), level.label),
            None => format!("not compared for {}", level.label),
        };
        let changes: Vec<String> = rest.iter().map(change).collect();
        Some(format!(
            "With the learning rate in proportion to the batch size, the final validation accuracy \
             changes against {} by: {}.",
            first.label,
            changes.join("; ")
        ))
    };
    series.into_iter().filter_map(told).collect()
}
