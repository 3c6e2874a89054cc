//! Pictures show what was measured: where it lies, in which unit, and what is cut off.

use std::fs;

use report::{
    analysis::{
        self, Experiment,
        charts::{self, Against, Colors},
    },
    axis::Ticks,
    chart::{Chart, Curve, Lines, Look, Marker, Point, RGBColor},
    picture::Picture,
};
use toml::Value;

use crate::made::{
    End::{self, At, Diverged},
    Made, MadeUp,
};

fn at(accuracy: f64) -> Vec<End> {
    vec![At(accuracy), At(accuracy + 0.002), At(accuracy - 0.001)]
}

fn ticks(chart: &Chart) -> Vec<(f64, String)> {
    match &chart.x.ticks {
        Ticks::At(ticks) => ticks.iter().map(|tick| (tick.at, tick.label.clone())).collect(),
        other => panic!("{other:?}"),
    }
}

fn names(chart: &Chart) -> Vec<&str> {
    chart.curves.iter().map(|curve| curve.name.as_str()).collect()
}

#[test]
fn a_factor_of_numbers_lies_true_to_scale_along_the_axis_whatever_the_order_of_the_file() {
    let made = MadeUp { factors: &["layer_norm", "dropout"], ..MadeUp::default() };
    let level =
        |norm: bool, dropout: f64, ends| (vec![Value::from(norm), Value::from(dropout)], ends);
    let experiment = made.experiment(&[
        level(true, 0.5, at(0.93)),
        level(true, 0.0, at(0.95)),
        level(true, 0.1, at(0.96)),
        level(false, 0.5, at(0.91)),
        level(false, 0.0, at(0.92)),
        level(false, 0.1, at(0.94)),
    ]);
    let chart = charts::finals(&experiment, &Colors::default()).unwrap();
    assert_eq!(
        ticks(&chart),
        [(0.0, "0".to_owned()), (0.1, "0.1".to_owned()), (0.5, "0.5".to_owned())]
    );
    assert_eq!(names(&chart), ["layer norm", "no layer norm"]);
    // The two curves are a little apart, so that no error bar hides another.
    for (curve, shift) in chart.curves.iter().zip([-0.002, 0.002]) {
        let xs: Vec<f64> = curve.points.iter().map(|point| point.x).collect();
        assert!(xs.iter().zip([0.0, 0.1, 0.5]).all(|(x, at)| (x - at - shift).abs() < 1e-9));
    }
    let point = chart.curves[0].points[1];
    assert!((point.y - 96.033_333).abs() < 1e-4 && chart.y.name == "validation accuracy (%)");
    // The interval of a mean, t(0.975, 2) s / √3, not the standard deviation.
    let margin = 4.302_653 * 0.152_753 / 3f64.sqrt();
    assert!((point.spread.1 - point.y - margin).abs() < 1e-4, "{point:?}");
}

#[test]
fn values_that_what_goes_along_tells_apart_have_a_curve_each() {
    let made = MadeUp {
        factors: &["momentum", "learning_rate"],
        along: &["layer_norm"],
        ..MadeUp::default()
    };
    let mut levels = Vec::new();
    for (momentum, norm) in [(0.0, false), (0.9, false), (0.9, true)] {
        for rate in [0.01, 0.1] {
            levels.push((
                vec![Value::from(momentum), Value::from(rate), Value::from(norm)],
                at(0.9 + rate / 10.0),
            ));
        }
    }
    let experiment = made.experiment(&levels);
    let chart = charts::finals(&experiment, &Colors::default()).unwrap();
    assert_eq!(names(&chart), ["no momentum", "momentum 0.9", "momentum 0.9, layer norm"]);
    assert_eq!(chart.x.name, "learning rate");
    assert!(chart.curves.iter().all(|curve| curve.points.len() == 2));
    let grid = report::analysis::level_tables::of_combinations(&experiment).unwrap();
    assert_eq!((grid.body.len(), grid.body[0].len()), (3, 3));
}

#[test]
fn a_learning_rate_that_changes_is_drawn_once_for_each_schedule() {
    let made = MadeUp { factors: &["schedule", "learning_rate"], ..MadeUp::default() };
    let levels = ["constant", "cosine", "step"].into_iter().flat_map(|schedule| {
        [0.1, 0.5]
            .map(|rate| (vec![Value::from(schedule), Value::from(rate)], at(0.9 + rate / 10.0)))
    });
    let chart =
        charts::schedules(&made.experiment(&levels.collect::<Vec<_>>()), &Colors::default())
            .unwrap();
    assert_eq!(names(&chart).len(), 3);
    assert!(chart.curves[0].points.iter().all(|point| point.y == 1.0));
    for curve in &chart.curves[1..] {
        let (first, last) = (curve.points.first().unwrap().y, curve.points.last().unwrap().y);
        assert!(first == 1.0 && last < 0.2, "{}: {first} to {last}", curve.name);
    }
    let constant = MadeUp::default().of_numbers(&[(0.1, at(0.9)), (0.2, at(0.91))]);
    assert!(charts::schedules(&constant, &Colors::default()).is_none());
}

