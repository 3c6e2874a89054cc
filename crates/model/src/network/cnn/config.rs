//! The description of a convolutional network, and its initial weights.

use burn::{config::Config, nn::pool::MaxPool2dConfig, tensor::Device};

use super::{KERNELS, SMALLEST_SIDE, module::Cnn, paddings};
use crate::{CLASSES, Layer, Layers, init, network::hidden::Head};

/// Pixels in a row and in a column of an MNIST image.
const SIDE: usize = 28;

/// Describes a [`Cnn`].
///
/// ```
/// use model::CnnConfig;
///
/// let config = CnnConfig::new().with_filters([24, 32]).with_hidden(vec![256]);
/// let cnn = config.init(&burn::tensor::Device::default());
/// assert_eq!(cnn.layers().to_string(), "28x28-24C5-MP2-32C3-MP2-256-10");
/// // Of 28x28 pixels, the convolutions and poolings leave 5x5.
/// let weights = 24 * 5 * 5 + 32 * 24 * 3 * 3 + 256 * 32 * 5 * 5 + 10 * 256;
/// assert_eq!(cnn.layers().num_parameters(), weights + 24 + 32 + 256 + 10);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct CnnConfig {
    /// The pixels in a row of an image, at least [`SMALLEST_SIDE`].
    #[config(default = "SIDE")]
    pub width: usize,
    /// The pixels in a column of an image, at least [`SMALLEST_SIDE`].
    #[config(default = "SIDE")]
    pub height: usize,
    /// The classes to tell apart.
    #[config(default = "CLASSES")]
    pub classes: usize,
    /// The numbers of filters of the first convolution, of 5x5 pixels, and of the second, of 3x3:
    /// weights of shape `[filters[0], 1, 5, 5]` and `[filters[1], filters[0], 3, 3]`.
    #[config(default = "[24, 32]")]
    pub filters: [usize; 2],
    /// The sizes of the hidden layers behind the convolutions, at least one.
    #[config(default = "vec![256]")]
    pub hidden: Vec<usize>,
    /// The probability with which training zeroes an activation of a hidden layer, from 0 to below
    /// 1. The convolutions have no dropout.
    #[config(default = 0.0)]
    pub dropout: f64,
    /// Whether each hidden layer normalizes its sums before the ReLU. The convolutions do not
    /// normalize.
    #[config(default = false)]
    pub layer_norm: bool,
    /// The grey value of ink, at least 1.
    #[config(default = 255)]
    pub pixel_max: u8,
    /// The seed of the initial weights.
    #[config(default = 0)]
    pub seed: u64,
}

impl CnnConfig {
    /// The layers of the network.
    pub fn layers(&self) -> Layers {
        let has_dropout = self.dropout > 0.0;
        Layers::cnn(
            [self.width, self.height],
            self.filters,
            &self.hidden,
            self.classes,
            self.layer_norm,
            has_dropout,
        )
    }

    /// The description of the network with these layers. It has no dropout, which acts in training
    /// alone.
    pub(crate) fn of(layers: &Layers) -> Self {
        let filters = |(_, layer)| match layer {
            Layer::Convolution { filters, .. } => Some(filters),
            _ => None,
        };
        let filters: Vec<usize> = layers.iter().filter_map(filters).collect();
        let mut config = Self::new()
            .with_classes(layers.classes())
            .with_hidden(layers.hidden())
            .with_layer_norm(layers.has_layer_norm());
        if let ([_, height, width], [first, second]) = (&layers.input()[..], &filters[..]) {
            (config.width, config.height) = (*width, *height);
            config.filters = [*first, *second];
        }
        config
    }

    /// Makes the network with initial weights. It maps `[batch, height, width]` to `[batch,
    /// classes]`.
    ///
    /// Weights and biases of convolutions and linear layers are drawn from [`seed`](Self::seed) as
    /// PyTorch's `nn.Conv2d` and `nn.Linear` draw them; scales of a layer norm are 1, shifts 0. A
    /// seed means the same network on every backend, and networks of one seed share the layers that
    /// have the same shape and place.
    ///
    /// # Panics
    /// The images have fewer than [`SMALLEST_SIDE`] rows or columns; there are no classes, no
    /// filters or no hidden layer, a hidden layer has size 0, ink is 0, or the dropout is not in
    /// 0..1.
    pub fn init(&self, device: &Device) -> Cnn {
        let Self { width, height, filters, seed, .. } = *self;
        assert!(
            width.min(height) >= SMALLEST_SIDE,
            "CnnConfig: images of {width}x{height} pixels; at least \
             {SMALLEST_SIDE}x{SMALLEST_SIDE} are needed"
        );
        assert!(filters.iter().all(|filters| *filters > 0), "CnnConfig: no filters");
        assert!(self.pixel_max > 0, "CnnConfig: ink is 0");
        let (channels, paddings) = ([1, filters[0]], paddings(width, height));
        let convolution = |layer: usize| {
            let shape = [channels[layer], filters[layer]];
            init::convolution(layer, shape, KERNELS[layer], paddings[layer], seed, device)
        };
        let convolutions = [0, 1].map(convolution);
        let (_, inputs) = super::convolutions(width, height, filters);
        let (blocks, output) = Head {
            hidden: &self.hidden,
            classes: self.classes,
            dropout: self.dropout,
            layer_norm: self.layer_norm,
            seed,
        }
        .init(convolutions.len(), inputs, device);
        let pool = MaxPool2dConfig::new([2, 2]).init();
        Cnn { convolutions, pool, blocks, output, width, height, pixel_max: self.pixel_max }
    }
}
