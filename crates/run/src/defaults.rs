//! Defaults that depend on other settings.

use crate::{Schedule, Settings, settings::EPOCHS};

/// The settings on which the default of a setting depends.
fn default_depends_on(setting: &str) -> &'static [&'static str] {
    match setting {
        "learning_rate" | "weight_decay" => &["optimizer"],
        setting => follows_from(setting),
    }
}

/// The settings of which a setting is a part: levels of an experiment that differ in these may
/// differ in it as well.
pub fn follows_from(setting: &str) -> &'static [&'static str] {
    match setting {
        "hidden" | "filters" => &["network"],
        "gamma" | "step_size" => &["schedule", "epochs"],
        _ => &[],
    }
}

impl Settings {
    /// Defaults that follow from other settings.
    pub(crate) fn fill_in_what_depends_on_others(&mut self) {
        let network = self.network.unwrap_or_default();
        self.hidden = self.hidden.take().or(Some(network.default_hidden()));
        self.filters = self.filters.take().or(network.default_filters());
        let optimizer = self.optimizer.unwrap_or_default();
        self.learning_rate = self.learning_rate.or(optimizer.default_learning_rate());
        self.weight_decay = self.weight_decay.or(optimizer.default_weight_decay());
        let schedule = self.schedule.unwrap_or_default();
        // The check refuses an invalid number of epochs.
        let epochs = self.epochs.unwrap_or(EPOCHS).max(1) as usize;
        self.gamma = self.gamma.or(schedule.default_gamma(epochs));
        if schedule == Schedule::Step {
            self.step_size = self.step_size.or(Some(epochs.div_ceil(3) as i64));
        }
    }

    /// These settings, with missing ones from `base`. A recorded default of `base` is left out if
    /// it depended on another value of a setting that these settings change.
    #[must_use]
    pub fn changing(self, mut base: Self) -> Self {
        if let Some(defaults) = base.defaults.take() {
            let old = base.clone().or((*defaults).clone());
            let (old, new) = (old.table(), self.table());
            let is_changed =
                |name: &&str| new.contains_key(*name) && new.get(*name) != old.get(*name);
            let is_stale = |name: &&str| default_depends_on(name).iter().any(is_changed);
            let stale: Vec<&str> = defaults.given().into_iter().filter(is_stale).collect();
            base.defaults = Some(Box::new(defaults.without(&stale)));
        }
        self.or(base)
    }
}
