//! `results.md`: the sentences, tables and pictures of each experiment, and the conclusion, for
//! readers of the folder on the web.

use std::fmt::Write;

use super::{
    charts::{self, Colors, UNITED},
    conclusion::StudyFindings,
    level_tables::{self, KEY},
};
use crate::document::{Table, Text};

/// The text of `results.md`. Only its last section differs when the same study runs again.
pub fn of(study: &StudyFindings) -> String {
    let colors = Colors::of(&study.results.experiments);
    let mut text = String::from(
        "# How settings change training\n\nComputed from the runs: `cargo xtask analysis` writes \
         this file as `results.md`, beside `report.html`. ± is half the width of the simultaneous \
         95 % interval of a difference, by the rules in docs/statistics.md.\n",
    );
    if !study.answer.is_empty() {
        _ = write!(text, "\n## The answer\n\n{}", items(&study.answer));
    }
    for findings in &study.experiments {
        let experiment = findings.experiment;
        let (title, name) = (experiment.design.full_title(), &experiment.design.name);
        let title = escaped(&title);
        _ = write!(text, "\n## {title}\n\nThe experiment `{name}.toml`.\n\n");
        text += &items(&findings.sentences);
        for (chart, _) in charts::of(experiment, &colors).filter(|(chart, _)| chart.is_in_results) {
            let file = address(&chart.file(experiment));
            _ = write!(text, "\n![{}](pictures/{file})\n", chart.text);
        }
        _ = write!(text, "\n{}", table(&level_tables::of_findings(findings)));
        if let Some(power) = &findings.power {
            _ = write!(text, "\n{}\n", beginning(power));
        }
    }
    if charts::united(&study.results.experiments).is_some() {
        _ = write!(
            text,
            "\n## All learning rates and batch sizes\n\n![Accuracy over learning rate divided by \
             batch size](pictures/{UNITED})\n"
        );
    }
    for topic in &study.conclusion {
        _ = write!(text, "\n## {}\n\n{}", topic.title, items(&topic.sentences));
    }
    _ = write!(text, "\n## Columns\n\n{}\n\n## Times\n\n{}", escaped(KEY), TIMES);
    text += &items(&study.times.sentences);
    for (title, levels) in &study.times.tables {
        _ = write!(text, "\n| {} | seconds |\n|---|---|\n", escaped(title));
        for (level, seconds) in levels {
            _ = writeln!(text, "| {} | {seconds} |", escaped(level));
        }
    }
    text
}

/// What the times are.
const TIMES: &str = "Median seconds of training of a run, without validation; runs may have shared \
    the processor. Nothing above depends on them.\n\n";

/// A table whose first rows are its head.
fn table(table: &Table) -> String {
    let row = |cells: &[crate::document::Cell]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(&plain(&cell.text))).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head = table
        .head
        .first()
        .map_or_else(String::new, |head| format!("{}|{}\n", row(head), "---|".repeat(head.len())));
    table.body.iter().fold(head, |text, cells| text + &row(cells))
}

fn plain(text: &Text) -> String {
    text.spans.iter().map(|span| span.text.as_str()).collect()
}

/// A list of sentences, which repeat titles and values of the experiments.
fn items(sentences: &[String]) -> String {
    sentences.iter().map(|sentence| format!("- {}\n", beginning(sentence))).collect()
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

/// The same at the beginning of a paragraph or an item, where marks would make it a heading, a list
/// or a rule: `#`, `-`, `+`, `=`, and a number with `.` or `)` and a space.
fn beginning(text: &str) -> String {
    let text = escaped(text.trim_start());
    let (number, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
    let mut chars = rest.chars();
    let is_mark = match chars.next() {
        Some('.' | ')') => !number.is_empty() && chars.next().is_none_or(char::is_whitespace),
        first => number.is_empty() && first.is_some_and(|first| "#-+=".contains(first)),
    };
    if is_mark { format!("{number}\\{rest}") } else { text }
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

#[cfg(test)]
mod tests {
    use super::{address, beginning, escaped};

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

    #[test]
    fn a_title_at_the_beginning_of_an_item_is_no_heading_and_no_list() {
        for (title, text) in [
            ("# one", r"\# one"),
            (" - one", r"\- one"),
            ("+ <one>", r"\+ \<one\>"),
            ("1. one", r"1\. one"),
            ("12) one", r"12\) one"),
            ("7.", r"7\."),
            ("---", r"\---"),
            ("0.5 is best", "0.5 is best"),
            ("no. 1 - a # and a +", "no. 1 - a # and a +"),
        ] {
            assert_eq!(beginning(title), text);
        }
    }
}
