//! From pictures to rows: where the digit ends up, whatever the light, and which pictures are
//! refused.

use std::{fs, path::PathBuf};

use data::ImageSize;
use image::{
    DynamicImage, GrayImage, ImageEncoder, Luma, Rgba, RgbaImage, codecs::jpeg::JpegEncoder,
};
use tempfile::TempDir;

/// A seven of 60x90 pixels with its upper left corner at (100, 40): what is ink, from 0 to 1.
fn seven(x: u32, y: u32) -> f32 {
    let is_ink = (100..160).contains(&x) && (40..55).contains(&y)
        || (145..160).contains(&x) && (40..130).contains(&y);
    f32::from(u8::from(is_ink))
}

fn picture(value: impl Fn(u32, u32) -> f32) -> GrayImage {
    GrayImage::from_fn(260, 200, |x, y| Luma([value(x, y).clamp(0.0, 255.0) as u8]))
}

/// Noise of some grey values, the same each time.
fn noise(x: u32, y: u32) -> f32 {
    let hash =
        (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77)).wrapping_mul(0xc2b2_ae3d);
    (hash >> 24) as f32 / 32.0 - 4.0
}

struct Pictures(TempDir);

impl Pictures {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn png(&self, picture: impl Into<DynamicImage>) -> PathBuf {
        self.saved("picture.png", picture.into())
    }

    fn bmp(&self, picture: impl Into<DynamicImage>) -> PathBuf {
        self.saved("picture.bmp", picture.into())
    }

    fn saved(&self, name: &str, picture: DynamicImage) -> PathBuf {
        let path = self.0.path().join(name);
        picture.save(&path).unwrap();
        path
    }

    fn read(&self, picture: impl Into<DynamicImage>) -> Vec<u8> {
        photo::read(&self.png(picture), ImageSize::MNIST).unwrap()
    }

    /// The one line that refuses this file, without its path.
    fn refusal(&self, path: PathBuf) -> String {
        let told = photo::read(&path, ImageSize::MNIST).unwrap_err().to_string();
        assert_eq!(told.lines().count(), 1, "{told}");
        told.strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
    }
}

/// A nine: a ring of 64x64 pixels with its upper left corner at (98, 38), and a stem.
fn nine(x: u32, y: u32) -> f32 {
    let from_centre = f64::from(x.abs_diff(130)).hypot(f64::from(y.abs_diff(70)));
    let is_ink =
        (20.0..32.0).contains(&from_centre) || (150..162).contains(&x) && (70..140).contains(&y);
    f32::from(u8::from(is_ink))
}

/// The number of parts of the background, that around the digit among them.
fn grounds(pixels: &[u8], size: ImageSize) -> usize {
    let mut is_left: Vec<bool> = pixels.iter().map(|pixel| *pixel < 128).collect();
    let mut parts = 0;
    while let Some(first) = is_left.iter().position(|left| *left) {
        parts += 1;
        let mut open = vec![first];
        while let Some(place) = open.pop() {
            if !std::mem::take(&mut is_left[place]) {
                continue;
            }
            let (x, y) = (place % size.width(), place / size.width());
            let beside = [(x > 0).then(|| place - 1), (x + 1 < size.width()).then(|| place + 1)];
            let above = [
                (y > 0).then(|| place - size.width()),
                (y + 1 < size.height()).then(|| place + size.width()),
            ];
            open.extend(beside.into_iter().chain(above).flatten());
        }
    }
    parts
}

/// Left, top, width and height of what is not background.
fn ink_box(pixels: &[u8], size: ImageSize) -> (usize, usize, usize, usize) {
    let places =
        || pixels.iter().enumerate().filter(|(_, pixel)| **pixel > 0).map(|(place, _)| place);
    let columns = || places().map(|place| place % size.width());
    let rows = || places().map(|place| place / size.width());
    let (left, top) = (columns().min().unwrap(), rows().min().unwrap());
    (left, top, columns().max().unwrap() - left + 1, rows().max().unwrap() - top + 1)
}

fn difference(one: &[u8], other: &[u8]) -> f64 {
    let sum: u32 = one.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / one.iter().map(|pixel| f64::from(*pixel)).sum::<f64>()
}

