//! Data sets in every form, as a user has them: trained on, shown, converted, and predicted by
//! weights alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use data::{ReadOptions, read};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn form(name: &str) -> PathBuf {
    workspace().join("fixtures/data_forms").join(name)
}

/// What a command prints, which must succeed.
fn xtask(arguments: &[&str]) -> String {
    let (told, code) = attempt(arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {told}");
    told
}

fn attempt(arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.current_dir(workspace()).args(arguments).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (String::from_utf8(told).unwrap(), output.status.code())
}

/// Trains on a form, and returns the folder of the run and what was printed.
fn train(name: &str, flags: &[&str], parent: &Path) -> (PathBuf, String) {
    let (data, out) = (form(name), parent.join(name.replace('/', "-")));
    let few = ["--epochs", "3", "--hidden", "8", "--batch-size", "8", "--valid-fraction", "0.25"];
    let arguments = ["train", "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let told = xtask(&[&arguments[..], &few, flags].concat());
    (out, told)
}

fn json(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(run.join("summary.json")).unwrap()).unwrap()
}

#[test]
fn the_same_images_in_other_forms_give_the_same_network() {
    let parent = tempfile::tempdir().unwrap();
    let weights = |name: &str| {
        let run = train(name, &[], parent.path()).0;
        (fs::read(run.join("model.safetensors")).unwrap(), run)
    };
    let (plain, _) = weights("plain.csv");
    for name in ["label_last.csv", "semicolon.csv", "idx/train-images-idx3-ubyte", "keras.npz"] {
        let (other, run) = weights(name);
        assert!(other == plain, "{name}");
        // The test images beside the training images are found.
        let has_test = name.contains("idx") || name.contains("npz");
        assert_eq!(json(&run)["test_accuracy"].is_number(), has_test, "{name}");
    }
}

#[test]
fn folders_of_pictures_and_parquet_are_trained_on_and_their_weights_alone_predict_the_same() {
    let parent = tempfile::tempdir().unwrap();
    for name in ["folder", "parquet/train-00000-of-00001.parquet"] {
        let (run, _) = train(name, &[], parent.path());
        let summary = json(&run);
        assert_eq!(summary["class_names"][0], "eight", "{name}");
        let record = fs::read_to_string(run.join("run.toml")).unwrap();
        assert!(record.contains("data_form = \"format: "), "{record}");
        assert!(fs::read_to_string(run.join("predictions.csv")).unwrap().contains("seven"));

        // Copied out of their run, the weights know what it knew.
        let alone = parent.path().join("alone.safetensors");
        fs::copy(run.join("model.safetensors"), &alone).unwrap();
        let test = form(if name == "folder" {
            "folder/test"
        } else {
            "parquet/test-00000-of-00001.parquet"
        });
        let out = parent.path().join("evaluation");
        let arguments = ["--data", test.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let told = xtask(&[&["evaluate", alone.to_str().unwrap()], &arguments[..]].concat());
        let evaluation: serde_json::Value =
            serde_json::from_slice(&fs::read(out.join("evaluation.json")).unwrap()).unwrap();
        assert_eq!(evaluation["accuracy"], summary["test_accuracy"], "{told}");
        assert!(!told.contains("warning"), "{told}");
    }
}

#[test]
fn a_data_set_is_shown_and_converted() {
    let parent = tempfile::tempdir().unwrap();
    let path = |name: &str| parent.path().join(name).to_str().unwrap().to_owned();
    let folder = form("folder").to_str().unwrap().to_owned();
    let mut sheets = Vec::new();
    for flags in [&[][..], &["--label", "seven"], &["--augment", "affine"], &["--outliers", "0.5"]]
    {
        xtask(&[&["data", "show", &folder, "--out", &path("sheet.png")], flags].concat());
        let sheet = fs::read(path("sheet.png")).unwrap();
        assert!(sheet.starts_with(b"\x89PNG") && !sheets.contains(&sheet), "{flags:?}");
        sheets.push(sheet);
    }
    for share in ["0", "1.5", "half"] {
        let (told, code) = attempt(&["data", "show", &folder, "--outliers", share]);
        assert!(told.contains("expected a number above 0, and at most 1"), "{told}");
        assert_eq!(code, Some(2));
    }
    let (told, code) = attempt(&["data", "show", &folder, "--label", "7", "--out", &path("x.png")]);
    assert_eq!((told.as_str(), code), ("error: label 7; expected eight, five, …, zero\n", Some(2)));

    for name in ["images.csv", "images.csv.gz"] {
        xtask(&["data", "convert", &folder, "--out", &path(name)]);
        let converted = read(path(name)).unwrap();
        let words = ReadOptions::default().read(form("words.csv")).unwrap();
        assert_eq!(converted.labels().unwrap().names(), words.labels().unwrap().names());
        let sorted = |set: &data::ImageSet| {
            let mut images: Vec<Vec<u8>> = set.images().map(<[u8]>::to_vec).collect();
            images.sort();
            images
        };
        assert_eq!(sorted(&converted), sorted(&words));
    }
    // Files of others stay. No byte tells a CSV of ours, such as that which was just written, from
    // Kaggle's train.csv.
    fs::copy(workspace().join("data/mnist_test.csv.gz"), path("mine.csv.gz")).unwrap();
    fs::copy(form("folder/test/seven/00.png"), path("mine.png")).unwrap();
    for (command, name) in [
        ("convert", "mine.csv.gz"),
        ("convert", "images.csv"),
        ("convert", "images.csv.gz"),
        ("show", "mine.png"),
    ] {
        let before = fs::read(path(name)).unwrap();
        let (told, code) = attempt(&["data", command, &folder, "--out", &path(name)]);
        assert!(told.contains("is not overwritten") && code == Some(1), "{told}");
        assert!(fs::read(path(name)).unwrap() == before);
    }
}

#[test]
fn other_polarity_and_scale_get_a_warning() {
    let parent = tempfile::tempdir().unwrap();
    let (_, told) = train("inverted.csv", &[], parent.path());
    assert!(told.contains("dark ink on light paper, give --invert"), "{told}");
    let inverted = form("inverted.csv");
    let (run, told) =
        train("plain.csv", &["--test-data", inverted.to_str().unwrap()], parent.path());
    assert!(told.contains("has another polarity than"), "{told}");
    let out = parent.path().join("e");
    let told = xtask(&[
        "evaluate",
        run.to_str().unwrap(),
        "--data",
        inverted.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(told.contains("have another polarity than the training images"), "{told}");
}
