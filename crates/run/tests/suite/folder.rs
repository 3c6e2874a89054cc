//! Run folders: each its own, each file whole, one writer at a time.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use data::Classes;
use proptest::prelude::*;
use run::{
    Epoch, History, LabelledPrediction, Measures, Metric, Mistake, Outcome, RunFolder, Summary,
    Trained,
};

fn measures(loss: f64, accuracy: f64) -> Measures {
    let known = [(Metric::Loss, loss), (Metric::Accuracy, accuracy)];
    Measures::of(|metric| known.iter().find(|(one, _)| *one == metric).map(|(_, value)| *value))
        .unwrap()
}

fn epoch(epoch: usize, valid_accuracy: f64) -> Epoch {
    Epoch {
        epoch,
        train: measures(0.1 + 0.2, 1.0 / 3.0),
        valid: measures(1e-12, valid_accuracy),
        train_eval: Some(measures(0.25, 0.75)),
        seconds: 1.234,
        samples_per_second: 48_000.0,
    }
}

fn history(accuracies: &[f64]) -> History {
    let mut history = History::default();
    for (index, accuracy) in accuracies.iter().enumerate() {
        history.push(epoch(index + 1, *accuracy));
    }
    history
}

#[test]
fn history_csv_has_the_promised_columns_even_before_the_first_epoch() {
    let header = "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,train_eval_loss,\
                  train_eval_accuracy,seconds,samples_per_second\n";
    assert_eq!(History::default().to_csv().unwrap(), header.as_bytes());
    assert_eq!(History::from_csv(header.as_bytes()).unwrap(), History::default());
    let text = String::from_utf8(history(&[0.5]).to_csv().unwrap()).unwrap();
    assert_eq!(
        text,
        format!(
            "{header}1,0.30000000000000004,0.3333333333333333,1e-12,0.5,0.25,0.75,1.234,48000.0\n"
        )
    );
}

#[test]
fn a_history_of_old_or_one_that_began_as_such_lacks_what_was_not_measured() {
    let old = "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,\
        samples_per_second\n1,1,0.5,1,0.5,1,1\n";
    let mut history = History::from_csv(old.as_bytes()).unwrap();
    assert_eq!(history.last().unwrap().train_eval, None);
    history.push(epoch(2, 0.5));
    assert_eq!(History::from_csv(&history.to_csv().unwrap()).unwrap(), history);
    let half = "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,train_eval_loss,\
                train_eval_accuracy,seconds,samples_per_second\n1,1,1,1,1,0.5,,1,1\n";
    let told = History::from_csv(half.as_bytes()).unwrap_err().to_string();
    assert_eq!(told, "line 2: train_eval_accuracy = \"\"; expected a number");
}

#[test]
fn a_history_that_calls_the_evaluated_training_rows_fit_is_read_and_written_with_the_new_name() {
    let old = "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,fit_loss,fit_accuracy,\
        seconds,samples_per_second\n1,1,0.5,1,0.5,0.25,0.75,1,1\n";
    let read = History::from_csv(old.as_bytes()).unwrap();
    assert_eq!(read.last().unwrap().train_eval, Some(measures(0.25, 0.75)));
    let written = String::from_utf8(read.to_csv().unwrap()).unwrap();
    assert!(written.contains("train_eval_loss") && !written.contains("fit_loss"), "{written}");
}

#[test]
fn a_history_with_a_gap_or_another_shape_is_refused() {
    let header =
        "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,samples_per_second\n";
    for rows in
        ["2,1,1,1,1,1,1\n", "1,1,1,1,1,1,1\n3,1,1,1,1,1,1\n", "1,1,1,1\n", "1,a,1,1,1,1,1\n"]
    {
        History::from_csv(format!("{header}{rows}").as_bytes()).unwrap_err();
    }
}

#[test]
fn a_history_that_lacks_a_column_that_all_have_says_which_and_unknown_ones_are_nothing() {
    let told = History::from_csv(b"epoch,train_loss\n1,0.5\n").unwrap_err().to_string();
    assert_eq!(told, "line 2: there is no column train_accuracy");
    let text = "epoch,train_loss,train_accuracy,new,valid_loss,valid_accuracy,seconds,\
        samples_per_second\n1,1,1,9,1,1,1,1\n";
    assert_eq!(History::from_csv(text.as_bytes()).unwrap().epochs().len(), 1);
}

