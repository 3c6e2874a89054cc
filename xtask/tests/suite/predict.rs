//! A network is trained, reads photographs and rows, and is measured: each as a user would ask for
//! it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use flate2::read::GzDecoder;
use safetensors::{Dtype, tensor::TensorView};
use serde_json::Value;
use tempfile::TempDir;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What it says, and its exit code.
fn xtask<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(workspace())
        .args(arguments)
        .output()
        .unwrap();
    (
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
        output.status.code().unwrap(),
    )
}

/// A run on all of MNIST, which all tests share.
static TRAINED: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let (told, code) =
        xtask(["train", "--epochs", "3", "--lr", "0.2", "--out", run.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    (folder, run)
});

fn trained() -> &'static str {
    TRAINED.1.to_str().unwrap()
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn nine_of_ten_photographed_digits_are_read() {
    let mut pictures: Vec<PathBuf> = workspace()
        .join("fixtures/photos")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pictures.sort();
    assert_eq!(pictures.len(), 40);
    let arguments = ["predict".into(), TRAINED.1.clone()];
    let (told, code) = xtask(arguments.iter().chain(&pictures));
    // Before the first, there may be a word on the program that is being built.
    let answers: Vec<&str> = told.lines().filter(|line| line.contains(" %")).collect();
    assert_eq!((code, answers.len()), (0, 40), "{told}");
    assert!(told.contains(&format!("weights  {}/model.safetensors\n", trained())), "{told}");
    let is_right = |(picture, line): (&PathBuf, &str)| {
        let shows = &picture.file_name().unwrap().to_str().unwrap()[..1];
        line.rsplit_once(&*picture.extension().unwrap().to_string_lossy())
            .unwrap()
            .1
            .trim_start()
            .starts_with(shows)
    };
    let right = pictures.iter().zip(answers).filter(|one| is_right(*one)).count();
    assert!(right >= 36, "{right} of 40:\n{told}");
}

#[test]
fn three_of_four_lines_of_digits_are_read() {
    let (told, code) = xtask(["predict", trained(), "--number", "fixtures/numbers"]);
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("  line ")).collect();
    assert_eq!((code, lines.len()), (0, 24), "{told}");
    assert!(told.contains(&format!("weights  {}/model.safetensors\n", trained())), "{told}");
    // fixtures/numbers/01-50956-13282.jpg  line 2  13282  (100, 99, 100, 98, 97 %)
    let is_right = |line: &&&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let numbers = words[0].trim_end_matches(".jpg").split('-').skip(1);
        let place: usize = words[2].parse().unwrap();
        numbers.clone().nth(place - 1) == Some(words[3])
    };
    let right = lines.iter().filter(is_right).count();
    // Three epochs are few: the network of experiments/best.toml reads 22.
    assert!(right >= 18, "{right} of 24:\n{told}");

    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.pgm");
    fs::write(&page, "P2 1 1 255 255").unwrap();
    let (told, code) = xtask(["predict", trained(), "--number", page.to_str().unwrap()]);
    assert!(code == 1 && told.contains("this is no picture"), "{told}");
    let (told, code) = xtask(["predict", trained(), "--number", "--data", "test.csv"]);
    assert!(code == 2 && told.contains("--data"), "{told}");
}

#[test]
fn a_picture_is_shown_as_the_network_sees_it() {
    let (told, code) =
        xtask(["predict", trained(), "--show", "fixtures/photos/3-liberation-3.png"]);
    let drawn: Vec<&str> = told.lines().filter(|line| line.starts_with("  |")).collect();
    assert_eq!((code, drawn.len()), (0, 28), "{told}");
    assert!(drawn.iter().all(|line| line.chars().count() == 2 + 2 + 2 * 28), "{told}");
    assert!(told.contains("██"), "{told}");
    let probabilities =
        told.lines().filter(|line| line.contains(" %") && line.starts_with("     "));
    assert_eq!(probabilities.count(), 10, "{told}");
}

