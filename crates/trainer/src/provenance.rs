//! Finds out where and from what a run was made.

use burn::store::SafetensorsStore;
use run::{Provenance, Workspace};

use crate::device::ComputeDevice;

/// The circumstances of a run on this device, by a trainer from this workspace, but for its data.
pub fn of(device: &ComputeDevice, workspace: &Workspace) -> Provenance {
    Provenance {
        device: device.name.clone(),
        trainer: env!("CARGO_PKG_VERSION").to_owned(),
        burn: burn_version(),
        rustc: env!("RUSTC_VERSION").to_owned(),
        git_revision: workspace.revision.clone().unwrap_or_else(|| "unknown".to_owned()),
        ..Provenance::default()
    }
}

/// The version that Burn writes into the files that it stores: it has no other place that tells it.
fn burn_version() -> String {
    SafetensorsStore::default_metadata()
        .get("version")
        .cloned()
        .unwrap_or_else(|| "unknown".to_owned())
}
