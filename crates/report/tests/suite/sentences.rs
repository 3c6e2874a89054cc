//! No sentence on an experiment is false, also of studies made up to mislead. Each test is named
//! after a kind of sentence that was false once.

use report::{
    analysis::{Experiment, conclusion::StudyFindings, findings::Findings, level_tables},
    document::{Cell, Table},
};
use run::RunConfig;
use study::Study;
use toml::Value;

use crate::made::{
    End::{self, At, Crashed, Diverged, Epochs, From},
    MadeUp,
};

fn told(experiment: &Experiment) -> String {
    let findings = Findings::of(experiment);
    let told = findings.sentences.join("\n") + &findings.power.unwrap_or_default();
    for nonsense in ["-0.00", "−0.00", "NaN", "inf", "-"] {
        let is_there = told.split_whitespace().any(|word| word.starts_with(nonsense));
        assert!(!is_there, "{nonsense}: {told}");
    }
    told
}

/// The answer, the causes and the limits of a study of these experiments.
fn concluded(experiments: Vec<Experiment>) -> String {
    let study = Study { experiments };
    let findings = StudyFindings::of(&study);
    let topics = findings.conclusion.iter().flat_map(|topic| &topic.sentences);
    findings.answer.iter().chain(topics).cloned().collect::<Vec<_>>().join("\n")
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    let text = |cell: &Cell| cell.text.spans.iter().map(|span| span.text.as_str()).collect();
    table.body.iter().map(|row| row.iter().map(text).collect()).collect()
}

fn at(accuracies: &[f64]) -> Vec<End> {
    accuracies.iter().map(|accuracy| At(*accuracy)).collect()
}

/// Five seeds around an accuracy, with SD 0.1 points.
fn around(accuracy: f64) -> Vec<End> {
    at(&[-0.001, -0.0005, 0.0, 0.0005, 0.001].map(|noise| accuracy + noise * 1.265))
}

fn learning_rates(levels: &[(f64, Vec<End>)]) -> Experiment {
    MadeUp::default().of_numbers(levels)
}

#[test]
fn not_clearly_different_is_said_of_no_pair_whose_own_p_is_small() {
    // 30 levels of three seeds: what one pair shows, 435 pairs cannot.
    let mut levels: Vec<(f64, Vec<End>)> =
        (1..30).map(|rate| (f64::from(rate) / 1000.0, at(&[0.97, 0.968, 0.972]))).collect();
    levels.push((1.0, at(&[0.5, 0.6, 0.55])));
    levels.push((0.5, at(&[0.9765, 0.9745, 0.9755])));
    let told = told(&learning_rates(&levels));
    let close = told.split("not clearly different").next().unwrap();
    assert!(
        !close.contains("learning rate 1 ") && told.contains("too few seeds to judge"),
        "{told}"
    );
}

#[test]
fn an_interval_and_its_verdict_never_disagree() {
    let experiment = learning_rates(&[
        (0.01, around(0.95)),
        (0.1, around(0.953)),
        (0.2, around(0.9545)),
        (0.3, around(0.9551)),
        (0.4, at(&[0.95, 0.96, 0.94, 0.955, 0.951])),
    ]);
    let mut verdicts = Vec::new();
    for row in cells(&level_tables::of_levels(&experiment)) {
        let difference = &row[2];
        let Some((mean, rest)) = difference.split_once(" ± ") else { continue };
        let number = |text: &str| text.replace('−', "-").parse::<f64>().unwrap();
        let (margin, verdict) = rest.split_once(' ').unwrap();
        assert_eq!(number(mean).abs() > number(margin), verdict == "▼", "{difference}");
        verdicts.push(verdict.to_owned());
    }
    assert!(verdicts.contains(&"▼".to_owned()) && verdicts.contains(&"≈".to_owned()));
}

#[test]
fn times_decide_nothing_and_a_rerun_says_the_same() {
    let of = |seconds: fn(&RunConfig) -> f64| {
        let made = MadeUp { factors: &["batch_size"], seconds, ..MadeUp::default() };
        let levels = [(16.0, around(0.97)), (32.0, around(0.96)), (64.0, around(0.95))];
        let experiment = made.of_numbers(&levels);
        let table = cells(&level_tables::of_levels(&experiment));
        (told(&experiment), table, concluded(vec![experiment]))
    };
    assert_eq!(of(|_| 1.0), of(|config| 5.0 / config.batch_size as f64 + config.seed as f64));
}