#[test]
fn rows_without_labels_become_a_submission_with_the_predictions_of_the_test() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    GzDecoder::new(fs::File::open(workspace().join("data/mnist_test.csv.gz")).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let header = (0..784).map(|pixel| format!("pixel{pixel}")).collect::<Vec<_>>().join(",");
    let rows = text.lines().skip(1).take(300).map(|row| row.split_once(',').unwrap().1);
    let unlabelled = [header.as_str()].into_iter().chain(rows).collect::<Vec<_>>().join("\n");
    let (data, out) = (folder.path().join("test.csv"), folder.path().join("submission.csv"));
    fs::write(&data, unlabelled).unwrap();

    let arguments =
        ["predict", trained(), "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let (told, code) = xtask(arguments);
    assert!(code == 0 && told.contains(&format!("300 in {}", out.display())), "{told}");
    assert!(told.contains(&format!("weights      {}/model.safetensors\n", trained())), "{told}");
    let submission = fs::read_to_string(&out).unwrap();
    let predictions = fs::read_to_string(TRAINED.1.join("predictions.csv")).unwrap();
    let expected = predictions
        .lines()
        .skip(1)
        .take(300)
        .enumerate()
        .map(|(row, line)| format!("{},{}\n", row + 1, line.split(',').nth(2).unwrap()));
    assert_eq!(submission, "ImageId,Label\n".to_owned() + &expected.collect::<String>());

    // A submission is written anew; anything else stays.
    assert_eq!(xtask(arguments).1, 0);
    fs::write(&out, "my notes\n").unwrap();
    let (told, code) = xtask(arguments);
    assert!(
        code == 1 && told.contains("this file is no submission, and is not overwritten"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), "my notes\n");
}

/// A run on images of signs: each is bright in one place. Its folder has the images, too.
static SIGNS: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("train.csv"), signs("file", "sign", 8)).unwrap();
    fs::write(path("test.csv"), signs("file", "", 2)).unwrap();
    let (data, out) = (path("train.csv"), path("run"));
    let flags = "--epochs 30 --batch-size 4 --lr 0.2 --hidden 16";
    let arguments = ["train", "--data", &data, "--test-data", &data, "--out", &out];
    let (told, code) = xtask(arguments.into_iter().chain(flags.split(' ')));
    assert_eq!(code, 0, "{told}");
    folder
});

/// The names of the signs: text, with a comma, and of all lengths.
const NAMES: [&str; 3] = ["stop, and look", "turn off the main road", "zebra"];

/// So many images of each sign, with columns of these names for ids and labels, if they have one.
fn signs(id: &str, label: &str, copies: usize) -> String {
    let pixels: String = (0..64).map(|pixel| format!(",pixel{pixel}")).collect();
    let label = if label.is_empty() { String::new() } else { format!(",{label}") };
    let row = |row: usize| {
        let value = |pixel: usize| if pixel % 3 == row % 3 { ",255" } else { ",0" };
        let values: String = (0..64).map(value).collect();
        let name = format!(",\"{}\"", NAMES[row % 3]);
        format!("{row}.png{values}{}\n", if label.is_empty() { "" } else { &name })
    };
    let rows: String = (0..3 * copies).map(row).collect();
    format!("{id}{pixels}{label}\n{rows}")
}

