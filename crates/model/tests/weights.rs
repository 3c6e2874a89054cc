//! Weights travel to PyTorch and back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{collections::BTreeMap, fs};

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use model::{Layers, Mlp, MlpConfig, Network, NetworkConfig};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use tempfile::{NamedTempFile, TempPath};

fn file() -> TempPath {
    NamedTempFile::new().unwrap().into_temp_path()
}

fn configs() -> Vec<MlpConfig> {
    let plain = MlpConfig::new().with_hidden(vec![12, 8]);
    vec![
        plain.clone(),
        plain.clone().with_layer_norm(true),
        plain.clone().with_dropout(0.3),
        plain.clone().with_dropout(0.3).with_layer_norm(true),
        plain.clone().with_hidden(vec![5]),
        plain.with_inputs(64).with_classes(26),
    ]
}

#[test]
fn a_saved_network_loads_as_the_same_network() {
    for config in configs() {
        let path = file();
        let saved = config.init(&Device::flex());
        saved.save_safetensors(&path).unwrap();
        let loaded = Mlp::load_safetensors(&path, &Device::flex()).unwrap();
        // Dropout acts in training alone, and weights do not tell it.
        assert_eq!(loaded.config(), config.with_dropout(0.0));
        let images = Tensor::ones([2, loaded.config().inputs], &Device::flex());
        loaded
            .forward(images.clone())
            .into_data()
            .assert_eq(&saved.forward(images).into_data(), true);
    }
}

/// Every network that the crate has.
fn networks() -> impl Iterator<Item = NetworkConfig> {
    configs().into_iter().map(NetworkConfig::Mlp)
}

#[test]
fn a_file_tells_which_network_it_holds_and_its_layers_are_read_without_burn() {
    for config in networks() {
        let saved = config.init(&Device::flex());
        let bytes = saved.to_safetensors().unwrap();
        let layers = Layers::read(&bytes).unwrap();
        // Dropout among them, which has a place in the file.
        assert_eq!(layers, saved.layers());
        assert_eq!(layers.num_parameters(), saved.num_params());

        let path = file();
        fs::write(&path, &bytes).unwrap();
        let loaded = Network::load_safetensors(&path, 255, &Device::flex()).unwrap();
        let side = layers.inputs().isqrt();
        let greys = Tensor::<1, Int>::arange(0..(side * side) as i64, &Device::flex()) % 256;
        let images = greys.reshape([1, side, side]);
        let logits = loaded.forward(images.clone()).into_data();
        logits.assert_eq(&saved.forward(images).into_data(), true);
    }
}

#[test]
fn a_network_is_read_from_bytes() {
    for config in configs() {
        let saved = config.init(&Device::flex());
        let bytes = saved.to_safetensors().unwrap();
        let loaded = Mlp::from_safetensors(&bytes, &Device::flex()).unwrap();
        let images = Tensor::ones([2, config.inputs], &Device::flex());
        loaded
            .forward(images.clone())
            .into_data()
            .assert_eq(&saved.forward(images).into_data(), true);
        let sizes = [&[config.inputs], &config.hidden[..], &[config.classes]].concat();
        let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
        assert_eq!(saved.layers().to_string(), sizes.join("-"));
    }
    let told = Mlp::from_safetensors(b"{}", &Device::flex()).unwrap_err().to_string();
    assert!(told.starts_with("not a whole safetensors file: "), "{told}");
}

#[test]
fn a_loaded_network_can_be_given_dropout() {
    let bytes =
        MlpConfig::new().with_hidden(vec![12, 8]).init(&Device::flex()).to_safetensors().unwrap();
    let network = Mlp::from_safetensors(&bytes, &Device::flex()).unwrap().with_dropout(0.3);
    assert_eq!(network.config().dropout, 0.3);
    assert_ne!(network.to_safetensors().unwrap(), bytes);
    assert_eq!(network.with_dropout(0.0).to_safetensors().unwrap(), bytes);
}

#[test]
fn tensors_are_named_and_shaped_as_those_of_pytorchs_sequential() {
    let expected = [
        "0.bias [12], 0.weight [12, 784], 2.bias [8], 2.weight [8, 12], 4.bias [10], 4.weight [10, \
         8]",
        "0.bias [12], 0.weight [12, 784], 1.bias [12], 1.weight [12], 3.bias [8], 3.weight [8, \
         12], \
         4.bias [8], 4.weight [8], 6.bias [10], 6.weight [10, 8]",
        "0.bias [12], 0.weight [12, 784], 3.bias [8], 3.weight [8, 12], 6.bias [10], 6.weight [10, \
         8]",
        "0.bias [12], 0.weight [12, 784], 1.bias [12], 1.weight [12], 4.bias [8], 4.weight [8, \
         12], \
         5.bias [8], 5.weight [8], 8.bias [10], 8.weight [10, 8]",
        "0.bias [5], 0.weight [5, 784], 2.bias [10], 2.weight [10, 5]",
        "0.bias [12], 0.weight [12, 64], 2.bias [8], 2.weight [8, 12], 4.bias [26], 4.weight [26, \
         8]",
    ];
    for (config, expected) in configs().into_iter().zip(expected) {
        let bytes = config.init(&Device::flex()).to_safetensors().unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let mut told: Vec<String> = tensors
            .tensors()
            .iter()
            .map(|(name, view)| format!("{name} {:?}", view.shape()))
            .collect();
        told.sort();
        assert_eq!(told.join(", "), expected);
    }
}

