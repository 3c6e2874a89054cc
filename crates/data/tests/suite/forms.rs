//! The same 40 images in every form in which people have them, written by
//! `fixtures/data_forms.py`: all are read alike, or refused in a line that says why.

use std::{
    fs,
    path::{Path, PathBuf},
};

use data::{ImageSet, ImageSize, LabelColumn, ReadOptions, test_data_of};
use proptest::{prelude::*, sample::Index};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/data_forms")
}

fn file(name: &str) -> PathBuf {
    folder().join(name)
}

fn read(name: &str, options: &ReadOptions) -> ImageSet {
    options.read(file(name)).unwrap_or_else(|error| panic!("{error}"))
}

fn plain() -> ImageSet {
    read("plain.csv", &ReadOptions::default())
}

/// The label of each row.
fn labels(set: &ImageSet) -> Option<Vec<&str>> {
    let labels = set.labels()?;
    Some((0..set.rows()).map(|row| labels.name(row)).collect())
}

fn options(change: impl FnOnce(&mut ReadOptions)) -> ReadOptions {
    let mut options = ReadOptions::default();
    change(&mut options);
    options
}

#[test]
fn every_form_gives_the_same_images_and_labels() {
    let (plain, default) = (plain(), ReadOptions::default());
    assert_eq!((plain.rows(), plain.size().to_string()), (40, "7x7".to_owned()));
    for name in [
        "semicolon.csv",
        "tab.csv",
        "blanks.txt",
        "savetxt.txt",
        "quoted.csv",
        "quoted_header.csv",
        "blank_after_comma.csv",
        "trailing_comma.csv",
        "cr.csv",
        "crlf_mark.csv",
        "utf16.csv",
        "utf16_without_mark.csv",
        "control_z.csv",
        "blank_lines.csv",
        "comments.csv",
        "header_in_comment.csv",
        "header_repeated.csv",
        "spreadsheet.csv",
        "label_last.csv",
        "label_last_no_header.csv",
        "target.csv",
        "index.csv",
        "row_names.txt",
        "numbered_header.csv",
        "mangled_header.csv",
        "whole_floats.csv",
        "fractions.csv",
        "signed.csv",
        "padded.csv",
        "plain.csv.gz",
        "members.csv.gz",
        "plain.csv.xz",
        "plain.csv.zst",
        "beside.zip",
        "lzma.zip",
        "digits.libsvm",
        "idx/train-images-idx3-ubyte",
        "keras.npz",
    ] {
        let set = read(name, &default);
        assert!(set.images().eq(plain.images()), "{name}: other images");
        assert_eq!(labels(&set), labels(&plain), "{name}");
    }
}

#[test]
fn what_was_converted_or_passed_over_is_said() {
    for (name, note) in [
        ("fractions.csv", "values from 0 to 1: read as 0 to the largest pixel"),
        ("signed.csv", "values from -1 to 1: read as 0 to the largest pixel"),
        ("blank_lines.csv", "passed over: 4 blank lines"),
        ("comments.csv", "passed over: 1 comment"),
        ("header_repeated.csv", "passed over: 1 repetition of the header"),
        ("spreadsheet.csv", "passed over: 2 blank lines"),
        ("trailing_comma.csv", "passed over: the separator behind the last column"),
        ("index.csv", "column 1: ids, not pixels"),
        ("label_last_no_header.csv", "column 50: the values of column 1 are no labels"),
    ] {
        let set = read(name, &ReadOptions::default());
        assert!(set.form().notes().any(|told| told == note), "{name}: {}", set.form());
    }
}

