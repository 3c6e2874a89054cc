//! Pictures of a run: there, whole, and of what was measured.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{fs, path::Path};

use data::ImageSize;
use report::{evaluation::Evaluation, table};
use run::{Epoch, History, Measures, Metric, Outcome, Prediction, RunFolder, Summary};

fn measures(loss: f64, accuracy: f64) -> Measures {
    let known = [(Metric::Loss, loss), (Metric::Accuracy, accuracy)];
    Measures::of(|metric| known.iter().find(|(one, _)| *one == metric).map(|(_, value)| *value)).unwrap()
}

/// A run folder with this many epochs, as the trainer leaves it.
fn run(parent: &Path, epochs: usize) -> RunFolder {
    let folder = RunFolder::at(parent.join("run"));
    fs::create_dir(folder.path()).unwrap();
    folder.write("run.toml", b"learning_rate = 0.05\nlayer_norm = true\nseed = 3\n").unwrap();
    let mut history = History::default();
    for epoch in 1..=epochs {
        let done = epoch as f64;
        history.push(Epoch {
            epoch,
            train: measures(2.0 / done, 1.0 - 0.5 / done),
            valid: measures(1.9 / done + 0.01 * done, 0.98 - 0.5 / done - 0.01 * (done - 4.0).abs()),
            fit: None,
            seconds: 1.0,
            samples_per_second: 48_000.0,
        });
    }
    folder.write_history(&history).unwrap();
    folder
}

#[test]
fn a_run_of_any_length_gets_four_pictures() {
    for epochs in [1, 2, 10, 200] {
        let parent = tempfile::tempdir().unwrap();
        let folder = run(parent.path(), epochs);
        report::draw(&folder).unwrap();
        for name in ["loss", "accuracy"] {
            let svg = fs::read_to_string(folder.path().join(format!("{name}.svg"))).unwrap();
            assert!(svg.contains("@font-face") && svg.trim_end().ends_with("</svg>"));
            for text in ["training", "validation", "epoch", "best epoch", "learning rate 0.05", "layer norm", "seed 3"]
            {
                assert!(svg.contains(text), "{name} of {epochs} epochs lacks {text:?}");
            }
            let png = fs::File::open(folder.path().join(format!("{name}.png"))).unwrap();
            let mut reader = png::Decoder::new(std::io::BufReader::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((frame.width, frame.height), (1800, 1040));
            // Both curves are there, in their colours.
            for color in [[0, 114, 178], [213, 94, 0]] {
                assert!(pixels.chunks(3).any(|pixel| pixel == color), "{name} of {epochs} epochs lacks {color:?}");
            }
        }
    }
}

#[test]
fn the_same_run_gives_the_same_pictures() {
    let [first, second] = [0; 2].map(|_| tempfile::tempdir().unwrap());
    let folders = [run(first.path(), 5), run(second.path(), 5)];
    for folder in &folders {
        report::draw(folder).unwrap();
    }
    for name in ["loss.svg", "loss.png", "accuracy.svg", "accuracy.png"] {
        let [a, b] = folders.each_ref().map(|folder| fs::read(folder.path().join(name)).unwrap());
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn a_run_without_an_epoch_has_nothing_to_draw_and_a_folder_without_a_run_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = run(parent.path(), 0);
    report::draw(&folder).unwrap();
    assert!(!folder.path().join("loss.svg").exists());
    let told = report::draw(&RunFolder::at(parent.path())).unwrap_err().to_string();
    assert!(told.contains("history.csv: No such file"), "{told}");
}

#[test]
fn the_end_of_a_run_is_a_short_table() {
    let mut summary = Summary {
        outcome: Outcome::Finished,
        epochs: 10,
        best_epoch: Some(9),
        best_valid_accuracy: Some(0.9277),
        kept_epoch: None,
        final_valid_loss: Some(0.25),
        final_valid_accuracy: Some(0.92766),
        test_loss: Some(0.24),
        test_accuracy: Some(0.9311),
        train_rows: 48_000,
        valid_rows: 12_000,
        image: ImageSize::MNIST,
        classes: 10,
        first_label: 0,
        parameters: 235_146,
        train_seconds: 185.2,
    };
    let right = Prediction { row: 0, label: 1, predicted: 1, probability: 0.9 };
    let tested = Evaluation::of(&[right; 100], summary.labels());
    insta::assert_snapshot!(table::of(&summary, tested.as_ref()), @"");
    summary.test_accuracy = None;
    assert!(!table::of(&summary, None).contains("test accuracy"));
}
