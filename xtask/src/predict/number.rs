//! Predictions for the numbers of a page.

use std::path::PathBuf;

use report::names;
use run::Prediction;

use crate::{
    network::{self, Network},
    pictures::{Content, Pictures},
    predict::photos::{bars, drawn},
    workspace::Here,
};

/// Predicts each digit of each page, prints the number of each line with the probability of each
/// digit, and returns the exit code: 1 if a file is no picture or shows no digit, or if digits
/// touch. A digit of which the network is unsure is a question mark.
///
/// # Errors
/// The trainer does not compile, or the disk fails.
pub fn predict(
    network: &Network,
    pages: &[PathBuf],
    show: bool,
    here: &Here,
) -> anyhow::Result<u8> {
    let read = Pictures::read(pages, network, Content::Numbers)?;
    if read.places.is_empty() {
        return Ok(read.code);
    }
    let predictions = match network.predict(read.rows(), None)? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    host::outln!("weights  {}", here.show(&network.trained.weights).display());
    network::suggest_better(network.trained.run.as_ref());
    let labels = network.labels(&predictions)?;
    let shown = |page: usize| here.show(&pages[page]).display().to_string();
    let lengths = read.places.iter().map(|page| shown(*page).chars().count());
    let widest = lengths.max().unwrap_or_default();
    let images = read.images()?;
    let places = read.places.iter().zip(&read.lines);
    let digits: Vec<_> = places.zip(images.images().zip(&predictions)).collect();
    for line in digits.chunk_by(|(one, _), (next, _)| one == next) {
        let ((page, place), _) = line[0];
        let read_digits = || line.iter().map(|(_, digit)| digit);
        let name = |digit: &Prediction| match network.is_unsure(digit) {
            true => "?".to_owned(),
            false => names::long(&labels, digit.class),
        };
        let number: String = read_digits().map(|(_, digit)| name(digit)).collect();
        let percent = |digit: &Prediction| {
            let unsure = if network.is_unsure(digit) { "unsure: " } else { "" };
            format!("{unsure}{:.0}", digit.probabilities[digit.class] * 100.0)
        };
        let percents: Vec<String> = read_digits().map(|(_, digit)| percent(digit)).collect();
        let page = shown(*page);
        host::outln!("{page:<widest$}  line {place}  {number}  ({} %)", percents.join(", "));
        if show {
            for (pixels, digit) in read_digits() {
                host::outln!("\n{}\n{}", drawn(pixels, read.size), bars(digit, &labels));
            }
        }
    }
    Ok(read.code)
}