#[test]
fn labels_may_be_any_names() {
    let default = ReadOptions::default();
    let (plain, words) = (plain(), read("words.csv", &default));
    let classes = |set: &ImageSet| set.classes().unwrap().names().collect::<Vec<_>>().join(" ");
    assert_eq!(classes(&words), "eight five four nine one seven six three two zero");
    assert_eq!(classes(&read("letters.csv", &default)), "a b c d e f g h i j");
    assert_eq!(classes(&read("gap.csv", &default)), "-5 -2 1 4 7 10 13 16 19 22");
    for name in ["dense.arff", "sparse.arff"] {
        let arff = read(name, &default);
        assert!(arff.images().eq(plain.images()), "{name}");
        assert_eq!(labels(&arff), labels(&words), "{name}");
    }
    let named = |names: &str| {
        let options = options(|options| options.class_names = Some(file(names)));
        classes(&read("plain.csv", &options))
    };
    assert_eq!(named("emnist_mapping.txt"), "A B C D E F G H I J");
    assert_eq!(named("word_a_line.txt"), "zero one two three four five six seven eight nine");
}

#[test]
fn labels_may_be_in_a_file_of_their_own() {
    let plain = plain();
    for (images, labels_file) in [
        ("images_only.csv", "labels_only.csv"),
        ("images.npy", "labels.npy"),
        ("fortran.npy", "labels_only.csv"),
        ("images.npy", "idx/train-labels-idx1-ubyte"),
    ] {
        assert_eq!(labels(&read(images, &ReadOptions::default())), None, "{images}");
        let set = read(images, &options(|options| options.labels = Some(file(labels_file))));
        assert!(set.images().eq(plain.images()), "{images}");
        assert_eq!(labels(&set), labels(&plain), "{labels_file}");
    }
    let set = read(
        "other_names.npz/pictures",
        &options(|options| options.labels = Some(file("other_names.npz/kinds"))),
    );
    assert!(set.images().eq(plain.images()));
    assert_eq!(labels(&set), labels(&read("words.csv", &ReadOptions::default())));
}

#[test]
fn the_checksum_of_images_includes_those_of_their_labels_and_names() {
    let read =
        |labels: &str| read("images.npy", &options(|options| options.labels = Some(file(labels))));
    assert_ne!(read("labels.npy").sha256(), read("labels_only.csv").sha256());
    let named = |names: &str| {
        let options = options(|options| options.class_names = Some(file(names)));
        options.read(file("plain.csv")).unwrap().sha256().to_owned()
    };
    assert_ne!(named("emnist_mapping.txt"), named("word_a_line.txt"));
    assert_ne!(named("word_a_line.txt"), plain().sha256());
}

#[test]
fn ids_are_kept() {
    for (name, header, first, last) in [
        ("ids.csv", "id", "a0", "a39"),
        ("files.csv", "", "digit_000.png", "digit_039.png"),
        ("index.csv", "", "0", "39"),
        ("row_names.txt", "", "0", "39"),
    ] {
        let set = read(name, &ReadOptions::default());
        let ids = set.ids().unwrap();
        assert_eq!((ids.name.as_str(), &*ids.of_rows[0], &*ids.of_rows[39]), (header, first, last));
        assert!(set.images().eq(plain().images()), "{name}");
    }
}

#[test]
fn images_are_turned_inverted_and_made_grey_if_asked() {
    let plain = plain();
    for (name, options) in [
        ("transposed.csv", options(|options| options.transpose = true)),
        ("inverted.csv", options(|options| options.invert = true)),
        ("colour.csv", options(|options| options.grey = true)),
        ("planes.csv", options(|options| options.grey = true)),
    ] {
        let set = read(name, &options);
        assert!(set.images().eq(plain.images()), "{name}: {}", set.form());
        assert_eq!(labels(&set), labels(&plain), "{name}");
    }
    let polarity = |set: &ImageSet| data::polarity(set.images(), set.size());
    assert_eq!(polarity(&plain), Some(data::Polarity::LightOnDark));
    let inverted = read("inverted.csv", &ReadOptions::default());
    assert_eq!(polarity(&inverted), Some(data::Polarity::DarkOnLight));
}

#[test]
fn test_images_are_found_beside_training_images() {
    for (train, test) in [
        ("idx/train-images-idx3-ubyte", "idx/t10k-images-idx3-ubyte.gz"),
        ("keras.npz", "keras.npz/x_test"),
    ] {
        let found = test_data_of(&file(train)).unwrap();
        assert_eq!(found, file(test));
        let (set, plain) = (ReadOptions::default().read(found).unwrap(), plain());
        assert!(set.images().eq(plain.images().take(10)), "{test}");
        assert_eq!(labels(&set).unwrap(), labels(&plain).unwrap()[..10], "{test}");
    }
    assert_eq!(test_data_of(&file("folder")).unwrap(), file("folder/test"));
    let parquet = |part| file(&format!("parquet/{part}-00000-of-00001.parquet"));
    assert_eq!(test_data_of(&parquet("train")).unwrap(), parquet("test"));
    assert_eq!(test_data_of(&file("plain.csv")), None);
}

