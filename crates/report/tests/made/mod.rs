//! Made-up runs.

#![allow(dead_code, reason = "no test needs all of it")]

use std::fs;

use data::ImageSize;
use report::analysis::insights;
use run::{Epoch, History, Measures, Metric, Outcome, Prediction, Summary};
use study::{Design, Experiment, Level, Results, Study, StudyFolder, results};
use tempfile::TempDir;

/// An analysis of made-up runs of one experiment.
pub struct Made {
    _parent: TempDir,
    pub folder: StudyFolder,
}

/// A level of a made-up experiment: value, and a validation accuracy a seed; none of one that diverged.
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
                make_run(&folder, &name, &format!("learning_rate = {rate}\nseed = {seed}\n"), *accuracy);
                runs.push(name);
            }
            compared.push(Level {
                label: String::new(),
                values: vec![(*rate).into()],
                planned: runs.len(),
                trials: runs,
            });
        }
        let design = Design {
            name: "learning-rate".into(),
            title: "Learning rate".into(),
            factors: vec!["learning_rate".into()],
            along: vec![],
        };
        let experiment = Experiment { design, levels: compared };
        folder.write(&Study { experiments: vec![experiment] }).unwrap();
        Self { _parent: parent, folder }
    }

    pub fn results(&self) -> Results {
        results::read(&self.folder).unwrap()
    }

    pub fn told(&self) -> String {
        insights::of(&self.results().experiments[0]).join("\n")
    }
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
            valid: measures(0.5, end - 0.02 * (4 - epoch) as f64),
            seconds: 0.5,
            samples_per_second: 1000.0,
        });
    }
    run.write_history(&history).unwrap();
    run.write_summary(&Summary {
        outcome: if accuracy.is_some() { Outcome::Finished } else { Outcome::Diverged { epoch: 3, step: 17 } },
        epochs: history.epochs().len(),
        best_epoch: history.best().map(|epoch| epoch.epoch),
        best_valid_accuracy: history.best().map(|epoch| epoch.valid.accuracy()),
        final_valid_loss: Some(0.5),
        final_valid_accuracy: history.last().map(|epoch| epoch.valid.accuracy()),
        test_loss: None,
        test_accuracy: accuracy.map(|accuracy| accuracy - 0.01),
        train_rows: 640,
        valid_rows: 160,
        image: ImageSize::MNIST,
        classes: 10,
        first_label: 0,
        parameters: 1,
        train_seconds: 2.0,
    })
    .unwrap();
    let prediction = Prediction { row: 0, label: 4, predicted: 9, probability: 0.99 };
    run.write_predictions(&[prediction], &[run::Mistake { prediction, pixels: vec![7; 784] }]).unwrap();
}

/// Seeds that all finished.
pub fn some(accuracies: [f64; 3]) -> Vec<Option<f64>> {
    accuracies.map(Some).to_vec()
}

pub fn measures(loss: f64, accuracy: f64) -> Measures {
    let value = |metric| match metric {
        Metric::Loss => Some(loss),
        Metric::Accuracy => Some(accuracy),
    };
    Measures::of(value).unwrap()
}
