//! `cargo xtask data`: what it says about files.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::Command,
};

use flate2::read::GzDecoder;
use tempfile::TempDir;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What it says, and its exit code.
fn data(arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(workspace())
        .arg("data")
        .args(arguments)
        .output()
        .unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (told, output.status.code().unwrap())
}

/// The first rows of the official test set, as text.
fn official_rows(count: usize) -> Vec<String> {
    let file = File::open(workspace().join("data/mnist_test.csv.gz")).unwrap();
    let mut text = String::new();
    GzDecoder::new(BufReader::new(file)).read_to_string(&mut text).unwrap();
    text.lines().skip(1).take(count).map(str::to_owned).collect()
}

fn file(folder: &TempDir, name: &str, content: String) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn the_sets_in_the_repository_are_listed_by_their_names() {
    let (told, code) = data(&[]);
    assert_eq!(code, 0);
    for line in [
        "data/mnist_test.csv.gz",
        "  known as    official MNIST test set",
        "data/mnist_train.csv.gz",
        "  known as    official MNIST training set",
        "  images      28x28 pixels from 0 to 255",
        "  rows        60,000",
        "  classes     10, labels 0 to 9; rows of each: 5923 6742 5958 6131 5842 5421 5918 6265 \
         5851 5949",
        "  separator   comma",
        "  lines       end in CRLF",
        "  header      label,1x1,…,28x28",
        "  label       column 1 (label): by its name",
        "  values      whole numbers",
        "  packing     gzip",
        "  size        12,722,983 bytes, 109,640,201 unpacked",
        "  sha256      06e64b0bf65de89c522348319ce5f63f43fb1cb40e1ce3c2ff43c1d3b8a0e14c",
    ] {
        assert!(told.lines().any(|told| told == line), "no line {line:?} in\n{told}");
    }
}

