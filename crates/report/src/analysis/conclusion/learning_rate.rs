//! What the learning rate did.

use study::{Comparison, Results};

use super::{experiments, range};
use crate::analysis::{
    Experiment, Level,
    insights::{fitting, words::list},
};

pub(super) fn of(results: &Results) -> Vec<String> {
    experiments(results, &["learning_rate"], &[]).flat_map(about).collect()
}

fn about(experiment: &Experiment) -> Vec<String> {
    let comparison = Comparison::of(experiment);
    let rate =
        |level: &Level| level.trials.first().map_or(f64::NAN, |trial| trial.config.learning_rate);
    let mut sentences: Vec<String> = range(experiment, &comparison).into_iter().collect();
    let Some(top) = comparison.levels().first() else { return sentences };
    let labels =
        |levels: &[&Level]| levels.iter().map(|level| level.label.clone()).collect::<Vec<_>>();

    let below = |place: &usize| rate(comparison.levels()[*place]) < rate(top);
    let clearly_below =
        |place: &usize| comparison.between(0, *place).is_some_and(|pair| pair.is_clear);
    let places = || 1..comparison.levels().len();
    let slow: Vec<&Level> = places()
        .filter(below)
        .filter(clearly_below)
        .map(|place| comparison.levels()[place])
        .filter(|level| fitting::still_learns(level).is_some())
        .collect();
    if !slow.is_empty() {
        sentences.push(format!(
            "Too small: {} ended clearly below {} and had not done learning. A step moves the \
             weights by the \
             learning rate times the gradient (Robbins and Monro 1951, \
             https://doi.org/10.1214/aoms/1177729586), so small \
             rates need more steps to get as far; they were not there yet when the epochs ended.",
            list(&labels(&slow)),
            top.label
        ));
    }
    let above: Vec<&Level> = places()
        .filter(|place| !below(place))
        .filter(clearly_below)
        .map(|place| comparison.levels()[place])
        .collect();
    let lost: Vec<&Level> = experiment
        .levels
        .iter()
        .filter(|level| is_unstable(level) && rate(level) > rate(top))
        .collect();
    let told =
        [(&above, format!("ended clearly below {}", top.label)), (&lost, "lost seeds".to_owned())];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(levels, _)| !levels.is_empty())
        .map(|(levels, how)| format!("{} {how}", list(&labels(levels))))
        .collect();
    if !told.is_empty() {
        sentences.push(format!(
            "Too large: {}. On a quadratic loss whose largest curvature is λ, steps of gradient \
             descent grow instead of shrinking above \
             a learning rate of 2/λ (LeCun et al. 1998, Efficient BackProp, \
             https://doi.org/10.1007/3-540-49430-8_2); the curvature \
             of this loss was not measured.",
            told.join("; ")
        ));
    }
    sentences
}

/// Whether a seed diverged or ended near chance; one without a result says nothing.
fn is_unstable(level: &Level) -> bool {
    !level.diverged().is_empty() || !level.collapsed().is_empty()
}
