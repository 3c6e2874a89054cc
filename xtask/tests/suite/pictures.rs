//! A trained network is evaluated on pictures in folders.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde_json::Value;
use tempfile::TempDir;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What it says, and its exit code.
fn xtask(arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(workspace())
        .args(arguments)
        .output()
        .unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (told, output.status.code().unwrap())
}

/// A run on all of MNIST, which all tests share.
static TRAINED: LazyLock<(TempDir, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run").to_str().unwrap().to_owned();
    let (told, code) = xtask(&["train", "--epochs", "3", "--lr", "0.2", "--out", &run]);
    assert_eq!(code, 0, "{told}");
    (folder, run)
});

fn evaluate(pictures: &Path, out: &Path) -> (String, i32) {
    let [pictures, out] = [pictures, out].map(|path| path.to_str().unwrap());
    xtask(&["evaluate", &TRAINED.1, "--pictures", pictures, "--out", out])
}

/// The pictures of the project in a folder for each kind, and a folder in it for each digit.
fn sorted_fixtures() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in workspace().join("fixtures/photos").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let kind = if name.contains("pen") { "pen" } else { "font" };
        let class = folder.path().join(kind).join(&name[..1]);
        fs::create_dir_all(&class).unwrap();
        fs::copy(&path, class.join(name)).unwrap();
    }
    folder
}

fn rows(csv: &Path) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(csv).unwrap().records().map(Result::unwrap).collect()
}

/// The cells of the line of a table that begins with this word.
fn line<'a>(told: &'a str, first: &str) -> Vec<&'a str> {
    let cells = |line: &'a str| line.split_whitespace().collect::<Vec<_>>();
    told.lines().map(cells).find(|cells| cells.first() == Some(&first)).unwrap()
}

#[test]
fn pictures_in_folders_of_classes_are_evaluated_by_kind_and_class() {
    let pictures = sorted_fixtures();
    let out = pictures.path().join("../evaluated");
    let count = rows_of_fixtures();
    let (told, code) = evaluate(pictures.path(), &out);
    assert_eq!(code, 0, "{told}");
    let record: Value =
        serde_json::from_slice(&fs::read(out.join("evaluation.json")).unwrap()).unwrap();
    assert_eq!(record["images"], count);
    assert!(record["accuracy"].as_f64().unwrap() >= 0.85, "{told}");
    assert!(record["unsure"]["threshold"].as_f64().unwrap() > 0.0);
    for kind in ["font", "pen"] {
        let of_kind = rows(&out.join("pictures.csv")).into_iter().filter(|row| &row[1] == kind);
        let (all, right) = of_kind
            .fold((0, 0), |(all, right), row| (all + 1, right + usize::from(row[2] == row[3])));
        let cells = line(&told, kind);
        assert_eq!(cells[cells.len() - 3], all.to_string(), "{told}");
        assert_eq!(cells[1], format!("{:.2}", right as f64 / all as f64 * 100.0), "{told}");
    }
    // A picture that cannot be read is wrong, in its kind and in all.
    fs::write(pictures.path().join("pen/3/broken.png"), "no picture").unwrap();
    let (told, code) = evaluate(pictures.path(), &out);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("broken.png: this is no picture"), "{told}");
    assert!(told.contains("not read     1 picture, counted as wrong"), "{told}");
    let last: Value =
        serde_json::from_slice(&fs::read(out.join("evaluation.json")).unwrap()).unwrap();
    assert_eq!((&last["images"], &last["right"]), (&(count + 1).into(), &record["right"]));
    fs::remove_dir_all(out).unwrap();
}

/// A picture of one channel as BMP, whose rows are a multiple of four pixels wide.
fn bmp(pixels: &[u8], side: u32) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    let length = 54 + 3 * side * side;
    for number in [length, 0, 54, 40, side, side, 0x18_0001, 0, 3 * side * side, 0, 0, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    // From the lowest row to the highest.
    for row in pixels.chunks(side as usize).rev() {
        file.extend(row.iter().flat_map(|pixel| [*pixel; 3]));
    }
    file
}

