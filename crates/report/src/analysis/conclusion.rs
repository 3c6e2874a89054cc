//! The conclusion of a study, from the [`Findings`] of all its experiments: the answer, which a
//! reader gets first, then causes and limits. Every sentence is computed; a mechanism is named
//! where the runs show what it explains.

mod answer;
mod causes;
mod choice;
mod limits;
mod times;

use study::Results;

use super::findings::Findings;

pub use times::{Times, TimesTable};

/// The findings of a study.
#[derive(Debug)]
pub struct StudyFindings<'a> {
    /// The results of its trials.
    pub results: &'a Results,
    /// The findings of its experiments, in order.
    pub experiments: Vec<Findings<'a>>,
    /// The answer: what each factor did, what to choose, and what would change it. At most ten
    /// sentences.
    pub answer: Vec<String>,
    /// The conclusion from all findings.
    pub conclusion: Vec<Topic>,
    /// The times, which alone differ when a study runs again.
    pub times: Times,
}

/// A topic of the conclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its title.
    pub title: &'static str,
    /// Its sentences, in order; at least one.
    pub sentences: Vec<String>,
}

impl<'a> StudyFindings<'a> {
    /// Computes the findings of a study.
    pub fn of(results: &'a Results) -> Self {
        let experiments: Vec<Findings> = results.experiments.iter().map(Findings::of).collect();
        let topics = [
            ("Causes", causes::of(&experiments)),
            ("Limits of this study", limits::of(results, &experiments)),
        ];
        let topics = topics.into_iter().filter(|(_, sentences)| !sentences.is_empty());
        let conclusion = topics.map(|(title, sentences)| Topic { title, sentences }).collect();
        let answer = answer::of(&experiments);
        let times = Times::of(results);
        Self { results, experiments, answer, conclusion, times }
    }
}

/// The experiments that vary exactly these factors, and these settings along with them.
fn varying<'a>(
    findings: &'a [Findings<'a>],
    factors: &[&str],
    along: &[&str],
) -> impl Iterator<Item = &'a Findings<'a>> {
    findings.iter().filter(move |findings| {
        let design = &findings.experiment.design;
        design.factors == factors && design.along == along
    })
}
