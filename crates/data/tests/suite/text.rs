//! The reader takes every dialect of text, and says exactly what is wrong with anything else.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use data::{ImageSet, ImageSize, LabelColumn, ReadOptions, read};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

/// The pixels of an image of MNIST.
const PIXELS: usize = 784;

/// A folder for the files of a test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

/// Pixels of row `row`: different in every row and column, but for the last one, which is paper.
fn pixels(row: usize) -> Vec<u8> {
    let pixel = |column| ((row * 31 + column * 7) % 256) as u8;
    (0..PIXELS - 1).map(pixel).chain([0]).collect()
}

/// The label of each row.
fn labels(set: &ImageSet) -> Option<Vec<&str>> {
    let labels = set.labels()?;
    Some((0..set.rows()).map(|row| labels.name(row)).collect())
}

fn join(fields: impl IntoIterator<Item = impl ToString>) -> String {
    fields.into_iter().map(|field| field.to_string()).collect::<Vec<_>>().join(",")
}

/// A labelled CSV of three rows with labels 5, 0, 9.
fn labelled(header: &str, end: &str) -> String {
    let rows = [5, 0, 9]
        .iter()
        .enumerate()
        .map(|(row, label)| format!("{label},{}{end}", join(pixels(row))));
    let header = if header.is_empty() { String::new() } else { format!("{header}{end}") };
    header + &rows.collect::<String>()
}

fn header(first: impl ToString, name: impl Fn(usize) -> String) -> String {
    join([first.to_string()].into_iter().chain((0..PIXELS).map(name)))
}

fn kaggle() -> String {
    header("label", |pixel| format!("pixel{pixel}"))
}

fn assert_three_labelled_rows(set: &ImageSet) {
    assert_eq!(set.rows(), 3);
    assert_eq!(labels(set).unwrap(), ["5", "0", "9"]);
    assert_eq!(set.images().collect::<Vec<_>>(), (0..3).map(pixels).collect::<Vec<_>>());
}

#[test]
fn every_labelled_dialect_gives_the_same_rows() {
    let folder = Folder::new();
    let headers = [
        kaggle(),
        header("label", |pixel| format!("{}x{}", pixel / 28 + 1, pixel % 28 + 1)),
        header("label", |pixel| format!("pixel{}", pixel + 1)),
        header("\"label\"", |pixel| format!("\"pixel{pixel}\"")),
        header("Label", |pixel| format!("{pixel}")),
        String::new(),
    ];
    for header in &headers {
        for end in ["\n", "\r\n"] {
            for mark in ["", "\u{feff}"] {
                let text = format!("{mark}{}", labelled(header, end));
                assert_three_labelled_rows(&read(folder.file("digits.csv", &text)).unwrap());
                let unended = text.trim_end();
                assert_three_labelled_rows(&read(folder.file("unended.csv", unended)).unwrap());
                let blank_at_the_end = format!("{text}{end}{end}");
                assert_three_labelled_rows(
                    &read(folder.file("blank.csv", blank_at_the_end)).unwrap(),
                );
            }
        }
    }
}

#[test]
fn pixels_alone_are_read_but_cannot_be_trained_on() {
    let folder = Folder::new();
    let kaggles = join((0..PIXELS).map(|pixel| format!("pixel{pixel}"))) + "\r\n";
    let in_csv =
        join((0..PIXELS).map(|pixel| format!("{}x{}", pixel / 28 + 1, pixel % 28 + 1))) + "\r\n";
    for header in [String::new(), kaggles, in_csv] {
        let path = folder
            .file("test.csv", format!("{header}{}\r\n{}\r\n", join(pixels(0)), join(pixels(1))));
        let set = read(&path).unwrap();
        assert_eq!((set.rows(), set.labels().is_none()), (2, true));
        let refusal = set.labelled().unwrap_err().to_string();
        assert!(refusal.contains("the file has no labels"), "{refusal}");
    }
}

#[test]
fn packed_files_are_told_by_their_content() {
    let folder = Folder::new();
    let text = labelled(&kaggle(), "\r\n");
    let plain = read(folder.file("digits.csv", &text)).unwrap();
    for path in [
        folder.file("digits.csv.gz", gzip(&text)),
        folder.file("no-ending", zip(&[("train.csv", &text)])),
    ] {
        let packed = read(path).unwrap();
        assert_three_labelled_rows(&packed);
        assert_eq!(packed.sha256(), plain.sha256());
    }
    let with_twin = [("train.csv", text.as_str()), ("__MACOSX/._train.csv", "junk")];
    assert_three_labelled_rows(&read(folder.file("mac.zip", zip(&with_twin))).unwrap());
}