#[test]
fn digits_are_read_in_white_on_grounds_of_any_grey_as_well_as_in_black_on_white() {
    let folder = tempfile::tempdir().unwrap();
    let set = data::read(workspace().join("data/mnist_test.csv.gz")).unwrap();
    let labels = set.labels().unwrap();
    let kinds = [("black", 0), ("nearly", 10), ("dark", 40), ("grey", 80), ("half", 128)];
    for (row, image) in set.images().take(100).enumerate() {
        let draw = |kind: &str, of: &dyn Fn(u32) -> u32| {
            let class = folder.path().join(kind).join(labels.name(row));
            fs::create_dir_all(&class).unwrap();
            let pixels: Vec<u8> = image.iter().map(|ink| of((*ink).into()) as u8).collect();
            fs::write(class.join(format!("{row}.bmp")), bmp(&pixels, 28)).unwrap();
        };
        kinds.iter().for_each(|(kind, ground)| {
            draw(kind, &|ink| ground + (255 - ground) * ink / 255);
        });
        draw("paper", &|ink| 255 - ink);
    }
    let out = folder.path().join("out");
    let (told, _) = evaluate(folder.path(), &out);
    let right = |kind: &str| {
        let rows = rows(&out.join("pictures.csv"));
        rows.iter().filter(|row| &row[1] == kind && row[2] == row[3]).count()
    };
    let on_paper = right("paper");
    assert!(on_paper >= 90, "{on_paper} of 100: {told}");
    for (kind, _) in kinds {
        let on_ground = right(kind);
        assert!(on_ground + 5 >= on_paper, "{kind}: {on_ground}, on paper {on_paper}: {told}");
    }
}

fn rows_of_fixtures() -> usize {
    workspace().join("fixtures/photos").read_dir().unwrap().count()
}

#[test]
fn folders_without_classes_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let picture = workspace().join("fixtures/photos/3-liberation-3.png");
    let case = |name: &str, files: &[&str], expected: &str| {
        let pictures = folder.path().join(name);
        fs::create_dir(&pictures).unwrap();
        for file in files {
            let file: PathBuf = pictures.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::copy(&picture, file).unwrap();
        }
        let (told, code) = evaluate(&pictures, &out);
        assert!(told.contains(expected) && code == 2 && told.lines().count() == 1, "{told}");
    };
    case("empty", &[], "no pictures; expected a folder for each class, named as the class: 0, 1,");
    case("flat", &["3.png"], "flat/3.png: this picture is in no folder of a class");
    case("names", &["three/3.png"], "three/3.png: this picture is in no folder of a class");
    case("deep", &["3/more/3.png"], "deep/3/more: a folder; expected pictures alone");
    assert!(!out.exists());
}

#[test]
fn weights_alone_are_as_unsure_as_their_run() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("alone.safetensors");
    fs::copy(Path::new(&TRAINED.1).join("model.safetensors"), &alone).unwrap();
    let told = |network: &str| {
        let out = folder.path().join("out");
        let (told, code) = xtask(&["evaluate", network, "--out", out.to_str().unwrap()]);
        assert_eq!(code, 0, "{told}");
        let lines = told.lines().filter(|line| {
            ["accuracy", "calibration", "unsure"].iter().any(|name| line.starts_with(name))
        });
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let of_run = told(&TRAINED.1);
    assert_eq!(of_run.len(), 3);
    assert_eq!(told(alone.to_str().unwrap()), of_run);
    let summary = fs::read(Path::new(&TRAINED.1).join("summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    let threshold = summary["threshold"].as_f64().unwrap();
    assert!(of_run[2].contains(&format!("below {:.1} %", threshold * 100.0)), "{of_run:?}");
}
