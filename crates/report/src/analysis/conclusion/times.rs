//! Times: the one part of a report that differs when the study runs again. A ratio is told where
//! the work differs, and where its interval excludes the noise of the clock.

use study::{
    FactorValue, Results,
    stats::{Estimate, median},
};

use crate::{
    analysis::levels::{Experiment, Level, level_at},
    words::decimal,
};

/// The probability with which a study tells a false ratio.
const ALPHA: f64 = 0.01;
/// The least ratio of two times that is told.
const WORTH_TELLING: f64 = 1.1;
/// The least seconds of a run: below, the clock and the start of a process count.
const LEAST_SECONDS: f64 = 1.0;
/// The settings that change the work of an epoch.
const WORK: [&str; 11] = [
    "batch_size",
    "dropout",
    "layer_norm",
    "optimizer",
    "momentum",
    "hidden",
    "network",
    "augment",
    "limit",
    "valid_fraction",
    "data",
];

/// The times of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// Ratios of epochs, in sentences.
    pub sentences: Vec<String>,
    /// The median time of a run of each level, by experiment.
    pub tables: Vec<TimesTable>,
}

/// The title of an experiment, and the median seconds of its levels.
pub type TimesTable = (String, Vec<(String, String)>);

/// The ratio of two values of a factor.
struct Ratio {
    sentence: String,
    low: f64,
}

impl Times {
    pub(super) fn of(results: &Results) -> Self {
        let experiments = &results.experiments;
        let candidates: Vec<_> = experiments
            .iter()
            .flat_map(|experiment| {
                let factors = 0..experiment.design.factors.len();
                factors.map(move |factor| (experiment, factor))
            })
            .filter(|(experiment, factor)| {
                WORK.contains(&experiment.design.factors[*factor].as_str())
            })
            .collect();
        let tests: usize = candidates
            .iter()
            .map(|(experiment, factor)| {
                let values = experiment.factor_values(*factor).len();
                values * values.saturating_sub(1) / 2
            })
            .sum();
        let alpha = ALPHA / tests.max(1) as f64;
        let sentences = candidates.iter().filter_map(|(experiment, factor)| {
            let ratio = slowest(experiment, *factor, alpha)?;
            (ratio.low >= WORTH_TELLING)
                .then(|| format!("{}: {}", experiment.design.full_title(), ratio.sentence))
        });
        let seconds = |level: &Level| {
            let median = median(&level.seconds());
            (level.label.clone(), median.map_or_else(String::new, |median| decimal(median, 1)))
        };
        let table = |experiment: &Experiment| {
            (experiment.design.full_title(), experiment.levels.iter().map(seconds).collect())
        };
        Self { sentences: sentences.collect(), tables: experiments.iter().map(table).collect() }
    }
}

/// The two values of a factor whose ratio has the highest lower end, at the same values of the
/// other factor.
fn slowest(experiment: &Experiment, factor: usize, alpha: f64) -> Option<Ratio> {
    let design = &experiment.design;
    let values = experiment.factor_values(factor);
    let others: Vec<Option<FactorValue>> = match design.factors.len() {
        1 => vec![None],
        _ => experiment.factor_values(1 - factor).into_iter().map(Some).collect(),
    };
    let logarithms = |value: &FactorValue, other: &Option<FactorValue>| {
        let has_value = |level: &&Level| design.factor_value(&level.values, 0) == *value;
        let level = match other {
            None => experiment.levels.iter().find(has_value),
            Some(other) => level_at(experiment, factor, value, other),
        }?;
        let is_long = median(&level.seconds())? >= LEAST_SECONDS;
        let seconds = level.seconds_of_an_epoch();
        let logarithms: Vec<f64> = seconds.iter().map(|seconds| seconds.ln()).collect();
        (is_long && logarithms.iter().all(|one| one.is_finite())).then_some(logarithms)
    };
    let ratio = |dear: &FactorValue, cheap: &FactorValue| {
        let weight = 1.0 / others.len() as f64;
        let mut each = Vec::new();
        for other in &others {
            each.push((weight, logarithms(dear, other)?));
            each.push((-weight, logarithms(cheap, other)?));
        }
        let terms: Vec<(f64, &[f64])> =
            each.iter().map(|(weight, values)| (*weight, &values[..])).collect();
        let estimate = Estimate::contrast(&terms, 0.0)?;
        let margin = estimate.margin(alpha)?;
        let [middle, low, high] =
            [0.0, -margin, margin].map(|margin| (estimate.mean + margin).exp());
        let sentence = format!(
            "an epoch takes {} times as long with {} as with {} ({} to {}).",
            decimal(middle, 2),
            design.in_words(factor, dear),
            design.in_words(factor, cheap),
            decimal(low, 2),
            decimal(high, 2)
        );
        Some(Ratio { sentence, low })
    };
    let pairs = values.iter().flat_map(|dear| values.iter().map(move |cheap| (dear, cheap)));
    let pairs = pairs.filter(|(dear, cheap)| dear != cheap);
    pairs.filter_map(|(dear, cheap)| ratio(dear, cheap)).max_by(|a, b| a.low.total_cmp(&b.low))
}
