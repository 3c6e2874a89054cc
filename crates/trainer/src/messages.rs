//! The messages of a run on the terminal.

use host::text::counted;
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
        "data     {}: {}, {}",
        config.data.display(),
        counted(rows.train.rows(), "training row"),
        counted(rows.valid.rows(), "validation row")
    );
    host::outln!(
        "         {} images of {} classes, labels {}",
        rows.size(),
        rows.classes.count(),
        rows.classes
    );
    for note in rows.form.notes() {
        host::outln!("         {note}");
    }
    host::outln!("device   {} ({})", device.name, config.backend);
    if device.is_emulated() {
        host::outln!(
            "         this is no graphics card but a driver that computes on the CPU; --backend \
             flex is far faster"
        );
    }
    if state.cursor.epoch > 1 || state.cursor.step > 0 {
        host::outln!(
            "resumed  after {} and {}",
            counted(state.cursor.epoch - 1, "epoch"),
            counted(state.cursor.step, "step")
        );
    }
    host::outln!("");
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
                     {}",
                    counted(patience, "epoch")
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
