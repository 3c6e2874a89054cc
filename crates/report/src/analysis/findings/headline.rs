//! The level with the highest accuracy. It is called best only if it is clear of every other, no
//! compared level still improved, and its learning rate was chosen from a grid, inside it.

use study::{
    Comparison, FactorValue,
    plan::{field_name, is_name, number},
    stats::{Estimate, Judged, Verdict, judge},
};

use super::tuning::Tuning;
use crate::{
    analysis::levels::{Experiment, Level, level_at},
    words::{capitalized, distance, few, hundredths, judged, labels, list, percent, signed},
};

/// Means that differ by less are equal: they differ by rounding alone.
const EQUAL: f64 = 1e-9;

/// The headline; of an experiment whose factor is a name or what is kept, its own.
pub(super) fn of(
    experiment: &Experiment,
    comparison: &Comparison,
    tuning: Option<&Tuning>,
) -> Vec<String> {
    let levels = comparison.levels();
    let [top, rest @ ..] = levels else {
        return vec!["No level learned with every seed, so none can be compared.".to_owned()];
    };
    let name = capitalized(&top.label);
    let mean = percent(mean(top));
    if rest.is_empty() {
        return vec![format!("Only one level can be compared: {}, at {mean}.", top.label)];
    }
    let factors = &experiment.design.factors;
    if factors.iter().all(|factor| is_name(factor)) {
        return vec![names(experiment, comparison)];
    }
    if factors.iter().any(|factor| is_name(factor)) {
        return over_names(experiment);
    }
    if factors.iter().any(|factor| factor == "keep") {
        return vec![kept(comparison)];
    }
    if let Some(tied) = tied(levels) {
        return vec![format!("{tied} have the same highest accuracy, {mean}.")];
    }
    let Some(second) = comparison.between(0, 1) else { return Vec::new() };
    if second.verdict == Verdict::Untested {
        return vec![format!(
            "{name} has the highest accuracy, {mean}; with one seed, no difference can be judged."
        )];
    }
    if !comparison.has_clear_top() {
        return vec![format!("{name} has the highest accuracy, {mean}.{}", close(comparison))];
    }
    let lead = format!("{} above {}", distance(&second), levels[1].label);
    let obstacles = obstacles(experiment, comparison, tuning);
    vec![match list(&obstacles) {
        none if none.is_empty() => {
            format!("{name} is best: {mean}, {lead} and clear of every other level.")
        }
        obstacles => format!(
            "{name} has the highest accuracy, {mean}, {lead}. It cannot be called best: \
             {obstacles}."
        ),
    }]
}

pub(super) fn mean(level: &Level) -> f64 {
    level.endpoint().map_or(f64::NAN, |sample| sample.mean)
}

/// The levels that share the highest mean; none of a single one.
fn tied(levels: &[&Level]) -> Option<String> {
    let tied = levels.iter().filter(|level| mean(levels[0]) - mean(level) < EQUAL);
    let tied = labels(tied);
    (tied.len() > 1).then(|| capitalized(&few(&tied)))
}

/// The levels that are not clearly lower than the highest.
fn close(comparison: &Comparison) -> String {
    let with = |verdict: Verdict| {
        let is_so = |place: &usize| {
            comparison.between(0, *place).is_some_and(|pair| pair.verdict == verdict)
        };
        let levels = (1..comparison.levels().len()).filter(is_so);
        labels(levels.map(|place| &comparison.levels()[place]).collect::<Vec<_>>())
    };
    let sentence = |names: &[String], end: &str| {
        let verb = if names.len() == 1 { "is" } else { "are" };
        (!names.is_empty()).then(|| format!(" {} {verb} {end}.", capitalized(&few(names))))
    };
    let close = sentence(&with(Verdict::NotClear), "not clearly different");
    let unknown = with(Verdict::TooFewSeeds);
    let unknown = (!unknown.is_empty())
        .then(|| format!(" There are too few seeds to judge {}.", few(&unknown)));
    [close, unknown].into_iter().flatten().collect()
}

/// What is missing before the highest level can be called best.
fn obstacles(
    experiment: &Experiment,
    comparison: &Comparison,
    tuning: Option<&Tuning>,
) -> Vec<String> {
    let levels = comparison.levels();
    let improving = levels.iter().filter(|level| level.still_improves()).count();
    let mut obstacles = Vec::new();
    if improving > 0 {
        let count = levels.len();
        obstacles.push(format!("{improving} of {count} levels still improved at the end"));
    }
    if varies_rate(experiment) {
        let what = if tuning.is_some() { "its rate" } else { "it" };
        let edge = rate_edge(experiment, levels[0], tuning);
        obstacles.extend(edge.map(|edge| format!("{what} is the {edge} tried")));
    } else if experiment.design.along.iter().all(|field| field != "learning_rate") {
        obstacles.push("all levels share one learning rate".to_owned());
    } else {
        obstacles.push("the learning rates were not tuned".to_owned());
    }
    obstacles
}

