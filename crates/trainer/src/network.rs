//! The network that a config describes. This file alone knows the settings of networks.

use std::num::NonZeroU8;

use anyhow::ensure;
use data::{ImageSize, Images};
use model::{CnnConfig, MlpConfig, NetworkConfig, SMALLEST_SIDE};
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
///
/// # Errors
/// The images are too small for it.
pub fn config(config: &RunConfig, shape: Shape) -> anyhow::Result<NetworkConfig> {
    let Shape { size, classes, pixel_max } = shape;
    Ok(match config.network {
        NetworkKind::Mlp => NetworkConfig::Mlp(
            MlpConfig::new()
                .with_inputs(size.pixels())
                .with_classes(classes)
                .with_pixel_max(pixel_max.get())
                .with_hidden(config.hidden.clone())
                .with_dropout(config.dropout)
                .with_layer_norm(config.layer_norm)
                .with_seed(config.seed),
        ),
        NetworkKind::Cnn => {
            ensure!(
                size.width().min(size.height()) >= SMALLEST_SIDE,
                "{}: images of {size} pixels; expected at least {SMALLEST_SIDE}x{SMALLEST_SIDE}, \
                 as the network cnn needs them",
                config.data.display()
            );
            let network = CnnConfig::new()
                .with_width(size.width())
                .with_height(size.height())
                .with_classes(classes)
                .with_pixel_max(pixel_max.get())
                .with_hidden(config.hidden.clone())
                .with_dropout(config.dropout)
                .with_layer_norm(config.layer_norm)
                .with_seed(config.seed);
            NetworkConfig::Cnn(match config.filters {
                Some(filters) => network.with_filters(filters),
                None => network,
            })
        }
    })
}
