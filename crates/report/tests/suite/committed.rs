//! What is committed of studies agrees with itself: the tables of `results.md` are those of
//! `results.csv`.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

/// The studies: that of all experiments, and that of those that run only when they are named.
const STUDIES: [&str; 2] = ["", "named"];

fn folder(study: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments").join(study)
}

fn read(study: &str, name: &str) -> String {
    fs::read_to_string(folder(study).join(name)).unwrap()
}

type Row = HashMap<String, String>;

/// The runs of each level: by experiment and level.
fn runs(study: &str) -> HashMap<(String, String), Vec<Row>> {
    let mut runs: HashMap<_, Vec<Row>> = HashMap::new();
    let text = read(study, "results.csv");
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>() {
        let row = row.unwrap();
        runs.entry((row["experiment"].clone(), row["level"].clone())).or_default().push(row);
    }
    runs
}

/// A column over the runs that finished, in percent: mean, and with several runs the standard
/// deviation.
fn accuracy(runs: &[Row], column: &str) -> Vec<f64> {
    let finished = runs.iter().filter(|row| row["outcome"] == "finished");
    let values: Vec<f64> = finished
        .filter_map(|row| row.get(column)?.parse().ok())
        .map(|value: f64| value * 100.0)
        .collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    [mean, (squares / (count - 1.0)).sqrt()].into_iter().take(values.len()).collect()
}

/// The numbers in a cell, which are rounded to two digits.
fn numbers(cell: &str) -> Vec<f64> {
    cell.split([' ', '(', ')']).filter_map(|word| word.parse().ok()).collect()
}

/// Whether numbers are others rounded to two digits, the one way or the other where they lie
/// between.
fn are_rounded(rounded: &[f64], exact: &[f64]) -> bool {
    rounded.len() == exact.len()
        && rounded.iter().zip(exact).all(|(one, other)| (one - other).abs() < 0.005 + 1e-9)
}

#[test]
fn the_answer_is_short() {
    for study in STUDIES {
        let text = read(study, "results.md");
        let (_, answer) = text.split_once("## The answer").unwrap();
        let sentences: Vec<&str> =
            answer.lines().take_while(|line| !line.starts_with("## ")).collect();
        let sentences: Vec<_> = sentences.iter().filter(|line| line.starts_with("- ")).collect();
        assert!((4..=10).contains(&sentences.len()), "{study}: {} sentences", sentences.len());
        for sentence in sentences {
            let words = sentence[2..].split_whitespace().filter(|word| *word != "±").count();
            assert!(words <= 25, "{study}: {words} words: {sentence}");
        }
    }
}

#[test]
fn the_tables_are_those_of_the_runs() {
    for study in STUDIES {
        compare_tables(study);
    }
}

fn compare_tables(study: &str) {
    let (runs, text) = (runs(study), read(study, "results.md"));
    let (mut experiment, mut rows) = (String::new(), 0);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("The experiment `") {
            experiment = name.trim_end_matches(".toml`.").to_owned();
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        // The tables of times have two columns.
        let is_level = line.starts_with('|') && cells.len() > 2;
        if !is_level || cells[0] == "level" || cells[0].starts_with("---") {
            continue;
        }
        // Behind the level stands whether it still improved, and what became of lost seeds.
        let name = cells[0].split([' ', '(']).take_while(|word| !["↗", ""].contains(word));
        let name = name.collect::<Vec<_>>().join(" ");
        let level = &runs[&(experiment.clone(), name)];
        for (cell, column) in [
            (cells[1], "endpoint_valid_accuracy"),
            (cells[3], "final_valid_accuracy"),
            (cells[4], "test_accuracy"),
        ] {
            let expected = accuracy(level, column);
            assert!(
                are_rounded(&numbers(cell), &expected),
                "{column} of {} in {experiment}: {cell}, not {expected:?}",
                cells[0]
            );
        }
        let updates =
            level.iter().map(|run| run["updates"].parse::<f64>().unwrap()).fold(0.0, f64::max);
        let expected = host::text::thousands(updates);
        assert_eq!(cells[6], expected, "updates of {} in {experiment}", cells[0]);
        rows += 1;
    }
    assert_eq!(rows, runs.len(), "a level is missing");
}

#[test]
fn the_pictures_are_there() {
    for study in STUDIES {
        for part in read(study, "results.md").split("](").skip(1) {
            let path = part.split(')').next().unwrap();
            if path.ends_with(".png") {
                assert!(folder(study).join(path).is_file(), "{path}");
            }
        }
    }
}
