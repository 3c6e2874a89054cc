//! The SHA-256 of a text, computed while the text is read: on a thread of its own, for it takes as long as parsing does.

use std::{
    mem,
    sync::mpsc::{Receiver, SyncSender, channel, sync_channel},
    thread::{self, JoinHandle},
};

use sha2::{Digest, Sha256};

/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 18;
/// Blocks that may wait for that.
const WAITING: usize = 4;

/// The checksum of what was read so far.
pub(crate) struct Checksum {
    /// What has not been handed on yet.
    block: Vec<u8>,
    worker: Worker,
}

enum Worker {
    Thread {
        blocks: SyncSender<Vec<u8>>,
        hashed: Receiver<Vec<u8>>,
        thread: JoinHandle<Sha256>,
    },
    /// The system has no thread to give.
    Here(Sha256),
}

impl Checksum {
    /// Of nothing.
    pub(crate) fn new() -> Self {
        let (blocks, waiting) = sync_channel::<Vec<u8>>(WAITING);
        let (back, hashed) = channel();
        let hash = move || {
            let mut hash = Sha256::new();
            for mut block in waiting {
                hash.update(&block);
                block.clear();
                // Whoever has read all takes no block back.
                let _ = back.send(block);
            }
            hash
        };
        let worker = match thread::Builder::new().spawn(hash) {
            Ok(thread) => Worker::Thread { blocks, hashed, thread },
            Err(_) => Worker::Here(Sha256::new()),
        };
        Self { block: Vec::with_capacity(BLOCK), worker }
    }

    /// Goes on with these bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        if self.block.len() + bytes.len() > BLOCK {
            self.hand_on();
        }
        self.block.extend_from_slice(bytes);
    }

    fn hand_on(&mut self) {
        match &mut self.worker {
            Worker::Thread { blocks, hashed, .. } => {
                let empty = hashed.try_recv().unwrap_or_else(|_| Vec::with_capacity(BLOCK));
                // The thread takes what it is given until there is no more.
                let _ = blocks.send(mem::replace(&mut self.block, empty));
            }
            Worker::Here(hash) => {
                hash.update(&self.block);
                self.block.clear();
            }
        }
    }

    /// The checksum, in hexadecimal.
    pub(crate) fn finish(mut self) -> String {
        self.hand_on();
        let hash = match self.worker {
            Worker::Here(hash) => hash,
            Worker::Thread { blocks, thread, .. } => {
                drop(blocks);
                thread.join().unwrap_or_default()
            }
        };
        hex::encode(hash.finalize())
    }
}
