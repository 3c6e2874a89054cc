//! Formats of numbers and durations.

/// A duration: `4.2 s`, `42 s`, `3 min 05 s`, `2 h 07 min`.
pub fn duration(seconds: f64) -> String {
    match seconds.round() as u64 {
        0..10 => format!("{seconds:.1} s"),
        whole @ 10..60 => format!("{whole} s"),
        whole @ 60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        whole => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A whole number in groups of three: `48,000`.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count with its noun: `1 row`, `48,000 rows`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{} {}", thousands(count as f64), numbered(count, noun))
}

/// The form of a noun for so many: `row`, `rows`.
pub fn numbered(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{noun}{plural}")
}

/// The verb for so many: `1 of 14 runs is`, `2 of 14 runs are`.
pub fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// The text of a value, empty for none.
pub fn or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_people_would_choose() {
        let times = [4.24, 9.6, 42.0, 185.0, 7620.0].map(duration);
        assert_eq!(times, ["4.2 s", "10 s", "42 s", "3 min 05 s", "2 h 07 min"]);
    }

    #[test]
    fn large_numbers_are_in_groups_of_three() {
        let numbers = [0.0, 999.0, 1000.0, 48_000.4, 1_234_567.0].map(thousands);
        assert_eq!(numbers, ["0", "999", "1,000", "48,000", "1,234,567"]);
        let rows = [0, 1, 48_000].map(|count| counted(count, "row"));
        assert_eq!(rows, ["0 rows", "1 row", "48,000 rows"]);
        assert_eq!([0, 1, 2].map(are), ["are", "is", "are"]);
        assert_eq!((or_empty(Some(1)), or_empty(None::<u8>)), ("1".to_owned(), String::new()));
    }
}
