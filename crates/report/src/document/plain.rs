//! Tables as text in columns.

use std::collections::BTreeSet;

use tabled::{
    builder::Builder,
    settings::{
        Alignment, Padding, Style,
        object::Columns,
        span::{ColumnSpan, RowSpan},
        style::HorizontalLine,
    },
};

use super::{Cell, Table};

/// Spaces between two columns.
const GAP: usize = 2;

/// A line for each row. The first column is aligned to the left, all others to the right.
pub fn of_table(table: &Table) -> String {
    let cells = places(table);
    let columns = cells.iter().map(|((_, column), cell)| column + cell.columns).max().unwrap_or(0);
    let mut texts = vec![vec![String::new(); columns]; table.head.len() + table.body.len()];
    for ((row, column), cell) in &cells {
        texts[*row][*column] = cell.text.spans.iter().map(|span| span.text.as_str()).collect();
    }
    let mut text = Builder::from(texts).build();
    for (place, cell) in cells {
        text.modify(place, ColumnSpan::new(cell.columns as isize))
            .modify(place, RowSpan::new(cell.rows as isize));
    }
    text.with(Padding::new(0, GAP, 0, 0))
        .with(Alignment::right())
        .with(Alignment::bottom())
        .modify(Columns::first(), Alignment::left())
        .modify(Columns::last(), Padding::zero());
    match table.head.len() {
        0 => text.with(Style::empty()),
        rows => text.with(Style::empty().horizontals([(rows, HorizontalLine::new('─'))])),
    };
    let text = text.to_string();
    let lines = table.caption.as_deref().into_iter().chain(text.lines());
    lines.map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The row and the column at which each cell begins, with room for the cells that span several.
fn places(table: &Table) -> Vec<((usize, usize), &Cell)> {
    let (mut places, mut taken) = (Vec::new(), BTreeSet::new());
    for (row, cells) in table.head.iter().chain(&table.body).enumerate() {
        let mut column = 0;
        for cell in cells {
            while taken.contains(&(row, column)) {
                column += 1;
            }
            places.push(((row, column), cell));
            for row in row..row + cell.rows {
                taken.extend((column..column + cell.columns).map(|column| (row, column)));
            }
        }
    }
    places
}