#[test]
fn malformed_files_are_refused_with_line_column_value_and_what_was_expected() {
    let good = labelled(&kaggle(), "\n");
    let swap = |from: &str, to: &str| good.replacen(from, to, 1);
    // Row 0 begins 5,0,7,14,21: its third pixel (column 4) is 14.
    let third_pixel = |value: &str| swap("5,0,7,14,", &format!("5,0,7,{value},"));
    let short_row = format!("{}\n5,1,2,3\n{}", kaggle(), labelled("", "\n"));
    let cut = &good[..good.len() - 1000];
    let pixel = |value: &str| {
        format!(
            "line 2, column 4: {value} is not a pixel value; expected a whole number from 0 to 255"
        )
    };
    let label = |value: &str| {
        format!("line 3, column 1: {value} is not a label; expected a whole number or a name")
    };
    let cases: Vec<(String, String)> = vec![
        (String::new(), "the file is empty; expected rows of images (label and pixels)".to_owned()),
        (kaggle(), "the file has a header but no rows".to_owned()),
        (kaggle() + "\n\n", "the file has a header but no rows".to_owned()),
        (third_pixel("256"), pixel("\"256\"")),
        (third_pixel("-1"), pixel("\"-1\"")),
        (third_pixel("3.7"), pixel("\"3.7\"")),
        (third_pixel("abc"), pixel("\"abc\"")),
        (third_pixel(""), pixel("\"\"")),
        (third_pixel("a_very_long_word_indeed"), pixel("\"a_very_long_word_ind…\"")),
        (swap("\n0,", "\n0.5,"), label("\"0.5\"")),
        (swap("\n0,", "\n99999999999999999999,"), label("\"99999999999999999999\"")),
        (swap("\n0,", "\n,"), label("\"\"")),
        (swap("\n0,", "\nNaN,"), label("\"NaN\"")),
        (short_row, "line 2: 4 columns; expected 785 as in the header".to_owned()),
        (
            cut.into(),
            "line 4: 504 columns; expected 785 as in the lines before (the file ends here: is it \
             cut short?)"
                .to_owned(),
        ),
        ("7".repeat(5 << 20), "line 1: longer than 4194304 bytes; this is no image".to_owned()),
        (good.clone() + "\0\0", "binary data".to_owned()),
    ];
    let folder = Folder::new();
    for (content, expected) in cases {
        assert_refused(&folder.file("bad.csv", content), &expected);
    }
}

#[test]
fn bad_rows_are_told_by_cause_with_the_first_places_and_their_number() {
    let halves = |row: usize| {
        let pixels = (0..PIXELS).map(|pixel| if row < 8 && pixel < 2 { "7.5" } else { "9" });
        join([(row % 2).to_string()].into_iter().chain(pixels.map(str::to_owned))) + "\n"
    };
    let text = kaggle() + "\n" + &(0..10).map(halves).collect::<String>();
    let folder = Folder::new();
    let scan = ReadOptions::default().scan(folder.file("halves.csv", text)).unwrap();
    assert_eq!(scan.problems.len(), 1);
    assert_eq!(
        scan.problems[0].to_string(),
        "line 2, column 2: \"7.5\" is not a pixel value; expected a whole number from 0 to 255; \
         likewise line 2, column 3; line 3, column 2, and 13 more"
    );
    assert_eq!(scan.set.unwrap().rows(), 2);
}

#[test]
fn a_wrong_number_of_columns_is_told_with_those_that_would_be_right() {
    let line = |columns: usize| join(vec![0; columns]) + "\n";
    let mnist = "785 (label and 28x28 pixels) or 784 (pixels alone)";
    let numbered = |count: usize| join((0..count).map(|column| format!("pixel{column}")));
    let cases = [
        ("hello\nyou\n".to_owned(), 2, "1 column", mnist),
        (line(601), 1, "601 columns", mnist),
        // A slip, and a file that ends in its first line.
        (line(783), 1, "783 columns", mnist),
        (line(66), 1, "66 columns", "65 (label and 8x8 pixels) or 64 (pixels alone)"),
        (format!("{}\n{}", numbered(783), line(783)), 2, "783 columns", mnist),
        (join([0; 400]), 1, "400 columns (the file ends here: is it cut short?)", mnist),
        (join([0; 500]), 1, "500 columns (the file ends here: is it cut short?)", mnist),
    ];
    let folder = Folder::new();
    for (content, row, found, right) in cases {
        let other = "other sizes must be square, or be given as in --image 20x30";
        assert_refused(
            &folder.file("bad.csv", content),
            &format!("line {row}: {found}; expected {right}; {other}"),
        );
    }
}

