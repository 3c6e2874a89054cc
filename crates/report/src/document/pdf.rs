//! A document as PDF, set by [typst](https://typst.app) after the rules in `paper.typ`.

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

use super::Document;
use crate::font;

const RULES: &str = include_str!("paper.typ");
/// The document as the rules read it.
const DOCUMENT: &str = "document.json";

/// The bytes of the file. The same document gives the same bytes.
///
/// # Errors
/// The typesetter's first complaint: a picture that is none, for example.
pub fn of(document: &Document) -> Result<Vec<u8>, String> {
    let desk = Desk::with(document)?;
    let pages: PagedDocument = typst::compile(&desk).output.map_err(first)?;
    typst_pdf::pdf(&pages, &PdfOptions::default()).map_err(first)
}

fn first(complaints: impl IntoIterator<Item = SourceDiagnostic>) -> String {
    complaints.into_iter().next().map_or_else(String::new, |complaint| complaint.message.to_string())
}

/// All that the typesetter can see: the rules, the document, and the fonts that travel along.
struct Desk {
    library: LazyHash<Library>,
    fonts: FontStore,
    rules: Source,
    document: (FileId, Bytes),
}

impl Desk {
    fn with(document: &Document) -> Result<Self, String> {
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
            rules: Source::new(file("paper.typ")?, RULES.to_owned()),
            document: (file(DOCUMENT)?, Bytes::new(json)),
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.rules.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.rules.id() { Ok(self.rules.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.document.0 { Ok(self.document.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    /// Papers do not tell the day: the same runs give the same bytes.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
