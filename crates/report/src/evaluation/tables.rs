//! What a network takes for what, and how well it finds each class, as tables.

use super::confusion::{Confusion, Mix, Score};
use crate::document::{Cell, Look, Mark, Table};

/// A matrix of more classes is wider than a page.
const MATRIX: usize = 30;
/// How many kinds of mistakes are listed where there is no matrix.
const MIXES: usize = 30;
/// How many classes are listed at most: those with the lowest F1.
const SCORES: usize = 100;

/// What is taken for what: everything where there are few classes, the most frequent mistakes where
/// there are many.
pub fn mixed_up(confusion: &Confusion) -> Table {
    if has_matrix(confusion) { matrix(confusion) } else { mixes(confusion) }
}

/// Whether there are few enough classes for a matrix.
pub(super) fn has_matrix(confusion: &Confusion) -> bool {
    confusion.classes().count() <= MATRIX
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
        let counts = confusion
            .row(class)
            .iter()
            .enumerate()
            .map(|(taken, count)| cell(taken == class, *count));
        [name].into_iter().chain(counts).collect()
    };
    Table {
        caption: Some(
            "Confusion matrix: rows are what the image shows, columns what the network sees"
                .to_owned(),
        ),
        head: vec![[Cell::header("")].into_iter().chain(names()).collect()],
        body: names().enumerate().map(row).collect(),
        look: Look::Matrix,
    }
}

/// The most frequent mistakes.
pub fn mixes(confusion: &Confusion) -> Table {
    let row = |mix: Mix| {
        [mix.label.to_string(), mix.taken.to_string(), mix.count.to_string()].map(Cell::from).into()
    };
    Table {
        caption: Some(format!(
            "The most frequent mistakes among {} classes",
            confusion.classes().count()
        )),
        head: vec![["shown", "taken for", "images"].map(Cell::header).into()],
        body: confusion.mixes().into_iter().take(MIXES).map(row).collect(),
        look: Look::Numbers,
    }
}

/// Precision, recall and F1 of each class; where there are too many, of those that are found worst.
pub fn scores(confusion: &Confusion) -> Table {
    let classes = confusion.classes();
    let mut scores: Vec<(u16, Score)> = classes
        .labels()
        .enumerate()
        .map(|(class, label)| (label, confusion.score(class)))
        .collect();
    let mut caption = "Scores of each class".to_owned();
    if scores.len() > SCORES {
        scores.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
        scores.truncate(SCORES);
        caption = format!("The {SCORES} of {} classes with the lowest F1", classes.count());
    }
    let row = |(label, score): (u16, Score)| {
        let numbers = [score.precision, score.recall, score.f1]
            .map(|value| Cell::from(format!("{value:.4}")));
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
