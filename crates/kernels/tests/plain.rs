//! Each kernel gives what Burn's own operations give.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use burn::{
    module::{Module, Param},
    nn::{
        DropoutConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig, PaddingConfig2d,
        conv::Conv2dConfig, loss::CrossEntropyLossConfig, pool::MaxPool2dConfig,
    },
    optim::{
        AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig,
        decay::WeightDecayConfig, momentum::MomentumConfig,
    },
    tensor::{DType, Device, Distribution, Int, Tensor, TensorData, Tolerance, activation::relu},
};
use kernels::{
    Activation::{self, Identity, Relu},
    Adam, Decay, Sgd,
};

/// Square images, drawn by a formula: background, ink one pixel wide and wider, an empty image and
/// a full one. Shape `[count, side²]`.
fn images(count: usize, side: usize, device: &Device) -> Tensor<2, Int> {
    let pixel = |image: usize, place: usize| match image {
        0 => 0,
        1 => 255,
        _ => [0, 0, 0, 7, 0, 255, 130, 0, 0, 0, 1][(image * 31 + place * place / 3) % 11],
    };
    let pixels = side * side;
    let greys: Vec<u8> =
        (0..count).flat_map(|image| (0..pixels).map(move |place| pixel(image, place))).collect();
    Tensor::from_data(TensorData::new(greys, [count, pixels]), (device, DType::U8))
}

/// The three ways through a first layer: images of greys, images of values, and Burn's own.
const WAYS: [fn(&Linear, Tensor<2, Int>) -> Tensor<2>; 3] = [
    |layer, greys| kernels::linear_of_greys(layer, greys, 255, Identity),
    |layer, greys| kernels::linear_of_images(layer, greys.float() / 255.0, Identity),
    |layer, greys| layer.forward(greys.float() / 255.0),
];

#[test]
fn a_convolution_with_relu_and_pooling_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    // Rows of patches and panels of filters that are full and not, odd sides, paddings; one place.
    // With whole numbers, all sums are exact, and often two of four are the largest.
    for (images, channels, [height, width], filters, kernel, padding) in [
        (1, 1, [5, 5], 1, 5, 1),
        (3, 1, [28, 28], 24, 5, 0),
        (2, 1, [8, 11], 17, 5, 2),
        (4, 24, [12, 12], 32, 3, 0),
        (2, 3, [9, 8], 16, 3, 1),
        (2, 8, [7, 6], 5, 3, 0),
        (1, 2, [6, 9], 33, 1, 0),
        (2, 1, [4, 4], 3, 3, 0),
    ] {
        let sides = PaddingConfig2d::Explicit(padding, padding, padding, padding);
        let config = Conv2dConfig::new([channels, filters], [kernel; 2]).with_padding(sides);
        let mut layer = config.init(&device);
        layer.weight = layer.weight.map(|old| whole(old.dims(), 7, &device).require_grad());
        layer.bias =
            layer.bias.map(|bias| bias.map(|old| whole(old.dims(), 5, &device).require_grad()));
        let pool = MaxPool2dConfig::new([2, 2]).init();
        let x = whole([images, channels, height, width], 11, &device.clone().inner());
        let way = |compute: &dyn Fn(Tensor<4>) -> Tensor<4>| {
            let x = Tensor::from_inner(x.clone()).require_grad();
            let output = compute(x.clone());
            // Each output counts something else.
            let factors = whole(output.dims(), 9, &device);
            let gradients = (output.clone() * factors).sum().backward();
            let bias = layer.bias.as_ref().unwrap().grad(&gradients).unwrap();
            let weight = layer.weight.grad(&gradients).unwrap();
            (output.inner(), x.grad(&gradients).unwrap(), weight, bias)
        };
        let ours = way(&|x| kernels::convolution(&layer, &pool, x));
        let burns = way(&|x| relu(pool.forward(layer.forward(x))));
        let what = format!("{images} images {height}x{width}, {channels} to {filters}");
        let plain = kernels::convolution(&layer.clone().valid(), &pool, x.clone());
        equal(plain, ours.0.clone(), &what);
        equal(ours.0, burns.0, &what);
        equal(ours.1, burns.1, &what);
        equal(ours.2, burns.2, &what);
        equal(ours.3, burns.3, &what);

        // Images that need no gradient, as of a first layer.
        let output = kernels::convolution(&layer, &pool, Tensor::from_inner(x.clone()));
        let weight = layer.weight.grad(&output.sum().backward()).unwrap();
        let output = relu(pool.forward(layer.forward(Tensor::from_inner(x))));
        equal(weight, layer.weight.grad(&output.sum().backward()).unwrap(), &what);
    }
}

