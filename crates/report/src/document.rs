//! Documents without a format: text, tables and pictures in order.
//!
//! [`html`] renders a document as a web page, the crate `pdf` as PDF. [`plain`] renders a table as
//! text.

pub mod html;
pub mod plain;

use serde::Serialize;

use crate::{error::ReportError, picture::Picture};

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The title.
    pub title: String,
    /// The blocks, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Block {
    /// Links to the sections of the document.
    Contents,
    /// The beginning of a section.
    Section {
        /// The title.
        title: String,
        /// The target of links.
        anchor: String,
    },
    /// The title of a part of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(Text),
    /// A list with a bullet for each text.
    List(Vec<Text>),
    /// A table.
    Table(Table),
    /// A picture as wide as the text.
    Figure {
        /// As SVG, with or without its font.
        svg: String,
        /// The same for narrow screens, if it is another.
        #[serde(skip)]
        narrow: Option<String>,
    },
    /// A picture of pixels, as wide as the text: a PNG file.
    Picture(Vec<u8>),
    /// Lines of source code.
    Code(String),
    /// The lines of the output of a program.
    Output(String),
    /// Small blocks side by side.
    Grid(Vec<Block>),
    /// Images side by side.
    Images(Vec<Image>),
    /// An interactive block, for browsers alone.
    Live {
        /// As HTML, with its script.
        html: String,
        /// The style sheet.
        css: &'static str,
    },
    /// Blocks that a reader can fold away.
    Fold {
        /// The text in their place.
        summary: Text,
        /// The blocks.
        blocks: Vec<Block>,
    },
}

/// An image of a few pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Image {
    /// A PNG file.
    pub png: Vec<u8>,
    /// The caption, a text a line.
    pub caption: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Table {
    /// The caption.
    pub caption: Option<String>,
    /// The first rows, repeated on each page.
    pub head: Vec<Vec<Cell>>,
    /// All other rows.
    pub body: Vec<Vec<Cell>>,
    /// The layout.
    pub look: Look,
}

/// The layout of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Rows of numbers.
    #[default]
    Numbers,
    /// Rows of a name and a text.
    Facts,
    /// A square of counts.
    Matrix,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// The text.
    pub text: Text,
    /// Whether it is the name of its row or column.
    pub is_header: bool,
    /// The number of columns that it spans.
    pub columns: usize,
    /// The number of rows that it spans.
    pub rows: usize,
    /// The mark of its background.
    pub mark: Option<Mark>,
}

/// The mark of the background of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A right prediction.
    Right,
    /// A wrong prediction.
    Wrong,
    /// One of the most frequent wrong predictions.
    OftenWrong,
    /// Clearly lower than the highest.
    Lower,
    /// Not clearly different from the highest.
    Close,
}

/// A text of spans in different styles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Text {
    /// The spans, in order.
    pub spans: Vec<Span>,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// The style.
    pub style: Style,
}

/// The style of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Plain text.
    Plain,
    /// Bold text.
    Bold,
    /// A name in code.
    Code,
    /// Less important text.
    Quiet,
    /// A warning.
    Warning,
    /// In the colour of training.
    Training,
    /// In the colour of validation.
    Validation,
}

impl Block {
    /// The beginning of a section.
    pub fn section(title: impl Into<String>, anchor: &str) -> Self {
        Self::Section { title: title.into(), anchor: anchor.to_owned() }
    }

    /// A paragraph.
    pub fn paragraph(text: impl Into<Text>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A list with a bullet for each item.
    pub fn list<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(T::into).collect())
    }

    /// A picture as a figure.
    ///
    /// # Errors
    /// The picture cannot be drawn.
    pub fn figure(picture: &dyn Picture) -> Result<Self, ReportError> {
        Ok(Self::Figure { svg: picture.bare_svg()?, narrow: picture.narrow_svg()? })
    }
}

impl Text {
    /// Appends a span.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.spans.push(Span { text: text.into(), style });
        self
    }

    /// A text in one style.
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self::default().and(style, text)
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self::styled(Style::Plain, text)
    }
}

impl Cell {
    /// A cell with the name of its row or column.
    pub fn header(text: impl Into<Text>) -> Self {
        Self { is_header: true, ..Self::from(text) }
    }

    /// A row of a table: its name, and its values.
    pub fn row<T: Into<Text>>(
        name: impl Into<Text>,
        values: impl IntoIterator<Item = T>,
    ) -> Vec<Self> {
        [Self::header(name)].into_iter().chain(values.into_iter().map(Self::from)).collect()
    }

    /// The same cell, over several columns.
    #[must_use]
    pub fn over_columns(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    /// The same cell, over several rows.
    #[must_use]
    pub fn over_rows(self, rows: usize) -> Self {
        Self { rows, ..self }
    }
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), is_header: false, columns: 1, rows: 1, mark: None }
    }
}
