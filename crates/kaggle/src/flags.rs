//! The command line of `data kaggle`.

use std::{ffi::OsString, path::PathBuf};

use crate::{Source, source};

/// The folder with the data sets of the workspace.
const DATA: &str = "data";

/// The flags of `data kaggle`.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub struct KaggleFlags {
    /// A competition
    #[arg(long, value_name = "NAME", default_value = source::DIGITS, conflicts_with = "dataset")]
    competition: String,
    /// A data set, in place of a competition
    #[arg(long, value_name = "OWNER/SLUG")]
    dataset: Option<String>,
    /// A file of it [default: train.csv of a competition, everything of a data set]
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
    /// Give up when nothing arrives for this many seconds
    #[arg(
        long, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub timeout: u64,
    /// The folder in which kaggle/ is made
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
    /// The digits of the competition that are there to be labelled.
    pub fn test() -> Self {
        Self { file: Some(source::DIGITS_TEST.to_owned()), ..Self::default() }
    }

    /// What they ask for.
    ///
    /// # Errors
    /// In one line: a name that Kaggle cannot have.
    pub fn source(&self) -> Result<Source, String> {
        let file = self.file.as_deref();
        match &self.dataset {
            Some(name) => Source::dataset(name, file),
            None => Source::competition(&self.competition, file),
        }
    }

    /// The same as a command line.
    pub fn to_arguments(&self) -> Vec<OsString> {
        let (kind, name) = match &self.dataset {
            Some(name) => ("--dataset", name),
            None => ("--competition", &self.competition),
        };
        let mut arguments: Vec<OsString> = vec![kind.into(), name.into()];
        arguments.extend(self.file.iter().flat_map(|file| ["--file".into(), file.into()]));
        arguments.extend(["--timeout".into(), self.timeout.to_string().into()]);
        // In one piece, for the name of a folder may look like a flag.
        let mut out = OsString::from("--out=");
        out.push(&self.out);
        arguments.push(out);
        arguments
    }
}
