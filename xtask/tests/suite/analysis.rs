//! An analysis: whole, killed and started again, with a run that crashes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A quick analysis of the learning rate on the small file of digits, in a folder that vanishes.
struct Analysis {
    _parent: TempDir,
    out: PathBuf,
    jobs: &'static str,
}

impl Analysis {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("analysis");
        Self { _parent: parent, out, jobs: "2" }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .current_dir(workspace())
            .args(["analysis", "learning-rate", "--limit", "3000", "--epochs", "3", "--seeds", "2"])
            .args(["--data", "data/mnist_test.csv.gz", "--test-data", "data/mnist_test.csv.gz"])
            .arg("--out")
            .arg(&self.out)
            .args(["--jobs", self.jobs]);
        command
    }

    fn run(&self) -> Output {
        self.command().output().unwrap()
    }

    fn start(&self) -> Child {
        self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Waits until so many runs have a result.
    fn wait_for_results(&self, count: usize) {
        let started = Instant::now();
        while self.summaries() < count {
            assert!(started.elapsed() < Duration::from_secs(120), "no results");
            sleep(Duration::from_millis(2));
        }
    }

    fn summaries(&self) -> usize {
        let Ok(runs) = self.out.join("runs").read_dir() else { return 0 };
        runs.filter(|run| run.as_ref().unwrap().path().join("summary.json").exists()).count()
    }

    /// `results.csv` without the column that tells time.
    fn results(&self) -> String {
        let text = fs::read_to_string(self.out.join("results.csv")).unwrap();
        text.lines().map(|row| format!("{}\n", row.rsplit_once(',').unwrap().0)).collect()
    }
}

/// 7 learning rates, 2 seeds.
const RUNS: usize = 14;

