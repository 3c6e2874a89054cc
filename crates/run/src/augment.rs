//! Augmentation of the training images.

use std::{fmt, sync::Arc};

use clap::ValueEnum;
use data::transform::{Affine, Elastic, Shift, Transform};
use serde::{Deserialize, Serialize};

/// A random change of each training image in each epoch.
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

/// The largest shift, in pixels.
const SHIFT: f64 = 2.0;

impl Augment {
    /// The transform of training images, with all its amounts times a strength; none if images stay
    /// as they are.
    pub fn transform(self, strength: f64) -> Option<Arc<dyn Transform>> {
        match self {
            Self::None => None,
            Self::Shift => Some(Arc::new(Shift { most: (SHIFT * strength).round() as usize })),
            Self::Affine => Some(Arc::new(Affine::with_strength(strength as f32))),
            Self::Elastic => Some(Arc::new(Elastic::with_strength(strength as f32))),
        }
    }
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
