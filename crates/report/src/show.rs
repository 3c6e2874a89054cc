//! The display of pictures and tables in notebooks, by the convention of
//! [evcxr](https://github.com/evcxr/evcxr/blob/main/evcxr_jupyter/README.md#custom-output).

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    chart::Chart,
    document::{Table, html, plain},
    grid::Grid,
    heat::HeatMap,
};

impl Chart {
    /// Shows the picture.
    pub fn evcxr_display(&self) {
        png(self.png());
    }
}

impl Grid {
    /// Shows the picture.
    pub fn evcxr_display(&self) {
        png(self.png());
    }
}

impl HeatMap {
    /// Shows the picture.
    pub fn evcxr_display(&self) {
        png(self.png());
    }
}

impl Table {
    /// Shows the table; as text where pages cannot be shown.
    pub fn evcxr_display(&self) {
        show("text/html", &html::of_table(self));
        show("text/plain", &plain::of_table(self));
    }
}

/// A picture.
fn png(picture: Result<Vec<u8>, String>) {
    match picture {
        Ok(png) => show("image/png", &BASE64_STANDARD.encode(png)),
        Err(reason) => show("text/plain", &reason),
    }
}

#[expect(clippy::print_stdout, reason = "evcxr reads it")]
fn show(kind: &str, content: &str) {
    println!("EVCXR_BEGIN_CONTENT {kind}\n{content}\nEVCXR_END_CONTENT");
}
