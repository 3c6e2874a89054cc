//! Warnings about the images of a run.

use data::Polarity;
use host::text::{are, counted, thousands};

use super::{RunImages, polarity_of};
use crate::RunConfig;

pub(super) fn of(images: &RunImages, config: &RunConfig) -> Vec<String> {
    let warnings = [darkness, inversion, other_polarity, other_brightness, shared];
    warnings.into_iter().filter_map(|warning| warning(images, config)).collect()
}

/// Images whose pixels end at 16 hardly differ to a network that expects 255.
fn darkness(images: &RunImages, config: &RunConfig) -> Option<String> {
    let (data, brightest, most) = (config.data.display(), images.brightest, config.pixel_max.get());
    (1..=most / 4).contains(&brightest).then(|| {
        format!(
            "no pixel of {data} is above {brightest}, although {most} is possible; if {brightest} \
             means ink, give --pixel-max {brightest}"
        )
    })
}

/// Dark ink on light paper, as in a scan: a network learns it, but takes drawings and photographs,
/// which are turned to MNIST's form, for something else.
fn inversion(images: &RunImages, config: &RunConfig) -> Option<String> {
    let data = config.data.display();
    (images.polarity == Some(Polarity::DarkOnLight)).then(|| {
        format!(
            "most images in {data} are brighter at the border than inside; if they are dark ink \
             on light paper, give --invert"
        )
    })
}

/// Test images of another polarity than the training images look like nothing that the network
/// knows.
fn other_polarity(images: &RunImages, config: &RunConfig) -> Option<String> {
    let (test, path) = (images.test.as_ref()?, config.test_data.as_ref()?);
    (polarity_of(test)? != images.polarity?).then(|| {
        format!(
            "{} has another polarity than {}: dark ink on light paper against light on dark; the \
             test accuracy will be too low",
            path.display(),
            config.data.display()
        )
    })
}

/// Neither do test images on another scale.
fn other_brightness(images: &RunImages, config: &RunConfig) -> Option<String> {
    let (test, path) = (images.test.as_ref()?, config.test_data.as_ref()?);
    let (bright, brightest) = (test.brightest(), images.brightest);
    is_other_scale(bright, brightest).then(|| {
        format!(
            "no pixel of {} is above {bright}, and those of {} go up to {brightest}: are they on \
             another scale? the test accuracy will be too low",
            path.display(),
            config.data.display()
        )
    })
}

/// Whether the highest pixels of two files are so different that their scales are.
fn is_other_scale(one: u8, other: u8) -> bool {
    u16::from(one) * 4 <= other.into() || u16::from(other) * 4 <= one.into()
}

/// Test rows that are also in the data.
fn shared(images: &RunImages, config: &RunConfig) -> Option<String> {
    let test = images.test.as_ref()?;
    let shared = images.test_rows_in_data.filter(|shared| *shared > 0)?;
    Some(format!(
        "{} of the {} of the test data {} also in {}: the test accuracy will be too high",
        thousands(shared as f64),
        counted(test.targets().len(), "row"),
        are(shared),
        config.data.display()
    ))
}
