//! The report as a document.

pub(super) mod best;
mod experiment;
mod reading;
mod setup;

use study::StudyFolder;

use super::{
    charts::{self, Colors},
    conclusion::{StudyFindings, Topic},
    findings::Findings,
};
use crate::{
    document::{Block, Document, Style, Text},
    error::ReportError,
};

/// The report on a study, whose runs are in this folder.
pub fn of(study: &StudyFindings, folder: &StudyFolder) -> Result<Document, ReportError> {
    let results = study.results;
    let trials = results.completed();
    let colors = Colors::of(&results.experiments);
    let united = charts::united(&results.experiments);
    let has_united = united.is_some();
    let first = || charts::finals(results.experiments.first()?, &colors);
    let mut blocks = vec![summary(study)];
    blocks.extend(united.or_else(first).map(|chart| Block::figure(&chart)).transpose()?);
    blocks.push(Block::Contents);
    if !trials.is_empty() {
        blocks.extend(setup::section(&trials));
    }
    for findings in &study.experiments {
        blocks.extend(experiment::section(findings, &colors)?);
    }
    if has_united {
        blocks.extend(united_section());
    }
    blocks.extend(best::section(results, folder)?);
    blocks.extend(reading::section(results));
    blocks.extend(conclusion(&study.conclusion));
    Ok(Document { title: "How settings change training".to_owned(), blocks })
}

/// The most important sentence on each experiment.
fn summary(study: &StudyFindings) -> Block {
    let item = |findings: &Findings| {
        let title = format!("{}. ", findings.experiment.design.full_title());
        Some(Text::styled(Style::Bold, title).and(Style::Plain, findings.sentences.first()?))
    };
    Block::list(study.experiments.iter().filter_map(item))
}

/// The conclusion of the study.
fn conclusion(topics: &[Topic]) -> Vec<Block> {
    let title = (!topics.is_empty()).then(|| Block::section("Conclusion", "conclusion"));
    let topic =
        |topic: &Topic| [Block::Heading(topic.title.to_owned()), Block::list(&topic.sentences)];
    title.into_iter().chain(topics.iter().flat_map(topic)).collect()
}

/// The notes on the picture of all experiments on learning rate and batch size.
fn united_section() -> [Block; 2] {
    let caution = "The picture at the top has the experiments that differ in learning rate and \
                   batch size alone. A step of gradient descent moves the weights by the learning \
                   rate times the mean gradient of its batch, and an epoch has as many steps as \
                   there are batches: how far an epoch can lead follows from the learning rate \
                   divided by the batch size. Along batch sizes at equal epochs, a larger ratio \
                   also means more updates of the weights; along learning rates at one batch size, \
                   it does not.";
    [Block::section("All learning rates and batch sizes", "united"), Block::paragraph(caution)]
}
