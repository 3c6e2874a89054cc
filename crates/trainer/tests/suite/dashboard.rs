//! burn-train's dashboard on a terminal.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::Write,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::support::Run;

/// A terminal with a program on it; the terminal is closed with this value.
struct Terminal(Child);

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A training with the dashboard that would take hours, on a terminal of its own.
fn start(run: &Run) -> Terminal {
    let trainer = run.command("--limit 1000 --epochs 1000000");
    let words: Vec<_> = [trainer.get_program()].into_iter().chain(trainer.get_args()).collect();
    let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
    let mut script = Command::new("script");
    // What `cargo xtask` gives the trainer as standard input is no terminal.
    script
        .args(["--quiet", "--return", "--command"])
        .arg(format!("tail -f /dev/null | {} --tui; exit $?", words.join(" ")));
    script
        .arg("/dev/null")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Terminal(script.spawn().unwrap())
}

fn wait_until(happened: impl Fn() -> bool, what: &str) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_terminal_that_cannot_draw_gets_lines() {
    let run = Run::new();
    let trainer = run.command("--limit 1000 --epochs 2");
    let words: Vec<_> = [trainer.get_program()].into_iter().chain(trainer.get_args()).collect();
    let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command"]).arg(format!("{} --tui", words.join(" ")));
    script.arg("/dev/null").env("TERM", "dumb").stdin(Stdio::null());
    let shown = String::from_utf8(script.output().unwrap().stdout).unwrap();
    assert!(!shown.contains('\u{1b}') && shown.contains("\n  2/2  "), "{shown}");
}

#[test]
fn ctrl_c_and_the_menu_of_the_dashboard_save_and_stop() {
    for keys in ["\u{3}", "qs"] {
        let run = Run::new();
        let mut terminal = start(&run);
        let rows =
            || fs::read_to_string(run.path.join("history.csv")).unwrap_or_default().lines().count();
        wait_until(|| rows() > 20, "it does not train");
        for key in keys.bytes() {
            terminal.0.stdin.as_mut().unwrap().write_all(&[key]).unwrap();
            sleep(Duration::from_millis(300));
        }
        let summary = run.path.join("summary.json");
        let is_saved =
            || fs::read_to_string(&summary).is_ok_and(|text| text.contains("interrupted"));
        wait_until(is_saved, "it goes on");
    }
}
