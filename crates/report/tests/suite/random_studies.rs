//! Studies drawn at random, and what is said of them, against a recomputation that shares no code
//! with the report: false sentences, false claims of studies without an effect, and power.

use report::{
    analysis::{Experiment, conclusion::StudyFindings, findings::Findings, level_tables},
    document::Cell,
};
use run::RunConfig;
use study::Study;
use toml::Value;

use crate::made::{
    End::{self, At, Crashed, Diverged, Epochs},
    MadeUp,
};
use crate::recomputed::{Kind, Random, Truth};

/// The studies of the test that always runs, and of the one that runs by name.
const FEW: usize = 400;
const MANY: usize = 10_000;

/// Equal costs with 30 % noise of the clock, from 1.4 s on.
fn noisy(config: &RunConfig) -> f64 {
    let text = format!("{:?}{:?}", config.describe_without(&[]), config.seed);
    let hash =
        text.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    2.0 * (1.0 + 0.3 * Random::new(hash).normal().clamp(-2.5, 2.5))
}

/// The factors of a study, and the values of each level.
struct Plan {
    factors: &'static [&'static str],
    base: &'static str,
    levels: Vec<Vec<Value>>,
}

fn one<T: Into<Value>>(
    factor: &'static [&'static str],
    base: &'static str,
    values: impl IntoIterator<Item = T>,
) -> Plan {
    let levels = values.into_iter().map(|value| vec![value.into()]).collect();
    Plan { factors: factor, base, levels }
}

fn two<A: Into<Value> + Copy, B: Into<Value> + Copy>(
    factors: &'static [&'static str],
    first: &[A],
    second: &[B],
) -> Plan {
    let levels = first.iter().flat_map(|a| second.iter().map(|b| vec![(*a).into(), (*b).into()]));
    Plan { factors, base: "", levels: levels.collect() }
}

/// Every setting that an experiment can vary, and some pairs.
fn plan(number: usize) -> Plan {
    match number % 28 {
        0 => one(&["learning_rate"], "", [0.3, 0.01, 0.1, 1.0, 0.03]),
        1 => one(&["batch_size"], "", [16, 32, 64, 128, 256]),
        2 => one(&["epochs"], "", [2, 6, 12]),
        3 => one(&["limit"], "", [500, 2000, 8000]),
        4 => one(&["valid_fraction"], "", [0.1, 0.2, 0.3]),
        5 => one(&["split_seed"], "", [1, 2, 3, 4]),
        6 => one(&["dropout"], "", [0.0, 0.2, 0.5]),
        7 => one(&["layer_norm"], "", [false, true]),
        8 => one(&["momentum"], "", [0.0, 0.5, 0.9]),
        9 => one(&["weight_decay"], "", [0.0, 0.01, 0.1]),
        10 => one(
            &["optimizer"],
            "learning_rate = 0.01\nweight_decay = 0.0",
            ["sgd", "adam", "adamw"],
        ),
        11 => one(&["schedule"], "", ["constant", "step", "exponential", "cosine"]),
        12 => one(&["warmup"], "", [0.0, 1.0, 2.0]),
        13 => one(&["keep"], "", ["last", "best"]),
        14 => one(&["patience"], "", [2, 3, 4]),
        15 => one(&["min_gain"], "patience = 2", [0.0, 0.001]),
        16 => one(&["hidden"], "", [vec![32], vec![256, 128], vec![8, 8, 8]]),
        17 => one(&["augment"], "", ["none", "shift", "affine", "elastic"]),
        18 => one(&["augment_strength"], "augment = \"shift\"", [0.5, 1.0, 2.0]),
        19 => one(&["nesterov"], "momentum = 0.9", [false, true]),
        20 => one(&["gamma"], "schedule = \"step\"", [0.1, 0.5]),
        21 => one(&["step_size"], "schedule = \"step\"", [1, 2]),
        22 => one(&["data"], "", ["one.csv", "other.csv"]),
        23 => two(&["dropout", "layer_norm"], &[0.0, 0.5], &[false, true]),
        24 => two(&["learning_rate", "batch_size"], &[0.1, 0.2, 0.4], &[16, 32, 64]),
        25 => two(&["optimizer", "learning_rate"], &["sgd", "adam"], &[0.001, 0.01, 0.1]),
        26 => one(&["learning_rate"], "optimizer = \"adam\"", [0.001, 0.01, 0.1]),
        _ => one(&["learning_rate"], "keep = \"best\"\npatience = 3", [0.001, 0.01, 0.1, 1.0]),
    }
}

