//! The examples, run as a reader would run them. `cargo test` compiles them, unless it is told by
//! `--test` what to compile.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use burn::tensor::Device;
use model::{Mlp, MlpConfig};

/// A digit as the example wants it.
const DIGIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digit.csv");

/// Runs an example on the text of a file.
fn run(example: &str, arguments: &[&Path], input: &Path) -> Output {
    let programs = env::current_exe().unwrap().parent().unwrap().join("../examples");
    let program = programs.join(example).with_extension(env::consts::EXE_EXTENSION);
    let told = |error| {
        panic!("{}: {error}; cargo test compiles it, unless it is given --test", program.display())
    };
    Command::new(&program)
        .args(arguments)
        .stdin(File::open(input).unwrap())
        .output()
        .unwrap_or_else(told)
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{output:?}");
    str::from_utf8(&output.stdout).unwrap()
}

/// A folder with a small network of fresh weights in it.
fn network() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    MlpConfig::new().with_hidden(vec![8]).init(&Device::flex()).save_safetensors(&path).unwrap();
    (folder, path)
}

/// Rows of a class and an image each, and one image of them.
fn rows(folder: &Path) -> (PathBuf, PathBuf) {
    let digit = fs::read_to_string(DIGIT).unwrap();
    let (own, image) = (folder.join("own.csv"), folder.join("image.csv"));
    fs::write(&own, format!("7,{digit}").repeat(300)).unwrap();
    fs::write(&image, digit).unwrap();
    (own, image)
}

#[test]
fn a_network_is_trained_further_on_rows_of_ones_own_and_then_says_what_they_show() {
    let (folder, model) = network();
    let (own, image) = rows(folder.path());
    let tuned = folder.path().join("tuned.safetensors");
    let trained = run("fine_tune", &[&model, &tuned], &own);
    let losses: Vec<f32> = stdout(&trained)
        .lines()
        .map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
        .collect();
    assert!(losses.len() == 3 && losses[2] < losses[0], "{losses:?}");
    assert_eq!(Mlp::load_safetensors(&tuned, &Device::flex()).unwrap().config().hidden, [8]);

    let said = run("classify", &[&tuned], &image);
    assert!(stdout(&said).starts_with("7 ("), "{said:?}");
    assert_eq!(stdout(&said).lines().count(), 1);
}

#[test]
fn a_network_of_another_shape_learns_another_task() {
    let output = run("shape", &[], Path::new(DIGIT));
    let (right, _) = stdout(&output).lines().last().unwrap().split_once(" of 64 right").unwrap();
    assert!(right.parse::<u32>().unwrap() >= 58, "{right} of 64 right");
}

#[test]
fn mistakes_are_one_line() {
    let (folder, model) = network();
    let (own, image) = rows(folder.path());
    let absent = folder.path().join("absent.safetensors");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let digit = fs::read_to_string(DIGIT).unwrap();
    let short = write("short.csv", &format!("{digit}{}", digit.replacen("0,", "", 1)));
    let letter = write("letter.csv", &digit.replacen("0,", "x,", 1));
    let eleventh = write("eleventh.csv", &format!("10,{digit}"));
    let nothing = write("nothing.csv", "");
    for (example, arguments, input, expected) in [
        ("classify", vec![], &image, "expected the path of a model.safetensors".to_owned()),
        ("classify", vec![&absent], &image, format!("{}: No such file", absent.display())),
        (
            "classify",
            vec![&image],
            &image,
            format!("{}: not a whole safetensors file", image.display()),
        ),
        ("classify", vec![&model], &short, "input, line 2: 783 values; expected 784".to_owned()),
        (
            "classify",
            vec![&model],
            &letter,
            "input, line 1, value 1: \"x\"; expected a whole number".to_owned(),
        ),
        ("classify", vec![&model], &nothing, "no input; expected lines of 784 values".to_owned()),
        ("fine_tune", vec![&model], &own, "expected two paths".to_owned()),
        (
            "fine_tune",
            vec![&model, &absent],
            &image,
            "input, line 1: 784 values; expected 785".to_owned(),
        ),
        (
            "fine_tune",
            vec![&model, &absent],
            &eleventh,
            "input, line 1: class 10; expected one below 10".to_owned(),
        ),
    ] {
        let arguments: Vec<&Path> = arguments.into_iter().map(PathBuf::as_path).collect();
        let output = run(example, &arguments, input);
        let told = str::from_utf8(&output.stderr).unwrap();
        assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
        assert!(told.starts_with(&format!("error: {expected}")), "{told}\nexpected {expected}");
    }
}

#[test]
#[cfg(feature = "kernels")]
fn a_network_is_trained_from_rows_alone() {
    let folder = tempfile::tempdir().unwrap();
    let digit = fs::read_to_string(DIGIT).unwrap();
    let digit = digit.trim_end();
    let inverted = digit.split(',').map(|grey| (255 - grey.parse::<u8>().unwrap()).to_string());
    let inverted = inverted.collect::<Vec<_>>().join(",");
    let rows = folder.path().join("rows.csv");
    fs::write(&rows, format!("7,{digit}\n3,{inverted}\n").repeat(300)).unwrap();

    let trained = run("mnist", &[], &rows);
    let lines: Vec<&str> = stdout(&trained).lines().collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(lines[4].starts_with("epoch 5: 100.00 % right, "), "{lines:?}");
}
