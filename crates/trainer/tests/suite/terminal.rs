//! What a training prints, on terminals of all kinds and in files.

#![cfg(target_os = "linux")]

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::support::Run;

/// What a training of two epochs shows on a terminal of this kind. Its standard output goes there,
/// or to this file.
fn shown(term: Option<&str>, log: Option<&str>) -> String {
    let run = Run::new();
    let trainer = run.command("--limit 1000 --epochs 2");
    let words = [trainer.get_program()].into_iter().chain(trainer.get_args());
    let words: Vec<_> = words.map(|word| word.to_str().unwrap()).collect();
    let redirected = log.map_or_else(String::new, |log| format!(" >{log}"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command"]).arg(words.join(" ") + &redirected);
    script.arg("/dev/null").env_remove("TERM").stdin(Stdio::null());
    term.map(|term| script.env("TERM", term));
    let output = script.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The epochs that have a line.
fn epochs(text: &str) -> Vec<&str> {
    let first = text.lines().filter_map(|line| line.split_whitespace().next());
    first.filter(|word| word.contains("/2")).collect()
}

#[test]
fn a_terminal_that_can_draw_shows_a_bar_and_the_lines() {
    let shown = shown(Some("xterm"), None);
    assert!(shown.contains('\u{1b}') && shown.contains("left"), "{shown}");
    assert!(shown.contains(" 1/2  ") && shown.contains(" 2/2  "), "{shown}");
}

#[test]
fn a_terminal_that_cannot_draw_shows_plain_lines() {
    for term in [None, Some("dumb"), Some("")] {
        let shown = shown(term, None);
        assert!(!shown.contains('\u{1b}'), "{term:?}: {shown}");
        assert_eq!(epochs(&shown), ["1/2", "2/2"], "{term:?}: {shown}");
        let mut table = shown.lines().filter(|line| line.contains("/2 ") || line.contains("loss"));
        assert!(table.all(|line| line.chars().count() <= 80), "{term:?}: {shown}");
    }
}

#[test]
fn a_file_gets_the_lines_also_when_it_is_started_from_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    shown(Some("xterm"), log.to_str());
    let logged = fs::read_to_string(log).unwrap();
    assert!(!logged.contains('\u{1b}'), "{logged}");
    assert_eq!(epochs(&logged), ["1/2", "2/2"], "{logged}");
}
