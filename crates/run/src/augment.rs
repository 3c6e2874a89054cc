//! Augmentation of the training images. The trainer constructs its transforms.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A random change of each training image in each epoch. Each includes the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Augment {
    /// No change.
    #[default]
    None,
    /// Shift by up to 2 pixels, across and down.
    Shift,
    /// Rotation by up to 15°, scale from 0.85 to 1.15, and shear as well.
    Affine,
    /// Elastic distortion, and thicker or thinner strokes as well.
    Elastic,
}

impl fmt::Display for Augment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Shift => "shift",
            Self::Affine => "affine",
            Self::Elastic => "elastic",
        })
    }
}
