//! Where a chain is kept between runs.

pub(crate) mod disk;

use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;

use crate::block::Block;
use crate::chain::Retention;
use crate::context::Time;
use crate::store::{Change, State};
pub use disk::{Disk, DiskError};
pub(crate) use disk::{decode_block, decode_changes, encode_block, encode_changes};

/// Why something could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendError(pub String);

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BackendError {}

/// A block that was made, with what it did to the state.
#[derive(Debug, Clone)]
pub struct Made {
    pub block: Arc<Block>,
    pub changes: Vec<Change>,
}

/// What a backend has kept.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The genesis of the chain, in JSON.
    pub genesis: String,
    /// The newest state.
    pub state: State,
    /// The hash of the newest state, which the next block carries.
    pub app_hash: Vec<u8>,
    /// The blocks by height.
    pub blocks: OrdMap<u64, Arc<Block>>,
    /// The time of the newest blocks and the state after them, by height.
    pub states: OrdMap<u64, (Time, State)>,
}

/// Keeps a chain: each block with its changes to the state, whole or not at all.
pub trait Backend: Send {
    /// What was kept before; `None` for a new chain.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn load(&mut self) -> Result<Option<Stored>, BackendError>;

    /// Keeps `made`, blocks that follow each other, all or none of them, and forgets what `retention` lets go. When
    /// this returns, they are safe.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn commit(&mut self, made: &[Made], retention: Retention) -> Result<(), BackendError>;

    /// Keeps `changes` made outside of any block, and the hash of the state after them. When this returns, they are
    /// safe.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn edit(&mut self, changes: &[Change], app_hash: &[u8]) -> Result<(), BackendError>;

    /// Keeps `to` in the place of `from`, which is what is kept now. Costs as much as the two differ.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn replace(&mut self, from: &Stored, to: &Stored) -> Result<(), BackendError>;
}

/// Keeps nothing: the chain lives as long as its process.
#[derive(Debug, Default, Clone, Copy)]
pub struct Memory;

impl Backend for Memory {
    fn load(&mut self) -> Result<Option<Stored>, BackendError> {
        Ok(None)
    }

    fn commit(&mut self, _: &[Made], _: Retention) -> Result<(), BackendError> {
        Ok(())
    }

    fn edit(&mut self, _: &[Change], _: &[u8]) -> Result<(), BackendError> {
        Ok(())
    }

    fn replace(&mut self, _: &Stored, _: &Stored) -> Result<(), BackendError> {
        Ok(())
    }
}