#[test]
fn damaged_and_ambiguous_archives_are_refused() {
    let folder = Folder::new();
    let text = labelled(&kaggle(), "\n");
    let packed = gzip(&text);
    let path = folder.file("cut.csv.gz", &packed[..packed.len() / 2]);
    let told = read(&path).unwrap_err().to_string();
    assert!(
        told.contains("line ") && told.ends_with("the file was cut short: fetch it again"),
        "{told}"
    );

    let beside = zip(&[("README.md", "text"), (".DS_Store", "x"), ("train.csv", &text)]);
    assert_three_labelled_rows(&read(folder.file("beside.zip", beside)).unwrap());
    let two = zip(&[("a.csv", &text), ("b.csv", &text)]);
    assert_refused(
        &folder.file("two.zip", two),
        "the zip holds 2 files (a.csv, b.csv); expected one CSV: unpack it, and name one of \
         its files",
    );
    let names = [("a\n\u{1b}[2J.csv", text.as_str()), ("b".repeat(1000).leak(), &text)];
    let told = read(folder.file("names.zip", zip(&names))).unwrap_err().to_string();
    assert!(
        told.contains(&format!("2 files (a��[2J.csv, {}…); expected one CSV", "b".repeat(60))),
        "{told:?}"
    );
    assert_refused(&folder.file("none.zip", zip(&[])), "the zip holds no file; expected one CSV");
    assert_refused(folder.0.path(), "a folder of pictures; expected a file");
    assert_refused(
        &folder.0.path().join("absent.csv"),
        "no such file; expected a CSV of images, plain, .gz or .zip",
    );
}

#[test]
fn a_zip_that_cannot_be_unpacked_names_its_method() {
    const FLAGS: usize = 6;
    const METHOD: usize = 8;
    let folder = Folder::new();
    let whole = zip(&[("a.csv", &labelled(&kaggle(), "\n"))]);
    let start = |mark: &[u8]| whole.windows(4).position(|bytes| bytes == mark).unwrap();
    // The same fields are in front of the file, and two bytes later in the list of files.
    let headers = [start(b"PK\x03\x04"), start(b"PK\x01\x02") + 2];
    for (field, value, name) in [
        (METHOD, 9, "by Deflate64"),
        (METHOD, 12, "by bzip2"),
        (METHOD, 98, "by PPMd"),
        (METHOD, 93, "by Zstandard"),
        (METHOD, 7, "by a rare method"),
        (FLAGS, 1, "with a password"),
    ] {
        let mut other = whole.clone();
        headers.iter().for_each(|header| other[header + field] = value);
        assert_refused(
            &folder.file("other.zip", other),
            &format!(
                "the file in the zip is packed {name}; expected Deflate: unpack it, and name the \
                 file, or pack it again, as .gz for example"
            ),
        );
    }
}

/// A gigabyte of zeros in a megabyte of gzip must not fill the memory.
#[test]
fn a_decompression_bomb_is_refused_at_its_first_line() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    io::copy(&mut io::Read::take(io::repeat(b'0'), 1 << 30), &mut bomb).unwrap();
    let folder = Folder::new();
    assert_refused(
        &folder.file("bomb.gz", bomb.finish().unwrap()),
        "line 1: longer than 4194304 bytes; this is no image",
    );
}

/// Nor must more lines than a set of images has, each of which might be one.
#[test]
fn a_decompression_bomb_of_lines_is_refused_at_the_millionth() {
    let folder = Folder::new();
    let full = labelled(&kaggle(), "\n") + &"\n".repeat(1_000_000 - 4);
    assert_three_labelled_rows(&read(folder.file("full.gz", gzip(&full))).unwrap());
    let bomb = full + "\n";
    for path in
        [folder.file("bomb.gz", gzip(&bomb)), folder.file("bomb.zip", zip(&[("bomb.csv", &bomb)]))]
    {
        assert_refused(&path, "more than 1000000 lines; expected fewer images");
    }
}

