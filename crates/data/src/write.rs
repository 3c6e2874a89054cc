//! Writes images as a CSV that every program reads.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use crate::ImageSet;

impl ImageSet {
    /// The images as a CSV, plain or as gzip: a header, then in each row the label, if there are
    /// labels, and the pixels row by row.
    ///
    /// # Errors
    /// A label cannot be written, which does not happen.
    pub fn to_csv(&self, is_packed: bool) -> io::Result<Vec<u8>> {
        if !is_packed {
            return self.write_csv(Vec::new());
        }
        // Without a time, so that the same images give the same bytes.
        let packer = GzBuilder::new().write(Vec::new(), Compression::best());
        self.write_csv(packer)?.finish()
    }

    fn write_csv<W: Write>(&self, to: W) -> io::Result<W> {
        let mut writer = csv::Writer::from_writer(to);
        let label = self.labels().map(|_| "label".to_owned());
        let pixels = (0..self.size().pixels()).map(|pixel| format!("pixel{pixel}"));
        writer.write_record(label.into_iter().chain(pixels))?;
        for (row, image) in self.images().enumerate() {
            let label = self.labels().map(|labels| labels.name(row).to_owned());
            writer.write_record(label.into_iter().chain(image.iter().map(u8::to_string)))?;
        }
        writer.into_inner().map_err(|error| error.into_error())
    }
}
