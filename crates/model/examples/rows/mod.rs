//! Rows of numbers from standard input, which the examples read.

use std::io::{self, BufRead};

/// The rows, each of so many whole numbers from 0 to 255, separated by commas.
///
/// # Errors
/// There is none, or one is something else. Its text is one line that says where.
pub fn read(columns: usize) -> Result<Vec<Vec<u8>>, String> {
    let lines = io::stdin()
        .lock()
        .lines()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("input: {error}"))?;
    let rows: Vec<Vec<u8>> = (1..)
        .zip(&lines)
        .map(|(number, line)| row(number, line, columns))
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        Err(format!("no input; expected lines of {columns} values"))
    } else {
        Ok(rows)
    }
}

fn row(number: usize, line: &str, columns: usize) -> Result<Vec<u8>, String> {
    let values: Vec<&str> = line.split(',').map(str::trim).collect();
    if values.len() != columns {
        return Err(format!("input, line {number}: {} values; expected {columns}", values.len()));
    }
    let parse = |(column, value): (usize, &&str)| {
        let wrong = |_| {
            format!(
                "input, line {number}, value {column}: {value:?}; expected a whole number from 0 \
                 to 255"
            )
        };
        value.parse().map_err(wrong)
    };
    (1..).zip(&values).map(parse).collect()
}