/// Small whole numbers of either sign, `most` different ones.
fn whole<const D: usize>(shape: [usize; D], most: usize, device: &Device) -> Tensor<D> {
    let value = |place: usize| (place * 31 + place * place / 3) % most;
    let values = (0..shape.iter().product()).map(|place| value(place) as f32 - (most / 2) as f32);
    Tensor::from_data(TensorData::new(values.collect::<Vec<f32>>(), shape), device)
}

fn equal<const D: usize>(ours: Tensor<D>, burns: Tensor<D>, what: &str) {
    assert_eq!(ours.into_data(), burns.into_data(), "{what}");
}

#[test]
fn a_convolution_of_what_is_not_finite_is_not_finite() {
    let device = Device::flex();
    let layer = Conv2dConfig::new([1, 2], [3, 3]).init(&device);
    let pool = MaxPool2dConfig::new([2, 2]).init();
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in [0, 5, 10, 15] {
            let mut image = [0.5; 16];
            image[place] = wrong;
            let image = Tensor::<1>::from_floats(image, &device).reshape([1, 1, 4, 4]);
            let sum = kernels::convolution(&layer, &pool, image).sum().into_scalar::<f32>();
            assert!(!sum.is_finite(), "{wrong} at {place}");
        }
    }
}

fn close<const D: usize>(ours: Tensor<D>, burns: Tensor<D>, what: &str) {
    assert_eq!(ours.dims(), burns.dims(), "{what}");
    ours.into_data().assert_approx_eq::<f32>(&burns.into_data(), Tolerance::rel_abs(1e-5, 1e-5));
}

#[test]
fn a_linear_layer_over_sparse_images_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    // Chunks that are full and not, units that fill panels and not, an odd number of pixels.
    for (count, side, units) in
        [(1, 4, 1), (4, 5, 8), (5, 5, 67), (64, 6, 256), (65, 6, 100), (130, 5, 200), (200, 15, 40)]
    {
        let images = images(count, side, &device);
        let layer: Linear = LinearConfig::new(side * side, units).init(&device);
        let weighted = Tensor::<2>::random([count, units], Distribution::Default, &device);
        let [greys, values, burns] = WAYS.map(|way| {
            let output = way(&layer, images.clone());
            let gradients = (output.clone() * weighted.clone()).sum().backward();
            let bias = layer.bias.as_ref().unwrap();
            (output.inner(), layer.weight.grad(&gradients).unwrap(), bias.grad(&gradients).unwrap())
        });
        let what = format!("{count} images of {side}x{side}, {units} units");
        assert_eq!(greys.0.to_data(), values.0.to_data(), "{what}");
        assert_eq!(greys.1.to_data(), values.1.to_data(), "{what}");
        close(greys.0, burns.0, &what);
        close(greys.1, burns.1, &what);
        close(greys.2, burns.2, &what);
    }
}

#[test]
fn a_linear_layer_with_its_activation_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    for (batch, inputs, units) in [(1, 1, 1), (5, 3, 7), (64, 256, 128), (70, 128, 10)] {
        let mut layer: Linear = LinearConfig::new(inputs, units).init(&device);
        let values = Tensor::random([batch, inputs], Distribution::Default, &Device::flex()) - 0.5;
        let biases = Tensor::from_inner(whole([units], 5, &Device::flex())).require_grad();
        layer.bias = layer.bias.map(|bias| bias.map(|_| biases));
        let weighted = Tensor::<2>::random([batch, units], Distribution::Default, &device);
        for activation in [Identity, Relu] {
            let way = |compute: &dyn Fn(Tensor<2>) -> Tensor<2>| {
                let x = Tensor::from_inner(values.clone()).require_grad();
                let output = compute(x.clone());
                let gradients = (output.clone() * weighted.clone()).sum().backward();
                let bias = layer.bias.as_ref().unwrap().grad(&gradients).unwrap();
                let weight = layer.weight.grad(&gradients).unwrap();
                (output.inner(), x.grad(&gradients).unwrap(), weight, bias)
            };
            let ours = way(&|x| kernels::linear(&layer, x, activation));
            let burns = way(&|x| by_burn(activation, layer.forward(x)));
            let what = format!("{batch} rows, {inputs} to {units}, {activation:?}");
            let plain = kernels::linear(&layer.clone().valid(), values.clone(), activation);
            equal(plain, ours.0.clone(), &what);
            equal(ours.0, burns.0, &what);
            equal(ours.1, burns.1, &what);
            equal(ours.2, burns.2, &what);
            close(ours.3, burns.3, &what);
        }
    }
}