#[test]
fn a_second_time_nothing_is_missing() {
    let analysis = Analysis::new();
    let first = analysis.run();
    let told = String::from_utf8(first.stderr).unwrap();
    assert!(first.status.success(), "{told}");
    // The logs of the runs say so, too, but nobody reads them.
    let seen = "warning: 3,000 of the 10,000 rows of the test data are also in data/mnist_test.csv";
    assert_eq!(told.matches(seen).count(), 1, "{told}");
    let results = fs::read_to_string(analysis.out.join("results.csv")).unwrap();
    assert_eq!(results.lines().count(), 1 + RUNS);
    let page = fs::read(analysis.out.join("report.html")).unwrap();

    let second = String::from_utf8(analysis.run().stdout).unwrap();
    assert!(second.contains("14 of 14 runs are already done"), "{second}");
    assert_eq!(fs::read_to_string(analysis.out.join("results.csv")).unwrap(), results);
    assert!(!second.contains("of other sources"), "{second}");

    // The report alone, from the folders.
    fs::remove_file(analysis.out.join("report.html")).unwrap();
    let report = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("report")
        .arg(&analysis.out)
        .output()
        .unwrap();
    assert!(report.status.success());
    assert!(fs::read(analysis.out.join("report.html")).unwrap() == page, "the report differs");

    // Runs of older sources are kept and reported; outside a repository, no revision is known.
    let run = fs::read_dir(analysis.out.join("runs"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
        .join("run.toml");
    let record = fs::read_to_string(&run).unwrap();
    let revision = record.lines().find_map(|line| line.strip_prefix("git_revision = ")).unwrap();
    if revision != "\"unknown\"" {
        fs::write(&run, record.replace(revision, "\"0123456789ab\"")).unwrap();
        let third = String::from_utf8(analysis.run().stdout).unwrap();
        assert!(third.contains("kept: 1 finished run from sources other than "), "{third}");
    }
}

/// A hundred rows of 8x8 pixels, the first of which has this value.
fn rows(first: usize) -> String {
    let row = |row: usize| format!("{},{first}{}\n", row % 10, format!(",{row}").repeat(63));
    header(64) + &(0..100).map(row).collect::<String>()
}

/// The header of a label and so many pixels.
fn header(pixels: usize) -> String {
    format!("label{}\n", (0..pixels).map(|pixel| format!(",pixel{pixel}")).collect::<String>())
}

#[test]
fn results_of_other_data_are_refused_and_those_of_moved_files_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
    fs::create_dir(path("experiments")).unwrap();
    write(
        "experiments/rates.toml",
        "title = \"Rates\"\nseeds = 1\n[base]\nepochs = 1\n[vary]\nlearning_rate = [0.1, 0.2]\n",
    );
    write("train.csv", &rows(0));
    write("test.csv", &rows(1));
    let run = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("analysis");
        let folders = [("--experiments", "experiments"), ("--out", out)];
        let files = [("--data", "train.csv"), ("--test-data", "test.csv")];
        for (flag, name) in folders.into_iter().chain(files) {
            command.arg(flag).arg(path(name));
        }
        let output = command.output().unwrap();
        (String::from_utf8([output.stdout, output.stderr].concat()).unwrap(), output.status.code())
    };
    let (told, code) = run("out");
    assert_eq!(code, Some(0), "{told}");

    // The same content under the same name is no change, nor is another place of the results.
    fs::rename(path("out"), path("moved")).unwrap();
    for name in ["train.csv", "test.csv"] {
        fs::rename(path(name), path("old.csv")).unwrap();
        fs::copy(path("old.csv"), path(name)).unwrap();
    }
    let (told, code) = run("moved");
    assert!(code == Some(0) && told.contains("2 of 2 runs are already done"), "{told}");

    for (name, same, other) in [("train.csv", 0, 2), ("test.csv", 1, 3)] {
        let study = fs::read(path("moved/study.toml")).unwrap();
        write(name, &rows(other));
        let (told, code) = run("moved");
        let begins = format!(
            "error: {}: this file has changed since 2 runs in {} read it: its SHA-256 is ",
            path(name).display(),
            path("moved").display()
        );
        assert!(told.starts_with(&begins) && code == Some(2), "{told}");
        assert!(told.ends_with("; restore the file, or choose another --out\n"), "{told}");
        assert_eq!((told.lines().count(), fs::read(path("moved/study.toml")).unwrap()), (1, study));
        write(name, &rows(same));
    }
    let (told, code) = run("moved");
    assert!(code == Some(0) && told.contains("2 of 2 runs are already done"), "{told}");
}

#[test]
fn the_files_of_others_are_left_alone() {
    let analysis = Analysis::new();
    fs::create_dir(&analysis.out).unwrap();
    fs::write(analysis.out.join("results.csv"), "mine").unwrap();
    let output = analysis.run();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("this folder holds other files, for example results.csv"), "{told}");
    assert_eq!(fs::read(analysis.out.join("results.csv")).unwrap(), b"mine");
}

#[test]
fn killed_at_any_moment_and_started_again_it_ends_the_same() {
    let (whole, killed) = (Analysis::new(), Analysis::new());
    assert!(whole.run().status.success());
    for results in [0, 1, 4, 9] {
        let mut child = killed.start();
        killed.wait_for_results(results);
        sleep(Duration::from_millis(40));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed.run().status.success());
    assert_eq!(killed.results(), whole.results());
}

#[test]
fn a_run_that_is_killed_or_crashes_is_told_and_stops_no_other() {
    let (whole, crashed) = (Analysis::new(), Analysis::new());
    assert!(whole.run().status.success());
    let name = fs::read_dir(whole.out.join("runs")).unwrap().next().unwrap().unwrap().file_name();
    // A run that cannot go on: its folder holds another one.
    let run = crashed.out.join("runs").join(&name);
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("run.toml"), "learning_rate = 0.123").unwrap();

    let output = crashed.run();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&format!("the run {} crashed", name.to_str().unwrap())), "{told}");
    let log = fs::read_to_string(run.join("log.txt")).unwrap();
    assert!(log.contains("; the run to resume has "), "{log}");
    assert_eq!(crashed.results().lines().count(), RUNS);
    assert!(
        fs::read_to_string(crashed.out.join("report.html"))
            .unwrap()
            .contains("Some runs of this experiment have no result")
    );

    // With the damage gone, the same command makes it whole.
    fs::remove_dir_all(&run).unwrap();
    assert!(crashed.run().status.success());
    assert_eq!(crashed.results(), whole.results());
}

