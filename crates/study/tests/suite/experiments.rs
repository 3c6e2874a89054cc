//! An experiment is refused before its first epoch, or every run of it is possible.

use std::{fs, path::Path};

use run::{Provenance, RunFolder, Settings, settings::SETTINGS};
use study::{Experiment, Overrides, Study, Trial, catalog};

fn read(text: &str, overrides: &Overrides) -> Result<Experiment<Trial>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    fs::write(&path, text).unwrap();
    Experiment::read(&path, overrides).map_err(|error| {
        let told = error.to_string();
        assert!(!told.contains('\n'), "{told}");
        told.replace(path.to_str().unwrap(), "mine.toml")
    })
}

fn plain(text: &str) -> Result<Experiment<Trial>, String> {
    read(text, &Overrides::default())
}

#[test]
fn levels_differ_in_the_factor_alone() {
    let experiment =
        plain("title = \"T\"\nbase.epochs = 3\n[vary]\nlearning_rate = [0.1, 1, 0.5]").unwrap();
    assert_eq!(
        (&*experiment.design.name, experiment.levels[0].planned, experiment.levels.len()),
        ("mine", 10, 3)
    );
    let runs: Vec<_> =
        experiment.levels.iter().map(|level| level.trials[2].config.clone()).collect();
    assert_eq!(runs.iter().map(|run| run.learning_rate).collect::<Vec<_>>(), [0.1, 1.0, 0.5]);
    assert!(runs.iter().all(|run| run.epochs == 3 && run.seed == 2 && run.batch_size == 64));
    assert_eq!(experiment.levels[1].label, "learning rate 1");
}

#[test]
fn two_factors_make_every_combination() {
    let text = "title = \"T\"\n[vary]\ndropout = [0.0, 0.5]\nlayer_norm = [false, true]";
    let experiment = plain(text).unwrap();
    let runs: Vec<_> =
        experiment.levels.iter().map(|level| level.trials[0].config.clone()).collect();
    let pairs: Vec<_> = runs.iter().map(|run| (run.dropout, run.layer_norm)).collect();
    assert_eq!(pairs, [(0.0, false), (0.0, true), (0.5, false), (0.5, true)]);
}

#[test]
fn fields_along_change_with_the_factor_value_by_value() {
    let text = "title = \"T\"\n[vary]\nbatch_size = [32, 64]\n[along]\nepochs = [2, \
        4]\nlearning_rate = [0.1, 0.2]";
    let experiment = plain(text).unwrap();
    let runs: Vec<_> =
        experiment.levels.iter().map(|level| level.trials[0].config.clone()).collect();
    let fields: Vec<_> =
        runs.iter().map(|run| (run.batch_size, run.epochs, run.learning_rate)).collect();
    assert_eq!(fields, [(32, 2, 0.1), (64, 4, 0.2)]);
}

#[test]
fn seeds_are_counted_from_the_first() {
    let seeds = |text: &str| -> Vec<_> {
        let experiment = plain(&format!("title = \"T\"\n{text}[vary]\nbatch_size = [1, 2]"));
        experiment.unwrap().levels[1].trials.iter().map(|trial| trial.config.seed).collect()
    };
    assert_eq!(seeds(""), Vec::from_iter(0..10));
    assert_eq!(seeds("seeds = 3\nfirst_seed = 100\n"), [100, 101, 102]);
}

#[test]
fn the_command_line_goes_before_the_file_and_labels_tell_what_is_run() {
    let overrides = Overrides {
        seeds: Some(1),
        epochs: Some(3),
        settings: Settings { limit: Some(500), ..Settings::default() },
    };
    let text = "title = \"T\"\nseeds = 5\n[vary]\nbatch_size = [32, 64]\n[along]\nepochs = [1, 4]";
    let experiment = read(text, &overrides).unwrap();
    assert_eq!(experiment.levels[0].trials.len(), 1);
    let labels: Vec<_> = experiment.levels.iter().map(|level| level.label.clone()).collect();
    assert_eq!(labels, ["batch size 32, 1 epoch", "batch size 64, 3 epochs"]);
    // The title may speak of what holds for the epochs of the file alone.
    assert_eq!(experiment.design.full_title(), "T (cut to 3 epochs at most)");
    for level in &experiment.levels {
        let run = &level.trials[0].config;
        assert_eq!((run.limit, run.epochs <= 3), (Some(500), true));
    }
}

