//! `results.md`: the findings of an analysis, for readers of its folder on the web: the sentences,
//! tables and pictures of each experiment, and the conclusion.

use std::fmt::Write;

use host::{text::duration, text::thousands};
use study::{Results, stats::Sample};

use super::{Level, conclusion, insights};

/// The text of `results.md`, with the pictures of these names.
pub fn of(results: &Results, pictures: &[String]) -> String {
    let mut text = String::from(
        "# How settings change training\n\nComputed from the runs: `cargo xtask analysis` writes \
         this file as `results.md`, beside \
         `report.html`. Accuracies are in percent after the last epoch, mean (SD: standard \
         deviation) over the seeds that finished; \
         training accuracy is measured as validation accuracy is, on as many training rows as \
         there are validation rows, 10,000 at \
         most. ± is half the width of the 95 % interval of a difference, by the rules in \
         docs/statistics.md. Times are of training \
         alone: read them as ratios.\n",
    );
    for experiment in &results.experiments {
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
        insights::of(experiment).iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    if pictures.iter().any(|picture| picture == "united") {
        text += "\n## All learning rates and batch sizes\n\n![Accuracy over learning rate divided \
            by batch size](pictures/united.png)\n";
    }
    text += "\n## Conclusion\n";
    for topic in conclusion::of(results) {
        _ = write!(text, "\n### {}\n\n", topic.title);
        topic.sentences.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
    }
    text
}

/// What a picture shows, in words.
fn alternative(picture: &str, name: &str) -> &'static str {
    match picture.strip_prefix(name) {
        Some("-accuracy-closely") => "Validation accuracy by epoch",
        Some("-map") => "Final accuracy of every combination",
        _ => "Final accuracy",
    }
}

fn row(level: &Level) -> String {
    let accuracy = |sample: Option<Sample>| match sample {
        None => "–".to_owned(),
        Some(sample) if sample.count == 1 => format!("{:.2}", sample.mean * 100.0),
        Some(sample) => format!("{:.2} (SD {:.2})", sample.mean * 100.0, sample.deviation * 100.0),
    };
    let losses = level
        .losses()
        .into_iter()
        .map(|(count, how)| format!("{count} of {} {how}", level.planned));
    let losses = losses.collect::<Vec<_>>().join(", ");
    let losses = if losses.is_empty() { losses } else { format!(" ({losses})") };
    let updates =
        level.trials.iter().map(|trial| trial.summary.epochs * trial.updates_an_epoch()).max();
    format!(
        "| {}{losses} | {} | {} | {} | {} | {} |\n",
        level.label,
        accuracy(level.last(|epoch| epoch.valid.accuracy())),
        accuracy(level.last(|epoch| epoch.fitted().accuracy())),
        accuracy(level.test_accuracy()),
        updates.map_or_else(|| "–".to_owned(), |updates| thousands(updates as f64)),
        level.seconds().map_or_else(|| "–".to_owned(), |sample| duration(sample.mean))
    )
}