#[test]
fn the_digits_in_the_repository_are_the_official_ones() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let sets = [
        (
            "mnist_train.csv.gz",
            "06e64b0bf65de89c522348319ce5f63f43fb1cb40e1ce3c2ff43c1d3b8a0e14c",
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        ),
        (
            "mnist_test.csv.gz",
            "c5adfcc9ce29069f8a988a6af1dcdc009bba975d2c98a52233661f79d880292b",
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        ),
    ];
    for (name, sha256, counts) in sets {
        let set = read(data.join(name)).unwrap();
        assert_eq!(set.sha256(), sha256);
        let images = set.labelled().unwrap();
        assert!(images.classes().are_digits());
        let count = |class| images.targets().iter().filter(|other| **other == class).count();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(count), counts);
    }
}

/// A small file of labelled images of so many pixels, a row for each label; line 1 is a header.
fn small(pixels: usize, labels: &[u16]) -> String {
    let row = |label: &u16| {
        join([usize::from(*label)].into_iter().chain((0..pixels).map(|pixel| pixel % 17))) + "\n"
    };
    let names = (0..pixels).map(|pixel| format!("pixel{pixel}"));
    join(["label".to_owned()].into_iter().chain(names))
        + "\n"
        + &labels.iter().map(row).collect::<String>()
}

fn options(image: Option<(usize, usize)>, pixel_max: u8) -> ReadOptions {
    let image = image.map(|(width, height)| ImageSize::new(width, height).unwrap());
    ReadOptions { image, pixel_max: pixel_max.try_into().unwrap(), ..ReadOptions::default() }
}

#[test]
fn size_classes_and_largest_pixel_are_those_of_the_file() {
    let folder = Folder::new();
    let of = |file: &str, options: ReadOptions| {
        options.read(folder.file("images.csv", file)).unwrap().labelled().unwrap()
    };
    let letters: Vec<u16> = (1..=26).chain(1..=26).collect();
    let images = of(&small(784, &letters), ReadOptions::default());
    assert_eq!(
        (images.size(), images.classes().to_string()),
        (ImageSize::MNIST, "1 to 26".to_owned())
    );
    assert_eq!(images.targets(), (0..26).chain(0..26).collect::<Vec<_>>());

    let images = of(&small(64, &[2, 0, 1]), options(None, 16));
    assert_eq!(
        (images.size().to_string(), images.classes().to_string()),
        ("8x8".to_owned(), "0 to 2".to_owned())
    );
    assert_eq!(images.pixel_max().get(), 16);

    // Sixteen by nine is also twelve by twelve, and who says so is believed.
    let file = small(144, &[0, 1]);
    assert_eq!(of(&file, ReadOptions::default()).size().to_string(), "12x12");
    assert_eq!(of(&file, options(Some((16, 9)), 255)).size().to_string(), "16x9");
    // A label and 63 pixels are 64 columns, and so are 8x8 pixels: the header tells.
    let refused = read(folder.file("images.csv", small(63, &[0, 1]))).unwrap_err().to_string();
    assert!(
        refused.contains("64 columns, one of them the label; expected 65 (label and 8x8 pixels)"),
        "{refused}"
    );
    assert_eq!(of(&small(63, &[0, 1]), options(Some((7, 9)), 255)).size().to_string(), "7x9");

    // As many classes as there may be.
    let most: Vec<u16> = (0..1000).collect();
    assert_eq!(of(&small(25, &most), ReadOptions::default()).classes().count(), 1000);
}

