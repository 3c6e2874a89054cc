//! Says what images show.
//!
//!     cargo run --release --package model --example classify -- \
//!         runs/001/model.safetensors < crates/model/examples/digit.csv
//!
//! A line of input is an image: its grey values row by row, from 0 (paper) to 255 (ink).

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example prints")]

mod rows;

use std::{env, error::Error, process::ExitCode};

use burn::tensor::{Device, Tensor, TensorData};
use model::Mlp;

fn main() -> ExitCode {
    match classify() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn classify() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("expected the path of a model.safetensors")?;
    let device = Device::default();
    let mlp = Mlp::load_safetensors(path, &device)?;
    let inputs = mlp.config().inputs;

    let images = rows::read(inputs)?;
    let pixels: Vec<f32> = images.iter().flatten().map(|grey| f32::from(*grey) / 255.0).collect();
    let prediction =
        mlp.predict(Tensor::from_data(TensorData::new(pixels, [images.len(), inputs]), &device));

    let classes = prediction.classes.try_into_data_as::<i64>()?;
    let probabilities = prediction.probabilities.max_dim(1).try_into_data_as::<f32>()?;
    for (class, probability) in classes.iter::<i64>().zip(probabilities.iter::<f32>()) {
        println!("{class} ({:.1} %)", probability * 100.0);
    }
    Ok(())
}
