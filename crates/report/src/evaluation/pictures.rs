//! The pictures of an evaluation.

use data::{Classes, ImageSize};
use plotters::style::{RGBColor, colors::colormaps::ViridisRGB};
use run::Mistake;

use super::{Calibration, Confusion, Evaluation, class_tables};
use crate::{
    axis::Axis,
    chart::{Chart, Curve, Lines, Look, Marker, Point},
    curves::VALIDATION,
    error::ReportError,
    heat::{Field, HeatMap, Width},
    names,
    picture::{Picture, encode_png},
    sheet::{Sheet, Tile},
    words::{percent_to, points},
};

const GREY: RGBColor = RGBColor(150, 150, 156);

/// The pictures of an evaluation by the names of their files, each as PNG. There is no confusion
/// matrix of many classes, and no sheet of mistakes without a mistake.
pub fn of(
    evaluation: &Evaluation,
    mistakes: &[Mistake],
    size: ImageSize,
    pixel_max: u8,
) -> Result<Vec<(&'static str, Vec<u8>)>, ReportError> {
    let classes = evaluation.confusion.classes();
    let mut pictures = vec![("calibration.png", reliability(&evaluation.calibration).png()?)];
    if class_tables::has_matrix(&evaluation.confusion) {
        pictures.push(("confusion.png", confusion(&evaluation.confusion).png()?));
    }
    if !mistakes.is_empty() {
        pictures.push(("mistakes.png", sheet(mistakes, classes, size, pixel_max).png()?));
    }
    Ok(pictures)
}

/// The reliability diagram: accuracy by confidence.
pub fn reliability(calibration: &Calibration) -> Chart {
    let percent = |fraction: f64| fraction * 100.0;
    let axis = |name: &str| Axis { limits: Some((0.0, 100.0)), ..Axis::linear(name) };
    let interval = |(low, high): (f64, f64)| (percent(low), percent(high));
    let places = calibration.bins.iter().map(|bin| Point {
        x: percent(bin.confidence),
        y: percent(bin.right.value()),
        spread: interval(bin.right.interval()),
    });
    let ideal = Look::line(GREY, Marker::Circle);
    Chart {
        title: "Calibration".to_owned(),
        subtitle: format!(
            "expected calibration error {}; bars are 95 % confidence intervals",
            points(calibration.error())
        ),
        x: axis("confidence (%)"),
        y: axis("accuracy (%)"),
        curves: vec![
            Curve::new("perfectly calibrated", ideal, [(0.0, 0.0), (100.0, 100.0)]),
            Curve::new("this network", VALIDATION.with(Lines::Bars), places),
        ],
        ..Chart::default()
    }
}

/// The confusion matrix. Mistakes are coloured: yellow is the most frequent one.
pub fn confusion(confusion: &Confusion) -> HeatMap {
    let all = confusion.classes();
    let names: Vec<String> = (0..all.count()).map(|class| names::short(all, class)).collect();
    let most = confusion.mistakes().first().map_or(1, |mistake| mistake.count);
    let field = |class: usize, predicted: usize| {
        let count = confusion.row(class)[predicted];
        let color = (class != predicted).then(|| ViridisRGB::get_color(count as f32 / most as f32));
        Some(Field { label: count.to_string(), color })
    };
    let classes = 0..names.len();
    let fields = |class| classes.clone().map(|predicted| field(class, predicted)).collect();
    HeatMap {
        title: "Confusion matrix".to_owned(),
        subtitle: "numbers of images; right predictions are grey, mistakes the brighter the more \
                   frequent"
            .to_owned(),
        key: None,
        x: "what the network sees".to_owned(),
        y: "what the image shows".to_owned(),
        columns: names.clone(),
        rows: names,
        fields: classes.clone().map(fields).collect(),
        width: Width::Full,
    }
}

/// The mistakes, each with its true and its predicted label.
pub fn sheet(mistakes: &[Mistake], classes: &Classes, size: ImageSize, pixel_max: u8) -> Sheet {
    let tile = |mistake: &Mistake| Tile {
        pixels: on_paper(&mistake.pixels, pixel_max),
        caption: caption(mistake, classes),
    };
    let tiles = mistakes.iter().map(tile).collect();
    Sheet { title: "Most confident mistakes".to_owned(), size, tiles }
}

/// The caption of a mistake, one text per line: labels and confidence.
pub fn caption(mistake: &Mistake, classes: &Classes) -> Vec<String> {
    /// The most characters of both names that fit in a line.
    const LINE: usize = 10;
    let prediction = mistake.prediction;
    let [label, predicted] =
        [prediction.label, prediction.predicted].map(|class| names::short(classes, class.into()));
    let confidence = format!("confidence {}", percent_to(1, prediction.probability.into()));
    if label.chars().count() + predicted.chars().count() <= LINE {
        vec![format!("{label}, taken for {predicted}"), confidence]
    } else {
        vec![label, format!("taken for {predicted}"), confidence]
    }
}

/// An image as PNG, its ink black on white.
pub fn drawing(pixels: &[u8], size: ImageSize, pixel_max: u8) -> Result<Vec<u8>, ReportError> {
    let (width, height) = (size.width() as u32, size.height() as u32);
    encode_png(&on_paper(pixels, pixel_max), (width, height), png::ColorType::Grayscale)
}

/// Inverts grey values: 0, no ink, becomes 255, white; the largest pixel, full ink, 0, black.
pub(super) fn on_paper(pixels: &[u8], pixel_max: u8) -> Vec<u8> {
    let paper = |grey: &u8| {
        255 - (u32::from(*grey).min(pixel_max.into()) * 255 / u32::from(pixel_max)) as u8
    };
    pixels.iter().map(paper).collect()
}
