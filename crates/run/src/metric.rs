//! The metrics of a network: a table with a row for each. The trainer computes them.

use serde::{Deserialize, Serialize};

/// Defines [`Metric`] from a table with a row for each metric
///
/// ```text
/// /// Description
/// Variant: "name", "title", axis("label of an axis", whether it is in percent);
/// ```
macro_rules! define_metrics {
    ($(
        $(#[$attribute:meta])+
        $metric:ident: $name:literal, $title:literal, axis($label:literal, $is_percent:literal);
    )+) => {
        /// A metric: a number that describes the output of a network for some rows.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize
        )]
        pub enum Metric { $( $(#[$attribute])+ #[serde(rename = $name)] $metric, )+ }

        impl Metric {
            /// Every metric, in the order of the columns of `history.csv`.
            pub const ALL: [Self; [$( $name ),+].len()] = [$( Self::$metric ),+];

            /// The name in columns and file names.
            pub fn name(self) -> &'static str {
                match self { $( Self::$metric => $name, )+ }
            }

            /// The name in a sentence.
            pub fn title(self) -> &'static str {
                match self { $( Self::$metric => $title, )+ }
            }

            /// The label of an axis, with the unit.
            pub fn label(self) -> &'static str {
                match self { $( Self::$metric => $label, )+ }
            }

            /// Whether an axis shows it in percent.
            fn is_percent(self) -> bool {
                match self { $( Self::$metric => $is_percent, )+ }
            }
        }
    };
}

define_metrics! {
    /// Mean cross-entropy, in nats.
    Loss: "loss", "loss", axis("mean cross-entropy (nats)", false);

    /// The fraction of rows whose most probable class is right.
    // The name of its sum in older checkpoints.
    #[serde(alias = "correct")]
    Accuracy: "accuracy", "accuracy", axis("accuracy (%)", true);
}

impl Metric {
    /// A value in the unit of the axis.
    pub fn on_axis(self, value: f64) -> f64 {
        if self.is_percent() { value * 100.0 } else { value }
    }
}

/// The metrics of a network on some rows. Loss and accuracy are always present; older histories
/// may lack any other metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures([Option<f64>; Metric::ALL.len()]);

impl Measures {
    /// The metrics for which `value` has a value; none without loss and accuracy.
    pub fn of(value: impl Fn(Metric) -> Option<f64>) -> Option<Self> {
        let measures = Self(Metric::ALL.map(value));
        measures.get(Metric::Loss).and(measures.get(Metric::Accuracy)).map(|_| measures)
    }

    /// The value of a metric, if it is present.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.0[metric as usize]
    }

    /// Mean cross-entropy, in nats.
    pub fn loss(&self) -> f64 {
        self.get(Metric::Loss).unwrap_or(f64::NAN)
    }

    /// The fraction of right predictions.
    pub fn accuracy(&self) -> f64 {
        self.get(Metric::Accuracy).unwrap_or(f64::NAN)
    }
}