#[cfg(unix)]
#[test]
fn a_run_that_a_signal_ends_is_told_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (experiments, out) = (folder.path().join("experiments"), folder.path().join("out"));
    fs::create_dir(&experiments).unwrap();
    // The longest run is the first. It would take hours.
    let text = "title = \"T\"\nseeds = 1\nbase.limit = 500\n[vary]\nepochs = [1, 1000000]";
    fs::write(experiments.join("mine.toml"), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["analysis", "mine", "--jobs", "1", "--experiments"]).arg(&experiments);
    command.args(["--data", "data/mnist_test.csv.gz", "--out"]).arg(&out);
    command.current_dir(workspace()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let begun = || {
        let runs = out.join("runs").read_dir().into_iter().flatten().flatten();
        runs.into_iter().any(|run| run.path().join("history.csv").exists())
    };
    let started = Instant::now();
    while !begun() {
        assert!(started.elapsed() < Duration::from_secs(900), "no run begins");
        sleep(Duration::from_millis(10));
    }
    let mut kill = Command::new("pkill");
    kill.args(["-KILL", "-P", &child.id().to_string()]);
    assert!(kill.status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("error: the run ")
            && told.contains(" crashed: killed by signal 9 (SIGKILL): the memory may be full"),
        "{told}"
    );
    assert_eq!((told.matches("crashed").count(), output.status.code()), (1, Some(1)), "{told}");
}

/// What a quick analysis of two runs shows on a terminal of this kind. Its standard output goes
/// there, or to this file.
#[cfg(target_os = "linux")]
fn shown_on_terminal(term: Option<&str>, log: Option<&Path>) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data.csv"), rows(1)).unwrap();
    fs::write(
        folder.path().join("rates.toml"),
        "title = \"Rates\"\nseeds = 1\n[base]\nepochs = 1\n[vary]\nlearning_rate = [0.1, 0.2]\n",
    )
    .unwrap();
    let path = folder.path().display();
    let redirected = log.map_or_else(String::new, |log| format!(" >{}", log.display()));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command"]).arg(format!(
        "{} analysis --experiments {path} --data {path}/data.csv --out {path}/out{redirected}",
        env!("CARGO_BIN_EXE_xtask")
    ));
    script.arg("/dev/null").env_remove("TERM").stdin(Stdio::null());
    term.map(|term| script.env("TERM", term));
    let output = script.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn runs_have_a_line_on_every_terminal_and_in_a_file_and_a_bar_where_one_can_be_drawn() {
    let lines = ["1 of 2  ", "2 of 2  "];
    let shown = shown_on_terminal(Some("xterm"), None);
    assert!(shown.contains('\u{1b}') && shown.contains(" of 2 runs"), "{shown}");
    assert!(lines.iter().all(|line| shown.contains(line)), "{shown}");
    for term in [None, Some("dumb"), Some("")] {
        let shown = shown_on_terminal(term, None);
        assert!(!shown.contains('\u{1b}'), "{term:?}: {shown}");
        assert!(lines.iter().all(|line| shown.contains(line)), "{term:?}: {shown}");
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    shown_on_terminal(Some("xterm"), Some(&log));
    let logged = fs::read_to_string(log).unwrap();
    assert!(!logged.contains('\u{1b}'), "{logged}");
    assert!(lines.iter().all(|line| logged.contains(line)), "{logged}");
}

#[test]
fn a_damaged_run_is_told_and_trained_again() {
    let analysis = Analysis::new();
    assert!(analysis.run().status.success());
    let results = analysis.results();
    for file in ["run.toml", "summary.json", "history.csv"] {
        let run = fs::read_dir(analysis.out.join("runs")).unwrap().next().unwrap().unwrap().path();
        fs::write(run.join(file), "{").unwrap();
        let mut report = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let told = report.arg("report").arg(&analysis.out).output().unwrap().stderr;
        let told = String::from_utf8(told).unwrap();
        let path = run.join(file).display().to_string();
        assert!(
            told.starts_with(&format!("warning: {path}"))
                && told.ends_with("; this run counts as not done\n")
                && told.lines().count() == 1,
            "{told}"
        );
        let output = analysis.run();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && told.contains("13 of 14 runs are"), "{file}: {told}");
        assert_eq!(analysis.results(), results, "{file}");
    }
}

