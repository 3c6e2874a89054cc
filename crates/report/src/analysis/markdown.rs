//! `results.md`: the sentences, tables and pictures of each experiment, and the conclusion, for
//! readers of the folder on the web.

use std::fmt::Write;

use host::text::{duration, thousands};
use study::stats::Sample;

use super::{
    charts::{self, Colors, UNITED},
    conclusion::StudyFindings,
    levels::{Level, fitted_accuracy, valid_accuracy},
};
use crate::words::{hundredths, lost, or_dash, spread};

/// The text of `results.md`.
pub fn of(study: &StudyFindings) -> String {
    let colors = Colors::of(&study.results.experiments);
    let mut text = String::from(
        "# How settings change training\n\nComputed from the runs: `cargo xtask analysis` writes \
         this file as `results.md`, beside `report.html`. Accuracies are in percent after the last \
         epoch, mean (SD: standard deviation) over the seeds that finished; training accuracy is \
         measured as validation accuracy is, on as many training rows as there are validation \
         rows, 10,000 at most. ± is half the width of the 95 % interval of a difference, by the \
         rules in docs/statistics.md. Times are of training alone: read them as ratios.\n",
    );
    for findings in &study.experiments {
        let experiment = findings.experiment;
        let (title, name) = (experiment.design.full_title(), &experiment.design.name);
        let title = escaped(&title);
        _ = write!(text, "\n## {title}\n\nThe experiment `{name}.toml`.\n");
        for (chart, _) in charts::of(experiment, &colors).filter(|(chart, _)| chart.is_in_results) {
            let file = address(&chart.file(experiment));
            _ = write!(text, "\n![{}](pictures/{file})\n", chart.text);
        }
        text += "\n| level | validation accuracy | training accuracy | test accuracy | updates | \
            training time |\n\
                 |---|---|---|---|---|---|\n";
        experiment.levels.iter().for_each(|level| text += &row(level));
        text += "\n";
        text += &items(&findings.sentences);
    }
    if charts::united(&study.results.experiments).is_some() {
        _ = write!(
            text,
            "\n## All learning rates and batch sizes\n\n![Accuracy over learning rate divided by \
             batch size](pictures/{UNITED})\n"
        );
    }
    text += "\n## Conclusion\n";
    for topic in &study.conclusion {
        _ = write!(text, "\n### {}\n\n{}", topic.title, items(&topic.sentences));
    }
    text
}

/// A list of sentences, which repeat titles and values of the experiments.
fn items(sentences: &[String]) -> String {
    sentences.iter().map(|sentence| format!("- {}\n", escaped(sentence))).collect()
}

/// A text on one line that means nothing but itself: titles and values may be any text. An
/// underscore within a word, as in an address, has no meaning.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut is_in_word = false;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_special = match char {
            '_' => !(is_in_word && chars.peek().is_some_and(|next| next.is_alphanumeric())),
            char => "\\`*[]<>|&~$".contains(char),
        };
        escaped.extend(is_special.then_some('\\'));
        escaped.push(if char.is_control() { ' ' } else { char });
        is_in_word = char.is_alphanumeric() || char == '_';
    }
    escaped
}

/// The name of a file as an address: experiments have any names.
fn address(name: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'-' | b'.' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    name.bytes().map(encoded).collect()
}

fn row(level: &Level) -> String {
    let accuracy = |sample: Option<Sample>| {
        or_dash(sample.map(|sample| hundredths(sample.mean) + &spread(&sample)))
    };
    let lost = match lost(level).join(", ") {
        lost if lost.is_empty() => lost,
        lost => format!(" ({lost})"),
    };
    let updates =
        level.trials.iter().map(|trial| trial.summary.epochs * trial.updates_an_epoch()).max();
    format!(
        "| {}{lost} | {} | {} | {} | {} | {} |\n",
        escaped(&level.label),
        accuracy(level.last(valid_accuracy)),
        accuracy(level.last(fitted_accuracy)),
        accuracy(level.test_accuracy()),
        or_dash(updates.map(|updates| thousands(updates as f64))),
        or_dash(level.seconds().map(|sample| duration(sample.mean)))
    )
}

#[cfg(test)]
mod tests {
    use super::{address, escaped};

    #[test]
    fn an_address_leads_to_a_file_of_any_name() {
        assert_eq!(address("learning-rate_2-finals.png"), "learning-rate_2-finals.png");
        assert_eq!(address("a (b) é.png"), "a%20%28b%29%20%C3%A9.png");
    }

    #[test]
    fn a_title_is_text_and_nothing_else() {
        for (title, text) in [
            ("Learning rate, on a logarithmic scale", "Learning rate, on a logarithmic scale"),
            ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
            ("[a](http://b) | `c`", r"\[a\](http://b) \| \`c\`"),
            ("one\n# two", "one # two"),
            ("https://doi.org/10.1007/3-540-49430-8_2", "https://doi.org/10.1007/3-540-49430-8_2"),
            ("_so_ my_file_", r"\_so\_ my_file\_"),
        ] {
            assert_eq!(escaped(title), text);
        }
    }
}
