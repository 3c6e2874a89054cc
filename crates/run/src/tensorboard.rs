//! The event file of a run for TensorBoard: <https://www.tensorflow.org/tensorboard>.
//!
//! An event file is a sequence of records, each a protocol buffer (`message`) framed as in TFRecord
//! files (<https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details>).
//!
//! TensorBoard holds the file open while it is written, so the file only grows. A resumed run
//! begins a new file with all epochs so far, and removes the old one: no epoch appears twice.

mod message;

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use host::FileError;
use message::{
    Event, HParam, HParams, Kind, Metadata, PluginData, SessionStart, Summary, Tagged, Value, What,
};
use prost::Message;
use toml::Table;

use crate::{Epoch, History, LearningRates, Metric, RunConfig, RunFolder, config::value_name};

/// The prefix of the file names that TensorBoard reads.
const NAME: &str = "events.out.tfevents";

/// The event file of a run in training.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    file: File,
    learning_rates: LearningRates,
    steps: usize,
    /// The start of the training, in seconds since 1970, as if it had never paused.
    started: f64,
    /// The number of written epochs.
    epochs: usize,
}

impl EventFile {
    /// Whether the folder holds an event file, which a resumed run continues.
    pub fn is_in(folder: &RunFolder) -> bool {
        event_files(folder).is_ok_and(|files| !files.is_empty())
    }

    /// Begins the event file of a run with its settings and the epochs so far, and removes an older
    /// one. `steps` is the number of steps in an epoch.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn create(
        folder: &RunFolder,
        config: &RunConfig,
        steps: usize,
        history: &History,
        now: SystemTime,
    ) -> Result<Self, FileError> {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let path = folder.path().join(format!("{NAME}.{now:.0}.digits"));
        remove_old(folder).map_err(FileError::at(&path))?;
        let mut file = host::file::begin(&path)?;
        let version = What::FileVersion("brain.Event:2".to_owned());
        let settings = What::Summary(settings(&config.values(), now));
        file.write_all(&[version, settings].map(|what| record(now, 0, what)).concat())
            .map_err(FileError::at(&path))?;
        let learning_rates = LearningRates::of(config, steps);
        let mut events = Self {
            path,
            file,
            learning_rates,
            steps,
            started: now - trained(history.epochs()),
            epochs: 0,
        };
        events.append(history)?;
        Ok(events)
    }

    /// Appends the epochs that the file lacks.
    ///
    /// # Errors
    /// The disk is full or cannot be written.
    pub fn append(&mut self, history: &History) -> Result<(), FileError> {
        for epoch in &history.epochs()[self.epochs..] {
            let time = self.started + trained(&history.epochs()[..epoch.epoch]);
            let measured = What::Summary(self.summary(epoch));
            self.file
                .write_all(&record(time, epoch.epoch, measured))
                .map_err(FileError::at(&self.path))?;
            self.epochs = epoch.epoch;
        }
        Ok(())
    }

    /// The metrics of an epoch, and the learning rate of its last step.
    fn summary(&self, epoch: &Epoch) -> Summary {
        let parts = [("train", &epoch.train), ("validation", &epoch.valid)];
        let measured = Metric::ALL.into_iter().flat_map(|metric| {
            parts.iter().filter_map(move |(part, measures)| {
                Some((format!("{}/{part}", metric.name()), measures.get(metric)?))
            })
        });
        let rate = self.learning_rates.at(epoch.epoch, self.steps - 1);
        let scalar = |(tag, value): (String, f64)| Tagged {
            tag,
            simple_value: Some(value as f32),
            metadata: None,
        };
        let measured = measured.chain([("learning rate".to_owned(), rate)]);
        Summary { value: measured.map(scalar).collect() }
    }
}

/// The event with all settings, for the table of hyperparameters.
fn settings(table: &Table, now: f64) -> Summary {
    let kind = |value: &toml::Value| match value {
        toml::Value::Integer(number) => Kind::Number(*number as f64),
        toml::Value::Float(number) => Kind::Number(*number),
        toml::Value::Boolean(is_on) => Kind::Bool(*is_on),
        other => Kind::Text(value_name(other)),
    };
    let entry = |(name, value): (&String, &toml::Value)| HParam {
        key: name.clone(),
        value: Some(Value { kind: Some(kind(value)) }),
    };
    let start = SessionStart { hparams: table.iter().map(entry).collect(), start_time: now };
    let content = Some(HParams { session_start_info: Some(start) });
    let plugin_data = Some(PluginData { plugin_name: "hparams".to_owned(), content });
    let tag = "_hparams_/session_start_info".to_owned();
    let metadata = Some(Metadata { plugin_data });
    Summary { value: vec![Tagged { tag, simple_value: None, metadata }] }
}

/// An event as a record: its length, the message, and a checksum after each. The event happened
/// at `time`, in seconds since 1970, after this many epochs.
fn record(wall_time: f64, epochs: usize, what: What) -> Vec<u8> {
    let message = Event { wall_time, step: epochs as i64, what: Some(what) }.encode_to_vec();
    let length = (message.len() as u64).to_le_bytes();
    [&length[..], &checksum(&length), &message, &checksum(&message)].concat()
}

/// CRC-32C, masked as TFRecord requires: a plain CRC of data that holds CRCs would be weak.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

fn remove_old(folder: &RunFolder) -> io::Result<()> {
    event_files(folder)?.into_iter().try_for_each(fs::remove_file)
}

fn event_files(folder: &RunFolder) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.path())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(NAME) {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// The total time of epochs, in seconds.
fn trained(epochs: &[Epoch]) -> f64 {
    epochs.iter().map(|epoch| epoch.seconds).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    /// The other records are compared in `tests/suite/tensorboard.rs`; this one would differ with
    /// each new setting.
    #[test]
    fn the_settings_are_to_the_byte_what_tensorboard_writes() {
        const BEGUN: f64 = 1_700_000_000.0;
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/tensorboard/");
        let table = fs::read_to_string(format!("{fixture}run.toml")).unwrap().parse().unwrap();
        let expected = record(BEGUN, 0, What::Summary(settings(&table, BEGUN)));
        let file = fs::read(format!("{fixture}{NAME}.{BEGUN}.digits")).unwrap();
        assert!(file.windows(expected.len()).any(|part| part == expected));
    }
}