#[test]
fn the_best_epoch_is_the_earliest_with_the_highest_validation_accuracy() {
    assert_eq!(history(&[0.5, 0.9, 0.8, 0.9]).best().unwrap().epoch, 2);
    assert_eq!(history(&[]).best(), None);
}

#[test]
fn numbered_folders_are_never_shared() {
    let parent = tempfile::tempdir().unwrap();
    let runs = parent.path().join("runs");
    let taken: Vec<RunFolder> = thread::scope(|scope| {
        let takers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| RunFolder::next_in(&runs).unwrap())).collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    let mut paths: Vec<_> = taken.iter().map(RunFolder::path).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 8);
    assert!(runs.join("001").is_dir());
}

#[test]
fn names_that_are_no_plain_numbers_of_three_or_four_digits_do_not_count() {
    let runs = tempfile::tempdir().unwrap();
    for (name, next) in [
        ("20261129", "001"),
        ("best", "002"),
        ("+12", "003"),
        ("41", "004"),
        ("0041", "042"),
        ("999", "1000"),
        ("9998", "9999"),
    ] {
        fs::create_dir(runs.path().join(name)).unwrap();
        let folder = RunFolder::next_in(runs.path()).unwrap();
        assert_eq!(folder.path(), runs.path().join(next), "after {name}");
    }
}

/// This second of 1970.
fn second(number: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(number)
}

fn set_modified(file: &Path, time: SystemTime) {
    fs::File::options().append(true).open(file).unwrap().set_modified(time).unwrap();
}

/// An older run in this folder, without a recorded end: its files change at this second.
fn run_at(folder: &Path, outcome: Option<Outcome>, changed: u64) {
    let run = RunFolder::at(folder);
    fs::create_dir_all(folder).unwrap();
    fs::write(run.run_toml(), "").unwrap();
    let mut files = vec![run.run_toml()];
    if let Some(outcome) = outcome {
        run.write_summary(&summary(outcome)).unwrap();
        files.push(folder.join("summary.json"));
    }
    for file in files {
        set_modified(&file, second(changed));
    }
}

#[test]
fn the_latest_network_is_that_of_the_run_that_ended_last_whatever_its_name() {
    let runs = tempfile::tempdir().unwrap();
    let folder = |name: &str| runs.path().join(name);
    let latest = || Some(Trained::latest_in(runs.path())?.run?.folder.path().to_owned());
    assert_eq!((RunFolder::latest_in(runs.path()), latest()), (None, None));
    for (second, name) in (0..).zip(["010", "001", "best"]) {
        let before = latest();
        run_at(&folder(name), Some(Outcome::Finished), second);
        assert_eq!(latest(), before, "there are no weights yet");
        fs::write(folder(name).join("model.safetensors"), "").unwrap();
        assert_eq!(latest(), Some(folder(name)));
    }
    // A later run without an end, a damaged one, and other folders are no networks.
    run_at(&folder("begun"), None, 7);
    run_at(&folder("stopped"), Some(Outcome::Interrupted), 8);
    run_at(&folder("damaged"), None, 9);
    fs::write(folder("damaged/summary.json"), "{").unwrap();
    fs::create_dir(folder("notes")).unwrap();
    fs::write(folder("notes/summary.json"), "{}").unwrap();
    for name in ["begun", "stopped", "damaged"] {
        fs::write(folder(name).join("model.safetensors"), "").unwrap();
    }
    assert_eq!(latest(), Some(folder("best")));
}

