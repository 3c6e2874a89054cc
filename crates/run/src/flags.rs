//! The flags of `train`, and those that other commands share with it.

use std::path::{Path, PathBuf};

use data::ReadOptions;

use crate::{Settings, SettingsError, settings::help};

/// The flags `--image` and `--pixel-max`, for commands that read images but do not train.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
pub struct ImageFlags {
    #[arg(long, value_name = "WxH", help = help("image"))]
    image: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true, help = help("pixel_max"))]
    pixel_max: Option<i64>,
}

impl ImageFlags {
    /// The format of the images; where a flag is missing, that of `default`.
    ///
    /// # Errors
    /// A flag has an invalid value.
    pub fn options(self, default: ReadOptions) -> Result<ReadOptions, SettingsError> {
        let (has_image, has_pixel_max) = (self.image.is_some(), self.pixel_max.is_some());
        let given = Settings::from(self).resolve().map_err(SettingsError::OnCommandLine)?;
        Ok(ReadOptions {
            image: if has_image { given.image } else { default.image },
            pixel_max: if has_pixel_max { given.pixel_max } else { default.pixel_max },
        })
    }
}

impl From<ImageFlags> for Settings {
    fn from(ImageFlags { image, pixel_max }: ImageFlags) -> Self {
        Self { image, pixel_max, ..Self::default() }
    }
}

/// The flags of `train`.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
pub struct TrainFlags {
    /// The settings that override the file and the defaults.
    #[command(flatten)]
    pub settings: Settings,
    /// TOML file with settings; flags override it
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub config: Option<PathBuf>,
    /// Folder of the run [default: the next free number in runs/]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Resume the run in --out, or the latest run in runs/; a larger --epochs trains it further
    #[arg(long)]
    pub resume: bool,
    /// Show burn-train's dashboard during training; its first use builds the trainer once more
    #[arg(long)]
    pub tui: bool,
    /// Write an event file for `tensorboard --logdir runs` into the run folder
    #[arg(long)]
    pub tensorboard: bool,
}

impl TrainFlags {
    /// These flags with every path mapped by `seen`.
    ///
    /// # Errors
    /// The first error of `seen`.
    pub fn try_map_paths<E>(
        mut self,
        seen: impl Fn(&Path) -> Result<PathBuf, E>,
    ) -> Result<Self, E> {
        let Settings { data, test_data, .. } = &mut self.settings;
        for path in [data, test_data, &mut self.config, &mut self.out].into_iter().flatten() {
            *path = seen(path)?;
        }
        Ok(self)
    }
}
