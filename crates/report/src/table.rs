//! The end of a run in a few lines of text.

use run::Summary;

/// Best epoch, final accuracies, time: a line each.
pub fn of(summary: &Summary) -> String {
    let percent = |fraction: Option<f64>| fraction.map(|fraction| format!("{:.2} %", fraction * 100.0));
    let rows = [
        ("best epoch", summary.best_epoch.map(|epoch| format!("{epoch} of {}", summary.epochs))),
        ("  validation accuracy", percent(summary.best_valid_accuracy)),
        ("final validation accuracy", percent(summary.final_valid_accuracy)),
        ("test accuracy", percent(summary.test_accuracy)),
        ("training time", Some(duration(summary.train_seconds))),
    ];
    let given = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.map(|(name, value)| format!("{name:<26}{value:>12}\n")).collect()
}

/// `4.2 s`, `3 min 05 s`, `2 h 07 min`.
fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}
