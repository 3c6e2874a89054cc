//! The operations of a network that have hand-written kernels. With the feature `kernels`, these
//! compute wherever the tensors are on flex; without it, and on other backends, Burn's own do.

#[cfg(feature = "kernels")]
pub(crate) use by_hand::{convolution, dropout, layer_norm, linear};
#[cfg(feature = "kernels")]
pub use by_hand::{cross_entropy, describe};
#[cfg(not(feature = "kernels"))]
pub(crate) use plain::{convolution, dropout, layer_norm, linear};
#[cfg(not(feature = "kernels"))]
pub use plain::{cross_entropy, describe};

#[cfg(feature = "kernels")]
mod by_hand {
    use burn::{
        nn::{LayerNorm, Linear},
        tensor::{Device, Tensor},
    };
    pub use kernels::cross_entropy;
    pub(crate) use kernels::{convolution, dropout};

    use crate::{EPSILON, Layers, pixels::Pixels};

    /// The operations of a network with these layers on this device, for images of which this share
    /// of the pixels is not 0, in words.
    pub fn describe(layers: &Layers, device: &Device, density: f64) -> String {
        if !kernels::is_supported(device) {
            return "Burn's own".to_owned();
        }
        if layers.is_convolutional() {
            return "hand-written for flex".to_owned();
        }
        let first = if kernels::is_sparse(density) { "sparse" } else { "dense" };
        let percent = 100.0 * density;
        format!(
            "hand-written for flex, {first} first layer ({percent:.1} % of the pixels are not 0)"
        )
    }

    pub(crate) fn linear(layer: &Linear, images: Pixels, pixel_max: u8) -> Tensor<2> {
        match images {
            Pixels::Values(values) => kernels::linear(layer, values),
            Pixels::Greys(greys) => kernels::linear_of_greys(layer, greys, pixel_max),
        }
    }

    pub(crate) fn layer_norm(norm: &LayerNorm, x: Tensor<2>) -> Tensor<2> {
        kernels::layer_norm(norm, EPSILON, x)
    }
}

#[cfg(not(feature = "kernels"))]
mod plain {
    use burn::{
        nn::{
            Dropout, LayerNorm, Linear, conv::Conv2d, loss::CrossEntropyLossConfig, pool::MaxPool2d,
        },
        tensor::{Device, Int, Tensor, activation::relu},
    };

    use crate::{Layers, pixels::Pixels};

    /// The operations of a network with these layers on this device, for images of which this share
    /// of the pixels is not 0, in words.
    pub fn describe(_layers: &Layers, _device: &Device, _density: f64) -> String {
        "Burn's own".to_owned()
    }

    /// The mean cross-entropy of a batch, `[1]`: logits `[batch, classes]`, right classes
    /// `[batch]`.
    pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
    }

    pub(crate) fn linear(layer: &Linear, images: Pixels, pixel_max: u8) -> Tensor<2> {
        layer.forward(images.into_values(pixel_max))
    }

    /// The same values as of a pooling behind the ReLU, of a quarter of the negative ones.
    pub(crate) fn convolution(layer: &Conv2d, pool: &MaxPool2d, x: Tensor<4>) -> Tensor<4> {
        relu(pool.forward(layer.forward(x)))
    }

    pub(crate) fn layer_norm(norm: &LayerNorm, x: Tensor<2>) -> Tensor<2> {
        norm.forward(x)
    }

    /// Draws from the generator of the device, which a seed has set.
    pub(crate) fn dropout(layer: &Dropout, x: Tensor<2>, _seed: Option<u64>) -> Tensor<2> {
        layer.forward(x)
    }
}
