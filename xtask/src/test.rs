//! `cargo xtask test`: every test of the workspace.

use run::Backend;

use crate::cargo;

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

/// Runs the tests with the profile and the features of the trainer, so that both share what is compiled.
///
/// # Errors
/// Cargo cannot be started.
pub fn test(flags: &TestFlags) -> anyhow::Result<u8> {
    let features = format!("trainer/{}", flags.backend);
    let mut command = cargo::command(["test", "--release", "--workspace", "--features", &features]);
    let status = cargo::status(command.args(&flags.rest))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
