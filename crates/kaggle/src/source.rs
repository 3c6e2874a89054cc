//! The sources of downloads: competitions and data sets.

use std::path::PathBuf;

/// The competition with the digits.
pub const DIGITS: &str = "digit-recognizer";
/// The file of its labelled rows.
pub const DIGITS_TRAIN: &str = "train.csv";
/// The file of its rows without labels.
pub const DIGITS_TEST: &str = "test.csv";

/// The source of a download on Kaggle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of a competition.
    Competition {
        /// Its name in addresses.
        name: String,
        /// The file.
        file: String,
    },
    /// A data set, or a file of it.
    Dataset {
        /// The owner.
        owner: String,
        /// Its name in addresses.
        slug: String,
        /// The file; none means all files.
        file: Option<String>,
    },
}

impl Source {
    /// A file of a competition.
    ///
    /// # Errors
    /// A name is invalid.
    pub fn competition(name: &str, file: Option<&str>) -> Result<Self, String> {
        Ok(Self::Competition {
            name: slug("--competition", name, "digit-recognizer")?,
            file: file_name(file.unwrap_or(DIGITS_TRAIN))?,
        })
    }

    /// A data set `owner/slug`, or a file of it.
    ///
    /// # Errors
    /// A name is invalid.
    pub fn dataset(name: &str, file: Option<&str>) -> Result<Self, String> {
        const EXAMPLE: &str = "oddrationale/mnist-in-csv";
        let (owner, set) = name.split_once('/').unwrap_or((name, ""));
        Ok(Self::Dataset {
            owner: slug("--dataset", owner, EXAMPLE)?,
            slug: slug("--dataset", set, EXAMPLE)?,
            file: file.map(file_name).transpose()?,
        })
    }

    /// The path of the download.
    pub fn path(&self) -> String {
        let escaped = |file: &str| file.replace(' ', "%20");
        match self {
            Self::Competition { name, file } => {
                format!("api/v1/competitions/data/download/{name}/{}", escaped(file))
            }
            Self::Dataset { owner, slug, file: None } => {
                format!("api/v1/datasets/download/{owner}/{slug}")
            }
            Self::Dataset { owner, slug, file: Some(file) } => {
                format!("api/v1/datasets/download/{owner}/{slug}/{}", escaped(file))
            }
        }
    }

    /// The path of its page for people.
    pub fn page(&self) -> String {
        match self {
            Self::Competition { name, .. } => format!("c/{name}/rules"),
            Self::Dataset { owner, slug, .. } => format!("datasets/{owner}/{slug}"),
        }
    }

    /// The source in words.
    pub fn words(&self) -> String {
        match self {
            Self::Competition { name, file } => format!("{file} of the competition {name}"),
            Self::Dataset { owner, slug, file: Some(file) } => {
                format!("{file} of the data set {owner}/{slug}")
            }
            Self::Dataset { owner, slug, file: None } => format!("the data set {owner}/{slug}"),
        }
    }

    /// Whether it can be downloaded without credentials.
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Dataset { .. })
    }

    /// The file, unless it is a whole data set.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Competition { file, .. } => Some(file),
            Self::Dataset { file, .. } => file.as_deref(),
        }
    }

    /// Its folder within `data/`.
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Competition { name, .. } => PathBuf::from("kaggle").join(name),
            Self::Dataset { owner, slug, .. } => PathBuf::from("kaggle").join(owner).join(slug),
        }
    }
}

/// A part of an address, which becomes the name of a folder as well.
fn slug(flag: &str, text: &str, example: &str) -> Result<String, String> {
    let fits =
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    fits.then(|| text.to_owned())
        .ok_or_else(|| format!("{flag}: {text:?} is no valid name; expected one as in {example}"))
}

/// The name of a file, which cannot lead out of its folder.
fn file_name(text: &str) -> Result<String, String> {
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_. ()".contains(c));
    let is_name = fits && !text.is_empty() && !text.starts_with('.');
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| format!("--file: {text:?} is no valid name; expected one as in train.csv"))
}
