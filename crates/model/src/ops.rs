//! The operations of a network that have hand-written kernels. With the feature `kernels`, these
//! compute wherever the tensors are on flex; without it, and on other backends, Burn's own do.

#[cfg(feature = "kernels")]
pub(crate) use by_hand::{Activation, convolution, dropout, first_linear, layer_norm, linear};
#[cfg(feature = "kernels")]
pub use by_hand::{cross_entropy, describe};
#[cfg(not(feature = "kernels"))]
pub(crate) use plain::{Activation, convolution, dropout, first_linear, layer_norm, linear};
#[cfg(not(feature = "kernels"))]
pub use plain::{cross_entropy, describe};

#[cfg(feature = "kernels")]
mod by_hand {
    use burn::{
        nn::{LayerNorm, Linear},
        tensor::{Device, Tensor},
    };
    pub use kernels::cross_entropy;
    pub(crate) use kernels::{Activation, convolution, dropout, linear};

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

    pub(crate) fn first_linear(
        layer: &Linear,
        images: Pixels,
        pixel_max: u8,
        activation: Activation,
    ) -> Tensor<2> {
        match images {
            Pixels::Values(values) => kernels::linear_of_images(layer, values, activation),
            Pixels::Greys(greys) => kernels::linear_of_greys(layer, greys, pixel_max, activation),
        }
    }

    pub(crate) fn layer_norm(norm: &LayerNorm, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        kernels::layer_norm(norm, EPSILON, x, activation)
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

    /// The function of a layer's sums that its outputs are.
    #[derive(Clone, Copy)]
    pub(crate) enum Activation {
        Identity,
        Relu,
    }

    impl Activation {
        fn of(self, sums: Tensor<2>) -> Tensor<2> {
            match self {
                Self::Identity => sums,
                Self::Relu => relu(sums),
            }
        }
    }

    pub(crate) fn first_linear(
        layer: &Linear,
        images: Pixels,
        pixel_max: u8,
        activation: Activation,
    ) -> Tensor<2> {
        linear(layer, images.into_values(pixel_max), activation)
    }

    pub(crate) fn linear(layer: &Linear, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        activation.of(layer.forward(x))
    }

    /// The same values as of a pooling behind the ReLU, of a quarter of the negative ones.
    pub(crate) fn convolution(layer: &Conv2d, pool: &MaxPool2d, x: Tensor<4>) -> Tensor<4> {
        relu(pool.forward(layer.forward(x)))
    }

    pub(crate) fn layer_norm(norm: &LayerNorm, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        activation.of(norm.forward(x))
    }

    /// Draws from the generator of the device, which a seed has set.
    pub(crate) fn dropout(layer: &Dropout, x: Tensor<2>, _seed: Option<u64>) -> Tensor<2> {
        layer.forward(x)
    }
}
