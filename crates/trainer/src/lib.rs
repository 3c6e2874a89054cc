//! Trains a network that classifies small images, with a training loop of our own.
//!
//! Start with [`training`], the loop. Everything that it uses has a place of its own:
//!
//! - [`model::Network`]: the network; [`network`] chooses it
//! - [`gradients`]: a forward and a backward pass; [`team`] has the threads that share a batch
//! - [`loss`]: what training minimizes
//! - [`optimizer`]: how gradients become updates of the weights; [`clipping`] limits their norm,
//!   [`average`] is the moving average of the weights
//! - [`LearningRates`](run::LearningRates): the learning rate of each step
//! - [`stopping`]: when training ends, early stopping included
//! - [`monitor`]: follows the steps: measures them, shows them, and asks whether to stop
//! - [`metrics`]: the metrics of a batch; [`meter`] adds them up on the device and seldom reads
//!   them back
//!
//! Around the loop, in the order of a run:
//!
//! 1. [`device`] opens the backend; nothing else distinguishes one backend from another.
//! 2. [`job`] is a run from beginning to end; [`rows`] loads its data, [`results`] writes what it
//!    leaves, [`messages`] are its text on the terminal.
//! 3. [`state`] is everything that it takes to resume training; [`checkpoint`] saves and loads it,
//!    [`resume`] decides whether and where a run goes on.
//! 4. [`evaluation`] evaluates a network on rows that it does not learn from, `calibration` makes
//!    its confidence its accuracy there; [`prediction`] is a request to a network that was trained
//!    before.
//! 5. [`display`] shows the progress: a progress bar, plain lines, or burn-train's dashboard
//!    (feature `tui`), and an event file for TensorBoard beside these.
//! 6. [`provenance`] records where and from what a run was made.

pub mod average;
mod calibration;
pub mod checkpoint;
pub mod clipping;
pub mod device;
pub mod display;
pub mod evaluation;
pub mod gradients;
pub mod job;
pub mod loss;
pub mod memory;
pub mod messages;
pub mod meter;
pub mod metrics;
pub mod monitor;
pub mod network;
pub mod optimizer;
pub mod prediction;
pub mod provenance;
pub mod results;
pub mod resume;
pub mod rows;
pub mod state;
pub mod stopping;
pub mod team;
pub mod training;