#[test]
fn a_submission_has_names_for_labels_the_ids_of_the_file_and_the_header_of_an_example() {
    let at = |name: &str| SIGNS.path().join(name).to_str().unwrap().to_owned();
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (sample, submission) = (path("sample.csv"), path("submission.csv"));
    fs::write(&sample, "\u{feff}file,\"what, there\"\r\n0.png,zebra\r\n").unwrap();
    let predict = |flags: &[&str], out: &str| {
        let (run, data) = (at("run"), at("test.csv"));
        let arguments = ["predict", &run, "--data", &data, "--out", out];
        xtask(arguments.into_iter().chain(flags.iter().copied()))
    };
    let rows = |header: &str| {
        let names = ["\"stop, and look\"", "turn off the main road", "zebra"];
        let rows = (0..6).map(|row| format!("{row}.png,{}\n", names[row % 3]));
        format!("{header}\n{}", rows.collect::<String>())
    };
    for (flags, header) in [
        (&["--like", &sample][..], "file,\"what, there\""),
        (&["--id-header", "file", "--label-header", "what, there"], "file,\"what, there\""),
    ] {
        let (told, code) = predict(flags, &submission);
        assert_eq!(code, 0, "{told}");
        assert_eq!(fs::read_to_string(&submission).unwrap(), rows(header));
    }

    // Kaggle's example has the header of every submission.
    let example =
        format!("ImageId,Label\n{}", (1..=200).map(|id| format!("{id},0\n")).collect::<String>());
    fs::write(path("sample_submission.csv"), &example).unwrap();
    let (told, code) = predict(&[], &path("sample_submission.csv"));
    assert!(code == 1 && told.contains("this file is no submission"), "{told}");
    assert_eq!(fs::read_to_string(path("sample_submission.csv")).unwrap(), example);

    // What has another header may be from anywhere.
    let (told, code) = predict(&["--id-header", "id"], &submission);
    assert!(code == 1 && told.contains("this file is no submission"), "{told}");
    let (told, code) = predict(&["--like", &sample], &sample);
    assert!(code == 2 && told.contains("sample.csv: this is the file of --like"), "{told}");
    fs::write(path("wide.csv"), "a,b,c\n").unwrap();
    let (told, code) = predict(&["--like", &path("wide.csv")], &submission);
    assert!(code == 2 && told.contains("wide.csv: 3 columns; expected two"), "{told}");
    assert_eq!(fs::read_to_string(&submission).unwrap(), rows("file,\"what, there\""));
    fs::remove_file(&submission).unwrap();
    assert_eq!(predict(&[], &submission).1, 0);
    assert_eq!(fs::read_to_string(&submission).unwrap(), rows("ImageId,Label"));
}