#[test]
fn white_ink_on_any_darker_ground_is_whole_and_keeps_its_loop() {
    let pictures = Pictures::new();
    let expected = pictures.read(picture(|x, y| 255.0 * (1.0 - nine(x, y))));
    assert_eq!(grounds(&expected, ImageSize::MNIST), 2);
    for ground in [0.0, 10.0, 40.0, 80.0, 128.0] {
        let read = pictures.read(picture(|x, y| ground + (255.0 - ground) * nine(x, y)));
        let difference = difference(&expected, &read);
        assert!(difference < 0.15, "{ground}: {difference}");
        assert_eq!(grounds(&read, ImageSize::MNIST), 2, "{ground}");
    }
}

#[test]
fn a_digit_fills_the_box_and_has_its_centre_of_mass_in_the_middle() {
    let pictures = Pictures::new();
    let path = pictures.png(picture(|x, y| 230.0 - 200.0 * seven(x, y)));
    for (size, longer) in [("28x28", 20), ("14x14", 10), ("20x30", 21), ("56x56", 40)] {
        let size: ImageSize = size.parse().unwrap();
        let pixels = photo::read(&path, size).unwrap();
        let (_, _, width, height) = ink_box(&pixels, size);
        assert!(
            height.abs_diff(longer) <= 1 && width.abs_diff(longer * 2 / 3) <= 1,
            "{size}: {width}x{height}"
        );
        let mass: f64 = pixels.iter().map(|pixel| f64::from(*pixel)).sum();
        let mean = |along: fn(usize, usize) -> usize| {
            let moment = |(place, pixel): (usize, &u8)| {
                along(place, size.width()) as f64 * f64::from(*pixel)
            };
            pixels.iter().enumerate().map(moment).sum::<f64>() / mass
        };
        let (x, y) = (mean(|place, width| place % width), mean(|place, width| place / width));
        assert!((x - size.width() as f64 / 2.0).abs() <= 0.5, "{size}: {x}");
        assert!((y - size.height() as f64 / 2.0).abs() <= 0.5, "{size}: {y}");
        assert_eq!(pixels.iter().max(), Some(&255));
    }
}

#[test]
fn neither_light_nor_noise_nor_colours_make_a_difference() {
    let pictures = Pictures::new();
    let expected = pictures.read(picture(|x, y| 230.0 - 200.0 * seven(x, y)));
    let light = |x: u32, y: u32| 1.0 - x as f32 / 500.0 - y as f32 / 600.0;
    let shadow = |x: u32, y: u32| if x + 2 * y > 330 { 0.6 } else { 1.0 };
    for (name, other) in [
        ("chalk", picture(|x, y| 50.0 + 160.0 * seven(x, y) + noise(x, y))),
        (
            "light from one side",
            picture(|x, y| (230.0 - 190.0 * seven(x, y)) * light(x, y) + noise(x, y)),
        ),
        ("a shadow", picture(|x, y| (230.0 - 190.0 * seven(x, y)) * shadow(x, y) + noise(x, y))),
        ("white on black", picture(|x, y| 255.0 * seven(x, y))),
        ("grey on black", picture(|x, y| 90.0 * seven(x, y) + noise(x, y))),
        ("white on nearly black", picture(|x, y| 10.0 + 245.0 * seven(x, y))),
        ("pencil", picture(|x, y| 220.0 - 70.0 * seven(x, y) + noise(x, y))),
        (
            "specks",
            picture(|x, y| {
                230.0 - 200.0 * seven(x, y).max(f32::from(u8::from(x % 90 < 2 && y % 90 < 2)))
            }),
        ),
        (
            "the edge of the paper",
            picture(|x, y| if x < 12 { 30.0 } else { 230.0 - 200.0 * seven(x, y) }),
        ),
    ] {
        let difference = difference(&expected, &pictures.read(other));
        assert!(difference < 0.15, "{name}: {difference}");
    }
}

