//! Reports and notebooks as PDF.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]
#![cfg(feature = "pdf")]

mod made;

use std::fs;

use made::{Made, some};
use report::{
    analysis,
    document::{Block, Document, pdf},
    notebook::{Notebook, paper},
};

#[test]
fn the_same_report_gives_the_same_paper() {
    let made = Made::learning_rates(&[(0.01, some([0.9, 0.91, 0.92])), (5.0, vec![None, Some(0.5), Some(0.6)])]);
    let paper = || pdf::of(&analysis::document(&made.folder).unwrap()).unwrap();
    let bytes = paper();
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(bytes == paper(), "two papers differ");
}

#[test]
fn what_is_no_picture_is_told_not_left_out() {
    let block = Block::Picture { png: b"no png".to_vec() };
    let told = pdf::of(&Document { title: "Broken".to_owned(), blocks: vec![block] }).unwrap_err();
    assert!(told.contains("failed to decode image"), "{told}");
}

#[test]
fn a_notebook_becomes_text_code_and_what_the_code_showed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analysis.ipynb");
    let notebook = r##"{ "nbformat": 4, "cells": [
        { "cell_type": "markdown", "source": ["# Title\n", "\n", "Some **bold** and `code`.\n", "\n", "- one\n", "- two"] },
        { "cell_type": "code", "source": "1 + 1", "outputs": [
            { "output_type": "stream", "name": "stdout", "text": ["printed\n"] },
            { "output_type": "execute_result", "data": { "text/html": ["<b>2</b>"], "text/plain": ["2"] } } ] },
        { "cell_type": "raw", "source": "left out" } ] }"##;
    fs::write(&path, notebook).unwrap();
    let document = paper::of(&Notebook::read(&path).unwrap());
    insta::assert_debug_snapshot!(document);
    assert!(pdf::of(&document).unwrap().starts_with(b"%PDF-"));

    fs::write(&path, "{}").unwrap();
    let told = Notebook::read(&path).unwrap_err().to_string();
    assert!(told.ends_with("not a notebook: it has no cells"), "{told}");
}
