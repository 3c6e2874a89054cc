//! A notebook as a document: its text, its code, and the output of the code.

use base64::{Engine, prelude::BASE64_STANDARD};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use report::document::{Block, Document, Style, Text};
use serde_json::Value;

use super::{Kind, Notebook, kind, text};

/// The notebook as a document; its title is its first heading.
pub fn of(notebook: &Notebook) -> Document {
    let mut blocks = Vec::new();
    for cell in notebook.cells() {
        let source = text(&cell["source"]);
        match kind(cell) {
            Kind::Markdown => blocks.extend(markdown(&source)),
            Kind::Code => {
                blocks.push(Block::Code(source));
                blocks.extend(cell["outputs"].as_array().into_iter().flatten().filter_map(output));
            }
            Kind::Other => {}
        }
    }
    let title = match blocks.first() {
        Some(Block::Section { title, .. }) => title.clone(),
        _ => return Document { title: "Notebook".to_owned(), blocks },
    };
    blocks.remove(0);
    Document { title, blocks }
}

/// The output of a cell: a picture if there is one, otherwise text.
fn output(output: &Value) -> Option<Block> {
    if output["output_type"] == "stream" {
        return Some(Block::Output(text(&output["text"])));
    }
    let data = &output["data"];
    if let Some(Ok(png)) =
        data["image/png"].as_str().map(|base64| BASE64_STANDARD.decode(base64.trim()))
    {
        return Some(Block::Picture(png));
    }
    Some(Block::Output(text(data.get("text/plain")?)))
}

/// Headings, paragraphs, lists and code; anything else of Markdown is kept as text.
fn markdown(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut line, mut items) = (Text::default(), Vec::new());
    let mut style = Style::Plain;
    for event in Parser::new(source) {
        match event {
            Event::Start(Tag::Strong) => style = Style::Bold,
            Event::End(TagEnd::Strong) => style = Style::Plain,
            Event::Text(text) => line = line.and(style, text.as_ref()),
            Event::Code(text) => line = line.and(Style::Code, text.as_ref()),
            Event::SoftBreak | Event::HardBreak => line = line.and(style, " "),
            Event::End(TagEnd::Heading(level)) => {
                blocks.push(heading(level, &std::mem::take(&mut line)))
            }
            Event::End(TagEnd::Item) => items.push(std::mem::take(&mut line)),
            Event::End(TagEnd::List(_)) => blocks.push(Block::List(std::mem::take(&mut items))),
            Event::End(TagEnd::Paragraph) => {
                blocks.push(Block::paragraph(std::mem::take(&mut line)))
            }
            Event::End(TagEnd::CodeBlock) => {
                blocks.push(Block::Code(plain(&std::mem::take(&mut line))))
            }
            _ => {}
        }
    }
    blocks
}

fn heading(level: HeadingLevel, line: &Text) -> Block {
    let title = plain(line);
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => {
            Block::Section { anchor: title.to_lowercase().replace(' ', "-"), title }
        }
        _ => Block::Heading(title),
    }
}

fn plain(text: &Text) -> String {
    text.spans.iter().map(|span| span.text.as_str()).collect()
}