fn varies_rate(experiment: &Experiment) -> bool {
    experiment.design.factors.iter().any(|factor| factor == "learning_rate")
}

/// Whether a level has the largest or the smallest learning rate tried: `largest`, `smallest`.
pub(super) fn rate_edge(
    experiment: &Experiment,
    level: &Level,
    tuning: Option<&Tuning>,
) -> Option<&'static str> {
    match tuning {
        Some(tuning) => tuning.edge(level),
        None => edge(experiment, level).filter(|_| varies_rate(experiment)),
    }
}

/// Whether a level is at an end of the amounts of the only factor: `largest`, `smallest`.
fn edge(experiment: &Experiment, level: &Level) -> Option<&'static str> {
    let numbers = experiment.numbers()?;
    let at = number(level.values.first()?)?;
    if numbers.iter().all(|number| *number <= at) {
        Some("largest")
    } else {
        numbers.iter().all(|number| *number >= at).then_some("smallest")
    }
}

/// The range of levels that are names: none of them can be chosen.
fn names(experiment: &Experiment, comparison: &Comparison) -> String {
    let levels = comparison.levels();
    let (top, last) = (levels[0], levels[levels.len() - 1]);
    format!(
        "The mean accuracies of {} {}s lie between {} ({}) and {} ({}).",
        levels.len(),
        field_name(&experiment.design.factors[0]),
        hundredths(mean(last)),
        last.label,
        percent(mean(top)),
        top.label
    )
}

/// The effects of the other factor over names, such as splits. A name is drawn at random: each
/// gives one difference of means, and the test is that of these differences.
fn over_names(experiment: &Experiment) -> Vec<String> {
    let design = &experiment.design;
    let Some(named) = design.factors.iter().position(|factor| is_name(factor)) else {
        return Vec::new();
    };
    let (names, values) = (experiment.factor_values(named), experiment.factor_values(1 - named));
    let Some((first, rest)) = values.split_first() else { return Vec::new() };
    let endpoint = |name: &FactorValue, value: &FactorValue| {
        let level = level_at(experiment, named, name, value)?;
        Some(mean(level)).filter(|mean| level.succeeded() && mean.is_finite())
    };
    let effect = |value: &FactorValue| {
        let difference = |name| Some(endpoint(name, value)? - endpoint(name, first)?);
        let differences: Vec<f64> = names.iter().filter_map(difference).collect();
        let floor = experiment.levels.first().map_or(0.0, Level::floor);
        let estimate = Estimate::contrast(&[(1.0, &differences[..])], floor)?;
        Some((design.in_words(1 - named, value), estimate))
    };
    let (words, family): (Vec<String>, Vec<Estimate>) = rest.iter().filter_map(effect).unzip();
    let mut effects: Vec<_> = words.iter().zip(judge(&family)).collect();
    let over = format!("Over {} {}s", names.len(), field_name(&design.factors[named]));
    let first = design.in_words(1 - named, first);
    let in_words = |(value, effect): (&String, Judged)| format!("{value} {}", judged(&effect));
    if effects.len() < 2 {
        let effect = effects.pop().map(in_words);
        let effect = effect.unwrap_or_else(|| "nothing can be compared".to_owned());
        return vec![format!("{over}, against {first}: {effect}.")];
    }
    effects.sort_by(|(_, one), (_, other)| other.mean.abs().total_cmp(&one.mean.abs()));
    let (value, largest) = effects.remove(0);
    let others: Vec<String> = effects.into_iter().map(in_words).collect();
    vec![
        format!(
            "{over}, the largest change against {first} is that of {value}: {}.",
            judged(&largest)
        ),
        format!("The other changes: {}.", others.join("; ")),
    ]
}

/// The effect of keeping the best weights, whose validation accuracy is the highest of its run by
/// choice: the test set decides.
fn kept(comparison: &Comparison) -> String {
    let levels = comparison.levels();
    let of = |place: usize| levels[place].test_accuracy().map(|sample| sample.mean);
    let difference = comparison.between(0, 1);
    let valid = difference.map_or_else(String::new, |pair| {
        format!(": on the validation rows {} against {}", judged(&pair), levels[1].label)
    });
    let test = of(0).zip(of(1)).map_or_else(String::new, |(one, other)| {
        format!(", on the test set {} points", signed(one - other))
    });
    format!(
        "The validation rows choose the best weights, so their accuracy there is no fair \
         comparison. {}{valid}{test}.",
        capitalized(&levels[0].label)
    )
}
