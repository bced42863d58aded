//! Signatures that were found to hold, because to verify one is the dearest part of judging a plain transaction.
//!
//! What stands here is a fact about bytes alone, so all chains of a process share it.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::recent::Recent;

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

static VERIFIED: LazyLock<Recent<Key, ()>> = LazyLock::new(|| Recent::new(MOST));

/// Whether the signature was found to hold not long ago.
pub fn has(key: &Key) -> bool {
    VERIFIED.get(key).is_some()
}

/// Notes that the signature holds.
pub fn note(key: Key) {
    VERIFIED.note(key, ());
}
