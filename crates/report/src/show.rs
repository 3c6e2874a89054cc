//! The display of pictures and tables in notebooks, by the convention of
//! [evcxr](https://github.com/evcxr/evcxr/blob/main/evcxr_jupyter/README.md#custom-output).

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    chart::Chart,
    document::{Table, html, plain},
    grid::Grid,
    heat::HeatMap,
    picture::Picture,
};

macro_rules! shown {
    ($($picture:ty),+) => { $(
        impl $picture {
            /// Shows the picture.
            pub fn evcxr_display(&self) {
                match self.png() {
                    Ok(png) => show("image/png", &BASE64_STANDARD.encode(png)),
                    Err(error) => show("text/plain", &error.to_string()),
                }
            }
        }
    )+ };
}
shown!(Chart, Grid, HeatMap);

impl Table {
    /// Shows the table; as text where pages cannot be shown.
    pub fn evcxr_display(&self) {
        show("text/html", &html::of_table(self));
        show("text/plain", &plain::of_table(self));
    }
}

#[expect(clippy::print_stdout, reason = "evcxr reads it")]
fn show(kind: &str, content: &str) {
    println!("EVCXR_BEGIN_CONTENT {kind}\n{content}\nEVCXR_END_CONTENT");
}
