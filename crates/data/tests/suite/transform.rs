//! Transforms of images, as laws.

use std::path::Path;

use data::{
    ImageSize, Transform,
    transform::{Affine, ChaCha8Rng, Elastic, Shift},
};
use proptest::prelude::*;
use rand_chacha::rand_core::SeedableRng;

fn all(strength: f32) -> [Box<dyn Transform>; 3] {
    [
        Box::new(Shift { most: (2.0 * strength).round() as usize }),
        Box::new(Affine::with_strength(strength)),
        Box::new(Elastic::with_strength(strength)),
    ]
}

fn transformed(transform: &dyn Transform, image: &[u8], size: ImageSize, seed: u64) -> Vec<u8> {
    let mut image = image.to_vec();
    transform.apply(&mut image, size, &mut ChaCha8Rng::seed_from_u64(seed));
    image
}

proptest! {
    #[test]
    fn any_image_of_any_size_is_transformed_and_no_strength_changes_nothing(
        (size, image) in (1..70_usize, 1..70_usize).prop_flat_map(|(width, height)| {
            let size = ImageSize::new(width, height).unwrap();
            (Just(size), prop::collection::vec(prop_oneof![Just(0), any::<u8>()], size.pixels()))
        }),
        strength in prop_oneof![0.0..6.0_f32, any::<f32>().prop_map(f32::abs)],
        seed: u64,
    ) {
        for transform in all(strength) {
            let one = transformed(&*transform, &image, size, seed);
            prop_assert_eq!(&one, &transformed(&*transform, &image, size, seed));
            let is_blank = |image: &[u8]| image.iter().all(|pixel| *pixel == 0);
            prop_assert!(!is_blank(&image) || is_blank(&one));
        }
        for transform in all(0.0) {
            let same = transformed(&*transform, &image, size, seed);
            prop_assert_eq!(same, &image[..], "{:?}", transform);
        }
    }
}

#[test]
fn digits_keep_their_ink_and_change_their_form() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz");
    let digits = data::read(data).unwrap();
    let ink = |image: &[u8]| image.iter().map(|pixel| f64::from(*pixel)).sum::<f64>();
    let before: f64 = digits.images().map(ink).sum();
    for transform in &all(1.0)[1..] {
        let changed: Vec<Vec<u8>> = (0..)
            .zip(digits.images())
            .map(|(seed, image)| transformed(&**transform, image, digits.size(), seed))
            .collect();
        let after: f64 = changed.iter().map(|image| ink(image)).sum();
        assert!((after / before - 1.0).abs() < 0.1, "{transform:?}: {}", after / before);
        let same = digits.images().zip(&changed).filter(|(one, other)| one == other).count();
        assert_eq!(same, 0, "{transform:?}");
    }
}