#[test]
fn an_evaluation_has_the_names_of_the_classes() {
    let run = SIGNS.path().join("run");
    let (told, code) = xtask(["evaluate", run.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    for line in [
        "turn off the main road     1.0000  1.0000  1.0000       8",
        "turn off the…              0 ",
    ] {
        assert!(told.lines().any(|told| told.starts_with(line)), "no line {line:?} in\n{told}");
    }
    let record = json(run.join("evaluation/evaluation.json"));
    let names: Vec<&str> = record["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["label"].as_str().unwrap())
        .collect();
    assert_eq!(names, NAMES);
    let summary = json(run.join("summary.json"));
    assert_eq!((&summary["classes"], &summary["class_names"]), (&3.into(), &NAMES.to_vec().into()));
}

#[test]
fn labels_in_a_file_of_their_own_belong_to_one_file_of_images() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: String| fs::write(path(name), text).unwrap();
    let labels =
        |copies: usize| NAMES.map(|name| name.replace(',', "") + "\n").concat().repeat(copies);
    write("train.csv", signs("file", "", 8));
    write("train.txt", labels(8));
    write("test.csv", signs("file", "", 2));
    write("test.txt", labels(2));
    let [train, labels, test, test_labels, run] =
        ["train.csv", "train.txt", "test.csv", "test.txt", "run"].map(path);
    let (told, code) = xtask([
        "train",
        "--data",
        &train,
        "--labels",
        &labels,
        "--test-data",
        &test,
        "--test-labels",
        &test_labels,
        "--epochs",
        "30",
        "--batch-size",
        "4",
        "--lr",
        "0.2",
        "--hidden",
        "16",
        "--out",
        &run,
    ]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(json(folder.path().join("run/summary.json"))["test_accuracy"], 1.0);
    let copy = path("copy.csv");
    fs::copy(&test, &copy).unwrap();
    for (flags, rows) in [
        (&[][..], "6 rows, the test data of the run"),
        (&["--data", &train], "24 rows, given with --data"),
        (&["--data", &copy, "--labels", &test_labels], "6 rows, given with --data"),
    ] {
        let (told, code) = xtask(["evaluate", &run].iter().chain(flags));
        assert!(code == 0 && told.contains(rows), "{flags:?}: {told}");
    }
    let (told, code) = xtask(["evaluate", &run, "--data", &copy]);
    assert!(code == 1 && told.contains("copy.csv: the file has no labels"), "{told}");
}

/// The first rows of an official set, and their labels in front.
fn official_rows(set: &str, count: usize) -> Vec<String> {
    let file = fs::File::open(workspace().join(format!("data/mnist_{set}.csv.gz"))).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines.skip(1).take(count).map(Result::unwrap).collect()
}

#[test]
fn images_that_the_network_was_trained_on_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, out, evaluation) = (path("images.csv"), path("out.csv"), path("evaluation"));
    let rows = [official_rows("train", 30), official_rows("test", 50)].concat();
    let unlabelled: Vec<&str> = rows.iter().map(|row| row.split_once(',').unwrap().1).collect();
    let expected = |result: &str| {
        format!(
            "warning: 30 of the 80 images in {data} are also in data/mnist_train.csv.gz, the \
             training data of the network: the {result} will be too high\n"
        )
    };
    fs::write(&data, unlabelled.join("\n")).unwrap();
    let (told, code) = xtask(["predict", trained(), "--data", &data, "--out", &out]);
    assert!(code == 0 && told.contains(&expected("score of this submission")), "{told}");

    fs::write(&data, rows.join("\n")).unwrap();
    let evaluate = ["evaluate", trained(), "--data", &data, "--out", &evaluation];
    let (told, code) = xtask(evaluate);
    assert!(code == 0 && told.contains(&expected("accuracy")), "{told}");
    let record = || json(folder.path().join("evaluation/evaluation.json"));
    assert_eq!(record()["in_training_data"], 30);

    // New images are recorded as such.
    fs::write(&data, rows[30..].join("\n")).unwrap();
    let (told, code) = xtask(evaluate);
    assert!(code == 0 && !told.contains("warning: ") && !told.contains("note: "), "{told}");
    assert_eq!(record()["in_training_data"], 0);
}

#[test]
fn a_run_records_test_images_of_its_data_and_unknown_data_are_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, test, out, evaluation) = (path("a.csv"), path("b.csv"), path("run"), path("e"));
    let rows = [official_rows("train", 300), official_rows("test", 50)].concat();
    fs::write(&data, rows[..300].join("\n")).unwrap();
    fs::write(&test, rows[270..].join("\n")).unwrap();
    let train = ["train", "--data", &data, "--test-data", &test, "--epochs", "1", "--out", &out];
    let (told, code) = xtask(train);
    assert!(
        code == 0 && told.contains("warning: 30 of the 80 rows of the test data are"),
        "{told}"
    );
    assert_eq!(json(path("run/summary.json"))["test_rows_in_data"], 30);

    let weights = path("run/model.safetensors");
    fs::copy(&weights, path("alone.safetensors")).unwrap();
    fs::remove_file(&data).unwrap();
    let note = "note: how many of these images the network was trained on is not known: ";
    for (network, reason) in [
        (&out, format!("{data}: no such file")),
        (&path("alone.safetensors"), format!("{} has no run\n", path("alone.safetensors"))),
    ] {
        let (told, code) = xtask(["evaluate", network, "--data", &test, "--out", &evaluation]);
        assert!(code == 0 && told.contains(&format!("{note}{reason}")), "{told}");
        let out = path("submission.csv");
        let (told, code) = xtask(["predict", network, "--data", &test, "--out", &out]);
        assert!(code == 0 && told.contains(&format!("{note}{reason}")), "{told}");
    }
}

