//! Made-up runs.

#![allow(dead_code, reason = "no test needs all of it")]

use std::{convert::Infallible, fs, path::Path};

use data::{Classes, ImageSize};
use report::analysis::findings::Findings;
use run::{
    Epoch, History, Keep, LabelledPrediction, Measures, Metric, Outcome, Provenance, Run,
    RunConfig, RunFolder, Settings, Summary,
};
use study::{Completed, Design, Experiment, Level, Results, Study, StudyFolder, results};
use tempfile::TempDir;
use toml::{Table, Value};

/// An analysis of made-up runs of one experiment.
pub struct Made {
    _parent: TempDir,
    pub folder: StudyFolder,
}

/// A level of a made-up experiment: value, and a validation accuracy a seed; none of one that
/// diverged.
pub type MadeLevel = (f64, Vec<Option<f64>>);

impl Made {
    pub fn learning_rates(levels: &[MadeLevel]) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let folder = StudyFolder::at(parent.path());
        let mut compared = Vec::new();
        for (rate, accuracies) in levels {
            let mut runs = Vec::new();
            for (seed, accuracy) in accuracies.iter().enumerate() {
                let name = format!("lr{rate}-seed{seed}");
                make_run(
                    &folder,
                    &name,
                    &format!("learning_rate = {rate}\nseed = {seed}\n"),
                    *accuracy,
                );
                runs.push(name);
            }
            compared.push(Level {
                label: String::new(),
                values: vec![(*rate).into()],
                planned: runs.len(),
                averaged: 0,
                trials: runs,
            });
        }
        let design = Design {
            name: "learning-rate".to_owned().try_into().unwrap(),
            title: "Learning rate".into(),
            factors: vec!["learning_rate".into()],
            along: vec![],
            cut_to: None,
        };
        let experiment = Experiment { design, levels: compared };
        folder.write(&Study { experiments: vec![experiment] }).unwrap();
        Self { _parent: parent, folder }
    }

    pub fn results(&self) -> Results {
        results::read(&self.folder).unwrap()
    }

    pub fn told(&self) -> String {
        Findings::of(&self.results().experiments[0]).sentences.join("\n")
    }
}

/// Gives a run the weights of a small network.
pub fn keep_weights(run: &RunFolder) {
    let weights = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/pytorch/plain/weights_200.safetensors");
    fs::copy(weights, run.path().join("model.safetensors")).unwrap();
}

/// A run of four epochs that ends with this accuracy, or diverges in the third.
fn make_run(folder: &StudyFolder, name: &str, toml: &str, accuracy: Option<f64>) {
    let run = folder.run(name);
    fs::create_dir_all(run.path()).unwrap();
    run.write("run.toml", toml.as_bytes()).unwrap();
    let mut history = History::default();
    for epoch in 1..=if accuracy.is_some() { 4 } else { 2 } {
        let end = accuracy.unwrap_or(0.1);
        history.push(Epoch {
            epoch,
            train: measures(1.0 / epoch as f64, end),
            valid: measures(0.5, if epoch == 1 { end - 0.05 } else { end }),
            train_eval: Some(measures(0.4, end + 0.005)),
            seconds: 0.5,
            samples_per_second: 1000.0,
        });
    }
    run.write_history(&history).unwrap();
    run.write_summary(&Summary {
        outcome: if accuracy.is_some() {
            Outcome::Finished
        } else {
            Outcome::Diverged { epoch: 3, step: 17 }
        },
        epochs: history.epochs().len(),
        best_epoch: history.best().map(|epoch| epoch.epoch),
        best_valid_accuracy: history.best().map(|epoch| epoch.valid.accuracy()),
        kept_epoch: None,
        final_valid_loss: Some(0.5),
        final_valid_accuracy: history.last().map(|epoch| epoch.valid.accuracy()),
        test_loss: None,
        test_accuracy: accuracy.map(|accuracy| accuracy - 0.01),
        temperature: None,
        threshold: None,
        train_rows: 640,
        valid_rows: 160,
        test_rows: Some(1000),
        test_rows_in_data: None,
        largest_class: None,
        image: ImageSize::MNIST,
        classes: Classes::numbered(0, 10),
        network: Some("784-256-128-10".to_owned()),
        parameters: 1,
        train_seconds: 2.0,
        ended: None,
    })
    .unwrap();
    let prediction = LabelledPrediction { row: 0, label: 4, predicted: 9, probability: 0.99 };
    let mistakes = [run::Mistake { prediction, pixels: vec![7; 784] }];
    run.write_predictions(&[prediction], &mistakes, &Classes::numbered(0, 10)).unwrap();
}

/// How a made-up run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// With this validation accuracy, reached in the second epoch.
    At(f64),
    /// With the second one, after the first one in all epochs before.
    From(f64, f64),
    /// After these validation accuracies and losses.
    Epochs(Vec<(f64, f64)>),
    /// In the second epoch.
    Diverged,
    /// Without a result.
    Crashed,
}

/// An experiment that is made up without a disk. Its runs begin 5 points lower than they end.
#[derive(Clone, Copy)]
pub struct MadeUp {
    pub factors: &'static [&'static str],
    pub along: &'static [&'static str],
    /// Other settings of all runs, as TOML.
    pub base: &'static str,
    pub cut_to: Option<usize>,
    pub train_rows: usize,
    pub valid_rows: usize,
    pub classes: usize,
    pub largest_class: Option<f64>,
    /// By how much the training accuracy of each epoch is above that of validation.
    pub gap: f64,
    /// By how much the test accuracy is above the last validation accuracy.
    pub test: Option<f64>,
    /// The validation loss of an epoch, of a seed.
    pub loss: fn(usize, u64) -> f64,
    /// Seconds of an epoch.
    pub seconds: fn(&RunConfig) -> f64,
}

