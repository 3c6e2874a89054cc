//! Whether a network is as sure as it is right.

use run::LabelledPrediction;

use super::Proportion;

/// How many bins there are, as in Guo et al. 2017.
const BINS: usize = 15;

/// How sure a network is of its predictions, and how often they are right (Guo et al. 2017, "On
/// Calibration of Modern Neural Networks", <https://arxiv.org/abs/1706.04599>): predictions are
/// sorted by their probability into 15 bins of the same width.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The bins that hold a prediction, in ascending order.
    pub bins: Vec<Bin>,
}

/// Predictions of about the same probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Their probabilities are above this, from 0.
    pub low: f64,
    /// And at most this, up to 1.
    pub high: f64,
    /// The mean of their probabilities: how sure the network was.
    pub confidence: f64,
    /// How many of them are right.
    pub right: Proportion,
}

impl Calibration {
    /// Sorts predictions into bins.
    pub fn of(predictions: &[LabelledPrediction]) -> Self {
        let mut bins: [Vec<&LabelledPrediction>; BINS] = Default::default();
        for prediction in predictions {
            let place = (f64::from(prediction.probability) * BINS as f64).ceil() as usize;
            bins[place.clamp(1, BINS) - 1].push(prediction);
        }
        let filled = bins.iter().enumerate().filter(|(_, inside)| !inside.is_empty());
        Self { bins: filled.map(|(place, inside)| Bin::of(place, inside)).collect() }
    }

    /// The expected calibration error, from 0 to 1: how far the probability of a prediction is from
    /// the frequency with which such predictions are right, on average, Σ |right − confidence|
    /// weighted by the predictions in each bin.
    pub fn error(&self) -> f64 {
        let all: usize = self.bins.iter().map(|bin| bin.right.all).sum();
        let weighed = |bin: &Bin| bin.right.all as f64 * (bin.right.value() - bin.confidence).abs();
        self.bins.iter().map(weighed).sum::<f64>() / all.max(1) as f64
    }
}

impl Bin {
    fn of(place: usize, inside: &[&LabelledPrediction]) -> Self {
        let edge = |place: usize| place as f64 / BINS as f64;
        let sure: f64 = inside.iter().map(|prediction| f64::from(prediction.probability)).sum();
        let right =
            inside.iter().filter(|prediction| prediction.label == prediction.predicted).count();
        Self {
            low: edge(place),
            high: edge(place + 1),
            confidence: sure / inside.len() as f64,
            right: Proportion { count: right, all: inside.len() },
        }
    }
}
