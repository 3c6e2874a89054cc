//! Every sentence on an experiment is true, also of studies made up to mislead: each is held
//! against a recomputation that shares no code with the report.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod made;
mod recomputed;

use made::{
    End::{self, At, Crashed, Diverged, From},
    MadeUp,
};
use recomputed::{Random, Truth};
use report::analysis::{Experiment, findings::Findings};
use toml::Value;

fn told(experiment: &Experiment) -> String {
    let told = Findings::of(experiment).sentences.join("\n");
    assert!(!told.contains("-0.00") && !told.contains("−0.00") && !told.contains("NaN"), "{told}");
    told
}

fn at(accuracies: &[f64]) -> Vec<End> {
    accuracies.iter().map(|accuracy| At(*accuracy)).collect()
}

/// The sentence that begins so.
fn sentence<'a>(told: &'a str, start: &str) -> &'a str {
    told.lines()
        .find(|line| line.starts_with(start))
        .unwrap_or_else(|| panic!("nothing begins with {start:?} in:\n{told}"))
}

/// Levels with these true accuracies, measured with so many seeds: what a seed does to all levels,
/// and noise.
fn drawn(random: &mut Random, truths: &[f64], seeds: usize, noise: f64) -> Vec<(f64, Vec<f64>)> {
    let shared: Vec<f64> = (0..seeds).map(|_| random.normal() * 0.0026).collect();
    let level = |(place, truth): (usize, &f64)| {
        (
            0.01 * (place + 1) as f64,
            shared.iter().map(|shared| truth + shared + noise * random.normal()).collect(),
        )
    };
    truths.iter().enumerate().map(level).collect()
}

/// The same as counts of 12,000 rows, with the ties that come of it.
fn counted(mut levels: Vec<(f64, Vec<f64>)>) -> Vec<(f64, Vec<f64>)> {
    let accuracies = levels.iter_mut().flat_map(|(_, accuracies)| accuracies);
    accuracies.for_each(|accuracy| *accuracy = (*accuracy * 12_000.0).round() / 12_000.0);
    levels
}

fn learning_rates(levels: &[(f64, Vec<f64>)]) -> Experiment {
    MadeUp::default()
        .of_numbers(&levels.iter().map(|(rate, values)| (*rate, at(values))).collect::<Vec<_>>())
}

#[test]
fn where_all_levels_are_equal_a_best_one_is_named_in_one_study_of_twenty_at_most() {
    let mut random = Random::new(1);
    for seeds in [3, 5] {
        let (mut best, mut clear) = (0, 0);
        for study in 0..1000 {
            let told = told(&learning_rates(&counted(drawn(
                &mut random,
                &vec![0.95; 6 + study % 3],
                seeds,
                0.001,
            ))));
            best += usize::from(told.starts_with("Best:"));
            clear += usize::from(told.contains("Clearly below"));
        }
        assert!(
            best <= 50,
            "{best} of 1000 studies of {seeds} seeds name a best level where there is none"
        );
        assert!(
            clear <= 50,
            "{clear} of 1000 studies of {seeds} seeds name a clear difference where there is none"
        );
    }
}

#[test]
fn where_a_level_is_best_or_levels_are_the_same_that_is_found() {
    let mut random = Random::new(2);
    let (mut best, mut same) = (0, 0);
    for _ in 0..200 {
        let levels = drawn(&mut random, &[0.95, 0.94, 0.97, 0.94, 0.93, 0.96], 5, 0.001);
        best += usize::from(
            told(&learning_rates(&levels)).starts_with("Best: learning rate 0.03 ends"),
        );
        let levels = drawn(&mut random, &[0.95; 6], 5, 0.000_15);
        same += usize::from(
            told(&learning_rates(&levels))
                .contains("The levels compared are the same within 0.2 points"),
        );
    }
    assert!(best >= 190 && same >= 190, "best found in {best} of 200 studies, sameness in {same}");
}

