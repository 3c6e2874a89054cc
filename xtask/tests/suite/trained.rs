//! `cargo xtask demo` and `cargo xtask export`: which networks they take, and what they write.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{ImageFormat, Layers, Metadata};
use run::{Outcome, Provenance, RunFolder, Settings, Summary};
use safetensors::{Dtype, tensor::TensorView};
use tempfile::TempDir;

/// What PyTorch trained.
const PYTORCH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pytorch");

/// What it says, and its exit code.
fn xtask(here: &Path, arguments: &[&str]) -> (String, i32) {
    xtask_of(Path::new(env!("CARGO_MANIFEST_DIR")), here, arguments)
}

/// The same for the workspace with this folder `xtask`.
fn xtask_of(manifest: &Path, here: &Path, arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .env("CARGO_MANIFEST_DIR", manifest)
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
        test_accuracy: Some(0.9825),
        temperature: None,
        threshold: None,
        train_rows: 6400,
        valid_rows: 1600,
        test_rows: None,
        test_rows_in_data: None,
        largest_class: None,
        image: data::ImageSize::MNIST,
        classes: data::Classes::numbered(0, 10),
        network: None,
        parameters: 12_894,
        train_seconds: 1.0,
        ended: None,
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
fn a_network_far_from_the_best_says_which_command_trains_that() {
    let run = finished(&weights("plain"));
    let (path, summary) = (run.path().to_str().unwrap(), run.path().join("summary.json"));
    let text = fs::read_to_string(&summary).unwrap().replace("0.9825", "0.9325");
    fs::write(&summary, text).unwrap();
    let here = tempfile::tempdir().unwrap();
    let (told, code) = xtask(here.path(), &["demo", path]);
    let note = "note: the test accuracy of this network is 93.2 %; `cargo xtask train --config \
        experiments/best.toml`";
    assert!(told.contains(note) && code == 0, "{told}");
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
    let about = "a multilayer perceptron of 12,894 parameters. Its test accuracy is 98.25\u{a0}%.";
    assert!(page.contains(about));

    let file = weights("layer_norm");
    let (told, code) = xtask(here.path(), &["demo", file.to_str().unwrap(), "--out", "other.html"]);
    assert!(told.contains("does not say for which images it is") && code == 0, "{told}");
    let page = fs::read_to_string(here.path().join("other.html")).unwrap();
    let parameters = Layers::read(&fs::read(file).unwrap()).unwrap().num_parameters();
    assert_eq!(parameters, 12_894 + 2 * (16 + 12));
    assert!(
        page.contains("a multilayer perceptron of 12,950 parameters")
            && !page.contains("test accuracy")
    );

    let (told, code) = xtask(here.path(), &["demo", weights("cnn").to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    let page = fs::read_to_string(here.path().join("demo.html")).unwrap();
    assert!(page.contains("a convolutional network of 2,912 parameters"));
}

#[test]
fn a_report_without_an_analysis_names_the_command_and_the_quick_one() {
    let workspace = tempfile::tempdir().unwrap();
    let (manifest, quick) = (workspace.path().join("xtask"), workspace.path().join("runs/quick"));
    fs::create_dir_all(&quick).unwrap();
    let missing = "error: runs/analysis: no analysis here; `cargo xtask analysis` makes one";
    let report = || xtask_of(&manifest, workspace.path(), &["report"]);
    assert_eq!(report(), (format!("{missing}\n"), 2));
    fs::write(quick.join("study.toml"), "experiments = []").unwrap();
    assert_eq!(report(), (format!("{missing}; runs/quick holds that of --quick\n"), 2));
}

#[test]
fn a_complete_run_gets_the_pictures_that_it_lacks() {
    let run = finished(&weights("plain"));
    let folder = RunFolder::at(run.path());
    let settings = Settings { epochs: Some(1), ..Settings::default() };
    folder.write_record(&settings.resolve().unwrap(), &Provenance::default()).unwrap();
    let epoch = "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,\
                 samples_per_second\n1,0.5,0.7,0.7,0.8,1,6400\n";
    folder.write("history.csv", epoch.as_bytes()).unwrap();
    let out = run.path().to_str().unwrap();
    let resume = || {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = xtask.args(["train", "--resume", "--out", out]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("this run is complete, after 1 epoch"), "{told}");
        String::from_utf8(output.stdout).unwrap()
    };
    let drawn = format!("curves    {out}/loss.png, accuracy.png (and .svg)\n");
    assert_eq!(resume(), drawn);
    assert_eq!(resume(), "");
    fs::remove_file(run.path().join("accuracy.svg")).unwrap();
    assert_eq!(resume(), drawn);
    assert!(run.path().join("accuracy.svg").is_file());
}

#[cfg(unix)]
#[test]
fn what_goes_to_standard_output_has_nothing_else_in_it() {
    let run = finished(&weights("plain"));
    for (command, file, status) in
        [("demo", "demo.html", "/dev/stdout, with "), ("export", "model.onnx", "/dev/stdout, of ")]
    {
        let here = tempfile::tempdir().unwrap();
        let xtask = |out: &[&str], to: Stdio| {
            let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
            xtask.current_dir(here.path()).arg(command).arg(run.path()).args(out);
            xtask.stdout(to).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
        };
        assert!(xtask(&[], Stdio::null()).status.success());
        let expected = fs::read(here.path().join(file)).unwrap();
        let piped = xtask(&["--out", "/dev/stdout"], Stdio::piped());
        assert!(piped.stdout == expected, "{command}: other bytes");
        let told = String::from_utf8(piped.stderr).unwrap();
        assert!(told.starts_with(status) && told.lines().count() == 1, "{told}");

        let path = here.path().join("redirected");
        let written = xtask(&["--out", "/dev/stdout"], fs::File::create(&path).unwrap().into());
        assert!(fs::read(&path).unwrap() == expected, "{command}: other bytes");
        assert_eq!(String::from_utf8(written.stderr).unwrap().lines().count(), 1);
    }
}

#[test]
fn a_page_has_the_names_of_the_classes_and_none_can_end_its_script() {
    let run = finished(&weights("plain"));
    let folder = RunFolder::at(run.path());
    let names = ["</script>", "a \"b\"", "grün"].map(str::to_owned).into_iter();
    let names: Vec<String> = names.chain((3..10).map(|class| format!("class {class}"))).collect();
    let classes = data::Classes::new(names.clone()).unwrap();
    let summary = folder.read_summary().unwrap().unwrap();
    folder.write_summary(&Summary { classes, ..summary }).unwrap();
    let here = tempfile::tempdir().unwrap();
    let (told, code) = xtask(here.path(), &["demo", run.path().to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    let page = fs::read_to_string(here.path().join("demo.html")).unwrap();
    let (_, json) = page.split_once("<script type=\"application/json\">").unwrap();
    let (json, _) = json.split_once("</script>").unwrap();
    let known: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(known["names"], serde_json::json!(names));
    assert!(page.contains("style=\"--label: 9ch\""));
}

#[test]
fn the_network_of_the_run_that_ended_last_is_taken_and_named() {
    let workspace = tempfile::tempdir().unwrap();
    let runs = workspace.path().join("runs");
    fs::create_dir(&runs).unwrap();
    for name in ["009", "best", "001"] {
        let run = finished(&weights("plain")).keep();
        fs::rename(run, runs.join(name)).unwrap();
        let path = runs.join(name).join("summary.json");
        fs::write(&path, fs::read(&path).unwrap()).unwrap();
        for command in ["demo", "export"] {
            let told = xtask_of(&workspace.path().join("xtask"), workspace.path(), &[command]);
            let expected = format!("runs/{name}/model.safetensors");
            assert!(told.1 == 0 && told.0.contains(&expected), "{told:?}");
        }
    }
}

#[test]
fn an_export_is_what_onnxruntime_was_seen_to_run() {
    let here = tempfile::tempdir().unwrap();
    for name in ["plain", "layer_norm", "cnn", "cnn_layer_norm"] {
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
    let damaged = finished(&weights("plain"));
    fs::write(damaged.path().join("model.safetensors"), "").unwrap();

    write("tall.safetensors", &weights_for(600));
    let other = finished(&weights("plain"));
    let path = other.path().join("summary.json");
    let summary = fs::read_to_string(&path).unwrap();
    fs::write(&path, summary.replace("28x28", "20x30")).unwrap();
    // As they are after `--resume --epochs 4`, with the weights of epoch 1.
    let [unfinished, stopped, diverged] = [0; 3].map(|_| finished(&weights("plain")));
    fs::remove_file(unfinished.path().join("summary.json")).unwrap();
    for (run, outcome) in
        [(&stopped, Outcome::Interrupted), (&diverged, Outcome::Diverged { epoch: 4, step: 7 })]
    {
        let run = RunFolder::at(run.path());
        let summary = run.read_summary().unwrap().unwrap();
        run.write_summary(&Summary { outcome, ..summary }).unwrap();
    }
    let name = |folder: &TempDir| folder.path().to_str().unwrap().to_owned();
    let [other, damaged, unfinished, stopped, diverged] =
        [&other, &damaged, &unfinished, &stopped, &diverged].map(name);
    let sound = weights("plain").to_str().unwrap().to_owned();

    for (line, expected) in [
        (vec!["demo", "absent"], "absent: no such run folder or .safetensors file"),
        (vec!["export", "absent"], "absent: no such run folder or .safetensors file"),
        (vec!["demo", "begun"], "begun: this run has not finished, so it has no final weights"),
        (vec!["demo", "text.safetensors"], "text.safetensors: not a whole safetensors file: "),
        (vec!["export", "text.safetensors"], "text.safetensors: not a whole safetensors file: "),
        (vec!["export", &damaged], "/model.safetensors: not a whole safetensors file: "),
        (
            vec!["demo", "tall.safetensors"],
            "a network of 600 inputs, which are no square image; name the folder of its run",
        ),
        (
            vec!["demo", &other],
            "a network for images of 784 pixels and 10 classes; expected 20x30 pixels and 10 \
             classes as in summary.json",
        ),
        (vec!["demo", &unfinished], "this run has not finished, so it has no final weights"),
        (vec!["export", &stopped], "this run has not finished, so it has no final weights"),
        (vec!["evaluate", &stopped], "this run has not finished, so it has no final weights"),
        (
            vec!["predict", &stopped, "7.png"],
            "this run has not finished, so it has no final weights",
        ),
        (vec!["demo", &diverged], "this run diverged in epoch 4, so it has no final weights"),
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

#[test]
fn weights_for_images_that_are_not_square_need_their_size_for_pictures() {
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("w.safetensors"), weights_for(63)).unwrap();
    for flags in [&[][..], &["--image", "8x8"]] {
        let arguments = [&["predict", "w.safetensors", "7.png"], flags].concat();
        let (told, code) = xtask(here.path(), &arguments);
        let (warning, error) = told.split_once('\n').unwrap();
        assert!(warning.contains("does not say for which images it is"), "{told}");
        let expected = "w.safetensors: the network 63-2-3 takes images of 63 pixels; give --image \
            with their width and height\n";
        assert!(error.ends_with(expected) && code == 2, "{told}");
    }
}

#[test]
fn no_output_takes_the_place_of_another_file() {
    let (run, here) = (finished(&weights("plain")), tempfile::tempdir().unwrap());
    let path = run.path().to_str().unwrap();
    let file = |name: &str| format!("{path}/{name}");
    let analysis = here.path().join("analysis");
    fs::create_dir(&analysis).unwrap();
    fs::write(analysis.join("study.toml"), "experiments = []").unwrap();
    fs::write(here.path().join("1_2.zip"), "PK of another program").unwrap();
    fs::write(here.path().join("test.csv"), "0,0\n").unwrap();
    for file in ["theirs/evaluation.json", "pictures/mistakes.png"] {
        fs::create_dir(here.path().join(file).parent().unwrap()).unwrap();
        fs::write(here.path().join(file), "{\"weights\": 1}").unwrap();
    }
    let digits = ImageFormat {
        width: 28,
        height: 28,
        pixel_max: 255,
        brightest: 255,
        classes: (0..10).map(|class| class.to_string()).collect(),
        transpose: false,
        invert: false,
        is_dark_on_light: false,
    };
    let metadata = Metadata { images: Some(digits), calibration: None };
    let sized = metadata.add_to(fs::read(weights("plain")).unwrap());
    fs::write(here.path().join("sized.safetensors"), sized).unwrap();
    let without_test = finished(&weights("plain"));
    let settings = Settings { data: Some("test.csv".into()), ..Settings::default() };
    let record = RunFolder::at(without_test.path());
    record.write_record(&settings.resolve().unwrap(), &Provenance::default()).unwrap();
    let without_test = without_test.path().to_str().unwrap();
    let [model, record, summary] = ["model.safetensors", "run.toml", "summary.json"].map(file);
    let whole = [&model, &record, &summary].map(|file| fs::read(file).unwrap());
    for (line, expected) in [
        (vec!["export", path, "--out", &model], "this file is no network of `cargo xtask export`"),
        (vec!["demo", path, "--out", &record], "this file is no page of `cargo xtask demo`"),
        (
            vec!["predict", path, "--data", "test.csv", "--out", &summary],
            "this file is no submission, and is not overwritten; choose another name",
        ),
        (
            vec!["predict", path, "--data", "test.csv", "--out", "absent/x.csv"],
            "absent/x.csv: No such file or directory",
        ),
        (vec!["evaluate", path, "--out", path], "this folder holds other files"),
        (vec!["evaluate", path, "--out", &record], "this is a file; expected a folder"),
        (
            vec!["train", "--out", path, "--resume", "--epochs", "1"],
            "this run is complete, after 1 epoch;",
        ),
        (vec!["analysis", "--out", path], "this folder holds other files"),
        (vec!["report", path], "no analysis here; `cargo xtask analysis` makes one"),
        (vec!["predict", "7.png", path], "this folder holds a run; name the network first"),
        (vec!["predict", path, "analysis"], "analysis: this folder holds an analysis; expected"),
        (
            vec!["predict", path, "7.png", "--pixel-max", "16"],
            "--pixel-max describes a file of images; expected --data with it",
        ),
        (
            vec!["predict", path, "7.png", "--image", "28x28", "--invert"],
            "--image describes a file of images",
        ),
        (
            vec!["predict", "sized.safetensors", "7.png", "--image", "20x30"],
            "--image describes a file of images; expected --data with it",
        ),
        (
            vec!["evaluate", without_test, "--labels", "labels.csv"],
            "--labels describes a file of images; expected --data with it",
        ),
        (vec!["evaluate", path, "--out", "theirs"], "theirs/evaluation.json: this file is no rec"),
        (vec!["evaluate", path, "--out", "pictures"], "files, for example mistakes.png"),
        (vec!["bundle", "--ids", "1,2", "analysis"], "1_2.zip: this file is no bundle"),
    ] {
        let (told, code) = xtask(here.path(), &line);
        let error = told.lines().last().unwrap();
        assert!(error.starts_with("error: ") && error.contains(expected), "{line:?}: {told}");
        assert!([1, 2].contains(&code), "{line:?}: {code}");
    }
    // Every flag for the form of a file.
    for flag in [
        "--image=28x28",
        "--pixel-max=255",
        "--label-column=first",
        "--labels=labels.csv",
        "--class-names=names.txt",
        "--transpose",
        "--invert",
        "--grey",
    ] {
        let (told, code) = xtask(here.path(), &["predict", path, "7.png", flag]);
        let name = flag.split('=').next().unwrap();
        let expected =
            format!("error: {name} describes a file of images; expected --data with it\n");
        assert_eq!((told, code), (expected, 2));
    }
    assert!(whole == [&model, &record, &summary].map(|file| fs::read(file).unwrap()));

    // The same command again writes its file anew.
    for _ in 0..2 {
        assert_eq!(xtask(here.path(), &["export", path]).1, 0);
        assert_eq!(xtask(here.path(), &["demo", path]).1, 0);
    }
}
