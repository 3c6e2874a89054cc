//! The summary of a run as a few lines of text.

use host::text::duration;
use run::Summary;

use crate::{
    document::{Cell, Table, plain},
    evaluation::Evaluation,
    words::percent,
};

/// Best epoch, final accuracies and training time, a line each, and the confidence interval of the
/// test accuracy, if the test set was evaluated.
pub fn text(summary: &Summary, test: Option<&Evaluation>) -> String {
    let kept = summary.kept_epoch.filter(|kept| *kept != summary.epochs);
    let rows = [
        ("best epoch", summary.best_epoch.map(|epoch| format!("{epoch} of {}", summary.epochs))),
        ("  validation accuracy", summary.best_valid_accuracy.map(percent)),
        ("final validation accuracy", summary.final_valid_accuracy.map(percent)),
        ("weights kept", kept.map(|kept| format!("of epoch {kept}"))),
        ("test accuracy", summary.test_accuracy.map(percent)),
        ("  95 % confidence interval", test.map(Evaluation::interval_in_words)),
        ("training time", Some(duration(summary.train_seconds))),
    ];
    let given = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let body = given.map(|(name, value)| Cell::row(name, [value])).collect();
    plain::of_table(&Table { body, ..Table::default() })
}
