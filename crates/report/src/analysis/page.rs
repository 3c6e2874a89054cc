//! The report as a document.

pub(super) mod best;
pub mod experiment;

use host::text::thousands;
use run::Optimizer;
use study::{
    Completed, Results, StudyFolder,
    comparison::{ALPHA, SAME},
};

use super::{
    Experiment,
    charts::{self, Colors},
    conclusion, insights,
};
use crate::{
    ReportError,
    chart::Chart,
    document::{Block, Cell, Document, Look, Style, Table, Text},
};

/// The report on these results, which were read from this folder.
///
/// # Errors
/// A file of the best run cannot be read, or a picture not be drawn.
pub fn of(results: &Results, folder: &StudyFolder) -> Result<Document, ReportError> {
    let trials = results.completed();
    let mut blocks = vec![summary(results)];
    blocks.extend(Block::figure(carrying(results))?);
    blocks.push(Block::Contents);
    if !trials.is_empty() {
        blocks.extend(setup(&trials));
    }
    let colors = Colors::of(&results.experiments);
    for experiment in &results.experiments {
        blocks.extend(experiment::section(experiment, &colors)?);
    }
    blocks.extend(united(results));
    blocks.extend(best::section(results, folder)?);
    blocks.extend(reading(results));
    blocks.extend(conclude(results));
    Ok(Document { title: "How settings change training".to_owned(), blocks })
}

/// The first thing to say about each experiment.
fn summary(results: &Results) -> Block {
    let first = |experiment| insights::of(experiment).into_iter().next();
    let firsts = results
        .experiments
        .iter()
        .filter_map(|experiment| Some((experiment.design.full_title(), first(experiment)?)));
    let line =
        |(title, first)| Text::styled(Style::Bold, format!("{title}. ")).and(Style::Plain, first);
    Block::List { items: firsts.map(line).collect() }
}

/// The one picture of the first screen: of all learning rates and batch sizes, or else of the first
/// experiment.
fn carrying(results: &Results) -> Option<Chart> {
    let colors = Colors::of(&results.experiments);
    charts::united(&results.experiments)
        .or_else(|| charts::finals(results.experiments.first()?, &colors))
}

/// What all runs have in common; where they differ, that they do.
fn setup(trials: &[&Completed]) -> [Block; 2] {
    let common = |tell: &dyn Fn(&Completed) -> String| {
        let mut sentences: Vec<String> = trials.iter().map(|trial| tell(trial)).collect();
        sentences.sort_unstable();
        sentences.dedup();
        match &sentences[..] {
            [one] => one.clone(),
            several => format!("{} different values, see the experiments", several.len()),
        }
    };
    let rows = [
        (
            "Data",
            common(&|trial| {
                format!(
                    "{} (SHA-256 {})",
                    trial.config.data.display(),
                    trial.provenance.data_sha256
                )
            }),
        ),
        ("Images", common(&images)),
        ("Split", common(&split)),
        ("Network", common(&network)),
        ("Training", common(&training)),
        ("Runs", format!("{} runs, each from fresh weights in a process of its own", trials.len())),
        (
            "Device",
            common(&|trial| format!("{} ({})", trial.provenance.device, trial.config.backend)),
        ),
        ("Threads", common(&|trial| format!("{} a run", trial.config.threads))),
        ("Burn", common(&|trial| trial.provenance.burn.clone())),
        ("Compiler", common(&|trial| trial.provenance.rustc.clone())),
        ("Sources", common(&|trial| trial.provenance.git_revision.clone())),
    ];
    let row = |(name, value): (&str, String)| vec![Cell::header(name), Cell::from(value)];
    [
        Block::Section { title: "Setup".to_owned(), anchor: "setup".to_owned() },
        Block::Table(Table {
            body: rows.into_iter().map(row).collect(),
            look: Look::Facts,
            ..Table::default()
        }),
    ]
}

/// What follows from all experiments.
fn conclude(results: &Results) -> Vec<Block> {
    let topics = conclusion::of(results);
    if topics.is_empty() {
        return Vec::new();
    }
    let mut blocks =
        vec![Block::Section { title: "Conclusion".to_owned(), anchor: "conclusion".to_owned() }];
    for topic in topics {
        blocks.push(Block::Heading { title: topic.title.to_owned() });
        blocks.push(Block::List { items: topic.sentences.into_iter().map(Text::from).collect() });
    }
    blocks
}

