//! Gas meters with the semantics of the Cosmos SDK: a charge is recorded first and refused after, so a meter that ran
//! out shows how far past its limit it was driven.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

/// A meter shared by everything that runs on its account; clones charge the same meter.
#[derive(Clone, Debug)]
pub struct GasMeter(Arc<Meter>);

#[derive(Debug)]
struct Meter {
    consumed: AtomicU64,
    limit: Option<u64>,
    /// Whether the limit is a matter of the node alone, of which no answer speaks.
    silent: bool,
}

impl GasMeter {
    /// A meter that refuses what would bring it above `limit`.
    pub fn limited(limit: u64) -> Self {
        Self(Arc::new(Meter { consumed: AtomicU64::new(0), limit: Some(limit), silent: false }))
    }

    /// A meter that refuses what would bring it above `limit`, and says that it has none.
    pub fn guarded(limit: u64) -> Self {
        Self(Arc::new(Meter { consumed: AtomicU64::new(0), limit: Some(limit), silent: true }))
    }

    /// A meter that counts and never refuses.
    pub fn infinite() -> Self {
        Self(Arc::new(Meter { consumed: AtomicU64::new(0), limit: None, silent: false }))
    }

    /// Records `amount`.
    ///
    /// # Errors
    /// [`Error::OutOfGas`] with `descriptor` when the sum passes the limit; the sum stays recorded.
    pub fn consume(&self, amount: u64, descriptor: &'static str) -> Result<()> {
        let before = self.consumed();
        let Some(after) = before.checked_add(amount) else {
            self.0.consumed.store(u64::MAX, Ordering::Relaxed);
            return Err(Error::panic(format!("{{{descriptor}}}")));
        };
        self.0.consumed.store(after, Ordering::Relaxed);
        match self.0.limit {
            Some(limit) if after > limit => Err(Error::OutOfGas(descriptor)),
            _ => Ok(()),
        }
    }

    /// Everything charged so far, which may be above the limit.
    pub fn consumed(&self) -> u64 {
        self.0.consumed.load(Ordering::Relaxed)
    }

    /// Everything charged so far, but no more than the limit.
    pub fn consumed_to_limit(&self) -> u64 {
        self.0.limit.map_or_else(|| self.consumed(), |limit| self.consumed().min(limit))
    }

    /// The limit; `u64::MAX` for a meter without one.
    pub fn limit(&self) -> u64 {
        self.0.limit.unwrap_or(u64::MAX)
    }

    /// The limit that answers name.
    pub fn told_limit(&self) -> u64 {
        if self.0.silent { u64::MAX } else { self.limit() }
    }

    /// Whether the meter has a limit at all.
    pub fn is_limited(&self) -> bool {
        self.0.limit.is_some()
    }

    /// What is left below the limit.
    pub fn remaining(&self) -> u64 {
        self.limit().saturating_sub(self.consumed())
    }

    /// Whether nothing is left.
    pub fn is_out_of_gas(&self) -> bool {
        self.0.limit.is_some_and(|limit| self.consumed() >= limit)
    }
}

/// A length as an amount to multiply a price by.
pub fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
