//! A run as an event file, which TensorBoard shows: <https://www.tensorflow.org/tensorboard>.
//!
//! An event file is a sequence of records, each a protocol buffer
//! ([`event.proto`](https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto))
//! framed as in TFRecord files
//! (<https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details>). The few
//! messages that it takes are written here field by field
//! (<https://protobuf.dev/programming-guides/encoding>): the crates that write such files generate
//! code for all of TensorFlow's.
//!
//! TensorBoard holds the file open while it is written, so it only ever grows. A run that is
//! resumed begins a new file with all epochs so far, and removes the one before: no epoch is there
//! twice.

mod message;

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use host::FileError;
use message::Message;

use crate::{Epoch, History, LearningRates, Metric, RunConfig, RunFolder, config::value_name};

/// What TensorBoard looks for in the names of files.
const NAME: &str = "events.out.tfevents";

/// The event file of a run that is being trained.
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    file: File,
    learning_rates: LearningRates,
    steps: usize,
    /// Seconds since 1970 at which the training would have begun if it had never paused.
    started: f64,
    /// Epochs written so far.
    epochs: usize,
}

impl EventFile {
    /// Begins the event file of a run with its settings and the epochs so far, in place of any that
    /// is there. An epoch has so many steps.
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
        let mut file = File::create(&path).map_err(FileError::at(&path))?;
        let version = event(now, 0).text(3, "brain.Event:2");
        let settings = event(now, 0).message(5, &settings(config, now));
        file.write_all(&[record(version), record(settings)].concat())
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

    /// Appends the epochs that are not in it yet.
    ///
    /// # Errors
    /// The disk is full or cannot be written.
    pub fn append(&mut self, history: &History) -> Result<(), FileError> {
        for epoch in &history.epochs()[self.epochs..] {
            let time = self.started + trained(&history.epochs()[..epoch.epoch]);
            let measured = event(time, epoch.epoch).message(5, &self.summary(epoch));
            self.file.write_all(&record(measured)).map_err(FileError::at(&self.path))?;
            self.epochs = epoch.epoch;
        }
        Ok(())
    }

    /// What was measured in an epoch, and the learning rate of its last step.
    fn summary(&self, epoch: &Epoch) -> Message {
        let parts = [("train", &epoch.train), ("validation", &epoch.valid)];
        let measured = Metric::ALL.into_iter().flat_map(|metric| {
            parts.iter().filter_map(move |(part, measures)| {
                Some((format!("{}/{part}", metric.name()), measures.get(metric)?))
            })
        });
        let rate = self.learning_rates.at(epoch.epoch, self.steps - 1);
        let scalar = |summary: Message, (tag, value): (String, f64)| {
            summary.message(1, &Message::default().text(1, &tag).float(2, value as f32))
        };
        measured.chain([("learning rate".to_owned(), rate)]).fold(Message::default(), scalar)
    }
}

/// The beginning of an event: when it happened, in seconds since 1970, and after how many epochs.
fn event(time: f64, epochs: usize) -> Message {
    let event = Message::default().double(1, time);
    // None is what is read where nothing is written.
    if epochs == 0 { event } else { event.integer(2, epochs as u64) }
}

/// All settings, for the table of hyperparameters
/// ([`plugin_data.proto`](https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/hparams/plugin_data.proto)).
fn settings(config: &RunConfig, now: f64) -> Message {
    let table = toml::Table::try_from(config).unwrap_or_default();
    let value = |value: &toml::Value| match value {
        toml::Value::Integer(number) => Message::default().double(2, *number as f64),
        toml::Value::Float(number) => Message::default().double(2, *number),
        toml::Value::Boolean(is_on) => Message::default().integer(4, u64::from(*is_on)),
        other => Message::default().text(3, &value_name(other)),
    };
    let entry = |(name, of): (&String, &toml::Value)| {
        Message::default().text(1, name).message(2, &value(of))
    };
    let start =
        table.iter().fold(Message::default(), |start, setting| start.message(1, &entry(setting)));
    let content = Message::default().message(3, &start.double(5, now));
    let plugin = Message::default().text(1, "hparams").message(2, &content);
    let shown = Message::default()
        .text(1, "_hparams_/session_start_info")
        .message(9, &Message::default().message(1, &plugin));
    Message::default().message(1, &shown)
}

/// A message as a record: its length, the message, and after each its checksum.
fn record(message: Message) -> Vec<u8> {
    let length = (message.0.len() as u64).to_le_bytes();
    [&length[..], &checksum(&length), &message.0, &checksum(&message.0)].concat()
}

/// CRC-32C, masked as TFRecord wants it: checksums of what holds checksums would otherwise be weak.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

fn remove_old(folder: &RunFolder) -> io::Result<()> {
    for entry in fs::read_dir(folder.path())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME)) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The seconds that epochs took.
fn trained(epochs: &[Epoch]) -> f64 {
    epochs.iter().map(|epoch| epoch.seconds).sum()
}
