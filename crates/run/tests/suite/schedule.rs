//! The learning rate of each step is what PyTorch's schedulers give.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;
use run::{LearningRates, Settings};

fn learning_rates(settings: &str, steps_an_epoch: usize) -> LearningRates {
    LearningRates::of(
        &toml::from_str::<Settings>(settings).unwrap().resolve().unwrap(),
        steps_an_epoch,
    )
}

/// `fixtures/learning_rates.csv`, from `fixtures/learning_rates.py`: 12 epochs of 5 steps, by the
/// settings.
#[test]
fn each_schedule_is_pytorchs() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/learning_rates.csv");
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let text = fs::read_to_string(file).unwrap();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        columns.entry(row[0].to_owned()).or_default().push(row[2].parse().unwrap());
    }
    assert!(columns.len() >= 7);
    for (settings, expected) in columns {
        let rates = learning_rates(
            &format!("epochs = 12\nlearning_rate = 0.1\n{}", settings.replace("; ", "\n")),
            5,
        );
        assert_eq!(expected.len(), 60);
        for (step, expected) in expected.into_iter().enumerate() {
            let rate = rates.at(step / 5 + 1, step % 5);
            assert!(
                (rate - expected).abs() < 1e-12,
                "{settings}, step {step}: {rate}, PyTorch {expected}"
            );
        }
    }
}

proptest! {
    #[test]
    fn a_rate_is_never_above_the_full_one_nor_below_0(
        schedule in prop::sample::select(vec!["constant", "step", "exponential", "cosine"]),
        warmup in 0.0..8.0, epochs in 8usize..30, steps in 1usize..50,
    ) {
        let rates = learning_rates(&format!("epochs = {epochs}\nschedule = \"{schedule}\"\nwarmup \
            = {warmup}"), steps);
        for step in 0..epochs * steps {
            let rate = rates.at(step / steps + 1, step % steps);
            prop_assert!(rate > 0.0 && rate <= 0.01, "{rate} in step {step}");
        }
    }
}
