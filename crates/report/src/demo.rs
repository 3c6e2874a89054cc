//! A page for drawing, with the predictions of a network. The weights are in the page, which loads
//! no other file.
//!
//! | file | what it does |
//! |---|---|
//! | `demo/network.js` | reads the weights, and runs the network |
//! | `demo/image.js` | turns strokes into an image |
//! | `demo/page.js` | draws strokes by mouse, pen, finger and keys, and shows predictions |

use std::{fs, num::NonZeroU8, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use data::{Classes, ImageSize};
use host::{FileError, FileKind, text::thousands};
use maud::{Markup, PreEscaped, html};
use model::{Calibration, Layers, Metadata};
use run::{NetworkKind, Run, RunFolder};
use serde::Serialize;

use crate::{
    document::{Block, Document, html},
    error::ReportError,
    words::percent,
};

const CSS: &str = include_str!("demo/demo.css");
const SCRIPT: &str = concat!(
    include_str!("demo/network.js"),
    include_str!("demo/image.js"),
    include_str!("demo/page.js")
);

/// The title of a page.
const TITLE: &str = "Try the network";
/// A [`page`](Demo::page) as a file.
pub const FILE: FileKind = FileKind {
    name: "page of `cargo xtask demo`",
    is: |head| String::from_utf8_lossy(head).contains(&format!("<title>{TITLE}</title>")),
};

/// The shorter side of the paper, in its units. The pen of `demo.css` is 22 units wide.
const PAPER: usize = 280;
/// The most bars; of more classes, the page shows the most probable.
const BARS: usize = 12;

/// The most characters of a label that are shown.
const LABEL: usize = 14;

/// A network, with the properties of its training images.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    layers: Layers,
    weights: Vec<u8>,
    image: ImageSize,
    pixel_max: NonZeroU8,
    classes: Classes,
    calibration: Option<Calibration>,
    test_accuracy: Option<f64>,
}

/// The input of the script.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    width: usize,
    height: usize,
    pixel_max: NonZeroU8,
    /// The names of the classes.
    names: Vec<&'a str>,
    /// The layers, in order: the place of a layer names its tensors.
    layers: &'a Layers,
    /// The divisor of the logits before the softmax.
    temperature: f64,
    /// The lowest probability of an answer.
    threshold: f64,
    /// A safetensors file, in base64.
    weights: String,
}

impl Demo {
    /// The network of a finished run.
    ///
    /// # Errors
    /// The run has not finished, a file cannot be read, or the weights do not fit its images.
    pub fn of_run(folder: &RunFolder) -> Result<Self, ReportError> {
        let (layers, weights, metadata) = read(&folder.model())?;
        let Run { config, summary, .. } = Run::read(folder.clone())?;
        let Some(summary) = summary else {
            let reason = "this run has not finished; expected one with a summary.json";
            return Err(FileError::refused(folder.path(), reason).into());
        };
        let (image, classes) = (summary.image, summary.classes);
        let fits = layers.takes(image.width(), image.height());
        if !fits || layers.classes() != classes.count() {
            let reason = format!(
                "a network for images of {} and {} classes; expected {image} pixels and {} classes \
                 as in summary.json",
                layers.images(),
                layers.classes(),
                classes.count()
            );
            return Err(FileError::refused(&folder.model(), reason).into());
        }
        let (pixel_max, test_accuracy) = (config.pixel_max, summary.test_accuracy);
        let calibration = metadata.calibration;
        Ok(Self { layers, weights, image, pixel_max, classes, calibration, test_accuracy })
    }

    /// The network of a safetensors file without a run. If the file does not say for which images
    /// it is, they are assumed to be square, with pixels from 0 to 255, and its labels to count
    /// from 0.
    ///
    /// # Errors
    /// The file cannot be read, or its network is not for square images.
    pub fn of_file(path: &Path) -> Result<Self, ReportError> {
        let (layers, weights, Metadata { images: format, calibration }) = read(path)?;
        let size = format.as_ref().and_then(|format| ImageSize::new(format.width, format.height));
        let fits = |size: &ImageSize| layers.takes(size.width(), size.height());
        let Some(image) = size.filter(fits).or_else(|| ImageSize::square(layers.inputs())) else {
            let reason = format!(
                "a network of {} inputs, which are no square image; name the folder of its run \
                 instead",
                layers.inputs()
            );
            return Err(FileError::refused(path, reason).into());
        };
        let names = format.as_ref().and_then(|format| Classes::new(format.classes.clone()).ok());
        let names = names.filter(|names| names.count() == layers.classes());
        let classes = names.unwrap_or_else(|| Classes::numbered(0, layers.classes()));
        let pixel_max = format.and_then(|format| NonZeroU8::new(format.pixel_max));
        let pixel_max = pixel_max.unwrap_or(NonZeroU8::MAX);
        Ok(Self { layers, weights, image, pixel_max, classes, calibration, test_accuracy: None })
    }

