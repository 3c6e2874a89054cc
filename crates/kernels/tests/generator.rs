//! Alone in its program: the generator of the device is one for all threads, and the other tests
//! draw from it.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use burn::{
    nn::DropoutConfig,
    tensor::{Device, Tensor},
};

#[test]
fn without_a_seed_dropout_follows_the_generator_of_the_device() {
    let device = Device::flex().autodiff();
    let layer = DropoutConfig::new(0.5).init();
    let drop = |seed| {
        device.seed(seed);
        let ones = Tensor::<2>::ones([8, 100], &device).require_grad();
        [(); 2].map(|()| kernels::dropout(&layer, ones.clone(), None).inner().into_data())
    };
    let (one, again, other) = (drop(1), drop(1), drop(2));
    assert_eq!(one, again);
    assert_ne!(one[0], one[1]);
    assert_ne!(one[0], other[0]);
}
