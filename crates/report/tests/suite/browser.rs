//! The report, and the page to draw on, in a real browser: nothing is clipped, overlaps, or comes
//! from elsewhere. Needs Chromium; run with `cargo xtask test browser:: -- --ignored`.

use std::{fs, path::Path, process::Command};

use report::{analysis, demo::Demo};

use crate::made::{self, Made, some};

/// Looks at the page from inside, and leaves what is wrong with it in the title.
const LOOK: &str = include_str!("look.js");

/// The best of the runs that are made up here.
const BEST: &str = "lr0.1-seed2";

/// What is wrong with a page at this width of the window.
fn complaints(page: &Path, width: u32, is_dark: bool) -> String {
    let folder = page.parent().unwrap();
    let seen = folder.join("seen.html");
    fs::write(&seen, format!("{}<script>{LOOK}</script>", fs::read_to_string(page).unwrap()))
        .unwrap();
    // A window has a least width, a frame has none.
    let frame = folder.join("frame.html");
    let script = "onmessage = message => document.querySelector('pre').textContent = message.data";
    let content = format!(
        "<script>{script}</script><iframe src=seen.html width={width} \
         height=900></iframe><pre>nothing said</pre>"
    );
    fs::write(&frame, content).unwrap();
    let mut chromium = Command::new("chromium");
    chromium.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]);
    chromium.args([
        "--disable-component-update",
        "--disable-sync",
        "--virtual-time-budget=10000",
        "--dump-dom",
    ]);
    if is_dark {
        chromium.arg("--blink-settings=preferredColorScheme=0");
    }
    let output = chromium
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", frame.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let (_, rest) = dom.split_once("<pre>").unwrap_or_else(|| panic!("no page: {dom}"));
    rest.split_once("</pre>").unwrap().0.to_owned()
}

fn report() -> Made {
    let made = Made::learning_rates(&[
        (0.001, some([0.86, 0.87, 0.88])),
        (0.01, some([0.9, 0.91, 0.92])),
        (0.1, some([0.96, 0.961, 0.963])),
        (5.0, vec![None, Some(0.5), Some(0.6)]),
    ]);
    made::keep_weights(&made.folder.run(BEST));
    analysis::write(&made.folder).unwrap();
    made
}

#[test]
#[ignore = "needs Chromium"]
fn nothing_is_clipped_overlaps_or_is_fetched_on_any_screen() {
    let made = report();
    let page = made.folder.path().join("report.html");
    assert!(fs::read_to_string(&page).unwrap().contains("class=\"demo\""));
    for width in [360, 720, 800, 1280, 2560] {
        for is_dark in [false, true] {
            let background = if is_dark { "rgb(23, 23, 26)" } else { "rgb(255, 255, 255)" };
            assert_eq!(
                complaints(&page, width, is_dark),
                format!("background {background}"),
                "{width} pixels wide"
            );
        }
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_page_to_draw_on_fits_every_screen() {
    let made = report();
    let demo = Demo::of_run(&made.folder.run(BEST)).unwrap();
    let page = made.folder.path().join("demo.html");
    for (width, is_dark, background) in
        [(390, false, "rgb(255, 255, 255)"), (1280, true, "rgb(23, 23, 26)")]
    {
        fs::write(&page, demo.page()).unwrap();
        assert_eq!(
            complaints(&page, width, is_dark),
            format!("background {background}"),
            "{width} pixels wide"
        );
    }
}

#[test]
#[ignore = "needs Chromium"]
fn what_is_wrong_is_seen() {
    let made = report();
    let page = made.folder.path().join("report.html");
    let sound = fs::read_to_string(&page).unwrap();
    for (whole, broken, complaint) in [
        ("<h1>", "<div style='width: 4000px'>wide</div><h1>", "wider than the window"),
        ("href=\"#reading\"", "href=\"#nowhere\"", "a link to nowhere"),
        ("<text x=\"22\"", "<text x=\"-60\"", "is clipped"),
        ("<text x=\"22\" y=\"47\"", "<text x=\"22\" y=\"28\"", "overlap"),
        (
            "src=\"data:image/png;base64,iVBOR",
            "src=\"data:image/png;base64,iVBOX",
            "an image that is none",
        ),
    ] {
        assert!(sound.contains(whole), "{whole}");
        fs::write(&page, sound.replace(whole, broken)).unwrap();
        let told = complaints(&page, 1280, false);
        assert!(told.contains(complaint), "{broken}: {told}");
    }
}
