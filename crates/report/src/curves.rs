//! What the learning curves of a run show.

use plotters::style::RGBColor;
use run::{Epoch, History, RunConfig};

use crate::{
    axis::Axis,
    chart::{Chart, Curve, Marker, Size, Spread},
};

/// Blue and vermilion of the palette that colour-blind readers tell apart (Okabe and Ito 2008,
/// <https://jfly.uni-koeln.de/color/>).
pub(crate) const TRAINING: RGBColor = RGBColor(0, 114, 178);
pub(crate) const VALIDATION: RGBColor = RGBColor(213, 94, 0);

/// The two pictures of a run by the names of their files: loss, and accuracy. The history has at least one epoch.
pub fn of_run(config: &RunConfig, history: &History) -> [(&'static str, Chart); 2] {
    let loss = chart(
        "Training and validation loss",
        "mean cross-entropy (nats)",
        config,
        history,
        |epoch| epoch.train_loss,
        |epoch| epoch.valid_loss,
    );
    let accuracy = chart(
        "Training and validation accuracy",
        "accuracy (fraction of rows)",
        config,
        history,
        |epoch| epoch.train_accuracy,
        |epoch| epoch.valid_accuracy,
    );
    [("loss", loss), ("accuracy", accuracy)]
}

fn chart(
    title: &str,
    y_name: &str,
    config: &RunConfig,
    history: &History,
    train: fn(&Epoch) -> f64,
    valid: fn(&Epoch) -> f64,
) -> Chart {
    let curve = |name: &str, color, marker, value: fn(&Epoch) -> f64| Curve {
        name: name.to_owned(),
        color,
        marker,
        spread: Spread::None,
        points: history.epochs().iter().map(|epoch| (epoch.epoch as f64, value(epoch))).collect(),
    };
    Chart {
        title: title.to_owned(),
        subtitle: describe(config),
        x: Axis::whole("epoch"),
        y: Axis::linear(y_name),
        size: Size::Full,
        curves: vec![
            curve("training", TRAINING, Marker::Circle, train),
            curve("validation", VALIDATION, Marker::Square, valid),
        ],
        highlight: history.best().map(|best| (format!("best epoch ({})", best.epoch), best.epoch as f64, valid(best))),
    }
}

/// A run in one line.
fn describe(config: &RunConfig) -> String {
    let hidden: Vec<String> = config.hidden.iter().map(usize::to_string).collect();
    let mut told = format!(
        "hidden layers {}, learning rate {}, batch size {}",
        hidden.join("-"),
        config.learning_rate,
        config.batch_size
    );
    let mut add = |on: bool, what: String| {
        if on {
            told.push_str(", ");
            told.push_str(&what);
        }
    };
    add(config.momentum > 0.0, format!("momentum {}", config.momentum));
    add(config.weight_decay > 0.0, format!("weight decay {}", config.weight_decay));
    add(config.dropout > 0.0, format!("dropout {}", config.dropout));
    add(config.layer_norm, "layer norm".to_owned());
    add(true, format!("seed {}", config.seed));
    told
}
