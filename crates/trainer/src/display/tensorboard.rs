use run::{EventFile, History};

use super::{Display, Now};

/// An event file for TensorBoard, beside another display.
pub struct TensorBoard {
    /// None once it could not be written.
    events: Option<EventFile>,
    beside: Box<dyn Display>,
}

impl TensorBoard {
    /// Writes this file, and shows everything on the other display as well.
    pub fn new(events: EventFile, beside: Box<dyn Display>) -> Self {
        Self { events: Some(events), beside }
    }
}

impl Display for TensorBoard {
    fn step(&mut self, now: &Now) {
        self.beside.step(now);
    }

    fn epoch(&mut self, history: &History) {
        self.beside.epoch(history);
        // A training does not end because nobody can watch it.
        if let Some(Err(error)) = self.events.as_mut().map(|events| events.append(history)) {
            host::errln!("warning: TensorBoard will not see the epochs from here on: {error}");
            self.events = None;
        }
    }
}
