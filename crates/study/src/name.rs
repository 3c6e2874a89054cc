//! Names of experiments and of runs.

use std::{fmt, ops::Deref};

use data::shown::shortened;
use run::check::QUOTED;
use serde::{Deserialize, Serialize};

/// A name that becomes part of a file name, and cannot lead out of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

/// Why a text is no name. Its text is one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("name {0:?}; expected no path, no dot at the beginning and no control character")]
pub struct NameError(String);

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        let is_allowed = |character: char| !"/\\:".contains(character) && !character.is_control();
        let is_name = !text.is_empty() && !text.starts_with('.') && text.chars().all(is_allowed);
        if is_name { Ok(Self(text)) } else { Err(NameError(shortened(&text, QUOTED))) }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
