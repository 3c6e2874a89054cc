//! What is measured adds up.

use burn::tensor::{Device, Int, Tensor};
use run::Metric;
use trainer::{
    meter::{Meter, NotFinite, Totals},
    metrics::Output,
};

/// Batches of loss, and of (predicted, right) digits.
fn add(meter: &mut Meter, loss: f32, pairs: &[(usize, i64)]) {
    let device = Device::flex();
    let logits: Vec<Tensor<2>> = pairs
        .iter()
        .map(|(predicted, _)| {
            Tensor::<1, Int>::from_ints([*predicted as i64], &device).one_hot::<2>(10).float()
        })
        .collect();
    let targets: Vec<i64> = pairs.iter().map(|pair| pair.1).collect();
    meter.add(&Output {
        loss: Tensor::from_floats([loss], &device),
        logits: Tensor::cat(logits, 0),
        targets: Tensor::<1, Int>::from_ints(targets.as_slice(), &device),
    });
}

#[test]
fn an_uneven_last_batch_counts_by_its_samples() {
    let mut meter = Meter::default();
    add(&mut meter, 1.0, &[(3, 3), (4, 4), (5, 0)]);
    add(&mut meter, 5.0, &[(7, 7)]);
    let totals = meter.read().unwrap().unwrap();
    let sums = |metric| totals.sums[&metric].0.as_slice();
    assert_eq!(
        (totals.samples, sums(Metric::Loss), sums(Metric::Accuracy)),
        (4, &[8.0][..], &[3.0][..])
    );
    let measures = totals.measures().unwrap();
    assert_eq!((measures.loss(), measures.accuracy()), (2.0, 0.75));
}

#[test]
fn it_does_not_matter_when_the_device_is_asked() {
    let losses = [0.1f32, 0.7, 1e-8, 123.456, 0.3];
    let (mut often, mut once) = (Meter::default(), Meter::default());
    for loss in losses {
        add(&mut often, loss, &[(1, 1), (2, 1)]);
        often.read().unwrap().unwrap();
        add(&mut once, loss, &[(1, 1), (2, 1)]);
    }
    assert_eq!(once.pending(), 5);
    assert_eq!(often.read().unwrap(), once.read().unwrap());
    assert_eq!(once.pending(), 0);
}

#[test]
fn a_metric_that_the_beginning_of_an_epoch_lacks_stays_unknown() {
    let old: Totals = toml::from_str("samples = 4\nloss = 8.0\n").unwrap();
    let mut meter = Meter::starting_from(old);
    add(&mut meter, 1.0, &[(3, 3)]);
    let totals = meter.read().unwrap().unwrap();
    assert_eq!((totals.samples, totals.sums.get(&Metric::Accuracy)), (5, None));
}

#[test]
fn an_epoch_goes_on_from_the_sums_of_an_older_checkpoint() {
    for stored in
        ["loss = 8.0\ncorrect = 3", "loss = 8\naccuracy = 3.0", "loss = [8.0]\naccuracy = [3]"]
    {
        let stored: Totals = toml::from_str(&format!("samples = 4\n{stored}\n")).unwrap();
        let mut meter = Meter::starting_from(stored);
        add(&mut meter, 2.0, &[(3, 3)]);
        let measures = meter.read().unwrap().unwrap().measures().unwrap();
        assert_eq!((measures.loss(), measures.accuracy()), (2.0, 0.8));
    }
    let refusal = toml::from_str::<Totals>("samples = 4\nloss = \"8\"\n").unwrap_err();
    assert_eq!(refusal.message(), "expected a number or a list of numbers");
}

#[test]
fn the_first_loss_that_is_no_number_is_found_and_not_forgotten() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut meter = Meter::default();
        for loss in [1.0, 2.0] {
            add(&mut meter, loss, &[(0, 0)]);
        }
        meter.read().unwrap().unwrap();
        for loss in [3.0, bad, 1.0, bad] {
            add(&mut meter, loss, &[(0, 0)]);
        }
        assert_eq!(meter.read().unwrap(), Err(NotFinite(3)));
        assert_eq!(meter.read().unwrap(), Err(NotFinite(3)));
    }
}
