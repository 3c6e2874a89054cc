//! Numbers in words: accuracies, differences, ranges and lists, as sentences, tables and charts
//! write them. ± is half the width of a 95 % confidence interval; SD is a standard deviation.
//! Durations and counts are those of [`run::text`].

use study::{
    Level,
    comparison::{Pair, SAME},
    results::Completed,
    stats::{Difference, Sample},
};

/// A missing value in a table.
const DASH: &str = "–";

/// A fraction in percent without the unit: `97.20`.
pub fn hundredths(fraction: f64) -> String {
    format!("{:.2}", fraction * 100.0)
}

/// A fraction in percent: `97.20 %`.
pub fn percent(fraction: f64) -> String {
    percent_to(2, fraction)
}

/// A fraction in percent, to this number of decimals.
pub fn percent_to(decimals: usize, fraction: f64) -> String {
    format!("{:.decimals$} %", fraction * 100.0)
}

/// A range of fractions in percent: `92.73 to 93.72 %`.
pub fn percents((low, high): (f64, f64)) -> String {
    format!("{} to {}", hundredths(low), percent(high))
}

/// A fraction in percentage points: `0.84 points`.
pub fn points(fraction: f64) -> String {
    format!("{} points", hundredths(fraction))
}

/// The largest difference of two levels that are the same: `0.2 points`.
pub fn same() -> String {
    format!("{} points", SAME * 100.0)
}

/// A difference of accuracies in points, with its sign: `+0.38`.
pub fn signed(difference: f64) -> String {
    match rounded(difference) {
        0.0 => "0.00".to_owned(),
        points => format!("{points:+.2}").replace('-', "−"),
    }
}

/// A difference with its interval: `+0.38 ± 0.12 points`.
pub fn change(difference: &Difference) -> String {
    format!("{}{}", signed(difference.mean), margin(difference))
}

/// The size of a difference with its interval: `0.38 ± 0.12 points`.
pub fn distance(difference: &Difference) -> String {
    format!("{:.2}{}", rounded(difference.mean).abs(), margin(difference))
}

/// A difference with its interval, and a note where it is not clear.
pub fn judged(pair: &Pair) -> String {
    let verdict = if pair.is_clear { "" } else { " (not clear)" };
    format!("{}{verdict}", change(&pair.difference))
}

/// In points, to two decimals.
fn rounded(difference: f64) -> f64 {
    (difference * 1e4).round() / 1e2
}

fn margin(difference: &Difference) -> String {
    match difference.margin {
        Some(margin) => format!(" ± {}", points(margin)),
        None => " points".to_owned(),
    }
}

/// The spread of accuracies behind their mean: ` (SD 0.22)`; nothing for a single one.
pub fn spread(sample: &Sample) -> String {
    match sample.count {
        1 => String::new(),
        _ => format!(" (SD {})", hundredths(sample.deviation)),
    }
}

/// A value in a table, or a dash.
pub fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| DASH.to_owned())
}

/// `1 seed`, `3 seeds`.
pub fn seeds(count: usize) -> String {
    if count == 1 { "1 seed".to_owned() } else { format!("{count} seeds") }
}

/// The lost seeds of a level, by cause: `2 of 3 diverged`.
pub fn lost(level: &Level<Completed>) -> Vec<String> {
    let lost = |(count, cause)| format!("{count} of {} {cause}", level.planned);
    level.losses().into_iter().map(lost).collect()
}

/// The lowest and the highest of several values, `6,000 to 6,016`; one where both look alike.
pub fn range(values: &Sample, show: impl Fn(f64) -> String) -> String {
    let (low, high) = (show(values.low), show(values.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// The labels of levels.
pub fn labels<'a>(levels: impl IntoIterator<Item = &'a &'a Level<Completed>>) -> Vec<String> {
    levels.into_iter().map(|level| level.label.clone()).collect()
}

/// `a, b and c`.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A list of at most four names; of more, the first three and the number of the others.
pub fn few(names: &[String]) -> String {
    shortened(names, 4)
}

/// The same of at most seven.
pub fn short_list(names: &[String]) -> String {
    shortened(names, 7)
}

fn shortened(names: &[String], most: usize) -> String {
    if names.len() <= most {
        return list(names);
    }
    format!("{} and {} more", names[..most - 1].join(", "), names.len() - most + 1)
}