#[test]
fn rows_are_known_in_any_order_and_dialect_and_those_of_the_test_set_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = official_rows(10_000);
    rows.reverse();
    let (told, code) =
        data(&["check", file(&folder, "test.csv", rows.join("\n")).to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(told.contains("known as    official MNIST test set"), "{told}");
    assert!(told.contains("header      none\n"), "{told}");

    // Labels that have moved on by one are not MNIST's.
    let rotated: Vec<String> = rows
        .iter()
        .map(|row| format!("{}{}", (row.as_bytes()[0] - b'0' + 1) % 10, &row[1..]))
        .collect();
    let (told, code) =
        data(&["check", file(&folder, "rotated.csv", rotated.join("\n")).to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(
        told.contains("known as    images of MNIST, but not all with MNIST's labels"),
        "{told}"
    );

    let drawn = ["3"].into_iter().chain(["0"; 784]).collect::<Vec<_>>().join(",");
    let mixed = rows[..3].iter().chain([&drawn]).cloned().collect::<Vec<_>>().join("\r\n");
    let (told, code) = data(&["check", file(&folder, "mixed.csv", mixed).to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(told.contains("known as    unknown"), "{told}");
    let shared = "3 of them (75.0 %) are in the official test set; a network trained on them must \
        not be tested there";
    assert!(told.contains(shared), "{told}");
}

#[test]
fn rows_without_labels_are_said_to_be_good_for_a_submission() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> =
        official_rows(5).iter().map(|row| row.split_once(',').unwrap().1.to_owned()).collect();
    let path = file(&folder, "test.csv", rows.join("\n"));
    let (told, code) = data(&["check", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(
        told.contains("5 without labels: for submission to Kaggle, not for training"),
        "{told}"
    );
    assert!(told.contains("known as    a part of MNIST"), "{told}");
}

#[test]
fn every_problem_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = official_rows(40);
    rows[2] = rows[2].replacen(",0,", ",256,", 1);
    rows[7] = "1,2,3".to_owned();
    rows.insert(9, String::new());
    let (told, code) =
        data(&["check", file(&folder, "bad.csv", rows.join("\n")).to_str().unwrap()]);
    assert_eq!(code, 1);
    for line in [
        "  passed over 1 blank line",
        "  problems    2",
        "              line 3, column 2: \"256\" is not a pixel value; expected a whole number \
         from 0 to 255",
        "              line 8: 3 columns; expected 785 as in the lines before",
    ] {
        assert!(told.lines().any(|told| told.starts_with(line)), "no line {line:?} in\n{told}");
    }
}

#[test]
fn what_is_no_file_of_images_is_refused_in_a_line() {
    let (told, code) = data(&["check", "nowhere.csv"]);
    assert_eq!((told.lines().count(), code), (1, 1));
    assert!(
        told.starts_with("error: nowhere.csv: no such file; expected a CSV of images"),
        "{told}"
    );
    let (told, code) = data(&["check", "Cargo.toml"]);
    assert_eq!(code, 1);
    let expected = ": 1 column; expected 785 (label and 28x28 pixels) or 784 (pixels alone);";
    assert!(told.contains(expected), "{told}");
}

/// A header, and a row for each label: so many pixels, from 0 to 16.
fn images(pixels: usize, labels: impl Iterator<Item = impl ToString>) -> String {
    let row = |label: String| {
        let values = (0..pixels).map(|pixel| (pixel % 17).to_string());
        [label].into_iter().chain(values).collect::<Vec<_>>().join(",") + "\n"
    };
    let header = (0..pixels).map(|pixel| format!(",pixel{pixel}")).collect::<String>();
    format!("label{header}\n{}", labels.map(|label| row(label.to_string())).collect::<String>())
}

/// What it says of a file that it does not refuse.
fn checked(path: &Path, flags: &str) -> String {
    let arguments = ["check", path.to_str().unwrap()].into_iter().chain(flags.split_whitespace());
    let (told, code) = data(&arguments.collect::<Vec<_>>());
    assert_eq!(code, 0, "{told}");
    told
}

#[test]
fn size_classes_and_labels_of_any_images_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let letters = images(784, (1..=26).chain(1..=3));
    let refused = |class: &str| {
        format!(
            "cargo xtask train refuses them: class {class} has only 1 row; a stratified split \
             needs at least 2 of each class"
        )
    };
    let dark = "none above 16; if 16 means ink, give --pixel-max 16";
    let ones = |count: usize| " 1".repeat(count);
    for (content, flags, size, classes) in [
        (
            letters,
            "",
            format!("28x28 pixels from 0 to 255, {dark}"),
            format!("26, labels 1 to 26; rows of each: 2 2 2{}; {}", ones(23), refused("4")),
        ),
        (
            images(64, 0..10),
            "--pixel-max 16",
            "8x8 pixels from 0 to 16".to_owned(),
            format!("10, labels 0 to 9; rows of each:{}; {}", ones(10), refused("0")),
        ),
        (
            images(600, 0..63),
            "--image 20x30",
            format!("20x30 pixels from 0 to 255, {dark}"),
            format!("63, labels 0 to 62; 1 row of each; {}", refused("0")),
        ),
        (
            images(64, ["dog", "cat", "dog"].into_iter()),
            "--pixel-max 16",
            "8x8 pixels from 0 to 16".to_owned(),
            format!("2, labels cat, dog; rows of each: 1 2; {}", refused("cat")),
        ),
        (
            images(64, [-5, 1_000_000, 9, 9].into_iter()),
            "--pixel-max 16",
            "8x8 pixels from 0 to 16".to_owned(),
            format!("3, labels -5, 9, 1000000; rows of each: 1 2 1; {}", refused("-5")),
        ),
        (
            images(64, [7, 7].into_iter()),
            "--pixel-max 16",
            "8x8 pixels from 0 to 16".to_owned(),
            "1; usable for testing, not for training: every row has the label 7; expected at \
             least 2 classes"
                .to_owned(),
        ),
    ] {
        let told = checked(&file(&folder, "images.csv", content), flags);
        for line in [format!("  images      {size}"), format!("  classes     {classes}")] {
            assert!(told.lines().any(|told| told == line), "no line {line:?} in\n{told}");
        }
    }
    // Two rows of each are too few only for the default split.
    let pairs = file(&folder, "pairs.csv", images(64, (0..10).chain(0..10)));
    let expected = "rows of each: 2 2 2 2 2 2 2 2 2 2; cargo xtask train refuses them: 4 \
        validation rows for 10 classes; ";
    let told = checked(&pairs, "");
    assert!(told.contains(expected), "{told}");
    let path = pairs.to_str().unwrap();
    let (told, code) = data(&["check", path, "--pixel-max", "9"]);
    let expected = "\"10\" is not a pixel value; expected a whole number from 0 to 9";
    assert!(told.contains(expected) && code == 1, "{told}");
    let (told, code) = data(&["check", path, "--image", "8by8"]);
    assert!(told.ends_with(
        "image = 8by8; expected width and height in pixels, each from 1 to 512, as in 20x30\n"
    ));
    assert_eq!(code, 2);
}

#[test]
fn labels_and_names_may_be_in_files_of_their_own_named_from_where_the_user_stands() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let rows = images(64, (0..4).map(|row| row % 2));
    let rows = rows.lines().skip(1).map(|row| format!("{}\n", row.split_once(',').unwrap().1));
    file(&folder, "images.csv", rows.collect());
    file(&folder, "labels.txt", "3\n8\n3\n3\n".to_owned());
    file(&folder, "names.txt", "3 cat\n8 dog\n".to_owned());
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(folder.path())
        .args(["data", "check", "images.csv", "--labels", "labels.txt"])
        .args(["--class-names", "names.txt", "--invert", "--pixel-max", "16"])
        .output()
        .unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{told}");
    for line in ["  classes     2, labels cat, dog; rows of each: 3 1; ", "  polarity    inverted"]
    {
        assert!(told.lines().any(|told| told.starts_with(line)), "no line {line:?} in\n{told}");
    }
}