#[test]
fn mistakes_of_the_command_line_are_not_those_of_the_file() {
    let cut = Overrides { epochs: Some(2), ..Overrides::default() };
    let refused = |text: &str| {
        read(text, &Overrides::default()).unwrap();
        read(text, &cut).unwrap_err()
    };
    assert_eq!(
        refused("title = \"T\"\n[vary]\nepochs = [1, 5, 10]"),
        "mine.toml: two levels are the same run with at most 2 epochs (--epochs or --quick): \
         2 epochs"
    );
    assert_eq!(
        refused("title = \"T\"\n[base]\nwarmup = 5\n[vary]\nbatch_size = [32, 64]"),
        "mine.toml: warmup = 5; expected at most 2 epochs, the length of the training with at \
         most 2 epochs (--epochs or --quick)"
    );
}

#[test]
fn with_two_factors_the_first_may_repeat_values_that_the_fields_along_tell_apart() {
    let text = "title = \"T\"\n[vary]\nmomentum = [0.0, 0.9, 0.9]\ndropout = [0.0, 0.5]\n[along]\n\
                weight_decay = [0.0, 0.0, 0.01]\nlayer_norm = [false, true, true]";
    let experiment = plain(text).unwrap();
    let labels: Vec<_> = experiment.levels.iter().map(|level| level.label.as_str()).collect();
    let expected = [
        "no momentum, no dropout",
        "no momentum, dropout 0.5",
        "momentum 0.9, layer norm, no dropout",
        "momentum 0.9, layer norm, dropout 0.5",
        "momentum 0.9, weight decay 0.01, layer norm, no dropout",
        "momentum 0.9, weight decay 0.01, layer norm, dropout 0.5",
    ];
    assert_eq!(labels, expected);
    assert_eq!((experiment.factor_values(0).len(), experiment.factor_values(1).len()), (3, 2));
    let (last, second) = (&experiment.factor_values(0)[2], &experiment.factor_values(1)[1]);
    assert_eq!(
        experiment.level_at(last, second).map(|level| level.label.as_str()),
        Some(expected[5])
    );
    let run = &experiment.levels[5].trials[0].config;
    assert_eq!(
        (run.momentum, run.weight_decay, run.layer_norm, run.dropout),
        (0.9, 0.01, true, 0.5)
    );
    let refused = plain(
        &text.replace("layer_norm = [false, true, true]", "").replace("0.0, 0.01]", "0.0, 0.0]"),
    );
    assert_eq!(
        refused.unwrap_err(),
        "mine.toml: two levels are the same run: momentum 0.9, no dropout"
    );
}