#[test]
fn however_many_run_at_a_time_each_run_is_the_same_to_the_byte() {
    let alone = Analysis { jobs: "1", ..Analysis::new() };
    let crowded = Analysis { jobs: "5", ..Analysis::new() };
    for analysis in [&alone, &crowded] {
        let output = analysis.run();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(alone.results(), crowded.results());
    let mut weights = 0;
    for run in fs::read_dir(alone.out.join("runs")).unwrap() {
        let name = run.unwrap().file_name();
        // A run that diverged has not everything.
        let read = |analysis: &Analysis, file: &str| {
            fs::read(analysis.out.join("runs").join(&name).join(file)).ok()
        };
        for file in ["model.safetensors", "checkpoints/best.safetensors", "predictions.csv"] {
            assert!(
                read(&alone, file) == read(&crowded, file),
                "{file} of {} differs",
                name.display()
            );
        }
        let history = |analysis: &Analysis| {
            let text =
                String::from_utf8(read(analysis, "history.csv").unwrap_or_default()).unwrap();
            text.lines()
                .map(|row| row.split(',').take(7).collect::<Vec<_>>().join(","))
                .collect::<Vec<_>>()
        };
        assert_eq!(history(&alone), history(&crowded));
        weights += usize::from(read(&alone, "model.safetensors").is_some());
    }
    assert!(weights > RUNS / 2, "only {weights} runs have weights");
}

#[test]
fn a_report_that_is_killed_while_it_is_written_is_whole_or_the_one_before() {
    let analysis = Analysis::new();
    assert!(analysis.run().status.success());
    let report = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("report").arg(&analysis.out).stdout(Stdio::null());
        command
    };
    let started = Instant::now();
    assert!(report().status().unwrap().success());
    let whole = started.elapsed();
    let page = fs::read(analysis.out.join("report.html")).unwrap();
    let results = analysis.results();
    for moment in 1..=20 {
        let mut child = report().spawn().unwrap();
        sleep(whole * moment / 20);
        let _ = child.kill();
        child.wait().unwrap();
        assert!(
            fs::read(analysis.out.join("report.html")).unwrap() == page,
            "the page is not whole"
        );
        assert_eq!(analysis.results(), results);
    }
}

#[test]
fn two_at_once_in_one_folder_are_refused() {
    let analysis = Analysis::new();
    let mut first = analysis.start();
    analysis.wait_for_results(1);
    let second = analysis.run();
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let told = String::from_utf8(second.stderr).unwrap();
    assert!(told.contains("another process is at work"), "{told}");
}

/// A header, and so many copies of an image of each label, bright in one place.
fn images(
    pixels: usize,
    most: usize,
    labels: impl Iterator<Item = usize> + Clone,
    copies: usize,
) -> String {
    let row = |label: usize| {
        let values = (0..pixels).map(|pixel| if pixel % 27 == label { most } else { 0 });
        [label]
            .into_iter()
            .chain(values)
            .map(|value| value.to_string())
            .collect::<Vec<_>>()
            .join(",")
            + "\n"
    };
    let rows = (0..copies).flat_map(|_| labels.clone().map(row));
    header(pixels) + &rows.collect::<String>()
}

