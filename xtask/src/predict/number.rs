//! Predictions for the numbers of a page.

use std::path::PathBuf;

use report::names;

use crate::{
    network::{self, Network},
    pictures::{Content, Pictures},
    predict::photos::{bars, drawn},
    workspace::Here,
};

/// Predicts each digit of each page, prints the number of each line with the probability of each
/// digit, and returns the exit code: 1 if a file is no picture or shows no digit, or if digits
/// touch.
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
    let images = read.images()?;
    let labels = network.labels(&predictions)?;
    let name = |page: usize| here.show(&pages[page]).display().to_string();
    let widest = read.places.iter().map(|page| name(*page).chars().count()).max();
    let widest = widest.unwrap_or_default();
    let digits: Vec<_> = images.images().zip(&predictions).collect();
    let rows: Vec<usize> = (0..digits.len()).collect();
    let is_same_line = |one: &usize, next: &usize| {
        (read.places[*one], read.lines[*one]) == (read.places[*next], read.lines[*next])
    };
    for line in rows.chunk_by(is_same_line) {
        let digits = &digits[line[0]..line[0] + line.len()];
        let number: String =
            digits.iter().map(|(_, digit)| names::long(&labels, digit.class)).collect();
        let percent = |digit: &run::Prediction| {
            let unsure = if network.is_unsure(digit) { "unsure " } else { "" };
            format!("{unsure}{:.0}", digit.probabilities[digit.class] * 100.0)
        };
        let percents: Vec<String> = digits.iter().map(|(_, digit)| percent(digit)).collect();
        let (page, place) = (name(read.places[line[0]]), read.lines[line[0]]);
        host::outln!("{page:<widest$}  line {place}  {number}  ({} %)", percents.join(", "));
        if show {
            for (pixels, digit) in digits {
                host::outln!("\n{}\n{}", drawn(pixels, read.size), bars(digit, &labels));
            }
        }
    }
    Ok(read.code)
}
