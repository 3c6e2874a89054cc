//! `results.md`: the sentences, tables and pictures of each experiment, and the conclusion, for
//! readers of the folder on the web.

use std::fmt::Write;

use host::text::{duration, thousands};
use study::stats::Sample;

use super::{
    conclusion::StudyFindings,
    levels::{Level, fitted_accuracy, valid_accuracy},
};
use crate::words::{hundredths, lost, or_dash, spread};

/// The text of `results.md`, with the pictures of these names.
pub fn of(study: &StudyFindings, pictures: &[String]) -> String {
    let mut text = String::from(
        "# How settings change training\n\nComputed from the runs: `cargo xtask analysis` writes \
         this file as `results.md`, beside `report.html`. Accuracies are in percent after the last \
         epoch, mean (SD: standard deviation) over the seeds that finished; training accuracy is \
         measured as validation accuracy is, on as many training rows as there are validation \
         rows, 10,000 at most. ± is half the width of the 95 % interval of a difference, by the \
         rules in docs/statistics.md. Times are of training alone: read them as ratios.\n",
    );
    for findings in &study.experiments {
        let experiment = findings.experiment;
        let name = &experiment.design.name;
        _ = write!(
            text,
            "\n## {}\n\nThe experiment `{name}.toml`.\n",
            experiment.design.full_title()
        );
        for picture in ["accuracy-closely", "final", "map"].map(|kind| format!("{name}-{kind}")) {
            if pictures.contains(&picture) {
                _ = write!(text, "\n![{}](pictures/{picture}.png)\n", alternative(&picture, name));
            }
        }
        text += "\n| level | validation accuracy | training accuracy | test accuracy | updates | \
            training time |\n\
                 |---|---|---|---|---|---|\n";
        experiment.levels.iter().for_each(|level| text += &row(level));
        text += "\n";
        findings.sentences.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    if pictures.iter().any(|picture| picture == "united") {
        text += "\n## All learning rates and batch sizes\n\n![Accuracy over learning rate divided \
                 by batch size](pictures/united.png)\n";
    }
    text += "\n## Conclusion\n";
    for topic in &study.conclusion {
        _ = write!(text, "\n### {}\n\n", topic.title);
        topic.sentences.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    text
}

/// The alternative text of a picture.
fn alternative(picture: &str, name: &str) -> &'static str {
    match picture.strip_prefix(name) {
        Some("-accuracy-closely") => "Validation accuracy by epoch",
        Some("-map") => "Final accuracy of every combination",
        _ => "Final accuracy",
    }
}

fn row(level: &Level) -> String {
    let accuracy = |sample: Option<Sample>| {
        or_dash(sample.map(|sample| hundredths(sample.mean) + &spread(&sample)))
    };
    let lost = match lost(level).join(", ") {
        lost if lost.is_empty() => lost,
        lost => format!(" ({lost})"),
    };
    let updates =
        level.trials.iter().map(|trial| trial.summary.epochs * trial.updates_an_epoch()).max();
    format!(
        "| {}{lost} | {} | {} | {} | {} | {} |\n",
        level.label,
        accuracy(level.last(valid_accuracy)),
        accuracy(level.last(fitted_accuracy)),
        accuracy(level.test_accuracy()),
        or_dash(updates.map(|updates| thousands(updates as f64))),
        or_dash(level.seconds().map(|sample| duration(sample.mean)))
    )
}
