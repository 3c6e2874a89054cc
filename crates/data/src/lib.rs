//! Labelled greyscale images, from a CSV file to batches on a device.
//!
//! The modules, in the order of the data flow:
//!
//! 1. [`source`] opens a file, plain, gzip or zip, as one stream of text.
//! 2. [`csv`] reads every dialect of CSV in which MNIST and similar sets are published, and reports
//!    the errors of any other file. [`cache`] keeps parsed images for the next run; [`known`]
//!    recognizes published sets.
//! 3. [`images`] are the labelled images in memory, as Burn's
//!    [`Dataset`](burn::data::dataset::Dataset): all images have one [`size`], and each belongs to
//!    one of the [`classes`].
//! 4. [`split`] splits them into training and validation rows, stratified as by scikit-learn.
//! 5. [`order`] shuffles the training rows in each epoch, from the seed of the run alone.
//! 6. [`transform`] changes training images at random, in each epoch anew.
//! 7. [`batch`] turns rows into tensors, as Burn's
//!    [`Batcher`](burn::data::dataloader::batcher::Batcher).
//! 8. [`loader`] gathers batches on the device or in host memory, as Burn's
//!    [`DataLoader`](burn::data::dataloader::DataLoader). The trainer uses it.
//!
//! Steps 7 and 8 and the traits need the feature `burn`, which is on by default.
//!
//! [`mod@inspect`] inspects a file without training on it. The crate `kaggle` downloads files.
//!
//! ```no_run
//! use data::{ImageLoader, Images, Storage, stratified_split};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let images: Images = data::read("data/mnist_train.csv.gz")?.labelled()?;
//! let split = stratified_split(images.labels(), 0.2, 42)?;
//! let train = images.select(&split.train);
//! let device = burn::tensor::Device::default();
//! let loader = ImageLoader::shuffled(&train, 64, 42, Storage::Device, &device);
//! # Ok(()) }
//! ```

mod arrange;
mod arrays;
#[cfg(feature = "burn")]
pub mod batch;
pub mod cache;
mod checksum;
mod class_names;
pub mod classes;
mod colour;
pub mod error;
mod foreign;
pub mod form;
pub mod images;
pub mod import;
pub mod inspect;
pub mod known;
mod label_file;
pub mod labels;
mod libsvm;
#[cfg(feature = "burn")]
pub mod loader;
pub mod options;
pub mod order;
pub mod polarity;
mod raw;
pub mod read;
mod seeded;
pub mod set;
pub mod shown;
pub mod size;
pub mod source;
pub mod split;
mod text;
pub mod transform;
mod write;

#[cfg(feature = "burn")]
pub use batch::{ImageBatch, ImageBatcher};
pub use classes::Classes;
pub use error::{Problem, ReadError};
pub use form::Form;
pub use images::{Images, LabelledImage};
pub use inspect::{Inspection, inspect};
pub use labels::Labels;
#[cfg(feature = "burn")]
pub use loader::{ImageLoader, Storage};
pub use options::{LabelColumn, ReadOptions};
pub use order::Order;
pub use polarity::{Polarity, polarity};
pub use read::{Scan, read, test_data_of};
pub use set::{Ids, ImageSet};
pub use size::ImageSize;
pub use split::{Split, SplitError, stratified_split, stratified_subset};
pub use transform::{Shift, Transform};