#[test]
fn levels_that_differ_by_the_bound_are_called_the_same_in_one_study_of_twenty_at_most() {
    let mut random = Random::new(3);
    let mut same = 0;
    for study in 0..1000 {
        let mut truths = vec![0.95; 6 + study % 3];
        truths[2] = 0.952;
        let told = told(&learning_rates(&drawn(&mut random, &truths, 5, 0.0003)));
        // The others are the same as each other, but none is the same as the third.
        same += usize::from(
            told.contains("The levels compared are the same")
                || told
                    .lines()
                    .any(|line| line.starts_with("The same as learning rate 0.03 within")),
        );
    }
    assert!(same <= 50, "{same} of 1000 studies call levels the same that differ by the bound");
}

#[test]
fn best_levels_close_ones_and_clear_ones_are_those_of_a_recomputation() {
    let mut random = Random::new(4);
    let (mut with_best, mut without) = (0, 0);
    for study in 0..300 {
        let seeds = [3, 5][study % 2];
        let truths: Vec<f64> = (0..2 + study % 6).map(|_| 0.95 + 0.004 * random.normal()).collect();
        let levels = drawn(&mut random, &truths, seeds, 0.0005);
        let told = told(&learning_rates(&levels));
        let truth = Truth::of(&levels);
        let label = |place: usize| format!("learning rate {}", levels[place].0);
        let (top, rest) = truth.ranked.split_first().unwrap();
        let (mean, deviation) = truth.means[*top];
        let ends = format!(
            "{} ends at {mean:.2} % validation accuracy (mean of {seeds} seeds, SD {deviation:.2})",
            label(*top)
        );
        assert!(told.lines().next().unwrap().contains(&ends), "{ends}\n{told}");
        let difference = |place: usize, other: usize| truth.difference(place, other);
        let close: Vec<usize> =
            rest.iter().copied().filter(|place| !truth.is_clear(*top, *place)).collect();
        if close.is_empty() {
            with_best += 1;
            let above =
                format!("{} against the runner-up, {}", difference(*top, rest[0]), label(rest[0]));
            assert!(sentence(&told, "Best: ").contains(&above), "{above}\n{told}");
        } else {
            without += 1;
            assert!(told.starts_with("No level is clearly best: "), "{told}");
            let named = sentence(&told, "Not clearly different from ");
            for place in rest {
                let is_named =
                    named.contains(&format!("{} ({})", label(*place), difference(*place, *top)));
                assert_eq!(is_named, close.contains(place), "{}\n{told}", label(*place));
            }
        }
        let below = told.lines().find(|line| line.starts_with("Clearly below")).unwrap_or_default();
        for place in rest {
            let is_named =
                below.contains(&format!("{} ({})", label(*place), difference(*place, *top)));
            assert_eq!(is_named, !close.contains(place), "{}\n{told}", label(*place));
        }
        let same: Vec<usize> =
            rest.iter().copied().filter(|place| truth.is_same(*top, *place)).collect();
        let all = truth.all_same();
        assert_eq!(
            told.contains("The levels compared are the same within 0.2 points"),
            all,
            "{told}"
        );
        let named =
            told.lines().find_map(|line| line.strip_prefix("The same as")).unwrap_or_default();
        let names = named
            .rsplit(": ")
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .replace(" and ", ", ");
        for place in rest {
            let is_named = names.split(", ").any(|name| name == label(*place));
            assert_eq!(is_named, same.contains(place) && !all, "{}\n{told}", label(*place));
        }
    }
    assert!(
        with_best > 50 && without > 50,
        "{with_best} with a best level, {without} without: no test of both"
    );
}

#[test]
fn of_a_single_seed_nothing_is_told_from_chance() {
    let told = told(&learning_rates(&[(0.1, vec![0.9]), (0.2, vec![0.97]), (0.3, vec![0.5])]));
    let first = "The highest: learning rate 0.2 ends at 97.00 % validation accuracy (1 seed), then \
                 learning rate 0.1 at 90.00 %. With a single seed, no difference can be \
                 distinguished from chance.";
    assert!(told.starts_with(first), "{told}");
    for word in ["Best", "clear", "±", "the same", "SD"] {
        assert!(!told.to_lowercase().contains(&word.to_lowercase()), "{word}\n{told}");
    }
}

