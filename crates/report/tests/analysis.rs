//! A report says what its runs say, and something else when they do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod made;

use std::fs;

use data::Classes;
use made::{Made, some};
use report::analysis::{
    self,
    classes::{Confusion, Mix},
};
use run::Prediction;

#[test]
fn a_clear_winner_a_close_second_and_a_run_that_diverged() {
    let made = Made::learning_rates(&[
        (0.01, some([0.901, 0.902, 0.903])),
        (0.1, some([0.971, 0.972, 0.973])),
        (0.2, some([0.972, 0.970, 0.972])),
        (5.0, vec![None, None, Some(0.3)]),
    ]);
    insta::assert_snapshot!(made.told());
}

#[test]
fn other_runs_other_sentences() {
    // The small rate wins, at the edge; nothing diverges; nobody is close.
    let made = Made::learning_rates(&[(0.01, some([0.95, 0.951, 0.952])), (0.1, some([0.5, 0.52, 0.51]))]);
    insta::assert_snapshot!(made.told());
}

#[test]
fn a_single_seed_says_nothing_about_chance_and_no_finished_level_no_winner() {
    let single = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.8)])]);
    assert!(single.told().contains("With a single seed, nothing can be said about which differences are chance."));
    let none = Made::learning_rates(&[(1.0, vec![None]), (2.0, vec![None])]);
    assert!(none.told().starts_with("No level finished with every seed, so none can be called best."));
    assert!(none.told().contains("Diverged, the loss no longer a number: learning rate 1 (1 of 1 seed"));
}

#[test]
fn where_levels_are_alike_none_is_called_best_and_where_nothing_was_learned_that_is_said() {
    let alike = Made::learning_rates(&[(0.1, some([0.96, 0.95, 0.97])), (0.2, some([0.95, 0.97, 0.96]))]);
    assert!(alike.told().starts_with("No level is clearly best: learning rate 0."), "{}", alike.told());
    let guessing = Made::learning_rates(&[(0.1, some([0.11, 0.1, 0.12])), (0.2, some([0.1, 0.1, 0.1]))]);
    assert!(
        guessing.told().starts_with("No level learned much: the highest, learning rate 0.1"),
        "{}",
        guessing.told()
    );
    assert!(guessing.told().contains("No level reached 90 % validation accuracy with every seed."));
    let partly = Made::learning_rates(&[(0.1, some([0.9, 0.91, 0.92])), (2.0, some([0.1, 0.1, 0.1]))]);
    assert!(
        partly.told().contains("hardly better than guessing (10.00 %): learning rate 2 (10.00 %, so from epoch 1 on).")
    );
}

#[test]
fn the_report_and_the_table_hold_every_run() {
    let made = Made::learning_rates(&[(0.01, some([0.9, 0.91, 0.92])), (5.0, vec![None, Some(0.5), Some(0.6)])]);
    analysis::write(&made.folder).unwrap();
    let table = fs::read_to_string(made.folder.path().join("results.csv")).unwrap();
    assert_eq!(table.lines().count(), 7);
    assert!(table.contains("learning-rate,learning rate 5,0,lr5-seed0,diverged,2,20,"), "{table}");
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    for text in ["Learning rate", "1 of 3 diverged", "seed 2", "Confusion matrix", "4, taken for 9", "99.0 % sure"] {
        assert!(page.contains(text), "the report lacks {text:?}");
    }
    // Nothing is fetched from anywhere.
    for link in ["src=\"http", "href=\"http", "url(http", "@import"] {
        assert!(!page.contains(link), "{link}");
    }
}

#[test]
fn runs_that_differ_in_more_than_the_factor_are_told() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.9)])]);
    made.folder.run("lr0.1-seed0").write("run.toml", b"learning_rate = 0.1\nseed = 0\nbatch_size = 32").unwrap();
    analysis::write(&made.folder).unwrap();
    let page = fs::read_to_string(made.folder.path().join("report.html")).unwrap();
    assert!(page.contains("Not a fair comparison: runs of one seed also differ in batch_size."));
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
        assert!(page.contains(&format!("Not a fair comparison: runs of one seed also differ in {named}.")), "{named}");
    }
}

#[test]
fn the_setup_tells_what_runs_have_in_common_and_no_more() {
    let made = Made::learning_rates(&[(0.01, vec![Some(0.9)]), (0.1, vec![Some(0.9)])]);
    let page = || {
        analysis::write(&made.folder).unwrap();
        fs::read_to_string(made.folder.path().join("report.html")).unwrap()
    };
    assert!(page().contains("784-256-128-10, ReLU between, 235,146 parameters without layer norm"));
    made.folder.run("lr0.1-seed0").write("run.toml", b"learning_rate = 0.1\nseed = 0\nhidden = [32]").unwrap();
    let page = page();
    assert!(page.contains("differs between runs: 2 kinds, see the experiments") && !page.contains("784-256-128-10"));
}

#[test]
fn scores_follow_their_definitions() {
    let prediction = |label, predicted| Prediction { row: 0, label, predicted, probability: 0.5 };
    let pairs = [(3, 3), (3, 3), (3, 5), (5, 5), (5, 3), (5, 3), (7, 7)];
    let confusion = Confusion::of(&pairs.map(|(label, predicted)| prediction(label, predicted)), Classes::DIGITS);
    let three = confusion.score(3);
    assert_eq!((three.precision, three.recall, three.support), (0.5, 2.0 / 3.0, 3));
    assert!((three.f1 - 4.0 / 7.0).abs() < 1e-12);
    assert_eq!(confusion.mixes()[0], Mix { label: 5, taken: 3, count: 2 });
    let never = confusion.score(9);
    assert_eq!((never.precision, never.recall, never.f1, never.support), (0.0, 0.0, 0.0, 0));
}