#[test]
fn a_relu_over_sparse_images_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    let (images, layer) = (images(65, 6, &device), LinearConfig::new(36, 100).init(&device));
    let [ours, burns] = [
        kernels::linear_of_greys(&layer, images.clone(), 255, Relu),
        relu(kernels::linear_of_greys(&layer, images, 255, Identity)),
    ]
    .map(|output| {
        let weight = layer.weight.grad(&output.clone().sum().backward()).unwrap();
        (output.inner(), weight)
    });
    equal(ours.0, burns.0, "outputs");
    equal(ours.1, burns.1, "gradients");
}

#[test]
fn a_relu_of_what_is_not_a_number_is_none() {
    let device = Device::flex();
    let layer: Linear = LinearConfig::new(1, 2).init(&device);
    let x = Tensor::<2>::from_floats([[f32::NAN]], &device);
    assert!(kernels::linear(&layer, x, Relu).is_nan().all().into_scalar::<bool>());
}

fn by_burn(activation: Activation, sums: Tensor<2>) -> Tensor<2> {
    match activation {
        Identity => sums,
        Relu => relu(sums),
    }
}

#[test]
fn a_gradient_is_written_in_place_of_one_that_nothing_holds() {
    let device = Device::flex().autodiff();
    let (images, layer) = (images(70, 5, &device), LinearConfig::new(25, 64).init(&device));
    let [_, ours, burns] = WAYS.map(|way| {
        let (images, layer) = (&images, &layer);
        move |factor: f32| {
            let output = way(layer, images.clone());
            layer.weight.grad(&(output * factor).sum().backward()).unwrap()
        }
    });
    let kept = ours(1.0);
    ours(2.0);
    close(ours(3.0), burns(3.0), "the next but one");
    close(kept, burns(1.0), "the first, which is still held");
}

#[test]
fn without_gradients_too() {
    let device = Device::flex();
    let (images, layer) = (images(70, 6, &device), LinearConfig::new(36, 24).init(&device));
    let [greys, values, burns] = WAYS.map(|way| way(&layer, images.clone()));
    close(greys, burns.clone(), "greys");
    close(values, burns, "values");
}

#[test]
fn images_that_take_a_gradient_get_it() {
    let device = Device::flex().autodiff();
    let layer: Linear = LinearConfig::new(36, 24).init(&device);
    let ours = |layer: &Linear, images| kernels::linear_of_images(layer, images, Identity);
    let [ours, burns] = [ours, Linear::forward].map(|way| {
        let images = Tensor::from_inner(images(5, 6, &Device::flex()).float()).require_grad();
        images.grad(&way(&layer, images.clone()).sum().backward()).unwrap()
    });
    close(ours, burns, "an image");
}

#[test]
fn with_balanced_checkpointing_the_gradients_are_the_same() {
    let plain = Device::flex();
    let mut gradients = Vec::new();
    let layer: Linear = LinearConfig::new(36, 24).init(&plain);
    for device in [plain.clone().autodiff(), plain.clone().autodiff().gradient_checkpointing()] {
        let layer = Linear {
            weight: Param::from_data(layer.weight.val().into_data(), &device),
            bias: Some(Param::from_data(layer.bias.as_ref().unwrap().val().into_data(), &device)),
        };
        let output = kernels::linear_of_greys(&layer, images(5, 6, &device), 255, Identity);
        let loss = kernels::cross_entropy(output, Tensor::from_ints([1, 0, 3, 2, 23], &device));
        gradients.push(layer.weight.grad(&loss.backward()).unwrap());
    }
    let [none, balanced] = gradients.try_into().unwrap();
    assert_eq!(none.into_data(), balanced.into_data());
}

