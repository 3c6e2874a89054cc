//! A document without a format: text, tables and pictures in order.
//!
//! [`html`] makes a page of it, and the crate `pdf` a PDF. [`plain`] makes text of a table.

pub mod html;
pub mod plain;

use serde::Serialize;

use crate::{chart::Chart, error::ReportError};

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// What it holds, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a document that stands by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// The sections of the document.
    Contents,
    /// Begins a section.
    Section {
        /// Its title.
        title: String,
        /// Its name in links.
        anchor: String,
    },
    /// Begins a part of a section.
    Heading {
        /// Its title.
        title: String,
    },
    /// Running text.
    Paragraph {
        /// The text.
        text: Text,
    },
    /// One text a bullet.
    List {
        /// The texts.
        items: Vec<Text>,
    },
    /// A table.
    Table(Table),
    /// A picture as wide as the text.
    Figure {
        /// As SVG, with or without its font.
        svg: String,
    },
    /// A picture of pixels, as wide as the text.
    Picture {
        /// A PNG file.
        png: Vec<u8>,
    },
    /// Lines of a program.
    Code {
        /// The lines.
        text: String,
    },
    /// What a program said.
    Output {
        /// Its lines.
        text: String,
    },
    /// Small blocks side by side.
    Grid {
        /// The blocks.
        blocks: Vec<Block>,
    },
    /// Images side by side.
    Images {
        /// The images.
        images: Vec<Image>,
    },
    /// Something to try in a browser; other formats leave it out.
    Live {
        /// As HTML, with its script.
        html: String,
        /// Its style sheet.
        css: &'static str,
    },
    /// Blocks that a reader may want to fold away.
    Fold {
        /// What stands there instead.
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
    /// What it shows, a text a line.
    pub caption: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: Option<String>,
    /// Its first rows, repeated where it goes on on another page.
    pub head: Vec<Vec<Cell>>,
    /// All other rows.
    pub body: Vec<Vec<Cell>>,
    /// How it is set.
    pub look: Look,
}

/// How a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Numbers, a row each.
    #[default]
    Numbers,
    /// A name and a text in each row.
    Facts,
    /// Counts in a square.
    Matrix,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: Text,
    /// Whether it names its row or column.
    pub is_header: bool,
    /// How many columns it spans.
    pub columns: usize,
    /// How many rows it spans.
    pub rows: usize,
    /// What its background says.
    pub mark: Option<Mark>,
}

/// What the background of a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// As it should be.
    Right,
    /// Not as it should be.
    Wrong,
}

/// A text in pieces of different style.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Text {
    /// In order.
    pub spans: Vec<Span>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// How it says it.
    pub style: Style,
}

/// The style of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As the text around it.
    Plain,
    /// Important.
    Bold,
    /// As a computer would read it.
    Code,
    /// Less important.
    Quiet,
    /// To be heeded.
    Warning,
    /// In the colour of training.
    Training,
    /// In the colour of validation.
    Validation,
}

impl Block {
    /// A picture; nothing where there is none to draw.
    ///
    /// # Errors
    /// It cannot be drawn.
    pub fn figure(chart: Option<Chart>) -> Result<Option<Self>, ReportError> {
        let svg = chart.map(|chart| chart.bare_svg().map_err(ReportError::picture("report")));
        Ok(svg.transpose()?.map(|svg| Self::Figure { svg }))
    }

    /// The style sheet of a block that brings one.
    fn style(&self) -> Option<&'static str> {
        match self {
            Self::Live { css, .. } => Some(css),
            _ => None,
        }
    }

    /// The beginning of a section.
    pub fn section(title: impl Into<String>, anchor: impl Into<String>) -> Self {
        Self::Section { title: title.into(), anchor: anchor.into() }
    }

    /// The beginning of a part of a section.
    pub fn heading(title: impl Into<String>) -> Self {
        Self::Heading { title: title.into() }
    }

    /// One text a bullet.
    pub fn list<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List { items: items.into_iter().map(T::into).collect() }
    }

    /// Running text.
    pub fn paragraph(text: impl Into<Text>) -> Self {
        Self::Paragraph { text: text.into() }
    }
}

impl Text {
    /// Goes on in a style.
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
    /// A cell that names its row or column.
    pub fn header(text: impl Into<Text>) -> Self {
        Self { is_header: true, ..Self::from(text) }
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
