//! Pixels as a file.

use png::{ColorType, Encoder};

use crate::pen::told;

/// Rows of 8-bit pixels as PNG.
pub(crate) fn png(pixels: &[u8], (width, height): (u32, u32), color: ColorType) -> Result<Vec<u8>, String> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    let mut writer = encoder.write_header().map_err(told)?;
    writer.write_image_data(pixels).map_err(told)?;
    writer.finish().map_err(told)?;
    Ok(file)
}
