//! `cargo xtask bench` on real files and with real processes, where there is a Python.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn bench(flags: &[&str], out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("bench").args(flags).arg("--out").arg(out);
    command
}

/// Output of a Python that can run the bench; none on a machine that has no such Python.
fn python(arguments: &[&str]) -> Option<Output> {
    let python = |arguments: &[&str]| Command::new("python3").args(arguments).output().ok();
    python(&["-c", "import tomllib"]).filter(|output| output.status.success())?;
    python(arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn results_are_printed_and_written() {
    if python(&[]).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bench");
    let output = bench(&["csv", "start", "--rounds", "1"], &out).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (told, written) =
        (text(&output.stdout), fs::read_to_string(out.join("results.txt")).unwrap());
    assert!(told.starts_with(&written), "{told}\n{written}");
    for expected in
        ["measured once", "The CSV of", "cargo xtask train, to its first step", "Burn 0."]
    {
        assert!(written.contains(expected), "{expected}: {written}");
    }
    let csv = fs::read_to_string(out.join("results.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 4, "{csv}");
    for line in csv.lines().skip(1) {
        let seconds: f64 = line.split(',').nth(7).unwrap().parse().unwrap();
        assert!(seconds > 0.0, "{line}");
    }
}

/// Modules that cannot be loaded stand where those of another Python would.
#[test]
fn a_python_that_lacks_something_says_so() {
    if python(&[]).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for module in ["numpy", "pandas", "torch", "jax"] {
        let file = folder.path().join(format!("{module}.py"));
        fs::write(file, "raise ModuleNotFoundError(\"No module named 'x'\")").unwrap();
    }
    let missing = "ModuleNotFoundError: No module named 'x'";
    for (part, expected) in [
        ("csv", format!("error: python read_csv.py: {missing}\n")),
        (
            "study",
            format!("neither PyTorch nor JAX can be loaded (python train_jax.py: {missing}); "),
        ),
    ] {
        let output = bench(&[part, "--peers", "python3"], &folder.path().join("bench"))
            .env("PYTHONPATH", folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let told = text(&output.stderr);
        assert!(
            told.lines().any(|line| line.starts_with("error: ")) && told.contains(&expected),
            "{told}"
        );
    }
}

#[test]
fn measurements_become_tables() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/test_tables.py");
    if let Some(output) = python(&["-B", tests.to_str().unwrap()]) {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}