#[test]
fn a_ratio_of_times_is_told_where_the_work_differs_and_not_of_noise() {
    let times = |factor: &'static [&'static str], seconds: fn(&RunConfig) -> f64| {
        let made = MadeUp { factors: factor, seconds, ..MadeUp::default() };
        let value = |x: f64| match factor[0] {
            "layer_norm" => Value::from(x > 0.0),
            _ => Value::from(x),
        };
        let levels = [(vec![value(0.0)], around(0.9)), (vec![value(0.5)], around(0.91))];
        let levels = levels.map(|(values, ends)| {
            let is_zero = factor[0] == "learning_rate" && values == [Value::from(0.0)];
            (if is_zero { vec![Value::from(0.1)] } else { values }, ends)
        });
        let study = Study { experiments: vec![made.experiment(&levels)] };
        StudyFindings::of(&study).times.sentences.join("\n")
    };
    let slower = |config: &RunConfig| {
        (if config.dropout > 0.0 { 1.5 } else { 1.0 }) + 0.01 * config.seed as f64
    };
    let told = times(&["dropout"], slower);
    assert!(
        told.starts_with(
            "Made up: an epoch takes 1.49 times as long with dropout 0.5 as with no dropout ("
        ),
        "{told}"
    );
    let noise = |config: &RunConfig| {
        1.0 + 0.3 * ((config.seed * 7 + u64::from(config.layer_norm)) % 3) as f64
    };
    assert_eq!(times(&["layer_norm"], noise), "");
    // The size of a step costs nothing.
    let rates = |config: &RunConfig| if config.learning_rate > 0.2 { 2.0 } else { 1.0 };
    assert_eq!(times(&["learning_rate"], rates), "");
    // Runs of a tenth of a second show the clock.
    let short = |config: &RunConfig| if config.dropout > 0.0 { 0.03 } else { 0.02 };
    assert_eq!(times(&["dropout"], short), "");
}

#[test]
fn a_level_whose_accuracy_rises_still_improves_though_its_loss_hardly_falls() {
    let rising =
        vec![Epochs((0..10).map(|epoch| (0.3 + 0.03 * f64::from(epoch), 2.2)).collect()); 5];
    let flat = vec![Epochs(vec![(0.97, 0.1); 10]); 5];
    let rows = cells(&level_tables::of_levels(&learning_rates(&[(0.0003, rising), (0.1, flat)])));
    assert_eq!([&rows[0][0], &rows[1][0]], ["learning rate 0.0003 ↗", "learning rate 0.1"]);
}

#[test]
fn a_level_is_best_only_if_none_still_improves_and_its_rate_is_tuned_inside_a_grid() {
    let rates = |best: f64, loss| {
        let levels =
            [0.01, 0.1, 1.0].map(|rate| (rate, around(if rate == best { 0.96 } else { 0.95 })));
        told(&MadeUp { loss, ..MadeUp::default() }.of_numbers(&levels))
    };
    let flat = |_, _| 0.5;
    assert!(
        rates(0.1, flat).starts_with("Learning rate 0.1 is best: 96.00 %, 1.00 ± "),
        "{}",
        rates(0.1, flat)
    );
    for (rate, edge) in [(1.0, "largest"), (0.01, "smallest")] {
        let told = rates(rate, flat);
        assert!(
            told.contains(&format!("It cannot be called best: it is the {edge} tried.")),
            "{told}"
        );
    }
    let falling = rates(0.1, |epoch, _| 1.0 / epoch as f64);
    assert!(falling.contains("cannot be called best: 3 of 3 levels still improved"), "{falling}");
    let made = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let batches = told(&made.of_numbers(&[(16.0, around(0.96)), (32.0, around(0.95))]));
    assert!(batches.contains("It cannot be called best: all levels share one learning rate."));
}

