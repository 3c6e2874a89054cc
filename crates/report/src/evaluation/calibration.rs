//! The calibration of a network: the difference between its confidence and its accuracy.

use run::LabelledPrediction;

use super::proportion::Proportion;

/// The number of bins, as in Guo et al. 2017.
const BINS: usize = 15;

/// Confidence and accuracy of predictions, sorted by their probability into 15 bins of the same
/// width (Guo et al. 2017, "On Calibration of Modern Neural Networks",
/// <https://arxiv.org/abs/1706.04599>).
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The bins that hold a prediction, in ascending order.
    pub bins: Vec<Bin>,
}

/// Predictions of about the same probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The lower edge of their probabilities, from 0; not included.
    pub low: f64,
    /// The upper edge, up to 1; included.
    pub high: f64,
    /// The mean of their probabilities.
    pub confidence: f64,
    /// The right predictions.
    pub right: Proportion,
}

impl Calibration {
    /// Sorts the predictions into bins by probability.
    pub fn of(predictions: &[LabelledPrediction]) -> Self {
        let mut bins: [Vec<&LabelledPrediction>; BINS] = Default::default();
        for prediction in predictions {
            let place = (f64::from(prediction.probability) * BINS as f64).ceil() as usize;
            bins[place.clamp(1, BINS) - 1].push(prediction);
        }
        let filled = bins.iter().enumerate().filter(|(_, inside)| !inside.is_empty());
        Self { bins: filled.map(|(place, inside)| Bin::of(place, inside)).collect() }
    }

    /// The expected calibration error, from 0 to 1: Σ |accuracy − confidence| over the bins,
    /// weighted by their predictions.
    pub fn error(&self) -> f64 {
        self.mean(|bin| (bin.right.value() - bin.confidence).abs())
    }

    /// The mean confidence of all predictions, from 0 to 1.
    pub fn confidence(&self) -> f64 {
        self.mean(|bin| bin.confidence)
    }

    /// The mean of a value of the bins, weighted by their predictions.
    fn mean(&self, value: impl Fn(&Bin) -> f64) -> f64 {
        let all: usize = self.bins.iter().map(|bin| bin.right.all).sum();
        let weighted = self.bins.iter().map(|bin| bin.right.all as f64 * value(bin));
        weighted.sum::<f64>() / all.max(1) as f64
    }
}

impl Bin {
    fn of(place: usize, inside: &[&LabelledPrediction]) -> Self {
        let edge = |place: usize| place as f64 / BINS as f64;
        let sure: f64 = inside.iter().map(|prediction| f64::from(prediction.probability)).sum();
        let (confidence, right) = (sure / inside.len() as f64, Proportion::of_right(inside));
        Self { low: edge(place), high: edge(place + 1), confidence, right }
    }
}
