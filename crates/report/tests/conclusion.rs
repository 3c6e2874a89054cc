//! The conclusion says what the runs show, and no more.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod made;

use made::{
    End::{self, At},
    MadeUp,
};
use report::analysis::{Experiment, conclusion::StudyFindings};
use study::Study;
use toml::Value;

fn at(accuracy: f64) -> Vec<End> {
    [0.0, 0.0007, -0.0003, 0.0004, -0.0006]
        .iter()
        .map(|noise| At(accuracy + noise * (accuracy - 0.5)))
        .collect()
}

/// The sentences under a title; none if there is no such topic.
fn told(experiments: Vec<Experiment>, title: &str) -> String {
    let study = Study { experiments };
    let topics = StudyFindings::of(&study).conclusion;
    topics
        .iter()
        .find(|topic| topic.title == title)
        .map(|topic| topic.sentences.join("\n"))
        .unwrap_or_default()
}

const FALLING: fn(usize) -> f64 = |epoch| 1.0 / epoch as f64;

#[test]
fn rates_are_too_small_only_where_learning_had_not_ended_and_too_large_only_above_the_best() {
    let rates = |loss, last: Vec<End>| {
        let made = MadeUp { loss, ..MadeUp::default() };
        vec![made.of_numbers(&[(0.001, at(0.86)), (0.1, at(0.97)), (1.0, at(0.95)), (2.0, last)])]
    };
    let all = told(rates(FALLING, vec![At(0.1); 5]), "Learning rate");
    assert!(
        all.contains("lies between 86.") && all.contains("with learning rate 0.001 and 97."),
        "{all}"
    );
    assert!(
        all.contains("Too small: learning rate 0.001 ended clearly below learning rate 0.1"),
        "{all}"
    );
    assert!(
        all.contains(
            "Too large: learning rate 1 ended clearly below learning rate 0.1; learning rate 2 \
             lost seeds."
        ),
        "{all}"
    );
    // A loss that no longer falls is no sign of too few steps.
    assert!(!told(rates(|_| 0.5, at(0.94)), "Learning rate").contains("Too small"));
    let ended = told(
        vec![MadeUp::default().of_numbers(&[(0.01, at(0.9)), (0.1, at(0.95))])],
        "Learning rate",
    );
    assert!(!ended.contains("Too"), "{ended}");
    assert_eq!(told(rates(FALLING, at(0.9)), "Batch size"), "");
}

#[test]
fn batches_scaled_with_the_rate_are_the_same_only_if_every_pair_is() {
    let scaled = |last: f64| {
        let seconds: fn(&run::RunConfig) -> f64 = |config| 100.0 / config.batch_size as f64;
        let made = MadeUp {
            factors: &["batch_size"],
            along: &["learning_rate"],
            seconds,
            ..MadeUp::default()
        };
        let level = |size: i64, accuracy: f64| {
            // A spread of the differences, small as it is.
            let ends = at(0.95).into_iter().enumerate().map(|(seed, end)| match end {
                At(value) => At(value + accuracy - 0.95 + 1e-5 * ((seed as i64 * size) % 7) as f64),
                other => other,
            });
            (vec![Value::from(size), Value::from(0.01 * size as f64)], ends.collect())
        };
        told(
            vec![made.experiment(&[level(16, 0.95), level(32, 0.95), level(64, last)])],
            "Batch size",
        )
    };
    assert!(
        scaled(0.95).contains("gave the same accuracy within 0.2 points at every size"),
        "{}",
        scaled(0.95)
    );
    assert!(!scaled(0.94).contains("the same accuracy"), "{}", scaled(0.94));
}

