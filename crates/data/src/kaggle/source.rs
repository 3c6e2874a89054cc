//! What can be downloaded, and where from.

use std::path::PathBuf;

/// Kaggle's own address.
const KAGGLE: &str = "https://www.kaggle.com";
/// The competition with the digits.
pub const DIGITS: &str = "digit-recognizer";
/// Its labelled rows.
pub const DIGITS_TRAIN: &str = "train.csv";

/// Where Kaggle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

/// Something on Kaggle.
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
        /// Who published it.
        owner: String,
        /// Its name in addresses.
        slug: String,
        /// The file; all of them if none is named.
        file: Option<String>,
    },
}

impl Address {
    /// Kaggle, or what the environment has in its place.
    ///
    /// # Errors
    /// An address to which credentials would travel in the open: only `https`, and `http` on this machine, are used.
    pub fn new(instead: Option<String>) -> Result<Self, String> {
        let Some(address) = instead.filter(|address| !address.is_empty()) else { return Ok(Self(KAGGLE.to_owned())) };
        let rest = address.strip_prefix("http://").unwrap_or_default();
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if address.starts_with("https://") || ["127.0.0.1", "localhost"].contains(&host) {
            Ok(Self(address.trim_end_matches('/').to_owned()))
        } else {
            Err(format!("KAGGLE_API_ENDPOINT = {address:?}; expected an address that begins with https://"))
        }
    }

    /// The page where tokens are made.
    pub(crate) fn settings(&self) -> String {
        format!("{}/settings", self.0)
    }
}

impl Source {
    /// A file of a competition.
    ///
    /// # Errors
    /// A name that can be none.
    pub fn competition(name: &str, file: Option<&str>) -> Result<Self, String> {
        Ok(Self::Competition {
            name: slug("--competition", name, "digit-recognizer")?,
            file: file_name(file.unwrap_or(DIGITS_TRAIN))?,
        })
    }

    /// A data set, given as `owner/slug`, or a file of it.
    ///
    /// # Errors
    /// A name that can be none.
    pub fn dataset(name: &str, file: Option<&str>) -> Result<Self, String> {
        const EXAMPLE: &str = "oddrationale/mnist-in-csv";
        let (owner, set) = name.split_once('/').unwrap_or((name, ""));
        Ok(Self::Dataset {
            owner: slug("--dataset", owner, EXAMPLE)?,
            slug: slug("--dataset", set, EXAMPLE)?,
            file: file.map(file_name).transpose()?,
        })
    }

    /// Where to ask for it.
    pub(crate) fn address(&self, Address(base): &Address) -> String {
        match self {
            Self::Competition { name, file } => {
                format!("{base}/api/v1/competitions/data/download/{name}/{}", escaped(file))
            }
            Self::Dataset { owner, slug, file: None } => format!("{base}/api/v1/datasets/download/{owner}/{slug}"),
            Self::Dataset { owner, slug, file: Some(file) } => {
                format!("{base}/api/v1/datasets/download/{owner}/{slug}/{}", escaped(file))
            }
        }
    }

    /// The page for people.
    pub(crate) fn page(&self, Address(base): &Address) -> String {
        match self {
            Self::Competition { name, .. } => format!("{base}/c/{name}/rules"),
            Self::Dataset { owner, slug, .. } => format!("{base}/datasets/{owner}/{slug}"),
        }
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Competition { name, file } => format!("{file} of the competition {name}"),
            Self::Dataset { owner, slug, file: Some(file) } => format!("{file} of the data set {owner}/{slug}"),
            Self::Dataset { owner, slug, file: None } => format!("the data set {owner}/{slug}"),
        }
    }

    /// Whether anybody may download it.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Dataset { .. })
    }

    /// The file that is asked for, if it is one.
    pub(crate) fn file(&self) -> Option<&str> {
        match self {
            Self::Competition { file, .. } => Some(file),
            Self::Dataset { file, .. } => file.as_deref(),
        }
    }

    /// Its folder within `data/`.
    pub(crate) fn folder(&self) -> PathBuf {
        match self {
            Self::Competition { name, .. } => PathBuf::from("kaggle").join(name),
            Self::Dataset { owner, slug, .. } => PathBuf::from("kaggle").join(owner).join(slug),
        }
    }
}

/// A part of an address, which becomes the name of a folder as well.
fn slug(flag: &str, text: &str, example: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    fits.then(|| text.to_owned()).ok_or_else(|| format!("{flag}: {text:?} is no name; expected one as in {example}"))
}

/// The name of a file, which cannot lead out of its folder.
fn file_name(text: &str) -> Result<String, String> {
    let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_. ()".contains(c));
    let is_name = fits && !text.is_empty() && !text.starts_with('.');
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| format!("--file: {text:?} is no file name; expected one as train.csv"))
}

fn escaped(file: &str) -> String {
    file.replace(' ', "%20")
}