/// What the picture of every experiment on learning rate and batch size does not say.
fn united(results: &Results) -> Vec<Block> {
    if charts::united(&results.experiments).is_none() {
        return Vec::new();
    }
    let caution = "The picture at the top has the experiments that differ in learning rate and \
        batch size alone. A step of gradient descent moves the weights by the learning rate times \
        the mean gradient of its batch, and an \
                   epoch has as many steps as there are batches: how far an epoch can lead follows \
                   from the learning rate divided \
                   by the batch size. Along batch sizes at equal epochs, a larger ratio also means \
                   more updates of the \
                   weights; along learning rates at one batch size, it does not.";
    vec![
        Block::Section {
            title: "All learning rates and batch sizes".to_owned(),
            anchor: "united".to_owned(),
        },
        Block::paragraph(caution),
    ]
}

fn training(trial: &Completed) -> String {
    let optimizer = match (trial.config.optimizer, trial.config.momentum > 0.0) {
        (Optimizer::Sgd, false) => "stochastic gradient descent",
        (Optimizer::Sgd, true) => "stochastic gradient descent with momentum",
        (Optimizer::Adam, _) => "Adam",
        (Optimizer::AdamW, _) => "AdamW",
    };
    format!("{optimizer}, cross-entropy; what an experiment does not vary is as in its file")
}

fn images(trial: &Completed) -> String {
    let (summary, most) = (&trial.summary, trial.config.pixel_max);
    format!(
        "{} pixels, each from 0 to {most}; {} classes, labels {}",
        summary.image,
        summary.classes,
        summary.labels()
    )
}

fn split(trial: &Completed) -> String {
    format!(
        "{} training and {} validation rows, stratified by class, drawn from split seed {}",
        thousands(trial.summary.train_rows as f64),
        thousands(trial.summary.valid_rows as f64),
        trial.config.split_seed
    )
}

fn network(trial: &Completed) -> String {
    let (inputs, outputs) = (trial.summary.image.pixels(), trial.summary.classes);
    let sizes: Vec<usize> =
        [inputs].into_iter().chain(trial.config.hidden.iter().copied()).chain([outputs]).collect();
    let parameters: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    format!(
        "{}, ReLU between, {} parameters without layer norm",
        sizes.join("-"),
        thousands(parameters as f64)
    )
}

fn reading(results: &Results) -> [Block; 2] {
    let items = [
        shared(results),
        "Along the curves of a run, training numbers are averages over an epoch while the weights \
         change and dropout is on; \
         validation numbers are measured at its end. Tables and final accuracies measure training \
         rows as validation rows are, \
         on as many of them (10,000 at most): the difference is the generalization gap. Only runs \
         made before that was \
         measured have the average there, too."
            .to_owned(),
        "SD is the standard deviation over seeds, as are the error bars of final accuracies; bands \
         along curves are the \
         range over seeds. ± is something else: half the width of the 95 % confidence interval of \
         one difference, by \
         Student's t of the differences seed by seed."
            .to_owned(),
        format!(
            "A difference is clear if its paired t test finds it among all pairs of levels of its \
             experiment: p at most {ALPHA} \
             after Holm's correction. Only a level clear of every other is called best. Two levels \
             are the same within {} \
             points if two one-sided t tests, corrected likewise, exclude every larger difference; \
             what is neither clear nor \
             the same is not known.",
            SAME * 100.0
        ),
        "A level of which a seed diverged, ended near chance, or has no result is not compared: \
         its row \
         says how many seeds, and its means are over the seeds that finished."
            .to_owned(),
        "Times, and how soon an accuracy was reached, are described and not tested. Seconds are \
         those of training alone, on \
         the device above, which runs may have shared; validation is not counted."
            .to_owned(),
    ];
    [
        Block::Section { title: "How to read this".to_owned(), anchor: "reading".to_owned() },
        Block::List { items: items.map(Text::from).into() },
    ]
}

/// The settings that decide which rows are trained on.
const OF_THE_SPLIT: [&str; 4] = ["data", "limit", "valid_fraction", "split_seed"];

/// What runs of one seed share.
fn shared(results: &Results) -> String {
    let splits_differ = |experiment: &&Experiment| {
        experiment.design.fields().any(|field| OF_THE_SPLIT.contains(&field.as_str()))
    };
    let apart: Vec<String> = results
        .experiments
        .iter()
        .filter(splits_differ)
        .map(|experiment| experiment.design.full_title())
        .collect();
    let sentence = "Whatever the seed, the split is the same, so that seeds differ by the noise of \
        training; how much the split \
                    itself matters, only an experiment that varies the split seed can say. Within \
                    an experiment, runs of one seed share the first weights wherever the shapes \
                    allow it, the split, and \
                    the order of the samples; only the factor differs.";
    match apart.is_empty() {
        true => sentence.to_owned(),
        false => format!(
            "{sentence} Split and order differ between the levels of: {}.",
            apart.join("; ")
        ),
    }
}
