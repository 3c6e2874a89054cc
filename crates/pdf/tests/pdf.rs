//! Documents as PDF.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use report::{
    axis::Axis,
    chart::{Chart, Curve, Look, Marker, RGBColor},
    document::{Block, Cell, Document, Style, Table, Text},
};

fn document(blocks: Vec<Block>) -> Document {
    Document { title: "How settings change training".to_owned(), blocks }
}

fn chart() -> Chart {
    let look = Look::line(RGBColor(0, 114, 178), Marker::Circle);
    Chart {
        title: "Accuracy".to_owned(),
        x: Axis::whole("epoch"),
        y: Axis::linear("accuracy"),
        curves: vec![Curve::new("a", look, [(1.0, 0.9), (2.0, 0.95), (3.0, 0.97)])],
        ..Chart::default()
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let row = |name: &str, value: &str| vec![Cell::header(name), Cell::from(value)];
    let report = document(vec![
        Block::Contents,
        Block::section("Learning rate", "learning-rate"),
        Block::paragraph(
            Text::from("It rises to ")
                .and(Style::Bold, "97 %")
                .and(Style::Quiet, " (three seeds)."),
        ),
        Block::figure(&chart()).unwrap(),
        Block::Table(Table {
            body: vec![row("0.01", "0.97"), row("0.1", "0.98")],
            ..Table::default()
        }),
        Block::Code("let x = 1;".to_owned()),
        Block::Output("1".to_owned()),
    ]);
    let bytes = pdf::of(&report).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(bytes == pdf::of(&report).unwrap(), "the same document gave two different files");
}

#[test]
fn a_damaged_picture_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    let broken = document(vec![Block::Picture(b"no png".to_vec())]);
    let message = pdf::write(&broken, &path).unwrap_err();
    assert!(
        message.starts_with(path.to_str().unwrap()) && message.contains("failed to decode image"),
        "{message}"
    );
    assert!(!path.exists());
}
