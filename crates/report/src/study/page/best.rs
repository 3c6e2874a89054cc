use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{Markup, html};
use run::{Mistake, StudyFolder};

use crate::{
    ReportError, image,
    study::{
        classes::{CLASSES, Confusion},
        insights::percent,
        results::{Results, Trial},
    },
};

/// Width and height of an image.
const SIDE: u32 = 28;

/// The network with the highest final validation accuracy, on the test set.
pub(super) fn section(results: &Results, folder: &StudyFolder) -> Result<Markup, ReportError> {
    let accuracy = |trial: &Trial| trial.summary.test_accuracy.and(trial.summary.final_valid_accuracy).unwrap_or(0.0);
    let trials = results.trials();
    let best =
        trials.into_iter().filter(|trial| accuracy(trial) > 0.0).max_by(|a, b| accuracy(a).total_cmp(&accuracy(b)));
    let Some(best) = best else {
        return Ok(
            html! { h2 #best { "The best network" } p { "No run finished with a test set, so there are no predictions to look at." } },
        );
    };
    let run = folder.run(&best.name);
    let confusion = Confusion::of(&run.read_predictions()?);
    let mistakes = run.read_mistakes()?;
    Ok(html! {
        h2 #best { "The best network" }
        p {
            "Of all runs, " code { (best.name) } " has the highest final validation accuracy, "
            (percent(best.summary.final_valid_accuracy.unwrap_or(0.0))) ", and "
            (percent(best.summary.test_accuracy.unwrap_or(0.0))) " on the test set. Chosen for its validation accuracy among "
            (results.trials().len()) " runs, it owes some of it to luck; the test set took no part in the choice."
        }
        @if let Some((label, taken, count)) = confusion.worst() {
            p { "Its most frequent mistake: " (count) " times, a " (label) " was taken for a " (taken) "." }
        }
        (matrix(&confusion))
        (scores(&confusion))
        @if !mistakes.is_empty() {
            h4 { "The mistakes it was most sure of" }
            div.digits { @for mistake in &mistakes { (drawing(mistake)?) } }
        }
    })
}

fn matrix(confusion: &Confusion) -> Markup {
    html! {
        div.scroll { table.matrix {
            caption { "Confusion matrix: rows are what the image shows, columns what the network sees" }
            thead { tr { th {} @for digit in 0..CLASSES { th { (digit) } } } }
            tbody { @for label in 0..CLASSES { tr {
                th { (label) }
                @for (taken, count) in confusion.row(label).iter().enumerate() {
                    td.right[taken == label].wrong[taken != label && *count > 0] { (count) }
                }
            } } }
        } }
    }
}

fn scores(confusion: &Confusion) -> Markup {
    let three = |value: f64| format!("{value:.4}");
    html! {
        div.scroll { table {
            thead { tr { th { "digit" } th { "precision" } th { "recall" } th { "F1" } th { "images" } } }
            tbody { @for digit in 0..CLASSES {
                @let score = confusion.score(digit);
                tr { th { (digit) } td { (three(score.precision)) } td { (three(score.recall)) } td { (three(score.f1)) } td { (score.support) } }
            } }
        } }
    }
}

fn drawing(mistake: &Mistake) -> Result<Markup, ReportError> {
    let ink: Vec<u8> = mistake.pixels.iter().map(|grey| 255 - grey).collect();
    let file = image::png(&ink, (SIDE, SIDE), png::ColorType::Grayscale)
        .map_err(|reason| ReportError::Picture { picture: "report.html", reason })?;
    let source = format!("data:image/png;base64,{}", BASE64_STANDARD.encode(file));
    let prediction = mistake.prediction;
    let told = format!("a {}, taken for a {}", prediction.label, prediction.predicted);
    Ok(html! {
        figure { img src=(source) alt=(told); figcaption { (told) br; (format!("{:.1} % sure", prediction.probability * 100.0)) } }
    })
}