#[test]
fn what_is_transparent_is_paper_and_a_camera_held_sideways_is_turned_back() {
    let pictures = Pictures::new();
    let expected = pictures.read(picture(|x, y| 255.0 - 255.0 * seven(x, y)));
    let drawn = RgbaImage::from_fn(260, 200, |x, y| Rgba([0, 0, 0, (255.0 * seven(x, y)) as u8]));
    assert_eq!(pictures.read(drawn), expected);
    let white =
        RgbaImage::from_fn(260, 200, |x, y| Rgba([255, 255, 255, (255.0 * seven(x, y)) as u8]));
    assert_eq!(pictures.read(white), expected);
    // A dark card with round corners.
    let card = RgbaImage::from_fn(260, 200, |x, y| {
        let grey = 40 + (200.0 * seven(x, y)) as u8;
        Rgba([grey, grey, grey, if x + y < 30 { 0 } else { 255 }])
    });
    assert!(difference(&expected, &pictures.read(card)) < 0.15);

    // Turned to the left, and saying so: EXIF's orientation 6 asks for a turn to the right.
    let turned = image::imageops::rotate270(&picture(|x, y| 255.0 - 255.0 * seven(x, y)));
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    encoder.set_exif_metadata(exif).unwrap();
    encoder
        .write_image(&turned, turned.width(), turned.height(), image::ExtendedColorType::L8)
        .unwrap();
    let read = photo::read(&pictures.file("sideways.jpg", &jpeg), ImageSize::MNIST).unwrap();
    assert!(difference(&expected, &read) < 0.1);
}

#[test]
fn gif_and_tiff_are_read_too() {
    let pictures = Pictures::new();
    let seven = picture(|x, y| 255.0 - 255.0 * seven(x, y));
    let expected = pictures.read(seven.clone());
    for name in ["seven.gif", "seven.tiff"] {
        let picture = DynamicImage::from(seven.clone());
        let picture = if name.ends_with("gif") { picture.into_rgb8().into() } else { picture };
        let read = photo::read(&pictures.saved(name, picture), ImageSize::MNIST).unwrap();
        assert!(difference(&expected, &read) < 0.05, "{name}");
    }
}

#[test]
fn what_is_no_picture_of_a_digit_is_refused() {
    let pictures = Pictures::new();
    let empty = "no ink in this picture; expected one digit that stands out from its background \
        and fills much of it";
    for (name, blank) in [
        ("white", picture(|_, _| 255.0)),
        ("black", picture(|_, _| 0.0)),
        ("noise", picture(|x, y| 200.0 + noise(x, y))),
        ("a dot", picture(|x, y| if x.abs_diff(99) + y.abs_diff(99) < 3 { 20.0 } else { 220.0 })),
        ("one pixel", GrayImage::new(1, 1)),
    ] {
        assert_eq!(pictures.refusal(pictures.png(blank)), empty, "{name}");
    }
    let mut jpeg = Vec::new();
    DynamicImage::from(picture(|x, y| 230.0 - 200.0 * seven(x, y) + noise(x, y)))
        .write_with_encoder(JpegEncoder::new(&mut jpeg))
        .unwrap();
    assert!(photo::read(&pictures.file("whole.jpg", &jpeg), ImageSize::MNIST).is_ok());
    // A motion photo has a film behind the picture, in whose bytes any marker may stand.
    let film = [&jpeg[..], b"film \xff\xda \xff\xd8 and more"].concat();
    assert!(photo::read(&pictures.file("motion.jpg", &film), ImageSize::MNIST).is_ok());
    let mut png = fs::read(pictures.png(picture(|x, y| 230.0 - 200.0 * seven(x, y)))).unwrap();
    png.truncate(png.len() / 2);
    let mut huge = fs::read(pictures.bmp(GrayImage::new(1, 1))).unwrap();
    // Width and height in the header of a BMP.
    huge[18..26].copy_from_slice(&[60_000_u32.to_le_bytes(); 2].concat());
    for (name, bytes, expected) in [
        ("huge.bmp", &huge[..], "the picture is too large; expected at most 512 MiB of pixels"),
        ("notes.txt", b"seven", "this is no picture; expected PNG, JPEG, WebP, BMP, GIF or TIFF"),
        ("empty.png", b"", "this is no picture; expected PNG, JPEG, WebP, BMP, GIF or TIFF"),
        ("cut.jpg", &jpeg[..jpeg.len() / 2], "the picture is cut short"),
        ("cut.png", &png, "the picture is "),
    ] {
        let told = pictures.refusal(pictures.file(name, bytes));
        assert!(told.starts_with(expected), "{name}: {told}");
    }
    assert_eq!(pictures.refusal(pictures.0.path().join("absent.png")), "no such file");
}

