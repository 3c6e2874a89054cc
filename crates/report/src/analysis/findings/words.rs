//! Numbers in sentences. ± is half the width of a 95 % confidence interval; a standard deviation is
//! called SD.

use study::{
    comparison::Pair,
    stats::{Difference, Sample},
};

/// An accuracy.
pub fn percent(fraction: f64) -> String {
    format!("{:.2} %", fraction * 100.0)
}

/// A difference of accuracies with its sign, in points.
pub fn signed(difference: f64) -> String {
    let hundredths = (difference * 1e4).round();
    if hundredths == 0.0 {
        "0.00".to_owned()
    } else {
        format!("{:+.2}", hundredths / 1e2).replace('-', "−")
    }
}

/// A difference with its interval: `+0.38 ± 0.12 points`.
pub fn change(difference: &Difference) -> String {
    match difference.margin {
        Some(margin) => format!("{} ± {:.2} points", signed(difference.mean), margin * 100.0),
        None => format!("{} points", signed(difference.mean)),
    }
}

/// The same, with what is not clear said to be so.
pub fn judged(pair: &Pair) -> String {
    let verdict = if pair.is_clear { "" } else { " (not clear)" };
    format!("{}{verdict}", change(&pair.difference))
}

/// A mean accuracy with its spread: `98.21 % validation accuracy (mean of 5 seeds, SD 0.22)`.
pub fn accuracy(sample: &Sample, what: &str) -> String {
    let spread = match sample.count {
        1 => "1 seed".to_owned(),
        count => format!("mean of {count} seeds, SD {:.2}", sample.deviation * 100.0),
    };
    format!("{} {what} ({spread})", percent(sample.mean))
}

/// `1 seed`, `3 seeds`.
pub fn seeds(count: usize) -> String {
    if count == 1 { "1 seed".to_owned() } else { format!("{count} seeds") }
}

/// `a, b and c`.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The same of the first few, and how many more there are.
pub fn few(names: &[String]) -> String {
    shortened(names, 4)
}

/// The same of a handful, each with what is known of it.
pub fn short_list(names: &[String]) -> String {
    shortened(names, 7)
}

fn shortened(names: &[String], most: usize) -> String {
    if names.len() <= most {
        return list(names);
    }
    format!("{} and {} more", names[..most - 1].join(", "), names.len() - most + 1)
}