/// How the seeds of a level end: at a common accuracy with noise, tied, collapsed, slow, never
/// learned, not numbers, stopped early, diverged or without a result.
fn ends(random: &mut Random, seeds: usize, epochs: usize, is_patient: bool) -> Vec<End> {
    let kind = random.below(24);
    let spread = [0.0005, 0.002, 0.01][random.below(3)];
    let truth = 0.95 + 0.02 * (random.uniform() - 0.5);
    let slope = [0.0, 0.0, 0.0, 0.003][random.below(4)];
    let tied = counted(truth);
    let end = |random: &mut Random, seed: usize| {
        let last = counted(truth + spread * random.normal());
        let path = |at: &dyn Fn(usize) -> (f64, f64)| Epochs((0..epochs).map(at).collect());
        let rest = |epoch: usize| (epochs - 1 - epoch) as f64;
        match (kind, seed) {
            (0, _) => path(&|_| (tied, 0.3)),
            (1, 0) => Diverged,
            (2, 0) => Crashed,
            (3, _) => path(&|epoch| (if epoch + 1 == epochs { 0.1 } else { last }, 0.4)),
            (4, _) => path(&|_| (0.1, 2.3)),
            (5, _) => path(&|epoch| (0.1 + 0.012 * epoch as f64, 2.3)),
            (6, 0) => path(&|_| (0.1, f64::NAN)),
            (7, 0) => path(&|_| (last, f64::INFINITY)),
            (8, 0) => path(&|_| (f64::NAN, 0.4)),
            (9, _) => path(&|epoch| (last, 0.1 + 0.02 * epoch as f64)),
            (10, 0) => path(&|epoch| (last, 0.1 + 0.05 * epoch as f64)),
            _ if is_patient => {
                let stops = 3 + random.below(3);
                Epochs(
                    (0..stops).map(|epoch| (last - 0.001 * (stops - epoch) as f64, 0.3)).collect(),
                )
            }
            _ => path(&|epoch| {
                let early = if epoch == 0 && epochs > 3 { 0.03 } else { 0.0 };
                (last - early - slope * rest(epoch), 0.3 * (1.0 + 0.01 * rest(epoch)))
            }),
        }
    };
    (0..seeds).map(|seed| end(random, seed)).collect()
}

/// A count of 12,000 rows.
fn counted(accuracy: f64) -> f64 {
    (accuracy * 12_000.0).round() / 12_000.0
}

fn drawn(random: &mut Random, number: usize) -> (Experiment, &'static [&'static str]) {
    let Plan { factors, base, levels } = plan(number);
    let seeds = 1 + random.below(10);
    let epochs = 4 + random.below(9);
    let is_patient = base.contains("patience") || factors == ["patience"];
    let made = MadeUp {
        factors,
        base,
        seconds: noisy,
        test: Some(0.0),
        largest_class: [None, None, Some(0.112), Some(0.6)][random.below(4)],
        ..MadeUp::default()
    };
    let levels: Vec<(Vec<Value>, Vec<End>)> = levels
        .into_iter()
        .map(|values| {
            let epochs = match (factors, &values[0]) {
                (["epochs"], Value::Integer(epochs)) => *epochs as usize,
                _ => epochs,
            };
            let ends = ends(random, seeds, epochs, is_patient);
            (values, ends)
        })
        .collect();
    (made.experiment(&levels), factors)
}

fn rows(experiment: &Experiment) -> Vec<Vec<String>> {
    let text = |cell: &Cell| cell.text.spans.iter().map(|span| span.text.as_str()).collect();
    let table = level_tables::of_levels(experiment);
    table.body.iter().map(|row| row.iter().map(text).collect()).collect()
}

