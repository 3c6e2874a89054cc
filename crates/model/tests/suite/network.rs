//! What the network computes.

use std::collections::BTreeMap;

use burn::{
    module::Module,
    nn::{LayerNormConfig, loss::CrossEntropyLossConfig},
    tensor::{Device, Distribution, Int, Tensor, Tolerance, activation::relu},
};
use model::{CLASSES, CnnConfig, INPUTS, Mlp, MlpConfig};

fn images(count: usize) -> Tensor<2> {
    Tensor::random([count, INPUTS], Distribution::Uniform(0.0, 1.0), &Device::flex())
}

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data_as::<f32>().iter().collect()
}

#[test]
fn logits_and_predictions_have_a_row_for_each_image_and_a_column_for_each_class() {
    for (hidden, inputs, classes) in [
        (vec![1], INPUTS, CLASSES),
        (vec![256, 128], INPUTS, CLASSES),
        (vec![32, 16, 8, 4], INPUTS, CLASSES),
        (vec![16], 64, 26),
        (vec![16], 1, 1000),
    ] {
        let mlp = MlpConfig::new()
            .with_inputs(inputs)
            .with_classes(classes)
            .with_hidden(hidden)
            .init(&Device::flex());
        let images = Tensor::random([5, inputs], Distribution::Uniform(0.0, 1.0), &Device::flex());
        assert_eq!(mlp.forward(images.clone()).dims(), [5, classes]);
        let prediction = mlp.predict(images.clone());
        assert_eq!(prediction.classes.dims(), [5]);
        let most_probable: Tensor<1, Int> =
            prediction.probabilities.clone().argmax(1).squeeze_dim(1);
        most_probable.into_data().assert_eq(&prediction.classes.into_data(), true);
        let sums: Vec<f32> = numbers(prediction.probabilities.sum_dim(1));
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{sums:?}");
    }
}

#[test]
fn a_block_is_linear_then_layer_norm_then_relu_and_the_logits_are_not_normalized() {
    let device = Device::flex();
    let mlp = MlpConfig::new().with_hidden(vec![16]).with_layer_norm(true).init(&device);
    let weights = weights(&mlp);
    let matrix = |name: &str, rows: usize| {
        let values = weights.iter().find(|(found, _)| found == name).unwrap().1.clone();
        Tensor::<1>::from_floats(values.as_slice(), &device).reshape([rows as i32, -1])
    };
    let images = images(3);
    // x Wᵀ + b, with W as PyTorch stores it.
    let sums = images.clone().matmul(matrix("0.weight", 16).transpose()) + matrix("0.bias", 1);
    let hidden = relu(LayerNormConfig::new(16).init(&device).forward(sums));
    let logits = hidden.matmul(matrix("3.weight", CLASSES).transpose()) + matrix("3.bias", 1);
    mlp.forward(images)
        .into_data()
        .assert_approx_eq::<f32>(&logits.into_data(), Tolerance::absolute(1e-5));
}

fn weights(mlp: &Mlp) -> Vec<(String, Vec<f32>)> {
    floats(&mlp.to_safetensors().unwrap())
}

/// Names and values, read without our own code.
fn floats(bytes: &[u8]) -> Vec<(String, Vec<f32>)> {
    let tensors = safetensors::SafeTensors::deserialize(bytes).unwrap();
    let floats = |bytes: &[u8]| {
        bytes.chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    };
    tensors.tensors().iter().map(|(name, view)| (name.clone(), floats(view.data()))).collect()
}

#[test]
fn first_weights_lie_within_the_bound_of_pytorchs_linear_and_spread_evenly() {
    let mlp = MlpConfig::new().init(&Device::flex());
    for (name, values) in weights(&mlp) {
        let inputs: f32 = match &name[..1] {
            "0" => 784.0,
            "2" => 256.0,
            _ => 128.0,
        };
        let bound = 1.0 / inputs.sqrt();
        assert!(values.iter().all(|value| value.abs() <= bound), "{name}");
        if name.ends_with("weight") {
            let deviation = (values.iter().map(|value| value * value).sum::<f32>()
                / values.len() as f32)
                .sqrt();
            // A uniform distribution over ±k has standard deviation k/√3.
            assert!((deviation / (bound / 3f32.sqrt()) - 1.0).abs() < 0.05, "{name}: {deviation}");
        }
    }
}