#[test]
fn what_no_network_can_be_trained_or_tested_on_is_refused_in_a_line() {
    let folder = Folder::new();
    let refused = |file: String, options: ReadOptions, expected: &str| {
        let path = folder.file("images.csv", file);
        let told = options.read(&path).and_then(ImageSet::labelled).unwrap_err().to_string();
        assert_eq!(told, format!("{}: {expected}", path.display()));
    };
    let (any, dim) = (ReadOptions::default(), options(None, 16));
    refused(
        small(64, &[1, 1]),
        any.clone(),
        "every row has the label 1; expected at least 2 classes",
    );
    let all: Vec<u16> = (0..=1000).collect();
    refused(
        small(25, &all),
        any.clone(),
        "line 1002, column 1: a label of more than 1000 different ones; expected fewer classes: is \
         this the column of the labels?",
    );
    let bright = small(64, &[0, 1]).replacen(",16,", ",17,", 1);
    refused(
        bright,
        dim,
        "line 2, column 18: \"17\" is not a pixel value; expected a whole number from 0 to 16",
    );
    refused(
        small(784, &[0, 1]),
        options(Some((20, 30)), 255),
        "line 2: 785 columns, one of them the label; expected 601 (label and 20x30 pixels) or 600 \
         (pixels alone), as --image 20x30 says",
    );

    let trained =
        any.read(folder.file("train.csv", small(64, &[1, 2]))).unwrap().labelled().unwrap();
    for (test, expected) in [
        (small(64, &[1, 0]), "line 3: label 0; expected a label of the training data, 1 to 2"),
        (small(64, &[3, 2]), "line 2: label 3; expected a label of the training data, 1 to 2"),
        (small(784, &[1, 2]), "images of 28x28 pixels; expected 8x8 as in the training data"),
    ] {
        let path = folder.file("test.csv", test);
        let told = read(&path).unwrap().labelled_like(&trained).unwrap_err().to_string();
        assert_eq!(told, format!("{}: {expected}", path.display()));
    }
    // A test need not show every class.
    let test =
        read(folder.file("test.csv", small(64, &[2]))).unwrap().labelled_like(&trained).unwrap();
    assert_eq!((test.classes(), test.targets()), (trained.classes(), &[1][..]));
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut packer = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, text) in files {
        packer.start_file(*name, SimpleFileOptions::default()).unwrap();
        packer.write_all(text.as_bytes()).unwrap();
    }
    packer.finish().unwrap().into_inner()
}

fn assert_refused(path: &Path, expected: &str) {
    let told = read(path).unwrap_err().to_string();
    assert!(!told.contains('\n'), "{told}");
    let (file, problem) = told.split_once(": ").unwrap();
    assert_eq!(Path::new(file), path);
    assert!(problem.starts_with(expected), "{problem}\nexpected {expected}");
}

/// Labels and pixels as somebody might have them, and a dialect to write them in.
#[derive(Debug, Clone)]
struct Written {
    size: ImageSize,
    rows: Vec<(u16, Vec<u8>)>,
    is_labelled: bool,
    has_header: bool,
    end: &'static str,
    mark: &'static str,
    /// What stands behind the last row.
    tail: String,
}

/// MNIST's size now and then, so that nobody need be told it; any other at other times.
fn sizes() -> impl Strategy<Value = ImageSize> {
    let any = (1..=40_usize, 1..=40_usize)
        .prop_filter_map("a size", |(width, height)| ImageSize::new(width, height));
    prop_oneof![Just(ImageSize::MNIST), any]
}

fn written() -> impl Strategy<Value = Written> {
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let mark = prop::sample::select(vec!["", "\u{feff}"]);
    let form = (any::<bool>(), any::<bool>(), end, mark, 0..4_usize);
    let rows = |size: ImageSize| {
        let row = (0..=1000_u16, prop::collection::vec(any::<u8>(), size.pixels()));
        (Just(size), prop::collection::vec(row, 1..6))
    };
    (sizes().prop_flat_map(rows), form).prop_map(
        |((size, rows), (is_labelled, has_header, end, mark, ends))| Written {
            size,
            rows,
            is_labelled,
            has_header,
            end,
            mark,
            tail: end.repeat(ends),
        },
    )
}

impl Written {
    fn options(&self) -> ReadOptions {
        ReadOptions { image: Some(self.size), ..self.sizeless() }
    }

    /// Without the size. Without a header, the place of the labels may not be certain.
    fn sizeless(&self) -> ReadOptions {
        let place = if self.is_labelled { LabelColumn::First } else { LabelColumn::None };
        let label_column = Some(place).filter(|_| !self.has_header);
        ReadOptions { label_column, ..ReadOptions::default() }
    }

    /// The lines, the header first if there is one.
    fn lines(&self) -> Vec<String> {
        let names = (0..self.size.pixels()).map(|pixel| format!("pixel{pixel}"));
        let first = |first: String| self.is_labelled.then_some(first);
        let header =
            self.has_header.then(|| join(first("label".to_owned()).into_iter().chain(names)));
        let row = |(label, pixels): &(u16, Vec<u8>)| {
            join(first(label.to_string()).into_iter().chain(pixels.iter().map(u8::to_string)))
        };
        header.into_iter().chain(self.rows.iter().map(row)).collect()
    }

