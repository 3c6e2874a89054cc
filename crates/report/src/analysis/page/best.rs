//! The best network.

use host::FileError;
use run::{Mistake, RunFolder, folder::MISTAKES};
use study::{Completed, Results, StudyFolder};

use crate::{
    ReportError,
    analysis::insights::percent,
    demo::Demo,
    document::{Block, Image, Style, Text},
    evaluation::{Evaluation, confusion::Mix, pictures, tables},
};

/// The network with the highest final validation accuracy, on the test set.
pub(super) fn section(results: &Results, folder: &StudyFolder) -> Result<Vec<Block>, ReportError> {
    let mut blocks =
        vec![Block::Section { title: "The best network".to_owned(), anchor: "best".to_owned() }];
    let Some(best) = results.best() else {
        blocks.push(Block::paragraph(
            "No run finished with a test set, so there are no predictions to look at.",
        ));
        return Ok(blocks);
    };
    let run = folder.run(&best.name);
    let Some(evaluation) = Evaluation::of(&run.read_predictions()?, best.summary.labels()) else {
        return Ok(blocks);
    };
    let mistakes = run.read_mistakes()?;
    let about = format!(
        " has the highest final validation accuracy, {}, and on the test set {}. Chosen for its \
         validation accuracy among \
         {} runs, it owes some of it to luck; the test set took no part in the choice.",
        percent(best.kept().map_or(0.0, |epoch| epoch.valid.accuracy())),
        evaluation.accuracy_in_words(),
        results.completed().len()
    );
    blocks.push(Block::paragraph(
        Text::from("Of all runs, ").and(Style::Code, best.name.as_str()).and(Style::Plain, about),
    ));
    if let Some(Mix { label, taken, count }) = evaluation.confusion.mixes().first() {
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        blocks.push(Block::paragraph(format!(
            "Its most frequent mistake: {times}, {label} was taken for {taken}."
        )));
    }
    let confusion = &evaluation.confusion;
    blocks.extend([
        Block::Table(tables::mixed_up(confusion)),
        Block::Table(tables::scores(confusion)),
    ]);
    blocks.push(Block::paragraph(format!(
        "Whether it is as sure as it is right: {}.",
        evaluation.calibration_in_words()
    )));
    blocks.extend(Block::figure(Some(pictures::reliability(&evaluation.calibration)))?);
    if !mistakes.is_empty() {
        blocks.push(Block::Heading { title: "The mistakes it was most sure of".to_owned() });
        blocks.push(Block::Images {
            images: mistakes
                .iter()
                .map(|mistake| drawing(mistake, best, &run))
                .collect::<Result<_, _>>()?,
        });
    }
    Ok(blocks)
}

/// The same network, to draw for; nothing if its weights are not at hand.
pub(in crate::analysis) fn to_try(
    results: &Results,
    folder: &StudyFolder,
) -> Result<Vec<Block>, ReportError> {
    let Some(best) = results.best() else { return Ok(Vec::new()) };
    let run = folder.run(&best.name);
    if !run.model().is_file() {
        return Ok(Vec::new());
    }
    let demo = Demo::of_run(&run)?;
    let about = format!(
        " says what it sees as you draw, with mouse, pen, finger or keys. Its weights are {:.1} MB \
         of this page; nothing is \
         fetched, and nothing is sent.",
        demo.size() as f64 / 1e6
    );
    Ok(vec![
        Block::Section { title: "Try it".to_owned(), anchor: "try".to_owned() },
        Block::paragraph(
            Text::from("The best network, ")
                .and(Style::Code, best.name.as_str())
                .and(Style::Plain, format!(",{about}")),
        ),
        demo.block(),
    ])
}

fn drawing(mistake: &Mistake, best: &Completed, run: &RunFolder) -> Result<Image, ReportError> {
    let (size, most) = (best.summary.image, best.config.pixel_max.get());
    let found = mistake.pixels.len();
    if found != size.pixels() {
        let reason = format!("images of {found} pixels; expected {size} as in summary.json");
        return Err(FileError::refused(&run.path().join(MISTAKES), reason).into());
    }
    let png = pictures::drawing(&mistake.pixels, size, most)
        .map_err(|reason| ReportError::Picture { picture: "report", reason })?;
    Ok(Image { png, caption: pictures::caption(mistake).into() })
}