impl Default for MadeUp {
    fn default() -> Self {
        let (factors, along) = (&["learning_rate"], &[]);
        Self {
            factors,
            along,
            base: "",
            cut_to: None,
            train_rows: 640,
            valid_rows: 12_000,
            classes: 10,
            largest_class: None,
            gap: 0.005,
            test: None,
            loss: |_, _| 0.5,
            seconds: |_| 1.0,
        }
    }
}

impl MadeUp {
    /// The experiment of these levels: the values of its factors and of what goes along, and how
    /// each seed ended.
    pub fn experiment(&self, levels: &[(Vec<Value>, Vec<End>)]) -> Experiment<Completed> {
        let names =
            |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        let design = Design {
            name: "made-up".to_owned().try_into().unwrap(),
            title: "Made up".into(),
            factors: names(self.factors),
            along: names(self.along),
            cut_to: self.cut_to,
        };
        let level = |(values, ends): &(Vec<Value>, Vec<End>)| Level {
            label: String::new(),
            values: values.clone(),
            planned: 0,
            averaged: 0,
            trials: ends
                .iter()
                .enumerate()
                .map(|(seed, end)| self.run(&design, values, seed, end))
                .collect(),
        };
        let experiments =
            vec![Experiment { levels: levels.iter().map(level).collect(), design: design.clone() }];
        let study = Study { experiments }.try_map(Ok::<_, Infallible>);
        study.unwrap_or_else(|never| match never {}).experiments.remove(0)
    }

    /// The experiment of one factor of numbers.
    pub fn of_numbers(&self, levels: &[(f64, Vec<End>)]) -> Experiment<Completed> {
        let value = |number: f64| match self.factors[0] {
            "batch_size" | "epochs" | "limit" | "split_seed" => Value::from(number as i64),
            _ => Value::from(number),
        };
        self.experiment(
            &levels.iter().map(|(x, ends)| (vec![value(*x)], ends.clone())).collect::<Vec<_>>(),
        )
    }

    fn run(&self, design: &Design, values: &[Value], seed: usize, end: &End) -> Option<Completed> {
        let mut table: Table = toml::from_str(self.base).unwrap();
        table.extend(design.fields().cloned().zip(values.iter().cloned()));
        table.insert("seed".into(), Value::Integer(seed as i64));
        table.entry("epochs").or_insert(Value::Integer(4));
        let settings: Settings = table.try_into().unwrap();
        let config = settings.resolve().unwrap();
        let path = |first: f64, middle: f64, last: f64| {
            let accuracy = |epoch| match epoch {
                _ if epoch == config.epochs => last,
                1 => first,
                _ => middle,
            };
            let loss = |epoch| (self.loss)(epoch, seed as u64);
            (1..=config.epochs).map(|epoch| (accuracy(epoch), loss(epoch))).collect()
        };
        let epochs: Vec<(f64, f64)> = match end {
            End::At(last) => path(last - 0.05, *last, *last),
            End::From(before, last) => path(*before, *before, *last),
            End::Epochs(epochs) => epochs.clone(),
            End::Diverged => vec![(0.1, 2.3)],
            End::Crashed => return None,
        };
        let mut history = History::default();
        for (epoch, (accuracy, loss)) in (1..).zip(&epochs) {
            history.push(Epoch {
                epoch,
                train: measures(1.0 / epoch as f64, *accuracy),
                valid: measures(*loss, *accuracy),
                train_eval: Some(measures(1.0 / epoch as f64, accuracy + self.gap)),
                seconds: (self.seconds)(&config),
                samples_per_second: 1000.0,
            });
        }
        let outcome = match end {
            End::Diverged => Outcome::Diverged { epoch: 2, step: 7 + seed },
            _ => Outcome::Finished,
        };
        let by_accuracy =
            |a: &&Epoch, b: &&Epoch| a.valid.accuracy().total_cmp(&b.valid.accuracy());
        let best = history.epochs().iter().max_by(by_accuracy).map(|epoch| epoch.epoch);
        let kept = match config.keep {
            Keep::Best => best,
            Keep::Last => Some(epochs.len()),
        };
        let accuracy = kept.and_then(|kept| epochs.get(kept - 1)).map(|(accuracy, _)| *accuracy);
        let summary = Summary {
            outcome,
            epochs: epochs.len(),
            best_epoch: best,
            best_valid_accuracy: None,
            kept_epoch: kept,
            final_valid_loss: None,
            final_valid_accuracy: accuracy,
            test_loss: None,
            test_accuracy: self.test.zip(accuracy).map(|(test, accuracy)| accuracy + test),
            temperature: None,
            threshold: None,
            train_rows: self.train_rows,
            valid_rows: self.valid_rows,
            test_rows: self.test.map(|_| 10_000),
            test_rows_in_data: None,
            largest_class: self.largest_class,
            network: Some("784-256-128-10".to_owned()),
            parameters: 1,
            train_seconds: (self.seconds)(&config) * epochs.len() as f64,
            ended: None,
            image: data::ImageSize::MNIST,
            classes: Classes::numbered(0, self.classes),
        };
        let name = format!("{values:?}-{seed}");
        let (folder, provenance) = (RunFolder::at(&name), Provenance::default());
        Some(Completed { name, run: Run { folder, config, provenance, summary }, history })
    }
}

/// Seeds that all finished.
pub fn some(accuracies: [f64; 3]) -> Vec<Option<f64>> {
    accuracies.map(Some).to_vec()
}

pub fn measures(loss: f64, accuracy: f64) -> Measures {
    let known = [(Metric::Loss, loss), (Metric::Accuracy, accuracy)];
    Measures::of(|metric| known.iter().find(|(one, _)| *one == metric).map(|(_, value)| *value))
        .unwrap()
}
