//! Images with which the results of a run mislead.

use std::{fs, path::Path};

use run::{Settings, images::RunImages};

/// Images of two classes, each different, with pixels up to `most`.
fn images(path: &Path, most: usize) {
    let is_ink =
        |row: usize, pixel: usize| (18..23).contains(&pixel) && row >> (pixel - 18) & 1 == 1;
    let row = |row: usize| {
        let pixels: String = (0..64)
            .map(|pixel| if is_ink(row, pixel) { format!(",{most}") } else { ",0".into() })
            .collect();
        format!("{}{pixels}\n", row % 2)
    };
    fs::write(path, (1..=20).map(row).collect::<String>()).unwrap();
}

#[test]
fn dark_images_and_test_rows_that_were_trained_on_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let [data, test, other] =
        ["data.csv", "test.csv", "other.csv"].map(|name| folder.path().join(name));
    images(&data, 16);
    images(&other, 255);
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&test, text.lines().take(6).collect::<Vec<_>>().join("\n")).unwrap();
    let warnings = |data: &Path, test: &Path, pixel_max| {
        let settings = Settings {
            data: Some(data.into()),
            test_data: Some(test.into()),
            pixel_max: Some(pixel_max),
            ..Settings::default()
        };
        let config = settings.resolve().unwrap();
        RunImages::read(&config, None).unwrap().warnings(&config)
    };
    let shared = |rows: &str| {
        let data = data.display();
        format!("{rows} of the test data are also in {data}: the test accuracy will be too high")
    };
    assert_eq!(warnings(&data, &test, 16), [shared("6 of the 6 rows")]);
    assert_eq!(warnings(&data, &data, 16), [shared("20 of the 20 rows")]);
    let dark = format!("no pixel of {} is above 16, although 255 is possible; ", data.display());
    let told = warnings(&data, &other, 255);
    assert!(told[0].starts_with(&dark) && told[1].contains("another scale"), "{told:?}");
    assert!(warnings(&other, &other, 255)[0].contains("20 of the 20 rows"));
}
