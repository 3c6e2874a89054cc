//! The operations for Burn's tensors: kernels where the tensors are on flex, elsewhere Burn's own.

use burn::{
    backend::Dispatch,
    nn::{
        Dropout, LayerNorm, Linear, PaddingConfig2d, conv::Conv2d, loss::CrossEntropyLossConfig,
        pool::MaxPool2d,
    },
    tensor::{Device, Distribution, Int, Tensor, activation::relu},
};

use crate::{
    Activation, dropout::Mask, extension::Kernels, flex::is_supported, sparse::SparseRows,
};

/// The outputs of a linear layer with its activation, `[batch, inputs]` → `[batch, units]`: those
/// of [`Linear`] and [`relu`], which compute them on other backends.
pub fn linear(layer: &Linear, x: Tensor<2>, activation: Activation) -> Tensor<2> {
    match layer.bias.as_ref().filter(|_| is_supported(&x.device())) {
        Some(bias) => {
            let (weight, bias) = (layer.weight.val().into_dispatch(), bias.val().into_dispatch());
            let x = x.into_dispatch();
            Tensor::from_dispatch(<Dispatch as Kernels>::dense_linear(x, weight, bias, activation))
        }
        None => activation.forward(layer.forward(x)),
    }
}

/// The same for a batch of images, `[batch, pixels]`, of which most pixels are 0. [`linear`]
/// computes them where they are not on flex, need a gradient, or have
/// [too few zeros](crate::is_sparse).
pub fn linear_of_images(layer: &Linear, images: Tensor<2>, activation: Activation) -> Tensor<2> {
    let rows = SparseRows::of_values(&images);
    let sparse = rows.and_then(|rows| sparse(layer, rows, activation));
    sparse.unwrap_or_else(|| linear(layer, images, activation))
}

/// The same for images of grey values from 0 to `max`, each divided by `max`. They are fastest as
/// bytes ([`DType::U8`](burn::tensor::DType)).
pub fn linear_of_greys(
    layer: &Linear,
    images: Tensor<2, Int>,
    max: u8,
    activation: Activation,
) -> Tensor<2> {
    let rows = SparseRows::of_greys(&images, max);
    let sparse = rows.and_then(|rows| sparse(layer, rows, activation));
    sparse.unwrap_or_else(|| linear(layer, images.float() / f32::from(max), activation))
}

/// None for a layer without biases.
fn sparse(layer: &Linear, images: SparseRows, activation: Activation) -> Option<Tensor<2>> {
    let bias = layer.bias.as_ref()?.val().into_dispatch();
    let weight = layer.weight.val().into_dispatch();
    let output = <Dispatch as Kernels>::sparse_linear(images, weight, bias, activation);
    Some(Tensor::from_dispatch(output))
}

/// Max pooling of 2x2 over the ReLU of a convolution, `[batch, channels, height, width]` → `[batch,
/// filters, rows, columns]`: that of [`Conv2d`] and [`MaxPool2d`], which compute it on other
/// backends, and for strides, dilations, groups, filters and paddings that are not plain.
///
/// Burn computes, and keeps, all values of the convolution; here only the largest of four are kept.
pub fn convolution(layer: &Conv2d, pool: &MaxPool2d, x: Tensor<4>) -> Tensor<4> {
    let plain = plain_padding(layer, pool).zip(layer.bias.as_ref());
    match plain.filter(|_| is_supported(&x.device())) {
        Some((padding, bias)) => {
            let (weight, bias) = (layer.weight.val().into_dispatch(), bias.val().into_dispatch());
            let x = x.into_dispatch();
            Tensor::from_dispatch(<Dispatch as Kernels>::convolution(x, weight, bias, padding))
        }
        // The same values as of a pooling behind the ReLU, of a quarter of the negative ones.
        None => relu(pool.forward(layer.forward(x))),
    }
}