#[test]
fn the_same_weights_give_the_same_bytes() {
    let bytes =
        || MlpConfig::new().with_layer_norm(true).init(&Device::flex()).to_safetensors().unwrap();
    assert_eq!(bytes(), bytes());
}

/// Safetensors with tensors of these names and shapes, all zero.
fn zeros(dtype: Dtype, tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let size = if dtype == Dtype::F32 { 4 } else { 2 };
    let data: Vec<Vec<u8>> =
        tensors.iter().map(|(_, shape)| vec![0; shape.iter().product::<usize>() * size]).collect();
    let views: BTreeMap<&str, TensorView> = tensors
        .iter()
        .zip(&data)
        .map(|((name, shape), data)| (*name, TensorView::new(dtype, shape.to_vec(), data).unwrap()))
        .collect();
    safetensors::serialize(views, None).unwrap()
}

/// A file that is all header.
fn with_header(json: &str) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat()
}

#[test]
fn other_files_are_refused_in_one_line_that_says_why() {
    let good: Vec<(&str, &[usize])> =
        vec![("0.weight", &[4, 784]), ("0.bias", &[4]), ("2.weight", &[10, 4]), ("2.bias", &[10])];
    let with = |name: &'static str, shape: &'static [usize]| {
        let mut tensors = good.clone();
        tensors.retain(|(other, _)| *other != name);
        if !shape.is_empty() {
            tensors.push((name, shape));
        }
        zeros(Dtype::F32, &tensors)
    };
    let whole = zeros(Dtype::F32, &good);
    // The last value, a bias of the output.
    let ending_in = |value: f32| [&whole[..whole.len() - 4], &value.to_le_bytes()].concat();
    let cases = [
        (with("0.weight", &[4]), "layer 0 has a tensor of shape [4]; expected [outputs, inputs]"),
        (
            with("0.weight", &[4, 0]),
            "layer 0 has a tensor of shape [4, 0]; expected [outputs, inputs]",
        ),
        (
            with("2.weight", &[10, 5]),
            "layer 2 has a tensor of shape [10, 5]; expected [outputs, 4]",
        ),
        (with("2.weight", &[9, 4]), "layer 2 has a tensor of shape [10]; expected [9]"),
        (with("0.bias", &[5]), "layer 0 has a tensor of shape [5]; expected [4]"),
        (with("0.bias", &[]), "layer 0 lacks its weight or its bias"),
        (with("conv.weight", &[3, 3]), "tensor \"conv.weight\": expected names like"),
        (with("02.weight", &[10, 4]), "tensor \"02.weight\": expected names like"),
        (
            zeros(
                Dtype::F32,
                &[
                    ("0.weight", &[4, 784]),
                    ("0.bias", &[4]),
                    ("18446744073709551615.weight", &[10, 4]),
                    ("18446744073709551615.bias", &[10]),
                ],
            ),
            "tensor \"18446744073709551615.bias\": expected names like",
        ),
        (
            zeros(
                Dtype::F32,
                &[
                    ("0.weight", &[4, 784]),
                    ("0.bias", &[4]),
                    ("1.weight", &[10, 4]),
                    ("1.bias", &[10]),
                ],
            ),
            "layers 0 and 1 leave no place for a ReLU between them; expected the second at 2 or \
             later",
        ),
        (
            zeros(Dtype::F32, &[("0.weight", &[10, 784]), ("0.bias", &[10])]),
            "the network has no hidden layer; expected at least one",
        ),
        (ending_in(f32::NAN), "has values that are not finite"),
        (ending_in(f32::NEG_INFINITY), "has values that are not finite"),
        (zeros(Dtype::F16, &good), "tensor \"0.bias\" is F16; expected F32"),
        (zeros(Dtype::F32, &[]), "the network has no hidden layer; expected at least one"),
        (whole[..whole.len() - 1].to_vec(), "not a whole safetensors file: "),
        (whole[..7].to_vec(), "not a whole safetensors file: "),
        (b"\xff\xff\xff\xff\xff\xff\xff\x7f{}".to_vec(), "not a whole safetensors file: "),
        (Vec::new(), "not a whole safetensors file: "),
        (
            with_header(r#"{"a":{"dtype":"F\t\u001b[2J","shape":[],"data_offsets":[0,0]}}"#),
            "unknown variant `F  [2J`",
        ),
    ];
    for (content, expected) in cases {
        let path = file();
        fs::write(&path, content).unwrap();
        let told = Mlp::load_safetensors(&path, &Device::flex()).unwrap_err().to_string();
        assert!(
            !told.contains(char::is_control) && told.starts_with(path.to_str().unwrap()),
            "{told:?}"
        );
        assert!(told.contains(expected), "{told}\nexpected {expected}");
    }
    let told =
        Mlp::load_safetensors("absent.safetensors", &Device::flex()).unwrap_err().to_string();
    assert!(told.starts_with("absent.safetensors: "), "{told}");
}
