//! The messages of a run on the terminal.

use data::Images;
use run::{Outcome, RunConfig};

use crate::{device::ComputeDevice, rows::Rows, state::State, stopping};

/// Says what is trained, on what, and where.
pub fn announce(config: &RunConfig, device: &ComputeDevice, rows: &Rows, state: &State) {
    host::outln!(
        "network  {} ({} parameters)",
        state.network.layers(),
        state.network.layers().num_parameters()
    );
    host::outln!(
        "data     {}: {} training rows, {} validation rows",
        config.data.display(),
        rows.train.rows(),
        rows.valid.rows()
    );
    host::outln!(
        "         {} images of {} classes, labels {}",
        rows.size(),
        rows.classes.count(),
        rows.classes
    );
    host::outln!("device   {} ({})", device.name, config.backend);
    if device.is_emulated() {
        host::outln!(
            "         this is no graphics card but a driver that computes on the CPU; --backend \
             flex is far faster"
        );
    }
    if state.cursor.epoch > 1 || state.cursor.step > 0 {
        host::outln!(
            "resumed  after {} epochs and {} steps",
            state.cursor.epoch - 1,
            state.cursor.step
        );
    }
    host::outln!();
}

/// Says how it ended, if that needs saying.
pub fn conclude(outcome: Outcome, config: &RunConfig, state: &State) {
    match outcome {
        Outcome::Finished => {
            if let Some(patience) =
                config.patience.filter(|_| stopping::stops_early(config, &state.history))
            {
                let epochs = state.history.epochs().len();
                host::outln!(
                    "stopped early after epoch {epochs}: no gain in validation accuracy for \
                     {patience} epochs"
                );
            }
        }
        Outcome::Interrupted => host::outln!("stopped and saved"),
        Outcome::Diverged { epoch, step } => host::errln!(
            "error: training diverged: the loss of step {step} in epoch {epoch} is not a finite \
             number; \
             try a learning rate below {}",
            config.learning_rate
        ),
    }
}

/// A network has seen the answers to test rows that it was trained on: Kaggle's `train.csv` holds
/// such rows.
pub fn warn_of_shared_rows(config: &RunConfig, shared: usize, test: &Images) {
    if shared > 0 {
        host::errln!(
            "warning: {shared} of the {} rows of the test data are also in {}: the test accuracy \
             will be too high",
            test.labels().len(),
            config.data.display()
        );
    }
}

/// Images whose pixels end at 16 hardly differ to a network that expects 255.
pub fn warn_of_darkness(config: &RunConfig, brightest: u8) {
    let (data, most) = (config.data.display(), config.pixel_max.get());
    if (1..=most / 4).contains(&brightest) {
        host::errln!(
            "warning: no pixel of {data} is above {brightest}, although {most} is possible; if \
             {brightest} means ink, give \
             --pixel-max {brightest}"
        );
    }
}
