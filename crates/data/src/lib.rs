//! Labelled greyscale images, from the form in which people have them to batches on a device.
//!
//! The modules, in the order of the data flow:
//!
//! 1. [`options`] is what a file does not say by itself; [`source`] opens a file and unpacks it,
//!    and `foreign` names what is no data.
//! 2. [`mod@read`] reads a file, whatever its form: `text` reads tables, `arrays` IDX and NumPy,
//!    `libsvm` that format; [`import`] keeps pictures that the crate `import` has decoded. Labels
//!    and names may be in other files, `label_file` and `class_names`; `colour` and `arrange` turn
//!    the images to what a network expects. The result is an image [`set`] of [`raw`] bytes with
//!    its [`labels`]; the [`form`] says how the file was understood, and [`memory`] how much memory
//!    that takes. [`cache`] keeps the set for the next run; [`known`] recognizes published sets,
//!    and `write` writes a CSV.
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
//! let split = stratified_split(images.targets(), 0.2, 42)?;
//! let train = images.select(&split.train);
//! let device = burn::tensor::Device::default();
//! let loader = ImageLoader::shuffled(&train, 64, 42, Storage::Device, &device);
//! # Ok(()) }
//! ```

mod arrange;
mod arrays;
pub mod augmentation;
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
pub mod memory;
pub mod options;
pub mod order;
pub mod outliers;
pub mod polarity;
pub mod raw;
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

pub use augmentation::Augmentation;
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
pub use memory::Memory;
pub use options::{LabelColumn, ReadOptions};
pub use order::Order;
pub use outliers::Outliers;
pub use polarity::{Polarity, polarity};
pub use read::{Scan, read, test_data_of};
pub use set::{Ids, ImageSet};
pub use size::ImageSize;
pub use split::{Split, SplitError, stratified_split, stratified_subset};
pub use transform::Transform;
