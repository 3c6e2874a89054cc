//! A document as a web page: one file without links to others.

use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Block, Cell, Document, Image, Look, Mark, Style, Table, Text};
use crate::font;

const CSS: &str = include_str!("page.css");

/// The page.
pub fn of(document: &Document) -> String {
    let style = |block: &Block| match block {
        Block::Live { css, .. } => Some(*css),
        _ => None,
    };
    let styles: String = document.blocks.iter().filter_map(style).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) }
                style { (PreEscaped(font::css())) (PreEscaped(CSS)) (PreEscaped(styles)) }
            }
            body {
                h1 { (document.title) }
                @for block in &document.blocks { (set(block, &document.blocks)) }
            }
        }
    };
    page.into_string()
}

/// A table by itself.
pub fn of_table(given: &Table) -> String {
    table(given).into_string()
}

fn set(block: &Block, all: &[Block]) -> Markup {
    let each = |blocks: &[Block]| html! { @for block in blocks { (set(block, all)) } };
    match block {
        Block::Contents => contents(all),
        Block::Section { title, anchor } => html! { h2 id=(anchor) { (title) } },
        Block::Heading(title) => html! { h3 { (title) } },
        Block::Paragraph(text) => html! { p { (line(text)) } },
        Block::List(items) => html! { ul { @for item in items { li { (line(item)) } } } },
        Block::Table(given) => table(given),
        Block::Figure { svg, narrow: None } => html! { figure { (PreEscaped(svg)) } },
        Block::Figure { svg, narrow: Some(narrow) } => html! {
            figure.wide { (PreEscaped(svg)) }
            figure.narrow { (PreEscaped(narrow)) }
        },
        Block::Picture(png) => html! { figure { img src=(data(png)) alt=""; } },
        Block::Code(text) => html! { pre { code { (text) } } },
        Block::Output(text) => html! { pre { (text) } },
        Block::Grid(blocks) => html! { div.grid { (each(blocks)) } },
        Block::Images(images) => {
            html! { div.images { @for image in images { (picture(image)) } } }
        }
        Block::Live { html, .. } => PreEscaped(html.clone()),
        Block::Fold { summary, blocks } => {
            html! { details { summary { (line(summary)) } (each(blocks)) } }
        }
    }
}

fn contents(all: &[Block]) -> Markup {
    html! {
        nav {
            @for block in all {
                @if let Block::Section { title, anchor } = block {
                    a href={ "#" (anchor) } { (title) }
                }
            }
        }
    }
}

fn line(text: &Text) -> Markup {
    html! {
        @for span in &text.spans {
            @match span.style {
                Style::Plain => (linked(&span.text)),
                Style::Bold => b { (linked(&span.text)) },
                Style::Code => code { (span.text) },
                Style::Quiet => span.quiet { (linked(&span.text)) },
                Style::Warning => span.warning { (span.text) },
                Style::Training => span.training { (span.text) },
                Style::Validation => span.validation { (span.text) },
            }
        }
    }
}

/// A text with its addresses as links, and no break between a number and its unit.
fn linked(text: &str) -> Markup {
    let Some(start) = text.find("https://") else { return html! { (unbroken(text)) } };
    let (before, rest) = text.split_at(start);
    let end = rest.find([' ', ')', ',', ';']).unwrap_or(rest.len());
    let (address, after) = rest.split_at(end);
    html! { (unbroken(before)) a href=(address) { (address) } (linked(after)) }
}

fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%").replace(" ± ", "\u{a0}±\u{a0}")
}

fn table(table: &Table) -> Markup {
    let look = match table.look {
        Look::Numbers => "numbers",
        Look::Facts => "facts",
        Look::Matrix => "matrix",
    };
    html! {
        div.scroll { table class=(look) {
            @if let Some(caption) = &table.caption { caption { (caption) } }
            @if !table.head.is_empty() { thead { (rows(&table.head)) } }
            tbody { (rows(&table.body)) }
        } }
    }
}

fn rows(rows: &[Vec<Cell>]) -> Markup {
    html! { @for row in rows { tr { @for given in row { (cell(given)) } } } }
}

fn cell(cell: &Cell) -> Markup {
    let columns = (cell.columns > 1).then_some(cell.columns);
    let rows = (cell.rows > 1).then_some(cell.rows);
    let mark = cell.mark.map(|mark| match mark {
        Mark::Right => "right",
        Mark::Wrong => "wrong",
        Mark::OftenWrong => "often-wrong",
        Mark::Lower => "lower",
        Mark::Close => "close",
    });
    let text = line(&cell.text);
    html! {
        @if cell.is_header { th colspan=[columns] rowspan=[rows] class=[mark] { (text) } }
        @else { td colspan=[columns] rowspan=[rows] class=[mark] { (text) } }
    }
}

fn picture(image: &Image) -> Markup {
    html! {
        figure {
            img src=(data(&image.png)) alt=(image.caption.join(", "));
            figcaption {
                @for (index, line) in image.caption.iter().enumerate() {
                    @if index > 0 { br; } (line)
                }
            }
        }
    }
}

/// A PNG file as a data URL.
fn data(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png))
}
