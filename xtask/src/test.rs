//! `cargo xtask test`: every test of the workspace.

use run::Backend;

use crate::cargo;

/// The flags of `test`.
#[derive(Debug, clap::Args)]
pub struct TestFlags {
    /// Backend to test besides flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// Arguments for `cargo test`, for example the name of a test
    #[arg(allow_hyphen_values = true, value_name = "ARGUMENT")]
    cargo: Vec<String>,
    /// Arguments for the test programs, for example `--ignored`
    #[arg(last = true, value_name = "ARGUMENT")]
    programs: Vec<String>,
}

/// Packages that are tested by themselves: only kaggle should link TLS; the decoders of photo and
/// import would otherwise be compiled twice, for their tests and for `predict`; and the running
/// xtask must not be rebuilt.
const APART: [&str; 4] = ["import", "kaggle", "photo", "xtask"];
/// Packages that take minutes to compile for rarely used commands, and the fuzz targets, which are
/// no tests.
const ON_DEMAND: [&str; 3] = ["pdf", "bundle", "fuzz"];

/// Runs the tests with the profile and the features of the trainer, so that both share what is
/// compiled.
///
/// # Errors
/// Cargo cannot be started.
pub fn test(flags: &TestFlags) -> anyhow::Result<u8> {
    for package in [None].into_iter().chain(APART.map(Some)) {
        let mut command = cargo::command(["test", "--release"]);
        match package {
            Some(package) => command.args(["--package", package]),
            None => command
                .args(["--workspace", "--features", &format!("trainer/{}", flags.backend)])
                .args(APART.iter().chain(&ON_DEMAND).flat_map(|package| ["--exclude", package])),
        };
        command.args(&flags.cargo).arg("--").args(&flags.programs);
        if let code @ 1.. = cargo::run(&mut command)? {
            return Ok(code);
        }
    }
    Ok(0)
}
