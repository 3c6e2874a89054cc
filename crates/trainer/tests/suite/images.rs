//! Any labelled grey images, from the file to the predictions; and what is wrong with them, before
//! anything is trained.

use std::{fs, path::PathBuf};

use burn::tensor::{Device, Tensor};
use model::Network;
use run::{Run as Record, RunFolder, Summary};
use tempfile::TempDir;

use crate::support::{Run, stderr};

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
        let label = match settings.contains("label_column") {
            true => "",
            false => "label_column = \"first\"",
        };
        let text = format!(
            "data = {train:?}\ntest_data = {test:?}\nhidden = [16]\nbatch_size = 8\n{label}\n\
             {settings}\n"
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
        (
            "small, with convolutions",
            images(88, 255, 0..3, 20),
            "image = \"8x11\"\nnetwork = \"cnn\"\nfilters = [4, 8]",
            "8x11 images of 3 classes, labels 0 to 2",
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
        let layers = network.layers();
        assert!(told.contains(&format!("network  {layers} (")), "{name}: {told}");
        let shape = match layers.input()[..] {
            [_, height, width] => [1, height, width],
            _ => [1, 1, layers.inputs()],
        };
        let image = Tensor::ones(shape, &Device::flex());
        assert_eq!(network.forward(image).dims(), [1, layers.classes()]);
    }
}

/// The same images with a header, names in the last column, and values from 0 to 1.
fn named(images: &str, names: [&str; 3]) -> String {
    let head: String = (0..64).map(|pixel| format!("pixel{pixel};")).collect();
    let row = |row: &str| {
        let (label, pixels) = row.split_once(',').unwrap();
        let share = |pixel: &str| format!("{:.3};", pixel.parse::<f64>().unwrap() / 255.0);
        let shares: String = pixels.split(',').map(share).collect();
        let name = names[label.parse::<usize>().unwrap()].replace('"', "\"\"");
        format!("{shares}\"{name}\"\n")
    };
    format!("{head}class\n{}", images.lines().map(row).collect::<String>())
}

#[test]
fn labels_are_names_of_any_kind_also_numbers_with_gaps() {
    for (names, shown) in [
        (["cat", "a \"big\" dog, wet", "grün"], "a \"big\" dog, wet, cat, grün"),
        (["-7", "1000000", "3"], "-7, 3, 1000000"),
    ] {
        let (files, run) = (Files::new(), Run::new());
        let file = named(&images(64, 255, 0..3, 20), names);
        let settings = "label_column = \"class\"\nepochs = 30\nlearning_rate = 0.2";
        let config = files.config(&file, &file, settings);
        let output = run.train(&format!("--config {}", config.display()));
        let told = String::from_utf8(output.stdout.clone()).unwrap();
        let expected = format!(
            "         8x8 images of 3 classes, labels {shown}\n         values from 0 to 1: read \
             as 0 to the largest pixel\n"
        );
        assert!(told.contains(&expected), "{told}{}", stderr(&output));

        let read = Record::read(RunFolder::at(&run.path)).unwrap();
        let form = &read.provenance.data_form;
        assert!(form.starts_with("separator: semicolon; lines: end in LF; "), "{form}");
        let Summary { classes, test_accuracy, .. } = read.summary.unwrap();
        assert_eq!((classes.to_string(), test_accuracy), (shown.into(), Some(1.0)));
        let predictions = read.folder.read_predictions(&classes).unwrap();
        assert_eq!(predictions.len(), 60);
        for (prediction, name) in predictions.iter().zip(names.iter().cycle()) {
            assert_eq!(classes.name(prediction.label.into()), *name);
            assert_eq!(classes.name(prediction.predicted.into()), *name);
        }
        let text = String::from_utf8(run.read("predictions.csv")).unwrap();
        assert!(text.contains(&format!("\n0,{0},{0},", quoted(names[0]))), "{text}");
        assert!(text.contains(&format!("\n1,{0},{0},", quoted(names[1]))), "{text}");
    }
}

/// A name as a field of a CSV.
fn quoted(name: &str) -> String {
    match name.contains('"') {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}

#[test]
fn a_class_that_is_too_small_to_split_is_told_by_its_name() {
    let all = images(64, 255, 0..2, 4);
    let lone = all.lines().next().unwrap().replacen('0', "2", 1);
    let lone = named(&format!("{all}{lone}\n"), ["cat", "dog", "yak"]);
    assert_eq!(
        Files::new().refusal(&lone, &lone, "label_column = \"class\""),
        "class yak has only 1 row; a stratified split needs at least 2 of each class"
    );
}

#[test]
fn what_cannot_be_trained_or_tested_on_is_refused_before_anything_is_trained() {
    let files = Files::new();
    let good = images(64, 255, 0..3, 4);
    for (train, test, settings, expected) in [
        (
            images(64, 255, [0, 1, 3].into_iter(), 4),
            &good,
            "",
            "line 3: label 2; expected a label of the training data, 0, 1, 3",
        ),
        (
            good.replacen("\n1,", "\n-1,", 1),
            &good,
            "",
            "class -1 has only 1 row; a stratified split needs at least 2 of each class",
        ),
        (
            images(64, 17, 0..3, 4),
            &good,
            "pixel_max = 16",
            "line 1, column 2: \"17\" is not a pixel value; expected a whole number from 0 to \
             16; likewise line 1, column 29; line 1, column 56, and 33 more",
        ),
        (
            images(600, 255, 0..3, 4),
            &good,
            "",
            "line 1: 601 columns, one of them the label; expected 785 (label and 28x28 pixels) or \
             784 (pixels alone); other sizes must be square, or be given as in --image 20x30",
        ),
        (
            images(600, 255, 0..3, 4),
            &good,
            "image = \"20x31\"",
            "line 1: 601 columns, one of them the label; expected 621 (label and 20x31 pixels) or \
             620 (pixels alone), as --image 20x31 says",
        ),
        (
            good.clone(),
            &images(784, 255, 0..3, 1),
            "",
            "images of 28x28 pixels; expected 8x8 as in the training data",
        ),
        (
            good.clone(),
            &images(64, 255, 0..4, 1),
            "",
            "line 4: label 3; expected a label of the training data, 0 to 2",
        ),
        (
            images(16, 255, 0..=1000, 1),
            &good,
            "image = \"4x4\"",
            "line 1001, column 1: a label of more than 1000 different ones; expected fewer \
             classes: is this the column of the labels?",
        ),
    ] {
        assert_eq!(files.refusal(&train, test, settings), expected);
    }
}

#[test]
fn images_that_are_too_small_for_convolutions_are_refused() {
    let (files, run) = (Files::new(), Run::new());
    let file = images(77, 255, 0..3, 4);
    let config = files.config(&file, &file, "image = \"7x11\"\nnetwork = \"cnn\"");
    let output = run.train(&format!("--config {}", config.display()));
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.ends_with(
            "train.csv: images of 7x11 pixels; expected at least 8x8, as the network cnn needs \
             them\n"
        ),
        "{told}"
    );
    assert!(!run.path.join("run.toml").exists());
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