#[test]
fn the_report_is_about_the_images_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let signs = ["\nbrake<", "\nturn off the main road", "\nzebra"];
    let signs = signs.iter().enumerate().fold(images(64, 255, 0..3, 8), |text, (label, name)| {
        text.replace(&format!("\n{label},"), &format!("{name},"))
    });
    for (name, file, flags, expected) in [
        (
            "signs",
            signs,
            vec![],
            "8x8 pixels, each from 0 to 255; 3 classes, labels brake&lt;, turn off the main road, \
             zebra",
        ),
        (
            "letters",
            images(784, 255, 1..=26, 8),
            vec![],
            "28x28 pixels, each from 0 to 255; 26 classes, labels 1 to 26",
        ),
        (
            "small",
            images(64, 16, 0..10, 8),
            vec!["--pixel-max", "16"],
            "8x8 pixels, each from 0 to 16; 10 classes, labels 0 to 9",
        ),
        (
            "wide",
            images(600, 255, 0..47, 8),
            vec!["--image", "20x30"],
            "20x30 pixels, each from 0 to 255; 47 classes",
        ),
    ] {
        let (data, out) = (path(&format!("{name}.csv")), path(name));
        fs::write(&data, file).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(workspace())
            .args(["analysis", "learning-rate", "--quick", "--jobs", "2", "--data"])
            .args([&data, Path::new("--test-data"), &data, Path::new("--out"), &out])
            .args(flags)
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let page = fs::read_to_string(out.join("report.html")).unwrap();
        assert!(page.contains(expected) && page.contains("stratified by class"), "{name}");
        assert!(!page.contains("digit"), "{name}: these are no digits");
        let is_matrix = page.contains("Confusion matrix");
        assert_eq!(
            (is_matrix, page.contains("The most frequent mistakes among 47 classes")),
            match name {
                "wide" => (false, true),
                _ => (true, false),
            }
        );
        let classes = page.split("Scores of each class").nth(1).unwrap();
        if name == "signs" {
            assert!(page.contains("<th>turn off the…</th>"), "no head of a column");
            assert!(classes.contains("<th>turn off the main road</th>"), "no name of a row");
            continue;
        }
        assert!(classes.contains("<th>9</th>"), "{name}");
        assert_eq!(classes.contains("<th>26</th>"), name != "small", "{name}");
    }
}

#[test]
fn data_that_cannot_be_used_are_refused_once_and_not_by_every_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("train.csv"), images(64, 255, 0..3, 8)).unwrap();
    fs::write(path("gap.csv"), images(64, 255, 2..4, 8)).unwrap();
    for (data, test, expected) in [
        (
            "gap.csv",
            "train.csv",
            "train.csv: line 2: label 0; expected a label of the training data, 2 to 3",
        ),
        (
            "train.csv",
            "gap.csv",
            "gap.csv: line 3: label 3; expected a label of the training data, 0 to 2",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(workspace())
            .args(["analysis", "learning-rate", "--data"])
            .args([
                &path(data),
                Path::new("--test-data"),
                &path(test),
                Path::new("--out"),
                &path("out"),
            ])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(expected) && told.lines().count() == 1, "{told}");
        assert!(!output.status.success() && !path("out").exists());
    }
}

