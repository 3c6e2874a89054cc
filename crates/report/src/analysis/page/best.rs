//! The sections of the page on the best network.

use host::{FileError, text::counted};
use run::{LabelledPrediction, Mistake, RunFolder, folder::MISTAKES};
use study::{Completed, Results, StudyFolder};

use crate::{
    demo::Demo,
    document::{Block, Image, Style, Text},
    error::ReportError,
    evaluation::{Evaluation, class_tables, confusion::MistakeCount, pictures},
    names,
    words::percent,
};

/// The evaluation of the network with the highest final validation accuracy, on the test set.
pub(super) fn section(results: &Results, folder: &StudyFolder) -> Result<Vec<Block>, ReportError> {
    let mut blocks = vec![Block::section("The best network", "best")];
    let Some(best) = results.best() else {
        blocks.push(Block::paragraph(
            "No run finished with a test set, so there are no predictions to look at.",
        ));
        return Ok(blocks);
    };
    let run = folder.run(&best.name);
    let (predictions, mistakes) = match predictions(best, &run) {
        Ok(read) => read,
        Err(damage) => {
            host::errln!("warning: {damage}; the report has no evaluation of the best network");
            blocks.push(Block::paragraph(
                Text::from("Of all runs, ").and(Style::Code, best.name.as_str()).and(
                    Style::Plain,
                    " has the highest final validation accuracy. Its predictions are missing or \
                     damaged, so there is no evaluation.",
                ),
            ));
            return Ok(blocks);
        }
    };
    let Some(evaluation) = Evaluation::of(&predictions, &best.summary.classes) else {
        return Ok(blocks);
    };
    let about = format!(
        " has the highest final validation accuracy, {}, and on the test set {}. Chosen for its \
         validation accuracy among {}, it owes some of it to luck; the test set took no part \
         in the choice.",
        percent(best.kept().map_or(0.0, |epoch| epoch.valid.accuracy())),
        evaluation.accuracy_in_words(),
        counted(results.completed().len(), "run")
    );
    blocks.push(Block::paragraph(
        Text::from("Of all runs, ").and(Style::Code, best.name.as_str()).and(Style::Plain, about),
    ));
    let mut folded = of_evaluation(&evaluation)?;
    if !mistakes.is_empty() {
        let images = mistakes.iter().map(|mistake| drawing(mistake, best));
        folded.push(Block::Heading("Most confident mistakes".to_owned()));
        folded.push(Block::Images(images.collect::<Result<_, _>>()?));
    }
    blocks.push(Block::Fold { summary: Text::from("Evaluation on the test set"), blocks: folded });
    Ok(blocks)
}

/// The predictions of a run, and its most confident mistakes.
fn predictions(
    best: &Completed,
    run: &RunFolder,
) -> Result<(Vec<LabelledPrediction>, Vec<Mistake>), FileError> {
    let (size, classes) = (best.summary.image, &best.summary.classes);
    let (predictions, mistakes) = (run.read_predictions(classes)?, run.read_mistakes(classes)?);
    match mistakes.iter().find(|mistake| mistake.pixels.len() != size.pixels()) {
        None => Ok((predictions, mistakes)),
        Some(mistake) => {
            let found = mistake.pixels.len();
            let reason = format!("images of {found} pixels; expected {size} as in summary.json");
            Err(FileError::refused(&run.path().join(MISTAKES), reason))
        }
    }
}

/// The most frequent mistake, the tables of the classes, and the calibration.
fn of_evaluation(evaluation: &Evaluation) -> Result<Vec<Block>, ReportError> {
    let confusion = &evaluation.confusion;
    let mistake = confusion.mistakes().into_iter().next();
    let mistake = mistake.map(|MistakeCount { label, predicted, count }| {
        let [label, predicted] =
            [label, predicted].map(|class| names::long(confusion.classes(), class));
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        format!("Its most frequent mistake: {times}, {label} was taken for {predicted}.")
    });
    let rest = [
        Block::Table(class_tables::mistakes(confusion)),
        Block::Table(class_tables::scores(confusion)),
        Block::paragraph(format!("Calibration: {}.", evaluation.calibration_in_words())),
        Block::figure(&pictures::reliability(&evaluation.calibration))?,
    ];
    Ok(mistake.map(Block::paragraph).into_iter().chain(rest).collect())
}

/// A demo of the same network; nothing if its weights are missing or damaged.
pub(in crate::analysis) fn to_try(results: &Results, folder: &StudyFolder) -> Vec<Block> {
    let Some(best) = results.best() else { return Vec::new() };
    let run = folder.run(&best.name);
    if !run.model().is_file() {
        return Vec::new();
    }
    let demo = match Demo::of_run(&run) {
        Ok(demo) => demo,
        Err(damage) => {
            host::errln!("warning: {damage}; the report has no page to draw on");
            return Vec::new();
        }
    };
    let about = format!(
        " shows its predictions as you draw, with mouse, pen, finger or keys. Its weights are \
         {:.1} MB of this page, which fetches and sends nothing.",
        demo.size() as f64 / 1e6
    );
    vec![
        Block::section("Try it", "try"),
        Block::paragraph(
            Text::from("The best network, ")
                .and(Style::Code, best.name.as_str())
                .and(Style::Plain, format!(",{about}")),
        ),
        demo.block(),
    ]
}

fn drawing(mistake: &Mistake, best: &Completed) -> Result<Image, ReportError> {
    let (size, most) = (best.summary.image, best.config.pixel_max.get());
    let png = pictures::drawing(&mistake.pixels, size, most)?;
    Ok(Image { png, caption: pictures::caption(mistake, &best.summary.classes) })
}
