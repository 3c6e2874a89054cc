//! Trains a network that tells small images apart, with a loop of our own.
//!
//! Start with [`training`]: the loop. It names none of its parts, each of which has a place of its own:
//!
//! - [`network`]: what is trained
//! - [`optimizer`]: how gradients become steps
//! - [`LearningRates`](run::LearningRates): the learning rate of each step
//! - [`stopping`]: when it is over
//! - [`metrics`]: what is measured, and how; [`meter`] adds it up on the device and seldom reads it back
//!
//! Around the loop, in the order of a run:
//!
//! 1. [`device`] opens the backend, the only place that knows them apart.
//! 2. [`job`] is the whole story: open, load, train, test, write down.
//! 3. [`state`] is all it takes to go on with a training; [`checkpoint`] brings it to disk and back.
//! 4. [`evaluation`] measures a network on rows that it does not learn from.
//! 5. [`display`] shows how it goes: a progress bar, plain lines, or burn-train's dashboard (feature `tui`).
//! 6. [`stop`] is a wish to stop; [`provenance`] finds out where and from what a run came about.

pub mod checkpoint;
pub mod device;
pub mod display;
pub mod evaluation;
pub mod job;
pub mod meter;
pub mod metrics;
pub mod network;
pub mod optimizer;
pub mod provenance;
pub mod state;
pub mod stop;
pub mod stopping;
pub mod training;
