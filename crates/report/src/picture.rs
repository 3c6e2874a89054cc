//! Pictures as SVG and as PNG.

use host::FileKind;
use plotters::prelude::*;
use png::{ColorType, Encoder};

use crate::{
    canvas::{Canvas, Drawn},
    error::ReportError,
    font,
};

/// The scale of a PNG to its SVG, each way.
const PNG_SCALE: u32 = 2;

/// A picture: a chart, a heat map, or a sheet or grid of small ones.
pub trait Picture {
    /// The picture as SVG without its font, for a page with the font.
    ///
    /// # Errors
    /// The drawing library fails.
    fn bare_svg(&self) -> Result<String, ReportError>;

    /// The same for a narrow screen, on which it would be too small to read; none if it would not,
    /// or if it needs the width.
    ///
    /// # Errors
    /// The drawing library fails.
    fn narrow_svg(&self) -> Result<Option<String>, ReportError>;

    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    fn png(&self) -> Result<Vec<u8>, ReportError>;

    /// The picture as SVG, its font included: a file of its own.
    ///
    /// # Errors
    /// The drawing library fails.
    fn svg(&self) -> Result<String, ReportError> {
        let mut text = self.bare_svg()?;
        // Right behind the opening tag, which comes first.
        let body = text.find('>').map_or(0, |end| end + 1);
        text.insert_str(body, &format!("<style>{}</style>", font::css()));
        Ok(text)
    }
}

/// The drawing of a picture, for SVG and PNG alike.
pub(crate) trait Draw {
    /// Width and height, in the units of an SVG.
    fn size(&self) -> (u32, u32);

    /// The same picture for a narrow screen, if there is one.
    fn narrow(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Draws onto an empty canvas of this size.
    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn;
}

impl<T: Draw> Picture for T {
    fn bare_svg(&self) -> Result<String, ReportError> {
        let mut text = String::new();
        draw_on(SVGBackend::with_string(&mut text, self.size()), 1, self)?;
        Ok(text)
    }

    fn narrow_svg(&self) -> Result<Option<String>, ReportError> {
        self.narrow().map(|narrow| narrow.bare_svg()).transpose()
    }

    fn png(&self) -> Result<Vec<u8>, ReportError> {
        let (width, height) = self.size();
        let size = (width * PNG_SCALE, height * PNG_SCALE);
        let mut pixels = vec![255; (size.0 * size.1 * 3) as usize];
        draw_on(BitMapBackend::with_buffer(&mut pixels, size), PNG_SCALE, self)?;
        encode_png(&pixels, size, ColorType::Rgb)
    }
}

fn draw_on<DB: DrawingBackend>(
    backend: DB,
    scale: u32,
    picture: &impl Draw,
) -> Result<(), ReportError> {
    let draw = || {
        if !font::register() {
            return Err("the font is damaged".to_owned());
        }
        let canvas = Canvas { root: backend.into_drawing_area(), scale };
        canvas.root.fill(&WHITE).map_err(|error| error.to_string())?;
        picture.draw(&canvas)?;
        canvas.root.present().map_err(|error| error.to_string())
    };
    draw().map_err(ReportError::Picture)
}

/// The program that a PNG names as its own.
const SOFTWARE: &str = "Digits in Burn";

/// A PNG of this program, as a file.
pub const PNG: FileKind = FileKind {
    name: "picture of this program",
    is: |head| {
        let chunk = format!("tEXtSoftware\0{SOFTWARE}");
        head.windows(chunk.len()).any(|part| part == chunk.as_bytes())
    },
};

/// Encodes rows of 8-bit pixels as PNG.
pub(crate) fn encode_png(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: ColorType,
) -> Result<Vec<u8>, ReportError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    let write = |mut encoder: Encoder<_>| {
        encoder.add_text_chunk("Software".to_owned(), SOFTWARE.to_owned())?;
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixels)?;
        writer.finish()
    };
    write(encoder).map_err(|error| ReportError::Picture(error.to_string()))?;
    Ok(file)
}
