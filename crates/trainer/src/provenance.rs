//! Finds out where and from what a run came about.

use std::process::Command;

use burn::store::SafetensorsStore;
use run::Provenance;

use crate::device::Opened;

/// The circumstances of a run on this device, from data with these checksums.
pub fn of(device: &Opened, data_sha256: &str, test_data_sha256: Option<&str>) -> Provenance {
    Provenance {
        device: device.name.clone(),
        threads: rayon::current_num_threads(),
        trainer: env!("CARGO_PKG_VERSION").to_owned(),
        burn: burn_version(),
        rustc: env!("RUSTC_VERSION").to_owned(),
        git_revision: git_revision().unwrap_or_else(|| "unknown".to_owned()),
        data_sha256: data_sha256.to_owned(),
        test_data_sha256: test_data_sha256.map(str::to_owned),
    }
}

/// The version that Burn writes into the files that it stores: it has no other place that tells it.
fn burn_version() -> String {
    SafetensorsStore::default_metadata().get("version").cloned().unwrap_or_else(|| "unknown".to_owned())
}

/// The revision of the sources from which `cargo xtask` has just built this program.
fn git_revision() -> Option<String> {
    let revision = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() { revision } else { revision + "-dirty" })
}

/// What git says about the sources. It only looks: `git describe --dirty` would lock the index, and leave the lock behind
/// if the run were killed.
fn git(arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["--no-optional-locks", "-C", env!("CARGO_MANIFEST_DIR")]).args(arguments);
    let output = git.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
