//! `crates/model` and `crates/kernels` can be copied from here, so each `Cargo.toml` repeats what
//! the other members take from the workspace's.

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
fn crates_that_can_be_copied_repeat_what_the_workspace_says() {
    let workspace = manifest("");
    let workspace = &workspace["workspace"];
    for folder in ["crates/model", "crates/kernels"] {
        let copied = manifest(folder);
        for (key, value) in workspace["package"].as_table().unwrap() {
            assert_eq!(&copied["package"][key], value, "{folder}: {key}");
        }
        let tables = ["dependencies", "dev-dependencies"].map(|kind| copied.get(kind));
        for (name, dependency) in tables.into_iter().flatten().flat_map(|it| it.as_table().unwrap())
        {
            // Some stand in no other manifest, and one crate is beside the other.
            let others = workspace["dependencies"].get(name);
            if let Some(others) = others.filter(|_| dependency.get("path").is_none()) {
                assert_eq!(asked(dependency), asked(others), "{folder}: {name}");
            }
        }
        assert_eq!(copied["lints"], workspace["lints"], "{folder}");
    }
}
