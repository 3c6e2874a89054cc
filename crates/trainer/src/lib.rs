//! Trains a network that classifies small images, with a training loop of our own.
//!
//! Start with [`training`], the loop. It does not depend on which network, optimizer or metrics it
//! uses; each has its own place:
//!
//! - [`network`]: what is trained
//! - [`optimizer`]: how gradients become updates of the weights
//! - [`LearningRates`](run::LearningRates): the learning rate of each step
//! - [`stopping`]: when training ends, early stopping included
//! - [`seed`]: what random numbers are drawn from
//! - [`metrics`]: what is measured, and how; [`meter`] collects it on the device and seldom reads
//!   it back
//!
//! Around the loop, in the order of a run:
//!
//! 1. [`device`] opens the backend; nothing else distinguishes one backend from another.
//! 2. [`job`] is a run from beginning to end: open, load, train, test, write the results.
//! 3. [`state`] is everything that it takes to resume training; [`checkpoint`] saves and loads it.
//! 4. [`evaluation`] measures a network on rows that it does not learn from, and asks it about
//!    images; [`prediction`] does so with a network that was trained before.
//! 5. [`display`] shows the progress: a progress bar, plain lines, or burn-train's dashboard
//!    (feature `tui`), and an event file for TensorBoard beside these.
//! 6. [`provenance`] records where and from what a run was made.

pub mod checkpoint;
pub mod device;
pub mod display;
pub mod evaluation;
pub mod job;
pub mod meter;
pub mod metrics;
pub mod network;
pub mod optimizer;
pub mod prediction;
pub mod provenance;
pub mod seed;
pub mod state;
pub mod stopping;
pub mod training;
