//! Trains a network on MNIST, with nothing but this crate, its kernels and Burn, as fast as
//! `cargo xtask train`. The last sixth of the rows tests it.
//!
//!     zcat data/mnist_train.csv.gz | tail -n +2 |
//!         cargo run --release -p model --features kernels --example mnist
//!
//! A line of input is a digit and the grey values of an image, from 0 (paper) to 255 (ink).

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example prints")]

mod rows;

use std::{error::Error, process::ExitCode, time::Instant};

use burn::{
    module::Module,
    optim::{GradientsParams, ModuleOptimizer},
    tensor::{DType, Device, Int, Tensor, TensorData},
};
use kernels::Sgd;
use mimalloc::MiMalloc;
use model::{INPUTS, MlpConfig, cross_entropy};

/// With the system's allocator, a step on the CPU spends half of its time in page faults.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const EPOCHS: usize = 5;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 0.1;

fn main() -> ExitCode {
    match train() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn train() -> Result<(), Box<dyn Error>> {
    let rows = rows::read(1 + INPUTS)?;
    let (test, train) = rows.split_at(rows.len() / 6);
    let device = Device::flex().autodiff();
    let mut mlp = MlpConfig::new().init(&device);
    let plain = Sgd { weight_decay: 0.0, momentum: 0.0, nesterov: false };
    let mut optimizer = ModuleOptimizer::from(plain);
    for epoch in 1..=EPOCHS {
        let started = Instant::now();
        for batch in train.chunks(BATCH) {
            let (images, digits) = tensors(batch, &device);
            let loss = cross_entropy(mlp.forward_greys(images), digits);
            let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
            mlp = optimizer.step(LEARNING_RATE, mlp, gradients);
        }
        let speed = train.len() as f64 / started.elapsed().as_secs_f64();

        let (images, digits) = tensors(test, &Device::flex());
        let predicted = mlp.valid().forward_greys(images).argmax(1).squeeze_dim(1);
        let right = predicted.equal(digits).int().sum().try_into_scalar::<i64>()?;
        let accuracy = 100.0 * right as f64 / test.len() as f64;
        println!("epoch {epoch}: {accuracy:.2} % right, {speed:.0} samples/s");
    }
    Ok(())
}

/// The images, `[batch, 784]`, and the digits, `[batch]`, of some rows.
fn tensors(rows: &[Vec<u8>], device: &Device) -> (Tensor<2, Int>, Tensor<1, Int>) {
    let images = rows.iter().map(|row| &row[1..]).collect::<Vec<_>>().concat();
    let digits: Vec<u8> = rows.iter().map(|row| row[0]).collect();
    let images = TensorData::new(images, [rows.len(), INPUTS]);
    let digits = TensorData::new(digits, [rows.len()]);
    (Tensor::from_data(images, (device, DType::U8)), Tensor::from_data(digits, device))
}
