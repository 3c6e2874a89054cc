//! Any labelled grey images, from the file to the predictions; and what is wrong with them, before
//! anything is trained.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use std::{fs, path::PathBuf};

use burn::tensor::{Device, Tensor};
use model::Network;
use support::{Run, stderr};
use tempfile::TempDir;

/// Files that vanish with the test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// A run with these settings, on files that are named after what they are there for.
    fn config(&self, train: &str, test: &str, settings: &str) -> PathBuf {
        let (train, test) = (self.file("train.csv", train), self.file("test.csv", test));
        let text = format!(
            "data = {train:?}\ntest_data = {test:?}\nhidden = [16]\nbatch_size = 8\n{settings}\n"
        );
        self.file("config.toml", &text)
    }

    /// The one line that refuses these files, without the path at its beginning.
    fn refusal(&self, train: &str, test: &str, settings: &str) -> String {
        let run = Run::new();
        let output =
            run.train(&format!("--config {}", self.config(train, test, settings).display()));
        let told = stderr(&output);
        assert_eq!((told.lines().count(), output.status.success()), (1, false), "{told}");
        assert!(!run.path.join("run.toml").exists());
        told.trim_end().rsplit_once(".csv: ").unwrap().1.to_owned()
    }
}

/// Copies of each image, which is bright in one place, a different one for each label, and has a
/// little noise.
fn images(
    pixels: usize,
    most: usize,
    labels: impl Iterator<Item = usize> + Clone,
    copies: usize,
) -> String {
    let row = |copy: usize, label: usize| {
        let value = |pixel: usize| match pixel % 27 == label {
            true => most,
            false => (pixel * 7 + copy * 13) % (1 + most / 8),
        };
        let fields =
            [label].into_iter().chain((0..pixels).map(value)).map(|value| value.to_string());
        fields.collect::<Vec<_>>().join(",") + "\n"
    };
    (0..copies).flat_map(|copy| labels.clone().map(move |label| row(copy, label))).collect()
}

#[test]
fn images_of_any_size_and_number_of_classes_are_learned_and_reported_by_their_labels() {
    for (name, file, settings, expected) in [
        ("letters", images(784, 255, 1..=26, 20), "", "28x28 images of 26 classes, labels 1 to 26"),
        (
            "eight by eight",
            images(64, 16, 0..10, 20),
            "pixel_max = 16",
            "8x8 images of 10 classes, labels 0 to 9",
        ),
        ("clothes", images(784, 255, 0..10, 20), "", "28x28 images of 10 classes, labels 0 to 9"),
        (
            "signs",
            images(600, 255, 0..3, 20),
            "image = \"20x30\"",
            "20x30 images of 3 classes, labels 0 to 2",
        ),
    ] {
        let (files, run) = (Files::new(), Run::new());
        let settings = format!("{settings}\nepochs = 30\nlearning_rate = 0.2");
        let output =
            run.train(&format!("--config {}", files.config(&file, &file, &settings).display()));
        let told = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(
            output.status.success() && told.contains(expected),
            "{name}: {told}{}",
            stderr(&output)
        );

        let summary = String::from_utf8(run.read("summary.json")).unwrap();
        assert!(summary.contains("\"test_accuracy\": 1.0"), "{name}: {summary}");
        let predictions = String::from_utf8(run.read("predictions.csv")).unwrap();
        for (row, line) in file.lines().zip(predictions.lines().skip(1)) {
            let label = row.split(',').next().unwrap();
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields[1..3], [label; 2], "{name}");
        }

        // The weights say by themselves what they are for.
        let weights = run.path.join("model.safetensors");
        let network = Network::load_safetensors(weights, 255, &Device::flex()).unwrap();
        let (inputs, classes) = (network.layers().inputs(), network.layers().classes());
        assert!(told.contains(&format!("{inputs}-16-{classes}")), "{name}: {told}");
        let image = Tensor::ones([1, 1, inputs as i32], &Device::flex());
        assert_eq!(network.forward(image).dims(), [1, classes]);
    }
}

#[test]
fn what_cannot_be_trained_or_tested_on_is_refused_before_anything_is_trained() {
    let files = Files::new();
    let good = images(64, 255, 0..3, 4);
    let gap = "expected labels from 0 or from 1 on, without gaps";
    for (train, test, settings, expected) in [
        (
            images(64, 255, [0, 1, 3].into_iter(), 4),
            &good,
            "",
            format!("line 3, column 1: label 3, but no row has label 2; {gap}"),
        ),
        (
            good.replacen("\n1,", "\n-1,", 1),
            &good,
            "",
            "line 2, column 1: \"-1\" is not a label; expected a whole number from 0 to \
             1000"
                .into(),
        ),
        (
            images(64, 17, 0..3, 4),
            &good,
            "pixel_max = 16",
            "line 1, column 2: \"17\" is not a pixel value; expected a whole number from 0 to \
             16"
            .into(),
        ),
        (
            images(600, 255, 0..3, 4),
            &good,
            "",
            "line 1: 601 columns; expected 785 (label and 28x28 pixels) or 784 (pixels alone); \
             other sizes must be \
             square, or be given as in --image 20x30"
                .into(),
        ),
        (
            images(600, 255, 0..3, 4),
            &good,
            "image = \"20x31\"",
            "line 1: 601 columns; expected 621 (label and 20x31 pixels) or 620 (pixels alone), as \
             --image 20x31 says"
                .into(),
        ),
        (
            good.clone(),
            &images(784, 255, 0..3, 1),
            "",
            "images of 28x28 pixels; expected 8x8 as in the training data".into(),
        ),
        (
            good.clone(),
            &images(64, 255, 0..4, 1),
            "",
            "line 4, column 1: label 3; expected a label of the training data, 0 to 2".into(),
        ),
        (images(16, 255, 0..=1000, 1), &good, "", "1001 classes; expected at most 1000".into()),
    ] {
        assert_eq!(files.refusal(&train, test, settings), expected);
    }
}

#[test]
fn dark_images_are_warned_of() {
    let (files, run) = (Files::new(), Run::new());
    let file = images(64, 16, 0..3, 8);
    let output =
        run.train(&format!("--config {}", files.config(&file, &file, "epochs = 1").display()));
    let told = stderr(&output);
    assert!(
        told.contains(
            "is above 16, although 255 is possible; if 16 means ink, give --pixel-max 16"
        ),
        "{told}"
    );
}

#[test]
fn a_checkpoint_of_another_shape_than_the_data_is_refused_by_both() {
    let (files, run) = (Files::new(), Run::new());
    let file = images(64, 255, 0..3, 8);
    run.train_well(&format!("--config {}", files.config(&file, &file, "epochs = 1").display()));
    let other = images(64, 255, 1..=4, 8);
    files.config(&other, &other, "epochs = 1");
    // As runs of old, which do not say what they read.
    let record = String::from_utf8(run.read("run.toml")).unwrap();
    let (settings, _) = record.split_once("[provenance]").unwrap();
    fs::write(run.path.join("run.toml"), settings).unwrap();
    let output = run.train("--resume --epochs 2");
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.ends_with(
            "this checkpoint cannot be read: network.bpk: a network 64-16-3; expected 64-16-4 for \
             these data\n"
        ),
        "{told}"
    );
}
