//! Where a chain is kept between runs.

mod disk;

use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;

use crate::block::Block;
use crate::chain::Retention;
use crate::context::Time;
use crate::store::{Change, State};
pub use disk::{Disk, DiskError};

/// Why something could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendError(pub String);

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BackendError {}

/// What a backend has kept.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The genesis of the chain, in JSON.
    pub genesis: String,
    /// The newest state.
    pub state: State,
    /// The hash of the newest state, which the next block carries.
    pub app_hash: Vec<u8>,
    /// The blocks, oldest first.
    pub blocks: Vec<Arc<Block>>,
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

    /// Keeps `block` and `changes` as one, and forgets what `retention` lets go. When this returns, they are safe.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn commit(
        &mut self,
        block: &Arc<Block>,
        changes: &[Change],
        retention: Retention,
    ) -> Result<(), BackendError>;

    /// Keeps `changes` made outside of any block, and the hash of the state after them. When this returns, they are
    /// safe.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn edit(&mut self, changes: &[Change], app_hash: &[u8]) -> Result<(), BackendError>;

    /// Forgets everything and keeps `stored` in its place.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn replace(&mut self, stored: &Stored) -> Result<(), BackendError>;
}

/// Keeps nothing: the chain lives as long as its process.
#[derive(Debug, Default, Clone, Copy)]
pub struct Memory;

impl Backend for Memory {
    fn load(&mut self) -> Result<Option<Stored>, BackendError> {
        Ok(None)
    }

    fn commit(&mut self, _: &Arc<Block>, _: &[Change], _: Retention) -> Result<(), BackendError> {
        Ok(())
    }

    fn edit(&mut self, _: &[Change], _: &[u8]) -> Result<(), BackendError> {
        Ok(())
    }

    fn replace(&mut self, _: &Stored) -> Result<(), BackendError> {
        Ok(())
    }
}
