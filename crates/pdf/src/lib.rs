//! Renders the [`Document`] of a report as PDF with [typst](https://typst.app). `document.typ` is
//! the layout.

use std::path::Path;

use host::write_whole;
use report::{document::Document, font};
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_kit::fonts::{self, FontStore};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

const TEMPLATE: &str = include_str!("document.typ");

/// Returns the bytes of the PDF. The same document gives the same bytes.
///
/// # Errors
/// Typst's first error message: a picture that cannot be decoded, for example.
pub fn of(document: &Document) -> Result<Vec<u8>, String> {
    let world = DocumentWorld::new(document)?;
    let pages: PagedDocument = typst::compile(&world).output.map_err(first)?;
    typst_pdf::pdf(&pages, &PdfOptions::default()).map_err(first)
}

/// Writes a document to a file, which appears whole or not at all.
///
/// # Errors
/// One line: the first error message of typst, or the message of the system.
pub fn write(document: &Document, path: &Path) -> Result<(), String> {
    let pdf = of(document).map_err(|reason| format!("{}: {reason}", path.display()))?;
    write_whole(path, &pdf).map_err(|error| error.to_string())
}

fn first(errors: impl IntoIterator<Item = SourceDiagnostic>) -> String {
    errors.into_iter().next().map_or_else(String::new, |error| error.message.to_string())
}

/// The world of typst: the template, the document, and fonts that do not depend on the machine.
struct DocumentWorld {
    library: LazyHash<Library>,
    fonts: FontStore,
    template: Source,
    document: (FileId, Bytes),
}

impl DocumentWorld {
    fn new(document: &Document) -> Result<Self, String> {
        let file = |name| {
            let path = VirtualPath::new(name).map_err(|error| error.to_string())?;
            Ok::<_, String>(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let json = serde_json::to_vec(document).map_err(|error| error.to_string())?;
        let mut fonts = FontStore::new();
        for font in font::FILES.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)) {
            let info = font.info().clone();
            fonts.push((font, info));
        }
        fonts.extend(fonts::embedded());
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts,
            template: Source::new(file("document.typ")?, TEMPLATE.to_owned()),
            // The name in the template.
            document: (file("document.json")?, Bytes::new(json)),
        })
    }
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.document.0 {
            Ok(self.document.1.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    /// None: with a date, the same runs would give other bytes tomorrow.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
