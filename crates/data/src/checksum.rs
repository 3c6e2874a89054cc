//! The SHA-256 of a text, computed during parsing on a thread of its own, since it takes half as
//! long as parsing.

use std::{
    mem, panic,
    sync::mpsc::{SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use sha2::{Digest, Sha256};

/// The number of bytes in a block.
const BLOCK: usize = 1 << 16;
/// The number of blocks that may wait.
const WAITING: usize = 16;

/// The checksum of the bytes so far.
pub(crate) struct Checksum {
    /// The bytes of an unfinished block.
    block: Vec<u8>,
    worker: Worker,
}

enum Worker {
    Thread(SyncSender<Vec<u8>>, JoinHandle<Sha256>),
    /// Hashes on this thread, if the system has no other.
    Here(Sha256),
}

impl Checksum {
    /// The checksum of no bytes.
    pub(crate) fn new() -> Self {
        let (blocks, waiting) = sync_channel::<Vec<u8>>(WAITING);
        let hash = move || waiting.into_iter().fold(Sha256::new(), Sha256::chain_update);
        let thread = thread::Builder::new().spawn(hash);
        Self::by(
            thread.map_or_else(
                |_| Worker::Here(Sha256::new()),
                |thread| Worker::Thread(blocks, thread),
            ),
        )
    }

    fn by(worker: Worker) -> Self {
        Self { block: Vec::with_capacity(BLOCK), worker }
    }

    /// Adds these bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        // A reader that wants all of a large file at once gets it at once.
        for part in bytes.chunks(BLOCK) {
            if self.block.len() + part.len() > BLOCK {
                self.hand_on();
            }
            self.block.extend_from_slice(part);
        }
    }

    fn hand_on(&mut self) {
        let block = mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        match &mut self.worker {
            Worker::Here(hash) => hash.update(block),
            // The thread receives blocks until the end. If it panics, so does this function.
            Worker::Thread(blocks, _) => drop(blocks.send(block)),
        }
    }

    /// The checksum, in hexadecimal.
    pub(crate) fn finish(mut self) -> String {
        self.hand_on();
        let hash = match self.worker {
            Worker::Here(hash) => hash,
            Worker::Thread(blocks, thread) => {
                drop(blocks);
                thread.join().unwrap_or_else(|reason| panic::resume_unwind(reason))
            }
        };
        hex::encode(hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_whole_text_with_and_without_a_thread() {
        for length in [1, BLOCK - 1, BLOCK, BLOCK + 1, 40 * BLOCK] {
            let text: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            for part in [1000, 3 * BLOCK] {
                for mut checksum in [Checksum::new(), Checksum::by(Worker::Here(Sha256::new()))] {
                    text.chunks(part).for_each(|part| checksum.update(part));
                    assert_eq!(checksum.finish(), hex::encode(Sha256::digest(&text)));
                }
            }
        }
    }
}