#[test]
fn levels_have_the_names_that_people_write() {
    let labels = |text: &str| {
        let text = format!("title = \"T\"\n{text}");
        plain(&text).unwrap().levels.iter().map(|level| level.label.clone()).collect::<Vec<_>>()
    };
    let two = labels("[vary]\ndropout = [0.0, 0.5]\nlayer_norm = [false, true]");
    assert_eq!(two[1..3], ["no dropout, layer norm", "dropout 0.5, no layer norm"]);
    assert_eq!(
        labels("[vary]\nhidden = [[256, 128], [32]]"),
        ["hidden layers 256-128", "hidden layers 32"]
    );
    let optimizers = labels(
        "[vary]\noptimizer = [\"sgd\", \"sgd\", \"sgd\", \"adamw\"]\nlearning_rate = [0.03, 0.1]\n\
         [along]\nmomentum = [0.0, 0.9, 0.9, 0.0]\nnesterov = [false, false, true, false]\n\
         weight_decay = [0.0, 0.0, 0.0, 0.01]",
    );
    for (place, name) in [
        (0, "SGD, rate 0.03"),
        (2, "SGD, momentum 0.9, rate 0.03"),
        (4, "SGD, Nesterov momentum 0.9, rate 0.03"),
        (6, "AdamW, weight decay 0.01, rate 0.03"),
    ] {
        assert_eq!(optimizers[place], name);
    }
    let schedules = labels(
        "[vary]\nschedule = [\"constant\", \"constant\", \"cosine\"]\nlearning_rate = [0.1, 0.5]\n\
         [along]\nwarmup = [0.0, 1.0, 0.0]",
    );
    assert_eq!(
        [&schedules[0], &schedules[3], &schedules[5]],
        [
            "constant rate 0.1",
            "constant rate 0.5 after 1 epoch of warm-up",
            "cosine schedule from rate 0.5"
        ]
    );
    for (text, names) in [
        ("[vary]\nepochs = [1, 8]", ["1 epoch", "8 epochs"]),
        ("[vary]\nlimit = [800, 8000]", ["800 rows", "8,000 rows"]),
        (
            "[vary]\nkeep = [\"last\", \"best\"]",
            ["keeping the last weights", "keeping the best weights"],
        ),
        ("[vary]\naugment = [\"none\", \"shift\"]", ["no augmentation", "shift augmentation"]),
        ("[vary]\nwarmup = [0.0, 2.0]", ["no warm-up", "2 epochs of warm-up"]),
    ] {
        assert_eq!(labels(text), names);
    }
}

