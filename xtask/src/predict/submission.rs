//! Submissions of predictions to Kaggle:
//! <https://www.kaggle.com/competitions/digit-recognizer/overview/evaluation>.

use std::path::Path;

use host::{FileKind, OutputFile, text::thousands};

use crate::{
    network::Network,
    workspace::{self, Here},
};

/// The default name of the file.
pub const NAME: &str = "submission.csv";
/// The first line of a submission.
const HEADER: &str = "ImageId,Label";
/// A submission as a file.
pub const FILE: FileKind = FileKind {
    name: "submission",
    is: |head| {
        head.split(|byte| *byte == b'\n').next().map(<[u8]>::trim_ascii) == Some(HEADER.as_bytes())
    },
};

/// Predicts every row of a file, writes the submission, and returns the exit code.
///
/// # Errors
/// The file cannot be read, the trainer does not compile, or the disk fails.
pub fn predict(
    network: &Network,
    data: &Path,
    out: &OutputFile,
    here: &Here,
) -> anyhow::Result<u8> {
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
    out.write(format!("{HEADER}\n{rows}").as_bytes())?;
    network.warn_of_seen(seen, predictions.len(), data, "score of this submission", here);
    host::outln!("weights      {}", here.show(&network.trained.weights).display());
    host::outln!(
        "predictions  {} in {}",
        thousands(predictions.len() as f64),
        here.show(out.path()).display()
    );
    if is_labelled {
        host::outln!(
            "             the labels in {} were not used; cargo xtask evaluate uses them",
            here.show(data).display()
        );
    }
    Ok(0)
}
