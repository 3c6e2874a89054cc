//! The transforms of the training images that a config asks for.

use std::sync::Arc;

use data::{Affine, Elastic, Shift, Transform};
use run::{Augment, RunConfig};

/// The largest shift, in pixels.
const SHIFT: f64 = 2.0;

/// The transform of the augmentation; none if images stay as they are.
pub fn transform(config: &RunConfig) -> Option<Arc<dyn Transform>> {
    let strength = config.augment_strength;
    match config.augment {
        Augment::None => None,
        Augment::Shift => Some(Arc::new(Shift { most: (SHIFT * strength).round() as usize })),
        Augment::Affine => Some(Arc::new(Affine::with_strength(strength as f32))),
        Augment::Elastic => Some(Arc::new(Elastic::with_strength(strength as f32))),
    }
}