#[test]
fn the_schedules_of_runs_of_many_epochs_make_a_small_chart() {
    let base = "epochs = 200000";
    let made = MadeUp { factors: &["schedule"], base, ..MadeUp::default() };
    let levels = ["cosine", "step", "exponential"].map(|name| (vec![Value::from(name)], at(0.9)));
    let chart = charts::schedules(&made.experiment(&levels), &Colors::default()).unwrap();
    for curve in &chart.curves {
        assert!(curve.points.len() < 20_000, "{}: {}", curve.name, curve.points.len());
        assert_eq!(curve.points.last().unwrap().x, 200_000.0);
    }
    assert!(chart.svg().unwrap().len() < 1_500_000);
}

#[test]
fn levels_of_numbers_brighten_in_their_order() {
    let made = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let experiment =
        made.of_numbers(&[(64.0, at(0.9)), (8.0, at(0.95)), (512.0, at(0.8)), (16.0, at(0.94))]);
    let chart = charts::accuracies(&experiment, Against::Epochs, &Colors::default()).unwrap();
    let luma = |name: &str| {
        let color = chart.curves.iter().find(|curve| curve.name == name).unwrap().look.color;
        0.299 * f64::from(color.0) + 0.587 * f64::from(color.1) + 0.114 * f64::from(color.2)
    };
    let rising = [8, 16, 64, 512].map(|size| luma(&format!("batch size {size}")));
    assert!(rising.is_sorted() && rising[0] + 20.0 < rising[3], "{rising:?}");
}

#[test]
fn the_same_number_has_the_same_colour_in_every_experiment() {
    let made = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let of = |sizes: &[f64]| {
        made.of_numbers(&sizes.iter().map(|size| (*size, at(0.9))).collect::<Vec<_>>())
    };
    let experiments = [of(&[8.0, 16.0, 64.0, 256.0]), of(&[64.0, 16.0, 1024.0])];
    let colors = Colors::of(&experiments);
    let color = |experiment: &Experiment, size: u32| {
        let chart = charts::accuracies(experiment, Against::Epochs, &colors).unwrap();
        let curve =
            chart.curves.iter().find(|curve| curve.name == format!("batch size {size}")).unwrap();
        curve.look.color
    };
    for size in [16, 64] {
        assert_eq!(color(&experiments[0], size), color(&experiments[1], size));
    }
    assert_ne!(color(&experiments[0], 8), color(&experiments[1], 16));
}

#[test]
fn what_is_cut_off_is_marked_where_its_name_stands() {
    let experiment =
        MadeUp::default().of_numbers(&[(0.01, at(0.95)), (0.1, at(0.97)), (2.0, vec![At(0.1); 3])]);
    let close = charts::accuracies(&experiment, Against::Epochs, &Colors::default()).unwrap();
    assert_eq!(
        names(&close),
        ["learning rate 0.01", "learning rate 0.1", "learning rate 2 (not in the picture)"]
    );
    assert!(close.subtitle.ends_with("; below 93 % not shown"), "{}", close.subtitle);
    assert_eq!(close.y.name, "validation accuracy (%)");
}

#[test]
fn a_map_has_a_field_for_each_combination_and_says_which_lost_seeds() {
    let made = MadeUp { factors: &["learning_rate", "batch_size"], ..MadeUp::default() };
    let mut levels = Vec::new();
    for rate in [0.8, 0.05, 0.2] {
        for batch in [512, 32, 128] {
            let ends = match (rate, batch) {
                (0.8, 32) => vec![At(0.97), Diverged, At(0.97)],
                (0.8, 128) => vec![At(0.97), End::From(0.1, 0.1), At(0.97)],
                _ => at(0.9 + rate / 10.0),
            };
            levels.push((vec![Value::from(rate), Value::from(batch)], ends));
        }
    }
    let map = charts::heat_map(&made.experiment(&levels)).unwrap();
    assert_eq!(
        (map.rows.join(" "), map.columns.join(" ")),
        ("0.8 0.2 0.05".to_owned(), "32 128 512".to_owned())
    );
    let label = |row: usize, column: usize| map.fields[row][column].as_ref().unwrap();
    assert_eq!((label(0, 0).label.as_str(), label(0, 0).color), ("diverged", None));
    assert_eq!((label(0, 1).label.as_str(), label(0, 1).color), ("never learned", None));
    assert_eq!((label(0, 2).label.as_str(), label(2, 0).label.as_str()), ("98.03", "90.53"));
    assert!(
        map.bare_svg().unwrap().contains("never learned")
            && map.png().unwrap().starts_with(b"\x89PNG")
    );
    // Of two values each way there is a table.
    let made = MadeUp { factors: &["dropout", "layer_norm"], ..MadeUp::default() };
    let level = |dropout: f64, norm: bool| (vec![Value::from(dropout), Value::from(norm)], at(0.9));
    assert_eq!(charts::heat_map(&made.experiment(&[level(0.0, false), level(0.5, true)])), None);
}