#[test]
fn each_level_is_compared_at_its_own_best_rate_and_an_edge_of_the_grid_is_told() {
    let made = MadeUp { factors: &["optimizer", "learning_rate"], ..MadeUp::default() };
    let level = |optimizer: &str, rate: f64, accuracy| {
        (vec![Value::from(optimizer), Value::from(rate)], around(accuracy))
    };
    let experiment = made.experiment(&[
        level("sgd", 0.01, 0.90),
        level("sgd", 0.1, 0.95),
        level("sgd", 0.5, 0.96),
        level("adam", 0.01, 0.97),
        level("adam", 0.1, 0.98),
        level("adam", 0.5, 0.50),
    ]);
    let told = told(&experiment);
    assert!(told.starts_with("Adam, rate 0.1 is best: 98.00 %, 2.00 ± "), "{told}");
    assert!(told.contains("above SGD, rate 0.5"), "{told}");
    assert!(
        told.contains(
            "Each optimizer is compared at its best learning rate, chosen on validation: \
                       0.5 for SGD and 0.1 for Adam."
        ) && told.contains("lie outside: the largest tried with SGD."),
        "{told}"
    );
    // The pairs of the two chosen levels are one: no other is in the family.
    assert!(told.contains("among this one comparison"), "{told}");
}

#[test]
fn equal_levels_are_told_together() {
    let same = at(&[0.95, 0.952, 0.951]);
    let told = told(&learning_rates(&[
        (0.1, same.clone()),
        (0.2, same.clone()),
        (0.3, same),
        (0.4, at(&[0.9, 0.903, 0.901])),
    ]));
    assert!(
        told.starts_with(
            "Learning rate 0.1, learning rate 0.2 and learning rate 0.3 have the same highest \
             accuracy, 95.10 %."
        ),
        "{told}"
    );
}

#[test]
fn differences_that_are_equal_in_every_seed_are_clear() {
    let levels = [(0.1, at(&[0.95; 5])), (0.2, at(&[0.895; 5]))];
    let rows = cells(&level_tables::of_levels(&learning_rates(&levels)));
    assert_eq!(rows[1][2], "−5.50 ± 0.01 ▼");
}

#[test]
fn a_gap_has_the_error_of_its_rows() {
    let made = MadeUp { valid_rows: 1000, gap: 0.005, ..MadeUp::default() };
    let experiment = made.of_numbers(&[(0.1, at(&[0.95; 5])), (0.2, around(0.94))]);
    // √(0.955 · 0.045 / 1000 + 0.95 · 0.05 / 1000) · 1.96 = 1.86 points, and the floor of a row.
    let gap = &cells(&level_tables::of_levels(&experiment))[0][5];
    assert_eq!(gap, "+0.50 ± 1.87");
}

#[test]
fn a_trend_has_a_verdict_and_numbers_of_its_own() {
    let made = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let falling = [(32.0, 0.93), (8.0, 0.97), (64.0, 0.905), (16.0, 0.951)];
    let told_falling = told(&made.of_numbers(&falling.map(|(size, mean)| (size, around(mean)))));
    assert!(
        told_falling.contains("Each doubling of the batch size costs 2.16 ± ")
            && told_falling.contains(" points on average: 1.90 from 8 to 16, 2.50 from 32 to 64."),
        "{told_falling}"
    );
    let flat = told(&made.of_numbers(&[8.0, 16.0, 32.0].map(|size| (size, around(0.95)))));
    assert!(flat.contains("changes accuracy by 0.00 ± ") && flat.contains("(not clear)"), "{flat}");
}

#[test]
fn a_batch_size_that_occurs_twice_has_no_trend() {
    let made = MadeUp { factors: &["batch_size"], along: &["learning_rate"], ..MadeUp::default() };
    let level = |size: i64, rate: f64, mean| (vec![Value::from(size), rate.into()], around(mean));
    let told = told(&made.experiment(&[
        level(32, 0.01, 0.93),
        level(64, 0.01, 0.94),
        level(64, 0.02, 0.95),
        level(128, 0.02, 0.96),
    ]));
    assert!(!told.contains("doubling"), "{told}");
}

