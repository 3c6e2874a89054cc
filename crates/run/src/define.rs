//! A macro that defines every setting from the table in [`settings`](crate::settings): field,
//! flag, default, check, label and unit.

/// The description of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The key in a TOML file.
    pub name: &'static str,
    /// The flag of the command line, without its dashes.
    pub flag: &'static str,
    /// The name in reports.
    pub label: &'static str,
    /// The unit of its values; empty for plain numbers and choices.
    pub unit: &'static str,
    /// The help text of the command line.
    pub help: &'static str,
}

impl Setting {
    /// The label of an axis: name and unit, as in `batch size (samples)`.
    pub fn axis_label(&self) -> String {
        if self.unit.is_empty() {
            self.label.to_owned()
        } else {
            format!("{} ({})", self.label, self.unit)
        }
    }
}

/// Defines, from a table with a row for each setting
///
/// ```text
/// /// Help
/// name: type as given => type as resolved = default and check,
///     flag("flag", "VALUE", clap's other attributes), label("label", "unit");
/// ```
///
/// the struct [`Settings`] (values may be missing or invalid), the struct
/// [`ResolvedSettings`](crate::settings::ResolvedSettings) (complete, each value valid), the
/// conversion between them, and [`SETTINGS`](crate::settings::SETTINGS).
macro_rules! define_settings {
    ($(
        $(#[doc = $help:literal])+
        $name:ident: $given:ty => $value:ty = $resolve:expr,
            flag($flag:literal, $shown:literal $(, $($clap:tt)+)?),
            label($label:literal, $unit:literal);
    )*) => {
        /// The settings of a run, as the user gave them. Values may be missing or out of range;
        /// [`Settings::resolve`] checks them.
        ///
        /// The names of the fields are the keys of a TOML file. The flag of `learning_rate` is
        /// `--lr`.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, clap::Args)]
        #[serde(deny_unknown_fields)]
        pub struct Settings {
            $(
                $(#[doc = $help])+
                #[arg(
                    long = $flag, value_name = $shown, allow_negative_numbers = true,
                    help = help(stringify!($name)) $(, $($clap)+)?
                )]
                pub $name: Option<$given>,
            )*
            /// The table `[defaults]` of a `run.toml`: the values of that run which nobody gave.
            /// They take the place of today's defaults.
            #[arg(skip)]
            #[serde(skip_serializing)]
            pub defaults: Option<Box<Settings>>,
            /// The record of a `run.toml` besides the settings. It does not change a run.
            #[arg(skip)]
            #[serde(skip_serializing)]
            pub provenance: Option<Provenance>,
        }

        /// The values of a [`RunConfig`](crate::RunConfig), in the order of `run.toml`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[non_exhaustive]
        pub struct ResolvedSettings {
            $( $(#[doc = $help])+ pub $name: $value, )*
        }

        /// Every setting, in the order of `run.toml`.
        pub static SETTINGS: &[Setting] = &[
            $( Setting {
                name: stringify!($name), flag: $flag, label: $label, unit: $unit,
                help: concat!($($help),+),
            }, )*
        ];

        impl Settings {
            /// These settings, with missing ones from `base`.
            pub(crate) fn or(self, base: Self) -> Self {
                let defaults = self.defaults.or(base.defaults);
                Self { $( $name: self.$name.or(base.$name), )* defaults, provenance: None }
            }

            /// The names of the settings that are given.
            pub(crate) fn given(&self) -> BTreeSet<&'static str> {
                let each = [$( self.$name.is_some().then_some(stringify!($name)), )*];
                each.into_iter().flatten().collect()
            }

            /// These settings without those of these names.
            pub(crate) fn without(mut self, names: &[&str]) -> Self {
                $( self.$name = self.$name.filter(|_| !names.contains(&stringify!($name))); )*
                self
            }

            /// Fills in the defaults, and checks each value by itself.
            pub(crate) fn resolve_each(self) -> Result<ResolvedSettings, ValueError> {
                Ok(ResolvedSettings { $( $name: $resolve(stringify!($name), self.$name)?, )* })
            }
        }
    };
}
pub(crate) use define_settings;
