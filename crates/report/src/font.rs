//! Inter, subset to what the pictures need (see `fonts/LICENSE.txt`).

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use plotters::style::{FontStyle, register_font};

/// Its name.
pub const FAMILY: &str = "Inter";

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// Its files: regular, then bold.
pub const FILES: [&[u8]; 2] = [REGULAR, BOLD];

static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
    register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
        && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
});

/// Makes the font known to the drawing library; false if it is damaged.
pub(crate) fn register() -> bool {
    *REGISTERED
}

/// The rules of a style sheet that carries the font.
pub(crate) fn css() -> String {
    let face = |weight: &str, font: &[u8]| {
        format!(
            "@font-face{{font-family:{FAMILY};font-weight:{weight};src:url(data:font/otf;base64,{})}}",
            BASE64_STANDARD.encode(font)
        )
    };
    face("normal", REGULAR) + &face("bold", BOLD)
}

/// The same as an element of a picture.
pub(crate) fn style() -> String {
    format!("<style>{}</style>", css())
}