#[test]
fn what_is_wrong_for_every_run_is_refused_once_before_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let experiments = folder.path().join("experiments");
    fs::create_dir(&experiments).unwrap();
    for (name, text) in [
        ("fine", "[vary]\nlearning_rate = [0.1, 0.2]"),
        ("base_backend", "base.backend = \"wgpu\"\n[vary]\nlearning_rate = [0.1, 0.2]"),
        ("vary_backend", "[vary]\nbackend = [\"flex\", \"wgpu\"]"),
        ("vary_data", "[vary]\ndata = [\"data/mnist_test.csv.gz\", \"nosuch.csv\"]"),
        ("large", "base.hidden = [1048576, 1048576]\n[vary]\nlearning_rate = [0.1, 0.2]"),
        ("vary_size", "[vary]\nhidden = [[16], [1048576, 1048576]]"),
        ("network", "base.network = \"cnn\"\n[vary]\nlearning_rate = [0.1, 0.2]"),
    ] {
        fs::write(experiments.join(format!("{name}.toml")), format!("title = \"T\"\n{text}"))
            .unwrap();
    }
    let small = folder.path().join("small.csv");
    let row = |row: usize| {
        let pixel = |pixel| if pixel == 23 + row % 3 { ",255" } else { ",0" };
        format!("{}{}\n", row % 3, (0..49).map(pixel).collect::<String>())
    };
    fs::write(&small, header(49) + &(0..60).map(row).collect::<String>()).unwrap();
    for (flags, expected, code) in [
        ("base_backend", "backend is the same for all runs of an analysis", 2),
        ("vary_backend", "backend is the same for all runs of an analysis", 2),
        ("vary_data", "nosuch.csv: no such file", 1),
        ("fine --limit 70000", "limit 70000: expected a number of rows from 1 to 60000", 2),
        ("fine --quick --limit 5", "mnist_train.csv.gz: ", 2),
        ("fine --pixel-max 16", "expected a whole number from 0 to 16", 1),
        ("fine --test-data nosuch.csv", "nosuch.csv: no such file", 1),
        ("large", "the network 784-1048576-1048576-10", 1),
        ("vary_size", "the network 784-1048576-1048576-10", 1),
        ("network --data small.csv", "as the network cnn needs them", 1),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(workspace())
            .args(["analysis", "--experiments"])
            .arg(&experiments)
            .arg("--out")
            .arg(folder.path().join("out"))
            .args(flags.split(' ').map(|flag| match flag {
                "small.csv" => small.as_os_str(),
                flag => flag.as_ref(),
            }))
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(expected) && told.lines().count() == 1, "{flags}: {told}");
        assert_eq!(output.status.code(), Some(code), "{flags}: {told}");
        assert!(!folder.path().join("out").exists(), "{flags}");
    }
}

#[test]
#[ignore = "mounts a small disk, for which it must be root"]
fn on_a_full_disk_the_crashed_runs_are_named() {
    let programs = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap().join("../programs");
    let trainers = fs::read_dir(programs).unwrap().map(|entry| entry.unwrap());
    let trainers = trainers.filter(|entry| {
        let name = entry.file_name().into_string().unwrap();
        name.starts_with("trainer-flex-") && !name.ends_with(".sources")
    });
    // There is room for the copy of the trainer, and for about one run.
    let trainer = trainers.map(|entry| entry.metadata().unwrap().len()).max().unwrap();
    let disk = tempfile::tempdir().unwrap();
    let mut mount = Command::new("mount");
    let size = format!("size={}", trainer + 3_000_000);
    let mount = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(disk.path());
    assert!(mount.status().unwrap().success());
    let out = disk.path().join("analysis");
    let output = Analysis { out, ..Analysis::new() }.run();
    let unmounted = Command::new("umount").arg(disk.path()).status().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("error: the run lr") && told.contains(" crashed: "), "{told}");
    assert_eq!((output.status.code(), unmounted.success()), (Some(1), true), "{told}");
}

#[test]
#[ignore = "mounts a disk, for which it must be root"]
fn a_disk_that_starts_no_programs_is_refused_in_a_line() {
    let disk = tempfile::tempdir().unwrap();
    let mut mount = Command::new("mount");
    let mount = mount.args(["-t", "tmpfs", "-o", "noexec,size=200m", "tmpfs"]).arg(disk.path());
    assert!(mount.status().unwrap().success());
    let out = disk.path().join("analysis");
    let output = Analysis { out, ..Analysis::new() }.run();
    let unmounted = Command::new("umount").arg(disk.path()).status().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("analysis: programs cannot be started from this disk"), "{told}");
    assert_eq!((output.status.code(), unmounted.success()), (Some(1), true), "{told}");
}