#[test]
fn impossible_experiments_are_refused_in_one_line() {
    let names = SETTINGS.iter().map(|setting| format!("`{}`", setting.name));
    let all_settings = names.collect::<Vec<_>>().join(", ");
    let refusals: Vec<String> = [
        "[vary]\nlearning_rate = [0.1, 0.2]",
        "title = \"T\"",
        "title = \"T\"\nvary = 3",
        "title = \"T\"\n[vary]",
        "title = \"T\"\n[vary]\nlr = [0.1, 0.2]",
        "title = \"T\"\n[vary]\nlearning_rate = [0.1]",
        "title = \"T\"\n[vary]\nlearning_rate = 0.1",
        "title = \"T\"\n[vary]\nlearning_rate = [0.1, 0.1]",
        "title = \"T\"\n[vary]\nlearning_rate = [0.1, -0.1]",
        "title = \"T\"\n[vary]\nlearning_rate = [0.1, \"fast\"]",
        "title = \"T\"\n[vary]\nbatch_size = [1, 2]\n[along]\nmomentum = [0.5, \"a\"]",
        "title = \"T\"\n[vary]\nepochz = [1, 2]",
        "title = \"T\"\n[vary]\nseed = [1, 2]",
        "title = \"T\"\nseeds = 0\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\nfirst_seed = -1\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\n[vary]\nbatch_size = [1, 2]\n[along]\nepochs = [1, 2, 3]",
        "title = \"T\"\n[vary]\nbatch_size = [1, 2]\nepochs = [1, 2]\ndropout = [0, 0.1]",
        "title = \"T\"\n[vary]\nbatch_size = [1, 2]\nepochs = [1, 2]\n[along]\ndropout = [0.1, \
         0.2, 0.3]",
        "title = \"T\"\nonly_by_name = 1\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\nbase.dropout = 1.5\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\nepochs = 5\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\nbase.seed = 3\n[vary]\nbatch_size = [1, 2]",
        "title = \"T\"\n[vary]\nbatch_size = [1, 2]\n[along]\nbatch_size = [3, 4]",
    ]
    .iter()
    .map(|text| plain(text).unwrap_err().replace(&all_settings, "[all settings]"))
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn a_message_quotes_little_of_a_long_key_or_value() {
    let long = "x".repeat(200_000);
    for text in [
        format!("vary.seed = [1, \"{long}\"]"),
        format!("vary.{long} = 1"),
        format!("vary.{long} = [1, 2]"),
        format!("vary.hidden = [[1], [2], \"{}\"]", "7,".repeat(9_000)),
        format!("vary.epochs = [1, 2]\nalong.{long} = [1, 2, 3]"),
        format!("vary.{long} = [1, 2]\nalong.{long} = [1, 2]"),
        format!("vary.{long} = [1, 2]\nalong.momentum = [1, 2, 3]"),
        format!("{long} = 1"),
    ] {
        let told = plain(&format!("title = \"T\"\n{text}")).unwrap_err();
        assert!(told.chars().count() < 1_500, "{} characters: {told:.100}", told.len());
    }
    let folder = tempfile::tempdir().unwrap();
    let level = format!("values = [1]\nplanned = 1\ntrials = [\".{long}\"]\n");
    let design = "design = { name = \"n\", title = \"t\", factors = [], along = [] }";
    let text = format!("[[experiments]]\n{design}\n[[experiments.levels]]\n{level}");
    for text in [text, format!("{long} = 1")] {
        fs::write(folder.path().join("study.toml"), text).unwrap();
        let told = study::StudyFolder::at(folder.path()).read().unwrap_err().to_string();
        assert!(told.chars().count() < 1_500, "{} characters: {told:.100}", told.len());
    }
}

#[test]
fn the_defaults_of_a_run_that_became_the_base_give_way_to_what_varies() {
    let text = "title = \"T\"\n[base]\nschedule = \"exponential\"\n[base.defaults]\n\
        batch_size = 7\nepochs = 2\ngamma = 0.1\n";
    let runs = |vary: &str, overrides: &Overrides| {
        let experiment = read(&format!("{text}[vary]\n{vary}"), overrides).unwrap();
        let run = |level: &study::Level<Trial>| level.trials[0].config.clone();
        experiment.levels.iter().map(run).collect::<Vec<_>>()
    };
    let of_epochs = runs("epochs = [2, 20]", &Overrides::default());
    let of_epochs = of_epochs.iter().map(|run| (run.batch_size, run.gamma));
    assert_eq!(of_epochs.collect::<Vec<_>>(), [(7, Some(0.1)), (7, Some(0.7943))]);
    let cut = Overrides { epochs: Some(1), ..Overrides::default() };
    let of_rates = runs("learning_rate = [0.1, 0.2]", &cut);
    assert!(of_rates.iter().all(|run| (run.epochs, run.gamma) == (1, Some(0.01))));
}

#[test]
fn experiments_share_the_runs_that_they_have_in_common() {
    let rates = plain("title = \"R\"\n[vary]\nlearning_rate = [0.01, 0.1]").unwrap();
    let sizes = plain("title = \"S\"\n[vary]\nbatch_size = [32, 64]").unwrap();
    let study = Study { experiments: vec![rates, sizes] };
    // The default run is a level of both.
    assert_eq!(study.trials().len(), 3 * 10);
    assert_eq!(study.experiments[0].levels[0].trials, study.experiments[1].levels[1].trials);
}

#[test]
fn a_folder_of_experiments_that_all_want_a_name_lists_them() {
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"T\"\nonly_by_name = true\n[vary]\nlearning_rate = [0.1, 0.2]";
    for name in ["one", "two"] {
        fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }
    let read = |names: &[String]| catalog::read(folder.path(), names, &Overrides::default());
    let told = read(&[]).unwrap_err().to_string();
    let expected = ": every experiment here is only_by_name; name one of one, two";
    assert!(told.ends_with(expected), "{told}");
    assert_eq!(read(&["two".to_owned()]).unwrap().len(), 1);
}

#[test]
fn the_experiments_of_the_repository_can_be_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    let experiments = catalog::read(&folder, &[], &Overrides::default()).unwrap();
    let names: Vec<_> = experiments.iter().map(|experiment| &*experiment.design.name).collect();
    let expected = [
        "learning-rate",
        "batch-size",
        "batch-size-updates",
        "batch-size-scaled",
        "learning-rate-batch-size",
        "regularization",
        "regularization-tuned",
    ];
    assert_eq!(names, expected);
    for experiment in &experiments {
        assert!(
            experiment.levels.len() >= 5 && experiment.levels[0].planned == 10,
            "{}",
            experiment.design.name
        );
    }
}

