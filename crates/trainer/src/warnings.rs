//! Warnings about the data of a run.

use data::Images;
use host::text::counted;
use run::RunConfig;

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
