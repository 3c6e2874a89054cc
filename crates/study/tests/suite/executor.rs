//! The scheduler and an executor that is not part of this crate.

use std::{cell::RefCell, env, fs};

use run::{Settings, Workspace};
use study::{
    Crash, Executor, ExecutorError, LocalProcesses, Monitor, StudyFolder, Trial, Work,
    folder::FrozenTrainer, scheduler,
};

/// Starts nothing: each trial crashes, and its job is there.
#[derive(Default)]
struct Crashing(RefCell<Vec<String>>);

impl Executor for Crashing {
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let crash = |trial: Trial| {
            self.0.borrow_mut().push(trial.name.clone());
            monitor.crashed(&trial);
            work.job(&trial).unwrap();
            work.crash(&trial, "no trainer".to_owned())
        };
        Ok(trials.into_iter().map(crash).collect())
    }
}

struct Silent;

impl Monitor for Silent {
    fn is_stopped(&self) -> bool {
        false
    }
}

fn trial(epochs: i64) -> Trial {
    seeded(epochs, 0)
}

fn seeded(epochs: i64, seed: i64) -> Trial {
    let settings = Settings { epochs: Some(epochs), seed: Some(seed), ..Settings::default() };
    Trial::of(settings.resolve().unwrap())
}

fn frozen(folder: &StudyFolder) -> FrozenTrainer {
    folder.freeze(&env::current_exe().unwrap()).unwrap()
}

#[test]
fn an_executor_gets_the_trials_without_a_result_seed_by_seed_the_longest_first() {
    let place = tempfile::tempdir().unwrap();
    let folder = StudyFolder::at(place.path());
    let done = trial(3);
    let result = folder.run(&done.name);
    fs::create_dir_all(result.path()).unwrap();
    let summary = r#"{"outcome": "diverged", "epoch": 1, "step": 1, "epochs": 0, "train_rows": 1,
        "valid_rows": 1, "parameters": 1, "train_seconds": 0.0}"#;
    fs::write(result.path().join("summary.json"), summary).unwrap();
    fs::write(result.path().join("run.toml"), "epochs = 3").unwrap();

    let work = Work { folder: &folder, trainer: frozen(&folder), workspace: Workspace::default() };
    let executor = Crashing::default();
    let trials = vec![seeded(9, 1), trial(1), done, trial(9), seeded(1, 1)];
    let crashes = scheduler::run(&work, trials, &executor, &Silent).unwrap();

    let expected = [trial(9), trial(1), seeded(9, 1), seeded(1, 1)].map(|trial| trial.name);
    assert_eq!(*executor.0.borrow(), expected);
    assert_eq!(
        crashes.iter().map(|crash| &crash.name).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    assert!(folder.run(&expected[0]).path().join("job.toml").is_file());
    let kept = place.path().join("kept");
    work.trainer.link(&kept).unwrap();
    drop(work);
    assert!(kept.is_file() && !place.path().join("trainer").exists());
}

/// Executes trials on a trainer that does nothing, and returns the number of crashes: all.
#[cfg(unix)]
fn crashes_of(trials: Vec<Trial>, jobs: usize) -> usize {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let folder = StudyFolder::at(place.path());
    let program = place.path().join("program");
    fs::write(&program, "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let trainer = folder.freeze(&program).unwrap();
    let work = Work { folder: &folder, trainer, workspace: Workspace::default() };
    scheduler::run(&work, trials, &LocalProcesses { jobs }, &Silent).unwrap().len()
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_system_gives_no_threads_trials_run_one_at_a_time() {
    const NAME: &str = "executor::where_the_system_gives_no_threads_trials_run_one_at_a_time";
    const INSIDE: &str = "DIGITS_WITHOUT_THREADS";
    if env::var_os(INSIDE).is_some() {
        assert!(std::thread::Builder::new().spawn(|| {}).is_err(), "there are threads");
        assert_eq!(crashes_of((1..=7).map(trial).collect(), 100_000), 7);
        return;
    }
    // No stack is as large as all addresses: this process, started again, gets no thread.
    let mut again = std::process::Command::new(env::current_exe().unwrap());
    again.args(["--exact", NAME, "--test-threads=1"]);
    let output = again.env(INSIDE, "1").env("RUST_MIN_STACK", (1_u64 << 47).to_string()).output();
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_log_that_is_a_link_is_replaced_and_its_target_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = tempfile::tempdir().unwrap();
    let folder = StudyFolder::at(place.path());
    let program = place.path().join("program");
    fs::write(&program, "#!/bin/sh\necho trained\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let trainer = folder.freeze(&program).unwrap();
    let work = Work { folder: &folder, trainer, workspace: Workspace::default() };
    let (other, trial) = (place.path().join("other"), trial(1));
    fs::write(&other, "theirs").unwrap();
    fs::create_dir_all(folder.run(&trial.name).path()).unwrap();
    symlink(&other, work.log(&trial)).unwrap();
    let local = LocalProcesses { jobs: 1 };
    let crashes = scheduler::run(&work, vec![trial.clone()], &local, &Silent).unwrap();
    assert_eq!((crashes.len(), fs::read_to_string(&other).unwrap()), (1, "theirs".to_owned()));
    assert_eq!(fs::read_to_string(work.log(&trial)).unwrap(), "trained\n");
}
