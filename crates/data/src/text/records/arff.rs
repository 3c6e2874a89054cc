//! ARFF (<https://waikato.github.io/weka-wiki/formats_and_processing/arff/>): declarations of the
//! columns, then rows, which may give only what is not 0.

use csv::ByteRecord;

use super::Records;
use crate::Problem;

impl Records<'_> {
    /// Reads the declarations of ARFF, up to the rows.
    pub(super) fn declarations(&mut self) -> Result<(), Problem> {
        let mut names = ByteRecord::new();
        while self.next_line()? {
            let line = String::from_utf8_lossy(self.bytes.trim_ascii()).into_owned();
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
            match word.to_lowercase().as_str() {
                "@data" => {
                    self.columns = names.len();
                    self.names = Some(names);
                    return Ok(());
                }
                "@attribute" => {
                    let rest = rest.trim();
                    let name = match rest.chars().next() {
                        Some(quote @ ('\'' | '"')) => rest[1..].split(quote).next(),
                        _ => rest.split(char::is_whitespace).next(),
                    };
                    names.push_field(name.unwrap_or_default().as_bytes());
                }
                _ => {}
            }
        }
        Err(Problem::Form("an ARFF file without @data; expected rows behind it".to_owned()))
    }

    /// Fills in the zeros of a row of ARFF that gives only other values: `{3 17, 64 'five'}`.
    pub(super) fn split_sparse(&mut self) -> Result<(), Problem> {
        let line = String::from_utf8_lossy(self.bytes.trim_ascii()).into_owned();
        let refuse = || {
            let what = "expected places and values in braces, as in {3 17, 64 5}";
            Problem::Form(format!("line {}: {what}", self.line))
        };
        let inside = line.strip_prefix('{').and_then(|line| line.strip_suffix('}'));
        let mut fields = vec![b"0".to_vec(); self.columns];
        for pair in inside.ok_or_else(refuse)?.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (place, value) = pair.trim().split_once(char::is_whitespace).ok_or_else(refuse)?;
            let field = place.parse().ok().and_then(|place: usize| fields.get_mut(place));
            *field.ok_or_else(refuse)? = value.trim().trim_matches(['\'', '"']).into();
        }
        fields.iter().for_each(|field| self.record.push_field(field));
        Ok(())
    }
}

/// Whether a text begins like ARFF.
pub(super) fn is_arff(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"%"));
    let first = lines.next().unwrap_or_default().to_ascii_lowercase();
    first.starts_with(b"@relation") || first.starts_with(b"@attribute")
}