#[test]
fn a_choice_is_the_best_level_or_the_highest_or_one_that_is_the_same_in_less_time() {
    let seconds: fn(&run::RunConfig) -> f64 = |config| 1.0 / config.learning_rate;
    let choice = |levels: &[(f64, Vec<End>)]| {
        told(vec![MadeUp { seconds, ..MadeUp::default() }.of_numbers(levels)], "Recommendations")
    };
    let high = [0.97, 0.9712, 0.9705, 0.9709, 0.9701].map(At).to_vec();
    assert_eq!(choice(&[(0.1, high.clone()), (0.2, at(0.95))]), "Made up: learning rate 0.1.");
    // As high, but for a spread that leaves room for half a point.
    let close = [0.9665, 0.9743, 0.9678, 0.972, 0.968].map(At).to_vec();
    let told = choice(&[(0.1, high.clone()), (0.2, close), (0.3, at(0.8))]);
    assert_eq!(
        told,
        "Made up: learning rate 0.1 (10 s) is the highest, but not clearly different from learning \
         rate 0.2 (5.0 s)."
    );
    let same = [0.96995, 0.97125, 0.9704, 0.97086, 0.97008].map(At).to_vec();
    let told = choice(&[(0.1, high), (0.2, same), (0.3, at(0.8))]);
    assert!(
        told.contains("which is the same within 0.2 points and trained in 5.0 s instead of 10 s"),
        "{told}"
    );
    assert!(
        choice(&[(0.1, vec![At(0.9)]), (0.2, vec![At(0.8)])])
            .contains("none can be recommended over another")
    );
    assert_eq!(choice(&[(0.1, vec![At(0.9); 3]), (0.2, vec![At(0.1); 3])]), "");
}

#[test]
fn what_regularization_did_has_the_training_accuracy_and_the_gap() {
    let made = MadeUp { factors: &["dropout", "layer_norm"], ..MadeUp::default() };
    let level = |dropout: f64, norm: bool, accuracy| {
        (vec![Value::from(dropout), Value::from(norm)], at(accuracy))
    };
    let experiment = made.experiment(&[
        level(0.0, false, 0.95),
        level(0.0, true, 0.97),
        level(0.5, false, 0.94),
        level(0.5, true, 0.96),
    ]);
    let told = told(vec![experiment], "Dropout and layer normalization");
    assert!(
        told.contains(
            "Against dropout 0, dropout 0.5 changes training accuracy and generalization gap by: \
             −1.00 ± "
        ),
        "{told}"
    );
    assert!(
        told.contains("Against layer norm off, layer norm on changes training accuracy")
            && told.contains("Interaction"),
        "{told}"
    );
    assert!(told.contains("Srivastava") && told.contains("Ba et al. 2016"));
}

#[test]
fn limits_count_the_levels_that_had_not_done_learning() {
    let made = MadeUp { loss: FALLING, ..MadeUp::default() };
    // Two experiments that share their levels.
    let levels = [(0.1, at(0.9)), (0.2, at(0.91)), (0.3, vec![At(0.1); 5])];
    let limits =
        told(vec![made.of_numbers(&levels), made.of_numbers(&levels)], "Limits of this study");
    assert!(
        limits.contains("Of 2 different levels that lost no seed, 2 had not done learning"),
        "{limits}"
    );
    assert!(
        limits.contains("With 5 seeds per level")
            && limits.contains("one network, the multilayer perceptron 784-256-128-10, on "),
        "{limits}"
    );
    assert!(StudyFindings::of(&Study { experiments: Vec::new() }).conclusion.is_empty());
}

#[test]
fn one_split_is_told_of_only_where_all_runs_have_it() {
    let limits = |factor: &'static [&'static str], values: [Value; 2]| {
        let made = MadeUp { factors: factor, ..MadeUp::default() };
        let levels = values.map(|value| (vec![value], at(0.9)));
        told(vec![made.experiment(&levels)], "Limits of this study")
    };
    let one = "All runs share one split";
    assert!(limits(&["batch_size"], [32.into(), 64.into()]).contains(one));
    for (factor, values) in [
        (&["split_seed"], [1.into(), 2.into()]),
        (&["limit"], [1000.into(), 2000.into()]),
        (&["valid_fraction"], [0.1.into(), 0.2.into()]),
        (&["data"], ["one.csv".into(), "other.csv".into()]),
    ] {
        let told: String = limits(factor, values);
        assert!(!told.contains(one), "{factor:?}: {told}");
    }
}
