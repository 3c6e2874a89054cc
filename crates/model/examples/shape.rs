//! Another task, and a network of another shape: in which quarter of an 8x8 image is the bright
//! spot? The images are made up here, so that this needs nothing but itself.
//!
//!     cargo run --release --package model --example shape

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use burn::{
    module::Module,
    nn::loss::CrossEntropyLossConfig,
    optim::{AdamConfig, GradientsParams},
    tensor::{Device, Distribution, Int, Tensor, TensorData},
};
use model::MlpConfig;

const SIDE: usize = 8;
const QUARTERS: usize = 4;
const BATCH: usize = 64;
const STEPS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::default().autodiff();
    device.seed(1);
    let config = MlpConfig::new()
        .with_inputs(SIDE * SIDE)
        .with_classes(QUARTERS)
        .with_hidden(vec![32, 16, 16])
        .with_layer_norm(true)
        .with_dropout(0.1);
    let mut mlp = config.init(&device);
    println!("{} parameters", mlp.num_params());

    let loss = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().init();
    for step in 0..STEPS {
        let (images, quarters) = spots(step, &device);
        let loss = loss.forward(mlp.forward(images), quarters);
        let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
        mlp = optimizer.step(0.003, mlp, gradients);
    }

    // Without autodiff, there is no dropout.
    let (images, quarters) = spots(STEPS, &Device::default());
    let right =
        mlp.valid().predict(images).classes.equal(quarters).int().sum().try_into_scalar::<i64>()?;
    println!("{right} of {BATCH} right");
    Ok(())
}

/// Images with a spot of four bright pixels in a noise of dark ones, shape `[BATCH, SIDE²]`, and
/// the quarter that each has it in, shape `[BATCH]`.
fn spots(step: usize, device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let noise = Tensor::random([BATCH, SIDE * SIDE], Distribution::Uniform(0.0, 0.5), device);
    let mut spots = vec![0.0_f32; BATCH * SIDE * SIDE];
    let mut quarters = Vec::with_capacity(BATCH);
    for image in 0..BATCH {
        let (quarter, shift) = ((image + step) % QUARTERS, (image / QUARTERS + step) % 9);
        let (row, column) =
            (quarter / 2 * SIDE / 2 + shift / 3, quarter % 2 * SIDE / 2 + shift % 3);
        for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            spots[(image * SIDE + row + down) * SIDE + column + right] = 0.5;
        }
        quarters.push(quarter as i64);
    }
    let spots = Tensor::from_data(TensorData::new(spots, [BATCH, SIDE * SIDE]), device);
    (noise + spots, Tensor::from_data(TensorData::new(quarters, [BATCH]), device))
}