/// The beginning of each kind of sentence besides the headline.
const KNOWN: [&str; 6] = [
    "Each ",
    "At a fixed ratio ",
    "Interaction, ",
    "Not compared, ",
    "Overfitting: ",
    "Of the variance ",
];

/// Holds every sentence on an experiment against the truth.
fn check(experiment: &Experiment, truth: &Truth) {
    let findings = Findings::of(experiment);
    let told = findings.sentences.join("\n");
    for nonsense in ["NaN", "inf ", "−0.00 ", "-"] {
        assert!(!told.split(' ').any(|word| word == nonsense.trim()), "{nonsense}: {told}");
    }
    check_headline(&findings.sentences[0], truth, &told);
    for sentence in &findings.sentences[1..] {
        let is_known = KNOWN.iter().any(|start| sentence.starts_with(start))
            || sentence.contains(", against ");
        assert!(is_known, "a sentence that no rule checks: {sentence}");
    }
    let start = |start: &str| findings.sentences.iter().find(|one| one.starts_with(start));
    // Lost seeds and overfitting.
    let lost = truth.levels.iter().filter(|level| !level.is_compared);
    let listed = start("Not compared, ");
    assert_eq!(listed.is_some(), lost.clone().next().is_some(), "{told}");
    // Of more than three, two are named.
    let named = if lost.clone().count() > 3 { 2 } else { 3 };
    for level in lost.take(named) {
        assert!(listed.unwrap().contains(&format!("{} ({}", level.label, level.losses)), "{told}");
    }
    let over = start("Overfitting: ");
    let expected = truth.family.iter().filter(|place| truth.levels[**place].overfits).count();
    assert_eq!(over.is_some(), expected > 0, "{told}");
    // A trend has the sign and the verdict of its own test.
    if let Some(trend) = start("Each doubling") {
        let (slope, p) = truth.trend();
        assert_eq!(trend.contains("(not clear)"), p > 0.05 || slope == 0.0, "{trend}: {p}");
        assert!(!trend.contains(" costs ") || slope < 0.0, "{trend}");
        assert!(!trend.contains(" adds ") || slope > 0.0, "{trend}");
    }
    // Differences, intervals and verdicts of the table, and the updates to the highest milestone.
    let reached = truth.reached();
    for (place, row) in rows(experiment).iter().enumerate() {
        assert_eq!(row[0].contains('↗'), truth.levels[place].improves, "{row:?}");
        assert_eq!(row.get(7), reached.as_ref().map(|reached| &reached[place]), "{row:?}");
        let expected = truth.difference(place);
        assert!(same(&row[2], &expected), "{} should be {expected}:\n{told}", row[2]);
    }
}

/// Whether a cell is the expected one, but for the last digit of its numbers, and half a percent of
/// wide intervals: the integral of the recomputation is no more exact.
fn same(cell: &str, expected: &str) -> bool {
    let (cell, expected): (Vec<&str>, Vec<&str>) =
        (cell.split(' ').collect(), expected.split(' ').collect());
    let number = |word: &str| word.trim_matches(['(', ')']).replace('−', "-").parse::<f64>().ok();
    cell.len() == expected.len()
        && cell.iter().zip(expected).all(|(one, other)| match (number(one), number(other)) {
            (Some(one), Some(other)) => (one - other).abs() < 0.0101 + 0.005 * other.abs(),
            _ => *one == other,
        })
}

