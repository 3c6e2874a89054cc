//! The images that a network takes: their size, their classes, and the form of their files.

use std::{fs, path::Path};

use data::{Classes, ImageSet, ImageSize, Polarity, ReadOptions, polarity};
use host::FileError;
use model::{ImageFormat, Layers};
use run::{Rows, Run};

use super::Network;
use crate::{
    import,
    usage::{OrUsage, UsageError},
    workspace,
};

impl Network {
    /// The size and the classes of its training images, if its run or its weights tell.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        let of_weights = || {
            let ImageFormat { width, height, classes, .. } = self.format.as_ref()?;
            Some((ImageSize::new(*width, *height)?, Classes::new(classes.clone()).ok()?))
        };
        self.trained.run.as_ref().and_then(Run::images).or_else(of_weights)
    }

    /// The classes of the network, known before a prediction.
    ///
    /// # Errors
    /// The file holds no network.
    pub fn classes(&self) -> Result<Classes, FileError> {
        if let Some((_, classes)) = self.images() {
            return Ok(classes);
        }
        Ok(Classes::numbered(0, self.layers()?.classes()))
    }

    /// Whether the network has seen dark ink on light paper.
    pub fn is_dark_on_light(&self) -> bool {
        self.format.as_ref().is_some_and(|format| format.is_dark_on_light)
    }

    /// The form of files that weights without a run expect.
    fn options_of_weights(&self) -> ReadOptions {
        let Some(format) = &self.format else { return ReadOptions::default() };
        let default = ReadOptions::default();
        ReadOptions {
            image: ImageSize::new(format.width, format.height),
            pixel_max: format.pixel_max.try_into().unwrap_or(default.pixel_max),
            transpose: format.transpose,
            invert: format.invert,
            ..default
        }
    }

    /// The form of a file of images: where a flag is missing, that of the run.
    ///
    /// # Errors
    /// A flag is invalid.
    pub fn options(&self, data: &Path) -> Result<ReadOptions, UsageError> {
        let config = self.trained.run.as_ref().map(|run| &run.config);
        let default =
            config.map_or_else(|| self.options_of_weights(), |config| config.read_options_of(data));
        self.images.clone().options(default).or_usage()
    }

    /// Refuses the flags for the form of a file of images, where no such file is read: for
    /// pictures, and for the validation rows of a run. `--image` is used if neither the run nor the
    /// weights give the size of the images.
    ///
    /// # Errors
    /// There is such a flag.
    pub fn refuse_flags_of_files(&self) -> Result<(), UsageError> {
        let is_used = |name: &str| name == "image" && self.images().is_none();
        match self.images.given().into_iter().find(|name| !is_used(name)) {
            Some(name) => Err(UsageError(format!(
                "--{} describes a file of images; expected --data with it",
                name.replace('_', "-")
            ))),
            None => Ok(()),
        }
    }

    /// Reads a file of images for the network.
    ///
    /// # Errors
    /// The file cannot be read, or holds images of another size.
    pub fn read(&self, data: &Path) -> anyhow::Result<ImageSet> {
        let options = self.options(data)?;
        import::prepare(data, &options)?;
        let set = options.read_cached(data, &workspace::cache())?;
        self.warn_of_other_images(&set, data);
        Ok(match self.images() {
            Some((size, _)) => set.of_size(size)?,
            None => set,
        })
    }

    /// Warns of images on another scale or of another polarity than those that the network has
    /// seen.
    fn warn_of_other_images(&self, set: &ImageSet, data: &Path) {
        const ENOUGH: usize = 1000;
        let Some(format) = &self.format else { return };
        let data = data.display();
        let bright = set.images().flatten().copied().max().unwrap_or_default();
        let (low, high) = (bright.min(format.brightest), bright.max(format.brightest));
        if u16::from(low) * 4 <= u16::from(high) {
            host::errln!(
                "warning: the pixels of {data} go up to {bright}, those of the training images up \
                 to {}: are they on another scale?",
                format.brightest
            );
        }
        let polarity = polarity(set.images().take(ENOUGH), set.size());
        let is_dark = polarity == Some(Polarity::DarkOnLight);
        if polarity.is_some() && is_dark != format.is_dark_on_light {
            let invert = if is_dark { "; if that is ink on paper, give --invert" } else { "" };
            host::errln!(
                "warning: the images in {data} have another polarity than the training images, \
                 {} against {}{invert}",
                polarity_in_words(is_dark),
                polarity_in_words(format.is_dark_on_light)
            );
        }
    }

    /// A request for all rows of a file.
    ///
    /// # Errors
    /// A flag is invalid.
    pub fn all_of(&self, data: &Path) -> Result<Rows, UsageError> {
        Ok(Rows::All { data: data.to_owned(), options: self.options(data)? })
    }

    /// The size of the images that the network takes: that of its training images; that of
    /// `--image`; or for weights that do not say it, square images of as many pixels.
    ///
    /// # Errors
    /// The file holds no network, or one for other images.
    pub fn size(&self) -> anyhow::Result<ImageSize> {
        if let Some((size, _)) = self.images() {
            return Ok(size);
        }
        let layers = self.layers()?;
        let side = layers.inputs().isqrt();
        let of_layers = match layers.input()[..] {
            [_, height, width] => ImageSize::new(width, height),
            _ => ImageSize::new(side, side),
        };
        let given = self.images.clone().options(ReadOptions::default()).or_usage()?.image;
        let size = given.or(of_layers);
        let size = size.filter(|size| layers.takes(size.width(), size.height()));
        Ok(size.ok_or_else(|| {
            UsageError(format!(
                "{}: the network {layers} takes images of {}; give --image with their width and \
                 height",
                self.trained.weights.display(),
                layers.images()
            ))
        })?)
    }

    fn layers(&self) -> Result<Layers, FileError> {
        let weights = &self.trained.weights;
        let bytes = fs::read(weights).map_err(FileError::at(weights))?;
        Layers::read(&bytes).map_err(|error| FileError::refused(weights, error))
    }
}

fn polarity_in_words(is_dark_on_light: bool) -> &'static str {
    if is_dark_on_light { "dark on light" } else { "light on dark" }
}