#[test]
fn rates_in_proportion_to_the_batch_have_a_verdict_of_their_own() {
    let made = MadeUp { factors: &["learning_rate", "batch_size"], ..MadeUp::default() };
    let level =
        |rate: f64, batch: i64, ends: Vec<End>| (vec![Value::from(rate), Value::from(batch)], ends);
    let told = told(&made.experiment(&[
        level(0.1, 16, around(0.95)),
        level(0.2, 32, around(0.95)),
        level(0.4, 64, around(0.90)),
        level(0.8, 128, vec![Diverged; 5]),
    ]));
    let start = "At a fixed ratio of rate to batch size, accuracy changes by: 0.00 ± ";
    assert!(told.contains(start), "{told}");
    assert!(
        told.contains(" points (not clear), batch 16 → 32, rate 0.1 → 0.2; −5.00 ± "),
        "{told}"
    );
    assert!(!told.contains("→ 128"), "{told}");
}

#[test]
fn effects_of_two_factors_are_those_at_the_best_level_of_the_other() {
    let made = MadeUp { factors: &["dropout", "layer_norm"], ..MadeUp::default() };
    let level = |dropout: f64, norm: bool, accuracy| {
        (vec![Value::from(dropout), Value::from(norm)], around(accuracy))
    };
    let told = told(&made.experiment(&[
        level(0.0, false, 0.90),
        level(0.0, true, 0.97),
        level(0.5, false, 0.91),
        level(0.5, true, 0.95),
    ]));
    assert!(told.contains("With layer norm, against no dropout: dropout 0.5 −2.00 ± "), "{told}");
    assert!(told.contains("With no dropout, against no layer norm: layer norm +7.00 ± "), "{told}");
    assert!(
        told.contains("Interaction, beyond the sum of both separate effects: −3.00 ± ")
            && told.contains(" points for dropout 0.5 with layer norm."),
        "{told}"
    );
}

