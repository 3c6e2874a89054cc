//! Numbers in words: accuracies, differences, ranges and lists, as sentences, tables and charts
//! write them. ± is half the width of a 95 % confidence interval; SD is a standard deviation.
//! Durations and counts are those of [`run::text`].

use host::text::counted;
use study::{
    Level,
    results::Completed,
    stats::{Judged, Sample, Verdict},
};

/// A missing value in a table.
const DASH: &str = "–";

/// A number to this many decimals, half away from zero: the one rounding of a report. A half that
/// binary numbers miss by a little counts as a half.
pub fn decimal(number: f64, decimals: usize) -> String {
    let scale = 10f64.powi(decimals as i32);
    let rounded = (number.abs() * scale * (1.0 + 1e-12)).round() / scale;
    // There is no negative zero.
    let sign = if number < 0.0 && rounded > 0.0 { "−" } else { "" };
    format!("{sign}{rounded:.decimals$}")
}

/// A fraction in percent without the unit: `97.20`.
pub fn hundredths(fraction: f64) -> String {
    decimal(fraction * 100.0, 2)
}

/// A fraction in percent: `97.20 %`.
pub fn percent(fraction: f64) -> String {
    percent_to(2, fraction)
}

/// A fraction in percent, to this number of decimals.
pub fn percent_to(decimals: usize, fraction: f64) -> String {
    format!("{} %", decimal(fraction * 100.0, decimals))
}

/// A range of fractions in percent: `92.73 to 93.72 %`.
pub fn percents((low, high): (f64, f64)) -> String {
    format!("{} to {}", hundredths(low), percent(high))
}

/// A fraction in percentage points: `0.84 points`.
pub fn points(fraction: f64) -> String {
    format!("{} points", hundredths(fraction))
}

/// A difference of accuracies in points, with its sign: `+0.38`.
pub fn signed(difference: f64) -> String {
    let words = hundredths(difference);
    if difference > 0.0 && words != "0.00" { format!("+{words}") } else { words }
}

/// A difference with its interval: `+0.38 ± 0.12`; where the interval ends at 0, with both ends:
/// `+0.38 (0.00 to 0.80)`.
pub fn interval(difference: &Judged) -> String {
    let mean = signed(difference.mean);
    match difference.interval {
        None => mean,
        Some((low, high)) if is_symmetric(difference) => {
            format!("{mean} ± {}", hundredths((high - low) / 2.0))
        }
        Some((low, high)) => format!("{mean} ({} to {})", signed(low), signed(high)),
    }
}

/// The size of a difference with its interval: `0.38 ± 0.12 points`.
pub fn distance(difference: &Judged) -> String {
    let positive = if difference.mean < 0.0 { difference.reversed() } else { *difference };
    format!("{} points", interval(&positive).trim_start_matches('+'))
}

/// A difference with its interval, and a note where it is not clear.
pub fn judged(difference: &Judged) -> String {
    format!("{} points{}", interval(difference), doubt(difference.verdict))
}

/// The note on a difference that is not clear.
fn doubt(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clear => "",
        Verdict::TooFewSeeds => " (too few seeds to judge)",
        Verdict::NotClear => " (not clear)",
        Verdict::Untested => " (one seed: untested)",
    }
}

fn is_symmetric(Judged { mean, interval, .. }: &Judged) -> bool {
    interval.is_some_and(|(low, high)| ((high - mean) - (mean - low)).abs() < 1e-12)
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

/// `1 level`, `39 levels`, of those compared.
pub fn counted_levels(count: usize) -> String {
    counted(count, "compared level")
}

/// The lost seeds of a level, by cause: `2 of 3 diverged`.
pub fn lost(level: &Level<Completed>) -> Vec<String> {
    let lost = |(count, cause)| format!("{count} of {} {cause}", level.planned);
    level.losses().into_iter().map(lost).collect()
}

/// The labels of levels.
pub fn labels<'a>(levels: impl IntoIterator<Item = &'a &'a Level<Completed>>) -> Vec<String> {
    levels.into_iter().map(|level| level.label.clone()).collect()
}

/// A text that begins a sentence.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `a, b and c`; names with commas in them are apart by semicolons: `a, 1; b, 2; and c`.
pub fn list(names: &[String]) -> String {
    let has_comma = names.iter().any(|name| name.contains(','));
    let (comma, and) = if has_comma { ("; ", "; and ") } else { (", ", " and ") };
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{}{and}{last}", first.join(comma)),
    }
}

/// A list of at most three names; of more, the first two and the number of the others.
pub fn few(names: &[String]) -> String {
    const MOST: usize = 3;
    if names.len() <= MOST {
        return list(names);
    }
    let has_comma = names.iter().any(|name| name.contains(','));
    let shown = names[..MOST - 1].join(if has_comma { "; " } else { ", " });
    format!("{shown} and {} more", names.len() - MOST + 1)
}

#[cfg(test)]
mod tests {
    use super::{decimal, few, hundredths, list, percent_to};

    #[test]
    fn a_half_is_rounded_away_from_zero_in_every_unit() {
        // As a fraction, 96.485 % lies a little below the half.
        assert_eq!([hundredths(0.964_85), decimal(96.485, 2)], ["96.49", "96.49"]);
        assert_eq!(percent_to(1, 0.9645), "96.5 %");
        assert_eq!([decimal(-0.001, 2), decimal(-0.125, 2)], ["0.00", "−0.13"]);
    }

    #[test]
    fn names_with_commas_are_apart_by_semicolons() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&names(&["a", "b", "c"])), "a, b and c");
        assert_eq!(list(&names(&["SGD, rate 1", "Adam"])), "SGD, rate 1; and Adam");
        assert_eq!(few(&names(&["a", "b", "c", "d", "e"])), "a, b and 3 more");
    }
}