/// The zeros on each side of an image, if all else is as the kernel computes it.
fn plain_padding(layer: &Conv2d, pool: &MaxPool2d) -> Option<usize> {
    let padding = match layer.padding {
        PaddingConfig2d::Valid => Some(0),
        PaddingConfig2d::Explicit(top, left, bottom, right) => {
            [left, bottom, right].iter().all(|side| *side == top).then_some(top)
        }
        PaddingConfig2d::Same => None,
    };
    let [rows, columns] = layer.kernel_size;
    let is_plain = rows == columns
        && (layer.stride, layer.dilation, layer.groups) == ([1; 2], [1; 2], 1)
        && (pool.kernel_size, pool.stride, pool.dilation) == ([2; 2], [2; 2], [1; 2])
        && (&pool.padding, pool.ceil_mode) == (&PaddingConfig2d::Valid, false);
    padding.filter(|_| is_plain)
}

/// Normalizes each row of `[batch, units]` to mean 0 and variance 1, then scales and shifts it (Ba,
/// Kiros, Hinton 2016, <https://arxiv.org/abs/1607.06450>) and applies the activation, as
/// [`LayerNorm`] and [`relu`] do, which compute it on other backends and without autodiff.
/// `epsilon` is the ε of the layer, which is private there.
///
/// With gradients, Burn takes a dozen passes; here it is one forward and one backward.
pub fn layer_norm(
    norm: &LayerNorm,
    epsilon: f64,
    x: Tensor<2>,
    activation: Activation,
) -> Tensor<2> {
    let device = x.device();
    let Some(beta) = norm.beta.as_ref().filter(|_| is_supported(&device) && device.is_autodiff())
    else {
        return activation.forward(norm.forward(x));
    };
    let (x, gamma, beta) =
        (x.into_dispatch(), norm.gamma.val().into_dispatch(), beta.val().into_dispatch());
    let epsilon = epsilon as f32;
    let output = <Dispatch as Kernels>::layer_norm(x, gamma, beta, epsilon, activation);
    Tensor::from_dispatch(output)
}

/// On an autodiff device, zeroes each value of `[batch, units]` with the layer's probability, and
/// divides the others by the probability to stay, so that the expected sums remain (Srivastava et
/// al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>), as [`Dropout`] does, which computes
/// it on other backends.
///
/// The zeroed values are a function of the seed and their places alone; without a seed, it is drawn
/// from the generator of the device. Burn's generator for the CPU gives one number after the other;
/// here each number is a hash of its place. A vector of them is computed at once, and on the way
/// back again, which takes less time than keeping them.
pub fn dropout(layer: &Dropout, x: Tensor<2>, seed: Option<u64>) -> Tensor<2> {
    let device = x.device();
    if !is_supported(&device) {
        return layer.forward(x);
    }
    if layer.prob == 0.0 || !layer.training.is_enabled() || !device.is_autodiff() {
        return x;
    }
    let mask = Mask::new(layer.prob, seed.unwrap_or_else(|| drawn(&device)));
    Tensor::from_dispatch(<Dispatch as Kernels>::dropout(x.into_dispatch(), mask))
}

/// A seed from the generator of the device.
fn drawn(device: &Device) -> u64 {
    const BITS: u32 = 16;
    let distribution = Distribution::Uniform(0.0, f64::from(1u32 << BITS));
    let draws = Tensor::<1>::random([4], distribution, &device.clone().inner()).into_data();
    draws.iter::<f32>().fold(0, |seed, draw| seed << BITS | draw as u64)
}

/// The mean over a batch of −log softmax(z)ₜ, `[1]`, with the logits z, `[batch, classes]`, and the
/// right class t of each row, `[batch]`: that of
/// [`CrossEntropyLoss`](burn::nn::loss::CrossEntropyLoss), which computes it on other backends and
/// without autodiff.
///
/// The gradient of z is (softmax(z) − 1ₜ) / batch (Bishop 2006, Pattern Recognition and Machine
/// Learning, equation 4.109). With gradients, Burn takes a dozen operations, each of which costs
/// more than its arithmetic; here it is one, which gives the gradient along with the loss.
///
/// # Panics
/// A right class is not below the number of classes.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let device = logits.device();
    if !is_supported(&device) || !device.is_autodiff() {
        return CrossEntropyLossConfig::new().init(&device).forward(logits, targets);
    }
    let (logits, targets) = (logits.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::cross_entropy(logits, targets))
}
