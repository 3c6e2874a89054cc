//! The font: Inter, with the glyphs of the pictures (see `fonts/LICENSE.txt`).

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use plotters::style::{FontStyle, register_font};

/// The name of the font.
pub const FAMILY: &str = "Inter";

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// The files of the font: regular, then bold.
pub const FILES: [&[u8]; 2] = [REGULAR, BOLD];

static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
    register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
        && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
});

/// Registers the font with the drawing library; false if the font is damaged.
pub(crate) fn register() -> bool {
    *REGISTERED
}

/// A style sheet with the font.
pub(crate) fn css() -> String {
    let face = |weight: &str, font: &[u8]| {
        format!(
            "@font-face{{font-family:{FAMILY};font-weight:{weight};\
             src:url(data:font/otf;base64,{})}}",
            BASE64_STANDARD.encode(font)
        )
    };
    face("normal", REGULAR) + &face("bold", BOLD)
}
