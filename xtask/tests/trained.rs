//! `cargo xtask demo` and `cargo xtask export`: which networks they take, and what they write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use model::Layers;
use run::{Outcome, Provenance, RunFolder, Settings, Summary};
use safetensors::{Dtype, tensor::TensorView};
use tempfile::TempDir;

/// What PyTorch trained.
const PYTORCH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pytorch");

/// What it says, and its exit code.
fn xtask(here: &Path, arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(here)
        .args(arguments)
        // Were it to build, it would fail here.
        .env("CARGO", "/nonexistent/cargo")
        .output()
        .unwrap();
    let told = if output.stderr.is_empty() { output.stdout } else { output.stderr };
    (String::from_utf8(told).unwrap(), output.status.code().unwrap())
}

/// A run that has finished with these weights.
fn finished(weights: &Path) -> TempDir {
    let run = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(run.path());
    let config = Settings::default().resolve().unwrap();
    folder.write_record(&config, &Provenance::default()).unwrap();
    let summary = Summary {
        outcome: Outcome::Finished,
        epochs: 1,
        best_epoch: Some(1),
        best_valid_accuracy: Some(0.8),
        kept_epoch: Some(1),
        final_valid_loss: Some(0.7),
        final_valid_accuracy: Some(0.8),
        test_loss: Some(0.7),
        test_accuracy: Some(0.8125),
        train_rows: 6400,
        valid_rows: 1600,
        image: data::ImageSize::MNIST,
        classes: 10,
        first_label: 0,
        network: None,
        parameters: 12_894,
        train_seconds: 1.0,
    };
    folder.write_summary(&summary).unwrap();
    fs::copy(weights, run.path().join("model.safetensors")).unwrap();
    run
}

fn weights(name: &str) -> PathBuf {
    Path::new(PYTORCH).join(name).join("weights_200.safetensors")
}

/// Weights of a network for images of so many pixels, all zero.
fn weights_for(pixels: usize) -> Vec<u8> {
    let zeros = vec![0; 4 * 2 * pixels];
    let shapes: [(&str, Vec<usize>); 4] = [
        ("0.weight", vec![2, pixels]),
        ("0.bias", vec![2]),
        ("2.weight", vec![3, 2]),
        ("2.bias", vec![3]),
    ];
    let view = |(name, shape): (&'static str, Vec<usize>)| {
        let bytes = 4 * shape.iter().product::<usize>();
        (name, TensorView::new(Dtype::F32, shape, &zeros[..bytes]).unwrap())
    };
    safetensors::serialize(shapes.map(view), None).unwrap()
}

#[test]
fn a_page_is_made_of_a_run_and_of_a_file() {
    let run = finished(&weights("plain"));
    let here = tempfile::tempdir().unwrap();
    let path = run.path().to_str().unwrap();
    let told = xtask(here.path(), &["demo", path]);
    assert_eq!(
        told,
        (format!("demo.html, with {path}/model.safetensors; open it in a browser\n"), 0)
    );
    let page = fs::read_to_string(here.path().join("demo.html")).unwrap();
    assert!(
        page.contains("a network of 12,894 parameters")
            && page.contains("Its test accuracy is 81.25 %")
    );

    let file = weights("layer_norm");
    let (told, code) = xtask(here.path(), &["demo", file.to_str().unwrap(), "--out", "other.html"]);
    assert!(told.starts_with("other.html, with ") && code == 0, "{told}");
    let page = fs::read_to_string(here.path().join("other.html")).unwrap();
    let parameters = Layers::read(&fs::read(file).unwrap()).unwrap().num_parameters();
    assert_eq!(parameters, 12_894 + 2 * (16 + 12));
    assert!(page.contains("a network of 12,950 parameters") && !page.contains("test accuracy"));
}

#[test]
fn an_export_is_what_onnxruntime_was_seen_to_run() {
    let here = tempfile::tempdir().unwrap();
    for name in ["plain", "layer_norm"] {
        let told = xtask(here.path(), &["export", weights(name).to_str().unwrap()]);
        assert_eq!(told.1, 0, "{}", told.0);
        let expected = fs::read(Path::new(PYTORCH).join(name).join("network.onnx")).unwrap();
        assert!(
            fs::read(here.path().join("model.onnx")).unwrap() == expected,
            "{name}: run fixtures/onnx_logits.py"
        );
    }
}

#[test]
fn what_is_no_trained_network_is_refused_in_one_line() {
    let here = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(here.path().join(name), content).unwrap();
    fs::create_dir(here.path().join("begun")).unwrap();
    write("begun/run.toml", b"");
    write("text.safetensors", b"not weights");
    fs::create_dir(here.path().join("damaged")).unwrap();
    write("damaged/run.toml", b"");
    write("damaged/model.safetensors", b"");

    write("tall.safetensors", &weights_for(600));
    let other = finished(&weights("plain"));
    let path = other.path().join("summary.json");
    let summary = fs::read_to_string(&path).unwrap();
    fs::write(&path, summary.replace("28x28", "20x30")).unwrap();
    let unfinished = finished(&weights("plain"));
    fs::remove_file(unfinished.path().join("summary.json")).unwrap();
    let name = |folder: &TempDir| folder.path().to_str().unwrap().to_owned();
    let (other, unfinished) = (name(&other), name(&unfinished));
    let sound = weights("plain").to_str().unwrap().to_owned();

    for (line, expected) in [
        (vec!["demo", "absent"], "absent: no such run folder or .safetensors file"),
        (vec!["export", "absent"], "absent: no such run folder or .safetensors file"),
        (vec!["demo", "begun"], "begun: this run has not finished, so it has no model.safetensors"),
        (vec!["demo", "text.safetensors"], "text.safetensors: not a whole safetensors file: "),
        (vec!["export", "text.safetensors"], "text.safetensors: not a whole safetensors file: "),
        (vec!["export", "damaged"], "damaged/model.safetensors: not a whole safetensors file: "),
        (
            vec!["demo", "tall.safetensors"],
            "a network of 600 inputs, which are no square image; name the folder of its run",
        ),
        (
            vec!["demo", &other],
            "a network of 784 inputs and 10 classes; expected 600 and 10 as in summary.json",
        ),
        (vec!["demo", &unfinished], "this run has not finished; expected one with a summary.json"),
        (
            vec!["demo", &sound, "--out", "absent/demo.html"],
            "absent/demo.html: No such file or directory",
        ),
    ] {
        let (told, code) = xtask(here.path(), &line);
        assert!(told.lines().count() == 1 && [1, 2].contains(&code), "{line:?}: {code}, {told}");
        assert!(told.starts_with("error: ") && told.contains(expected), "{line:?}: {told}");
    }
}
