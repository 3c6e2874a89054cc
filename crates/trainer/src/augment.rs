//! The transforms of the training images that a config asks for.

use std::sync::Arc;

use data::{Shift, Transform};
use run::Augment;

/// The largest shift, in pixels.
const SHIFT: usize = 2;

/// The transform of an augmentation; none if images stay as they are.
pub fn transform(augment: Augment) -> Option<Arc<dyn Transform>> {
    match augment {
        Augment::None => None,
        Augment::Shift => Some(Arc::new(Shift { most: SHIFT })),
    }
}
