//! When training ends.

use run::{History, RunConfig};

/// Whether all epochs are done, or the patience for a gain is exhausted. This depends only on the
/// history, so that a resumed run stops where it would have stopped.
pub fn is_over(config: &RunConfig, history: &History) -> bool {
    history.epochs().len() >= config.epochs || stops_early(config, history)
}

/// Far below the accuracy of a single row, far above the rounding of a difference.
const ROUNDING: f64 = 1e-12;

/// Whether the validation accuracy has not risen by the least gain for as many epochs as the
/// patience lasts, as Keras' `EarlyStopping` counts them
/// (<https://keras.io/api/callbacks/early_stopping/>); but a rise of exactly the least gain counts.
pub fn stops_early(config: &RunConfig, history: &History) -> bool {
    let Some(patience) = config.patience else { return false };
    let (mut best, mut waited) = (f64::NEG_INFINITY, 0);
    for epoch in history.epochs() {
        let rise = epoch.valid.accuracy() - best;
        if rise > 0.0 && rise + ROUNDING >= config.min_gain {
            (best, waited) = (epoch.valid.accuracy(), 0);
        } else {
            waited += 1;
        }
    }
    waited >= patience
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use run::{Epoch, Measures, Metric, Settings};

    use super::*;

    fn history(accuracies: &[f64]) -> History {
        let mut history = History::default();
        for (epoch, accuracy) in (1..).zip(accuracies) {
            let measures = |metric| match metric {
                Metric::Accuracy => Some(*accuracy),
                _ => Some(1.0),
            };
            let measures = Measures::of(measures).unwrap();
            history.push(Epoch {
                epoch,
                train: measures,
                valid: measures,
                train_eval: None,
                seconds: 1.0,
                samples_per_second: 1.0,
            });
        }
        history
    }

    #[test]
    fn a_rise_of_exactly_the_least_gain_counts() {
        let settings = Settings { patience: Some(1), min_gain: Some(0.15), ..Settings::default() };
        let config = settings.resolve().unwrap();
        // 0.85 - 0.7 is a little below 0.15 in floating-point numbers.
        for (accuracies, stops) in [
            (&[0.7, 0.85][..], false),
            (&[0.7, 0.8499], true),
            (&[0.7, 0.7], true),
            (&[0.7], false),
        ] {
            assert_eq!(stops_early(&config, &history(accuracies)), stops, "{accuracies:?}");
        }
    }
}