#[test]
fn layer_norm_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    for (rows, units) in [(1, 3), (5, 16), (64, 256), (7, 100)] {
        let mut norm: LayerNorm = LayerNormConfig::new(units).init(&device);
        let parameter = |low, high| {
            let values = Tensor::<1>::random(
                [units],
                Distribution::Uniform(low, high),
                &device.clone().inner(),
            );
            Param::from_tensor(Tensor::from_inner(values))
        };
        (norm.gamma, norm.beta) = (parameter(0.5, 1.5), Some(parameter(-1.0, 1.0)));
        let values = Tensor::<2>::random(
            [rows, units],
            Distribution::Normal(3.0, 2.0),
            &device.clone().inner(),
        );
        let weighted = Tensor::<2>::random([rows, units], Distribution::Default, &device);
        let way = |compute: &dyn Fn(Tensor<2>) -> Tensor<2>| {
            let x = Tensor::from_inner(values.clone()).require_grad();
            let output = compute(x.clone());
            let gradients = (output.clone() * weighted.clone()).sum().backward();
            let beta = norm.beta.as_ref().unwrap();
            let of_parameters =
                [norm.gamma.grad(&gradients).unwrap(), beta.grad(&gradients).unwrap()];
            (output.inner(), x.grad(&gradients).unwrap(), of_parameters)
        };
        for activation in [Identity, Relu] {
            let ours = way(&|x| kernels::layer_norm(&norm, 1e-5, x, activation));
            let burns = way(&|x| by_burn(activation, norm.forward(x)));
            let what = format!("{rows} rows of {units}, {activation:?}");
            close(ours.0, burns.0, &what);
            close(ours.1, burns.1, &what);
            ours.2.into_iter().zip(burns.2).for_each(|(ours, burns)| close(ours, burns, &what));
        }
    }
}

#[test]
fn cross_entropy_is_burns_with_its_gradient() {
    let device = Device::flex().autodiff();
    // Logits of which the exponentials are 0 or infinite, too.
    for (batch, classes, spread) in [(1, 2, 1.0), (64, 10, 3.0), (7, 26, 200.0)] {
        let logits = Tensor::<2>::random(
            [batch, classes],
            Distribution::Normal(0.0, spread),
            &device.clone().inner(),
        );
        let targets = (0..batch).map(|row| (row * row % classes) as i64).collect();
        let targets =
            Tensor::<1, Int>::from_data(TensorData::new::<i64, _>(targets, [batch]), &device);
        let way = |compute: &dyn Fn(Tensor<2>, Tensor<1, Int>) -> Tensor<1>| {
            let logits = Tensor::from_inner(logits.clone()).require_grad();
            let loss = compute(logits.clone(), targets.clone());
            let gradient = logits.grad(&(loss.clone() * 3.0).backward()).unwrap();
            (loss.inner(), gradient)
        };
        let ours = way(&kernels::cross_entropy);
        let burns = way(&|logits, targets| {
            CrossEntropyLossConfig::new().init(&device).forward(logits, targets)
        });
        let what = format!("{batch} rows of {classes}");
        close(ours.0, burns.0, &what);
        close(ours.1, burns.1, &what);
    }
}

#[test]
fn cross_entropy_of_what_is_not_finite_is_not_finite() {
    let device = Device::flex().autodiff();
    for wrong in [f32::NAN, f32::INFINITY] {
        for place in 0..3 {
            let mut row = [0.5, -1.0, 2.0];
            row[place] = wrong;
            let logits = Tensor::<2>::from_floats([row, [1.0, 2.0, 3.0]], &device).require_grad();
            let loss = kernels::cross_entropy(logits, Tensor::from_ints([1, 0], &device));
            assert!(!loss.into_scalar::<f32>().is_finite(), "{wrong} at {place}");
        }
    }
}

#[test]
fn dropout_drops_of_the_gradient_what_it_drops_of_the_values() {
    let device = Device::flex().autodiff();
    let layer = DropoutConfig::new(0.3).init();
    let ones = Tensor::<2>::ones([64, 100], &device).require_grad();
    let output = kernels::dropout(&layer, ones.clone(), Some(7));
    let gradient = ones.grad(&output.clone().sum().backward()).unwrap();
    let (output, ones) = (output.inner(), ones.inner());
    let dropped = output.clone().equal_scalar(0.0).int().sum().into_scalar::<i32>();
    assert!((1600..2250).contains(&dropped), "{dropped}");
    assert_eq!(gradient.into_data(), output.into_data());
    assert_eq!(ones.mean().into_scalar::<f32>(), 1.0, "the inputs have changed");
}

