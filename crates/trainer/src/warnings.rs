//! Warnings about the data of a run.

use data::{Images, Polarity};
use host::text::counted;
use run::{
    RunConfig,
    images::{self, RunImages},
};

/// A network has seen the answers to test rows that it was trained on: Kaggle's `train.csv` holds
/// such rows.
pub fn warn_of_shared_rows(config: &RunConfig, shared: usize, test: &Images) {
    if shared > 0 {
        host::errln!(
            "warning: {shared} of the {} of the test data are also in {}: the test accuracy will \
             be too high",
            counted(test.targets().len(), "row"),
            config.data.display()
        );
    }
}

/// Dark ink on light paper, as in a scan: a network learns it, but takes drawings and photographs,
/// which are turned to MNIST's form, for something else. And test images on another scale or of
/// another polarity than the training images look like nothing that the network knows.
pub fn warn_of_polarity(config: &RunConfig, images: &RunImages) {
    let data = config.data.display();
    if images.polarity == Some(Polarity::DarkOnLight) {
        host::errln!(
            "warning: most images in {data} are brighter at the border than inside; if they are \
             dark ink on light paper, give --invert"
        );
    }
    let (Some(test), Some(path)) = (&images.test, &config.test_data) else { return };
    let path = path.display();
    let polarity = images::polarity_of(test);
    if polarity.is_some() && images.polarity.is_some() && polarity != images.polarity {
        host::errln!(
            "warning: {path} has another polarity than {data}: dark ink on light paper against \
             light on dark; the test accuracy will be too low"
        );
    }
    let (bright, brightest) = (test.brightest(), images.brightest);
    if other_scale(bright, brightest) {
        host::errln!(
            "warning: no pixel of {path} is above {bright}, and those of {data} go up to \
             {brightest}: are they on another scale? the test accuracy will be too low"
        );
    }
}

/// Whether the highest pixels of two files are so different that their scales are.
fn other_scale(one: u8, other: u8) -> bool {
    u16::from(one) * 4 <= other.into() || u16::from(other) * 4 <= one.into()
}

/// Images whose pixels end at 16 hardly differ to a network that expects 255.
pub fn warn_of_darkness(config: &RunConfig, brightest: u8) {
    let (data, most) = (config.data.display(), config.pixel_max.get());
    if (1..=most / 4).contains(&brightest) {
        host::errln!(
            "warning: no pixel of {data} is above {brightest}, although {most} is possible; if \
             {brightest} means ink, give \
             --pixel-max {brightest}"
        );
    }
}
