use std::fmt;

use cosmwasm_schema::cw_serde;

/// A ratio in basis points: 10,000 is one, 100 is one percent.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default)]
pub struct Bps(pub u16);

impl Bps {
    /// The whole: 100 %.
    pub const ONE: Self = Self(10_000);

    pub fn u128(self) -> u128 {
        u128::from(self.0)
    }
}

impl fmt::Display for Bps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bp", self.0)
    }
}
