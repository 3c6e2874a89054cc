//! A table as text in columns.

use super::Table;

/// What lies between two columns.
const GAP: usize = 2;

/// A text, and how many columns it spans.
type Place = (String, usize);

/// The table, a line a row, its first column to the left and all others to the right.
pub fn of_table(table: &Table) -> String {
    let rows = rows(table);
    let widths = widths(&rows);
    let line = |row: &Vec<Place>| {
        let mut column = 0;
        let cells = row.iter().map(|(text, span)| {
            let width = widths[column..column + span].iter().sum::<usize>() + GAP * (span - 1);
            let cell = if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") };
            column += span;
            cell
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    if !table.head.is_empty() {
        let width = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        lines.insert(table.head.len(), "─".repeat(width));
    }
    table.caption.iter().chain(&lines).map(|line| format!("{line}\n")).collect()
}

/// All rows. The text of a cell that spans several of them is in the lowest.
fn rows(table: &Table) -> Vec<Vec<Place>> {
    let mut rows: Vec<Vec<Place>> = Vec::new();
    // Cells that come down from above: their columns, their texts, and how many rows they still span.
    let mut above: Vec<(usize, Place, usize)> = Vec::new();
    for cells in table.head.iter().chain(&table.body) {
        let (mut row, mut column, mut cells) = (Vec::new(), 0, cells.iter());
        loop {
            let place = if let Some(index) = above.iter().position(|(at, ..)| *at == column) {
                let (_, (text, span), left) = &mut above[index];
                *left -= 1;
                let place = (if *left == 0 { text.clone() } else { String::new() }, *span);
                above.retain(|(.., left)| *left > 0);
                place
            } else if let Some(cell) = cells.next() {
                let text: String = cell.text.spans.iter().map(|span| span.text.as_str()).collect();
                if cell.rows > 1 {
                    above.push((column, (text, cell.columns), cell.rows - 1));
                    (String::new(), cell.columns)
                } else {
                    (text, cell.columns)
                }
            } else {
                break;
            };
            column += place.1;
            row.push(place);
        }
        rows.push(row);
    }
    rows
}

/// As wide as the widest text of each column; texts that span several take what there is.
fn widths(rows: &[Vec<Place>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        let mut column = 0;
        for (text, span) in row {
            widths.resize(widths.len().max(column + span), 0);
            if *span == 1 {
                widths[column] = widths[column].max(text.chars().count());
            }
            column += span;
        }
    }
    widths
}
