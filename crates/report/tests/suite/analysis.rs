//! A report says what its runs say, and something else when they do.

use std::fs;

use data::Classes;
use report::{
    analysis,
    document::{Block, Cell, Image},
    evaluation::{
        Confusion,
        class_tables::{frequent_mistakes, scores},
        confusion::MistakeCount,
    },
};
use run::{LabelledPrediction, Mistake, Summary};

use crate::made::{self, Made, some};

#[test]
fn the_report_and_the_table_hold_every_run() {
    let made = Made::learning_rates(&[
        (0.01, some([0.9, 0.91, 0.92])),
        (5.0, vec![None, Some(0.5), Some(0.6)]),
    ]);
    analysis::write(&made.folder).unwrap();
    let table = fs::read_to_string(made.folder.path().join("results.csv")).unwrap();
    assert_eq!(table.lines().count(), 7);
    assert!(table.contains("learning-rate,learning rate 5,0,lr5-seed0,diverged,2,20,"), "{table}");
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    for text in [
        "Learning rate",
        "1 of 3 diverged",
        "seed 2",
        "Confusion matrix",
        "4, taken for 9",
        "confidence 99.0 %",
    ] {
        assert!(page.contains(text), "the report lacks {text:?}");
    }
    // Nothing is fetched from anywhere.
    for link in ["src=\"http", "url(http", "@import", "<link"] {
        assert!(!page.contains(link), "{link}");
    }
}

#[test]
fn a_report_ends_with_its_best_network_to_try_if_its_weights_are_there() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.95)])]);
    let report = || {
        analysis::write(&made.folder).unwrap();
        fs::read_to_string(made.folder.path().join("report.html")).unwrap()
    };
    made::keep_weights(&made.folder.run("lr0.01-seed0"));
    let page = report();
    assert!(!page.contains("Try it") && !page.contains("class=\"demo\""));

    let best = made.folder.run("lr0.1-seed0");
    made::keep_weights(&best);
    let page = report();
    let (_, last) = page.rsplit_once("<h2").unwrap();
    assert!(
        last.starts_with(" id=\"try\">Try it</h2>") && page.contains("<a href=\"#try\">Try it</a>"),
        "{page}"
    );
    assert!(
        last.contains("<code>lr0.1-seed0</code>, shows its predictions")
            && last.contains("are 0.1 MB of this page")
    );
    // The document, of which the PDF is made, is without what only a browser can show, and without
    // the curves of every run.
    let document = analysis::document(&made.folder).unwrap();
    assert!(!document.blocks.iter().any(|block| matches!(block, Block::Live { .. })));
    let text = format!("{document:?}");
    assert!(page.contains("Loss and accuracy of every run") && !text.contains("of every run"));
    assert!(text.contains("Loss and accuracy of the first run of each level"));

    fs::write(best.path().join("model.safetensors"), "").unwrap();
    assert!(!report().contains("Try it"), "damaged weights");
}

#[test]
fn a_damaged_run_counts_as_not_done_and_stops_no_report() {
    let levels = [(0.01, some([0.9, 0.91, 0.92])), (0.1, some([0.95, 0.953, 0.951]))];
    for file in ["summary.json", "run.toml", "history.csv"] {
        let made = Made::learning_rates(&levels);
        let run = made.folder.run("lr0.1-seed1");
        run.write(file, b"{").unwrap();
        assert!(!made.folder.is_done("lr0.1-seed1") && made.folder.is_done("lr0.1-seed0"));
        analysis::write(&made.folder).unwrap();
        let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
        assert!(page.contains("Some runs of this experiment have no result"), "{file}");
        assert_eq!(made.results().completed().len(), 5, "{file}");
    }
    for file in ["predictions.csv", "mistakes.csv"] {
        let made = Made::learning_rates(&levels);
        fs::remove_file(made.folder.run("lr0.1-seed1").path().join(file)).unwrap();
        analysis::write(&made.folder).unwrap();
        let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
        assert!(page.contains("Its predictions are missing or damaged"), "{file}");
        assert_eq!(made.results().completed().len(), 6, "{file}");
    }
}

#[test]
fn a_report_removes_what_an_earlier_one_left_and_no_other_file() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.95)])]);
    analysis::write(&made.folder).unwrap();
    let path = |name: &str| made.folder.path().join(name);
    let pictures = || {
        let entries = fs::read_dir(path("pictures")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let written = pictures();
    let mine = ["my-notes.png", "final.png", "old-final.svg"];
    for name in mine.into_iter().chain(["old-final.png", "old-accuracy.png"]) {
        fs::write(path("pictures").join(name), "").unwrap();
    }
    fs::write(path("pictures/united.png"), "").unwrap();
    fs::write(path("report.pdf"), "of an earlier report").unwrap();
    analysis::write(&made.folder).unwrap();
    let mut expected = [&written[..], &mine.map(str::to_owned)].concat();
    expected.sort();
    assert_eq!(pictures(), expected);
    assert!(!path("report.pdf").exists());
}

#[test]
fn a_study_with_a_path_for_a_name_is_refused_and_nothing_is_written() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.95)])]);
    let file = made.folder.path().join("study.toml");
    let text = fs::read_to_string(&file).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let absolute = outside.path().join("evil");
    for name in ["../../evil", absolute.to_str().unwrap(), "..", "", ".evil", "a\\\\b", "a\\nb"] {
        for replaced in ["learning-rate", "lr0.1-seed0"] {
            fs::write(&file, text.replace(&format!("{replaced:?}"), &format!("\"{name}\"")))
                .unwrap();
            let told = analysis::write(&made.folder).unwrap_err().to_string();
            assert!(told.contains("study.toml: name \"") && !told.contains('\n'), "{told}");
            assert!(
                told.ends_with(
                    "expected no path, no dot at the beginning and no control character"
                )
            );
        }
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert!(!made.folder.path().join("report.html").exists());
}

