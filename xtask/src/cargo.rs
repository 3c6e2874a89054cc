//! Starts cargo, and other programs.

use std::{
    env,
    ffi::OsStr,
    io::BufReader,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
};

use anyhow::Context;
use serde::Deserialize;

use crate::workspace;

/// The fields of cargo's messages that xtask reads:
/// <https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages>.
#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
}

/// A cargo command in the workspace.
pub fn command<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::folder()).args(arguments);
    // Cargo has set these for xtask. With them, each call of cargo from outside xtask would rerun
    // the build scripts that read them, and recompile the crates that depend on those.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_xtask)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Whether cargo has set this variable of the environment for xtask.
pub fn is_of_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Runs `cargo build`, and returns the path of the built program; none if it does not compile.
///
/// # Errors
/// Cargo cannot be started.
pub fn build(command: &mut Command) -> anyhow::Result<Option<PathBuf>> {
    let name = command.get_program().display().to_string();
    let mut cargo = command
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| name.clone())?;
    let messages = cargo
        .stdout
        .take()
        .map(|output| serde_json::Deserializer::from_reader(BufReader::new(output)));
    let messages = messages
        .into_iter()
        .flat_map(|messages| messages.into_iter::<Message>().map_while(Result::ok));
    let built = messages
        .filter(|message| message.reason == "compiler-artifact")
        .filter_map(|message| message.executable)
        .last();
    let status = cargo.wait().context(name)?;
    Ok(built.filter(|_| status.success()))
}

/// Runs a command to its end.
///
/// # Errors
/// The command cannot be started.
pub fn status(command: &mut Command) -> anyhow::Result<ExitStatus> {
    command.status().with_context(|| command.get_program().display().to_string())
}

/// The exit code of this program after another one with this status.
pub fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
