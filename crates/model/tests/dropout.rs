//! Dropout as a law (Srivastava et al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>, in
//! its inverted form). Alone in its program: the generator of the device is one for all threads,
//! and other tests draw from it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Device, Tensor},
};
use model::{INPUTS, Mlp, MlpConfig};

/// Hidden units, each of which is 1 before dropout; and images, for each of which a mask is drawn.
const UNITS: usize = 1000;
const IMAGES: usize = 400;

/// Makes every hidden unit 1 whatever the image, and every logit the sum of the hidden units.
struct Ones;

impl ModuleMapper for Ones {
    fn map_float<const D: usize>(&mut self, weight: Param<Tensor<D>>) -> Param<Tensor<D>> {
        weight.map(|weight| {
            let dims = weight.dims();
            let is_one = dims == [UNITS; D] || dims[0] == UNITS && D == 2;
            if is_one { weight.ones_like() } else { weight.zeros_like() }
        })
    }
}

/// The first logit of each image: how many units are left, times what they are scaled with.
fn sums(network: &Mlp, device: &Device) -> Vec<f64> {
    let logits = network.forward(Tensor::<2>::zeros([IMAGES, INPUTS], device));
    let first: Tensor<2> = logits.slice([0..IMAGES, 0..1]);
    first.into_data_as::<f32>().iter().map(|sum: f32| f64::from(sum)).collect()
}

#[test]
fn units_are_dropped_at_the_rate_and_the_expected_value_is_kept() {
    let device = Device::flex().autodiff();
    device.seed(7);
    let config = MlpConfig::new().with_hidden(vec![UNITS]);
    let made = |probability| (probability, config.clone().with_dropout(probability).init(&device));
    // Dropout that was given to a finished network is no other.
    let given_later = (0.3, config.init(&device).with_dropout(0.3));
    for (probability, network) in [0.1, 0.2, 0.5, 0.9].map(made).into_iter().chain([given_later]) {
        let network = network.map(&mut Ones);
        let sums = sums(&network, &device);
        let kept: Vec<f64> = sums.iter().map(|sum| sum * (1.0 - probability)).collect();
        // Each unit is dropped or kept whole.
        assert!(kept.iter().all(|kept| (kept - kept.round()).abs() < 0.05), "{kept:?}");
        // Binomial: five standard deviations, so that one draw in two million is outside.
        let (units, images) = (UNITS as f64, IMAGES as f64);
        let deviation = (units * probability * (1.0 - probability)).sqrt();
        let expected = units * (1.0 - probability);
        assert!(kept.iter().all(|kept| (kept - expected).abs() < 5.0 * deviation), "{kept:?}");
        let mean = kept.iter().sum::<f64>() / images;
        assert!(
            (mean - expected).abs() < 5.0 * deviation / images.sqrt(),
            "{mean} of {units} kept at {probability}"
        );
        // Masks differ from image to image, about as much as chance has it.
        let spread = (kept.iter().map(|kept| (kept - mean).powi(2)).sum::<f64>() / images).sqrt();
        assert!((spread / deviation - 1.0).abs() < 0.25, "{spread}, expected {deviation}");
        // What is left is scaled up: the expected value is that without dropout.
        let mean = sums.iter().sum::<f64>() / images;
        assert!((mean / units - 1.0).abs() < 5.0 * deviation / expected / images.sqrt(), "{mean}");
    }
}

#[test]
fn validation_is_without_dropout() {
    let device = Device::flex();
    let config = MlpConfig::new().with_hidden(vec![UNITS]).with_dropout(0.5);
    let network = config.init(&device.clone().autodiff()).map(&mut Ones).valid();
    assert_eq!(sums(&network, &device), [UNITS as f64; IMAGES]);
}