#[test]
fn seeds_of_splits_are_names_and_not_amounts() {
    let made = MadeUp { factors: &["split_seed"], ..MadeUp::default() };
    // Means 95, 95.4 and 94.8 %, each of three seeds 0.1 points apart: the variances are 0.01
    // within, and of the means 0.0933…; less a third of 0.01, that is 0.09 between, which is 90 %
    // of both.
    let told = told(&made.of_numbers(&[
        (1.0, at(&[0.949, 0.95, 0.951])),
        (2.0, at(&[0.954, 0.955, 0.953])),
        (3.0, at(&[0.948, 0.947, 0.949])),
    ]));
    assert!(
        told.starts_with(
            "The mean accuracies of 3 split seeds lie between 94.80 (split seed 3) and 95.40 % \
             (split seed 2)."
        ),
        "{told}"
    );
    for word in ["largest", "smallest", "best", "sooner"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    assert!(
        told.contains(
            "Of the variance of a single run, about 90 % is that of the split: the means of 3 \
             splits have SD 0.31, the seeds of one split SD 0.10."
        ),
        "{told}"
    );
}

#[test]
fn an_effect_over_splits_is_that_of_the_differences_of_splits() {
    let made = MadeUp { factors: &["split_seed", "dropout"], ..MadeUp::default() };
    let level = |split: i64, dropout: f64, accuracy| {
        (vec![Value::from(split), Value::from(dropout)], around(accuracy))
    };
    // Differences of 0.2, 0.3 and 0.1 points: 0.2 ± 4.303 · 0.1 / √3.
    let told = told(&made.experiment(&[
        level(0, 0.0, 0.95),
        level(0, 0.5, 0.952),
        level(1, 0.0, 0.96),
        level(1, 0.5, 0.963),
        level(2, 0.0, 0.94),
        level(2, 0.5, 0.941),
    ]));
    let expected = "Over 3 split seeds, against no dropout: dropout 0.5 +0.20 ± 0.25 points (not \
                    clear).";
    assert!(told.starts_with(expected) && !told.contains("highest"), "{told}");
}

#[test]
fn keeping_the_best_weights_is_judged_by_the_test_set() {
    let made = MadeUp { factors: &["keep"], test: Some(-0.002), ..MadeUp::default() };
    let path =
        |end: f64| Epochs([0.9, 0.95, 0.96, 0.958].map(|accuracy| (accuracy + end, 0.5)).to_vec());
    let ends: Vec<End> = [0.0, 0.001, -0.001].map(path).to_vec();
    let told =
        told(&made.experiment(&[(vec!["last".into()], ends.clone()), (vec!["best".into()], ends)]));
    assert!(
        told.contains("The validation rows choose the best weights")
            && told.contains("on the test set +0.20 points")
            && !told.contains("is best"),
        "{told}"
    );
}

#[test]
fn runs_that_stopped_early_do_not_still_improve() {
    let made = MadeUp { base: "patience = 1\nepochs = 20", ..MadeUp::default() };
    let stopped = vec![Epochs(vec![(0.8, 1.0), (0.9, 0.5), (0.95, 0.3)]); 5];
    let rows = cells(&level_tables::of_levels(
        &made.of_numbers(&[(0.1, stopped.clone()), (0.2, stopped)]),
    ));
    assert!(rows.iter().all(|row| !row[0].contains('↗')), "{rows:?}");
}

#[test]
fn epochs_as_a_factor_are_not_compared_at_equal_updates() {
    let made = MadeUp { factors: &["epochs"], ..MadeUp::default() };
    let told = told(&made.of_numbers(&[(2.0, around(0.95)), (8.0, around(0.97))]));
    assert!(told.starts_with("8 epochs has") || told.starts_with("8 epochs "), "{told}");
    assert!(!told.contains("updates") && !told.contains("epochs are fixed"), "{told}");
}

#[test]
fn one_split_is_told_of_only_where_all_runs_have_it() {
    let limits = |factor: &'static [&'static str], values: [Value; 2]| {
        let made = MadeUp { factors: factor, ..MadeUp::default() };
        let levels = values.map(|value| (vec![value], around(0.9)));
        concluded(vec![made.experiment(&levels)])
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

#[test]
fn a_constant_answer_on_skewed_classes_is_no_result() {
    let made = MadeUp { largest_class: Some(0.9), ..MadeUp::default() };
    let told = told(&made.of_numbers(&[
        (0.01, vec![From(0.901, 0.901); 5]),
        (0.1, around(0.97)),
        (0.2, around(0.96)),
    ]));
    assert!(
        told.contains(
            "Not compared, because seeds were lost: learning rate 0.01 (5 of 5 never learned)."
        ),
        "{told}"
    );
}

#[test]
fn collapsed_never_learned_and_not_yet_learned_are_told_apart() {
    let slow: Vec<(f64, f64)> = (0..4).map(|epoch| (0.10 + 0.02 * f64::from(epoch), 2.3)).collect();
    let rows = |made: &MadeUp| {
        cells(&level_tables::of_levels(&made.of_numbers(&[
            (0.001, vec![Epochs(slow.clone()); 3]),
            (0.1, at(&[0.95, 0.951, 0.952])),
            (1.0, vec![From(0.955, 0.1); 3]),
            (2.0, vec![From(0.1, 0.1); 3]),
            (4.0, vec![Diverged, Crashed, At(0.9)]),
        ])))
    };
    let rows = rows(&MadeUp::default());
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        names,
        [
            "learning rate 0.001 ↗",
            "learning rate 0.1",
            "learning rate 1 (3 of 3 collapsed)",
            "learning rate 2 (3 of 3 never learned)",
            "learning rate 4 (1 of 3 diverged) (1 of 3 without a result)"
        ]
    );
    // A slow learner is compared; the others are not.
    let compared: Vec<bool> = rows.iter().map(|row| row[2] != "–").collect();
    assert_eq!(compared, [true, true, false, false, false]);
}

#[test]
fn an_accuracy_that_was_reached_and_lost_is_not_told() {
    let experiment = learning_rates(&[
        (0.1, around(0.955)),
        (0.2, around(0.94)),
        (0.5, vec![From(0.98, 0.1); 5]),
    ]);
    let table = level_tables::of_levels(&experiment);
    let rows = cells(&table);
    // 95 % and not 97 %: ten updates in each of two epochs.
    assert_eq!(rows.iter().map(|row| row[7].as_str()).collect::<Vec<_>>(), ["20", "–", "–"]);
    assert_eq!(table.head[0][7], Cell::header("updates to 95 %"));
}

#[test]
fn of_one_seed_in_five_nothing_is_told_as_of_all() {
    let odd: fn(usize, u64) -> f64 = |epoch, seed| match seed {
        0 => 0.1 * epoch as f64,
        1 => 1.0 / epoch as f64,
        _ => 0.5,
    };
    let made = MadeUp { loss: odd, ..MadeUp::default() };
    let experiment = made.of_numbers(&[(0.1, around(0.95)), (0.2, around(0.96))]);
    assert!(!told(&experiment).contains("Overfitting"), "{}", told(&experiment));
    let rows = cells(&level_tables::of_levels(&experiment));
    assert!(rows.iter().all(|row| !row[0].contains('↗')), "{rows:?}");
    let made = MadeUp { loss: |epoch, _| 0.1 * epoch as f64, ..MadeUp::default() };
    let over = told(&made.of_numbers(&[(0.1, around(0.95)), (0.2, around(0.96))]));
    let expected = "Overfitting: learning rate 0.2 (5 of 5 seeds, the validation loss 300 % above \
                    its lowest)";
    assert!(over.contains(expected), "{over}");
}

#[test]
fn of_a_single_seed_no_difference_is_judged() {
    let experiment = learning_rates(&[(0.1, at(&[0.9])), (0.2, at(&[0.97])), (0.3, at(&[0.5]))]);
    let told = told(&experiment);
    assert!(
        told.starts_with(
            "Learning rate 0.2 has the highest accuracy, 97.00 %; with one seed, no difference can \
             be judged."
        ),
        "{told}"
    );
    for word in ["best", "clear", "±", "SD"] {
        assert!(!told.contains(word), "{word}\n{told}");
    }
    assert!(
        cells(&level_tables::of_levels(&experiment))
            .iter()
            .all(|row| { !row[2].contains('±') && !row[2].contains('▼') })
    );
    assert!(concluded(vec![experiment]).contains("With one seed per level, no choice"));
}

#[test]
fn the_seeds_are_those_of_the_experiment() {
    let two = learning_rates(&[(0.1, at(&[0.9, 0.91])), (0.2, at(&[0.95, 0.951]))]);
    assert!(told(&two).contains("With 2 seeds and the typical SD of"), "{}", told(&two));
}

#[test]
fn a_single_level_and_none_are_not_compared() {
    let one = told(&learning_rates(&[(0.1, at(&[0.9, 0.91, 0.92]))]));
    assert!(one.starts_with("Only one level can be compared: learning rate 0.1, at 91.00 %."));
    let none = told(&learning_rates(&[(1.0, vec![Diverged; 3]), (2.0, vec![Diverged; 3])]));
    assert!(none.starts_with("No level learned with every seed, so none can be compared."));
    assert!(
        none.contains("learning rate 1 (3 of 3 diverged) and learning rate 2 (3 of 3 diverged)")
    );
}

#[test]
fn a_long_list_is_cut() {
    let levels: Vec<(f64, Vec<End>)> =
        (1..13).map(|rate| (f64::from(rate), vec![Diverged; 3])).collect();
    let told = told(&learning_rates(&levels));
    assert!(told.contains("learning rate 2 (3 of 3 diverged) and 10 more."), "{told}");
}

#[test]
fn mechanisms_are_those_of_the_optimizer() {
    let told = |base: &'static str| {
        let made = MadeUp { base, loss: |epoch, _| 1.0 / epoch as f64, ..MadeUp::default() };
        concluded(vec![made.of_numbers(&[
            (0.001, around(0.86)),
            (0.1, around(0.97)),
            (2.0, vec![Epochs(vec![(0.1, 2.3); 4]); 5]),
        ])])
    };
    let sgd = told("");
    assert!(sgd.contains("a step of SGD is the rate times the gradient") && sgd.contains("2/λ"));
    let adam = told("optimizer = \"adam\"");
    assert!(adam.contains("a step of Adam moves each weight by about the rate"), "{adam}");
    assert!(!adam.contains("2/λ") && !adam.contains("gradient"), "{adam}");
}