    fn text(&self, lines: &[String]) -> String {
        format!("{}{}{}", self.mark, lines.join(self.end), self.tail)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(written in written(), packing in 0..3) {
        let (folder, text) = (Folder::new(), written.text(&written.lines()));
        let set = written.options().read(match packing {
            0 => folder.file("digits", &text),
            1 => folder.file("digits", gzip(&text)),
            _ => folder.file("digits", zip(&[("digits.csv", &text)])),
        }).unwrap();
        let (numbers, pixels): (Vec<u16>, Vec<Vec<u8>>) = written.rows.iter().cloned().unzip();
        let expected = numbers.iter().map(u16::to_string).collect::<Vec<_>>();
        let found = labels(&set).map(|labels| labels.join(","));
        prop_assert_eq!(found, written.is_labelled.then(|| expected.join(",")));
        prop_assert_eq!(set.images().collect::<Vec<_>>(), pixels);
    }

    /// Where nobody says how large the images are, it is found out, or the file is refused: it is
    /// never another size.
    #[test]
    fn a_size_is_found_out_or_asked_for(written in written()) {
        let folder = Folder::new();
        let lines = written.lines();
        let is_square = written.size.width() == written.size.height() && written.size.width() >= 5;
        match written.sizeless().read(folder.file("images.csv", lines.join("\n") + "\n")) {
            Ok(set) if is_square => prop_assert_eq!(set.size(), written.size),
            Ok(set) => prop_assert_eq!(set.size().width(), set.size().height()),
            Err(error) => prop_assert!(!is_square, "{}", error),
        }
    }

    #[test]
    fn a_wrong_value_is_found_where_it_is_and_all_other_rows_are_kept(
        written in written(),
        row: prop::sample::Index,
        column: prop::sample::Index,
        value in "-[1-9]|[1-9][0-9]{4,30}|[a-z ]{0,12}|[0-9]\\.[1-9]",
    ) {
        let row = row.index(written.rows.len());
        let columns = written.size.pixels() + usize::from(written.is_labelled);
        let column = column.index(columns);
        // The first field of a file that has no header may begin one.
        prop_assume!(written.has_header || row > 0 || column > 0);
        // Two of a few values may be a header, and a row of zeros and ones may have fractions.
        prop_assume!(columns > 4 && written.rows.iter().any(|(_, row)| row.iter().any(|p| *p > 1)));
        // Nearly anything is a label.
        prop_assume!(!written.is_labelled || column > 0);
        // If every row has no last field, its last separator may be one too many.
        prop_assume!(!value.trim().is_empty() || column + 1 < columns || written.rows.len() > 1);
        let mut lines = written.lines();
        let line = row + usize::from(written.has_header);
        let mut fields: Vec<&str> = lines[line].split(',').collect();
        fields[column] = &value;
        lines[line] = fields.join(",");
        let folder = Folder::new();
        let path = folder.file("digits.csv", written.text(&lines));
        let told = written.options().read(&path).unwrap_err().to_string();
        let expected = format!("digits.csv: line {}, column {}: ", line + 1, column + 1);
        prop_assert!(told.contains(&expected) && !told.contains('\n'), "{}", told);
        let scan = written.options().scan(&path).unwrap();
        let rows = scan.set.map_or(0, |set| set.rows());
        let found = (rows, scan.problems.len(), scan.is_complete);
        prop_assert_eq!(found, (written.rows.len() - 1, 1, true));
    }

    #[test]
    fn a_file_of_which_the_end_is_missing_is_never_taken_for_another(
        written in written(), at: prop::sample::Index,
    ) {
        let whole = written.text(&written.lines());
        let cut = at.index(whole.len() - written.tail.len());
        let folder = Folder::new();
        if let Ok(set) = written.options().read(folder.file("cut.csv", &whole.as_bytes()[..cut])) {
            // Nothing can tell that rows are missing, or digits of the last number; the rows before
            // are the same.
            let rows = set.rows() - 1;
            let expected = written.rows[..rows].iter().map(|(_, pixels)| pixels.clone());
            prop_assert!(set.images().take(rows).eq(expected));
        }
    }
}
