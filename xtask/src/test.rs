//! `cargo xtask test`: every test of the workspace.

use run::Backend;

use crate::{cargo, workspace};

/// The flags of `test`.
#[derive(Debug, clap::Args)]
pub struct TestFlags {
    /// Backend to test besides flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// Further arguments for `cargo test`, for example the name of a test
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    rest: Vec<String>,
}

impl TestFlags {
    /// The file of tests that `--test NAME` names.
    fn selected(&self) -> Option<&str> {
        let flag = self.rest.iter().position(|argument| argument == "--test")?;
        self.rest.get(flag + 1).map(String::as_str)
    }
}

/// Packages that are tested by themselves, and their folders: only kaggle should link TLS; the
/// decoders of photo and import would otherwise be compiled twice, for its tests and for `predict`;
/// and the running xtask must not be rebuilt.
const APART: [(&str, &str); 4] = [
    ("import", "crates/import"),
    ("kaggle", "crates/kaggle"),
    ("photo", "crates/photo"),
    ("xtask", "xtask"),
];
/// Packages that take minutes to compile for rarely used commands, and the fuzz targets, which are
/// no tests.
const ON_DEMAND: [&str; 3] = ["pdf", "bundle", "fuzz"];

/// Runs the tests with the profile and the features of the trainer, so that both share what is
/// compiled.
///
/// # Errors
/// Cargo cannot be started.
pub fn test(flags: &TestFlags) -> anyhow::Result<u8> {
    let selected = flags.selected().map(package_apart);
    let apart = APART.map(|(package, _)| package);
    for package in [None].into_iter().chain(apart.map(Some)) {
        if selected.is_some_and(|selected| selected != package) {
            continue;
        }
        let mut command = cargo::command(["test", "--release"]);
        match package {
            Some(package) => command.args(["--package", package]),
            None => command
                .args(["--workspace", "--features", &format!("trainer/{}", flags.backend)])
                .args(apart.iter().chain(&ON_DEMAND).flat_map(|package| ["--exclude", package])),
        };
        if let code @ 1.. = cargo::run(command.args(&flags.rest))? {
            return Ok(code);
        }
    }
    Ok(0)
}

/// The package tested by itself that has a file of tests of this name.
fn package_apart(test: &str) -> Option<&'static str> {
    let has = |folder: &str| {
        let tests = workspace::folder().join(folder).join("tests").join(test);
        tests.is_dir() || tests.with_extension("rs").is_file()
    };
    APART.into_iter().find(|(_, folder)| has(folder)).map(|(package, _)| package)
}
