//! Labelled greyscale images, from the form in which people have them to rows that are split and
//! transformed.
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
//! 3. [`images`] are the labelled images in memory: all have one [`size`], and each belongs to one
//!    of the [`classes`].
//! 4. [`split`] splits them into training and validation rows, stratified as by scikit-learn.
//! 5. [`order`] shuffles the training rows in each epoch, from the seed of the run alone.
//! 6. [`augmentation`] changes training images at random, in each epoch anew, by a [`transform`] or
//!    to [`outliers`].
//!
//! [`mod@inspect`] inspects a file without training on it. The crate `loader` turns rows into
//! batches on a device; the crate `kaggle` downloads files.
//!
//! ```no_run
//! use data::{Images, stratified_split};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let images: Images = data::read("data/mnist_train.csv.gz")?.labelled()?;
//! let split = stratified_split(images.targets(), 0.2, 42)?;
//! let train = images.select(&split.train);
//! # Ok(()) }
//! ```

mod arrange;
mod arrays;
pub mod augmentation;
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
pub use classes::Classes;
pub use error::{Problem, ReadError};
pub use form::Form;
pub use images::Images;
pub use inspect::{Inspection, inspect};
pub use labels::Labels;
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
