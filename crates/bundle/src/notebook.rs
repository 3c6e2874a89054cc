//! A Jupyter notebook in Rust: [`kernel`] executes it, [`document`] turns it into a document.
//!
//! The format: <https://nbformat.readthedocs.io/en/latest/format_description.html>, version 4.

pub mod document;
pub mod kernel;

use std::{fs, path::Path};

use host::FileError;
use serde_json::Value;

/// A notebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Notebook(Value);

/// The kind of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Markdown,
    Other,
}

impl Notebook {
    /// Reads a notebook.
    ///
    /// # Errors
    /// The file cannot be read, or holds no cells.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = fs::read(path).map_err(FileError::at(path))?;
        let notebook: Value =
            serde_json::from_slice(&text).map_err(|error| FileError::at(path)(error.into()))?;
        if !notebook["cells"].is_array() {
            return Err(FileError::refused(path, "not a notebook: it has no cells"));
        }
        Ok(Self(notebook))
    }

    /// The text of a notebook file, as Jupyter itself writes it.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::new();
        let indented = serde_json::ser::PrettyFormatter::with_indent(b" ");
        serde::Serialize::serialize(
            &self.0,
            &mut serde_json::Serializer::with_formatter(&mut text, indented),
        )?;
        text.push(b'\n');
        Ok(text)
    }

    fn cells(&self) -> &[Value] {
        self.0["cells"].as_array().map_or(&[], Vec::as_slice)
    }

    fn cells_mut(&mut self) -> &mut [Value] {
        self.0["cells"].as_array_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

fn kind(cell: &Value) -> Kind {
    match cell["cell_type"].as_str() {
        Some("code") => Kind::Code,
        Some("markdown") => Kind::Markdown,
        _ => Kind::Other,
    }
}

/// A text, which notebooks keep as one string or as one string per line.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}