    /// The page, as one file.
    pub fn page(&self) -> String {
        let accuracy = self.test_accuracy.map_or_else(String::new, |accuracy| {
            format!(" Its test accuracy is {}.", percent(accuracy))
        });
        let network = match self.layers.is_convolutional() {
            true => NetworkKind::Cnn,
            false => NetworkKind::Mlp,
        };
        let about = format!(
            "Draw with mouse, pen or finger, and watch the predictions of a {} of {} \
             parameters.{accuracy} It computes in this page, which sends nothing.",
            network.title(),
            thousands(self.layers.num_parameters() as f64)
        );
        html::of(&Document {
            title: TITLE.to_owned(),
            blocks: vec![Block::paragraph(about), self.block()],
        })
    }

    /// The paper and the predictions, as a block.
    pub fn block(&self) -> Block {
        Block::Live { html: self.markup().into_string(), css: CSS }
    }

    /// The size of the weights in a page, in bytes.
    pub fn size(&self) -> usize {
        base64::encoded_len(self.weights.len(), true).unwrap_or(self.weights.len())
    }

    fn markup(&self) -> Markup {
        let (width, height) = (self.image.width(), self.image.height());
        let shorter = width.min(height);
        let paper = format!("0 0 {} {}", PAPER * width / shorter, PAPER * height / shorter);
        let count = self.classes.count();
        let bars = match count > BARS {
            true => format!("Probabilities of the {BARS} most probable of {count} classes"),
            false => format!("Probability of each of {count} classes"),
        };
        let label = self.classes.names().map(|name| name.chars().count()).max();
        let label = label.unwrap_or_default().min(LABEL);
        let keys = "By keyboard: the arrow keys move the pen, Space puts it down and lifts it, \
                    Backspace takes a stroke back, Escape clears the paper.";
        html! {
            div.demo {
                p.answer role="status" { "This needs a browser with JavaScript." }
                svg.paper viewBox=(paper) tabindex="0" role="application" aria-label="Paper to \
                    draw on" aria-describedby="demo-keys" {
                    g.ink {}
                    circle.pen r="11" {}
                }
                figure.seen-frame {
                    canvas.seen role="img" aria-label="What the network sees" {}
                    figcaption { "What the network sees: " (self.image) " pixels" }
                }
                div.buttons {
                    button.undo type="button" { "Undo" }
                    button.clear type="button" { "Clear" }
                }
                ol.bars aria-label=(bars) style=(format!("--label: {label}ch")) {
                    @for _ in 0..count.min(BARS) {
                        li { span.label {} span.bar {} span.percent {} }
                    }
                }
                div.keys.quiet {
                    p id="demo-keys" { (keys) }
                    @if count > BARS { p { "Bars: " (bars.to_lowercase()) "." } }
                }
                script type="application/json" { (PreEscaped(self.known())) }
                script type="module" { "\n" (PreEscaped(SCRIPT)) }
            }
        }
    }

    fn known(&self) -> String {
        let known = Known {
            width: self.image.width(),
            height: self.image.height(),
            pixel_max: self.pixel_max,
            names: self.classes.names().collect(),
            layers: &self.layers,
            temperature: self.calibration.map_or(1.0, |calibration| calibration.temperature),
            threshold: self.calibration.map_or(0.0, |calibration| calibration.threshold),
            weights: BASE64_STANDARD.encode(&self.weights),
        };
        // Numbers, texts and base64 cannot fail; a name could end the script.
        serde_json::to_string(&known).unwrap_or_default().replace('<', r"\u003c")
    }
}

fn read(path: &Path) -> Result<(Layers, Vec<u8>, Metadata), FileError> {
    let weights = fs::read(path).map_err(FileError::at(path))?;
    let parts = Layers::read(&weights).and_then(|layers| Ok((layers, Metadata::read(&weights)?)));
    let (layers, metadata) = parts.map_err(|error| FileError::refused(path, error))?;
    Ok((layers, weights, metadata))
}
