//! A job that does what is missing may be run again, later or at once, with and without file locks:
//! it leaves one result.

use std::{
    fs,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use run::Start;

use crate::support::{Run, stderr};

/// Everything that has a state, and weights that are those of an epoch before the last.
const FLAGS: &str =
    "--limit 400 --epochs 30 --hidden 32,16 --momentum 0.9 --dropout 0.3 --keep best";

/// The trainer, to do what is missing of the run with these flags.
fn missing(run: &Run) -> Command {
    let folder = Run::new();
    let mut job = folder.job(FLAGS).unwrap();
    (job.folder, job.start) = (run::RunFolder::at(&run.path), Start::Missing);
    let mut command = run.command_for(&job);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn whole() -> Run {
    let run = Run::new();
    run.train_well(FLAGS);
    run
}

#[test]
fn the_second_time_there_is_nothing_to_do() {
    let run = Run::new();
    assert!(missing(&run).status().unwrap().success());
    run.assert_equals(&whole());
    let files = ["run.toml", "history.csv", "summary.json"].map(|file| run.read(file));
    let second = missing(&run).output().unwrap();
    assert!(second.status.success());
    assert_eq!(String::from_utf8(second.stdout).unwrap(), "this run has ended already\n");
    assert_eq!(["run.toml", "history.csv", "summary.json"].map(|file| run.read(file)), files);
}

#[test]
fn a_damaged_summary_is_missing_too() {
    let run = Run::new();
    run.train_well(FLAGS);
    let whole = run.read("model.safetensors");
    fs::write(run.path.join("summary.json"), "{").unwrap();
    assert!(missing(&run).output().unwrap().status.success());
    let again = String::from_utf8(missing(&run).output().unwrap().stdout).unwrap();
    assert_eq!(again, "this run has ended already\n");
    assert!(run.read("model.safetensors") == whole);
}

#[test]
fn of_two_at_once_one_waits_for_the_other() {
    let run = Run::new();
    let both = [missing(&run).spawn().unwrap(), missing(&run).spawn().unwrap()];
    let outputs = both.map(|process| process.wait_with_output().unwrap());
    assert!(outputs.iter().all(|output| output.status.success()), "{outputs:?}");
    let idle =
        outputs.iter().filter(|output| output.stdout == b"this run has ended already\n").count();
    assert_eq!(idle, 1, "{outputs:?}");
    run.assert_equals(&whole());
}

#[test]
fn one_that_waits_can_be_stopped() {
    let run = Run::new();
    let lock = run::RunFolder::at(&run.path).lock().unwrap();
    let mut waiting = missing(&run);
    let mut waiting = waiting.arg("--stop-at-end-of-input").stdin(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(300));
    assert_eq!(waiting.try_wait().unwrap(), None);
    let output = waiting.wait_with_output().unwrap();
    assert!(stderr(&output).contains("another process is at work"), "{}", stderr(&output));
    drop(lock);
}

#[test]
fn a_checkpoint_that_cannot_be_read_and_epochs_that_are_gone_are_missing_too() {
    let whole = whole();
    let run = Run::new();
    run.train_well(FLAGS);
    // As a slower process that was not kept out and then killed leaves them.
    let history = run.path.join("history.csv");
    let rows = fs::read_to_string(&history).unwrap();
    fs::write(&history, rows.lines().take(4).map(|row| format!("{row}\n")).collect::<String>())
        .unwrap();
    let output = missing(&run).output().unwrap();
    assert!(output.status.success());
    let told = stderr(&output);
    assert!(
        told.contains(
            "history.csv: 3 epochs; expected 30 as in the checkpoint; this run starts again"
        ),
        "{told}"
    );
    run.assert_equals(&whole);

    // Weights of another epoch than the one that was best.
    let best = run.path.join("checkpoints/best.safetensors");
    fs::write(&best, b"other weights").unwrap();
    fs::remove_file(run.path.join("summary.json")).unwrap();
    let output = missing(&run).output().unwrap();
    assert!(
        stderr(&output).contains("best.safetensors: changed since it was written"),
        "{}",
        stderr(&output)
    );
    run.assert_equals(&whole);
}

/// As on a file system that says it has locked a file, and has not; killed before this change of a
/// name, if it makes as many.
fn unlocked(run: &Run, killed_before: Option<u32>) -> Command {
    let trainer = missing(run);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=flock,renameat"]);
    strace.args(["-e", "inject=flock:retval=0"]);
    if let Some(n) = killed_before {
        strace.args(["-e", &format!("inject=renameat:signal=KILL:when={n}")]);
    }
    strace.arg(trainer.get_program()).args(trainer.get_args());
    strace.stdout(Stdio::null()).stderr(Stdio::piped());
    strace
}

#[test]
#[ignore = "needs strace"]
fn without_locks_those_at_once_leave_one_result_also_when_some_are_killed() {
    const ROUNDS: u32 = 12;
    let whole = whole();
    let is_whole = |run: &Run| {
        assert_eq!(run.history(), whole.history());
        assert!(run.read("model.safetensors") == whole.read("model.safetensors"));
    };
    let started = Instant::now();
    assert!(unlocked(&Run::new(), None).status().unwrap().success());
    let length = started.elapsed();
    let (mut ended, mut half) = (0, 0);
    for round in 0..ROUNDS {
        let run = Run::new();
        // The second begins later and later, and every other one is killed.
        let first = unlocked(&run, None).spawn().unwrap();
        sleep(length * round / ROUNDS);
        let second =
            unlocked(&run, (round % 2 == 1).then_some(round * 11 % 40 + 3)).spawn().unwrap();
        for process in [first, second] {
            ended += u32::from(process.wait_with_output().unwrap().status.success());
        }
        // Whatever they left: what is done is right, and what is not is done by the next.
        match run::RunFolder::at(&run.path).read_result() {
            Ok(Some(_)) => is_whole(&run),
            // A summary of one process may stand beside the history of the other.
            Ok(None) | Err(_) => half += 1,
        }
        let output = unlocked(&run, None).output().unwrap();
        assert!(output.status.success(), "round {round}: {}", stderr(&output));
        is_whole(&run);
    }
    println!("{ended} of {} ended well, {half} runs had to be done once more", 2 * ROUNDS);
    assert!(ended >= ROUNDS);
}
