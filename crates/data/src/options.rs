//! The format of a file of images, as far as its users have to say it.

use std::{fmt, num::NonZeroU8, path::PathBuf, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ImageSize;

/// What a file of images does not say by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// Width and height; squares if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSize>,
    /// The pixel value of full ink, the largest allowed.
    pub pixel_max: NonZeroU8,
    /// The column of the labels; found if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_column: Option<LabelColumn>,
    /// The file of the labels, if they are not in that of the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<PathBuf>,
    /// The file of the names of the classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_names: Option<PathBuf>,
    /// Whether rows and columns of each image are exchanged.
    pub transpose: bool,
    /// Whether each pixel becomes `pixel_max` less its value.
    pub invert: bool,
    /// Whether three values a pixel, red, green and blue, become one grey value.
    pub grey: bool,
}

/// Squares with pixels from 0 to 255, labels where the file says.
impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            image: None,
            pixel_max: NonZeroU8::MAX,
            label_column: None,
            labels: None,
            class_names: None,
            transpose: false,
            invert: false,
            grey: false,
        }
    }
}

/// The column of the labels, as users give it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum LabelColumn {
    /// The first column.
    First,
    /// The last column.
    Last,
    /// There is none.
    None,
    /// The column with this name in the header, in upper or lower case.
    Named(String),
}

impl FromStr for LabelColumn {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Err("first, last, none, or the name of a column"),
            "first" => Ok(Self::First),
            "last" => Ok(Self::Last),
            "none" => Ok(Self::None),
            name => Ok(Self::Named(name.to_owned())),
        }
    }
}

impl fmt::Display for LabelColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Last => "last",
            Self::None => "none",
            Self::Named(name) => name,
        })
    }
}

impl TryFrom<String> for LabelColumn {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LabelColumn> for String {
    fn from(column: LabelColumn) -> Self {
        column.to_string()
    }
}
