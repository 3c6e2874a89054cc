//! The end of a run in a few lines of text.

use host::text::duration;
use run::Summary;

use crate::{
    document::{Cell, Table, plain},
    evaluation::Evaluation,
};

/// Best epoch, final accuracies, time: a line each; and how exact the accuracy on the test set is,
/// if that was evaluated.
pub fn of(summary: &Summary, test: Option<&Evaluation>) -> String {
    let percent =
        |fraction: Option<f64>| fraction.map(|fraction| format!("{:.2} %", fraction * 100.0));
    let rows = [
        ("best epoch", summary.best_epoch.map(|epoch| format!("{epoch} of {}", summary.epochs))),
        ("  validation accuracy", percent(summary.best_valid_accuracy)),
        ("final validation accuracy", percent(summary.final_valid_accuracy)),
        (
            "weights kept",
            summary
                .kept_epoch
                .filter(|kept| *kept != summary.epochs)
                .map(|kept| format!("of epoch {kept}")),
        ),
        ("test accuracy", percent(summary.test_accuracy)),
        ("  95 % confidence interval", test.map(Evaluation::interval_in_words)),
        ("training time", Some(duration(summary.train_seconds))),
    ];
    let given = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let body = given.map(|(name, value)| vec![Cell::header(name), Cell::from(value)]).collect();
    plain::of_table(&Table { body, ..Table::default() })
}
