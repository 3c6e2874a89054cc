//! The answer says what the experiments show together, and no more.

use report::analysis::{Experiment, conclusion::StudyFindings};
use study::Study;
use toml::Value;

use crate::made::{
    End::{self, At},
    MadeUp,
};

fn around(accuracy: f64) -> Vec<End> {
    [-0.0013, -0.0007, 0.0, 0.0007, 0.0013].map(|noise| At(accuracy + noise)).to_vec()
}

fn answer(experiments: Vec<Experiment>) -> String {
    let study = Study { experiments };
    StudyFindings::of(&study).answer.join("\n")
}

fn named(mut experiment: Experiment, name: &str) -> Experiment {
    experiment.design.name = name.to_owned().try_into().unwrap();
    experiment
}

#[test]
fn batch_sizes_act_through_updates_only_where_the_effect_goes_at_equal_updates() {
    let at_updates = |large: f64| {
        let epochs = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
        let epochs = epochs.of_numbers(&[(16.0, around(0.96)), (64.0, around(0.90))]);
        let made = MadeUp {
            factors: &["batch_size"],
            along: &["epochs"],
            train_rows: 6400,
            ..MadeUp::default()
        };
        let level = |size: i64, epochs: i64, accuracy| {
            (vec![Value::from(size), Value::from(epochs)], around(accuracy))
        };
        let updates = made.experiment(&[level(16, 4, 0.90), level(64, 16, large)]);
        answer(vec![named(epochs, "epochs"), named(updates, "updates")])
    };
    let through = at_updates(0.903);
    assert!(
        through.contains(
            "Batch size acts through the number of updates: from 64 to 16, +6.0 ± 0.2 \
             points at equal epochs, −0.3 ± 0.2 at equal updates."
        ),
        "{through}"
    );
    assert!(at_updates(0.93).contains("Batch size: from 64 to 16"), "{}", at_updates(0.93));
}

#[test]
fn a_fixed_ratio_of_rate_and_batch_is_told_only_where_no_difference_is_clear() {
    let scaled = |last: f64| {
        let made =
            MadeUp { factors: &["batch_size"], along: &["learning_rate"], ..MadeUp::default() };
        let level = |size: i64, accuracy: f64| {
            (vec![Value::from(size), Value::from(0.01 * size as f64)], around(accuracy))
        };
        answer(vec![made.experiment(&[level(16, 0.95), level(32, 0.9504), level(64, last)])])
    };
    assert!(
        scaled(0.95).contains(
            "With learning rate ÷ batch size fixed, batch sizes that differ 4-fold change accuracy \
             by at most 0.04 points."
        ),
        "{}",
        scaled(0.95)
    );
    assert!(!scaled(0.94).contains("fixed"), "{}", scaled(0.94));
}

#[test]
fn the_same_factors_at_two_rates_are_told_in_one_sentence_each() {
    let at = |base: &'static str, norm: f64| {
        let made = MadeUp { factors: &["dropout", "layer_norm"], base, ..MadeUp::default() };
        let level = |dropout: f64, is_on: bool, accuracy| {
            (vec![Value::from(dropout), Value::from(is_on)], around(accuracy))
        };
        made.experiment(&[
            level(0.0, false, 0.93),
            level(0.0, true, 0.93 + norm),
            level(0.5, false, 0.92),
            level(0.5, true, 0.92 + norm),
        ])
    };
    let told = answer(vec![
        named(at("learning_rate = 0.01", 0.04), "low"),
        named(at("learning_rate = 0.1", 0.003), "high"),
    ]);
    assert!(
        told.contains("Layer norm changes accuracy by +4.0 ± 0.")
            && told.contains(" points at learning rate 0.01 and +0.3 ± 0.")
            && told.contains(" at 0.1."),
        "{told}"
    );
    assert!(told.contains("Dropout 0.5 changes accuracy by −1.0 ± "), "{told}");
}

#[test]
fn the_choice_has_its_test_accuracy_its_cost_and_its_doubts() {
    let made = MadeUp { test: Some(0.001), ..MadeUp::default() };
    let told = answer(vec![made.of_numbers(&[
        (0.01, around(0.90)),
        (0.1, around(0.97)),
        (0.2, around(0.9699)),
    ])]);
    assert!(told.starts_with("To choose: epochs 4, batch size 64, learning rate 0.1."), "{told}");
    // Rows: 1.96 √(0.971 · 0.029 / 10,000) = 0.33 points, seeds less than half of it.
    assert!(
        told.contains("Its test accuracy is 97.10 ± 0.3")
            && told.contains(" % (95 % interval over seeds and test rows), after 40 updates."),
        "{told}"
    );
    assert!(
        told.contains("1 of its 2 alternatives is not clearly lower; with 5 seeds, differences"),
        "{told}"
    );
    assert!(told.lines().count() <= 10);
}

#[test]
fn a_choice_at_the_edge_of_the_learning_rates_says_so() {
    let levels = [(0.01, around(0.90)), (0.1, around(0.95)), (0.2, around(0.97))];
    let told = answer(vec![MadeUp::default().of_numbers(&levels)]);
    let expected = "learning rate 0.2; this learning rate is the largest tried.";
    assert!(told.lines().next().unwrap().ends_with(expected), "{told}");
}

#[test]
fn clear_differences_that_are_clear_on_the_test_set_are_counted() {
    let made = MadeUp { test: Some(0.001), ..MadeUp::default() };
    let levels = [(0.01, around(0.90)), (0.1, around(0.97)), (0.2, around(0.9699))];
    let study = Study { experiments: vec![made.of_numbers(&levels)] };
    let topics = StudyFindings::of(&study).conclusion;
    let limits = topics.iter().find(|topic| topic.title == "Limits of this study").unwrap();
    let expected = "2 of 2 clear differences are clear on the test set, too.";
    assert!(limits.sentences.iter().any(|sentence| sentence == expected), "{limits:?}");
}

#[test]
fn an_answer_has_at_most_ten_sentences_and_a_study_without_runs_has_none() {
    let made = MadeUp { loss: |epoch, _| 1.0 / epoch as f64, test: Some(0.0), ..MadeUp::default() };
    let one = |number: usize| {
        let levels = [(0.1, around(0.95)), (0.2, around(0.9505)), (0.4, around(0.8))];
        named(made.of_numbers(&levels), &format!("experiment-{number}"))
    };
    let told = answer((0..12).map(one).collect());
    assert!(told.lines().count() <= 10, "{told}");
    assert!(told.contains("36 of 36 compared levels still improved"), "{told}");
    let study = Study { experiments: Vec::new() };
    let findings = StudyFindings::of(&study);
    assert!(findings.answer.is_empty() && findings.conclusion.is_empty());
}
