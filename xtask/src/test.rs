//! `cargo xtask test`: every test of the workspace.

use run::Backend;

use crate::{cargo, workspace};

/// The flags of `test`.
#[derive(Debug, clap::Args)]
pub struct TestFlags {
    /// Test on this backend as well as on flex
    #[arg(long, value_enum, value_name = "B", default_value_t)]
    backend: Backend,
    /// What else `cargo test` takes, for example the name of a test
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    rest: Vec<String>,
}

impl TestFlags {
    /// The file of tests that is asked for by `--test NAME`.
    fn selected(&self) -> Option<&str> {
        let flag = self.rest.iter().position(|argument| argument == "--test")?;
        self.rest.get(flag + 1).map(String::as_str)
    }
}

fn is_of_xtask(test: &str) -> bool {
    let tests = workspace::folder().join("xtask/tests").join(test);
    tests.is_dir() || tests.with_extension("rs").is_file()
}

/// Runs the tests with the profile and the features of the trainer, so that both share what is compiled. xtask is tested by
/// itself: this very program must stay as it is while it runs.
///
/// # Errors
/// Cargo cannot be started.
pub fn test(flags: &TestFlags) -> anyhow::Result<u8> {
    let features = format!("trainer/{}", flags.backend);
    let workspace = ["--workspace", "--exclude", "xtask", "--exclude", "pdf", "--exclude", "bundle", "--features", &features];
    let xtask = ["--package", "xtask"];
    for packages in [&workspace[..], &xtask[..]] {
        if flags.selected().is_some_and(|test| is_of_xtask(test) != (packages == xtask)) {
            continue;
        }
        let mut command = cargo::command(["test", "--release"].iter().chain(packages));
        let status = cargo::status(command.args(&flags.rest))?;
        if !status.success() {
            return Ok(cargo::code(status));
        }
    }
    Ok(0)
}
