//! Requests for predictions, and predictions, travel as files.

use std::fs;

use data::ReadOptions;
use run::{Backend, Prediction, PredictionRequest, Rows};

#[test]
fn requests_and_predictions_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let letters = ReadOptions {
        image: Some("20x30".parse().unwrap()),
        label_column: Some("my letters".parse().unwrap()),
        labels: Some("labels.txt".into()),
        class_names: Some("data/mapping.txt".into()),
        transpose: true,
        ..ReadOptions::default()
    };
    let all = |options| Rows::All { data: "my data.csv".into(), options };
    for (rows, cache) in [
        (all(ReadOptions::default()), Some("target/digits".into())),
        (all(letters), None),
        (Rows::Validation { run: "runs/001".into() }, None),
    ] {
        let request = PredictionRequest {
            weights: "runs/001/model.safetensors".into(),
            backend: Backend::Flex,
            cache,
            predictions: folder.path().join("predictions.csv"),
            rows,
        };
        let file = folder.path().join("request.toml");
        request.write(&file).unwrap();
        assert_eq!(PredictionRequest::read(&file).unwrap(), request);
        let predictions = [
            Prediction { class: 1, probabilities: vec![0.25, 0.75] },
            Prediction { class: 0, probabilities: vec![0.6, 0.4] },
        ];
        request.write_predictions(&predictions).unwrap();
        assert_eq!(request.read_predictions().unwrap(), predictions);
    }
}

#[test]
fn a_file_that_is_no_request_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.toml");
    fs::write(&file, "weights = 3\n").unwrap();
    let told = PredictionRequest::read(&file).unwrap_err().to_string();
    assert!(told.contains("request.toml, line 1, `weights = 3`") && !told.contains('\n'), "{told}");
}
