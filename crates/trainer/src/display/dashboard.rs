use std::sync::Arc;

use burn::train::{
    Interrupter,
    logger::TrainingProgressLogger,
    metric::{AccuracyMetric, LossMetric, MetricDefinition, MetricEntry, MetricId, NumericEntry, SerializedEntry},
    renderer::{MetricState, MetricsRenderer, MetricsRendererTraining, tui::TuiMetricsRendererWrapper},
};
use run::History;

use super::{Display, Extent, Now};

/// burn-train's dashboard, with its loss and accuracy metrics.
pub(super) struct Dashboard {
    renderer: TuiMetricsRendererWrapper,
    loss: MetricId,
    accuracy: MetricId,
    extent: Extent,
    epoch: usize,
}

impl Dashboard {
    pub(super) fn new(extent: Extent, stop: &Interrupter) -> Self {
        let id = |name: &str| MetricId::new(Arc::new(name.to_owned()));
        let (loss, accuracy) = (id("loss"), id("accuracy"));
        let mut renderer = TuiMetricsRendererWrapper::new(stop.clone(), Some(extent.done));
        renderer.register_metric(MetricDefinition::new(loss.clone(), &LossMetric::new()));
        renderer.register_metric(MetricDefinition::new(accuracy.clone(), &AccuracyMetric::new()));
        renderer.start(extent.epochs, extent.done + 1, None, Some("digits"));
        Self { renderer, loss, accuracy, extent, epoch: 0 }
    }

    fn states(&self, loss: f64, accuracy: f64) -> [MetricState; 2] {
        let state = |id: &MetricId, value: f64, text: String| {
            let entry = MetricEntry::new(id.clone(), SerializedEntry::new(text, value.to_string()));
            MetricState::Numeric(entry, Some(NumericEntry::Value(value)))
        };
        let percent = accuracy * 100.0;
        [state(&self.loss, loss, format!("{loss:.4}")), state(&self.accuracy, percent, format!("{percent:.2} %"))]
    }
}

impl Display for Dashboard {
    fn step(&mut self, now: &Now) {
        if self.epoch != now.epoch {
            self.epoch = now.epoch;
            self.renderer.start_split("train", self.extent.samples as usize);
        }
        for state in self.states(now.totals.mean_loss(), now.totals.accuracy()) {
            self.renderer.update_train(state);
        }
        self.renderer.update_split(now.totals.samples as usize);
    }

    fn epoch(&mut self, history: &History) {
        let Some(last) = history.last() else { return };
        self.renderer.end_split();
        for state in self.states(last.valid_loss, last.valid_accuracy) {
            self.renderer.update_valid(state);
        }
        self.renderer.update_epoch(last.epoch);
    }
}
