//! Whatever the files of a checkpoint hold, a training goes on from them or they are refused in a
//! line. What does not fit its checksum must not get as far as Burn, which would panic at some of
//! it.

#![no_main]

use std::{fs, num::NonZeroU8, sync::LazyLock};

use burn::{
    optim::GradientsParams,
    tensor::{Device, Tensor},
};
use data::{Classes, ImageSize};
use fuzz::{assert_printable, empty_folder, parts};
use libfuzzer_sys::fuzz_target;
use model::{CLASSES, ImageFormat};
use run::{RunConfig, RunFolder, Settings};
use trainer::{checkpoint::Checkpoints, network::Shape, state::State};

/// The files in the input: see `seeds.sh`, which also says what run they are from.
const FILES: [&str; 4] = [
    "checkpoints/last/network.bpk",
    "checkpoints/last/optimizer.bpk",
    "checkpoints/last/checkpoint.toml",
    "history.csv",
];

const SHAPE: Shape = Shape { size: ImageSize::MNIST, classes: CLASSES, pixel_max: NonZeroU8::MAX };

static CONFIG: LazyLock<RunConfig> = LazyLock::new(|| {
    let settings = Settings {
        hidden: Some(vec![1]),
        momentum: Some(0.9),
        layer_norm: Some(true),
        ..Settings::default()
    };
    settings.resolve().expect("these settings are valid")
});

fuzz_target!(|bytes: &[u8]| {
    let folder = empty_folder();
    fs::create_dir_all(folder.join("checkpoints/last"))
        .expect("the temporary folder can be written to");
    for (file, content) in FILES.iter().zip(parts::<4>(bytes)) {
        fs::write(folder.join(file), content).expect("the temporary folder can be written to");
    }

    let device = Device::flex().autodiff();
    let format = ImageFormat {
        width: 28,
        height: 28,
        pixel_max: 255,
        brightest: 255,
        classes: Classes::numbered(0, CLASSES).into(),
        transpose: false,
        invert: false,
        is_dark_on_light: false,
    };
    let checkpoints = Checkpoints::of(RunFolder::at(&folder), CONFIG.clone(), format);
    match checkpoints.load(SHAPE, &device) {
        Ok(state) => {
            let mut state = step(state.expect("the checkpoint is there"), &device);
            checkpoints.save(&mut state).expect("what goes on can be saved");
            checkpoints.load(SHAPE, &device).expect("what was saved can be loaded");
        }
        Err(error) => assert_printable(&format!("{error:#}")),
    }
});

/// A step of training, in which the network and the momenta meet.
fn step(mut state: State, device: &Device) -> State {
    let loss = state.network.forward(Tensor::ones([2, 28, 28], device)).sum();
    let gradients = GradientsParams::from_grads(loss.backward(), &state.network);
    state.network = state.optimizer.step(CONFIG.learning_rate, state.network, gradients);
    state
}