#[test]
fn a_single_level_is_compared_with_none_and_of_levels_that_all_diverged_none_is() {
    let one = told(&learning_rates(&[(0.1, vec![0.9, 0.91, 0.92])]));
    assert!(
        one.starts_with(
            "Only one level can be compared: learning rate 0.1 ends at 91.00 % validation accuracy \
             (mean of 3 seeds, SD 1.00)."
        ),
        "{one}"
    );
    let none =
        told(&MadeUp::default().of_numbers(&[(1.0, vec![Diverged; 3]), (2.0, vec![Diverged; 3])]));
    assert!(
        none.starts_with(
            "No level finished above chance with every seed, so none can be compared."
        ),
        "{none}"
    );
    assert!(none.contains(
        "Diverged, the loss no longer a number: learning rate 1 (3 of 3 seeds, the earliest in \
         epoch 2, step 7) and learning rate 2"
    ));
    assert!(
        none.contains(
            "Not compared, because seeds were lost: learning rate 1 and learning rate 2."
        )
    );
}

#[test]
fn seeds_that_were_lost_are_told_and_their_level_is_not_compared() {
    let good = at(&[0.9, 0.91, 0.905]);
    let experiment = MadeUp::default().of_numbers(&[
        (0.1, good.clone()),
        (0.2, at(&[0.92, 0.931, 0.925])),
        // Higher than any other, but for the seed that was lost.
        (0.5, vec![At(0.99), From(0.955, 0.1), At(0.99)]),
        (0.6, vec![At(0.99), Crashed, At(0.99)]),
        (0.7, vec![At(0.99), Diverged, At(0.99)]),
    ]);
    let told = told(&experiment);
    assert!(told.lines().next().unwrap().contains("learning rate 0.2 ends at 92.53 %"), "{told}");
    for rate in ["0.5", "0.6", "0.7"] {
        for line in told.lines().filter(|line| line.contains(&format!("learning rate {rate}"))) {
            let is_of_losses = ["Ended near", "Diverged", "Without", "Not compared", "95 %"]
                .iter()
                .any(|start| line.starts_with(start));
            assert!(is_of_losses, "{line}");
        }
    }
    assert!(
        told.contains(
            "Ended near chance, below 19.00 %, where guessing has 10.00 %, although the loss was a \
             number: learning rate 0.5 (1 of 3 seeds, at 10.00 % on average, and never above 95.50 \
             % after an epoch)."
        ),
        "{told}"
    );
    assert!(told.contains(
        "Diverged, the loss no longer a number: learning rate 0.7 (1 of 3 seeds, in epoch 2, step \
         8)."
    ));
    assert!(told.contains("Without a result: learning rate 0.6 (1 of 3 seeds)."));
    assert!(told.contains(
        "Not compared, because seeds were lost: learning rate 0.5, learning rate 0.6 and learning \
         rate 0.7."
    ));
    // Two of three seeds reached every milestone; one has no result. That is not every seed.
    assert!(
        sentence(&told, "95 % validation").contains(
            "reached with every seed by learning rate 0.1, learning rate 0.2, learning rate 0.6 \
             and learning rate 0.7."
        ),
        "{told}"
    );
}

#[test]
fn near_chance_depends_on_the_number_of_classes() {
    for (classes, near, above) in [(2, 0.54, 0.56), (10, 0.18, 0.2), (26, 0.13, 0.14)] {
        let made = MadeUp { classes, ..MadeUp::default() };
        let end = |accuracy: f64| vec![From(accuracy - 0.01, accuracy); 3];
        let told = told(&made.of_numbers(&[
            (0.1, end(near)),
            (0.2, end(above)),
            (0.3, at(&[0.9, 0.91, 0.92])),
        ]));
        assert!(
            told.contains("Not compared, because seeds were lost: learning rate 0.1."),
            "{classes} classes\n{told}"
        );
        let chance = 100.0 / classes as f64;
        assert!(told.contains(&format!("where guessing has {chance:.2} %")), "{told}");
    }
}

