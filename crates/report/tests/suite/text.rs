//! Tables as text.

use report::document::{Cell, Table, plain};

#[test]
fn columns_stay_columns_under_cells_that_span_several() {
    let row = |cells: [&str; 4]| cells.map(Cell::from).into();
    let table = Table {
        caption: Some("A table".to_owned()),
        head: vec![
            vec![
                Cell::header("level").over_rows(2),
                Cell::header("at the end").over_columns(2),
                Cell::header("time"),
            ],
            ["loss", "accuracy", "s"].map(Cell::header).into(),
        ],
        body: vec![row(["learning rate 1", "0.1", "0.95", "7"]), row(["2", "–", "0.1", "12"])],
        ..Table::default()
    };
    insta::assert_snapshot!(plain::of_table(&table));
}