#[test]
fn no_experiment_has_the_anchor_of_another_section() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.95)])]);
    let mut study = made.folder.read().unwrap();
    study.experiments[0].design.name = "best".to_owned().try_into().unwrap();
    made.folder.write(&study).unwrap();
    let document = analysis::document(&made.folder).unwrap();
    let anchors: Vec<&String> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Section { anchor, .. } => Some(anchor),
            _ => None,
        })
        .collect();
    let mut unique = anchors.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(anchors.len(), unique.len(), "{anchors:?}");
}

#[test]
fn runs_that_differ_in_more_than_the_factor_are_told() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.9)])]);
    made.folder
        .run("lr0.1-seed0")
        .write("run.toml", b"learning_rate = 0.1\nseed = 0\nbatch_size = 32")
        .unwrap();
    analysis::write(&made.folder).unwrap();
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    assert!(page.contains("Not a fair comparison: runs also differ in batch_size."));
}

#[test]
fn runs_of_other_sources_another_burn_or_other_test_data_are_no_fair_comparison() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.9)])]);
    for (recorded, named) in [
        ("git_revision = \"abc\"", "the revision of the sources"),
        ("burn = \"0.21.0\"", "the version of Burn"),
        ("test_data_sha256 = \"abc\"", "the test data themselves"),
    ] {
        let record = format!("learning_rate = 0.1\nseed = 0\n[provenance]\n{recorded}");
        made.folder.run("lr0.1-seed0").write("run.toml", record.as_bytes()).unwrap();
        analysis::write(&made.folder).unwrap();
        let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
        assert!(
            page.contains(&format!("Not a fair comparison: runs also differ in {named}.")),
            "{named}"
        );
    }
}

#[test]
fn runs_of_two_revisions_are_told_also_where_each_seed_has_but_one() {
    let made = Made::learning_rates(&[
        (0.01, vec![Some(0.9), Some(0.91)]),
        (0.1, vec![Some(0.9), Some(0.92)]),
    ]);
    for rate in ["0.01", "0.1"] {
        let record =
            format!("learning_rate = {rate}\nseed = 1\n[provenance]\ngit_revision = \"abc\"");
        made.folder.run(&format!("lr{rate}-seed1")).write("run.toml", record.as_bytes()).unwrap();
    }
    analysis::write(&made.folder).unwrap();
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    assert!(
        page.contains("Not a fair comparison: runs also differ in the revision of the sources.")
    );
}

#[test]
fn the_answer_comes_first_and_the_definitions_say_which_experiments_do_not_share_the_split() {
    let made =
        Made::learning_rates(&[(0.01, some([0.9, 0.91, 0.92])), (0.1, some([0.95, 0.953, 0.951]))]);
    let mut study = made.folder.read().unwrap();
    let mut other = study.experiments[0].clone();
    (other.design.factors, other.design.title) = (vec!["limit".into()], "Rows".into());
    for (level, limit) in other.levels.iter_mut().zip([100, 200]) {
        level.values = vec![limit.into()];
    }
    for number in 2..=5 {
        let mut copy = study.experiments[0].clone();
        (copy.design.name, copy.design.title) =
            (format!("copy-{number}").try_into().unwrap(), format!("Copy {number}"));
        copy.design.cut_to = (number == 3).then_some(2);
        study.experiments.push(copy);
    }
    study.experiments.push(other);
    made.folder.write(&study).unwrap();
    analysis::write(&made.folder).unwrap();
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    let (summary, rest) = page.split_once("<nav>").unwrap();
    for title in ["Copy 2", "Copy 3 (cut to 2 epochs at most)", "Copy 4"] {
        assert!(summary.contains(&format!("<li>{title}: ")), "the answer lacks {title}");
    }
    assert!(rest.contains("Split and order differ between the levels of: Rows."));
    assert_eq!(rest.matches("Cut short: with the epochs of its file").count(), 1);
    assert!(rest.contains(
        "In every run: hidden layers 256-128, epochs 10, batch size 64. Seeds: 0, 1, 2."
    ));
}

