//! `results.md`: the sentences, tables and pictures of each experiment, and the conclusion, for
//! readers of the folder on the web.

use std::fmt::Write;

use host::text::{duration, thousands};
use study::stats::Sample;

use super::{
    charts::{self, Colors, UNITED},
    conclusion::StudyFindings,
    levels::{Level, fitted_accuracy, valid_accuracy},
};
use crate::words::{hundredths, lost, or_dash, spread};

/// The text of `results.md`.
pub fn of(study: &StudyFindings) -> String {
    let colors = Colors::of(&study.results.experiments);
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
        let (title, name) = (experiment.design.full_title(), &experiment.design.name);
        _ = write!(text, "\n## {title}\n\nThe experiment `{name}.toml`.\n");
        for (chart, _) in charts::of(experiment, &colors).filter(|(chart, _)| chart.is_in_results) {
            _ = write!(text, "\n![{}](pictures/{})\n", chart.text, chart.file(experiment));
        }
        text += "\n| level | validation accuracy | training accuracy | test accuracy | updates | \
            training time |\n\
                 |---|---|---|---|---|---|\n";
        experiment.levels.iter().for_each(|level| text += &row(level));
        text += "\n";
        findings.sentences.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    if charts::united(&study.results.experiments).is_some() {
        _ = write!(
            text,
            "\n## All learning rates and batch sizes\n\n![Accuracy over learning rate divided by \
             batch size](pictures/{UNITED})\n"
        );
    }
    text += "\n## Conclusion\n";
    for topic in &study.conclusion {
        _ = write!(text, "\n### {}\n\n", topic.title);
        topic.sentences.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    text
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
