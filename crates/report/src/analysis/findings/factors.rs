//! The effects of factors: at each value of the other factor, together with it (interactions), and
//! from value to value (trends).

use study::{
    Comparison, FactorValue,
    comparison::ALPHA,
    plan::{field_name, number},
    stats::{Difference, Sample, holm, slope},
};

use super::scaling;
use crate::{
    analysis::levels::{Experiment, Level, level_at, valid_accuracy},
    words::{change, judged, list, percent, signed},
};

/// Two factors with at least this many values each have too many effects to list.
const MANY_VALUES: usize = 3;

/// The sentences on the factors of an experiment.
#[derive(Debug)]
pub(in crate::analysis) struct FactorEffects {
    /// The change of the accuracy with each doubling of the batch size, of a single factor.
    pub(in crate::analysis) trend: Option<String>,
    /// The effect of each value of two factors, and interactions; with many values of both, the
    /// highest level at each value.
    pub(in crate::analysis) changes: Vec<String>,
    /// The accuracies of a learning rate in proportion to the batch size, of two factors.
    pub(in crate::analysis) scaling: Vec<String>,
}

impl FactorEffects {
    pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Self {
        if experiment.design.factors.len() == 1 {
            let trend = trend(experiment, comparison);
            return Self { trend, changes: Vec::new(), scaling: Vec::new() };
        }
        let has_many = |factor| experiment.factor_values(factor).len() >= MANY_VALUES;
        let changes = if (0..2).all(has_many) {
            (0..2).filter_map(|factor| highest_at_each(experiment, comparison, factor)).collect()
        } else {
            let effects = (0..2).flat_map(|factor| effects(experiment, comparison, factor));
            effects.chain(interaction(experiment)).collect()
        };
        Self { trend: None, changes, scaling: scaling::of(experiment, comparison) }
    }

    /// All of them, in order.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &String> {
        self.trend.iter().chain(&self.changes).chain(&self.scaling)
    }
}

/// The change of the accuracy with each doubling of the batch size.
fn trend(experiment: &Experiment, comparison: &Comparison) -> Option<String> {
    if experiment.design.factors != ["batch_size"] || comparison.levels().len() < 3 {
        return None;
    }
    let accuracies: Vec<(f64, Vec<(u64, f64)>)> = comparison
        .levels()
        .iter()
        .map(|level| Some((number(&level.values[0])?.log2(), level.by_seed(valid_accuracy))))
        .collect::<Option<_>>()?;
    let slope_of = |(seed, _): &(u64, f64)| {
        let point = |(x, values): &(f64, Vec<_>)| Some((*x, of_seed(values, *seed)?));
        slope(&accuracies.iter().map(point).collect::<Option<Vec<_>>>()?)
    };
    let slopes: Vec<f64> = accuracies[0].1.iter().filter_map(slope_of).collect();
    let mean = Difference::of_values(&slopes)?;
    let along = match &experiment.design.along[..] {
        [] => String::new(),
        along => format!(
            " ({} changing along with it)",
            list(&along.iter().map(|field| field_name(field)).collect::<Vec<_>>())
        ),
    };
    let includes_none = mean.margin.is_some_and(|margin| mean.mean.abs() <= margin);
    let steps = steps(comparison)?;
    Some(format!(
        "Through the {} levels compared, a straight line has a slope of {} per doubling of the \
         batch{along}{}, seed by seed; from each size to the next, the change per doubling is {} \
         to {} points.",
        accuracies.len(),
        change(&mean),
        if includes_none { ", an interval that includes 0" } else { "" },
        signed(steps.low),
        signed(steps.high)
    ))
}

/// The changes of the mean accuracy from each batch size to the next, per doubling.
fn steps(comparison: &Comparison) -> Option<Sample> {
    let point =
        |level: &&Level| Some((number(&level.values[0])?.log2(), level.last(valid_accuracy)?.mean));
    let mut points: Vec<(f64, f64)> = comparison.levels().iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let steps = points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
    Sample::of(&steps.collect::<Vec<_>>())
}