#[test]
fn a_copied_run_is_not_later_than_the_run_that_ended_after_it() {
    let runs = tempfile::tempdir().unwrap();
    let folder = |name: &str| runs.path().join(name);
    let end_at = |name: &str, outcome, ended: u64, changed| {
        run_at(&folder(name), Some(outcome), changed);
        let summary = Summary { ended: Some(second(ended)), ..summary(outcome) };
        RunFolder::at(folder(name)).write_summary(&summary).unwrap();
        set_modified(&folder(name).join("summary.json"), second(changed));
        fs::write(folder(name).join("model.safetensors"), "").unwrap();
    };
    let latest = || RunFolder::latest_in(runs.path()).unwrap().path().to_owned();
    let network = || Trained::latest_in(runs.path()).unwrap().run.unwrap();
    end_at("001", Outcome::Finished, 5, 5);
    end_at("002", Outcome::Finished, 7, 7);
    end_at("001 copy", Outcome::Finished, 5, 100);
    assert_eq!((latest(), network().folder.path()), (folder("002"), &*folder("002")));
    assert_eq!(network().summary.unwrap().ended, Some(second(7)));
    // Of a run and its copies, the first by name.
    end_at("002 copy", Outcome::Finished, 7, 100);
    end_at("copy of 002", Outcome::Finished, 7, 50);
    assert_eq!((latest(), network().folder.path()), (folder("002"), &*folder("002")));
    // Older runs do not record their end.
    run_at(&folder("old"), Some(Outcome::Finished), 8);
    fs::write(folder("old/model.safetensors"), "").unwrap();
    assert_eq!((latest(), network().folder.path()), (folder("old"), &*folder("old")));
    // A run that was stopped is the latest, a copy of an earlier one is not.
    end_at("stopped", Outcome::Interrupted, 9, 9);
    end_at("copy of an earlier one", Outcome::Interrupted, 6, 100);
    assert_eq!((latest(), network().folder.path()), (folder("stopped"), &*folder("old")));
}

#[test]
fn the_latest_run_is_the_one_that_changed_last_also_without_an_end() {
    let runs = tempfile::tempdir().unwrap();
    let latest = || RunFolder::latest_in(runs.path()).unwrap().path().to_owned();
    run_at(&runs.path().join("002"), Some(Outcome::Finished), 2);
    run_at(&runs.path().join("001"), None, 3);
    assert_eq!(latest(), runs.path().join("001"));
    run_at(&runs.path().join("best"), Some(Outcome::Interrupted), 4);
    assert_eq!(latest(), runs.path().join("best"));
}

#[test]
fn a_run_that_goes_on_has_no_final_weights_until_it_finishes() {
    let parent = tempfile::tempdir().unwrap();
    let (path, model) = (parent.path(), parent.path().join("model.safetensors"));
    let refusal = || {
        Trained::find(Some(path)).unwrap_err().to_string().replace(path.to_str().unwrap(), "run")
    };
    fs::write(&model, "of an earlier end").unwrap();
    run_at(path, None, 0);
    let unfinished = "run: this run has not finished, so it has no final weights; finish it with \
        `cargo xtask train --resume`, or name a .safetensors file";
    assert_eq!(refusal(), unfinished);
    run_at(path, Some(Outcome::Interrupted), 0);
    assert_eq!(refusal(), unfinished);
    run_at(path, Some(Outcome::Diverged { epoch: 4, step: 1 }), 0);
    let diverged = "run: this run diverged in epoch 4, so it has no final weights; name a \
        .safetensors file";
    assert_eq!(refusal(), diverged);
    // Who names the file means it.
    assert_eq!(Trained::find(Some(&model)).unwrap().weights, model);
    run_at(path, Some(Outcome::Finished), 0);
    assert_eq!(Trained::find(Some(path)).unwrap().weights, model);
    fs::remove_file(&model).unwrap();
    assert_eq!(refusal(), "run/model.safetensors: the weights of this run are missing");
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_done() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path().join("run"));
    let lock = folder.lock().unwrap();
    let told = folder.lock().unwrap_err().to_string();
    let expected = "another process is at work in this folder; wait until it ends";
    assert!(told.ends_with(expected), "{told}");
    drop(lock);
    folder.lock().unwrap();
}

#[test]
fn an_unused_folder_is_discarded_and_a_used_one_kept() {
    let parent = tempfile::tempdir().unwrap();
    for (file, stays) in [(None, false), (Some("run.toml"), true), (Some("notes.txt"), true)] {
        let folder = RunFolder::next_in(parent.path()).unwrap();
        drop(folder.lock().unwrap());
        if let Some(file) = file {
            fs::write(folder.path().join(file), "").unwrap();
        }
        folder.discard_unused();
        assert_eq!(folder.path().is_dir(), stays, "{file:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_folder_of_runs_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let runs = parent.path().join("runs");
    fs::write(&runs, "mine").unwrap();
    let told = RunFolder::next_in(&runs).unwrap_err().to_string();
    assert!(told.ends_with("runs: this is a file; expected a folder or an unused name"), "{told}");
    fs::remove_file(&runs).unwrap();
    std::os::unix::fs::symlink("nowhere", &runs).unwrap();
    let told = RunFolder::next_in(&runs).unwrap_err().to_string();
    assert!(told.ends_with("runs: this link leads nowhere; expected a folder or an unused name"));
}

#[test]
fn what_was_there_before_is_never_discarded_and_what_was_made_leaves_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let mine = parent.path().join("mine");
    fs::create_dir(&mine).unwrap();
    let folder = RunFolder::create(&mine).unwrap();
    folder.discard_unused();
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 0);
    fs::write(mine.join(".lock"), "").unwrap();
    RunFolder::create(&mine).unwrap().discard_unused();
    assert!(mine.join(".lock").is_file());

    let deep = RunFolder::create(mine.join("a/b/c")).unwrap();
    assert!(deep.path().is_dir());
    deep.discard_unused();
    assert!(mine.is_dir() && !mine.join("a").exists());
    RunFolder::at(&mine).discard_unused();
    assert!(mine.is_dir());
}

