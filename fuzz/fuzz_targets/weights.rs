//! Whatever a file holds, it is a network or is refused in a line.

#![no_main]

use std::fs;

use burn::tensor::Device;
use fuzz::{assert_printable, empty_folder};
use libfuzzer_sys::fuzz_target;
use model::Network;

fuzz_target!(|bytes: &[u8]| {
    let path = empty_folder().join("model.safetensors");
    fs::write(&path, bytes).expect("the temporary folder can be written to");
    match Network::load_safetensors(&path, 255, &Device::flex()) {
        // What was taken for a network is one: it can be written and read again.
        Ok(network) => {
            let written = network.to_safetensors().expect("a network can be written");
            fs::write(&path, &written).expect("the temporary folder can be written to");
            let again = Network::load_safetensors(&path, 255, &Device::flex())
                .expect("what was written can be read");
            assert_eq!(again.layers(), network.layers());
        }
        Err(error) => assert_printable(&error.to_string()),
    }
});
