//! The progress of a build: cargo reports each crate when it is compiled.

use std::{
    collections::HashMap,
    process::Command,
    time::{Duration, Instant},
};

use host::{
    progress::{self, ProgressBar},
    text::duration,
};

use crate::cargo::{self, Artifact};

/// The seconds that crates take to compile, of those that take longest (2 cores of an AMD EPYC,
/// `cargo build --timings`); another machine takes a multiple of all.
const SLOW: [(&str, f64); 16] = [
    ("burn_flex", 107.0),
    ("burn_dispatch", 28.0),
    ("trainer", 20.0),
    ("data", 18.0),
    ("burn_nn", 15.0),
    ("burn_std", 12.0),
    ("run", 12.0),
    ("model", 10.0),
    ("burn_optim", 9.0),
    ("burn_tensor", 7.0),
    ("regex_automata", 7.0),
    ("pulp", 5.0),
    ("kernels", 5.0),
    ("object", 5.0),
    ("regex_syntax", 4.0),
    ("burn_ir", 4.0),
];
/// The seconds of each other crate.
const OTHER: f64 = 0.6;

/// A bar of the crates of a build.
pub struct BuildProgress {
    bar: ProgressBar,
    /// The crates that are not compiled yet, and their seconds.
    left: HashMap<String, f64>,
    compiled: f64,
    started: Instant,
}

impl BuildProgress {
    /// The bar of the program of this package, on a terminal: none elsewhere, and where cargo
    /// cannot say which crates the program has.
    pub fn of(package: &str, features: &str) -> Option<Self> {
        let bar = progress::bar(Some(0), "{pos} of {len} crates  {elapsed} so far{msg}")?;
        // It may have to download the crates first, and shows that.
        let arguments = ["tree", "--package", package, "--features", features];
        let format = ["--edges", "normal,build", "--prefix", "none", "--format", "{lib}"];
        let left = crates(cargo::command(arguments).args(format))?;
        bar.set_length(left.len() as u64);
        bar.enable_steady_tick(Duration::from_secs(1));
        Some(Self { bar, left, compiled: 0.0, started: Instant::now() })
    }

    /// A crate is compiled, now or before this build.
    pub fn add(&mut self, artifact: &Artifact) {
        let Some(seconds) = self.left.remove(&artifact.target.name.replace('-', "_")) else {
            return;
        };
        self.bar.inc(1);
        if artifact.fresh {
            return;
        }
        self.compiled += seconds;
        let left = self.left.values().fold(0.0, |sum, seconds| sum + seconds) / self.compiled;
        let left = duration(left * self.started.elapsed().as_secs_f64());
        self.bar.set_message(format!("  about {left} left"));
    }
}

impl Drop for BuildProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn seconds(name: &str) -> f64 {
    SLOW.iter().find(|(slow, _)| *slow == name).map_or(OTHER, |(_, seconds)| *seconds)
}

/// The crates that `cargo tree` prints, one in each line, and their seconds.
fn crates(command: &mut Command) -> Option<HashMap<String, f64>> {
    let (code, output) = cargo::output(command).ok()?;
    // Behind the name of a crate that the tree shows again stands a star.
    let names = output.lines().filter_map(|line| line.split_whitespace().next());
    let crates: HashMap<_, _> = names.map(|name| (name.to_owned(), seconds(name))).collect();
    (code == 0 && !crates.is_empty()).then_some(crates)
}
