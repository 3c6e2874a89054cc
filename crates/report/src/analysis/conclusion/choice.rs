//! What to choose: the level with the highest accuracy of all experiments, its test accuracy and
//! cost, and what would change the choice.

use host::text::{are, counted, thousands};
use study::{
    Comparison, Completed,
    stats::{ALPHA, Estimate, Judged, judge},
};

use crate::{
    analysis::{findings::Findings, levels::Level},
    words::{counted_levels, hundredths, points, seeds},
};

/// The sentences on the choice, which come first, and on what would change it, which come last.
#[derive(Default)]
pub(super) struct Choice {
    pub(super) choice: Vec<String>,
    pub(super) doubts: Vec<String>,
}

/// The choice; none where no level can be compared.
pub(super) fn of(findings: &[Findings]) -> Choice {
    let tops = findings.iter().filter_map(|one| Some((one, *one.comparison.levels().first()?)));
    let mean = |level: &Level| level.endpoint().map_or(f64::NAN, |sample| sample.mean);
    let is_choice = |one: &Findings| {
        one.experiment.design.factors.iter().any(|factor| {
            !matches!(factor.as_str(), "split_seed" | "seed" | "keep" | "limit" | "valid_fraction")
        })
    };
    let best = tops
        .filter(|(one, _)| is_choice(one) && one.comparison.levels().len() > 1)
        .max_by(|a, b| mean(a.1).total_cmp(&mean(b.1)));
    let Some((from, level)) = best else { return Choice::default() };
    let (Some(trial), Some(sample)) = (level.trials.first(), level.endpoint()) else {
        return Choice::default();
    };
    if sample.count < 2 {
        let doubt = "With one seed per level, no choice is shown to be better than another.";
        return Choice { choice: Vec::new(), doubts: vec![doubt.to_owned()] };
    }
    let settings = trial.config.describe_without(&["seed", "split_seed", "threads", "hidden"]);
    let edge = from
        .rate_edge
        .map_or_else(String::new, |edge| format!("; this learning rate is the {edge} tried"));
    let choice = vec![format!("To choose: {settings}{edge}."), cost(level, trial)];
    Choice { choice, doubts: doubts(findings, from) }
}

/// The test accuracy and the updates of the choice.
fn cost(level: &Level, trial: &Completed) -> String {
    let updates = thousands(trial.spent(trial.summary.epochs).0);
    match tested(level) {
        Some((estimate, over)) => {
            let mean = hundredths(estimate.mean);
            let accuracy = match estimate.margin(ALPHA) {
                Some(margin) => {
                    format!("{mean} ± {} % (95 % interval over {over})", hundredths(margin))
                }
                None => format!("{mean} % over {over}"),
            };
            format!("Its test accuracy is {accuracy}, after {updates} updates.")
        }
        None => format!("It makes {updates} updates; there is no test set."),
    }
}

/// The mean test accuracy, and what its 95 % interval covers: the seeds, and where their number is
/// known, the test rows. The variance of the rows is binomial, p (1 − p) / n, and all seeds share
/// it.
fn tested(level: &Level) -> Option<(Estimate, &'static str)> {
    let accuracies: Vec<f64> =
        level.trials.iter().filter_map(|trial| trial.summary.test_accuracy).collect();
    let estimate = Estimate::contrast(&[(1.0, &accuracies[..])], level.floor())?;
    let mean = estimate.mean;
    Some(match level.trials.first()?.summary.test_rows.filter(|rows| *rows > 0) {
        Some(rows) => {
            (estimate.with_rows(mean * (1.0 - mean) / rows as f64), "seeds and test rows")
        }
        None => (estimate, "seeds"),
    })
}

/// How many clear differences are clear on the test set, too.
pub(super) fn agreement(findings: &[Findings]) -> Option<String> {
    let counts = findings.iter().map(|one| on_test(&one.comparison));
    let (clear, too) = counts.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    (clear > 0)
        .then(|| format!("{too} of {clear} clear differences are clear on the test set, too."))
}

/// The clear pairs of levels that have a test accuracy, and those that are clear there in the same
/// direction, by the same tests.
fn on_test(comparison: &Comparison) -> (usize, usize) {
    let accuracies = |level: &Level| {
        let of = |trial: &Completed| trial.summary.test_accuracy;
        level.trials.iter().map(of).collect::<Option<Vec<f64>>>()
    };
    let pairs: Vec<(&Judged, Estimate)> = comparison
        .pairs()
        .filter_map(|((one, other), pair)| {
            let [one, other] = [one, other].map(|place| comparison.levels()[place]);
            let floor = one.floor().max(other.floor());
            Some((pair, Estimate::difference(&accuracies(one)?, &accuracies(other)?, floor)?))
        })
        .collect();
    let family: Vec<Estimate> = pairs.iter().map(|(_, estimate)| *estimate).collect();
    let both = pairs.iter().zip(judge(&family)).filter(|((pair, _), _)| pair.is_clear());
    let both: Vec<bool> = both
        .map(|((pair, _), test)| test.is_clear() && (test.mean > 0.0) == (pair.mean > 0.0))
        .collect();
    (both.len(), both.iter().filter(|is_clear| **is_clear).count())
}

/// What would change the choice.
fn doubts(findings: &[Findings], from: &Findings) -> Vec<String> {
    let mut sentences = Vec::new();
    let close = from.comparison.close().len();
    if let Some((difference, _)) = from.comparison.detectable() {
        let others = from.comparison.levels().len() - 1;
        let count = from.comparison.levels().first().map_or(0, |level| level.planned);
        let start = match close {
            0 => "Every alternative is clearly lower".to_owned(),
            close => {
                let are = are(close);
                format!("{close} of its {} {are} not clearly lower", counted(others, "alternative"))
            }
        };
        sentences.push(format!(
            "{start}; with {}, differences below {} can go unnoticed.",
            seeds(count),
            points(difference)
        ));
    }
    let compared: usize = findings.iter().map(|one| one.comparison.levels().len()).sum();
    let improving: usize = findings.iter().map(|one| one.still_improving().len()).sum();
    if improving > 0 {
        sentences.push(format!(
            "{improving} of {} still improved when training stopped: more epochs may change the \
             order.",
            counted_levels(compared)
        ));
    }
    sentences
}
