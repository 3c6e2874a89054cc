//! Trains a network that reads handwritten digits, with a loop of our own.
//!
//! Start with [`training`]: the loop. Around it, in the order of a run:
//!
//! 1. [`device`] opens the backend, the only place that knows them apart.
//! 2. [`job`] is the whole story: open, load, train, test, write down.
//! 3. [`training`] trains epoch after epoch.
//! 4. [`meter`] adds up losses and hits on the device and seldom reads them back.
//! 5. [`evaluation`] measures a network on rows that it does not learn from.
//! 6. [`checkpoint`] brings the state of a training to disk and back.
//! 7. [`display`] shows how it goes: a progress bar, plain lines, or burn-train's dashboard.
//! 8. [`provenance`] finds out where and from what a run came about.

pub mod checkpoint;
pub mod device;
pub mod display;
pub mod evaluation;
pub mod job;
pub mod meter;
pub mod provenance;
pub mod training;
