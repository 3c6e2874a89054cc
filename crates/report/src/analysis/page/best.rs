//! The best network.

use std::io;

use run::{
    Mistake, RunFolder,
    folder::{FolderError, MISTAKES},
};
use study::{Completed, Results, StudyFolder};

use crate::{
    ReportError,
    analysis::{
        classes::{Confusion, Mix, Score},
        insights::percent,
    },
    demo::Demo,
    document::{Block, Cell, Image, Look, Mark, Style, Table, Text},
    image,
};

/// A matrix of more classes is wider than a page.
const MATRIX: usize = 30;
/// How many kinds of mistakes are listed where there is no matrix.
const MIXES: usize = 30;
/// How many classes are listed at most: those with the lowest F1.
const SCORES: usize = 100;

/// The network with the highest final validation accuracy, on the test set.
pub(super) fn section(results: &Results, folder: &StudyFolder) -> Result<Vec<Block>, ReportError> {
    let mut blocks = vec![Block::Section { title: "The best network".to_owned(), anchor: "best".to_owned() }];
    let Some(best) = results.best() else {
        blocks.push(Block::paragraph("No run finished with a test set, so there are no predictions to look at."));
        return Ok(blocks);
    };
    let run = folder.run(&best.name);
    let confusion = Confusion::of(&run.read_predictions()?, best.summary.labels());
    let mistakes = run.read_mistakes()?;
    let about = format!(
        " has the highest final validation accuracy, {}, and {} on the test set. Chosen for its validation accuracy among \
         {} runs, it owes some of it to luck; the test set took no part in the choice.",
        percent(best.kept().map_or(0.0, |epoch| epoch.valid.accuracy())),
        percent(best.summary.test_accuracy.unwrap_or(0.0)),
        results.completed().len()
    );
    blocks.push(Block::paragraph(
        Text::from("Of all runs, ").and(Style::Code, best.name.as_str()).and(Style::Plain, about),
    ));
    if let Some(Mix { label, taken, count }) = confusion.mixes().first() {
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        blocks.push(Block::paragraph(format!("Its most frequent mistake: {times}, {label} was taken for {taken}.")));
    }
    let mixed = if confusion.classes().count() > MATRIX { mixes(&confusion) } else { matrix(&confusion) };
    blocks.extend([Block::Table(mixed), Block::Table(scores(&confusion))]);
    if !mistakes.is_empty() {
        blocks.push(Block::Heading { title: "The mistakes it was most sure of".to_owned() });
        blocks.push(Block::Images {
            images: mistakes.iter().map(|mistake| drawing(mistake, best, &run)).collect::<Result<_, _>>()?,
        });
    }
    Ok(blocks)
}

/// The same network, to draw for; nothing if its weights are not at hand.
pub(in crate::analysis) fn to_try(results: &Results, folder: &StudyFolder) -> Result<Vec<Block>, ReportError> {
    let Some(best) = results.best() else { return Ok(Vec::new()) };
    let run = folder.run(&best.name);
    if !run.model().is_file() {
        return Ok(Vec::new());
    }
    let demo = Demo::of_run(&run)?;
    let about = format!(
        " says what it sees as you draw, with mouse, pen, finger or keys. Its weights are {:.1} MB of this page; nothing is \
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

/// How often each class was taken for each.
pub fn matrix(confusion: &Confusion) -> Table {
    let classes = confusion.classes();
    let names = || classes.labels().map(|label| Cell::header(label.to_string()));
    let cell = |is_right: bool, count: usize| {
        let mark = match (is_right, count) {
            (true, _) => Some(Mark::Right),
            (false, 0) => None,
            (false, _) => Some(Mark::Wrong),
        };
        Cell { mark, ..Cell::from(count.to_string()) }
    };
    let row = |(class, name): (usize, Cell)| {
        let counts = confusion.row(class).iter().enumerate().map(|(taken, count)| cell(taken == class, *count));
        [name].into_iter().chain(counts).collect()
    };
    Table {
        caption: Some("Confusion matrix: rows are what the image shows, columns what the network sees".to_owned()),
        head: vec![[Cell::header("")].into_iter().chain(names()).collect()],
        body: names().enumerate().map(row).collect(),
        look: Look::Matrix,
    }
}

/// The most frequent mistakes.
pub fn mixes(confusion: &Confusion) -> Table {
    let row = |mix: Mix| [mix.label.to_string(), mix.taken.to_string(), mix.count.to_string()].map(Cell::from).into();
    Table {
        caption: Some(format!("The most frequent mistakes among {} classes", confusion.classes().count())),
        head: vec![["shown", "taken for", "images"].map(Cell::header).into()],
        body: confusion.mixes().into_iter().take(MIXES).map(row).collect(),
        look: Look::Numbers,
    }
}

/// Precision, recall and F1 of each class; where there are too many, of those that are found worst.
pub fn scores(confusion: &Confusion) -> Table {
    let classes = confusion.classes();
    let mut scores: Vec<(u16, Score)> =
        classes.labels().enumerate().map(|(class, label)| (label, confusion.score(class))).collect();
    let mut caption = "Scores of each class".to_owned();
    if scores.len() > SCORES {
        scores.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
        scores.truncate(SCORES);
        caption = format!("The {SCORES} of {} classes with the lowest F1", classes.count());
    }
    let row = |(label, score): (u16, Score)| {
        let numbers = [score.precision, score.recall, score.f1].map(|value| Cell::from(format!("{value:.4}")));
        let name = Cell::header(label.to_string());
        [name].into_iter().chain(numbers).chain([Cell::from(score.support.to_string())]).collect()
    };
    Table {
        caption: Some(caption),
        head: vec![["class", "precision", "recall", "F1", "images"].map(Cell::header).into()],
        body: scores.into_iter().map(row).collect(),
        look: Look::Numbers,
    }
}

fn drawing(mistake: &Mistake, best: &Completed, run: &RunFolder) -> Result<Image, ReportError> {
    let (size, most) = (best.summary.image, best.config.pixel_max.get());
    let found = mistake.pixels.len();
    if found != size.pixels() {
        let reason = io::Error::other(format!("images of {found} pixels; expected {size} as in summary.json"));
        return Err(FolderError { path: run.path().join(MISTAKES), reason }.into());
    }
    let paper = |grey: &u8| 255 - (u32::from(*grey).min(most.into()) * 255 / u32::from(most)) as u8;
    let ink: Vec<u8> = mistake.pixels.iter().map(paper).collect();
    let png = image::png(&ink, (size.width() as u32, size.height() as u32), png::ColorType::Grayscale)
        .map_err(|reason| ReportError::Picture { picture: "report", reason })?;
    let prediction = mistake.prediction;
    let caption = vec![
        format!("{}, taken for {}", prediction.label, prediction.predicted),
        format!("{:.1} % sure", prediction.probability * 100.0),
    ];
    Ok(Image { png, caption })
}