#[test]
fn finite_weights_that_overflow_give_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let weights = folder.path().join("large.safetensors");
    let mut bytes = fs::read(TRAINED.1.join("model.safetensors")).unwrap();
    let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    for number in bytes[header..].chunks_exact_mut(4) {
        let value = f32::from_le_bytes(*number.first_chunk().unwrap()) * 1e30;
        assert!(value.is_finite());
        number.copy_from_slice(&value.to_le_bytes());
    }
    fs::write(&weights, bytes).unwrap();
    let (weights, out) = (weights.to_str().unwrap(), folder.path().join("out.csv"));
    for arguments in [
        vec!["evaluate", weights],
        vec!["predict", weights, "fixtures/photos/3-liberation-3.png"],
        vec!["predict", weights, "--number", "fixtures/numbers/00-90242.jpg"],
        vec![
            "predict",
            weights,
            "--data",
            "data/mnist_test.csv.gz",
            "--out",
            out.to_str().unwrap(),
        ],
    ] {
        let (told, code) = xtask(&arguments);
        let expected = format!("error: {weights}: the outputs of this network are not finite");
        assert!(code == 1 && told.contains(&expected), "{arguments:?}: {told}");
        assert!(!out.exists());
    }
}

#[test]
fn weights_that_do_not_say_their_images_take_square_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let weights = folder.path().join("w.safetensors");
    let values = vec![0; 4 * 2 * 64];
    let view = |shape: &[usize]| {
        let bytes = &values[..4 * shape.iter().product::<usize>()];
        TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap()
    };
    let tensors = [
        ("0.weight", view(&[2, 64])),
        ("0.bias", view(&[2])),
        ("2.weight", view(&[3, 2])),
        ("2.bias", view(&[3])),
    ];
    fs::write(&weights, safetensors::serialize(tensors, None).unwrap()).unwrap();
    let picture = "fixtures/photos/3-liberation-3.png";
    let (told, code) = xtask(["predict", "--show", weights.to_str().unwrap(), picture]);
    let drawn = told.lines().filter(|line| line.starts_with("  |"));
    assert!(code == 0 && drawn.count() == 8, "{told}");
}

#[test]
fn an_evaluation_of_a_run_finds_what_the_run_found_at_its_end() {
    let (told, code) = xtask(["evaluate", trained()]);
    assert!(code == 0 && told.contains("10,000 rows, the test data of the run"), "{told}");
    assert!(told.contains(&format!("weights      {}/model.safetensors\n", trained())), "{told}");
    let record = json(TRAINED.1.join("evaluation/evaluation.json"));
    let accuracy = json(TRAINED.1.join("summary.json"))["test_accuracy"].as_f64().unwrap();
    assert_eq!(record["accuracy"].as_f64().unwrap(), accuracy);
    assert!(
        told.contains(&format!("{:.2} % (95 % confidence interval ", accuracy * 100.0)),
        "{told}"
    );
    let (low, high) = (
        record["accuracy_interval"][0].as_f64().unwrap(),
        record["accuracy_interval"][1].as_f64().unwrap(),
    );
    assert!(low < accuracy && accuracy < high && high - low < 0.01);

    // A file by itself, with MNIST's test set.
    let folder = tempfile::tempdir().unwrap();
    let weights = folder.path().join("alone.safetensors");
    fs::copy(TRAINED.1.join("model.safetensors"), &weights).unwrap();
    let (told, code) = xtask(["evaluate", weights.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        json(folder.path().join("evaluation/evaluation.json"))["confusion"],
        record["confusion"]
    );
}

#[test]
fn a_run_without_test_data_is_measured_on_its_validation_rows() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let out = run.to_str().unwrap();
    let flags = [
        "--data",
        "data/mnist_test.csv.gz",
        "--limit",
        "3000",
        "--split-seed",
        "7",
        "--epochs",
        "2",
        "--lr",
        "0.1",
    ];
    let (told, code) = xtask(["train", "--out", out].iter().chain(&flags));
    assert_eq!(code, 0, "{told}");
    let (told, code) = xtask(["evaluate", out]);
    assert!(code == 0 && told.contains("600 rows, the validation rows of the run"), "{told}");
    let (record, summary) =
        (json(run.join("evaluation/evaluation.json")), json(run.join("summary.json")));
    assert_eq!(record["accuracy"], summary["final_valid_accuracy"]);
}

