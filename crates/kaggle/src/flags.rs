//! The command line of `data kaggle`.

use std::{ffi::OsString, path::PathBuf};

use crate::{Source, source};

/// The folder with the data sets of the workspace.
const DATA: &str = "data";
/// The longest timeout: a day, in seconds.
const LONGEST_TIMEOUT: u64 = 86_400;

/// The flags of `data kaggle`.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub struct KaggleFlags {
    /// Competition to download from
    #[arg(long, value_name = "NAME", default_value = source::DIGITS, conflicts_with = "dataset")]
    competition: String,
    /// Data set to download, instead of a competition
    #[arg(long, value_name = "OWNER/SLUG")]
    dataset: Option<String>,
    /// File to download [default: train.csv of a competition, all files of a data set]
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// Timeout in seconds without a received byte
    #[arg(
        long, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=LONGEST_TIMEOUT)
    )]
    pub timeout: u64,
    /// Folder for the new folder kaggle/
    #[arg(long, value_name = "DIR", default_value = DATA)]
    pub out: PathBuf,
}

impl Default for KaggleFlags {
    fn default() -> Self {
        Self {
            competition: source::DIGITS.to_owned(),
            dataset: None,
            file: None,
            timeout: 30,
            out: DATA.into(),
        }
    }
}

impl KaggleFlags {
    /// The flags for the unlabelled digits of the competition.
    pub fn test() -> Self {
        Self { file: Some(source::DIGITS_TEST.to_owned()), ..Self::default() }
    }

    /// The source of the download.
    ///
    /// # Errors
    /// One line: a name is invalid on Kaggle.
    pub fn source(&self) -> Result<Source, String> {
        let file = self.file.as_deref();
        match &self.dataset {
            Some(name) => Source::dataset(name, file),
            None => Source::competition(&self.competition, file),
        }
    }

    /// These flags as a command line.
    pub fn to_arguments(&self) -> Vec<OsString> {
        let (kind, name) = match &self.dataset {
            Some(name) => ("--dataset", name),
            None => ("--competition", &self.competition),
        };
        let mut arguments: Vec<OsString> = vec![kind.into(), name.into()];
        arguments.extend(self.file.iter().flat_map(|file| ["--file".into(), file.into()]));
        arguments.extend(["--timeout".into(), self.timeout.to_string().into()]);
        // In one argument, since the name of a folder may look like a flag.
        let mut out = OsString::from("--out=");
        out.push(&self.out);
        arguments.push(out);
        arguments
    }
}
