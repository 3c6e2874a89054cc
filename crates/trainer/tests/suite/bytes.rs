//! Four runs are, byte for byte, what they were when `fixtures/bytes/` was written.
//!
//! Processors with other vectors add in another order: each kind has a file of its own, and on a
//! kind without one, there is nothing to compare with. A change that is meant to change the bytes
//! writes the file anew, and says why:
//!
//! ```sh
//! BYTES=write cargo test --release -p trainer --features flex bytes::
//! ```

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use model::Metadata;
use run::Backend;
use sha2::{Digest, Sha256};

use crate::support::{self, Run};

/// What has a state, and images that fill no vector.
const RUNS: [(&str, &str); 4] = [
    ("plain", "--epochs 2 --limit 4000 --lr 0.1"),
    (
        "dropout, layer norm, momentum",
        "--epochs 2 --limit 4000 --dropout 0.3 --layer-norm --momentum 0.9",
    ),
    ("adamw, cosine", "--epochs 3 --limit 4000 --optimizer adamw --schedule cosine"),
    (
        "8x8 images",
        "--epochs 3 --pixel-max 16 --label-column first --hidden 30,20 --batch-size 30 --lr 0.1",
    ),
];

#[test]
fn four_runs_give_the_bytes_that_they_always_gave() {
    let file = expected_file();
    let mut expected = read(&file);
    if expected.is_empty() && env::var_os("BYTES").is_none() {
        return;
    }
    for backend in support::compiled().into_iter().filter(|backend| !backend.is_gpu()) {
        for (name, flags) in RUNS {
            let (key, found) = (format!("{backend}: {name}"), result(backend, name, flags));
            match env::var_os("BYTES") {
                Some(_) => _ = expected.insert(key, found),
                None => assert_eq!(expected.get(&key), Some(&found), "{key}"),
            }
        }
    }
    if env::var_os("BYTES").is_some() {
        let section = |(key, result): (&String, &String)| format!("# {key}\n{result}");
        fs::write(&file, expected.iter().map(section).collect::<String>()).unwrap();
    }
}

/// The checksum of the weights, and the history.
fn result(backend: Backend, name: &str, flags: &str) -> String {
    let (run, images) = (Run::new(), tempfile::tempdir().unwrap());
    let mut flags = format!("{flags} --backend {backend}");
    if name.starts_with("8x8") {
        let file = images.path().join("images.csv");
        fs::write(&file, eight_by_eight()).unwrap();
        flags = format!("{flags} --data {}", file.display());
    }
    run.train_well(&flags);
    // What the file says of the images came later, and changes no weight.
    let weights = Metadata::removed_from(&run.read("model.safetensors")).unwrap();
    let weights = hex::encode(Sha256::digest(weights));
    // The names of the columns may change.
    let history = run.history();
    format!("{weights}\n{}", history.split_once('\n').unwrap().1)
}

/// 1,000 images of 5 classes, of which half of the pixels are background.
fn eight_by_eight() -> String {
    let pixel = |image: usize, place: usize| {
        let noise = (image * 31 + place * 17 + image * place * 7) % 23;
        if place % 5 == image % 5 { 9 + noise % 8 } else { noise.saturating_sub(15) }
    };
    let row = |image: usize| {
        let pixels = (0..64).map(|place| pixel(image, place).to_string()).collect::<Vec<_>>();
        format!("{},{}\n", image % 5, pixels.join(","))
    };
    (0..1000).map(row).collect()
}

fn expected_file() -> PathBuf {
    let kind = match () {
        #[cfg(target_arch = "x86_64")]
        () if is_x86_feature_detected!("avx512f") => "x86-64-avx512",
        #[cfg(target_arch = "x86_64")]
        () if is_x86_feature_detected!("avx2") => "x86-64-avx2",
        () => env::consts::ARCH,
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/bytes").join(format!("{kind}.txt"))
}

/// The results by backend and run.
fn read(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let sections = text.split("# ").filter_map(|section| section.split_once('\n'));
    sections.map(|(key, result)| (key.to_owned(), result.to_owned())).collect()
}