#[test]
fn a_picture_without_pixels_is_refused_with_its_size_whatever_its_format() {
    let pictures = Pictures::new();
    let sized = picture(|x, y| 230.0 - 200.0 * seven(x, y));
    // The place of the width in the header, and its bytes.
    for (ending, width) in [("bmp", 18..22), ("gif", 6..8), ("png", 16..20)] {
        let path = pictures.saved(
            &format!("whole.{ending}"),
            DynamicImage::from(sized.clone()).into_rgb8().into(),
        );
        let mut bytes = fs::read(path).unwrap();
        bytes[width].fill(0);
        let told = pictures.refusal(pictures.file(&format!("none.{ending}"), &bytes));
        assert_eq!(told, "a picture of 0x200 pixels; expected 1x1 or more", "{ending}");
    }
}

#[test]
fn a_thin_pen_leaves_strokes_as_wide_as_those_of_mnist() {
    let pictures = Pictures::new();
    // A frame of lines of this width.
    let frame = |width: u32| {
        picture(move |x, y| {
            let inside =
                |by: u32| (40 + by..220 - by).contains(&x) && (10 + by..190 - by).contains(&y);
            if inside(0) && !inside(width) { 0.0 } else { 255.0 }
        })
    };
    let ink = |width| {
        let pixels = pictures.read(frame(width));
        let (left, top, across, down) = ink_box(&pixels, ImageSize::MNIST);
        assert!(across.abs_diff(20) <= 1 && down.abs_diff(20) <= 1, "{width}: {across}x{down}");
        assert!(left.abs_diff(4) <= 1 && top.abs_diff(4) <= 1, "{width}: at {left}, {top}");
        pixels.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / 255.0
    };
    // Strokes of 2 pixels on each side of a box of 20 pixels; without a change, those of 2 pixels
    // in the picture would have a quarter of a pixel.
    for width in [2, 4, 8] {
        assert!((105.0..170.0).contains(&ink(width)), "{width}: {}", ink(width));
    }
    assert!(ink(36) > 220.0, "{}", ink(36));
}

#[test]
fn a_picture_of_28_by_28_pixels_is_read_as_smoothly_as_a_large_one() {
    let pictures = Pictures::new();
    let large = picture(|x, y| 255.0 - 255.0 * seven(x, y));
    let expected = pictures.read(large.clone());
    let small = DynamicImage::from(large).resize(28, 28, image::imageops::FilterType::Triangle);
    let found = difference(&expected, &pictures.read(small.clone()));
    assert!(found < 0.35, "{found}");
    // A speck in each third row and column that the digit leaves free.
    let mut broken = small.to_luma8();
    for (x, y) in (1..broken.height() - 1).step_by(5).flat_map(|y| [(2, y), (6, y), (24, y)]) {
        broken.put_pixel(x, y, Luma([0]));
    }
    let specks = difference(&pictures.read(small), &pictures.read(broken));
    assert!(specks < 0.02, "{specks}");
}

#[test]
fn a_stroke_may_run_into_the_border() {
    let pictures = Pictures::new();
    // A five whose loose bar ends at the border.
    let bar = |x: u32, y: u32| x >= 150 && (30..44).contains(&y);
    let bow = |x: u32, y: u32| {
        (110..124).contains(&x) && (50..110).contains(&y)
            || (110..190).contains(&x) && (100..114).contains(&y)
            || (176..190).contains(&x) && (100..170).contains(&y)
    };
    let five = |x, y| if bar(x, y) || bow(x, y) { 30.0 } else { 230.0 };
    let (_, _, across, down) = ink_box(&pictures.read(picture(five)), ImageSize::MNIST);
    assert!(across >= 19, "{across}x{down}");
}