#[test]
fn a_folder_in_which_another_process_is_at_work_is_not_discarded() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(parent.path().join("run")).unwrap();
    let lock = folder.lock().unwrap();
    folder.discard_unused();
    assert!(folder.path().is_dir() && folder.lock().is_err());
    drop(lock);
    folder.discard_unused();
    assert!(!folder.path().exists());
}

#[test]
fn a_folder_that_all_discard_and_lock_at_once_has_one_owner() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(parent.path().join("run")).unwrap();
    let owners = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if let Ok(_lock) = folder.lock() {
                        assert_eq!(owners.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                        fs::write(folder.path().join("mine"), "").unwrap();
                        fs::remove_file(folder.path().join("mine")).unwrap();
                        owners.fetch_sub(1, Ordering::SeqCst);
                    }
                    folder.discard_unused();
                }
            });
        }
    });
}

fn summary(outcome: Outcome) -> Summary {
    Summary {
        outcome,
        epochs: 2,
        best_epoch: Some(1),
        best_valid_accuracy: Some(0.5),
        kept_epoch: None,
        final_valid_loss: Some(1.5),
        final_valid_accuracy: Some(0.25),
        test_loss: None,
        test_accuracy: None,
        temperature: None,
        threshold: None,
        train_rows: 8,
        valid_rows: 2,
        test_rows: None,
        test_rows_in_data: None,
        largest_class: None,
        image: "20x30".parse().unwrap(),
        classes: Classes::new(vec!["cat".to_owned(), "dog".to_owned()]).unwrap(),
        network: None,
        parameters: 3,
        train_seconds: 0.5,
        ended: None,
    }
}

