//! The answer of a study, in at most ten sentences: what each factor did, across experiments, what
//! to choose, how sure that is, and what would change it.

use study::{
    plan::{field_name, is_name, number},
    stats::Judged,
};

use super::{
    choice::{self, Choice},
    varying,
};
use crate::{
    analysis::{
        findings::Findings,
        levels::{Experiment, Level, level_at},
    },
    words::{capitalized, decimal, percent_to},
};

/// The most sentences on factors.
const MOST: usize = 6;
/// A change at equal updates of at most this part of that at equal epochs is little.
const LITTLE: f64 = 0.1;

/// The answer; nothing where no level can be compared.
pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    let batches = batches(findings);
    let twice = at_two_rates(findings);
    let mut sentences: Vec<String> = Vec::new();
    for one in findings {
        let name = &*one.experiment.design.name;
        if let Some((.., sentence)) = batches.iter().find(|(first, ..)| *first == name) {
            sentences.push(sentence.clone());
        } else if let Some((.., of)) = twice.iter().find(|(first, ..)| *first == name) {
            sentences.extend(of.iter().cloned());
        } else {
            let is_told = batches
                .iter()
                .map(|(_, other, _)| other)
                .chain(twice.iter().map(|(_, other, _)| other))
                .any(|other| *other == name);
            sentences.extend((!is_told).then(|| scaled(one).or_else(|| of_one(one))).flatten());
        }
    }
    sentences.truncate(MOST);
    let Choice { choice, doubts } = choice::of(findings);
    [choice, sentences, doubts].concat()
}

/// An experiment, another, and what both together show.
type OfTwo<'a, T> = Vec<(&'a str, &'a str, T)>;

/// Batch sizes at equal epochs, and at equal updates: from the largest size to the smallest that
/// both have.
fn batches<'a>(findings: &'a [Findings<'a>]) -> OfTwo<'a, String> {
    let together = |(epochs, updates): (&'a Findings<'a>, &'a Findings<'a>)| {
        let mut shared: Vec<f64> =
            epochs.comparison.levels().iter().filter_map(|level| size(level)).collect();
        shared.retain(|size| has(updates, *size).is_some());
        let low = shared.iter().copied().reduce(f64::min)?;
        let high = shared.iter().copied().reduce(f64::max)?;
        let change = |findings: &Findings| {
            let (one, other) = (has(findings, low)?, has(findings, high)?);
            let comparison = &findings.comparison;
            comparison.between(comparison.place(one)?, comparison.place(other)?)
        };
        if low == high || !makes_equal_updates(updates) {
            return None;
        }
        let (at_epochs, at_updates) = (change(epochs)?, change(updates)?);
        let is_little = at_updates.mean.abs() <= LITTLE * at_epochs.mean.abs();
        let start = if at_epochs.is_clear() && is_little {
            "Batch size acts through the number of updates"
        } else {
            "Batch size"
        };
        let sentence = format!(
            "{start}: from {high} to {low}, {} points at equal epochs, {} at equal updates.",
            short(&at_epochs),
            short(&at_updates)
        );
        Some((&*epochs.experiment.design.name, &*updates.experiment.design.name, sentence))
    };
    let epochs = varying(findings, &["batch_size"], &[]).next();
    let updates = varying(findings, &["batch_size"], &["epochs"]).next();
    epochs.zip(updates).and_then(together).into_iter().collect()
}

/// The batch size of a level.
fn size(level: &Level) -> Option<f64> {
    number(&level.values[0])
}

/// The compared level with this batch size.
fn has<'a>(findings: &Findings<'a>, wanted: f64) -> Option<&'a Level> {
    findings.comparison.levels().iter().copied().find(|level| size(level) == Some(wanted))
}

/// Whether every compared level made the same number of updates, within a batch that is not full.
fn makes_equal_updates(findings: &Findings) -> bool {
    const EQUAL: f64 = 0.01;
    let updates = findings.comparison.levels().iter().flat_map(|level| &level.trials);
    let updates: Vec<f64> = updates.map(|trial| trial.spent(trial.summary.epochs).0).collect();
    let (low, high) = (
        updates.iter().copied().fold(f64::INFINITY, f64::min),
        updates.iter().copied().fold(0.0, f64::max),
    );
    high <= low * (1.0 + EQUAL)
}

/// The learning rate in proportion to the batch size: the largest difference, where none is clear.
fn scaled(findings: &Findings) -> Option<String> {
    let design = &findings.experiment.design;
    if design.factors != ["batch_size"] || design.along != ["learning_rate"] {
        return None;
    }
    let sizes: Vec<f64> = findings
        .comparison
        .levels()
        .iter()
        .map(|level| number(&level.values[0]))
        .collect::<Option<_>>()?;
    let rates: Vec<f64> = findings
        .comparison
        .levels()
        .iter()
        .map(|level| number(&level.values[1]))
        .collect::<Option<_>>()?;
    let ratio = rates.first()? / sizes.first()?;
    let in_proportion =
        sizes.iter().zip(&rates).all(|(size, rate)| (rate / size / ratio - 1.0).abs() < 1e-6);
    let widest = findings.comparison.pairs().map(|(_, pair)| pair.mean.abs()).reduce(f64::max)?;
    let fold = sizes.iter().copied().reduce(f64::max)? / sizes.iter().copied().reduce(f64::min)?;
    let is_clear = findings.comparison.pairs().any(|(_, pair)| pair.is_clear());
    (in_proportion && !is_clear).then(|| {
        format!(
            "With learning rate ÷ batch size fixed, batch sizes that differ {}-fold change \
             accuracy by at most {} points.",
            decimal(fold, if fold.fract() == 0.0 { 0 } else { 1 }),
            decimal(widest * 100.0, 2)
        )
    })
}

