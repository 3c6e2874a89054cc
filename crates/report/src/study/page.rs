//! `report.html`: one file that needs nothing else.

mod best;
mod experiment;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use run::{StudyFolder, text::thousands};

use super::{
    insights,
    results::{Results, Trial},
};
use crate::{ReportError, chart::Chart, font};

const CSS: &str = include_str!("page/report.css");
/// A summary is no longer than this.
const SUMMARY_LINES: usize = 5;

/// The text of `report.html`.
///
/// # Errors
/// A file of the best run cannot be read, or a picture not be drawn.
pub fn of(results: &Results, folder: &StudyFolder) -> Result<String, ReportError> {
    let trials = results.trials();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "How settings change training" }
                style { (PreEscaped(font::css())) (PreEscaped(CSS)) }
            }
            body {
                h1 { "How settings change training" }
                (summary(results))
                (contents(results))
                @if !trials.is_empty() { (setup(&trials)) }
                @for experiment in &results.experiments { (experiment::section(experiment)?) }
                (best::section(results, folder)?)
                (reading())
            }
        }
    };
    Ok(page.into_string())
}

/// The first thing to say about each experiment.
fn summary(results: &Results) -> Markup {
    let firsts = results
        .experiments
        .iter()
        .filter_map(|experiment| Some((experiment, insights::of(experiment).into_iter().next()?)));
    html! {
        ul.summary {
            @for (experiment, first) in firsts.take(SUMMARY_LINES) { li { b { (experiment.design.title) ". " } (first) } }
        }
    }
}

fn contents(results: &Results) -> Markup {
    html! {
        nav {
            a href="#setup" { "Setup" }
            @for experiment in &results.experiments { a href={ "#" (experiment.design.name) } { (experiment.design.title) } }
            a href="#best" { "The best network" }
            a href="#reading" { "How to read this" }
        }
    }
}

/// What all runs have in common; where they differ, that they do.
fn setup(trials: &[&Trial]) -> Markup {
    let common = |tell: &dyn Fn(&Trial) -> String| {
        let mut told: Vec<String> = trials.iter().map(|trial| tell(trial)).collect();
        told.sort_unstable();
        told.dedup();
        match &told[..] {
            [one] => one.clone(),
            several => format!("differs between runs: {} kinds, see the experiments", several.len()),
        }
    };
    let rows = [
        (
            "Data",
            common(&|trial| format!("{} (SHA-256 {})", trial.config.data.display(), trial.provenance.data_sha256)),
        ),
        ("Split", common(&split)),
        ("Network", common(&network)),
        (
            "Training",
            "stochastic gradient descent, cross-entropy; what an experiment does not vary is as in its file".to_owned(),
        ),
        ("Runs", format!("{} runs, each from fresh weights in a process of its own", trials.len())),
        ("Device", common(&|trial| format!("{} ({})", trial.provenance.device, trial.config.backend))),
        ("Threads", common(&|trial| format!("{} a run", trial.provenance.threads))),
        ("Burn", common(&|trial| trial.provenance.burn.clone())),
        ("Compiler", common(&|trial| trial.provenance.rustc.clone())),
        ("Sources", common(&|trial| trial.provenance.git_revision.clone())),
    ];
    html! {
        h2 #setup { "Setup" }
        div.scroll { table.facts { @for (name, value) in rows { tr { th { (name) } td { (value) } } } } }
    }
}

fn split(trial: &Trial) -> String {
    format!(
        "{} training and {} validation rows, stratified by digit, drawn from the seed",
        thousands(trial.summary.train_rows as f64),
        thousands(trial.summary.valid_rows as f64)
    )
}

fn network(trial: &Trial) -> String {
    let sizes: Vec<usize> = [784].into_iter().chain(trial.config.hidden.iter().copied()).chain([10]).collect();
    let parameters: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    format!("{}, ReLU between, {} parameters without layer norm", sizes.join("-"), thousands(parameters as f64))
}

fn reading() -> Markup {
    html! {
        h2 #reading { "How to read this" }
        ul {
            li { "Runs of one seed share the split, the first weights wherever the shapes allow it, and the order of the samples; only the factor differs." }
            li { "Training numbers are averages over an epoch while the weights change; validation numbers are measured at its end. Early in training the validation curve can therefore lie above the training curve." }
            li { "± is a standard deviation over seeds, bands are their range. Two levels are told apart by a paired t interval (95 %) of their differences seed by seed; with few seeds it is wide, and with many comparisons one in twenty is chance." }
            li { "Seconds are those of training alone, on the device above, which runs may have shared; validation is not counted." }
        }
    }
}

/// A picture inside the page.
fn figure(chart: Option<Chart>) -> Result<Markup, ReportError> {
    let Some(chart) = chart else { return Ok(html! {}) };
    let svg = chart.bare_svg().map_err(|reason| ReportError::Picture { picture: "report.html", reason })?;
    Ok(html! { figure { (PreEscaped(svg)) } })
}
