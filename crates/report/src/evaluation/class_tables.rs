//! The confusion matrix and the scores of each class as tables.

use super::confusion::{Confusion, MistakeCount, Score};
use crate::{
    document::{Cell, Look, Mark, Table},
    names,
};

/// The most classes for which the matrix fits on a page.
const MATRIX: usize = 30;
/// The most characters at the head of its columns.
const HEAD: usize = 100;
/// The most kinds of mistakes in the table of mistakes.
const MISTAKES: usize = 30;
/// The most classes in the table of scores.
const SCORES: usize = 100;

/// The confusion matrix of few classes with short names, the most frequent mistakes of others.
pub fn mistakes(confusion: &Confusion) -> Table {
    let is_narrow = heads(confusion).map(|name| name.chars().count()).sum::<usize>() <= HEAD;
    if has_matrix(confusion) && is_narrow {
        confusion_matrix(confusion)
    } else {
        frequent_mistakes(confusion)
    }
}

/// Whether there are few enough classes for a matrix.
pub(super) fn has_matrix(confusion: &Confusion) -> bool {
    confusion.classes().count() <= MATRIX
}

/// The names of the classes at the heads of columns.
fn heads(confusion: &Confusion) -> impl Iterator<Item = String> {
    let classes = confusion.classes();
    (0..classes.count()).map(|class| names::short(classes, class))
}

/// The confusion matrix.
pub fn confusion_matrix(confusion: &Confusion) -> Table {
    let names = || heads(confusion).map(Cell::header);
    // A mistake that is more than half as frequent as the most frequent one stands out.
    let most = confusion.mistakes().first().map_or(0, |mistake| mistake.count);
    let row = |(class, name): (usize, Cell)| {
        let cell = |(predicted, count): (usize, &usize)| {
            let mark = match *count {
                _ if predicted == class => Some(Mark::Right),
                0 => None,
                count if 2 * count > most => Some(Mark::OftenWrong),
                _ => Some(Mark::Wrong),
            };
            Cell { mark, ..Cell::from(count.to_string()) }
        };
        [name].into_iter().chain(confusion.row(class).iter().enumerate().map(cell)).collect()
    };
    let caption = "Confusion matrix: rows are what the image shows, columns what the network sees";
    Table {
        caption: Some(caption.to_owned()),
        head: vec![[Cell::header("")].into_iter().chain(names()).collect()],
        body: names().enumerate().map(row).collect(),
        look: Look::Matrix,
    }
}

/// The most frequent mistakes.
pub fn frequent_mistakes(confusion: &Confusion) -> Table {
    let classes = confusion.classes();
    let row = |mistake: MistakeCount| {
        let [label, predicted] =
            [mistake.label, mistake.predicted].map(|class| names::long(classes, class));
        [label, predicted, mistake.count.to_string()].map(Cell::from).into()
    };
    let classes = classes.count();
    Table {
        caption: Some(format!("The most frequent mistakes among {classes} classes")),
        head: vec![["shown", "taken for", "images"].map(Cell::header).into()],
        body: confusion.mistakes().into_iter().take(MISTAKES).map(row).collect(),
        look: Look::Numbers,
    }
}

/// Precision, recall and F1 of each class; of many classes, of those with the lowest F1.
pub fn scores(confusion: &Confusion) -> Table {
    let classes = confusion.classes();
    let score = |class| (class, confusion.score(class));
    let mut scores: Vec<(usize, Score)> = (0..classes.count()).map(score).collect();
    let mut caption = "Scores of each class".to_owned();
    if scores.len() > SCORES {
        scores.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
        scores.truncate(SCORES);
        caption = format!("The {SCORES} of {} classes with the lowest F1", classes.count());
    }
    let row = |(class, score): (usize, Score)| {
        let scores = [score.precision, score.recall, score.f1].map(|value| format!("{value:.4}"));
        Cell::row(
            names::long(classes, class),
            scores.into_iter().chain([score.support.to_string()]),
        )
    };
    Table {
        caption: Some(caption),
        head: vec![["class", "precision", "recall", "F1", "images"].map(Cell::header).into()],
        body: scores.into_iter().map(row).collect(),
        look: Look::Numbers,
    }
}