#[test]
fn experiments_come_in_the_order_that_they_ask_for_and_single_runs_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("second.toml", "title = \"T\"\norder = 2\nvary.batch_size = [1, 2]");
    write("unordered.toml", "title = \"T\"\nvary.batch_size = [1, 2]");
    write("first.toml", "title = \"T\"\norder = 1\nvary.batch_size = [1, 2]");
    write("notes.txt", "");
    // A run that was copied here, and what editors and macOS leave.
    let config = Settings::default().resolve().unwrap();
    let provenance = Provenance { device: "a card".to_owned(), ..Provenance::default() };
    RunFolder::at(folder.path()).write_record(&config, &provenance).unwrap();
    fs::write(folder.path().join("._first.toml"), [0, 5, 22, 7, 255]).unwrap();
    write("dear.toml", "title = \"T\"\norder = 3\nonly_by_name = true\nvary.batch_size = [1, 2]");
    let read = |names: &[String]| {
        let experiments = catalog::read(folder.path(), names, &Overrides::default()).unwrap();
        experiments
            .into_iter()
            .map(|experiment| experiment.design.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(&[]), ["first", "second", "unordered"]);
    assert_eq!(read(&["dear".to_owned()]), ["dear"]);
    assert_eq!(read(&["dear", "first", "dear"].map(str::to_owned)), ["dear", "first"]);
    let names = ["third".to_owned()];
    let told = catalog::read(folder.path(), &names, &Overrides::default()).unwrap_err().to_string();
    assert_eq!(told, "no experiment \"third\"; expected one of first, second, dear, unordered");
    write("broken.toml", "vary = [");
    let told = catalog::read(folder.path(), &[], &Overrides::default()).unwrap_err().to_string();
    assert!(told.contains("broken.toml, line 1") && !told.contains('\n'), "{told}");
    fs::write(folder.path().join("broken.toml"), [255]).unwrap();
    let told = catalog::read(folder.path(), &[], &Overrides::default()).unwrap_err().to_string();
    assert!(told.contains("broken.toml: ") && !told.contains('\n'), "{told}");
}

#[test]
fn a_folder_without_experiments_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for names in [vec![], vec!["first".to_owned()]] {
        let told =
            catalog::read(folder.path(), &names, &Overrides::default()).unwrap_err().to_string();
        assert!(
            told.ends_with("no experiments here; expected a TOML file with a table [vary]"),
            "{told}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_experiment_whose_name_is_not_unicode_is_refused_and_a_single_run_of_such_a_name_is_none() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let folder = tempfile::tempdir().unwrap();
    let experiment = "title = \"T\"\nvary.batch_size = [1, 2]";
    fs::write(folder.path().join("first.toml"), experiment).unwrap();
    let other = folder.path().join(OsStr::from_bytes(b"gr\xf6\xdfe.toml"));
    fs::write(&other, "epochs = 3").unwrap();
    let read = |names: &[String]| catalog::read(folder.path(), names, &Overrides::default());
    assert_eq!(read(&[]).unwrap().len(), 1);
    fs::write(&other, experiment).unwrap();
    for names in [&[][..], &["first".to_owned()]] {
        let told = read(names).unwrap_err().to_string();
        let expected =
            "/gr\\xF6\\xDFe.toml\": expected a file name in valid Unicode for an experiment";
        assert!(told.ends_with(expected), "{told}");
    }
}

#[test]
fn a_file_as_windows_saves_it_is_read() {
    plain("\u{feff}title = \"T\"\r\n[vary]\r\nlearning_rate = [0.1, 0.2]\r\n").unwrap();
}
