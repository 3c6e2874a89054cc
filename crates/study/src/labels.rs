//! The names of levels, as people write them: `SGD, Nesterov momentum 0.9, rate 0.03`.

use host::text::counted;
use run::config::value_name;
use toml::Value;

use crate::plan::{Field, field_name, number};

/// The name of a level with these settings.
pub(crate) fn of(fields: &[Field]) -> String {
    let value =
        |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
    let has_schedule = value("schedule").is_some();
    let has_nesterov = value("nesterov") == Some(&Value::Boolean(true));
    let mut parts: Vec<String> = Vec::new();
    for (field, each) in fields {
        let part = match *field {
            "schedule" => scheduled(each, value("learning_rate"), value("warmup")),
            // Told with the schedule.
            "learning_rate" | "warmup" if has_schedule => continue,
            "nesterov" if has_nesterov && value("momentum").is_some() => continue,
            "momentum" if has_nesterov => format!("Nesterov momentum {}", value_name(each)),
            "learning_rate" if !parts.is_empty() => format!("rate {}", value_name(each)),
            _ => phrase(field, each),
        };
        parts.push(part);
    }
    parts.join(", ")
}

/// A setting and its value.
fn phrase(field: &str, value: &Value) -> String {
    let (name, words) = (field_name(field), value_name(value));
    match (field, value) {
        ("optimizer", _) => match words.as_str() {
            "sgd" => "SGD".to_owned(),
            "adam" => "Adam".to_owned(),
            "adamw" => "AdamW".to_owned(),
            _ => words,
        },
        ("keep", _) => format!("keeping the {words} weights"),
        ("augment", _) if words == "none" => "no augmentation".to_owned(),
        ("augment", _) => format!("{words} augmentation"),
        ("epochs", Value::Integer(epochs)) => counted(*epochs as usize, "epoch"),
        ("limit", Value::Integer(rows)) => counted(*rows as usize, "row"),
        ("warmup", _) => warm_up(number(value)),
        ("dropout" | "momentum" | "weight_decay", _) if number(value) == Some(0.0) => {
            format!("no {name}")
        }
        (_, Value::Boolean(true)) => name,
        (_, Value::Boolean(false)) => format!("no {name}"),
        _ => format!("{name} {words}"),
    }
}

/// `constant rate 0.5 after 1 epoch of warm-up`.
fn scheduled(schedule: &Value, rate: Option<&Value>, warmup: Option<&Value>) -> String {
    let rate = rate.map(value_name);
    let schedule = match (value_name(schedule).as_str(), rate) {
        ("constant", Some(rate)) => format!("constant rate {rate}"),
        ("constant", None) => "constant rate".to_owned(),
        (other, Some(rate)) => format!("{other} schedule from rate {rate}"),
        (other, None) => format!("{other} schedule"),
    };
    match warmup.and_then(number) {
        None | Some(0.0) => schedule,
        warmup => format!("{schedule} after {}", warm_up(warmup)),
    }
}

fn warm_up(epochs: Option<f64>) -> String {
    match epochs {
        None | Some(0.0) => "no warm-up".to_owned(),
        Some(1.0) => "1 epoch of warm-up".to_owned(),
        Some(epochs) => format!("{epochs} epochs of warm-up"),
    }
}
