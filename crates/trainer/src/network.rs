//! The network that a config describes. This file alone knows the settings of networks.

use std::num::NonZeroU8;

use data::{ImageSize, Images};
use model::{MlpConfig, NetworkConfig};
use run::{NetworkKind, RunConfig};

/// The shape of the data, which a network must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Width and height of the images.
    pub size: ImageSize,
    /// The number of classes.
    pub classes: usize,
    /// The grey value of ink.
    pub pixel_max: NonZeroU8,
}

impl Shape {
    /// The shape of these images.
    pub fn of(images: &Images) -> Self {
        Self {
            size: images.size(),
            classes: images.classes().count(),
            pixel_max: images.pixel_max(),
        }
    }
}

/// The network of a config for data of this shape.
pub fn config(config: &RunConfig, shape: Shape) -> NetworkConfig {
    match config.network {
        NetworkKind::Mlp => NetworkConfig::Mlp(
            MlpConfig::new()
                .with_inputs(shape.size.pixels())
                .with_classes(shape.classes)
                .with_pixel_max(shape.pixel_max.get())
                .with_hidden(config.hidden.clone().unwrap_or_default())
                .with_dropout(config.dropout)
                .with_layer_norm(config.layer_norm)
                .with_seed(config.seed),
        ),
    }
}
