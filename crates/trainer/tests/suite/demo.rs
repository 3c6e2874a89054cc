//! The page on which one draws, in a real browser: what it computes is what the network computes,
//! and it reads digits. Needs Chromium; run with `cargo xtask test demo:: -- --ignored`.

use std::{fs, process::Command};

use burn::tensor::{Device, Tensor, TensorData};
use model::{
    Calibration, CnnConfig, ImageFormat, Metadata, MlpConfig, Network, NetworkConfig, Prediction,
};
use report::demo::Demo;
use run::RunFolder;
use serde::Deserialize;

use crate::support::Run;

/// Draws on the page, and leaves what was seen and said.
const DRAW: &str = include_str!("draw.js");
/// How far a probability of the page may be off: it computes in 64 bits, the network in 32.
const OFF: f32 = 1e-4;
/// How many of ten digits must be read.
const READ: usize = 9;

/// What was drawn, what the network saw of it, and what it said.
#[derive(Debug, Deserialize)]
struct Drawn {
    style: String,
    digit: usize,
    pixels: Vec<u8>,
    bars: Vec<Bar>,
    answer: String,
}

#[derive(Debug, Deserialize)]
struct Bar {
    label: usize,
    probability: f32,
    is_best: bool,
}

/// Opens the page, and draws on it.
fn draw(page: &str) -> Vec<Drawn> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.html");
    fs::write(&file, format!("{page}<script>{DRAW}</script>")).unwrap();
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args([
            "--disable-component-update",
            "--disable-sync",
            "--virtual-time-budget=60000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let json = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (json, _) = json.unwrap_or_else(|| {
        panic!("nothing was drawn: {}", String::from_utf8_lossy(&output.stderr))
    });
    serde_json::from_str(json).unwrap()
}

/// The network's probabilities for what the page showed it.
fn probabilities(network: &Network, calibration: Option<&Calibration>, pixels: &[u8]) -> Vec<f32> {
    let [height, width] = match network.layers().input()[..] {
        [_, height, width] => [height, width],
        _ => [pixels.len().isqrt(); 2],
    };
    let greys = TensorData::new(pixels.to_vec(), [1, height, width]);
    let image = Tensor::from_data(greys, &Device::flex());
    let prediction = Prediction::calibrated(network.forward(image), calibration);
    prediction.probabilities.into_data_as::<f32>().iter().collect()
}

/// Whether the page says what the network says; how far it is off at most.
fn compare(drawn: &[Drawn], network: &Network, calibration: Option<&Calibration>) -> f32 {
    let mut off = 0.0_f32;
    for one in drawn.iter().filter(|one| one.style != "cleared") {
        let expected = probabilities(network, calibration, &one.pixels);
        let shown: Vec<usize> = one.bars.iter().map(|bar| bar.label).collect();
        for bar in &one.bars {
            off = off.max((bar.probability - expected[bar.label]).abs());
        }
        assert!(off < OFF, "{} {}: {:?}, expected {expected:?}", one.style, one.digit, one.bars);
        // The bars are those of all classes, or else of the most probable.
        let least = one.bars.iter().map(|bar| bar.probability).fold(1.0, f32::min);
        let hidden = (0..expected.len()).filter(|class| !shown.contains(class));
        assert!(
            hidden.clone().all(|class| expected[class] < least + OFF),
            "{shown:?} of {expected:?}"
        );
        let best = one.bars.iter().max_by(|a, b| a.probability.total_cmp(&b.probability)).unwrap();
        let threshold = calibration.map_or(0.0, |calibration| calibration.threshold);
        let answer = if f64::from(best.probability) < threshold {
            format!("Unsure: perhaps {} (", best.label)
        } else {
            format!("{}, with", best.label)
        };
        assert!(best.is_best && one.answer.starts_with(&answer), "{one:?}");
        assert_eq!(one.bars.iter().filter(|bar| bar.is_best).count(), 1);
    }
    off
}

