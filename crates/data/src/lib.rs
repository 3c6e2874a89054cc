//! Labelled greyscale images, from a CSV file to batches on a device.
//!
//! The path of the data, in the order of the modules:
//!
//! 1. [`source`] opens a file, plain, gzip or zip, as one stream of text.
//! 2. [`csv`] reads every dialect of CSV in which MNIST and similar sets are published, and says
//!    exactly what is wrong with any other file. [`cache`] keeps what was read for the next time;
//!    [`known`] recognizes published sets.
//! 3. [`images`] holds the labelled images in memory, and implements Burn's
//!    [`Dataset`](burn::data::dataset::Dataset): the images have one [`size`], and each belongs to
//!    one of the [`classes`].
//! 4. [`split`] splits them into training and validation rows, stratified as by scikit-learn.
//! 5. [`order`] shuffles the training rows anew in each epoch, from the run's seed alone.
//! 6. [`batch`] turns rows into tensors: Burn's
//!    [`Batcher`](burn::data::dataloader::batcher::Batcher). [`ink`] lists only their pixels that
//!    are not 0, as all images are held in memory.
//! 7. [`loader`] keeps all pixels at hand and gathers each batch where they are: Burn's
//!    [`DataLoader`](burn::data::dataloader::DataLoader), which the trainer uses.
//!
//! Steps 6 and 7 and the traits need the feature `burn`, which is on by default.
//!
//! [`mod@inspect`] says everything about a file without training on it. Downloads are in the crate
//! `kaggle`.
//!
//! ```no_run
//! use data::{ImageLoader, Images, Storage, stratified_split};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let images: Images = data::read("data/mnist_train.csv.gz")?.labelled()?;
//! let split = stratified_split(images.labels(), 0.2, 42)?;
//! let train = images.select(&split.train);
//! let loader = ImageLoader::shuffled(&train, 64, 42, Storage::Dense, &burn::tensor::Device::default());
//! # Ok(()) }
//! ```

#[cfg(feature = "burn")]
pub mod batch;
pub mod cache;
mod checksum;
pub mod classes;
pub mod csv;
pub mod images;
pub mod inspect;
pub mod known;
#[cfg(feature = "burn")]
pub mod loader;
pub mod order;
mod raw;
mod seeded;
pub mod shown;
pub mod size;
pub mod source;
pub mod split;

#[cfg(feature = "burn")]
pub use batch::{ImageBatch, ImageBatcher};
pub use classes::Classes;
pub use csv::{CsvError, Form, ImageSet, LineEnd, ReadError, ReadOptions, Scan, read};
pub use images::{Images, LabelledImage};
pub use inspect::{Inspection, inspect};
#[cfg(feature = "burn")]
pub use loader::{ImageLoader, Storage};
pub use order::Order;
pub use size::ImageSize;
pub use split::{Split, SplitError, stratified_split, stratified_subset};
