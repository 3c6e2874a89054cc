//! What was measured.

use std::io;

use serde::Serialize;

use crate::training::Case;

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Seconds of a training epoch.
    Epoch,
    /// The part of the test rows that is classified right after as many epochs.
    TestAccuracy,
    /// The most memory that a training program took, in MB.
    PeakMemory,
    /// Seconds of the study.
    Study,
    /// Seconds in which a CSV is read.
    ReadCsv,
    /// Seconds of `cargo xtask --help`.
    CargoStart,
    /// Seconds of `cargo xtask train` until its first step.
    TrainStart,
    /// Seconds of the trainer until its first step.
    TrainerStart,
}

impl Quantity {
    fn unit(self) -> &'static str {
        match self {
            Self::TestAccuracy => "fraction",
            Self::PeakMemory => "MB",
            _ => "s",
        }
    }
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// What it says.
    pub quantity: Quantity,
    /// Of which program.
    pub program: String,
    /// Of which network, if of one.
    pub case: Option<Case>,
    /// From 1.
    pub round: usize,
    /// The number.
    pub value: f64,
}

/// Everything that was measured, and on what.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// The machine in words.
    pub machine: String,
    /// The programs with their versions. The first of them is the one that others are compared
    /// with.
    pub programs: Vec<String>,
    /// How often everything was measured.
    pub rounds: usize,
    /// How many runs of the study, or processes of a peer, there are at a time.
    pub jobs: usize,
    /// In the order in which they were made.
    pub measurements: Vec<Measurement>,
}

/// A row of the CSV.
#[derive(Serialize)]
struct Row<'a> {
    quantity: Quantity,
    program: &'a str,
    batch_size: Option<usize>,
    dropout: Option<f64>,
    layer_norm: Option<bool>,
    round: usize,
    value: f64,
    unit: &'a str,
    machine: &'a str,
    versions: &'a str,
}

impl Results {
    /// The values of a program, round by round.
    pub fn values(&self, quantity: Quantity, program: &str, case: Option<Case>) -> Vec<f64> {
        let is_asked = |found: &&Measurement| {
            found.quantity == quantity
                && found.program == program
                && (case.is_none() || found.case == case)
        };
        self.measurements.iter().filter(is_asked).map(|found| found.value).collect()
    }

    /// The programs for which a quantity was measured, in the order in which they were.
    pub fn measured(&self, quantity: Quantity) -> Vec<&str> {
        let mut programs = Vec::new();
        for found in self.measurements.iter().filter(|found| found.quantity == quantity) {
            if !programs.contains(&found.program.as_str()) {
                programs.push(&found.program);
            }
        }
        programs
    }

    /// The networks that were measured, in the order in which they were.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for case in self.measurements.iter().filter_map(|found| found.case) {
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
        cases
    }

    /// The text of `results.csv`: a row a measurement.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_csv(&self) -> io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let versions = self.programs.join("; ");
        for Measurement { quantity, program, case, round, value } in &self.measurements {
            writer.serialize(Row {
                quantity: *quantity,
                program,
                batch_size: case.map(|case| case.batch_size),
                dropout: case.map(|case| case.dropout),
                layer_norm: case.map(|case| case.layer_norm),
                round: *round,
                value: *value,
                unit: quantity.unit(),
                machine: &self.machine,
                versions: &versions,
            })?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// The value in the middle; between two, their mean; not a number if there is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len.is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(Vec::new()).is_nan());
    }
}