#[test]
fn ties_have_no_winner() {
    let same = [0.95, 0.952, 0.951];
    let told = told(&learning_rates(&[
        (0.1, same.to_vec()),
        (0.2, same.to_vec()),
        (0.3, vec![0.9, 0.903, 0.901]),
    ]));
    assert!(told.starts_with("No level is clearly best: learning rate 0.1 ends"), "{told}");
    assert!(
        told.contains("is not clearly different from learning rate 0.2.")
            && told.contains(
                "Not clearly different from learning rate 0.1: learning rate 0.2 (0.00 points)."
            )
    );
    let fastest = sentence(&told, "95 % validation");
    assert!(
        fastest.contains("in the least training time by learning rate 0.1 and learning rate 0.2 ("),
        "{told}"
    );
}

#[test]
fn the_edge_of_the_values_tried_is_that_of_the_numbers_whatever_the_order_of_the_file() {
    let high = [0.95, 0.953, 0.951];
    let low = |by: f64| at(&[0.90 - by, 0.905 - by, 0.903 - by]);
    let told = |factor: &'static [&'static str], best: f64, others: [f64; 2]| {
        let levels = [(others[0], low(0.0)), (best, at(&high)), (others[1], low(0.1))];
        told(&MadeUp { factors: factor, ..MadeUp::default() }.of_numbers(&levels))
    };
    let rate: &[&str] = &["learning_rate"];
    assert!(
        told(rate, 1.0, [0.1, 0.5])
            .contains("It is the largest learning rate tried: a larger one may be better still.")
    );
    assert!(
        told(rate, 0.01, [1.0, 0.1])
            .contains("It is the smallest learning rate tried: a smaller one may be")
    );
    assert!(!told(rate, 0.1, [0.01, 1.0]).contains("tried:"));
    // There is no dropout below none, and no batch below one sample.
    assert!(!told(&["dropout"], 0.0, [0.1, 0.5]).contains("tried:"));
    assert!(!told(&["batch_size"], 1.0, [8.0, 64.0]).contains("tried:"));
}

#[test]
fn updates_are_compared_where_every_level_has_as_many_and_nowhere_else() {
    let batches = |rows: usize, sizes: &[f64]| {
        let level = |(place, size): (usize, &f64)| {
            let by = 0.01 * place as f64;
            (*size, at(&[0.9 - by, 0.903 - by, 0.901 - 1.1 * by]))
        };
        let made = MadeUp { factors: &["batch_size"], train_rows: rows, ..MadeUp::default() };
        told(&made.of_numbers(&sizes.iter().enumerate().map(level).collect::<Vec<_>>()))
    };
    // 640 rows in 4 epochs: 80 and 40 updates. The smaller batch has 40 after its second epoch.
    let both = batches(640, &[32.0, 64.0]);
    assert!(
        both.contains(
            "After 40 updates, at the end of an epoch of every level, batch size 64 has the \
             highest mean validation accuracy, 89.10 %"
        ),
        "{both}"
    );
    // 86.7 % is where batch size 32 is after two of four epochs: 90.13 less one point less two.
    assert!(sentence(&both, "After 40").contains("batch size 32 the lowest, 87.13 %"), "{both}");
    // 320, 20 and 10 updates: the first epoch of batch size 8 ends after 80.
    let none = batches(640, &[8.0, 128.0, 256.0]);
    assert!(
        none.contains(
            "no number of updates ends an epoch of every level. The first epoch ends after 3 to 80 \
             of them, the last one after 12 to 320."
        ),
        "{none}"
    );
    let made = MadeUp {
        factors: &["batch_size"],
        along: &["epochs"],
        train_rows: 48_000,
        ..MadeUp::default()
    };
    let level = |size: i64, epochs: i64, by: f64| {
        (
            vec![Value::Integer(size), Value::Integer(epochs)],
            at(&[0.9 + by, 0.904 + by, 0.903 + by]),
        )
    };
    let equal = told(&made.experiment(&[
        level(128, 16, 0.0),
        level(256, 32, 0.001),
        level(512, 64, 0.0011),
    ]));
    assert!(equal.contains("Every level made 6,000 to 6,016 updates in all."), "{equal}");
}

