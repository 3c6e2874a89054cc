//! A trained network that is asked about images: found, and answering, by a trainer that is built
//! for it.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use data::{Classes, ImageSize, ReadOptions, Table};
use run::{Answer, Backend, JobError, Question, Run, Settings, SettingsError, Trained};
use tempfile::TempDir;

use crate::{cargo, interrupt, program, workspace};

/// How a network is asked.
#[derive(Debug, clap::Args)]
pub struct NetworkFlags {
    /// Where to compute [default: where the run was trained; flex for a file]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    /// Width and height of the images [default: those of the run; square for a file]
    #[arg(long, value_name = "WxH")]
    image: Option<String>,
    /// The largest value that a pixel can have, which means ink [default: that of the run; 255 for
    /// a file]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pixel_max: Option<i64>,
}

/// A trained network, and how it is asked.
#[derive(Debug)]
pub struct Network {
    /// Its weights, and the run that they come from.
    pub trained: Trained,
    /// How files of images are read.
    pub options: ReadOptions,
    backend: Backend,
    threads: usize,
}

/// The images that a network is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// A CSV, with or without labels.
    pub data: &'a Path,
    /// How it is read.
    pub options: ReadOptions,
    /// Whether it is worth keeping what was read.
    pub is_kept: bool,
}

impl Network {
    /// The network of this run folder or file, or of the latest run.
    ///
    /// # Errors
    /// There is none, or a flag is impossible.
    pub fn find(asked: Option<&Path>, flags: NetworkFlags) -> anyhow::Result<Self> {
        let settings =
            Settings { image: flags.image, pixel_max: flags.pixel_max, ..Settings::default() };
        let (gives_image, gives_most) = (settings.image.is_some(), settings.pixel_max.is_some());
        let given = settings.resolve().map_err(SettingsError::OnCommandLine)?;
        let trained = Trained::find(asked)?;
        let of_run = trained.run.as_ref().map_or(&given, |run| &run.config);
        let options = ReadOptions {
            image: if gives_image { given.image } else { of_run.image },
            pixel_max: if gives_most { given.pixel_max } else { of_run.pixel_max },
        };
        let (backend, threads) = (flags.backend.unwrap_or(of_run.backend), of_run.threads);
        Ok(Self { trained, options, backend, threads })
    }

    /// The size of the images that it was trained on and their labels, if a run says so.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        self.trained.run.as_ref().and_then(Run::images)
    }

    /// Reads a file of images for it.
    ///
    /// # Errors
    /// It cannot be read, or holds images of another size.
    pub fn read(&self, data: &Path) -> anyhow::Result<Table> {
        let table = self.options.read_cached(data, &workspace::cache())?;
        Ok(match self.images() {
            Some((size, _)) => table.of_size(size)?,
            None => table,
        })
    }

    /// The rows of a file that it has read.
    pub fn file<'a>(&self, data: &'a Path) -> Asked<'a> {
        Asked { data, options: self.options, is_kept: true }
    }

    /// Has the trainer answer, which is built first if need be; or gives the exit code with which
    /// it failed, having said why.
    ///
    /// # Errors
    /// The trainer does not compile, or a file cannot be written or read.
    pub fn ask(&self, asked: Asked<'_>) -> anyhow::Result<Result<Vec<Answer>, u8>> {
        let trainer = program::trainer(self.backend, self.threads, false)?;
        let folder = temporary()?;
        let Asked { data, options, is_kept } = asked;
        let question = Question {
            weights: self.trained.weights.clone(),
            backend: self.backend,
            threads: self.threads,
            data: data.to_owned(),
            image: options.image,
            pixel_max: options.pixel_max,
            cache: is_kept.then(workspace::cache),
            answers: folder.path().join("answers.csv"),
        };
        let file = folder.path().join("question.toml");
        question.write(&file)?;
        let status = cargo::status(Command::new(&trainer).arg("--predict").arg(&file))?;
        match cargo::code(status) {
            _ if interrupt::asked() => Ok(Err(interrupt::EXIT_CODE)),
            0 => Ok(Ok(question.read_answers()?)),
            code => Ok(Err(code)),
        }
    }

    /// The labels of its classes: those of its run; else from 0.
    ///
    /// # Errors
    /// It has another number of classes than its run.
    pub fn labels(&self, answers: &[Answer]) -> anyhow::Result<Classes> {
        let classes =
            self.images().map_or_else(|| Classes::new(0, count(answers)), |(_, classes)| classes);
        self.check_classes(answers, classes)?;
        Ok(classes)
    }

    /// Refuses answers with another number of classes than these.
    ///
    /// # Errors
    /// They have.
    pub fn check_classes(&self, answers: &[Answer], classes: Classes) -> anyhow::Result<()> {
        ensure!(
            count(answers) == classes.count(),
            "{}: a network of {} classes; expected {}, for the labels {classes}",
            self.trained.weights.display(),
            count(answers),
            classes.count()
        );
        Ok(())
    }

    /// Refuses data whose checksum is not what the run has recorded.
    ///
    /// # Errors
    /// It is not.
    pub fn same_data(
        &self,
        data: &Path,
        found: &str,
        expected: Option<&str>,
    ) -> Result<(), JobError> {
        match (&self.trained.run, expected.filter(|expected| !expected.is_empty())) {
            (Some(run), Some(expected)) if expected != found => Err(JobError::OtherData {
                folder: run.folder.path().to_owned(),
                data: data.to_owned(),
                found: found.to_owned(),
                expected: expected.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// Between how many classes these answers choose.
fn count(answers: &[Answer]) -> usize {
    answers.first().map_or(0, |answer| answer.probabilities.len())
}

/// A folder that is gone when this is dropped.
///
/// # Errors
/// The disk is full or cannot be written.
pub fn temporary() -> anyhow::Result<TempDir> {
    tempfile::tempdir().context("cannot make a temporary folder")
}
