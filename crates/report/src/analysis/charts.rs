//! The charts of a report.

mod by_epoch;
mod colors;
mod cut;
mod finals;
mod heat;
mod runs;
mod schedules;
mod united;

pub use by_epoch::{Against, accuracies, accuracies_closely, losses};
pub use colors::Colors;
pub use finals::finals;
pub use heat::of as heat_map;
pub use runs::{of_levels, of_run};
pub use schedules::of as schedules;
pub use united::of as united;