#[test]
fn costs_are_means_over_all_seeds_and_belong_to_the_factor_that_has_them() {
    // The first seed alone would say 20 times.
    let seconds = |config: &run::RunConfig| match (config.batch_size, config.seed) {
        (8, 0) => 0.8,
        (8, _) => 1.6,
        (_, 0) => 1.6,
        _ => 1.0,
    };
    let made = MadeUp { factors: &["batch_size"], seconds, ..MadeUp::default() };
    let told_costs =
        told(&made.of_numbers(&[(8.0, at(&[0.9, 0.91, 0.92])), (80.0, at(&[0.9, 0.902, 0.91]))]));
    // (0.8 + 1.6 + 1.6) / 3 / 80 and (1.6 + 1 + 1) / 3 / 8 seconds an update.
    let expected = "an update takes 16,667 µs at batch size 8 and 150,000 µs at 80: 9.0 times as \
                    long for 10.0 times the samples. An epoch takes 1.3 s and 1.2 s.";
    assert!(told_costs.contains(expected), "{told_costs}");

    let grid = |seconds: fn(&run::RunConfig) -> f64| {
        let made = MadeUp { factors: &["dropout", "layer_norm"], seconds, ..MadeUp::default() };
        let level = |dropout: f64, norm: bool| {
            (
                vec![Value::from(dropout), Value::from(norm)],
                at(&[0.9, 0.91, 0.92 + dropout / 100.0]),
            )
        };
        told(&made.experiment(&[
            level(0.0, false),
            level(0.0, true),
            level(0.5, false),
            level(0.5, true),
        ]))
    };
    let one = grid(|config| if config.dropout > 0.0 { 1.8 } else { 1.0 });
    assert!(
        one.contains(
            "An epoch takes 1.80 times as long with dropout 0.5 as with dropout 0, at the same \
             layer norm"
        ),
        "{one}"
    );
    assert!(!one.contains("at the same dropout"), "{one}");
    let both = grid(|config| {
        let seconds = if config.dropout > 0.0 { 2.0 } else { 1.0 };
        seconds + if config.layer_norm { 0.5 } else { 0.0 }
    });
    assert!(
        both.contains(
            "An epoch takes 1.67 to 2.00 times as long with dropout 0.5 as with dropout 0,"
        ),
        "{both}"
    );
    assert!(
        both.contains(
            "An epoch takes 1.25 to 1.50 times as long with layer norm on as with layer norm off, \
             at the same dropout"
        ),
        "{both}"
    );
}

#[test]
fn effects_and_interactions_of_two_factors_are_those_of_a_recomputation() {
    let made = MadeUp { factors: &["dropout", "layer_norm"], ..MadeUp::default() };
    let accuracies = [
        (0.0, false, [0.950, 0.9513, 0.9522, 0.9508, 0.9517]),
        (0.0, true, [0.9761, 0.9770, 0.9768, 0.9772, 0.9759]),
        (0.2, false, [0.9551, 0.9559, 0.9570, 0.9561, 0.9566]),
        (0.2, true, [0.9771, 0.9774, 0.9779, 0.9777, 0.9769]),
        (0.5, false, [0.9512, 0.9520, 0.9519, 0.9516, 0.9521]),
        (0.5, true, [0.97, 0.9709, 0.9702, 0.9711, 0.9700]),
    ];
    let levels: Vec<_> = accuracies
        .iter()
        .map(|(dropout, norm, values)| {
            (vec![Value::from(*dropout), Value::from(*norm)], at(values))
        })
        .collect();
    let told = told(&made.experiment(&levels));
    let truth = Truth::of(
        &accuracies
            .iter()
            .map(|(dropout, _, values)| (*dropout, values.to_vec()))
            .collect::<Vec<_>>(),
    );
    let judged = |place: usize, other: usize| {
        let verdict = if truth.is_clear(place, other) { "" } else { " (not clear)" };
        format!("{}{verdict}", truth.difference(place, other))
    };
    // Not only the end points: what 0.2 does is told as well.
    for (place, dropout) in [(2, "0.2"), (4, "0.5")] {
        let expected = format!(
            "Against dropout 0, dropout {dropout} changes the final validation accuracy by: {} at \
             layer norm off; {} at layer norm on.",
            judged(place, 0),
            judged(place + 1, 1)
        );
        assert!(told.contains(&expected), "{expected}\n{told}");
    }
    let expected = format!(
        "Against layer norm off, layer norm on changes the final validation accuracy by: {} at \
         dropout 0; {} at dropout 0.2; {} at dropout 0.5.",
        judged(1, 0),
        judged(3, 2),
        judged(5, 4)
    );
    assert!(told.contains(&expected), "{expected}\n{told}");
    let contrast = |place: usize| {
        let value = |level: usize, seed: usize| accuracies[level].2[seed];
        let of_seed = |seed| {
            (value(place + 1, seed) - value(place, seed)) - (value(1, seed) - value(0, seed))
        };
        recomputed::interval(&(0..5).map(of_seed).collect::<Vec<_>>())
    };
    let interaction = sentence(&told, "Interaction");
    for (place, dropout) in [(2, "0.2"), (4, "0.5")] {
        let expected = format!("{} (dropout {dropout} and layer norm on", contrast(place));
        assert!(interaction.contains(&expected), "{expected}\n{told}");
    }
}

