//! The definitions on the page.

use study::{Results, stats::ALPHA};

use crate::{
    analysis::{level_tables::KEY, levels::Experiment},
    document::{Block, Text},
};

/// The definitions, to unfold.
pub(super) fn section(results: &Results) -> Block {
    let items = [
        KEY.to_owned(),
        shared(results),
        "Along the curves of a run, training numbers are averages over an epoch while the weights \
         change and dropout is on; validation numbers are measured at its end. The gap is measured \
         without either: training accuracy less validation accuracy, in points."
            .to_owned(),
        format!(
            "A difference is clear if Welch's test finds it among all pairs of its experiment: p \
             at most {ALPHA} after Holm's correction. If only its own p is at most {ALPHA}, there \
             are too few seeds to judge. No clear difference does not mean no difference. \
             Planned comparisons are families of their own: their intervals are narrower than \
             those of the same pairs in the table."
        ),
        "Near chance is less than a tenth of the way from the share of the largest class to 100 %. \
         A run that ends there collapsed if it was better before, and never learned otherwise; if \
         it still improved, it has not yet learned, and is compared."
            .to_owned(),
        "Still improving: in the last fifth of the epochs, the validation loss fell by more than \
         5 % or the accuracy rose by more than 0.5 points. Overfitting: the validation loss ends \
         more than 5 % above its lowest, while the training loss fell. Both of most seeds."
            .to_owned(),
        "Error bars are 95 % intervals of a mean; bands along curves are the range over seeds."
            .to_owned(),
    ];
    Block::Fold { summary: Text::from("Definitions"), blocks: vec![Block::list(items)] }
}

/// The settings that decide the training rows.
const OF_THE_SPLIT: [&str; 4] = ["data", "limit", "valid_fraction", "split_seed"];

/// A note on what runs of one seed share.
fn shared(results: &Results) -> String {
    let splits_differ = |experiment: &&Experiment| {
        experiment.design.fields().any(|field| OF_THE_SPLIT.contains(&field.as_str()))
    };
    let apart: Vec<String> = results
        .experiments
        .iter()
        .filter(splits_differ)
        .map(|experiment| experiment.design.full_title())
        .collect();
    let sentence = "All seeds share the split: they differ by the noise of training. Runs of one \
                    seed share initial weights, where shapes allow it, and the order of samples.";
    match apart.is_empty() {
        true => sentence.to_owned(),
        false => format!(
            "{sentence} Split and order differ between the levels of: {}.",
            apart.join("; ")
        ),
    }
}
