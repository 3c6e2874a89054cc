use maud::{Markup, html};
use run::text::duration;
use toml::Value;

use super::figure;
use crate::{
    ReportError,
    stats::Sample,
    study::{
        charts::{self, Against},
        insights::{self, MILESTONES, percent},
        results::{Experiment, Level, field_name, value_name},
    },
};

/// Everything about an experiment.
pub(super) fn section(experiment: &Experiment) -> Result<Markup, ReportError> {
    let accuracies = |against| figure(charts::accuracies(experiment, against));
    let closely = |against| figure(charts::accuracies_closely(experiment, against));
    Ok(html! {
        h2 id=(experiment.design.name) { (experiment.design.title) }
        ul { @for told in insights::of(experiment) { li { (told) } } }
        (fairness(experiment))
        (accuracies(Against::Epochs)?) (closely(Against::Epochs)?)
        @if experiment.varies_batch_size() {
            (accuracies(Against::Updates)?) (closely(Against::Updates)?)
            (accuracies(Against::Seconds)?) (closely(Against::Seconds)?)
        }
        (figure(charts::losses(experiment))?)
        (figure(charts::finals(experiment))?)
        @if let [first, second] = &experiment.design.factors[..] { (grid(experiment, first, second)) }
        (table(experiment))
        (every_run(experiment)?)
    })
}

/// Says what levels differ in, and warns of anything that nobody meant to differ.
fn fairness(experiment: &Experiment) -> Markup {
    let named: Vec<&String> = experiment.design.fields().collect();
    let mut unmeant: Vec<String> = Vec::new();
    for level in &experiment.levels {
        for trial in &level.trials {
            let others = experiment.levels.iter().flat_map(|level| &level.trials);
            for other in others.filter(|other| other.config.seed == trial.config.seed) {
                let fields = trial.config.differences(&other.config).into_iter().map(|(field, ..)| field);
                unmeant.extend(fields.filter(|field| !named.contains(&field)));
                if trial.provenance.data_sha256 != other.provenance.data_sha256 {
                    unmeant.push("the data themselves".to_owned());
                }
                if trial.provenance.device != other.provenance.device {
                    unmeant.push("the device".to_owned());
                }
            }
        }
    }
    unmeant.sort_unstable();
    unmeant.dedup();
    let missing = experiment.levels.iter().any(|level| level.trials.len() < level.planned);
    html! {
        @if unmeant.is_empty() {
            p.quiet { "Checked: runs of one seed differ in " (named.iter().map(|field| field.replace('_', " ")).collect::<Vec<_>>().join(" and ")) " alone." }
        } @else {
            p.warning { "Not a fair comparison: runs of one seed also differ in " (unmeant.join(", ")) "." }
        }
        @if missing { p.warning { "Some runs of this experiment have no result." } }
    }
}

/// The final validation accuracy of every combination of two factors.
fn grid(experiment: &Experiment, first: &str, second: &str) -> Markup {
    let (rows, columns) = (experiment.values(0), experiment.values(1));
    let level = |row: &Value, column: &Value| {
        experiment.levels.iter().find(|level| level.values[0] == *row && level.values[1] == *column)
    };
    html! {
        div.scroll { table {
            caption { "Final validation accuracy" }
            thead { tr {
                th { (field_name(first)) }
                @for column in &columns { th { (field_name(second)) " " (value_name(column)) } }
            } }
            tbody { @for row in &rows { tr {
                th { (value_name(row)) }
                @for column in &columns {
                    td { (accuracy(level(row, column).and_then(|level| level.last(|epoch| epoch.valid_accuracy)))) }
                }
            } } }
        } }
    }
}

/// An accuracy and its spread over seeds.
fn accuracy(sample: Option<Sample>) -> String {
    match sample {
        None => "–".to_owned(),
        Some(sample) if sample.count == 1 => percent(sample.mean),
        Some(sample) => format!("{} ± {:.2}", percent(sample.mean), sample.deviation * 100.0),
    }
}

fn table(experiment: &Experiment) -> Markup {
    html! {
        div.scroll { table {
            thead {
                tr {
                    th rowspan="2" { "level" } th colspan="4" { "after the last epoch" } th rowspan="2" { "test accuracy" }
                    th colspan=(MILESTONES.len()) { "epochs, thousand updates, training time to" } th rowspan="2" { "training time" }
                }
                tr {
                    th { "validation accuracy" } th { "training accuracy" } th { "validation loss" } th { "training loss" }
                    @for milestone in MILESTONES { th { (format!("{:.0} %", milestone * 100.0)) } }
                }
            }
            tbody { @for level in &experiment.levels { (row(level)) } }
        } }
    }
}

fn row(level: &Level) -> Markup {
    let loss = |sample: Option<Sample>| sample.map_or_else(|| "–".to_owned(), |sample| format!("{:.4}", sample.mean));
    let reached = |milestone: f64| {
        level.reached(milestone).map_or_else(
            || "–".to_owned(),
            |reached| format!("{:.1}, {:.1}, {}", reached.epochs, reached.updates / 1e3, duration(reached.seconds)),
        )
    };
    let diverged = level.diverged().len();
    html! {
        tr {
            th { (level.label) @if diverged > 0 { span.warning { " (" (diverged) " of " (level.trials.len()) " diverged)" } } }
            td { (accuracy(level.last(|epoch| epoch.valid_accuracy))) }
            td { (accuracy(level.last(|epoch| epoch.train_accuracy))) }
            td { (loss(level.last(|epoch| epoch.valid_loss))) }
            td { (loss(level.last(|epoch| epoch.train_loss))) }
            td { (accuracy(level.test_accuracy())) }
            @for milestone in MILESTONES { td { (reached(milestone)) } }
            td { (level.seconds().map_or_else(|| "–".to_owned(), |sample| duration(sample.mean))) }
        }
    }
}

/// The two curves of every run.
fn every_run(experiment: &Experiment) -> Result<Markup, ReportError> {
    let loss = |trial| charts::small(trial, "loss", |epoch| epoch.train_loss, |epoch| epoch.valid_loss);
    let accuracy = |trial| charts::small(trial, "accuracy", |epoch| epoch.train_accuracy, |epoch| epoch.valid_accuracy);
    Ok(html! {
        details open {
            summary { "Loss and accuracy of every run: " span.training { "● training" } ", " span.validation { "■ validation" } }
            @for level in &experiment.levels {
                h4 { (level.label) }
                div.small {
                    @for trial in &level.trials {
                        @if trial.history.last().is_none() {
                            p.warning { "seed " (trial.config.seed) ": diverged in its first epoch, there is no curve" }
                        }
                        (figure(loss(trial))?) (figure(accuracy(trial))?)
                    }
                }
            }
        }
    })
}