#[test]
fn a_summary_says_how_the_run_ended() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    assert_eq!(folder.read_summary().unwrap(), None);
    for outcome in
        [Outcome::Finished, Outcome::Interrupted, Outcome::Diverged { epoch: 3, step: 70 }]
    {
        let summary = Summary { ended: Some(second(86_401)), ..summary(outcome) };
        folder.write_summary(&summary).unwrap();
        assert_eq!(folder.read_summary().unwrap(), Some(summary));
    }
    let text = fs::read_to_string(parent.path().join("summary.json")).unwrap();
    assert!(text.contains(r#""outcome": "diverged""#) && text.contains(r#""step": 70"#), "{text}");
    assert!(text.contains(r#""ended": "1970-01-02T00:00:01Z""#), "{text}");

    // Runs of old knew MNIST alone.
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    for name in ["image", "classes", "class_names", "ended"] {
        assert!(old.as_object_mut().unwrap().remove(name).is_some(), "no {name} in {text}");
    }
    folder.write("summary.json", old.to_string().as_bytes()).unwrap();
    let summary = folder.read_summary().unwrap().unwrap();
    assert_eq!(
        (summary.image.to_string(), summary.classes.to_string()),
        ("28x28".to_owned(), "0 to 9".to_owned())
    );

    // And later ones had labels without gaps.
    (old["classes"], old["first_label"]) = (26.into(), 1.into());
    folder.write("summary.json", old.to_string().as_bytes()).unwrap();
    assert_eq!(folder.read_summary().unwrap().unwrap().classes, Classes::numbered(1, 26));
    old["classes"] = 1_000_000_000.into();
    folder.write("summary.json", old.to_string().as_bytes()).unwrap();
    let told = folder.read_summary().unwrap_err().to_string();
    assert!(told.contains("summary.json: 1000000000 classes; expected at most 1000"), "{told}");
}

#[test]
fn a_summary_and_a_history_that_do_not_fit_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    let finished = summary(Outcome::Finished);
    let diverged = Summary { outcome: Outcome::Diverged { epoch: 1, step: 1 }, ..finished.clone() };
    for (epochs, summary, expected) in [
        (2, finished.clone(), None),
        (3, finished.clone(), None),
        (0, Summary { epochs: 0, ..diverged }, None),
        (1, finished.clone(), Some("history.csv: 1 epoch; expected 2 or more, as in summary.json")),
        (
            2,
            Summary { epochs: 0, ..finished.clone() },
            Some("summary.json: epochs = 0; expected 1 or more in a run that finished"),
        ),
        (
            3,
            Summary { kept_epoch: Some(3), ..finished },
            Some("summary.json: kept_epoch = 3; expected one from 1 to 2"),
        ),
    ] {
        folder.write_history(&history(&vec![0.5; epochs])).unwrap();
        folder.write_summary(&summary).unwrap();
        match (folder.read_result(), expected) {
            (Ok(Some((_, history))), None) => assert_eq!(history.epochs().len(), summary.epochs),
            (Err(told), Some(expected)) => {
                assert!(told.to_string().ends_with(expected), "{told}");
            }
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn a_history_reads_back_as_the_same_numbers(
        accuracies in prop::collection::vec(0.0f64..=1.0, 0..20),
    ) {
        let written = history(&accuracies);
        let read = History::from_csv(&written.to_csv().unwrap()).unwrap();
        prop_assert_eq!(&read, &written);
        prop_assert_eq!(read.to_csv().unwrap(), written.to_csv().unwrap());
    }
}

#[test]
fn predictions_and_mistakes_of_any_images_read_back() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    let classes = Classes::numbered(1, 1000);
    for pixels in [784, 64, 600] {
        let prediction =
            LabelledPrediction { row: 7, label: 999, predicted: 25, probability: 0.75 };
        let mistakes = [Mistake { prediction, pixels: vec![16; pixels] }];
        folder.write_predictions(&[prediction], &mistakes, &classes).unwrap();
        assert_eq!(folder.read_predictions(&classes).unwrap(), [prediction]);
        assert_eq!(folder.read_mistakes(&classes).unwrap(), mistakes);
    }
    folder.write_predictions(&[], &[], &classes).unwrap();
    assert!(folder.read_predictions(&classes).unwrap().is_empty());
    assert!(folder.read_mistakes(&classes).unwrap().is_empty());
}

#[test]
fn predictions_have_the_names_of_their_classes_whatever_these_are() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    let classes = |names: &[&str]| Classes::new(names.iter().map(ToString::to_string).collect());
    let animals = classes(&["-3", "a \"b\", c", "grün"]).unwrap();
    let of = |row, label, predicted| LabelledPrediction { row, label, predicted, probability: 0.5 };
    let predictions = [of(0, 1, 1), of(1, 0, 2)];
    let mistakes = [Mistake { prediction: predictions[1], pixels: vec![1, 2] }];
    folder.write_predictions(&predictions, &mistakes, &animals).unwrap();
    let read = |name| fs::read_to_string(parent.path().join(name)).unwrap();
    let head = "row,label,predicted,probability";
    let quoted = "\"a \"\"b\"\", c\"";
    assert_eq!(
        read("predictions.csv"),
        format!("{head}\n0,{quoted},{quoted},0.5\n1,-3,grün,0.5\n")
    );
    assert_eq!(read("mistakes.csv"), format!("{head},pixel0,pixel1\n1,-3,grün,0.5,1,2\n"));
    assert_eq!(folder.read_predictions(&animals).unwrap(), predictions);
    assert_eq!(folder.read_mistakes(&animals).unwrap(), mistakes);

    let others = classes(&["-3", "cat", "grün"]).unwrap();
    let told = folder.read_predictions(&others).unwrap_err().to_string();
    let expected = r#"line 2: class "a \"b\", c"; expected one of -3, cat, grün"#;
    assert!(told.ends_with(expected), "{told}");
    folder.read_mistakes(&others).unwrap();
    fs::write(parent.path().join("mistakes.csv"), format!("{head},pixel0\n0,x\n")).unwrap();
    assert!(!folder.read_mistakes(&others).unwrap_err().to_string().contains('\n'));
}
