//! The network that did best.

use run::Mistake;
use study::{Results, StudyFolder};

use crate::{
    ReportError,
    analysis::{
        classes::{CLASSES, Confusion},
        insights::percent,
    },
    document::{Block, Cell, Image, Look, Mark, Style, Table, Text},
    image,
};

/// Width and height of an image.
const SIDE: u32 = 28;

/// The network with the highest final validation accuracy, on the test set.
pub(super) fn section(results: &Results, folder: &StudyFolder) -> Result<Vec<Block>, ReportError> {
    let mut blocks = vec![Block::Section { title: "The best network".to_owned(), anchor: "best".to_owned() }];
    let Some(best) = results.best() else {
        blocks.push(Block::paragraph("No run finished with a test set, so there are no predictions to look at."));
        return Ok(blocks);
    };
    let run = folder.run(&best.name);
    let confusion = Confusion::of(&run.read_predictions()?);
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
    if let Some((label, taken, count)) = confusion.worst() {
        blocks.push(Block::paragraph(format!(
            "Its most frequent mistake: {count} times, a {label} was taken for a {taken}."
        )));
    }
    blocks.extend([Block::Table(matrix(&confusion)), Block::Table(scores(&confusion))]);
    if !mistakes.is_empty() {
        blocks.push(Block::Heading { title: "The mistakes it was most sure of".to_owned() });
        blocks.push(Block::Images { images: mistakes.iter().map(drawing).collect::<Result<_, _>>()? });
    }
    Ok(blocks)
}

/// How often each digit was taken for each.
pub fn matrix(confusion: &Confusion) -> Table {
    let digits = || (0..CLASSES).map(|digit| Cell::header(digit.to_string()));
    let count = |label: usize, taken: usize| {
        let count = confusion.row(label)[taken];
        let mark = match (label == taken, count) {
            (true, _) => Some(Mark::Right),
            (false, 0) => None,
            (false, _) => Some(Mark::Wrong),
        };
        Cell { mark, ..Cell::from(count.to_string()) }
    };
    let row = |label: usize| {
        [Cell::header(label.to_string())].into_iter().chain((0..CLASSES).map(|taken| count(label, taken))).collect()
    };
    Table {
        caption: Some("Confusion matrix: rows are what the image shows, columns what the network sees".to_owned()),
        head: vec![[Cell::header("")].into_iter().chain(digits()).collect()],
        body: (0..CLASSES).map(row).collect(),
        look: Look::Matrix,
    }
}

/// Precision, recall and F1 of each digit.
pub fn scores(confusion: &Confusion) -> Table {
    let row = |digit: usize| {
        let score = confusion.score(digit);
        let numbers = [score.precision, score.recall, score.f1].map(|value| Cell::from(format!("{value:.4}")));
        let name = Cell::header(digit.to_string());
        [name].into_iter().chain(numbers).chain([Cell::from(score.support.to_string())]).collect()
    };
    Table {
        caption: Some("How well each digit is found".to_owned()),
        head: vec![["digit", "precision", "recall", "F1", "images"].map(Cell::header).into()],
        body: (0..CLASSES).map(row).collect(),
        look: Look::Numbers,
    }
}

fn drawing(mistake: &Mistake) -> Result<Image, ReportError> {
    let ink: Vec<u8> = mistake.pixels.iter().map(|grey| 255 - grey).collect();
    let png = image::png(&ink, (SIDE, SIDE), png::ColorType::Grayscale)
        .map_err(|reason| ReportError::Picture { picture: "report", reason })?;
    let prediction = mistake.prediction;
    let caption = vec![
        format!("a {}, taken for a {}", prediction.label, prediction.predicted),
        format!("{:.1} % sure", prediction.probability * 100.0),
    ];
    Ok(Image { png, caption })
}
