//! No code: a list of features that all programs of the workspace compile their dependencies with.
//! `Cargo.toml` says why.
