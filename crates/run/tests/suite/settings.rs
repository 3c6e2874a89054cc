//! What was asked for is checked before anything is done, and refused in one line.

use std::{fs, path::Path};

use clap::Args;
use data::ReadOptions;
use proptest::prelude::*;
use run::{
    Job, NetworkKind, Optimizer, Provenance, Run, RunFolder, Schedule, Setting, Settings, Start,
    TrainFlags, Workspace, settings::SETTINGS,
};
use toml::{Table, Value};

/// What a TOML file with this text comes to, or the one line that refuses it.
fn read(text: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.toml");
    fs::write(&path, text).unwrap();
    Settings::read(&path).map_err(|error| {
        let told = error.to_string();
        assert!(!told.contains('\n'), "{told}");
        told.replace(path.to_str().unwrap(), "run.toml")
    })
}

#[test]
fn an_empty_file_means_the_defaults_of_the_assignment() {
    let config = read("").unwrap().resolve().unwrap();
    insta::assert_snapshot!(toml::to_string(&config).unwrap(), @r#"
    [defaults]
    backend = "flex"
    data = "data/mnist_train.csv.gz"
    test_data = "data/mnist_test.csv.gz"
    pixel_max = 255
    transpose = false
    invert = false
    grey = false
    valid_fraction = 0.2
    split_seed = 0
    network = "mlp"
    hidden = [256, 128]
    dropout = 0.0
    layer_norm = false
    augment = "none"
    augment_strength = 1.0
    outliers = 0.0
    epochs = 10
    batch_size = 64
    label_smoothing = 0.0
    class_weights = "none"
    optimizer = "sgd"
    learning_rate = 0.01
    momentum = 0.0
    nesterov = false
    weight_decay = 0.0
    decay_all = true
    schedule = "constant"
    warmup = 0.0
    min_gain = 0.0
    keep = "last"
    seed = 0
    threads = 1
    "#);
}

#[test]
fn the_record_of_a_run_of_old_keeps_its_split_and_other_files_have_that_of_all() {
    let split = |text: &str| read(text).unwrap().resolve().unwrap().split_seed;
    assert_eq!(split("seed = 3\n[provenance]\ndevice = \"a card\""), 3);
    assert_eq!(split("[provenance]\ndevice = \"a card\""), 0);
    assert_eq!(split("seed = 3\nsplit_seed = 0\n[provenance]\ndevice = \"a card\""), 0);
    assert_eq!(split("seed = 3"), 0);
}

#[test]
fn unknown_keys_and_impossible_values_are_refused_by_name() {
    let refusals: Vec<String> = [
        "lr = 0.1",
        "epochs = 3\nbatchsize = 5",
        "dropout = 1.5",
        "dropout = -0.1",
        "dropout = nan",
        "batch_size = 0",
        "batch_size = 6.4",
        "learning_rate = -1.0",
        "learning_rate = 0",
        "learning_rate = inf",
        "learning_rate = \"fast\"",
        "hidden = []",
        "hidden = [256, 0]",
        "hidden = 256",
        "momentum = 1.0",
        "weight_decay = -0.5",
        "decay_all = 1",
        "clip_grad_norm = 0",
        "ema = 1.0",
        "label_smoothing = 1.0",
        "class_weights = \"inverse\"",
        "epochs = 0",
        "valid_fraction = 1.0",
        "valid_fraction = 0.0",
        "limit = -5",
        "image = \"20by30\"",
        "image = \"0x30\"",
        "image = \"20x513\"",
        "image = 28",
        "pixel_max = 0",
        "pixel_max = 256",
        "label_column = \" \"",
        "label_column = 1",
        "labels = 1",
        "test_labels = true",
        "class_names = [\"a\", \"b\"]",
        "transpose = 1",
        "invert = \"yes\"",
        "grey = \"true\"",
        "seed = -1",
        "backend = \"tpu\"",
        "network = \"perceptron\"",
        "filters = [24]",
        "filters = [24, 0]",
        "filters = 24",
        "augment = \"mirror\"",
        "augment_strength = 0",
        "outliers = 1.0",
        "optimizer = \"rmsprop\"",
        "schedule = \"linear\"",
        "keep = \"first\"",
        "warmup = -1",
        "gamma = 0",
        "step_size = 0",
        "patience = 0",
        "min_gain = 1.5",
        "epochs 3",
        "epochs = 3\nepochs = 4",
    ]
    .iter()
    .map(|text| read(text).unwrap_err().replace(&all_names(), "[all settings]"))
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

/// The names of all settings, as an error lists them.
fn all_names() -> String {
    SETTINGS.iter().map(|setting| format!("`{}`", setting.name)).collect::<Vec<_>>().join(", ")
}

#[test]
fn values_that_do_not_go_together_are_refused_by_name() {
    let refusals: Vec<String> = [
        "data = \"own.csv\"\ntest_labels = \"labels.txt\"",
        "optimizer = \"adam\"\nmomentum = 0.9",
        "optimizer = \"adamw\"\nmomentum = 0.9\nnesterov = true",
        "nesterov = true",
        "decay_all = false",
        "filters = [24, 32]",
        "gamma = 0.5",
        "schedule = \"cosine\"\ngamma = 0.5",
        "schedule = \"exponential\"\nstep_size = 3",
        "epochs = 5\nwarmup = 5.5",
        "backend = \"wgpu\"\nthreads = 2",
        "augment_strength = 2.0",
        "min_gain = 0.001",
    ]
    .iter()
    .map(|text| read(text).unwrap().resolve().unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(refusals.join("\n"), @"
    test_labels = labels.txt; expected none without test data
    momentum = 0.9; expected 0 with adam, which does not take this setting
    momentum = 0.9; expected 0 with adamw, which does not take this setting
    nesterov = true; expected false, or sgd with a momentum above 0
    decay_all = false; expected true, or a weight decay above 0
    filters = 24,32; expected none with the network mlp, which has no convolutions
    gamma = 0.5; expected none with the constant schedule; step and exponential have one
    gamma = 0.5; expected none with the cosine schedule; step and exponential have one
    step_size = 3; expected none with the exponential schedule; only step has one
    warmup = 5.5; expected at most 5 epochs, the length of the training
    threads = 2; expected 1 with wgpu, which does not compute on the CPU
    augment_strength = 2; expected 1, or an augmentation as well
    min_gain = 0.001; expected 0, or a patience as well
    ");
}

#[test]
fn some_defaults_follow_from_the_optimizer_the_schedule_and_the_epochs() {
    let config = |text: &str| read(text).unwrap().resolve().unwrap();
    let adamw = config("optimizer = \"adamw\"");
    assert_eq!((adamw.learning_rate, adamw.weight_decay), (0.001, 0.01));
    let given = config("optimizer = \"adamw\"\nlearning_rate = 0.1\nweight_decay = 0.0");
    assert_eq!((given.learning_rate, given.weight_decay), (0.1, 0.0));
    let step = config("schedule = \"step\"\nepochs = 20");
    assert_eq!((step.gamma, step.step_size), (Some(0.1), Some(7)));
    assert_eq!(config("schedule = \"exponential\"\nepochs = 20").gamma, Some(0.7943));
}

#[test]
fn the_default_layers_are_those_of_the_network() {
    let layers = |text: &str| {
        let config = read(text).unwrap().resolve().unwrap();
        (config.filters, config.hidden.clone())
    };
    assert_eq!(layers(""), (None, vec![256, 128]));
    assert_eq!(layers("network = \"cnn\""), (Some([24, 32]), vec![256]));
    let given = "network = \"cnn\"\nfilters = [8, 16]\nhidden = [64, 32]";
    assert_eq!(layers(given), (Some([8, 16]), vec![64, 32]));
    // The layers of a repeated run follow its network.
    let cnn = Settings { network: Some(NetworkKind::Cnn), ..Settings::default() };
    let changed = cnn.over(recorded("")).resolve().unwrap();
    assert_eq!((changed.filters, changed.hidden.clone()), (Some([24, 32]), vec![256]));
    let mlp = Settings { network: Some(NetworkKind::Mlp), ..Settings::default() };
    let refused = mlp.over(recorded(given)).resolve().unwrap_err();
    assert_eq!(refused.field, "filters");
}

#[test]
fn what_does_not_go_together_may_come_from_a_file_and_the_command_line() {
    let file = read("momentum = 0.9").unwrap();
    let nesterov = Settings { nesterov: Some(true), ..Settings::default() };
    nesterov.check().unwrap();
    assert!(nesterov.clone().over(file.clone()).resolve().unwrap().nesterov);
    let adam = Settings { optimizer: Some(Optimizer::Adam), ..nesterov };
    assert_eq!(adam.over(file).resolve().unwrap_err().field, "momentum");
}

#[test]
fn the_command_line_goes_before_the_file_and_the_file_before_the_defaults() {
    let file = read("learning_rate = 0.5\nbatch_size = 128\nhidden = [64]").unwrap();
    let flags = Settings { learning_rate: Some(0.1), ..Settings::default() };
    let config = flags.over(file).resolve().unwrap();
    assert_eq!((config.learning_rate, config.batch_size, config.epochs), (0.1, 128, 10));
    assert_eq!(config.hidden, [64]);
}

#[test]
fn the_default_test_set_belongs_to_the_default_data_alone() {
    let own = Settings { data: Some("own.csv".into()), ..Settings::default() };
    assert_eq!(own.clone().resolve().unwrap().test_data, None);
    let file = read("data = \"file.csv\"\ntest_data = \"file_test.csv\"").unwrap();
    assert_eq!(own.over(file.clone()).resolve().unwrap().test_data, None);
    assert_eq!(file.resolve().unwrap().test_data.as_deref(), Some(Path::new("file_test.csv")));

    // And so does the form of the images.
    let form = "image = \"8x9\"\npixel_max = 16\nlabel_column = \"last\"\nlabels = \"l.txt\"\n\
        test_labels = \"t.txt\"\nclass_names = \"n.txt\"\ntranspose = true\ninvert = true\n\
        grey = true";
    let file = read(&format!("data = \"file.csv\"\ntest_data = \"t.csv\"\n{form}")).unwrap();
    let flags = Settings { learning_rate: Some(0.1), ..Settings::default() };
    let same = flags.over(file.clone()).resolve().unwrap();
    assert_eq!((same.image.unwrap().to_string(), same.pixel_max.get()), ("8x9".to_owned(), 16));
    let own = Settings { data: Some("own.csv".into()), ..Settings::default() }
        .over(file)
        .resolve()
        .unwrap();
    assert_eq!(own.read_options(), ReadOptions::default());
    assert_eq!(own.test_read_options(), ReadOptions::default());
    // The labels belong to one file, the rest of the form to all files of a run.
    let options = |data: &str| same.read_options_of(Path::new(data));
    let without = ReadOptions { labels: None, ..same.read_options() };
    for (data, labels) in [("file.csv", Some("l.txt")), ("t.csv", Some("t.txt")), ("x", None)] {
        let labels = labels.map(Into::into);
        assert_eq!(options(data), ReadOptions { labels, ..without.clone() }, "{data}");
    }
    assert_eq!((without.transpose, without.invert, without.grey), (true, true, true));
}

/// The settings in the `run.toml` of a run with these settings.
fn recorded(text: &str) -> Settings {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    let config = read(text).unwrap().resolve().unwrap();
    folder.write_record(&config, &Provenance::default()).unwrap();
    Settings::read(&folder.run_toml()).unwrap()
}

#[test]
fn a_run_toml_hands_on_what_was_given_and_no_default_that_depends_on_what_changes() {
    let (given, none) = (Settings::default, Settings::default);
    let adamw = Settings { optimizer: Some(Optimizer::AdamW), ..given() };
    let config = adamw.clone().over(recorded("")).resolve().unwrap();
    assert_eq!((config.learning_rate, config.weight_decay), (0.001, 0.01));
    let config = adamw.over(recorded("learning_rate = 0.01")).resolve().unwrap();
    assert_eq!((config.learning_rate, config.weight_decay), (0.01, 0.01));

    let two = "schedule = \"exponential\"\nepochs = 2";
    let longer = Settings { epochs: Some(20), ..given() };
    let constant = Settings { schedule: Some(Schedule::Constant), ..given() };
    assert_eq!(none().over(recorded(two)).resolve().unwrap().gamma, Some(0.1));
    assert_eq!(longer.clone().over(recorded(two)).resolve().unwrap().gamma, Some(0.7943));
    assert_eq!(constant.clone().over(recorded(two)).resolve().unwrap().gamma, None);
    let own = format!("{two}\ngamma = 0.5");
    assert_eq!(longer.over(recorded(&own)).resolve().unwrap().gamma, Some(0.5));
    assert_eq!(constant.over(recorded(&own)).resolve().unwrap_err().field, "gamma");

    // The default test data belong to the default data.
    let data = Settings { data: Some("own.csv".into()), ..given() };
    assert_eq!(data.over(recorded("")).resolve().unwrap().test_data, None);
}

#[test]
fn a_run_toml_repeats_its_run_also_when_defaults_have_changed() {
    // As if another version had written it.
    let text = "epochs = 3\n[defaults]\ndata = \"old.csv\"\ntest_data = \"old_test.csv\"\n\
        batch_size = 7\noptimizer = \"adam\"\nlearning_rate = 0.3\n[provenance]\n";
    let lr = Settings { learning_rate: Some(0.5), ..Settings::default() };
    for (flags, rate) in [(Settings::default(), 0.3), (lr, 0.5)] {
        let config = flags.over(read(text).unwrap()).resolve().unwrap();
        assert_eq!((config.epochs, config.batch_size, config.learning_rate), (3, 7, rate));
        assert_eq!(config.data, Path::new("old.csv"));
        assert_eq!(config.test_data.as_deref(), Some(Path::new("old_test.csv")));
    }
    // The same value is no change.
    let same = Settings { optimizer: Some(Optimizer::Adam), ..Settings::default() };
    assert_eq!(same.over(read(text).unwrap()).resolve().unwrap().learning_rate, 0.3);
    let sgd = Settings { optimizer: Some(Optimizer::Sgd), ..Settings::default() };
    assert_eq!(sgd.over(read(text).unwrap()).resolve().unwrap().learning_rate, 0.01);

    let told = read("[defaults]\nbatch_size = 0").unwrap_err();
    assert_eq!(told, "run.toml: batch_size = 0; expected a whole number from 1 to 1000000000");
}

#[test]
fn a_run_toml_of_a_repeated_run_is_that_of_the_run() {
    for text in ["", "epochs = 3\nlearning_rate = 0.01", "data = \"own.csv\"\nseed = 1"] {
        let (once, twice) = (recorded(text), recorded(text));
        assert_eq!(once, twice);
        let config = once.clone().resolve().unwrap();
        let parent = tempfile::tempdir().unwrap();
        let folder = RunFolder::at(parent.path());
        folder.write_record(&config, &Provenance::default()).unwrap();
        assert_eq!(Settings::read(&folder.run_toml()).unwrap(), once);
    }
}

#[test]
fn the_same_data_keep_their_test_data_and_their_format() {
    let file = read("data = \"my.csv\"\ntest_data = \"test.csv\"\nimage = \"8x9\"").unwrap();
    let same = Settings { data: Some("my.csv".into()), ..Settings::default() };
    assert_eq!(same.over(file.clone()), file);
}

#[test]
fn a_run_is_resumed_with_its_own_data_given_again_and_refused_with_others() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    let config = Settings::default().resolve().unwrap();
    folder.write_record(&config, &Provenance::default()).unwrap();
    let resume = |data: &str| {
        let settings = Settings { data: Some(data.into()), ..Settings::default() };
        let out = Some(folder.path().to_owned());
        Job::from_flags(TrainFlags { settings, out, resume: true, ..TrainFlags::default() }, 1)
    };
    assert_eq!(resume("data/mnist_train.csv.gz").unwrap().config, config);
    assert_eq!(
        resume("my.csv").unwrap_err().to_string(),
        "data = \"my.csv\"; the run to resume has \"data/mnist_train.csv.gz\": only --epochs can \
         change in a resumed run"
    );
}

#[test]
fn a_new_run_on_a_cpu_has_the_threads_that_are_given_or_those_of_the_machine() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("mine.toml");
    let threads = |text: &str, threads: Option<i64>| {
        fs::write(&file, text).unwrap();
        let flags = TrainFlags {
            config: Some(file.clone()),
            out: Some(parent.path().join("run")),
            settings: Settings { threads, ..Settings::default() },
            ..TrainFlags::default()
        };
        Job::from_flags(flags, 4).unwrap().config.threads
    };
    assert_eq!(threads("", None), 4);
    assert_eq!(threads("", Some(2)), 2);
    assert_eq!(threads("threads = 3", None), 3);
    // The record of a run: its default is kept.
    assert_eq!(threads("[defaults]\nthreads = 1", None), 1);
    assert_eq!(threads("backend = \"wgpu\"", None), 1);
}

#[test]
fn what_does_not_go_together_is_blamed_on_the_place_that_says_so() {
    let parent = tempfile::tempdir().unwrap();
    let (file, out) = (parent.path().join("mine.toml"), parent.path().join("run"));
    let wrong = "optimizer = \"adam\"\nmomentum = 0.9\n";
    let mistake = "momentum = 0.9; expected 0 with adam, which does not take this setting";
    let momentum = || Settings { momentum: Some(0.9), ..Settings::default() };
    let told = |text: &str, settings: Settings| {
        fs::write(&file, text).unwrap();
        let (config, out) = (Some(file.clone()), Some(out.clone()));
        let flags = TrainFlags { config, out, settings, ..TrainFlags::default() };
        Job::from_flags(flags, 1).unwrap_err().to_string()
    };
    let in_file = format!("{}: {mistake}", file.display());
    assert_eq!(told(wrong, Settings::default()), in_file);
    // The flags would mend it, but a file must be right by itself.
    let mends = Settings { momentum: Some(0.0), ..Settings::default() };
    assert_eq!(told(wrong, mends), in_file);
    let on_command_line = format!("command line: {mistake}");
    assert_eq!(told("optimizer = \"adam\"\n", momentum()), on_command_line);

    // The same in the record of a run that is resumed.
    fs::create_dir(&out).unwrap();
    fs::write(out.join("run.toml"), wrong).unwrap();
    let flags = TrainFlags { out: Some(out.clone()), resume: true, ..TrainFlags::default() };
    let told = Job::from_flags(flags, 1).unwrap_err().to_string();
    assert_eq!(told, format!("{}: {mistake}", out.join("run.toml").display()));
}

#[test]
fn a_file_of_a_run_is_the_same_by_each_of_its_names() {
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path().join("run"));
    let path = |name: &str| Some(parent.path().join(name));
    for name in ["data.csv", "test.csv", "labels.txt", "names.txt"] {
        fs::write(parent.path().join(name), "").unwrap();
    }
    fs::create_dir(folder.path()).unwrap();
    let settings = |before: &str| {
        let path = |name: &str| path(&format!("{before}{name}"));
        Settings {
            data: path("data.csv"),
            test_data: path("test.csv"),
            labels: path("labels.txt"),
            test_labels: path("labels.txt"),
            class_names: path("names.txt"),
            ..Settings::default()
        }
    };
    let config = settings("").resolve().unwrap();
    folder.write_record(&config, &Provenance::default()).unwrap();
    let flags = TrainFlags {
        settings: settings("run/../"),
        out: Some(folder.path().to_owned()),
        resume: true,
        ..TrainFlags::default()
    };
    assert_eq!(Job::from_flags(flags, 1).unwrap().config, config);

    // What belongs to the data of a file of settings stays with them.
    let data = Settings { data: path("run/../data.csv"), ..Settings::default() };
    let both = data.over(settings("")).resolve().unwrap();
    assert_eq!(both.labels, path("labels.txt"));
    let other = path("run/../test.csv").unwrap();
    assert_eq!(config.read_options_of(&other), config.test_read_options());
    let sha256 = Provenance { data_sha256: "old".to_owned(), ..Provenance::default() };
    folder.write_record(&config, &sha256).unwrap();
    let run = run::Run::record(folder).unwrap();
    assert_eq!(run.other_sha256(&path("run/../data.csv").unwrap(), "new"), Some("old"));
}

#[test]
fn counts_have_an_end() {
    for name in ["epochs", "batch_size", "limit", "patience", "step_size"] {
        let with = |value: i64| {
            read(&format!("{name} = {value}\nschedule = \"step\""))
                .map(|settings| settings.resolve())
        };
        with(1_000_000_000).unwrap().unwrap();
        for value in [0, 1_000_000_001, i64::MAX, i64::MIN] {
            let expected =
                format!("run.toml: {name} = {value}; expected a whole number from 1 to 1000000000");
            assert_eq!(with(value).unwrap_err(), expected);
        }
    }
}

#[test]
fn a_run_toml_is_a_config_that_repeats_the_run() {
    let text = "learning_rate = 0.1\nlimit = 500\nhidden = [32]\nlayer_norm = true\nseed = \
        9\nbackend = \"ndarray\"";
    let config = read(text).unwrap().resolve().unwrap();
    let provenance = Provenance {
        operations: "Burn's own".to_owned(),
        device: "a \"quoted\" card".into(),
        trainer: "0.1.0".into(),
        burn: "0.22.1".into(),
        rustc: "rustc 1.95.0".into(),
        git_revision: "unknown".into(),
        data_sha256: "00".into(),
        test_data_sha256: None,
        data_form: "separator: comma; header: none".into(),
    };
    let parent = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(parent.path());
    folder.write_record(&config, &provenance).unwrap();
    assert_eq!(Settings::read(&folder.run_toml()).unwrap().resolve().unwrap(), config);
    let run = Run::read(folder.clone()).unwrap();
    assert_eq!(run, Run { folder, config, provenance, summary: None });
}

/// Values of a setting: those that it takes of some of each type, valid or not.
fn values(setting: &Setting) -> Vec<Value> {
    let command = Settings::augment_args(clap::Command::new("train"));
    let argument = command.get_arguments().find(|argument| argument.get_id() == setting.name);
    let choices: Vec<String> = argument
        .unwrap()
        .get_possible_values()
        .iter()
        .map(|choice| choice.get_name().to_owned())
        .collect();
    let texts = ["data/a b.csv", "./-", "28x28", "3x900"].map(str::to_owned);
    let wholes = [-5, 0, 1, 2, 20, 255, 300, 99_999].map(Value::from);
    let numbers = [-0.1, 0.0, 1e-300, 0.125, 0.9, 1.0, 2.5, f64::INFINITY].map(Value::from);
    let lists = [vec![1], vec![256, 128], vec![3, 0], Vec::new()].map(Value::from);
    let flags = [false, true].map(Value::from);
    let all = choices.into_iter().chain(texts).map(Value::from);
    let all = all.chain(wholes).chain(numbers).chain(lists).chain(flags);
    all.filter(|value| table(&[(setting.name, value.clone())]).try_into::<Settings>().is_ok())
        .collect()
}

fn table(values: &[(&str, Value)]) -> Table {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Settings of which few are given, so that many of them go together.
fn settings() -> impl Strategy<Value = Settings> {
    let value = |setting: &'static Setting| {
        let value = prop::sample::select(values(setting));
        prop::option::weighted(0.2, value).prop_map(|value| (setting.name, value))
    };
    let each: Vec<_> = SETTINGS.iter().map(value).collect();
    each.prop_map(|each| {
        let given: Vec<_> =
            each.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        table(&given).try_into().unwrap()
    })
}

fn start() -> impl Strategy<Value = Start> {
    prop::sample::select(vec![Start::New, Start::Resume, Start::Missing])
}

proptest! {
    #[test]
    fn a_job_survives_the_way_through_a_file(settings in settings(), start in start()) {
        if let Ok(config) = settings.resolve() {
            let folder = tempfile::tempdir().unwrap();
            let revision = Some("0123abc-dirty".to_owned());
            let workspace = Workspace { revision, cache: Some("target/digits".into()) };
            let job = Job { config, folder: RunFolder::at("runs/my run"), start, workspace };
            let file = folder.path().join("job.toml");
            job.write(&file).unwrap();
            let read = Job::read(&file).unwrap();
            // Also as what was given, and what was not.
            let text = |job: &Job| toml::to_string(&job.config).unwrap();
            prop_assert_eq!(text(&read), text(&job));
            prop_assert_eq!(read, job);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z_]{0,12} ?= ?[-0-9a-z.\\[\\]\", ]{0,12}") {
        let _ = read(&text);
    }

    #[test]
    fn whatever_resolves_is_valid(settings in settings()) {
        if let Ok(config) = settings.resolve() {
            prop_assert!(config.epochs > 0 && config.batch_size > 0 && config.limit != Some(0));
            prop_assert!((0.0..1.0).contains(&config.dropout));
            prop_assert!((0.0..1.0).contains(&config.momentum));
            prop_assert!(config.learning_rate > 0.0 && config.weight_decay >= 0.0);
            prop_assert!(config.valid_fraction > 0.0 && config.valid_fraction < 1.0);
            let hidden = &config.hidden;
            prop_assert!(!hidden.is_empty() && hidden.iter().all(|size| *size > 0));
            prop_assert_eq!(config.filters.is_some(), config.network == NetworkKind::Cnn);
        }
    }
}

#[test]
fn a_message_quotes_little_of_a_long_line() {
    let long = "x".repeat(200_000);
    for text in [
        format!("seed = \"{long}\""),
        format!("{long} = 1"),
        format!("image = \"{long}\""),
        format!("hidden = [{}0]", "7,".repeat(9_000)),
    ] {
        let told = read(&text).unwrap_err();
        assert!(told.chars().count() < 1_300, "{} characters: {told:.100}", told.len());
    }
}
