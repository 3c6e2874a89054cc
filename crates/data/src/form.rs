//! The description of a file of images: how it was understood.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a file was understood: its packing, separator, header, label column, and so on. `data check`
/// lists it, and a run records it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    aspects: Vec<Aspect>,
}

/// One aspect of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aspect {
    /// Its name: `separator`.
    pub name: String,
    /// In words: `semicolon`.
    pub value: String,
    /// Whether users should know: something was converted, or passed over.
    pub is_notable: bool,
}

impl Form {
    /// Adds an aspect that goes without saying.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.push(name, value.into(), false);
    }

    /// Adds an aspect that users should know.
    pub(crate) fn note(&mut self, name: &str, value: impl Into<String>) {
        self.push(name, value.into(), true);
    }

    fn push(&mut self, name: &str, value: String, is_notable: bool) {
        self.aspects.push(Aspect { name: name.to_owned(), value, is_notable });
    }

    /// All aspects.
    pub fn aspects(&self) -> &[Aspect] {
        &self.aspects
    }

    /// What users should know, in words.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.aspects.iter().filter(|aspect| aspect.is_notable).map(|aspect| aspect.value.as_str())
    }
}

/// All aspects in one line.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Aspect { name, value, .. }) in self.aspects.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{name}: {value}")?;
        }
        Ok(())
    }
}
