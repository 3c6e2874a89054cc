//! Kaggle, and the storage that it refers to, when all is well.

use std::io::{Cursor, Write};

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::server::{Reply, Server};

/// Digits as Kaggle writes them, about 400 kB.
pub fn digits() -> Vec<u8> {
    let mut text = "label".to_owned();
    (0..784).for_each(|pixel| text += &format!(",pixel{pixel}"));
    for row in 0..200 {
        text += &format!("\r\n{}", row % 10);
        (0..784).for_each(|pixel| text += &format!(",{}", (row * 31 + pixel * 7) % 256));
    }
    (text + "\r\n").into_bytes()
}

pub fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn checksum(content: &[u8]) -> String {
    format!("crc32c=AAAAAA==,md5={}", BASE64_STANDARD.encode(Md5::digest(content)))
}

/// A storage that keeps a file.
pub fn storage(content: Vec<u8>, spoil: impl Fn(Reply, usize) -> Reply + Send + 'static) -> Server {
    let hash = checksum(&content);
    Server::start(move |_, count| {
        spoil(Reply::new(200, &content).with("X-Goog-Hash", hash.as_str()), count)
    })
}

/// Kaggle, which refers to a storage.
pub fn kaggle(storage: &Server) -> Server {
    let to = storage.address();
    Server::start(move |_, count| {
        Reply::new(302, b"").with("Location", format!("{to}/bucket/train.csv?signed={count}"))
    })
}