#[test]
fn a_trend_is_the_mean_slope_of_the_seeds() {
    let made = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let values =
        [[0.97, 0.972, 0.971], [0.951, 0.955, 0.950], [0.93, 0.934, 0.931], [0.905, 0.903, 0.906]];
    // In no order, and of a seed's four points at x = 3, 4, 5, 6, the slope is the sum of (x − 4.5)
    // y over 5.
    let levels = [
        (32.0, at(&values[2])),
        (8.0, at(&values[0])),
        (64.0, at(&values[3])),
        (16.0, at(&values[1])),
    ];
    let slopes: Vec<f64> = (0..3)
        .map(|seed| {
            (0..4).map(|place| (place as f64 - 1.5) * values[place][seed]).sum::<f64>() / 5.0
        })
        .collect();
    let expected = format!(
        "Through the 4 levels compared, a straight line has a slope of {} per doubling of the \
         batch, seed by seed; from each size to the next, the change per doubling is −2.70 to \
         −1.90 points.",
        recomputed::interval(&slopes)
    );
    let told = told(&made.of_numbers(&levels));
    assert!(told.contains(&expected), "{expected}\n{told}");
}

#[test]
fn scaling_is_followed_along_each_ratio_of_learning_rate_and_batch_size() {
    let made = MadeUp { factors: &["learning_rate", "batch_size"], ..MadeUp::default() };
    let noise = |by: f64, large: f64| at(&[0.95 + by, 0.9501 + by + large, 0.9502 + by - large]);
    let level =
        |rate: f64, batch: i64, ends: Vec<End>| (vec![Value::from(rate), Value::from(batch)], ends);
    let told = told(&made.experiment(&[
        level(0.1, 16, noise(0.0, 0.0)),
        level(0.2, 32, noise(0.0, 0.0001)),
        level(0.4, 64, noise(-0.05, 0.0001)),
        level(0.8, 128, vec![Diverged; 3]),
    ]));
    let scaled = sentence(&told, "With the learning rate in proportion");
    assert!(
        scaled.contains(
            "changes against learning rate 0.1 at batch size 16 by: 0.00 ± 0.02 points (not clear) \
             for learning rate 0.2 at batch size 32 (the same); −5.00 ± 0.02 points for learning \
             rate 0.4 at batch size 64; not compared for learning rate 0.8 at batch size 128."
        ),
        "{told}"
    );
}

#[test]
fn the_share_of_the_split_is_that_of_a_recomputation() {
    let made = MadeUp { factors: &["split_seed"], ..MadeUp::default() };
    let split = |seed: i64, accuracies: &[f64]| (vec![Value::from(seed)], at(accuracies));
    // Means 95, 95.4 and 94.8 %, each of three seeds 0.1 points apart: the variances are 0.01
    // within, and of the means 0.0933…; less a third of 0.01, that is 0.09 between, which is 90 %
    // of both.
    let told = told(&made.experiment(&[
        split(0, &[0.949, 0.95, 0.951]),
        split(1, &[0.954, 0.955, 0.953]),
        split(2, &[0.948, 0.947, 0.949]),
    ]));
    assert!(
        told.contains(
            "Of the variance of a single run, about 90 % is that of the split: the means of 3 \
             splits have SD 0.31, the seeds of one split SD 0.10."
        ),
        "{told}"
    );
}