/// Trains on all digits, draws, and compares; then counts what was read.
fn reads_what_is_drawn(flags: &str) {
    let run = Run::new();
    run.train_well(&format!("--data ../../data/mnist_train.csv.gz --epochs 3 --lr 0.3 {flags}"));
    let demo = Demo::of_run(&RunFolder::at(&run.path)).unwrap();
    let drawn = draw(&demo.page());
    let weights = run.path.join("model.safetensors");
    let calibration = Metadata::read(&fs::read(&weights).unwrap()).unwrap().calibration;
    assert!(calibration.is_some_and(|calibration| calibration.temperature != 1.0));
    let network = Network::load_safetensors(weights, 255, &Device::flex()).unwrap();
    let off = compare(&drawn, &network, calibration.as_ref());
    let read = |one: &&Drawn| one.bars.iter().any(|bar| bar.is_best && bar.label == one.digit);
    for (style, count) in [("printed", 10), ("written", 10), ("keys", 1)] {
        let (of_style, missed): (Vec<&Drawn>, Vec<&Drawn>) = {
            let all: Vec<&Drawn> = drawn.iter().filter(|one| one.style == style).collect();
            let missed = all.iter().copied().filter(|one| !read(one)).collect();
            (all, missed)
        };
        assert_eq!(of_style.len(), count);
        println!(
            "{flags} {style}: {} of {count} read, probabilities off by at most {off:.1e}",
            count - missed.len()
        );
        let misread: Vec<(usize, &str)> =
            missed.iter().map(|one| (one.digit, one.answer.as_str())).collect();
        assert!(
            missed.len() <= 10 - READ && (count > 1 || missed.is_empty()),
            "{style}: {misread:?}"
        );
    }
    let cleared = drawn.last().unwrap();
    assert_eq!(
        (cleared.style.as_str(), cleared.answer.as_str()),
        ("cleared", "Nothing is drawn yet")
    );
    assert!(cleared.pixels.iter().all(|grey| *grey == 0));
}

#[test]
#[ignore = "needs Chromium"]
fn a_plain_network_reads_digits_that_are_drawn() {
    reads_what_is_drawn("");
}

#[test]
#[ignore = "needs Chromium"]
fn a_network_with_layer_norm_reads_digits_that_are_drawn() {
    reads_what_is_drawn("--layer-norm");
}

#[test]
#[ignore = "needs Chromium"]
fn a_convolutional_network_reads_digits_that_are_drawn() {
    reads_what_is_drawn("--network cnn --filters 8,16 --hidden 64 --layer-norm");
}

#[test]
#[ignore = "needs Chromium"]
fn convolutions_of_small_images_and_of_images_with_odd_sides_are_those_of_the_network() {
    for [width, height] in [[8, 11], [21, 14], [29, 31]] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.safetensors");
        let config = CnnConfig::new().with_width(width).with_height(height).with_filters([3, 4]);
        let network = NetworkConfig::Cnn(config).init(&Device::flex());
        let format = ImageFormat {
            width,
            height,
            pixel_max: 255,
            brightest: 255,
            classes: (0..10).map(|class| class.to_string()).collect(),
            transpose: false,
            invert: false,
            is_dark_on_light: false,
        };
        let metadata = Metadata { images: Some(format), calibration: None };
        fs::write(&path, metadata.add_to(network.to_safetensors().unwrap())).unwrap();
        let drawn = draw(&Demo::of_file(&path).unwrap().page());
        assert!(drawn.iter().all(|one| one.pixels.len() == width * height));
        let off = compare(&drawn, &network, None);
        println!("{width}x{height}: probabilities off by at most {off:.1e}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_file_without_a_run_is_shown_with_the_most_probable_of_its_classes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letters.safetensors");
    let config = MlpConfig::new().with_inputs(256).with_classes(26).with_hidden(vec![32]);
    let network = NetworkConfig::Mlp(config).init(&Device::flex());
    fs::write(&path, network.to_safetensors().unwrap()).unwrap();
    let drawn = draw(&Demo::of_file(&path).unwrap().page());
    assert!(drawn.iter().all(|one| one.pixels.len() == 256 && one.bars.len() == 12));
    compare(&drawn, &network, None);
}
