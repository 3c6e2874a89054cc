//! PNG files.

use png::{ColorType, Encoder};

use crate::error::ReportError;

/// Encodes rows of 8-bit pixels.
pub(crate) fn png(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: ColorType,
) -> Result<Vec<u8>, ReportError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    let write = |encoder: Encoder<_>| {
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixels)?;
        writer.finish()
    };
    write(encoder).map_err(|error| ReportError::Picture(error.to_string()))?;
    Ok(file)
}
