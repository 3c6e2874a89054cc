//! Starts cargo, and other programs.

use std::{
    env,
    ffi::OsStr,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use anyhow::Context;
use host::child;
use serde::Deserialize;

use crate::{interrupt, workspace};

/// The fields of cargo's messages that xtask reads:
/// <https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages>.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact(Artifact),
    #[serde(other)]
    Other,
}

/// What cargo has compiled.
#[derive(Deserialize)]
pub struct Artifact {
    pub target: Target,
    /// Whether it was compiled before.
    pub fresh: bool,
    executable: Option<PathBuf>,
}

/// A crate.
#[derive(Deserialize)]
pub struct Target {
    pub name: String,
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
    // A relative folder is one of the user's, not of the workspace.
    for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
        if let (Some(target), Ok(user)) = (env::var_os(name), workspace::user()) {
            cargo.env(name, user.join(target));
        }
    }
    cargo
}

/// Whether cargo has set this variable of the environment for xtask.
pub fn is_of_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Runs `cargo build`, and returns the path of the built program; none if it does not compile.
/// `watch` sees each artifact. A request to stop ends it.
///
/// # Errors
/// Cargo cannot be started.
pub fn build(
    command: &mut Command,
    mut watch: impl FnMut(&Artifact),
) -> anyhow::Result<Option<PathBuf>> {
    let name = command.get_program().display().to_string();
    let mut cargo = command
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| name.clone())?;
    let output = cargo.stdout.take();
    interrupt::ends(cargo);
    let messages =
        output.map(|output| serde_json::Deserializer::from_reader(BufReader::new(output)));
    let messages = messages
        .into_iter()
        .flat_map(|messages| messages.into_iter::<Message>().map_while(Result::ok));
    let mut built = None;
    for message in messages {
        if let Message::CompilerArtifact(artifact) = message {
            watch(&artifact);
            built = artifact.executable.or(built);
        }
    }
    let status = interrupt::wait_for_build().context(name)?;
    Ok(built.filter(|_| status.is_some_and(|status| status.success())))
}

/// Runs a command to its end, and returns its exit code.
///
/// # Errors
/// The command cannot be started.
pub fn run(command: &mut Command) -> anyhow::Result<u8> {
    let program = command.get_program().to_owned();
    let status = command.status().with_context(|| program.display().to_string())?;
    Ok(code(&program, status))
}

/// Runs a command to its end, and returns its exit code. After a request to stop, the standard
/// input of the program ends.
///
/// # Errors
/// The command cannot be started.
pub fn run_until_stopped(command: &mut Command) -> anyhow::Result<u8> {
    let program = command.get_program().to_owned();
    let name = || program.display().to_string();
    let mut child = command.stdin(Stdio::piped()).spawn().with_context(name)?;
    interrupt::pass_on_to(child.stdin.take());
    Ok(code(&program, child.wait().with_context(name)?))
}

/// Runs a command to its end, and returns its exit code and its output.
///
/// # Errors
/// The command cannot be started.
pub fn output(command: &mut Command) -> anyhow::Result<(u8, String)> {
    let program = command.get_program().to_owned();
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| program.display().to_string())?;
    Ok((code(&program, output.status), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The exit code of a program. If a signal killed it, it could not report that, and this does.
pub fn code(program: &OsStr, status: ExitStatus) -> u8 {
    if let Some(killed) = child::killed(status).filter(|_| !interrupt::asked()) {
        let name = Path::new(program).file_stem().unwrap_or(program);
        // A kept program has the name of its package, its features and a hash.
        let name = name.to_string_lossy();
        host::errln!("error: the program {} was {killed}", name.split('-').next().unwrap_or(&name));
    }
    child::code(status)
}
