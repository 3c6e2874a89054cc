#[cfg(unix)]
mod keyboard;

use std::sync::Arc;

use burn_train::{
    Interrupter,
    logger::TrainingProgressLogger,
    metric::{
        AccuracyMetric, LossMetric, MetricDefinition, MetricEntry, MetricId, NumericEntry,
        SerializedEntry,
    },
    renderer::{
        MetricState, MetricsRenderer, MetricsRendererTraining, tui::TuiMetricsRendererWrapper,
    },
};
use host::Stop;
use run::{History, Measures};

use super::{Display, Extent, Now};

/// burn-train's dashboard, with its loss and accuracy metrics.
pub(super) struct Dashboard {
    renderer: TuiMetricsRendererWrapper,
    /// Where the menu of the dashboard says that the user wants to stop.
    interrupter: Interrupter,
    stop: Stop,
    loss: MetricId,
    accuracy: MetricId,
    extent: Extent,
    epoch: usize,
}

impl Dashboard {
    pub(super) fn new(extent: Extent, stop: &Stop) -> Self {
        let id = |name: &str| MetricId::new(Arc::new(name.to_owned()));
        let (loss, accuracy) = (id("loss"), id("accuracy"));
        let interrupter = Interrupter::new();
        let mut renderer = TuiMetricsRendererWrapper::new(interrupter.clone(), Some(extent.done));
        renderer.register_metric(MetricDefinition::new(loss.clone(), &LossMetric::new()));
        renderer.register_metric(MetricDefinition::new(accuracy.clone(), &AccuracyMetric::new()));
        renderer.start(extent.epochs, extent.done + 1, None, Some("images"));
        Self { renderer, interrupter, stop: stop.clone(), loss, accuracy, extent, epoch: 0 }
    }

    /// Asks for a stop if the user did, in the menu, and sees to it that Ctrl-C does so, too.
    fn listen(&self) {
        if self.interrupter.should_stop() {
            self.stop.ask();
        }
        // The thread of the dashboard takes Ctrl-C away when it begins, which may be at any time.
        #[cfg(unix)]
        keyboard::let_ctrl_c_interrupt();
    }

    fn states(&self, measures: &Measures) -> [MetricState; 2] {
        let (loss, accuracy) = (measures.loss(), measures.accuracy());
        let state = |id: &MetricId, value: f64, text: String| {
            let entry = MetricEntry::new(id.clone(), SerializedEntry::new(text, value.to_string()));
            MetricState::Numeric(entry, Some(NumericEntry::Value(value)))
        };
        let percent = accuracy * 100.0;
        [
            state(&self.loss, loss, format!("{loss:.4}")),
            state(&self.accuracy, percent, format!("{percent:.2} %")),
        ]
    }
}

impl Display for Dashboard {
    fn step(&mut self, now: &Now) {
        if self.epoch != now.epoch {
            self.epoch = now.epoch;
            self.renderer.start_split("train", self.extent.samples as usize);
        }
        for state in now
            .totals
            .measures()
            .iter()
            .flat_map(|measures| self.states(measures))
            .collect::<Vec<_>>()
        {
            self.renderer.update_train(state);
        }
        self.renderer.update_split(now.totals.samples as usize);
        self.listen();
    }

    fn epoch(&mut self, history: &History) {
        let Some(last) = history.last() else { return };
        self.renderer.end_split();
        for state in self.states(&last.valid) {
            self.renderer.update_valid(state);
        }
        self.renderer.update_epoch(last.epoch);
        self.listen();
    }
}
