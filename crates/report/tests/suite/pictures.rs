//! Pictures of a run: there, whole, and of what was measured.

use std::{fs, path::Path};

use data::{Classes, ImageSize};
use report::{
    curves,
    evaluation::{Evaluation, EvaluationInputs},
    run_summary,
};
use run::{
    Epoch, History, LabelledPrediction, Measures, Metric, Mistake, Outcome, RunFolder, Summary,
};

fn measures(loss: f64, accuracy: f64) -> Measures {
    let known = [(Metric::Loss, loss), (Metric::Accuracy, accuracy)];
    Measures::of(|metric| known.iter().find(|(one, _)| *one == metric).map(|(_, value)| *value))
        .unwrap()
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
            valid: measures(
                1.9 / done + 0.01 * done,
                0.98 - 0.5 / done - 0.01 * (done - 4.0).abs(),
            ),
            train_eval: None,
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
            for text in [
                "training",
                "validation",
                "epoch",
                "best epoch",
                "learning rate 0.05",
                "layer norm",
                "seed 3",
            ] {
                assert!(svg.contains(text), "{name} of {epochs} epochs lacks {text:?}");
            }
            let png = fs::File::open(folder.path().join(format!("{name}.png"))).unwrap();
            let mut reader = png::Decoder::new(std::io::BufReader::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((frame.width, frame.height), (1800, 960));
            // Both curves are there, in their colours.
            for color in [[0, 114, 178], [213, 94, 0]] {
                assert!(
                    pixels.chunks(3).any(|pixel| pixel == color),
                    "{name} of {epochs} epochs lacks {color:?}"
                );
            }
        }
    }
}

#[test]
fn a_subtitle_with_many_settings_stays_inside_the_picture() {
    const WIDTH: f64 = 900.0;
    let parent = tempfile::tempdir().unwrap();
    let folder = run(parent.path(), 3);
    let settings = "network = \"cnn\"\nhidden = [512, 256]\nfilters = [24, 32]\nbatch_size = 128\n\
        optimizer = \"adamw\"\nweight_decay = 0.05\nschedule = \"cosine\"\nwarmup = 1.5\n\
        dropout = 0.3\nlayer_norm = true\naugment = \"affine\"\nema = 0.999\npatience = 30\n\
        clip_grad_norm = 2.5\nlabel_smoothing = 0.1\nseed = 12345\n";
    folder.write("run.toml", settings.as_bytes()).unwrap();
    report::draw(&folder).unwrap();
    let svg = fs::read_to_string(folder.path().join("loss.svg")).unwrap();
    let field = |line: &str, name: &str| -> Option<f64> {
        line.split_once(&format!(" {name}=\""))?.1.split('"').next()?.parse().ok()
    };
    let (mut lines, mut told) = (0, String::new());
    for (tag, text) in svg.lines().zip(svg.lines().skip(1)) {
        let is_text = tag.starts_with("<text") && tag.contains("\"start\"");
        let (Some(x), Some(size)) = (field(tag, "x"), field(tag, "font-size")) else { continue };
        if is_text && x == 22.0 && !tag.contains("bold") {
            lines += 1;
            told += text;
            // Of so many letters, each is more than 0.4 ems wide on average.
            assert!(x + 0.4 * size * text.chars().count() as f64 <= WIDTH, "{text}");
        }
    }
    assert!(lines > 1 && told.contains("seed 12345"), "{lines} lines: {told}");
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
    // It ended in its first epoch without saving.
    fs::remove_file(folder.path().join("history.csv")).unwrap();
    assert!(report::draw(&folder).unwrap().is_empty());
    let told = report::draw(&RunFolder::at(parent.path())).unwrap_err().to_string();
    assert!(told.contains("run.toml: No such file"), "{told}");
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
        temperature: None,
        threshold: None,
        train_rows: 48_000,
        valid_rows: 12_000,
        test_rows: None,
        test_rows_in_data: None,
        largest_class: None,
        image: ImageSize::MNIST,
        classes: Classes::numbered(0, 10),
        network: Some("784-256-128-10".to_owned()),
        parameters: 235_146,
        train_seconds: 185.2,
        ended: None,
    };
    let right = LabelledPrediction { row: 0, label: 1, predicted: 1, probability: 0.9 };
    let tested = Evaluation::of(&[right; 100], &summary.classes);
    insta::assert_snapshot!(run_summary::text(&summary, tested.as_ref()), @"
    best epoch                            9 of 10
      validation accuracy                 92.77 %
    final validation accuracy             92.77 %
    test accuracy                         93.11 %
      95 % confidence interval  96.30 to 100.00 %
    training time                      3 min 05 s
    ");
    summary.test_accuracy = None;
    assert!(!run_summary::text(&summary, None).contains("test accuracy"));
}