/// The effect of each value of a factor against its first value, at each value of the other factor.
fn effects(experiment: &Experiment, comparison: &Comparison, factor: usize) -> Vec<String> {
    against_first(experiment, factor, "the final validation accuracy", |level, start| {
        let pair = comparison.of_levels(level, start);
        Some(pair.map_or_else(|| "not compared".to_owned(), |pair| judged(&pair)))
    })
}

/// A sentence for each value of a factor but the first: the change of `what` from the level with
/// the first value to the level with this one, at each value of the other factor.
pub(in crate::analysis) fn against_first(
    experiment: &Experiment,
    factor: usize,
    what: &str,
    change: impl Fn(&Level, &Level) -> Option<String>,
) -> Vec<String> {
    let design = &experiment.design;
    let (values, others) = (experiment.factor_values(factor), experiment.factor_values(1 - factor));
    let Some((first, rest)) = values.split_first() else { return Vec::new() };
    let sentence = |value: &FactorValue| {
        let change = |other: &FactorValue| {
            let level = level_at(experiment, factor, value, other)?;
            let change = change(level, level_at(experiment, factor, first, other)?)?;
            Some(format!("{change} at {}", design.in_words(1 - factor, other)))
        };
        let changes: Vec<String> = others.iter().filter_map(change).collect();
        let (first, value) = (design.in_words(factor, first), design.in_words(factor, value));
        (!changes.is_empty())
            .then(|| format!("Against {first}, {value} changes {what} by: {}.", changes.join("; ")))
    };
    rest.iter().filter_map(sentence).collect()
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
    let contrast = |one: &FactorValue, other: &FactorValue| {
        let (both, neither) = (level(one, other)?, level(first, second)?);
        let contrast = contrast([both, level(one, second)?, level(first, other)?, neither])?;
        Some((format!("{} and {}", design.in_words(0, one), design.in_words(1, other)), contrast))
    };
    let contrasts: Vec<(String, Difference)> = more
        .iter()
        .flat_map(|one| others.iter().filter_map(move |other| contrast(one, other)))
        .collect();
    let p = contrasts.iter().map(|(_, contrast)| contrast.p_of_none().unwrap_or(1.0));
    let p = holm(&p.collect::<Vec<_>>());
    let parts = contrasts.iter().zip(p).map(|((name, contrast), p)| {
        let verdict = if p <= ALPHA { "" } else { ", not clear" };
        format!("{} ({name}{verdict})", change(contrast))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Interaction (the effect of two changes together beyond the sum of their separate \
             effects), relative to {} and {}: {}.",
            design.in_words(0, first),
            design.in_words(1, second),
            parts.join("; ")
        )
    })
}

/// The final validation accuracy of both changes less that of each, plus that of neither.
fn contrast(levels: [&Level; 4]) -> Option<Difference> {
    let [both, one, other, neither] = levels.map(|level| level.by_seed(valid_accuracy));
    let contrast = |(seed, both): &(u64, f64)| {
        let value = |values| of_seed(values, *seed);
        Some((both - value(&one)?) - (value(&other)? - value(&neither)?))
    };
    Difference::of_values(&both.iter().filter_map(contrast).collect::<Vec<_>>())
}

/// The value of a seed.
fn of_seed(values: &[(u64, f64)], seed: u64) -> Option<f64> {
    values.iter().find(|(other, _)| *other == seed).map(|(_, value)| *value)
}

/// The value of the other factor with the highest mean at each value of this factor.
fn highest_at_each(
    experiment: &Experiment,
    comparison: &Comparison,
    factor: usize,
) -> Option<String> {
    let design = &experiment.design;
    let highest = |value: &FactorValue| {
        let has_value = |level: &&&Level| design.factor_value(&level.values, factor) == *value;
        let level = comparison.levels().iter().find(has_value)?;
        Some(format!(
            "{} at {} ({})",
            design.value_in_words(&design.factor_value(&level.values, 1 - factor)),
            design.value_in_words(value),
            percent(level.last(valid_accuracy)?.mean)
        ))
    };
    let parts: Vec<String> = experiment.factor_values(factor).iter().filter_map(highest).collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Of the levels compared, the {} with the highest mean at each {}: {}.",
            field_name(&design.factors[1 - factor]),
            field_name(&design.factors[factor]),
            parts.join("; ")
        )
    })
}
