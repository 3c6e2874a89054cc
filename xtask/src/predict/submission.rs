//! Submissions of predictions to Kaggle:
//! <https://www.kaggle.com/competitions/digit-recognizer/overview/evaluation>.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use clap::builder::NonEmptyStringValueParser;
use csv::{Reader, ReaderBuilder, StringRecord, Writer};
use data::{Classes, Ids, ImageSet};
use host::{FileError, FileKind, OutputFile, file::are_same, text::thousands};
use run::Prediction;

use crate::{
    network::Network,
    usage::UsageError,
    workspace::{self, Here},
};

/// The default name of the file.
pub const NAME: &str = "submission.csv";
/// The default names of the columns.
const HEADER: [&str; 2] = ["ImageId", "Label"];

/// The flags for the names of the columns.
#[derive(Debug, clap::Args)]
pub struct HeaderFlags {
    /// Name of the first column of the submission [default: ImageId]
    #[arg(
        long, value_name = "NAME", requires = "data",
        value_parser = NonEmptyStringValueParser::new()
    )]
    id_header: Option<String>,
    /// Name of its second column [default: Label]
    #[arg(
        long, value_name = "NAME", requires = "data",
        value_parser = NonEmptyStringValueParser::new()
    )]
    label_header: Option<String>,
    /// Example of a submission, such as sample_submission.csv, which has the names of both columns
    #[arg(
        long, value_name = "FILE", requires = "data",
        conflicts_with_all = ["id_header", "label_header"]
    )]
    like: Option<PathBuf>,
}

/// The names of both columns.
pub type Header = [String; 2];

impl HeaderFlags {
    /// The header of a submission to this file, which must not be that of `--like`.
    ///
    /// # Errors
    /// The example cannot be read, is no submission, or would be overwritten.
    pub fn header(self, out: &Path, here: &Here) -> anyhow::Result<Header> {
        let Some(like) = self.like.map(|path| here.path(&path)) else {
            let [id, label] = HEADER.map(str::to_owned);
            return Ok([self.id_header.unwrap_or(id), self.label_header.unwrap_or(label)]);
        };
        let header = header_of(&like)?;
        if are_same(out, &like) {
            let what = "this is the file of --like, and is not overwritten; choose another --out";
            return Err(UsageError(format!("{}: {what}", here.show(&like).display())).into());
        }
        Ok(header)
    }
}

/// The header of an example.
fn header_of(like: &Path) -> anyhow::Result<Header> {
    let failed = FileError::at(like);
    let file = File::open(like).map_err(&failed)?;
    let record = first_record(ReaderBuilder::new().has_headers(false).from_reader(file));
    let fields = record.map_err(|error| failed(error.into()))?;
    let names: Vec<String> = fields.iter().map(str::to_owned).collect();
    names.try_into().map_err(|names: Vec<String>| {
        let (path, found) = (like.display(), names.len());
        UsageError(format!("{path}: {found} columns; expected two, those of a submission")).into()
    })
}

/// The first record of a CSV, without a byte-order mark; empty if there is none.
fn first_record(mut reader: Reader<impl std::io::Read>) -> csv::Result<StringRecord> {
    let record = reader.records().next().transpose()?.unwrap_or_default();
    Ok(record.iter().map(|field| field.trim_start_matches('\u{feff}').trim()).collect())
}

/// The kind of a submission with this header. Any other file is that of someone else, as is an
/// example.
pub fn kind(header: &Header) -> FileKind<impl Fn(&[u8]) -> bool> {
    let is = move |head: &[u8]| {
        let first = first_record(ReaderBuilder::new().has_headers(false).from_reader(head));
        first.is_ok_and(|first| first.iter().eq(header) || first.iter().eq(HEADER))
            && !is_example(head)
    };
    FileKind { name: "submission", is }
}

/// Whether a file begins like Kaggle's sample_submission.csv: many rows, all with the same label.
fn is_example(head: &[u8]) -> bool {
    const MANY: usize = 100;
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(head);
    let rows = reader.records().map_while(Result::ok);
    let mut labels: Vec<String> = rows.filter_map(|row| Some(row.get(1)?.to_owned())).collect();
    // It may be cut off.
    labels.pop();
    labels.len() >= MANY && labels.iter().all(|label| *label == labels[0])
}

/// Predicts every row of a file, writes the submission, and returns the exit code.
///
/// # Errors
/// The file cannot be read, the trainer does not compile, or the disk fails.
pub fn predict(
    network: &Network,
    data: &Path,
    out: &OutputFile,
    header: &Header,
    here: &Here,
) -> anyhow::Result<u8> {
    let set = network.read(data)?;
    let seen = network.count_seen(set.images(), here);
    let predictions = match network.predict(network.all_of(data)?, Some(workspace::cache()))? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    let classes = network.labels(&predictions)?;
    out.write(&text(header, set.ids(), &predictions, &classes)?)?;
    network.warn_of_seen(seen, predictions.len(), data, "score of this submission", here);
    tell(network, &set, &predictions, out, data, here);
    Ok(0)
}

/// The text of a submission. Without ids, rows count from 1.
fn text(
    header: &Header,
    ids: Option<&Ids>,
    predictions: &[Prediction],
    classes: &Classes,
) -> anyhow::Result<Vec<u8>> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for (row, prediction) in predictions.iter().enumerate() {
        let id = ids.map_or_else(|| (row + 1).to_string(), |ids| ids.of_rows[row].clone());
        writer.write_record([id.as_str(), classes.name(prediction.class)])?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

fn tell(
    network: &Network,
    set: &ImageSet,
    predictions: &[Prediction],
    out: &OutputFile,
    data: &Path,
    here: &Here,
) {
    out.tell(format_args!("weights      {}", here.show(&network.trained.weights).display()));
    out.tell(format_args!(
        "predictions  {} in {}",
        thousands(set.rows() as f64),
        here.show(out.path()).display()
    ));
    let unsure = predictions.iter().filter(|prediction| network.is_unsure(prediction)).count();
    if unsure > 0 {
        out.tell(format_args!(
            "unsure       {} of them, which a submission does not show",
            thousands(unsure as f64)
        ));
    }
    if set.labels().is_some() {
        out.tell(format_args!(
            "             the labels in {} were not used; cargo xtask evaluate uses them",
            here.show(data).display()
        ));
    }
}
