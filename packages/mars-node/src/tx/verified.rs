//! Signatures that were found to hold. A transaction is judged when it comes and again in its block, and to verify a
//! signature is the dearest part of that.
//!
//! What stands here is a fact about bytes alone, so all chains of a process share it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// As many as a full mempool has, and some.
const MOST: usize = 10_000;

/// What names a public key, a text and a signature of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The name of the three.
    pub fn new(parts: [&[u8]; 3]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }
}

/// The younger and the older half of what is remembered.
static HALVES: Mutex<Option<[HashSet<Key>; 2]>> = Mutex::new(None);

/// Whether the signature was found to hold not long ago.
pub fn has(key: &Key) -> bool {
    let halves = HALVES.lock().unwrap_or_else(PoisonError::into_inner);
    halves.iter().flatten().any(|half| half.contains(key))
}

/// Notes that the signature holds, and forgets the oldest when there are too many.
pub fn note(key: Key) {
    let mut halves = HALVES.lock().unwrap_or_else(PoisonError::into_inner);
    let [younger, older] = halves.get_or_insert_default();
    if younger.len() >= MOST {
        *older = std::mem::take(younger);
    }
    younger.insert(key);
}
