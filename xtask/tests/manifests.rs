//! `crates/model` can be copied from here, so its `Cargo.toml` says itself what the other members
//! take from the workspace's.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{fs, path::Path};

use toml::{Table, Value};

fn manifest(path: &str) -> Table {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).join("Cargo.toml");
    fs::read_to_string(file).unwrap().parse().unwrap()
}

/// A dependency's version, and whether it comes with its default features.
fn asked(dependency: &Value) -> (&str, bool) {
    match dependency {
        Value::String(version) => (version, true),
        details => {
            let default = details.get("default-features").and_then(Value::as_bool);
            (details["version"].as_str().unwrap(), default.unwrap_or(true))
        }
    }
}

#[test]
fn what_model_says_itself_is_what_the_workspace_says() {
    let (model, workspace) = (manifest("crates/model"), manifest(""));
    let workspace = &workspace["workspace"];
    for (key, value) in workspace["package"].as_table().unwrap() {
        assert_eq!(&model["package"][key], value, "{key}");
    }
    for kind in ["dependencies", "dev-dependencies"] {
        for (name, dependency) in model[kind].as_table().unwrap() {
            assert_eq!(asked(dependency), asked(&workspace["dependencies"][name]), "{name}");
        }
    }
    assert_eq!(model["lints"], workspace["lints"]);
}