#[test]
fn what_does_not_fit_the_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let small = (0..10).map(|label| format!("{label}{}\n", ",7".repeat(64))).collect::<String>();
    let letters =
        (1..=26).map(|label| format!("{label}{}\n", ",7".repeat(784))).collect::<String>();
    let (small, letters) = (file("small.csv", &small), file("letters.csv", &letters));
    let unlabelled = file("unlabelled.csv", &format!("{}\n", ["7"; 784].join(",")));
    let (picture, weights) = (file("notes.png", "notes"), file("weights.safetensors", "weights"));
    for (arguments, expected) in [
        (
            vec!["evaluate", trained(), "--data", &small],
            "images of 8x8 pixels; expected 28x28 as in the training data",
        ),
        (
            vec!["predict", trained(), "--data", &small],
            "images of 8x8 pixels; expected 28x28 as in the training data",
        ),
        (
            vec!["evaluate", trained(), "--data", &letters],
            "label 10; expected a label of the training data, 0 to 9",
        ),
        (vec!["evaluate", trained(), "--data", &unlabelled], "the file has no labels"),
        (
            vec!["predict", trained(), &picture],
            "this is no picture; expected PNG, JPEG, WebP, BMP, GIF or TIFF",
        ),
        (
            vec!["predict", &weights, "fixtures/photos/3-liberation-3.png"],
            "not a whole safetensors file",
        ),
        (
            vec!["evaluate", trained(), "--out", folder.path().to_str().unwrap()],
            "this folder holds other files",
        ),
    ] {
        let (told, code) = xtask(&arguments);
        let errors: Vec<&str> = told.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(
            code == 1 && errors.len() == 1 && errors[0].contains(expected),
            "{arguments:?}: {told}"
        );
    }
}

#[test]
fn one_bad_picture_among_many_leaves_the_others_their_answers() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["3-liberation-3.png", "7-connect-7.png"] {
        fs::copy(workspace().join("fixtures/photos").join(name), at(name)).unwrap();
    }
    fs::write(at("5-notes.png"), "notes").unwrap();
    fs::write(at("list.txt"), "no picture, and not called one").unwrap();
    let all = folder.path().to_str().unwrap();
    let (told, code) = xtask(["predict", trained(), all]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("5-notes.png: this is no picture"), "{told}");
    for name in ["3-liberation-3.png  ", "7-connect-7.png  "] {
        assert_eq!(told.lines().filter(|line| line.contains(name)).count(), 1, "{told}");
    }
    assert!(!told.contains("list.txt"), "{told}");
    fs::remove_file(at("5-notes.png")).unwrap();
    let (told, code) = xtask(["predict", trained(), all]);
    assert!(code == 0 && told.contains("7-connect-7.png"), "{told}");
}

#[test]
fn a_watched_run_has_one_event_file_also_when_it_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let out = run.to_str().unwrap();
    let start = ["train", "--limit", "1000", "--epochs", "1", "--tensorboard", "--out", out];
    let resume = ["train", "--resume", "--epochs", "3", "--tensorboard", "--out", out];
    for arguments in [&start[..], &resume[..]] {
        let (told, code) = xtask(arguments);
        assert_eq!(code, 0, "{told}");
        let says_which = told.starts_with(&format!("run      {out}\n"));
        assert_eq!(says_which, arguments == resume, "{told}");
    }
    let events: Vec<PathBuf> = run.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let events: Vec<&PathBuf> =
        events.iter().filter(|path| path.to_str().unwrap().contains(".tfevents.")).collect();
    let [file] = &events[..] else { panic!("{events:?}") };
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    assert_eq!(text.matches("accuracy/validation").count(), 3);
}