fn check_headline(headline: &str, truth: &Truth, told: &str) {
    let label = |place: usize| truth.levels[truth.family[place]].label.clone();
    let is = |start: &str| headline.to_lowercase().starts_with(&start.to_lowercase());
    match truth.kind() {
        Kind::None => assert!(is("No level learned with every seed"), "{told}"),
        Kind::One => {
            assert!(is(&format!("Only one level can be compared: {}", label(0))), "{told}")
        }
        Kind::Names => assert!(is("The mean accuracies of "), "{told}"),
        Kind::Kept => assert!(is("The validation rows choose the best weights"), "{told}"),
        Kind::Tied => assert!(headline.contains(" have the same highest accuracy"), "{told}"),
        Kind::Untested => assert!(
            is(&format!("{} has the highest accuracy", label(0)))
                && headline.contains("with one seed, no difference can be judged"),
            "{told}"
        ),
        Kind::Best => assert!(is(&format!("{} is best: ", label(0))), "{told}"),
        Kind::NotBest => assert!(
            is(&format!("{} has the highest accuracy", label(0)))
                && headline.contains("It cannot be called best: "),
            "{told}"
        ),
        Kind::Close => {
            assert!(is(&format!("{} has the highest accuracy", label(0))), "{told}");
            assert!(!headline.contains("best") && !headline.contains("above"), "{told}");
        }
    }
}

/// Draws studies and returns the share of those that tell a ratio of times: all costs are equal.
fn checked(studies: usize, seed: u64) -> f64 {
    let mut random = Random::new(seed);
    let mut timed = 0;
    for number in 0..studies {
        let (experiment, factors) = drawn(&mut random, number);
        let truth = Truth::of(&experiment, factors);
        check(&experiment, &truth);
        let study = Study { experiments: vec![experiment] };
        let findings = StudyFindings::of(&study);
        assert!(findings.answer.len() <= 10, "{:?}", findings.answer);
        timed += usize::from(!findings.times.sentences.is_empty());
    }
    timed as f64 / studies as f64
}

#[test]
fn no_sentence_on_a_random_study_is_false() {
    let timed = checked(FEW, 1);
    assert!(timed <= 0.01, "{timed} of the studies tell a ratio of times that are equal");
}

#[test]
#[ignore = "takes minutes: the same with 25 times as many studies"]
fn no_sentence_on_ten_thousand_random_studies_is_false() {
    let timed = checked(MANY, 2);
    host::outln!(
        "{MANY} studies without a false sentence; {timed} of them tell a false ratio of times"
    );
    assert!(timed <= 0.01, "{timed} of the studies tell a ratio of times that are equal");
}

/// A study of levels with these true accuracies, SD 0.2 points.
fn simple(random: &mut Random, truths: &[f64], seeds: usize) -> Experiment {
    let level = |(place, truth): (usize, &f64)| {
        let mut end = || At(counted(truth + 0.002 * random.normal()));
        (0.01 * (place + 1) as f64, (0..seeds).map(|_| end()).collect())
    };
    MadeUp::default().of_numbers(&truths.iter().enumerate().map(level).collect::<Vec<_>>())
}

/// The share of studies of equal levels in which any difference is called clear.
fn false_claims(studies: usize) -> f64 {
    let mut random = Random::new(3);
    let mut clear = 0;
    for number in 0..studies {
        let seeds = [3, 5, 10][number % 3];
        let experiment = simple(&mut random, &vec![0.95; 3 + number % 6], seeds);
        clear += usize::from(Findings::of(&experiment).has_clear_difference());
    }
    clear as f64 / studies as f64
}

/// The share of studies in which the one level of six that is 0.5 points better is named as clearly
/// above every other, with ten seeds.
fn power(studies: usize) -> f64 {
    let mut random = Random::new(4);
    let named = (0..studies).filter(|_| {
        let experiment = simple(&mut random, &[0.95, 0.95, 0.955, 0.95, 0.95, 0.95], 10);
        let told = &Findings::of(&experiment).sentences[0];
        told.starts_with("Learning rate 0.03") && told.contains(" above ")
    });
    named.count() as f64 / studies as f64
}

#[test]
fn equal_levels_are_called_different_in_one_study_of_twenty_at_most() {
    let share = false_claims(FEW);
    assert!(share <= 0.05, "{share}");
}

#[test]
fn a_level_that_is_half_a_point_better_is_found_with_ten_seeds() {
    let share = power(300);
    assert!(share >= 0.8, "{share}");
}

#[test]
#[ignore = "prints the figures of docs/statistics.md"]
fn the_figures_of_many_studies() {
    host::outln!("false claims of {MANY} studies: {}", false_claims(MANY));
    host::outln!("power in 1000 studies: {}", power(1000));
}
