//! The images that a network has seen in its training, among those that it is tested on.

use std::path::Path;

use data::{Images, known};
use host::text::{are, counted, thousands};
use run::Run;

use super::Network;
use crate::workspace::{self, Here};

impl Network {
    /// The number of these images that are also in the data that the network was trained and
    /// validated on; none with a note if its run is unknown, or if the data are gone or have
    /// changed.
    pub fn count_seen<'a>(
        &self,
        mut images: impl Iterator<Item = &'a [u8]>,
        here: &Here,
    ) -> Option<usize> {
        let seen = match &self.trained.run {
            Some(run) => seen_by(run).map_err(|reason| reason.to_string()),
            None => Err(format!("{} has no run", here.show(&self.trained.weights).display())),
        };
        let note = |reason: String| {
            let what = "how many of these images the network was trained on is not known";
            host::errln!("note: {what}: {reason}");
        };
        seen.map_err(note).ok().map(|seen| known::count_shared(&mut images, &seen))
    }

    /// Warns that `seen` of `all` images in `data` are also in the training data: a network is
    /// better at images that it has learned from.
    pub fn warn_of_seen(
        &self,
        seen: Option<usize>,
        all: usize,
        data: &Path,
        result: &str,
        here: &Here,
    ) {
        if let (Some(run), Some(seen @ 1..)) = (&self.trained.run, seen) {
            host::errln!(
                "warning: {} of the {} in {} {} also in {}, the training data of the network: the \
                 {result} will be too high",
                thousands(seen as f64),
                counted(all, "image"),
                here.show(data).display(),
                are(seen),
                here.show(&run.config.data).display(),
            );
        }
    }
}

/// The images that the network of a run was trained and validated on.
fn seen_by(run: &Run) -> anyhow::Result<Images> {
    let data = &run.config.data;
    let set = run.config.read_options().read_cached(data, &workspace::cache())?;
    run.refuse_other_data(data, set.sha256())?;
    Ok(run.config.limited(set.labelled()?)?)
}
