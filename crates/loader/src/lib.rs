//! Burn's view of labelled images: what the crate `data` read becomes batches on a device.
//!
//! [`ImageDataset`] is Burn's [`Dataset`](burn::data::dataset::Dataset), [`ImageBatcher`] its
//! [`Batcher`](burn::data::dataloader::batcher::Batcher), and [`ImageLoader`] its
//! [`DataLoader`](burn::data::dataloader::DataLoader), with which the trainer trains: it gathers
//! batches on the device or in host memory.
//!
//! ```no_run
//! use data::{Images, stratified_split};
//! use loader::{ImageLoader, Storage};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let images: Images = data::read("data/mnist_train.csv.gz")?.labelled()?;
//! let split = stratified_split(images.targets(), 0.2, 42)?;
//! let train = images.select(&split.train);
//! let device = burn::tensor::Device::default();
//! let loader = ImageLoader::shuffled(&train, 64, 42, Storage::Device, &device);
//! # Ok(()) }
//! ```

mod batch;
mod dataset;
mod loader;

pub use batch::{ImageBatch, ImageBatcher, tensor};
pub use dataset::{ImageDataset, LabelledImage};
pub use loader::{ImageLoader, Storage};
