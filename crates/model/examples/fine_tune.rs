//! Trains a network further, on images of one's own, and saves what it became.
//!
//!     zcat data/mnist_test.csv.gz | tail -n +2 | head -n 2000 |
//!         cargo run --release --package model --example fine_tune -- \
//!         runs/001/model.safetensors tuned.safetensors
//!
//! A line of input is a class, counted from 0, and the grey values of an image, row by row, from 0
//! (paper) to 255 (ink).

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example prints")]

mod rows;

use std::{env, error::Error, process::ExitCode};

use burn::{
    module::Module,
    nn::loss::CrossEntropyLossConfig,
    optim::{GradientsParams, SgdConfig},
    tensor::{Device, Int, Tensor, TensorData},
};
use model::Mlp;

const EPOCHS: usize = 3;
const BATCH: usize = 32;
const LEARNING_RATE: f64 = 0.05;

fn main() -> ExitCode {
    match fine_tune() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn fine_tune() -> Result<(), Box<dyn Error>> {
    let mut paths = env::args_os().skip(1);
    let (Some(from), Some(to)) = (paths.next(), paths.next()) else {
        return Err(
            "expected two paths: the model.safetensors to begin with, and the one to write".into(),
        );
    };
    // Gradients and dropout are for an autodiff device alone.
    let device = Device::default().autodiff();
    // Whoever repeats this gets the same network.
    device.seed(1);
    let mut mlp = Mlp::load_safetensors(from, &device)?.with_dropout(0.2);
    let (inputs, classes) = (mlp.config().inputs, mlp.config().classes);
    let rows = rows::read(1 + inputs)?;
    if let Some(line) = rows.iter().position(|row| usize::from(row[0]) >= classes) {
        return Err(format!(
            "input, line {}: class {}; expected one below {classes}",
            line + 1,
            rows[line][0]
        )
        .into());
    }

    let loss = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = SgdConfig::new().init();
    for epoch in 1..=EPOCHS {
        let mut sum = 0.0;
        for batch in rows.chunks(BATCH) {
            let pixels: Vec<f32> = batch
                .iter()
                .flat_map(|row| &row[1..])
                .map(|grey| f32::from(*grey) / 255.0)
                .collect();
            let targets: Vec<i64> = batch.iter().map(|row| i64::from(row[0])).collect();
            let images: Tensor<2> =
                Tensor::from_data(TensorData::new(pixels, [batch.len(), inputs]), &device);
            let targets: Tensor<1, Int> =
                Tensor::from_data(TensorData::new(targets, [batch.len()]), &device);
            let loss = loss.forward(mlp.forward(images), targets);
            sum += loss.clone().try_into_scalar::<f32>()? * batch.len() as f32;
            let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
            mlp = optimizer.step(LEARNING_RATE, mlp, gradients);
        }
        println!("epoch {epoch}: loss {:.4}", sum / rows.len() as f32);
    }
    // Off the autodiff device, the network is as it is used.
    mlp.valid().save_safetensors(to)?;
    Ok(())
}