#[test]
fn all_rates_and_batch_sizes_lie_over_their_ratio_where_nothing_else_differs() {
    let rates = MadeUp::default();
    let sizes = MadeUp { factors: &["batch_size"], ..MadeUp::default() };
    let norms = MadeUp { factors: &["learning_rate"], along: &["layer_norm"], ..MadeUp::default() };
    let other = |rate: f64| (vec![Value::from(rate), Value::from(true)], at(0.97));
    let experiments = [
        rates.of_numbers(&[(0.01, at(0.95)), (0.1, at(0.97)), (1.0, at(0.96))]),
        sizes.of_numbers(&[(32.0, at(0.96)), (128.0, at(0.94)), (512.0, at(0.93))]),
        norms.experiment(&[other(0.1), other(0.2), other(0.3)]),
    ];
    let chart = charts::united(&experiments).unwrap();
    // The third one has layer norm.
    assert_eq!(chart.curves.len(), 2);
    let xs: Vec<f64> = chart.curves[1].points.iter().map(|point| point.x).collect();
    let expected = [0.01 / 512.0, 0.01 / 128.0, 0.01 / 32.0];
    assert!(xs.iter().zip(expected).all(|(x, ratio)| (x / ratio - 1.0).abs() < 0.1), "{xs:?}");
    assert_eq!(charts::united(&experiments[..1]), None);
}

#[test]
fn each_chart_of_an_experiment_is_on_the_page_and_in_a_file() {
    let made = Made::learning_rates(&[
        (0.01, vec![Some(0.9), Some(0.91)]),
        (0.1, vec![Some(0.97), Some(0.96)]),
        (2.0, vec![Some(0.3), Some(0.2)]),
    ]);
    analysis::write(&made.folder).unwrap();
    let read = |name: &str| fs::read_to_string(made.folder.path().join(name)).unwrap();
    let (page, results) = (read("report.html"), read("results.md"));
    let study = made.results();
    let experiment = &study.experiments[0];
    let mut files = Vec::new();
    for (chart, picture) in charts::of(experiment, &Colors::of(&study.experiments)) {
        let file = chart.file(experiment);
        assert!(page.contains(&picture.bare_svg().unwrap()), "{file} is not on the page");
        let png = fs::read(made.folder.path().join("pictures").join(&file)).unwrap();
        assert!(png == picture.png().unwrap(), "{file} is another picture");
        let link = format!("![{}](pictures/{file})", chart.text);
        assert_eq!(results.contains(&link), chart.is_in_results, "{link}");
        files.push(file);
    }
    let expected = ["accuracy", "loss", "final"];
    assert_eq!(files, expected.map(|name| format!("learning-rate-{name}.png")));
}

#[test]
fn a_curve_has_the_lines_of_its_look_and_no_others() {
    let point = |x: f64| Point { x, y: x, spread: (x - 0.1, x + 0.1) };
    let drawn = |lines: Lines| {
        let look = Look::line(RGBColor(1, 2, 3), Marker::Square).with(lines);
        let curves = vec![Curve::new("a", look, [1.0, 2.0, 3.0].map(point))];
        let svg = Chart { curves, ..Chart::default() }.bare_svg().unwrap();
        let count = |element: &str| {
            let parts = svg.split('<').filter(|part| part.starts_with(element));
            parts.filter(|part| part.contains("#010203")).count()
        };
        (count("rect"), count("polyline"), count("polygon"))
    };
    // A marker and a line each in the legend; a bar has two ends.
    assert_eq!(drawn(Lines::None), (4, 0, 0));
    assert_eq!(drawn(Lines::Line), (4, 2, 0));
    assert_eq!(drawn(Lines::Band), (4, 2, 1));
    assert_eq!(drawn(Lines::Bars), (4, 2 + 3 * 3, 0));
}