#[test]
fn sgd_is_burns_to_the_bit() {
    let device = Device::flex().autodiff();
    for (weight_decay, momentum, nesterov) in [
        (0.0, 0.0, false),
        (0.01, 0.0, false),
        (0.0, 0.9, false),
        (0.0, 0.9, true),
        (0.01, 0.9, true),
    ] {
        let burns = SgdConfig::new()
            .with_weight_decay((weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay)))
            .with_momentum((momentum > 0.0).then(|| {
                MomentumConfig::new()
                    .with_momentum(momentum)
                    .with_dampening(0.0)
                    .with_nesterov(nesterov)
            }));
        let ours = Sgd { weight_decay, momentum: momentum as f32, nesterov };
        let mut sides: [(ModuleOptimizer, Linear); 2] = {
            let layer: Linear = LinearConfig::new(7, 5).init(&device);
            [(ours.into(), layer.clone()), (burns.init(), layer)]
        };
        for step in 0..4 {
            let x = Tensor::<2>::random([3, 7], Distribution::Default, &device);
            for (optimizer, layer) in &mut sides {
                let loss = layer.forward(x.clone()).powi_scalar(2).sum();
                let gradients = GradientsParams::from_grads(loss.backward(), layer);
                *layer = optimizer.step(0.1, layer.clone(), gradients);
            }
            let [ours, burns] = sides.each_ref().map(|(_, layer)| layer.weight.val().into_data());
            assert_eq!(
                ours, burns,
                "step {step}, decay {weight_decay}, momentum {momentum}, nesterov {nesterov}"
            );
        }
    }
}

/// How far the weights of Burn's Adam may be off, whose 1 − β₂ is off by 5 · 10⁻⁵.
const OFF: f32 = 1e-5;

/// Adam and AdamW with this λ: ours, and Burn's own.
fn adams(lambda: f32) -> [[ModuleOptimizer; 2]; 2] {
    let penalty = (lambda > 0.0).then(|| WeightDecayConfig::new(lambda));
    let adam = AdamConfig::new().with_epsilon(1e-8).with_weight_decay(penalty);
    let adamw = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(lambda);
    [
        [Adam { decay: Decay::Penalty(lambda) }.into(), adam.init()],
        [Adam { decay: Decay::Decoupled(lambda) }.into(), adamw.init()],
    ]
}

/// The layer after a step whose gradients depend on its weights. Those of the first input are so
/// small that ε counts.
fn stepped(optimizer: &mut ModuleOptimizer, layer: &Linear) -> Linear {
    let x = |place| place as f32 / if place % 7 == 0 { 1e9 } else { 21.0 };
    let x = Tensor::<2>::from_data(
        TensorData::new((0..21).map(x).collect(), [3, 7]),
        &layer.weight.device(),
    );
    let loss = layer.forward(x).powi_scalar(2).sum();
    optimizer.step(0.01, layer.clone(), GradientsParams::from_grads(loss.backward(), layer))
}

fn assert_within(ours: &Linear, burns: &Linear, off: f32) {
    let [ours, burns] = [ours, burns].map(|layer| layer.weight.val().into_data());
    match off {
        0.0 => assert_eq!(ours, burns),
        off => ours.assert_approx_eq::<f32>(&burns, Tolerance::rel_abs(off, off)),
    }
}

#[test]
fn adam_and_adamw_are_burns_but_for_its_rounding() {
    for [mut ours, mut burns] in [0.0, 0.01, 0.3].into_iter().flat_map(adams) {
        let layer = LinearConfig::new(7, 5).init(&Device::flex().autodiff());
        let mut layers = [layer.clone(), layer];
        for _ in 0..20 {
            layers = [stepped(&mut ours, &layers[0]), stepped(&mut burns, &layers[1])];
            assert_within(&layers[0], &layers[1], OFF);
        }
    }
}

#[test]
fn the_state_of_adam_survives_a_file_and_goes_from_ours_to_burns_own_and_back() {
    for both in adams(0.01) {
        for mut before in both.clone() {
            let layer = LinearConfig::new(7, 5).init(&Device::flex().autodiff());
            let layer = (0..3).fold(layer, |layer, _| stepped(&mut before, &layer));
            let expected = stepped(&mut before.clone(), &layer);
            for fresh in both.clone() {
                let mut after = fresh.from_bytes(before.into_bytes().unwrap()).unwrap();
                assert_within(&stepped(&mut after, &layer), &expected, OFF);
            }
        }
    }
}

#[test]
fn the_state_of_sgd_survives_a_file_and_burns_own_can_go_on_with_it() {
    let device = Device::flex().autodiff();
    let layer: Linear = LinearConfig::new(7, 5).init(&device);
    let mut before =
        ModuleOptimizer::from(Sgd { weight_decay: 0.0, momentum: 0.9, nesterov: false });
    let layer = stepped(&mut before, &layer);
    let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
    let fresh: [ModuleOptimizer; 2] = [
        Sgd { weight_decay: 0.0, momentum: 0.9, nesterov: false }.into(),
        SgdConfig::new().with_momentum(Some(momentum)).init(),
    ];
    let expected = stepped(&mut before.clone(), &layer);
    for optimizer in fresh {
        let mut after = optimizer.load_record(before.to_record());
        assert_within(&stepped(&mut after, &layer), &expected, 0.0);
    }
}
