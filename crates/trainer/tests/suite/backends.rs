//! Every backend that is compiled in learns what flex learns.

use std::process::Command;

use run::{Backend, PredictionRequest, Rows};

use crate::support::{self, Run};

/// Small enough for a graphics driver that computes on the CPU; a last batch of another size.
const FLAGS: &str = "--limit 600 --epochs 1 --hidden 32,16 --layer-norm --momentum 0.5 --lr 0.1";

/// The numbers of the first epoch, rounded to 4 decimals.
fn first_epoch(backend: &str) -> Vec<String> {
    let run = Run::new();
    run.train_well(&format!("{FLAGS} --backend {backend}"));
    let history = run.history();
    let row = history.lines().nth(1).unwrap();
    row.split(',').map(|number| format!("{:.4}", number.parse::<f64>().unwrap())).collect()
}

#[test]
fn a_seed_means_the_same_run_on_every_backend_to_4_decimals() {
    let flex = first_epoch("flex");
    for backend in support::compiled() {
        assert_eq!(first_epoch(backend.name()), flex, "{backend}");
    }
}

#[test]
fn a_backend_that_is_not_compiled_in_is_refused_in_one_line() {
    if cfg!(feature = "cuda") {
        return;
    }
    let output = Run::new().train("--backend cuda");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        support::stderr(&output),
        "error: this trainer was built without the cuda backend; start it with `cargo xtask train \
         --backend cuda`\n"
    );
}

#[test]
fn a_network_predicts_the_same_on_every_backend() {
    let run = Run::new();
    run.train_well("--limit 1000 --epochs 1 --hidden 16 --lr 0.5");
    let folder = tempfile::tempdir().unwrap();
    let predict = |backend| {
        let request = PredictionRequest {
            weights: run.path.join("model.safetensors"),
            backend,
            cache: Some(support::cache()),
            predictions: folder.path().join("predictions.csv"),
            rows: Rows::Validation { run: run.path.clone() },
        };
        let file = folder.path().join("request.toml");
        request.write(&file).unwrap();
        let mut trainer = Command::new(env!("CARGO_BIN_EXE_trainer"));
        let output = trainer.arg("--predict").arg(&file).output().unwrap();
        assert!(output.status.success(), "{backend}: {}", support::stderr(&output));
        request.read_predictions().unwrap()
    };
    let flex = predict(Backend::Flex);
    assert_eq!(flex.len(), 200);
    for backend in support::compiled() {
        for (ours, flex) in predict(backend).iter().zip(&flex) {
            let off =
                ours.probabilities.iter().zip(&flex.probabilities).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f32::max) < 1e-4, "{backend}: {ours:?}, flex: {flex:?}");
        }
    }
}