/// The same two factors at two learning rates: the effect of the last value of each factor, at the
/// first value of the other.
fn at_two_rates<'a>(findings: &'a [Findings<'a>]) -> OfTwo<'a, Vec<String>> {
    let rate = |findings: &Findings| {
        Some(findings.experiment.levels.first()?.trials.first()?.config.learning_rate)
    };
    let is_pair = |one: &Findings, other: &Findings| {
        let (a, b) = (&one.experiment.design, &other.experiment.design);
        let values = |experiment: &Experiment| {
            experiment.levels.iter().map(|level| level.values.clone()).collect::<Vec<_>>()
        };
        a.factors == b.factors
            && a.factors.len() == 2
            && a.along == b.along
            && values(one.experiment) == values(other.experiment)
            && a.fields().all(|field| field != "learning_rate")
            && rate(one) != rate(other)
    };
    for (place, one) in findings.iter().enumerate() {
        if let Some(other) = findings[place + 1..].iter().find(|other| is_pair(one, other)) {
            let sentence = |factor| {
                let (low, high) = if rate(one) < rate(other) { (one, other) } else { (other, one) };
                let ((value, first), low_effect) = effect(low, factor)?;
                let (_, high_effect) = effect(high, factor)?;
                // The absence of what is named goes without saying.
                let first = Some(first).filter(|first| !first.starts_with("no "));
                let against = first.map_or_else(String::new, |first| format!(", against {first}"));
                Some(format!(
                    "{} changes accuracy by {} points at learning rate {} and {} at {}{against}.",
                    capitalized(&value),
                    short(&low_effect),
                    rate(low)?,
                    short(&high_effect),
                    rate(high)?,
                ))
            };
            let sentences: Vec<String> = (0..2).filter_map(sentence).collect();
            if !sentences.is_empty() {
                let names = (&*one.experiment.design.name, &*other.experiment.design.name);
                return vec![(names.0, names.1, sentences)];
            }
        }
    }
    Vec::new()
}

/// The effect of the last value of a factor against the first, at the first value of the other; the
/// names of both values.
fn effect(findings: &Findings, factor: usize) -> Option<((String, String), Judged)> {
    let experiment = findings.experiment;
    let (values, others) = (experiment.factor_values(factor), experiment.factor_values(1 - factor));
    let (first, last, other) = (values.first()?, values.last()?, others.first()?);
    let comparison = &findings.comparison;
    let place = |value| comparison.place(level_at(experiment, factor, value, other)?);
    let pair = comparison.between(place(last)?, place(first)?)?;
    let design = &experiment.design;
    Some(((design.in_words(factor, last), design.in_words(factor, first)), pair))
}

/// One experiment by itself.
fn of_one(findings: &Findings) -> Option<String> {
    let levels = findings.comparison.levels();
    if findings.experiment.design.factors.iter().any(|factor| is_name(factor)) {
        return findings.sentences.first().cloned();
    }
    let title = findings.experiment.design.full_title();
    let (top, last) = (levels.first()?, levels.last()?);
    if levels.len() < 2 {
        return None;
    }
    let mean = |level: &Level| level.endpoint().map_or(f64::NAN, |sample| sample.mean);
    let pair = findings.comparison.between(0, levels.len() - 1)?;
    let (high, low) = (percent_to(1, mean(top)), percent_to(1, mean(last)));
    Some(match pair.is_clear() {
        true => {
            // The name of a level often begins with the title.
            let is_named = top.label.starts_with(&title.to_lowercase());
            let title = if is_named { String::new() } else { format!("{title}: ") };
            let start = capitalized(&format!("{title}{}", top.label));
            match findings.experiment.design.factors.len() {
                1 => format!(
                    "{start} has the highest validation accuracy, {high}, and {} the lowest, \
                     {low}.",
                    last.label
                ),
                _ => format!("{start} has the highest validation accuracy, {high}."),
            }
        }
        false => format!(
            "{title}: no {} is shown to differ; accuracy lies between {low} and {high}.",
            field_name(&findings.experiment.design.factors[0])
        ),
    })
}

/// A difference to one decimal: `+4.7 ± 0.3`.
fn short(pair: &Judged) -> String {
    let sign = if pair.mean > 0.0 { "+" } else { "" };
    let mean = decimal(pair.mean * 100.0, 1);
    let mean = if mean == "0.0" { mean } else { format!("{sign}{mean}") };
    match pair.interval {
        Some((low, high)) => format!("{mean} ± {}", decimal((high - low) * 50.0, 1)),
        None => mean,
    }
}
