//! An array of numbers or of texts, in the bytes of its file: they are converted one by one, since
//! all of them as numbers could take eight times the memory.

use std::io::{BufRead, Read};

use crate::Problem;

/// The bytes for which memory is taken because a header says that they follow. Beyond them, memory
/// is taken once they have come.
pub(crate) const BELIEVED: usize = 64 << 20;
/// The largest number of bytes of an array: the most pixels, as numbers of 8 bytes.
const MOST: usize = 8 << 30;

/// An array of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Array {
    /// The length of each dimension.
    pub(crate) shape: Vec<usize>,
    /// Whether the first dimension is the fastest, as in Fortran, and not the last.
    is_fortran: bool,
    kind: Kind,
    bytes: Vec<u8>,
}

/// The type of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) class: Class,
    /// Bytes of a value.
    pub(crate) width: usize,
    /// Whether the highest byte of a number or a character comes first.
    pub(crate) is_big: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Unsigned,
    Signed,
    Float,
    /// UTF-8, with zeros behind it.
    Text,
    /// UTF-32, with zeros behind it.
    WideText,
}

impl Array {
    /// Reads the values of an array, which end the content.
    ///
    /// # Errors
    /// The content has fewer or more bytes than the shape says.
    pub(crate) fn read(
        content: &mut dyn BufRead,
        shape: Vec<usize>,
        kind: Kind,
        is_fortran: bool,
    ) -> Result<Self, Problem> {
        let shown = in_words(&shape);
        let count = shape.iter().try_fold(kind.width, |count, length| count.checked_mul(*length));
        let Some(count) = count.filter(|count| *count <= MOST) else {
            let what = format!("an array of shape {shown}; expected at most {MOST} bytes");
            return Err(Problem::Form(what));
        };
        let failed = |reason| Problem::Read { line: 1, reason };
        let mut bytes = Vec::new();
        for end in [count.min(BELIEVED), count] {
            let more = end - bytes.len();
            bytes.try_reserve_exact(more).map_err(|error| failed(error.into()))?;
            content.take(more as u64).read_to_end(&mut bytes).map_err(failed)?;
            if bytes.len() < end {
                let found = bytes.len();
                return Err(Problem::Form(format!(
                    "an array of shape {shown} with {found} bytes of values; expected {count}; the \
                     file was cut short: fetch it again"
                )));
            }
        }
        if !content.fill_buf().map_err(failed)?.is_empty() {
            return Err(Problem::Form(format!(
                "an array of shape {shown} with more than {count} bytes of values; the file may be \
                 damaged: fetch it again"
            )));
        }
        Ok(Self { shape, is_fortran, kind, bytes })
    }

    /// The shape in words: `60000x28x28`.
    pub(crate) fn shape_in_words(&self) -> String {
        in_words(&self.shape)
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / self.kind.width
    }

    /// Whether the values are texts, and not numbers.
    pub(crate) fn has_texts(&self) -> bool {
        matches!(self.kind.class, Class::Text | Class::WideText)
    }

    /// Whether the values are bytes in order.
    pub(crate) fn is_plain(&self) -> bool {
        !self.is_fortran && (self.kind.class, self.kind.width) == (Class::Unsigned, 1)
    }

    /// The values, if they are bytes in order.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, Self> {
        if self.is_plain() { Ok(self.bytes) } else { Err(self) }
    }

    /// The bytes of memory that the array takes.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    /// The number with this index, the last dimension being the fastest; 0 for a text.
    pub(crate) fn number(&self, index: usize) -> f64 {
        self.kind.number(self.value(index))
    }

    /// The text with this index, the last dimension being the fastest; that of a number if it is
    /// one.
    pub(crate) fn text(&self, index: usize) -> String {
        let bytes = self.value(index);
        let text = match self.kind.class {
            Class::Text => String::from_utf8_lossy(bytes).into_owned(),
            Class::WideText => {
                bytes.as_chunks().0.iter().map(|code| self.character(*code)).collect()
            }
            _ => self.kind.number(bytes).to_string(),
        };
        text.trim_end_matches('\0').to_owned()
    }

    fn character(&self, code: [u8; 4]) -> char {
        let code =
            if self.kind.is_big { u32::from_be_bytes(code) } else { u32::from_le_bytes(code) };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn value(&self, index: usize) -> &[u8] {
        let place = if self.is_fortran { self.place_in_fortran(index) } else { index };
        &self.bytes[place * self.kind.width..][..self.kind.width]
    }

    /// The place of a value where the first dimension is the fastest.
    fn place_in_fortran(&self, mut index: usize) -> usize {
        let (mut place, mut stride) = (0, self.len());
        for length in self.shape.iter().rev() {
            stride /= length;
            place += index % length * stride;
            index /= length;
        }
        place
    }
}

impl Kind {
    /// A number of at most 8 bytes.
    fn number(self, bytes: &[u8]) -> f64 {
        // The number in the lowest bytes of a larger one.
        let mut low = [0; 8];
        match self.is_big {
            true => low.iter_mut().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from),
            false => low.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
        }
        let raw = u64::from_le_bytes(low);
        match (self.class, self.width) {
            (Class::Unsigned, _) => raw as f64,
            (Class::Signed, width) => {
                let unused = 64 - 8 * width as u32;
                (((raw << unused) as i64) >> unused) as f64
            }
            (Class::Float, 4) => f32::from_bits(raw as u32).into(),
            (Class::Float, _) => f64::from_bits(raw),
            (Class::Text | Class::WideText, _) => 0.0,
        }
    }
}

fn in_words(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}
