//! Writes out, from the table in [`settings`](crate::settings), what each setting needs: its field,
//! flag, default, check, label and unit.

/// What is known about a setting besides its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its key in a TOML file.
    pub name: &'static str,
    /// What reports call it.
    pub label: &'static str,
    /// What its values count; empty for plain numbers and choices.
    pub unit: &'static str,
    /// What it does, as the help of the command line says it.
    pub help: &'static str,
}

impl Setting {
    /// Its label with its unit, as an axis has it: `batch size (samples)`.
    pub fn axis_label(&self) -> String {
        if self.unit.is_empty() {
            self.label.to_owned()
        } else {
            format!("{} ({})", self.label, self.unit)
        }
    }
}

/// Makes of a table with a row for each setting
///
/// ```text
/// /// Help
/// name: type as given => type as resolved = default and check,
///     flag("flag", "VALUE", clap's other attributes), label("label", "unit");
/// ```
///
/// the struct [`Settings`] (anything may be missing or wrong), the struct
/// [`Values`](crate::settings::Values) (complete and valid), the way from one to the other, and
/// [`SETTINGS`](crate::settings::SETTINGS).
macro_rules! define_settings {
    ($(
        $(#[doc = $help:literal])+
        $name:ident: $given:ty => $value:ty = $resolve:expr,
            flag($flag:literal, $shown:literal $(, $($clap:tt)+)?),
            label($label:literal, $unit:literal);
    )*) => {
        /// The settings of a run, as far as they are given. Numbers may be out of range:
        /// [`Settings::resolve`] checks them.
        ///
        /// The names of the fields are the keys of a TOML file; the command line calls
        /// `learning_rate` `--lr`.
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
            /// What a `run.toml` records about its run besides the settings. Nothing here changes a
            /// run.
            #[arg(skip)]
            #[serde(skip_serializing)]
            pub provenance: Option<Provenance>,
        }

        /// The values of a [`RunConfig`](crate::RunConfig), in the order in which `run.toml` lists them.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[non_exhaustive]
        pub struct Values {
            $( $(#[doc = $help])+ pub $name: $value, )*
        }

        /// Every setting, in the order of `run.toml`.
        pub static SETTINGS: &[Setting] = &[
            $( Setting {
                name: stringify!($name), label: $label, unit: $unit, help: concat!($($help),+),
            }, )*
        ];

        impl Settings {
            /// Each setting of this, or where there is none, that of `base`.
            fn or(self, base: Self) -> Self {
                Self { $( $name: self.$name.or(base.$name), )* provenance: None }
            }

            /// Fills in the defaults and checks each value.
            pub(crate) fn values(self) -> Result<Values, ValueError> {
                Ok(Values { $( $name: $resolve(stringify!($name), self.$name)?, )* })
            }
        }
    };
}
pub(crate) use define_settings;