#[test]
fn the_seed_decides_the_weights_and_layers_of_the_same_shape_are_shared() {
    let logits = |config: MlpConfig| {
        numbers(config.init(&Device::flex()).forward(Tensor::ones([1, INPUTS], &Device::flex())))
    };
    let plain = MlpConfig::new();
    assert_eq!(logits(plain.clone()), logits(plain.clone()));
    assert_ne!(logits(plain.clone()), logits(plain.clone().with_seed(1)));

    let first_layer = |config: MlpConfig| {
        weights(&config.init(&Device::flex()))
            .into_iter()
            .find(|(name, _)| name == "0.weight")
            .unwrap()
            .1
    };
    assert_eq!(
        first_layer(plain.clone()),
        first_layer(plain.clone().with_dropout(0.5).with_layer_norm(true))
    );
    assert_eq!(first_layer(plain.clone()), first_layer(plain.with_hidden(vec![256, 64, 32])));
}

#[test]
fn dropout_acts_on_an_autodiff_device_alone() {
    let config = MlpConfig::new().with_dropout(0.5);
    let still = config.init(&Device::flex());
    let images = images(4);
    assert_eq!(numbers(still.forward(images.clone())), numbers(still.forward(images.clone())));

    let training: Mlp = config.init(&Device::flex().autodiff());
    let images = Tensor::from_data(images.into_data(), &Device::flex().autodiff());
    // Another test may seed the generator of the device between two of them, but not between all.
    let first = numbers(training.forward(images.clone()));
    assert!((0..10).any(|_| numbers(training.forward(images.clone())) != first));
}

#[test]
fn every_parameter_gets_a_gradient() {
    let device = Device::flex().autodiff();
    let mlp = MlpConfig::new().with_hidden(vec![8, 8]).with_layer_norm(true).init(&device);
    let logits = mlp.forward(Tensor::from_data(images(4).into_data(), &device));
    let loss = CrossEntropyLossConfig::new()
        .init(&device)
        .forward(logits, Tensor::from_ints([0, 1, 2, 3], &device));
    let gradients = burn::optim::GradientsParams::from_grads(loss.backward(), &mlp);
    // Three linear layers and two layer norms, two parameters each.
    assert_eq!(gradients.len(), 10);
}

#[test]
fn a_convolutional_network_is_its_definition() {
    let device = Device::flex();
    // Padded, and with odd sides that the poolings cut.
    for [width, height] in [[8, 11], [13, 14]] {
        let cnn = CnnConfig::new()
            .with_width(width)
            .with_height(height)
            .with_filters([2, 3])
            .with_hidden(vec![4])
            .init(&device);
        let images =
            Tensor::<3>::random([2, height, width], Distribution::Uniform(0.0, 1.0), &device);
        let weights: BTreeMap<String, Vec<f32>> =
            floats(&cnn.to_safetensors().unwrap()).into_iter().collect();
        let mut expected = Vec::new();
        for image in images.to_data().iter::<f32>().collect::<Vec<_>>().chunks(width * height) {
            let padding = if width.min(height) < 12 { 2 } else { 0 };
            let first = Image { values: image.to_vec(), channels: 1, height, width }
                .padded(padding)
                .convolved(&weights["0.weight"], &weights["0.bias"], 5)
                .pooled();
            let second = first.convolved(&weights["3.weight"], &weights["3.bias"], 3).pooled();
            let hidden = product(&second.values, &weights["7.weight"], &weights["7.bias"]);
            let hidden: Vec<f32> = hidden.into_iter().map(|value| value.max(0.0)).collect();
            expected.extend(product(&hidden, &weights["9.weight"], &weights["9.bias"]));
        }
        let found = numbers(cnn.forward(images));
        let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(found.len() == expected.len() && off < 1e-5, "{width}x{height}: off by {off}");
    }
}

/// Values by channel, row and column.
struct Image {
    values: Vec<f32>,
    channels: usize,
    height: usize,
    width: usize,
}

impl Image {
    fn at(&self, channel: usize, row: usize, column: usize) -> f32 {
        self.values[(channel * self.height + row) * self.width + column]
    }

