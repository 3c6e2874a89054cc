//! The definitions on the page.

use study::{Results, comparison::ALPHA};

use crate::{analysis::levels::Experiment, document::Block, words::same};

/// The section.
pub(super) fn section(results: &Results) -> [Block; 2] {
    let items = [
        shared(results),
        "Along the curves of a run, training numbers are averages over an epoch while the weights \
         change and dropout is on; validation numbers are measured at its end. Tables and final \
         accuracies measure training rows like validation rows, on the same number of rows (10,000 \
         at most): the difference is the generalization gap. Older runs without that measurement \
         have the average there, too."
            .to_owned(),
        "SD is the standard deviation over seeds, as are the error bars of final accuracies; bands \
         along curves are the range over seeds. ± is half the width of the 95 % confidence \
         interval of a difference, by Student's t of the differences seed by seed."
            .to_owned(),
        format!(
            "A difference is clear if its paired t test finds it among all pairs of levels of its \
             experiment: p at most {ALPHA} after Holm's correction. Only a level clear of every \
             other is called best. Two levels are the same within {} if two one-sided t \
             tests, corrected likewise, exclude every larger difference. A difference that is \
             neither clear nor the same is undecided.",
            same()
        ),
        "A level of which a seed diverged, ended near chance, or has no result is not compared: \
         its row gives the number of these seeds, and its means are over the other seeds."
            .to_owned(),
        "Times, and costs of reaching an accuracy, are described but not tested. Seconds are \
         those of training without validation, on the device above, which runs may have shared."
            .to_owned(),
    ];
    [Block::section("Definitions", "reading"), Block::list(items)]
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
    let sentence = "All seeds share the split, so that seeds differ by the noise of training; only \
                    an experiment that varies the split seed shows the effect of the split. Within \
                    an experiment, runs of one seed share the initial weights wherever the shapes \
                    allow it, the split, and the order of the samples; only the factor differs.";
    match apart.is_empty() {
        true => sentence.to_owned(),
        false => format!(
            "{sentence} Split and order differ between the levels of: {}.",
            apart.join("; ")
        ),
    }
}