#[test]
fn an_evaluation_leaves_a_record_and_pictures_of_any_image_and_number_of_classes() {
    for (size, classes, mistakes, expected) in [
        (
            ImageSize::MNIST,
            Classes::numbered(0, 10),
            7,
            &["calibration.png", "confusion.png", "mistakes.png"][..],
        ),
        (
            ImageSize::new(20, 30).unwrap(),
            Classes::numbered(1, 26),
            1,
            &["calibration.png", "confusion.png", "mistakes.png"],
        ),
        (ImageSize::new(3, 2).unwrap(), Classes::numbered(1, 300), 0, &["calibration.png"]),
    ] {
        let prediction = |right: bool| LabelledPrediction {
            row: 0,
            label: 2,
            predicted: 3 - u16::from(right),
            probability: 0.75,
        };
        let all: Vec<LabelledPrediction> = (0..20).map(|row| prediction(row >= mistakes)).collect();
        let evaluation = Evaluation::of(&all, &classes).unwrap();
        let mistake = Mistake { prediction: prediction(false), pixels: vec![9; size.pixels()] };
        let inputs = EvaluationInputs {
            weights: "w".into(),
            data: "d".into(),
            rows: "all".into(),
            in_training_data: None,
            size,
            pixel_max: 16,
        };
        let folder = tempfile::tempdir().unwrap();
        let pictures = evaluation.write(folder.path(), &inputs, &vec![mistake; mistakes]).unwrap();
        assert_eq!(pictures, expected);
        for name in pictures {
            let png = fs::File::open(folder.path().join(name)).unwrap();
            let mut reader = png::Decoder::new(std::io::BufReader::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            assert!(pixels.iter().any(|value| *value < 100), "{name} is empty");
        }
        let record = fs::read(folder.path().join("evaluation.json")).unwrap();
        let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
        assert_eq!((&record["images"], &record["right"]), (&20.into(), &(20 - mistakes).into()));
        assert_eq!(record["classes"].as_array().unwrap().len(), classes.count());
        assert_eq!(record["classes"][2]["label"], classes.name(2));
        assert_eq!(record["confusion"][2][3], mistakes);
    }
}

/// An evaluation and mistakes of classes with these names.
fn named(names: Vec<String>) -> (Evaluation, Vec<Mistake>) {
    let classes = Classes::new(names).unwrap();
    let prediction = |row: usize| LabelledPrediction {
        row,
        label: (row % classes.count()) as u16,
        predicted: (row / 2 % classes.count()) as u16,
        probability: 0.75,
    };
    let all: Vec<LabelledPrediction> = (0..500).map(prediction).collect();
    let mistake = |row| Mistake { prediction: prediction(row), pixels: vec![9; 784] };
    (Evaluation::of(&all, &classes).unwrap(), (1..10).map(mistake).collect())
}

#[test]
fn names_of_any_length_fit_into_tables_and_pictures() {
    let clothes =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Ankle boot or shoe"];
    let clothes: Vec<String> = clothes.map(str::to_owned).to_vec();
    let signs =
        (0..29).map(|class| format!("{class}: a \u{1b}[31msign\n with a long name")).collect();
    for (names, has_matrix) in [(clothes, true), (signs, false)] {
        let (evaluation, mistakes) = named(names);
        let text = evaluation.text();
        assert_eq!(text.contains("Confusion matrix"), has_matrix, "{text}");
        assert!(text.lines().all(|line| line.chars().count() < 130), "{text}");
        assert!(!text.contains('\u{1b}') && text.lines().count() < 80, "{text}");
        let inputs = EvaluationInputs {
            weights: "w".into(),
            data: "d".into(),
            rows: "all".into(),
            in_training_data: None,
            size: ImageSize::MNIST,
            pixel_max: 16,
        };
        let folder = tempfile::tempdir().unwrap();
        let pictures = evaluation.write(folder.path(), &inputs, &mistakes).unwrap();
        assert_eq!(pictures, ["calibration.png", "confusion.png", "mistakes.png"]);
    }
}

#[test]
fn an_evaluation_keeps_no_picture_of_the_one_before() {
    let prediction = LabelledPrediction { row: 0, label: 1, predicted: 2, probability: 0.75 };
    let size = ImageSize::new(3, 2).unwrap();
    let mistake = Mistake { prediction, pixels: vec![9; size.pixels()] };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.png"), "mine").unwrap();
    let write = |classes, mistakes: &[Mistake]| {
        let inputs = EvaluationInputs {
            weights: "w".into(),
            data: "d".into(),
            rows: "all".into(),
            size,
            pixel_max: 16,
            in_training_data: None,
        };
        let evaluation = Evaluation::of(&[prediction], &Classes::numbered(1, classes)).unwrap();
        evaluation.write(folder.path(), &inputs, mistakes).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.join(" ")
    };
    let all = "calibration.png confusion.png evaluation.json mistakes.png notes.png";
    assert_eq!(write(10, &[mistake]), all);
    assert_eq!(write(300, &[]), "calibration.png evaluation.json notes.png");
}

#[test]
fn the_picture_of_the_learning_rate_is_of_the_epochs_done_and_small() {
    for (schedule, epochs) in
        [("cosine", 100_000_000_u64), ("step", 1_000_000_000), ("exponential", 200_000)]
    {
        let parent = tempfile::tempdir().unwrap();
        let folder = run(parent.path(), 2);
        let text = format!("schedule = \"{schedule}\"\nepochs = {epochs}\nwarmup = 1");
        folder.write("run.toml", text.as_bytes()).unwrap();
        report::draw(&folder).unwrap();
        let svg = fs::read(folder.path().join("learning-rate.svg")).unwrap();
        assert!(svg.len() < 500_000, "{schedule}: {} bytes", svg.len());

        // Of many epochs, some are drawn; the first and the last are.
        let text = format!("schedule = \"{schedule}\"\nepochs = 30000");
        let config = toml::from_str::<run::Settings>(&text).unwrap().resolve().unwrap();
        let mut history = History::default();
        let two = folder.read_history().unwrap();
        for epoch in 1..=20_000 {
            history.push(Epoch { epoch, ..two.epochs()[0] });
        }
        let charts = curves::of_run(&config, &history);
        let points =
            &charts.iter().find(|chart| chart.0 == "learning-rate").unwrap().1.curves[0].points;
        assert!(points.len() < 20_000, "{}", points.len());
        assert_eq!((points[0].x, points.last().unwrap().x), (0.0, 20_000.0));
    }
}

#[test]
fn an_evaluation_in_text() {
    let prediction = |label, predicted, probability| LabelledPrediction {
        row: 0,
        label,
        predicted,
        probability,
    };
    let predictions = [
        prediction(0, 0, 0.99),
        prediction(0, 0, 0.9),
        prediction(1, 0, 0.6),
        prediction(1, 1, 0.8),
    ];
    let evaluation = Evaluation::of(&predictions, &Classes::numbered(0, 2)).unwrap();
    let with = |threshold| evaluation.clone().with_threshold(threshold, &predictions).text();
    let unsure = |text: String| text.lines().nth(3).unwrap().to_owned();
    assert_eq!(
        unsure(with(0.7)),
        "unsure       25.00 % of the images, with a confidence below 70.0 %; of the others, \
         100.00 % right"
    );
    // A probability that equals the threshold is an answer.
    let least = f64::from(0.6_f32);
    assert!(unsure(with(least)).contains("0.00 % of the images"));
    assert!(unsure(with(1.0)).ends_with("; no answer"));
    insta::assert_snapshot!(evaluation.text(), @"
    accuracy     75.00 % (95 % confidence interval 30.06 to 95.44 %): 3 of 4 right
    means        precision 0.8333, recall 0.7500, F1 0.7333; all classes with the same weight
    calibration  expected calibration error 22.75 points; mean confidence 82.25 %, accuracy 75.00 %

    Scores of each class
    class  precision  recall      F1  images
    ────────────────────────────────────────
    0         0.6667  1.0000  0.8000       2
    1         1.0000  0.5000  0.6667       2

    Confusion matrix: rows are what the image shows, columns what the network sees
       0  1
    ───────
    0  2  0
    1  1  1
    ");
}