    /// An image of which each value is a function of its place.
    fn of(
        [channels, height, width]: [usize; 3],
        value: impl Fn(usize, usize, usize) -> f32,
    ) -> Self {
        let places = (0..channels * height * width)
            .map(|i| (i / width / height, i / width % height, i % width));
        let values = places.map(|(channel, row, column)| value(channel, row, column)).collect();
        Self { values, channels, height, width }
    }

    fn padded(&self, by: usize) -> Self {
        let inside = |side: usize, place: usize| (by..side + by).contains(&place);
        Self::of(
            [self.channels, self.height + 2 * by, self.width + 2 * by],
            |channel, row, column| match inside(self.height, row) && inside(self.width, column) {
                true => self.at(channel, row - by, column - by),
                false => 0.0,
            },
        )
    }

    fn convolved(&self, weight: &[f32], bias: &[f32], kernel: usize) -> Self {
        let [rows, columns] = [self.height, self.width].map(|side| side - kernel + 1);
        Self::of([bias.len(), rows, columns], |filter, row, column| {
            let seen = Self::of([self.channels, kernel, kernel], |channel, down, across| {
                self.at(channel, row + down, column + across)
            });
            let weights = &weight[filter * seen.values.len()..];
            bias[filter] + seen.values.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>()
        })
    }

    /// ReLU, then max pooling.
    fn pooled(&self) -> Self {
        Self::of([self.channels, self.height / 2, self.width / 2], |channel, row, column| {
            let places = [(0, 0), (0, 1), (1, 0), (1, 1)];
            let values =
                places.map(|(y, x)| self.at(channel, 2 * row + y, 2 * column + x).max(0.0));
            values.into_iter().fold(0.0, f32::max)
        })
    }
}

/// W x + b.
fn product(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let rows = weight.chunks(x.len()).zip(bias);
    rows.map(|(row, bias)| bias + row.iter().zip(x).map(|(w, x)| w * x).sum::<f32>()).collect()
}

#[test]
fn first_weights_of_a_convolution_lie_within_the_bound_of_pytorchs_and_spread_evenly() {
    let config = CnnConfig::new();
    let bytes = |config: &CnnConfig| config.init(&Device::flex()).to_safetensors().unwrap();
    for (name, values) in floats(&bytes(&config)) {
        let inputs: f32 = match &name[..1] {
            "0" => 25.0,
            "3" => 24.0 * 9.0,
            "7" => 800.0,
            _ => 256.0,
        };
        let bound = 1.0 / inputs.sqrt();
        assert!(values.iter().all(|value| value.abs() <= bound), "{name}");
        if name.ends_with("weight") {
            let square = |value: &f32| f64::from(*value).powi(2);
            let deviation = (values.iter().map(square).sum::<f64>() / values.len() as f64).sqrt();
            let expected = f64::from(bound) / 3f64.sqrt();
            assert!((deviation / expected - 1.0).abs() < 0.05, "{name}: {deviation}");
        }
    }
    assert!(bytes(&config) == bytes(&config));
    assert!(bytes(&config) != bytes(&config.clone().with_seed(1)));
}

#[test]
fn every_parameter_of_a_convolutional_network_gets_a_gradient_and_dropout_acts_in_training() {
    let device = Device::flex().autodiff();
    let cnn = CnnConfig::new()
        .with_filters([2, 3])
        .with_hidden(vec![8])
        .with_layer_norm(true)
        .with_dropout(0.5)
        .init(&device);
    let images = || images(4).reshape([4, 28, 28]);
    let training = Tensor::<3>::from_data(images().into_data(), &device);
    let logits = |seed| cnn.forward_seeded(training.clone(), seed);
    assert_eq!(numbers(logits(1).inner()), numbers(logits(1).inner()));
    assert_ne!(numbers(logits(1).inner()), numbers(logits(2).inner()));
    let targets = Tensor::from_ints([0, 1, 2, 3], &device);
    let loss = CrossEntropyLossConfig::new().init(&device).forward(logits(1), targets);
    let gradients = burn::optim::GradientsParams::from_grads(loss.backward(), &cnn);
    // Two convolutions, two linear layers and a layer norm, two parameters each.
    assert_eq!(gradients.len(), 10);
    let still = cnn.valid();
    let same = images();
    assert_eq!(numbers(still.forward(same.clone())), numbers(still.forward(same)));
}
