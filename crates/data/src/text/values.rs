//! Numbers as files write them.

/// A field as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    /// A whole number.
    Whole(f64),
    /// Another finite number.
    Fraction(f64),
    /// Nothing, or blanks.
    Empty,
    /// Anything else.
    Text,
}

impl Value {
    /// Reads a field: `7`, ` 007`, `+7`, `7.0`, `7e0`, `"7"`.
    pub(super) fn of(field: &[u8]) -> Self {
        if let Some(number) = digits(field) {
            return Self::Whole(f64::from(number));
        }
        let field = field.trim_ascii();
        if field.is_empty() {
            return Self::Empty;
        }
        // The parser also takes names: inf, nan.
        if !field.iter().all(|byte| b"0123456789+-.eE".contains(byte)) {
            return Self::Text;
        }
        match str::from_utf8(field).ok().and_then(|text| text.parse::<f64>().ok()) {
            Some(number) if !number.is_finite() => Self::Text,
            Some(number) if number.fract() == 0.0 => Self::Whole(number),
            Some(number) => Self::Fraction(number),
            None => Self::Text,
        }
    }

    /// The number, if it is one.
    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Whole(number) | Self::Fraction(number) => Some(number),
            Self::Empty | Self::Text => None,
        }
    }
}

/// A number of one to three digits: nearly every pixel.
fn digits(field: &[u8]) -> Option<u16> {
    if field.is_empty() || field.len() > 3 {
        return None;
    }
    field.iter().try_fold(0, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number * 10 + u16::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for field in ["7", "007", "+7", "7.0", "7e0", " 7 ", "0.7e1", "7.", "7.000000000E+00"] {
            assert_eq!(Value::of(field.as_bytes()), Value::Whole(7.0), "{field}");
        }
        for (field, value) in [
            ("", Value::Empty),
            ("  ", Value::Empty),
            ("?", Value::Text),
            ("nan", Value::Text),
            ("1e999", Value::Text),
            ("1-2", Value::Text),
            ("0.5", Value::Fraction(0.5)),
            ("-1", Value::Whole(-1.0)),
        ] {
            assert_eq!(Value::of(field.as_bytes()), value, "{field}");
        }
    }
}
