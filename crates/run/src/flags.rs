//! The flags of `train`, and those that other commands share with it.

use std::{collections::BTreeSet, path::PathBuf};

use data::ReadOptions;

use crate::{Settings, SettingsError, settings::help};

/// The flags for the form of images, for commands that read images but do not train.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
pub struct ImageFlags {
    #[arg(long, value_name = "WxH", help = help("image"))]
    image: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true, help = help("pixel_max"))]
    pixel_max: Option<i64>,
    #[arg(long, value_name = "COLUMN", help = help("label_column"))]
    label_column: Option<String>,
    #[arg(long, value_name = "FILE", help = help("labels"))]
    labels: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = help("class_names"))]
    class_names: Option<PathBuf>,
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", help = help("transpose")
    )]
    transpose: Option<bool>,
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", help = help("invert")
    )]
    invert: Option<bool>,
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", help = help("grey")
    )]
    grey: Option<bool>,
}

impl ImageFlags {
    /// The form of the images; where a flag is missing, that of `default`.
    ///
    /// # Errors
    /// A flag has an invalid value.
    pub fn options(self, default: ReadOptions) -> Result<ReadOptions, SettingsError> {
        let Self { pixel_max, transpose, invert, grey, .. } = self;
        let given = Settings::from(self).resolve().map_err(SettingsError::OnCommandLine)?;
        let given = given.read_options();
        Ok(ReadOptions {
            image: given.image.or(default.image),
            pixel_max: pixel_max.map_or(default.pixel_max, |_| given.pixel_max),
            label_column: given.label_column.or(default.label_column),
            labels: given.labels.or(default.labels),
            class_names: given.class_names.or(default.class_names),
            transpose: transpose.unwrap_or(default.transpose),
            invert: invert.unwrap_or(default.invert),
            grey: grey.unwrap_or(default.grey),
        })
    }

    /// The names of the settings that these flags give.
    pub fn given(&self) -> BTreeSet<&'static str> {
        Settings::from(self.clone()).given()
    }

    /// The paths among these flags.
    pub fn paths_mut(&mut self) -> [&mut Option<PathBuf>; 2] {
        [&mut self.labels, &mut self.class_names]
    }
}

impl From<ImageFlags> for Settings {
    fn from(flags: ImageFlags) -> Self {
        let ImageFlags {
            image,
            pixel_max,
            label_column,
            labels,
            class_names,
            transpose,
            invert,
            grey,
        } = flags;
        Self {
            image,
            pixel_max,
            label_column,
            labels,
            class_names,
            transpose,
            invert,
            grey,
            ..Self::default()
        }
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
    /// The paths among these flags.
    pub fn paths_mut(&mut self) -> [&mut Option<PathBuf>; 7] {
        let Self { config, out, settings, .. } = self;
        let Settings { data, test_data, labels, test_labels, class_names, .. } = settings;
        [data, test_data, labels, test_labels, class_names, config, out]
    }
}
