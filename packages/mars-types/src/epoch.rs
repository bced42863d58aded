use std::fmt;

use cosmwasm_schema::cw_serde;

/// Number of a mintage-control epoch: block time ÷ 180 seconds, floored (R22).
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default)]
pub struct Epoch(pub u64);

impl Epoch {
    pub const SECONDS: u64 = 180;

    pub fn at(seconds: u64) -> Self {
        Self(seconds / Self::SECONDS)
    }

    /// Epochs from `earlier` to this one; 0 when `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
