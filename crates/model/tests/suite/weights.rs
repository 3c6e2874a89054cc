//! Weights travel to PyTorch and back.

use std::{collections::BTreeMap, fs};

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use model::{
    Cnn, CnnConfig, ImageFormat, Layers, Metadata, Mlp, MlpConfig, Network, NetworkConfig,
};
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

/// For square images, which need no word in a file.
fn convolutional() -> Vec<CnnConfig> {
    let plain = CnnConfig::new().with_filters([3, 4]).with_hidden(vec![6]);
    vec![
        plain.clone(),
        plain.clone().with_layer_norm(true).with_hidden(vec![12, 8]),
        plain.clone().with_dropout(0.3),
        plain.clone().with_dropout(0.3).with_layer_norm(true),
        plain.clone().with_filters([1, 1]).with_classes(2),
        plain.with_width(12).with_height(12).with_classes(26),
    ]
}

/// Every network that the crate has.
fn networks() -> impl Iterator<Item = NetworkConfig> {
    let convolutional = convolutional().into_iter().map(NetworkConfig::Cnn);
    configs().into_iter().map(NetworkConfig::Mlp).chain(convolutional)
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
fn a_convolutional_network_is_loaded_for_images_of_any_size() {
    for [width, height] in [[28, 28], [8, 8], [20, 30], [11, 40], [13, 12], [31, 29]] {
        let image = [width, height];
        let config =
            convolutional().remove(0).with_width(width).with_height(height).with_pixel_max(255);
        let (path, saved) = (file(), config.init(&Device::flex()));
        saved.save_safetensors(&path).unwrap();
        let loaded = Cnn::load_safetensors(&path, image, &Device::flex()).unwrap();
        assert_eq!(loaded.config(), config);
        let pixels = Tensor::<1, Int>::arange(0..(2 * width * height) as i64, &Device::flex());
        let greys = (pixels * 31 % 256).reshape([2, height, width]);
        let logits = loaded.forward_greys(greys.clone()).into_data();
        logits.assert_eq(&saved.forward_greys(greys.clone()).into_data(), true);
        logits.assert_eq(&saved.forward(greys.float() / 255.0).into_data(), true);

        // A file that says for which images it is needs no word of the caller.
        let format = ImageFormat {
            width,
            height,
            pixel_max: 255,
            brightest: 255,
            classes: (0..10).map(|class| class.to_string()).collect(),
            transpose: false,
            invert: false,
            is_dark_on_light: false,
        };
        let metadata = Metadata { images: Some(format), calibration: None };
        let bytes = metadata.add_to(fs::read(&path).unwrap());
        let layers = Layers::read(&bytes).unwrap();
        assert_eq!(layers, saved.layers());
        assert!(layers.takes(width, height) && !layers.takes(height + 1, width));
        assert_eq!(layers.images(), format!("{width}x{height} pixels"));
    }
    let bytes = convolutional().remove(0).init(&Device::flex()).to_safetensors().unwrap();
    for (image, expected) in [
        ([32, 28], "layer 7 takes 100 values; expected 120, as of images of 32x28 pixels"),
        ([7, 7], "layer 7 takes 100 values; expected 0, as of images of 7x7 pixels"),
        ([0, usize::MAX], "layer 7 takes 100 values; expected "),
    ] {
        let told = Cnn::from_safetensors(&bytes, image, &Device::flex()).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}\nexpected {expected}");
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
        "0.bias [3], 0.weight [3, 1, 5, 5], 3.bias [4], 3.weight [4, 3, 3, 3], 7.bias [6], \
         7.weight [6, 100], 9.bias [10], 9.weight [10, 6]",
        "0.bias [3], 0.weight [3, 1, 5, 5], 10.bias [8], 10.weight [8, 12], 11.bias [8], \
         11.weight [8], 13.bias [10], 13.weight [10, 8], 3.bias [4], 3.weight [4, 3, 3, 3], \
         7.bias [12], 7.weight [12, 100], 8.bias [12], 8.weight [12]",
        "0.bias [3], 0.weight [3, 1, 5, 5], 10.bias [10], 10.weight [10, 6], 3.bias [4], \
         3.weight [4, 3, 3, 3], 7.bias [6], 7.weight [6, 100]",
        "0.bias [3], 0.weight [3, 1, 5, 5], 11.bias [10], 11.weight [10, 6], 3.bias [4], \
         3.weight [4, 3, 3, 3], 7.bias [6], 7.weight [6, 100], 8.bias [6], 8.weight [6]",
        "0.bias [1], 0.weight [1, 1, 5, 5], 3.bias [1], 3.weight [1, 1, 3, 3], 7.bias [6], \
         7.weight [6, 25], 9.bias [2], 9.weight [2, 6]",
        "0.bias [3], 0.weight [3, 1, 5, 5], 3.bias [4], 3.weight [4, 3, 3, 3], 7.bias [6], \
         7.weight [6, 4], 9.bias [26], 9.weight [26, 6]",
    ];
    assert_eq!(networks().count(), expected.len());
    for (config, expected) in networks().zip(expected) {
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

#[test]
fn files_of_other_convolutional_networks_are_refused_in_one_line_that_says_why() {
    let good: Vec<(&str, &[usize])> = vec![
        ("0.weight", &[3, 1, 5, 5]),
        ("0.bias", &[3]),
        ("3.weight", &[4, 3, 3, 3]),
        ("3.bias", &[4]),
        ("7.weight", &[6, 100]),
        ("7.bias", &[6]),
        ("9.weight", &[10, 6]),
        ("9.bias", &[10]),
    ];
    let without = |name: &str| {
        let tensors = good.iter().copied().filter(|(other, _)| !other.starts_with(name));
        tensors.collect::<Vec<_>>()
    };
    let with = |name: &str, tensors: &[(&'static str, &'static [usize])]| {
        let mut others = without(name);
        others.extend(tensors);
        zeros(Dtype::F32, &others)
    };
    assert!(Layers::read(&zeros(Dtype::F32, &good)).is_ok());
    for (bytes, expected) in [
        (
            with("0.weight", &[("0.weight", &[3, 3, 5, 5])]),
            "layer 0 has tensors of shapes [3, 3, 5, 5] and [3]; expected [filters, 1, 5, 5] and \
             [filters] in layer 0",
        ),
        (
            with("3.bias", &[("3.bias", &[5])]),
            "layer 3 has tensors of shapes [4, 3, 3, 3] and [5]; expected [filters, 3, 3, 3] and \
             [filters] in layer 3",
        ),
        (
            with("3.", &[("2.weight", &[4, 3, 3, 3]), ("2.bias", &[4])]),
            "layer 2 has tensors of shapes [4, 3, 3, 3] and [4]; expected [filters, 3, 3, 3] and \
             [filters] in layer 3",
        ),
        (
            with("7.", &[("6.weight", &[6, 100]), ("6.bias", &[6])]),
            "layer 6 is the first hidden one; expected it at 7 or later, behind a ReLU, a pooling \
             and a flattening",
        ),
        (
            with("7.weight", &[("7.weight", &[6, 90])]),
            "layer 7 takes 90 values; expected 64, as of images of 24x24 pixels",
        ),
        (
            with("7.weight", &[("7.weight", &[6, 3])]),
            "layer 7 takes 3 values; expected 4, as of images of 8x8 pixels",
        ),
        (with("7.", &[]), "the network has no hidden layer; expected at least one"),
        (zeros(Dtype::F32, &good[..2]), "the network has no layer 3; expected two convolutions"),
    ] {
        let told = Layers::read(&bytes).unwrap_err().to_string();
        assert_eq!(told, expected);
    }
}
