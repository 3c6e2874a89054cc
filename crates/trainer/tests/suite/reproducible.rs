//! A seed decides a run, to the byte; and a run that was stopped is the run that was not.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use model::Metadata;
use run::RunFolder;

use crate::support::{self, Run};

/// Everything that has a state: momentum in the optimizer, dropout in the generator, an uneven last
/// batch.
const STATEFUL: &str =
    "--epochs 12 --hidden 32,16 --momentum 0.9 --dropout 0.3 --layer-norm --weight-decay 0.001";

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for backend in support::compiled().into_iter().filter(|backend| !backend.is_gpu()) {
        let flags = format!("{STATEFUL} --backend {backend}");
        let [first, second, other] = [0; 3].map(|_| Run::new());
        first.train_well(&flags);
        second.train_well(&flags).assert_equals(&first);
        other.train_well(&format!("{flags} --seed 1"));
        assert_ne!(other.history(), first.history());
    }
}

#[test]
fn a_run_told_to_stop_goes_on_as_if_it_had_not_been() {
    let (whole, stopped) = (Run::new(), Run::new());
    whole.train_well(STATEFUL);
    for _ in 0..3 {
        let resume = stopped.path.join("run.toml").exists();
        let flags = if resume { "--resume" } else { STATEFUL };
        let mut child = start(&stopped, flags);
        wait_for_a_new_checkpoint(&stopped, &mut child, resume);
        signal(&child, "-INT");
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
    stopped.train_well("--resume").assert_equals(&whole);
}

#[test]
fn a_run_of_old_goes_on_with_the_split_that_its_seed_gave_it() {
    let flags = "--limit 1500 --hidden 16 --seed 5";
    let [whole, old, other] = [0; 3].map(|_| Run::new());
    whole.train_well(&format!("{flags} --split-seed 5 --epochs 3"));
    old.train_well(&format!("{flags} --split-seed 5 --epochs 2"));
    let record = String::from_utf8(old.read("run.toml")).unwrap();
    // Older records do not tell defaults from what was given.
    let record = record.replace("split_seed = 5\n", "").replace("[defaults]\n", "");
    fs::write(old.path.join("run.toml"), record).unwrap();
    old.train_well("--resume --epochs 3").assert_equals(&whole);
    assert!(String::from_utf8(old.read("run.toml")).unwrap().contains("split_seed = 5"));
    // The rows are others where nobody says so.
    other.train_well(&format!("{flags} --epochs 3"));
    assert_ne!(other.history(), whole.history());
}

#[test]
fn a_run_with_one_step_an_epoch_can_be_stopped() {
    let run = Run::new();
    let mut child = start(&run, "--limit 500 --batch-size 1000 --epochs 1000000");
    wait_for_a_new_checkpoint(&run, &mut child, false);
    signal(&child, "-INT");
    let asked = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(asked.elapsed() < Duration::from_secs(20), "it goes on");
        sleep(Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(String::from_utf8(run.read("summary.json")).unwrap().contains("interrupted"));
}

#[test]
fn the_time_in_which_a_training_was_stopped_is_no_training_time() {
    let (stop, slack) = (Duration::from_secs(3), Duration::from_millis(1500));
    let run = Run::new();
    let mut child = start(&run, "--limit 500 --epochs 1000000");
    wait_for_a_new_checkpoint(&run, &mut child, false);
    let epochs = || RunFolder::at(&run.path).read_history().unwrap().epochs().to_vec();
    let (before, began) = (epochs().len(), Instant::now());
    signal(&child, "-STOP");
    sleep(stop);
    signal(&child, "-CONT");
    while epochs().len() < before + 3 {
        sleep(Duration::from_millis(5));
    }
    let elapsed = began.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    let seconds: f64 = epochs()[before..before + 3].iter().map(|epoch| epoch.seconds).sum();
    let most = elapsed + slack - stop;
    assert!(seconds <= most.as_secs_f64(), "{seconds} s of training in {elapsed:?}");
}

#[test]
fn a_signal_saves_also_when_the_input_has_ended_before() {
    let flags = "--limit 4000 --batch-size 2000 --hidden 512,512 --epochs 1000000";
    for _ in 0..5 {
        let run = Run::new();
        let mut command = run.command(flags);
        command.arg("--stop-at-end-of-input").stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_for_a_new_checkpoint(&run, &mut child, false);
        signal(&child, "-STOP");
        signal(&child, "-INT");
        drop(child.stdin.take());
        signal(&child, "-CONT");
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(String::from_utf8(run.read("summary.json")).unwrap().contains("interrupted"));
    }
}

#[test]
fn a_run_that_was_killed_goes_on_as_if_it_had_not_been() {
    let (whole, killed) = (Run::new(), Run::new());
    whole.train_well(STATEFUL);
    let mut child = start(&killed, STATEFUL);
    wait_for_a_new_checkpoint(&killed, &mut child, false);
    child.kill().unwrap();
    child.wait().unwrap();
    killed.train_well("--resume").assert_equals(&whole);
}

#[test]
fn ten_epochs_are_four_a_crash_and_six() {
    for backend in support::compiled().into_iter().filter(|backend| !backend.is_gpu()) {
        let flags =
            format!("{} --backend {backend}", STATEFUL.replace("--epochs 12", "--epochs 10"));
        let (whole, crashed) = (Run::new(), Run::new());
        whole.train_well(&flags);
        let mut child = start(&crashed, &flags);
        let started = Instant::now();
        // The history's header, and a row an epoch.
        while fs::read_to_string(crashed.path.join("history.csv"))
            .unwrap_or_default()
            .lines()
            .count()
            < 1 + 4
        {
            assert!(started.elapsed() < Duration::from_secs(60), "no fourth epoch");
            sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!crashed.path.join("summary.json").exists(), "it ended before it was killed");
        crashed.train_well("--resume").assert_equals(&whole);
    }
}

#[test]
fn a_run_trained_further_is_the_longer_run() {
    let (long, extended) = (Run::new(), Run::new());
    long.train_well("--limit 1000 --epochs 3 --momentum 0.5");
    extended
        .train_well("--limit 1000 --epochs 1 --momentum 0.5")
        .train_well("--resume --epochs 3")
        .assert_equals(&long);
}

#[test]
fn a_run_that_was_watched_goes_on_with_its_event_file_also_unasked() {
    let flags = "--limit 400 --hidden 16";
    let (watched, unwatched) = (Run::new(), Run::new());
    let mut command = watched.command(&format!("{flags} --epochs 1"));
    assert!(command.arg("--tensorboard").output().unwrap().status.success());
    unwatched.train_well(&format!("{flags} --epochs 1"));
    let events = |run: &Run| {
        let entries = fs::read_dir(&run.path).unwrap().map(|entry| entry.unwrap().path());
        let is_events = |path: &std::path::PathBuf| path.to_string_lossy().contains(".tfevents.");
        let count = |path| {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            text.matches("accuracy/validation").count()
        };
        entries.filter(is_events).map(count).collect::<Vec<_>>()
    };
    for run in [&watched, &unwatched] {
        run.train_well("--resume --epochs 3");
    }
    assert_eq!((events(&watched), events(&unwatched)), (vec![3], vec![]));
}

#[test]
fn a_run_that_goes_on_has_the_schedule_of_its_beginning_and_its_record_repeats_it() {
    let flags = "--limit 400 --hidden 16 --schedule exponential";
    let (extended, again) = (Run::new(), Run::new());
    extended.train_well(&format!("{flags} --epochs 2")).train_well("--resume --epochs 4");
    let record = extended.path.join("run.toml");
    assert!(fs::read_to_string(&record).unwrap().contains("gamma = 0.1\n"));
    again.train_well(&format!("--config {}", record.display())).assert_equals(&extended);
}

#[test]
fn a_run_toml_repeats_its_run() {
    let (first, again) = (Run::new(), Run::new());
    first.train_well("--limit 1000 --epochs 2 --lr 0.1 --hidden 16");
    again.train_well(&format!("--config {}", first.path.join("run.toml").display()));
    again.assert_equals(&first);
}

/// What else has a state, or must not have one: the moments of Adam, the place in a schedule, the
/// epochs waited for a gain, the shifts of images, the average of the weights.
const WAYS: [&str; 5] = [
    "--optimizer adam --weight-decay 0.01 --schedule cosine --warmup 1.5 --keep best",
    "--optimizer adamw --lr 0.01 --schedule step --step-size 2 --gamma 0.5 --patience 3 --min-gain \
     0.005",
    "--momentum 0.9 --nesterov --schedule exponential --gamma 0.9 --keep best --augment elastic \
     --augment-strength 0.7 --outliers 0.2",
    "--network cnn --filters 4,8 --hidden 32 --limit 3000 --layer-norm --dropout 0.2 \
     --momentum 0.9 --augment shift",
    "--label-smoothing 0.1 --class-weights balanced --clip-grad-norm 0.5 --ema 0.99 --keep best \
     --weight-decay 0.01 --decay-all=false",
];

#[test]
fn with_every_optimizer_and_schedule_a_seed_decides_and_a_killed_run_goes_on_the_same() {
    for way in WAYS {
        let layers = if way.contains("--hidden") { "" } else { "--hidden 32,16 --dropout 0.1" };
        let flags = format!("{way} --epochs 8 {layers}");
        let [first, second, killed] = [0; 3].map(|_| Run::new());
        first.train_well(&flags);
        second.train_well(&flags).assert_equals(&first);
        let mut child = start(&killed, &flags);
        wait_for_a_new_checkpoint(&killed, &mut child, false);
        child.kill().unwrap();
        child.wait().unwrap();
        killed.train_well("--resume").assert_equals(&first);
    }
}

#[test]
fn a_run_without_gain_stops_early_and_its_best_weights_can_be_kept() {
    // The learning rate is so small that no epoch raises the accuracy by half.
    let flags = "--limit 1000 --epochs 9 --lr 0.000001 --patience 2 --min-gain 0.5";
    let (last, best) = (Run::new(), Run::new());
    let output = last.train(flags);
    assert!(output.status.success(), "{}", support::stderr(&output));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("stopped early after epoch 3: no gain in validation accuracy for 2 epochs"),
        "{told}"
    );
    assert_eq!(last.history().lines().count(), 1 + 3);
    let refused = last.job("--resume").unwrap_err().to_string();
    assert!(refused.ends_with(
        "this run stopped early, after epoch 3: its validation accuracy had not risen for 2 epochs"
    ));

    best.train_well("--limit 1000 --epochs 6 --lr 3 --keep best");
    let summary: serde_json::Value = serde_json::from_slice(&best.read("summary.json")).unwrap();
    assert_eq!(summary["kept_epoch"], summary["best_epoch"]);
    assert_ne!(
        summary["best_epoch"], summary["epochs"],
        "another learning rate is needed for the best not to be the last"
    );
    // Only the final weights are calibrated.
    let weights = |file: &str| Metadata::removed_from(&best.read(file)).unwrap();
    assert!(weights("model.safetensors") == weights("checkpoints/best.safetensors"));
}

#[test]
fn a_cosine_is_not_trained_further() {
    let run = Run::new();
    run.train_well("--limit 1000 --epochs 2 --schedule cosine");
    let refused = run.job("--resume --epochs 3").unwrap_err().to_string();
    assert!(
        refused
            .starts_with("epochs = 3; the run to resume has 2, after which its learning rate is 0"),
        "{refused}"
    );
}

fn start(run: &Run, flags: &str) -> Child {
    run.command(flags).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success(), "kill {signal}");
}

/// Waits until the run has saved something, and a little longer, so that it is in the middle of an
/// epoch.
fn wait_for_a_new_checkpoint(run: &Run, child: &mut Child, resumed: bool) {
    let checkpoint = run.path.join("checkpoints/last/checkpoint.toml");
    let written = || fs::metadata(&checkpoint).and_then(|file| file.modified()).ok();
    let (before, started) = (if resumed { written() } else { None }, Instant::now());
    while written() == before {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was stopped");
        assert!(started.elapsed() < Duration::from_secs(60), "no checkpoint");
        sleep(Duration::from_millis(2));
    }
    sleep(Duration::from_millis(10));
}
