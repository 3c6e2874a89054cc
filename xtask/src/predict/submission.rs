//! Submissions of predictions to Kaggle:
//! <https://www.kaggle.com/competitions/digit-recognizer/overview/evaluation>.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use host::{FileError, text::thousands, write_whole};

use crate::{
    network::Network,
    workspace::{self, Here},
};

/// The default name of the file.
pub const NAME: &str = "submission.csv";
/// The first line of a submission.
const HEADER: &str = "ImageId,Label";

/// Predicts every row of a file, writes the submission, and returns the exit code.
///
/// # Errors
/// The file cannot be read, the trainer does not compile, or the disk fails.
pub fn predict(network: &Network, data: &Path, out: &Path, here: &Here) -> anyhow::Result<u8> {
    let set = network.read(data)?;
    let (seen, is_labelled) = (network.count_seen(set.images()), set.labels().is_some());
    let predictions = match network.predict(network.all_of(data), Some(workspace::cache()))? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    let labels = network.labels(&predictions)?;
    let row = |(place, class): (usize, usize)| format!("{},{}\n", place + 1, labels.label(class));
    let rows: String =
        predictions.iter().map(|prediction| prediction.class).enumerate().map(row).collect();
    write_whole(out, format!("{HEADER}\n{rows}").as_bytes())?;
    network.warn_of_seen(seen, predictions.len(), data, "score of this submission", here);
    host::outln!("weights      {}", here.show(&network.trained.weights).display());
    host::outln!(
        "predictions  {} in {}",
        thousands(predictions.len() as f64),
        here.show(out).display()
    );
    if is_labelled {
        host::outln!(
            "             the labels in {} were not used; cargo xtask evaluate uses them",
            here.show(data).display()
        );
    }
    Ok(0)
}

/// Refuses to overwrite a file that is no submission.
///
/// # Errors
/// The file is no submission, or cannot be read.
pub fn refuse_foreign(out: &Path) -> Result<(), FileError> {
    let file = match File::open(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file.map_err(FileError::at(out))?,
    };
    let mut first = Vec::new();
    io::Read::take(BufReader::new(file), 100)
        .read_until(b'\n', &mut first)
        .map_err(FileError::at(out))?;
    if first.trim_ascii() == HEADER.as_bytes() {
        return Ok(());
    }
    let reason = format!(
        "this file is no submission, and is not overwritten; expected {HEADER:?} in its first \
         line, or another --out"
    );
    Err(FileError::refused(out, reason))
}