#[test]
fn the_setup_tells_what_runs_have_in_common_and_no_more() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.9)])]);
    let page = || {
        analysis::write(&made.folder).unwrap();
        fs::read_to_string(made.folder.path().join("report.html")).unwrap()
    };
    assert!(page().contains("784-256-128-10"));
    let run = made.folder.run("lr0.1-seed0");
    let summary = run.read_summary().unwrap().unwrap();
    run.write_summary(&Summary { network: Some("784-32-10".to_owned()), ..summary }).unwrap();
    let page = page();
    assert!(
        page.contains("2 different values, see the experiments")
            && !page.contains("784-256-128-10")
    );
}

#[test]
fn scores_follow_their_definitions() {
    let prediction =
        |label, predicted| LabelledPrediction { row: 0, label, predicted, probability: 0.5 };
    let pairs = [(3, 3), (3, 3), (3, 5), (5, 5), (5, 3), (5, 3), (7, 7)];
    let confusion = Confusion::of(
        &pairs.map(|(label, predicted)| prediction(label, predicted)),
        &Classes::numbered(0, 10),
    );
    let three = confusion.score(3);
    assert_eq!((three.precision, three.recall, three.support), (0.5, 2.0 / 3.0, 3));
    assert!((three.f1 - 4.0 / 7.0).abs() < 1e-12);
    assert_eq!(confusion.mistakes()[0], MistakeCount { label: 5, predicted: 3, count: 2 });
    let never = confusion.score(9);
    assert_eq!((never.precision, never.recall, never.f1, never.support), (0.0, 0.0, 0.0, 0));
}

/// Makes the runs of images of this size, with so many classes from 1.
fn retold(made: &Made, image: &str, classes: usize) {
    for trial in made.results().completed() {
        let run = made.folder.run(&trial.name);
        let summary = run.read_summary().unwrap().unwrap();
        run.write_summary(&Summary {
            image: image.parse().unwrap(),
            classes: Classes::numbered(1, classes),
            ..summary
        })
        .unwrap();
    }
}

#[test]
fn what_counts_as_chance_follows_from_the_number_of_classes() {
    let made =
        Made::learning_rates(&[(0.1, some([0.16, 0.17, 0.18])), (0.2, some([0.1, 0.1, 0.1]))]);
    // Below 19 % of ten classes; below 13.46 % of 26.
    assert!(made.told().contains("learning rate 0.1 (3 of 3 never learned)"), "{}", made.told());
    retold(&made, "28x28", 26);
    assert!(!made.told().contains("learning rate 0.1 (3 of 3"), "{}", made.told());
    assert!(made.told().contains("learning rate 0.2 (3 of 3 never learned)"), "{}", made.told());
}

/// The first images, also of those that are folded away.
fn images(blocks: &[Block]) -> Option<&Vec<Image>> {
    blocks.iter().find_map(|block| match block {
        Block::Images(images) => Some(images),
        Block::Fold { blocks, .. } => images(blocks),
        _ => None,
    })
}

#[test]
fn mistakes_are_drawn_in_their_size_and_from_white_to_black() {
    let made = Made::learning_rates(&[(0.1, vec![Some(0.9)])]);
    retold(&made, "3x2", 26);
    let run = made.folder.run("lr0.1-seed0");
    run.write("run.toml", b"learning_rate = 0.1\nseed = 0\npixel_max = 16").unwrap();
    let prediction = LabelledPrediction { row: 0, label: 25, predicted: 0, probability: 0.99 };
    let write = |pixels: Vec<u8>| {
        let classes = Classes::numbered(1, 26);
        run.write_predictions(&[prediction], &[Mistake { prediction, pixels }], &classes).unwrap()
    };
    write(vec![0, 8, 16, 16, 0, 0]);
    let document = analysis::document(&made.folder).unwrap();
    let drawn = images(&document.blocks);
    let [image] = &drawn.unwrap()[..] else { panic!("one image") };
    assert_eq!(image.caption[0], "26, taken for 1");
    let mut reader = png::Decoder::new(std::io::Cursor::new(&image.png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), (3, 2));
    assert_eq!(pixels, [255, 128, 0, 0, 255, 255]);

    write(vec![0; 784]);
    let document = analysis::document(&made.folder).unwrap();
    assert!(images(&document.blocks).is_none());
    assert!(format!("{document:?}").contains("Its predictions are missing or damaged"));
}

#[test]
fn where_there_are_too_many_classes_for_a_table_the_worst_are_told() {
    let classes = Classes::numbered(1, 1000);
    let right = (0..1000).map(|label| LabelledPrediction {
        row: 0,
        label,
        predicted: label,
        probability: 0.5,
    });
    let wrong = LabelledPrediction { row: 0, label: 999, predicted: 6, probability: 0.5 };
    let predictions: Vec<LabelledPrediction> = right.chain([wrong, wrong]).collect();
    let confusion = Confusion::of(&predictions, &classes);
    let scores = scores(&confusion);
    assert_eq!(
        (scores.body.len(), scores.caption.as_deref()),
        (100, Some("The 100 of 1000 classes with the lowest F1"))
    );
    assert_eq!(
        [&scores.body[0][0], &scores.body[1][0]],
        [&Cell::header("7"), &Cell::header("1000")]
    );
    assert_eq!(frequent_mistakes(&confusion).body, [["1000", "7", "2"].map(Cell::from).to_vec()]);
}
