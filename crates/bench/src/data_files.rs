//! MNIST as plain CSV, as all programs read it.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use run::Settings;

use crate::BenchError;

/// The two files in one folder.
#[derive(Debug, Clone)]
pub struct DataFiles {
    /// Where they are.
    pub folder: PathBuf,
    /// 60,000 rows.
    pub train: PathBuf,
    /// 10,000 rows.
    pub test: PathBuf,
}

impl DataFiles {
    /// Unpacks the workspace's digits into a folder.
    ///
    /// # Errors
    /// They are not there, or the disk is full.
    pub fn unpack(folder: &Path) -> Result<Self, BenchError> {
        let default = Settings::default()
            .resolve()
            .map_err(|error| BenchError::Workspace(error.to_string()))?;
        let (train, test) = (folder.join("mnist_train.csv"), folder.join("mnist_test.csv"));
        unpack(&default.data, &train)?;
        unpack(&default.test_data.clone().unwrap_or_default(), &test)?;
        Ok(Self { folder: folder.to_owned(), train, test })
    }

    /// Settings of a run on them.
    pub fn settings(&self) -> Settings {
        Settings {
            data: Some(self.train.clone()),
            test_data: Some(self.test.clone()),
            ..Settings::default()
        }
    }
}

fn unpack(packed: &Path, plain: &Path) -> Result<(), BenchError> {
    let mut reader = GzDecoder::new(File::open(packed).map_err(BenchError::file(packed))?);
    let mut writer = File::create(plain).map_err(BenchError::file(plain))?;
    io::copy(&mut reader, &mut writer).map_err(BenchError::file(plain))?;
    Ok(())
}
