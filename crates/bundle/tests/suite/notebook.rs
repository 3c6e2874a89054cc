//! Notebooks as documents.

use std::fs;

use bundle::notebook::{Notebook, document};

#[test]
fn a_notebook_becomes_text_code_and_what_the_code_showed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analysis.ipynb");
    let notebook = r##"{ "nbformat": 4, "cells": [
        { "cell_type": "markdown", "source": [
            "# Title\n", "\n", "Some **bold** and `code`.\n", "\n", "- one\n", "- two"] },
        { "cell_type": "code", "source": "1 + 1", "outputs": [
            { "output_type": "stream", "name": "stdout", "text": ["printed\n"] },
            { "output_type": "execute_result", "data": {
                "text/html": ["<b>2</b>"], "text/plain": ["2"] } } ] },
        { "cell_type": "raw", "source": "left out" } ] }"##;
    fs::write(&path, notebook).unwrap();
    let document = document::of(&Notebook::read(&path).unwrap());
    insta::assert_debug_snapshot!(document);
    assert!(pdf::of(&document).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn a_file_without_cells_is_no_notebook() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analysis.ipynb");
    fs::write(&path, "{}").unwrap();
    let message = Notebook::read(&path).unwrap_err().to_string();
    assert!(message.ends_with("not a notebook: it has no cells"), "{message}");
}