#[test]
fn what_is_not_certain_or_no_image_is_refused_in_a_line_that_says_what_to_do() {
    for (name, expected) in [
        ("one_hot.csv", "59 columns: the last 10 have a single 1 in each row, labels in one-hot"),
        ("features.csv", "17 values are features rather than pixels; if they are the pixels of an"),
        ("either.csv", "both the first and the last column can be; choose with --label-column"),
        ("colour.csv", "147 values are 7x7 pixels of three colours; give --grey"),
        ("missing_cell.csv", "column 2: \"\" is not a pixel value"),
        ("question_mark.csv", "column 2: \"?\" is not a pixel value"),
        ("no_label.csv", "line 5, column 1: \"\" is not a label"),
        ("huge_label.csv", "line 5, column 1: \"10000000000000000000…\" is not a label"),
        ("page.csv", "this is a web page: the download needed a login"),
        ("lfs.csv", "run `git lfs pull`"),
        ("digits.mat", "this is a MATLAB file"),
        ("twice.csv.gz", "this is packed twice"),
        ("plain.csv.bz2", "this is packed by bzip2; expected a table of images: unpack it with"),
        ("bzip2.zip", "the file in the zip is packed by bzip2; expected Deflate: unpack it"),
        ("three.zip", "the zip holds 3 files (train.csv, test.csv, …)"),
        ("cut.csv.gz", "the packed data ends too early"),
        ("garbage.csv.gz", "something else stands behind the packed data"),
        ("other_names.npz", "arrays pictures, kinds; expected x_train and y_train"),
        ("folder", "a folder of pictures"),
    ] {
        let told = ReadOptions::default().read(file(name)).unwrap_err().to_string();
        assert!(told.contains(expected) && told.lines().count() == 1, "{told}");
    }
    // What is not certain can be said.
    let place = |column| options(|options| options.label_column = Some(column));
    for column in [LabelColumn::First, LabelColumn::Last] {
        assert_eq!(labels(&read("either.csv", &place(column))), labels(&plain()));
    }
    let features = ReadOptions { image: ImageSize::new(4, 4), ..place(LabelColumn::Last) };
    assert_eq!(read("features.csv", &features).size().to_string(), "4x4");
}

/// A file of `fixtures/data_forms`, by its place among them.
fn any_file(place: Index) -> PathBuf {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .chain([file("idx/train-images-idx3-ubyte"), file("idx/t10k-images-idx3-ubyte.gz")])
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    place.get(&files).clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_is_in_a_file_it_is_read_or_refused_in_a_line(
        place: Index,
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..6),
        cut in prop::option::of(any::<Index>()),
        is_grey: bool,
        column in prop::sample::select(vec!["", "first", "last", "none", "p"]),
    ) {
        let file = any_file(place);
        let mut bytes = fs::read(&file).unwrap();
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file.file_name().unwrap());
        fs::write(&path, bytes).unwrap();
        let options = options(|options| {
            options.grey = is_grey;
            options.label_column = column.parse().ok();
        });
        match options.read(&path) {
            Ok(set) => {
                prop_assert!(set.rows() > 0);
                prop_assert!(set.images().all(|image| image.len() == set.size().pixels()));
                let labels = set.labels().map(|labels| labels.of_rows().len());
                prop_assert!(labels.is_none_or(|labels| labels == set.rows()));
                prop_assert!(!set.form().to_string().contains(char::is_control));
            }
            Err(error) => {
                let told = error.to_string();
                prop_assert!(!told.contains(char::is_control), "{:?}", told);
                prop_assert!(told.chars().count() < 700, "{}", told);
            }
        }
    }
}
