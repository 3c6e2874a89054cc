//! What a study cannot say.

use std::collections::BTreeSet;

use study::{Completed, Results, comparison::SAME};

use crate::analysis::insights::{fitting, words::seeds};

pub(super) fn of(results: &Results) -> Vec<String> {
    let trials = results.completed();
    if trials.is_empty() {
        return Vec::new();
    }
    let kinds = |tell: &dyn Fn(&Completed) -> String| {
        trials.iter().map(|trial| tell(trial)).collect::<BTreeSet<String>>()
    };
    let mut sentences = Vec::new();
    let hidden = kinds(&|trial| {
        trial.config.hidden.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
    });
    let data = kinds(&|trial| trial.config.data.display().to_string());
    if let (1, Some(hidden), 1, Some(data)) =
        (hidden.len(), hidden.first(), data.len(), data.first())
    {
        sentences.push(format!(
            "It covers one kind of network, with hidden layers {hidden}, on {data}; others may \
             need other settings."
        ));
    }
    let splits = kinds(&|trial| trial.config.split_seed.to_string());
    if splits.len() == 1 {
        sentences.push(
            "All runs share one split into training and validation rows. Differences of levels are \
             measured on it; how they would \
             come out on other rows is not tested."
                .to_owned(),
        );
    }
    let planned = results
        .experiments
        .iter()
        .flat_map(|experiment| &experiment.levels)
        .map(|level| level.planned)
        .max();
    sentences.push(format!(
        "With {} per level, small differences remain unknown: levels without a clear difference \
         are not therefore the same; only \
         those are that a test of its own finds within {} points.",
        seeds(planned.unwrap_or(0)),
        SAME * 100.0
    ));
    // Experiments share levels.
    let mut seen = BTreeSet::new();
    let levels = results.experiments.iter().flat_map(|experiment| &experiment.levels);
    let compared: Vec<_> = levels
        .filter(|level| level.succeeded())
        .filter(|level| {
            seen.insert(level.trials.iter().map(|trial| &trial.name).collect::<Vec<_>>())
        })
        .collect();
    let unfinished = compared.iter().filter(|level| fitting::still_learns(level).is_some()).count();
    if unfinished > 0 {
        sentences.push(format!(
            "The epochs are fixed. Of {} different levels that lost no seed, {unfinished} had not \
             done learning: with more epochs, \
             levels may come out in another order.",
            compared.len()
        ));
    }
    sentences.push(
        "Each experiment varies one or two settings around fixed others; what was best there need \
         not be best elsewhere. The best \
         level was chosen by the accuracy that it is reported with, which flatters it a little; \
         the test accuracy took no part in \
         the choice."
            .to_owned(),
    );
    sentences
}
