//! What `cargo xtask` says to mistakes, before it builds anything.

use std::{path::Path, process::Command};

/// What it says, and its exit code.
fn xtask(line: &str) -> (String, i32) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(workspace)
        .args(line.split_whitespace())
        // Were it to build, it would fail here.
        .env("CARGO", "/nonexistent/cargo")
        .output()
        .unwrap();
    let told = if output.stderr.is_empty() { output.stdout } else { output.stderr };
    (String::from_utf8(told).unwrap(), output.status.code().unwrap())
}

#[test]
fn mistakes_are_one_line_and_exit_with_2() {
    for (line, expected) in [
        (
            "train --dropout 1.5",
            "error: command line: dropout = 1.5; expected a number from 0 to below 1\n",
        ),
        (
            "train --backend tpu",
            "error: invalid value 'tpu' for '--backend <B>' [possible values: flex, ndarray, wgpu, \
             cuda]",
        ),
        ("train --lr 0,1", "error: invalid value '0,1' for '--lr <X>': expected a number\n"),
        (
            "train --epochs ten",
            "error: invalid value 'ten' for '--epochs <N>': expected a whole number\n",
        ),
        (
            "train --config absent.toml",
            "error: absent.toml: No such file or directory (os error 2)\n",
        ),
        ("train --resume --out nowhere", "error: nowhere: no run to resume here\n"),
        (
            "analysis learning",
            "error: no experiment \"learning\"; expected one of learning-rate, batch-size, \
             batch-size-updates, batch-size-scaled, ",
        ),
        (
            "analysis --experiments bench/study speed",
            "error: no experiment \"speed\"; expected one of learning-rate, batch-size, \
             regularization\n",
        ),
        (
            "analysis --jobs 0",
            "error: invalid value '0' for '--jobs <N>': expected a whole number from 1 to 1024\n",
        ),
        (
            "analysis --limit -3",
            "error: command line: limit = -3; expected a whole number from 1 to 1000000000\n",
        ),
        (
            "analysis --seeds 18446744073709551615",
            "error: invalid value '18446744073709551615' for '--seeds <N>': expected a whole \
             number from 1 to 1000\n",
        ),
        (
            "analysis --epochs 1000000001",
            "error: invalid value '1000000001' for '--epochs <N>': expected a whole number from 1 \
             to 1000000000\n",
        ),
        (
            "train --epochs 9223372036854775807",
            "error: command line: epochs = 9223372036854775807; expected a whole number from 1 to \
             1000000000\n",
        ),
        (
            "train --seed 9223372036854775808",
            "error: invalid value '9223372036854775808' for '--seed <N>': expected a smaller \
             number\n",
        ),
        (
            "data kaggle --timeout 18446744073709551615",
            "error: invalid value '18446744073709551615' for '--timeout <SECONDS>': expected a \
             whole number from 1 to 86400\n",
        ),
        (
            "trian",
            "error: unrecognized subcommand 'trian' tip: a similar subcommand exists: 'train'\n",
        ),
        ("evaluate nowhere", "error: nowhere: no such run folder or .safetensors file\n"),
        (
            "evaluate crates",
            "error: crates: this folder holds no run; expected a run folder or a \
             .safetensors file\n",
        ),
        (
            "evaluate --pixel-max 0",
            "error: command line: pixel_max = 0; expected a whole number from 1 to 255\n",
        ),
        ("predict", "error: no images; name pictures, or a CSV with --data\n"),
        (
            "predict crates",
            "error: crates: this folder holds neither a run nor pictures; expected pictures, or a \
             CSV with --data\n",
        ),
        (
            "predict 7.png last.safetensors",
            "error: last.safetensors: this is a network; name the network first\n",
        ),
        ("report crates", "error: crates: no analysis here; `cargo xtask analysis` makes one\n"),
        ("bundle --ids 1 crates", "error: crates: no analysis here; "),
        ("predict --data test.csv 7.png", "error: 7.png: either pictures or --data; not both\n"),
        ("predict crates 7.png", "error: crates: this folder holds no run; "),
        (
            "predict absent.safetensors 7.png",
            "error: absent.safetensors: no such run folder or .safetensors file\n",
        ),
        (
            "predict --out 7.csv 7.png",
            "error: the following required arguments were not provided: --data <CSV>\n",
        ),
        ("predict --id-header id 7.png", "error: the following required arguments were not"),
        (
            "predict --data t.csv --like s.csv --label-header x",
            "error: the argument '--like <FILE>' cannot be used with '--label-header <NAME>'\n",
        ),
        (
            "predict --data t.csv --id-header=",
            "error: a value is required for '--id-header <NAME>'",
        ),
        (
            "data check t.csv --label-column=",
            "error: command line: label_column = ; expected first, last, none, or the name of a \
             column\n",
        ),
        (
            "train --data t.csv --test-labels l.txt",
            "error: command line: test_labels = l.txt; expected none without test data\n",
        ),
        (
            "bench --peers nowhere/python",
            "error: nowhere/python: no such program; expected Python 3.11 or newer\n",
        ),
        ("bench records --records cnn-98.0", "error: --records cnn-98.0: expected one of cnn-99.0"),
        ("bench --rounds 0", "error: invalid value '0' for '--rounds <N>'"),
        (
            "bench speed",
            "error: invalid value 'speed' for '[PARTS]...' [possible values: training, cnn, \
             optimizers, threads, scaling, study, records, csv, start]",
        ),
        ("test --backend cpu", "error: invalid value 'cpu' for '--backend <B>'"),
    ] {
        let (told, code) = xtask(line);
        assert_eq!((told.lines().count(), code), (1, 2), "{line}: {told}");
        assert!(told.starts_with(expected), "{line}: {told}");
    }
}

#[test]
fn the_baseline_is_what_train_does_without_flags() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments/baseline.toml");
    let baseline = run::Settings::read(&file).unwrap().resolve().unwrap();
    assert_eq!(baseline, run::Settings::default().resolve().unwrap());
}

#[test]
fn every_run_among_the_experiments_has_valid_settings() {
    let experiments = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments");
    let records = std::fs::read_dir(experiments.join("records")).unwrap();
    let mut runs: Vec<_> = records.map(|entry| entry.unwrap().path()).collect();
    assert!(!runs.is_empty());
    runs.push(experiments.join("best.toml"));
    for run in runs {
        run::Settings::read(&run).unwrap().resolve().unwrap();
    }
}

#[test]
fn help_explains_every_setting() {
    let (help, code) = xtask("train --help");
    assert_eq!(code, 0);
    for setting in run::settings::SETTINGS {
        assert!(help.contains(setting.help.trim()), "{} is not explained", setting.name);
    }
    for flag in ["--config <FILE>", "--out <DIR>", "--resume", "--tui", "--tensorboard"] {
        assert!(help.contains(flag), "{flag}");
    }
}
