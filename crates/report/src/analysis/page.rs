//! The report as a document.

pub mod best;
pub mod experiment;

use run::text::thousands;
use study::{Completed, Results, StudyFolder};

use super::insights;
use crate::{
    ReportError,
    document::{Block, Cell, Document, Look, Style, Table, Text},
};

/// A summary is no longer than this.
const SUMMARY_LINES: usize = 5;

/// The report on these results, which were read from this folder.
///
/// # Errors
/// A file of the best run cannot be read, or a picture not be drawn.
pub fn of(results: &Results, folder: &StudyFolder) -> Result<Document, ReportError> {
    let trials = results.completed();
    let mut blocks = vec![summary(results), Block::Contents];
    if !trials.is_empty() {
        blocks.extend(setup(&trials));
    }
    for experiment in &results.experiments {
        blocks.extend(experiment::section(experiment)?);
    }
    blocks.extend(best::section(results, folder)?);
    blocks.extend(reading());
    Ok(Document { title: "How settings change training".to_owned(), blocks })
}

/// The first thing to say about each experiment.
fn summary(results: &Results) -> Block {
    let first = |experiment| insights::of(experiment).into_iter().next();
    let firsts =
        results.experiments.iter().filter_map(|experiment| Some((&experiment.design.title, first(experiment)?)));
    let line = |(title, first)| Text::styled(Style::Bold, format!("{title}. ")).and(Style::Plain, first);
    Block::List { items: firsts.take(SUMMARY_LINES).map(line).collect() }
}

/// What all runs have in common; where they differ, that they do.
fn setup(trials: &[&Completed]) -> [Block; 2] {
    let common = |tell: &dyn Fn(&Completed) -> String| {
        let mut sentences: Vec<String> = trials.iter().map(|trial| tell(trial)).collect();
        sentences.sort_unstable();
        sentences.dedup();
        match &sentences[..] {
            [one] => one.clone(),
            several => format!("differs between runs: {} kinds, see the experiments", several.len()),
        }
    };
    let rows = [
        (
            "Data",
            common(&|trial| format!("{} (SHA-256 {})", trial.config.data.display(), trial.provenance.data_sha256)),
        ),
        ("Images", common(&images)),
        ("Split", common(&split)),
        ("Network", common(&network)),
        (
            "Training",
            "stochastic gradient descent, cross-entropy; what an experiment does not vary is as in its file".to_owned(),
        ),
        ("Runs", format!("{} runs, each from fresh weights in a process of its own", trials.len())),
        ("Device", common(&|trial| format!("{} ({})", trial.provenance.device, trial.config.backend))),
        ("Threads", common(&|trial| format!("{} a run", trial.config.threads))),
        ("Burn", common(&|trial| trial.provenance.burn.clone())),
        ("Compiler", common(&|trial| trial.provenance.rustc.clone())),
        ("Sources", common(&|trial| trial.provenance.git_revision.clone())),
    ];
    let row = |(name, value): (&str, String)| vec![Cell::header(name), Cell::from(value)];
    [
        Block::Section { title: "Setup".to_owned(), anchor: "setup".to_owned() },
        Block::Table(Table { body: rows.into_iter().map(row).collect(), look: Look::Facts, ..Table::default() }),
    ]
}

fn images(trial: &Completed) -> String {
    let (summary, most) = (&trial.summary, trial.config.pixel_max);
    format!("{} pixels, each from 0 to {most}; {} classes, labels {}", summary.image, summary.classes, summary.labels())
}

fn split(trial: &Completed) -> String {
    format!(
        "{} training and {} validation rows, stratified by class, drawn from the seed",
        thousands(trial.summary.train_rows as f64),
        thousands(trial.summary.valid_rows as f64)
    )
}

fn network(trial: &Completed) -> String {
    let (inputs, outputs) = (trial.summary.image.pixels(), trial.summary.classes);
    let sizes: Vec<usize> = [inputs].into_iter().chain(trial.config.hidden.iter().copied()).chain([outputs]).collect();
    let parameters: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    format!("{}, ReLU between, {} parameters without layer norm", sizes.join("-"), thousands(parameters as f64))
}

fn reading() -> [Block; 2] {
    let items = [
        "Runs of one seed share the split, the first weights wherever the shapes allow it, and the order of the samples; \
         only the factor differs.",
        "Training numbers are averages over an epoch while the weights change; validation numbers are measured at its \
         end. Early in training the validation curve can therefore lie above the training curve.",
        "± is a standard deviation over seeds, bands are their range. Two levels are distinguished by a paired t interval \
         (95 %) of their differences seed by seed; with few seeds it is wide, and with many comparisons one in twenty is \
         chance.",
        "Seconds are those of training alone, on the device above, which runs may have shared; validation is not counted.",
    ];
    [
        Block::Section { title: "How to read this".to_owned(), anchor: "reading".to_owned() },
        Block::List { items: items.map(Text::from).into() },
    ]
}
