use cosmwasm_schema::cw_serde;
use cosmwasm_std::Decimal;

/// What a price may be: the protocol values what it receives at `low` and what it pays out at `high`.
/// US dollars per whole token, 18 decimals, `low` ≤ `high`.
#[cw_serde]
#[derive(Copy)]
pub struct PriceBand {
    pub low: Decimal,
    pub high: Decimal,
}

impl PriceBand {
    pub fn exact(price: Decimal) -> Self {
        Self { low: price, high: price }
    }

    /// 18-decimal atomics of `low`.
    pub fn low18(&self) -> u128 {
        self.low.atomics().u128()
    }

    /// 18-decimal atomics of `high`.
    pub fn high18(&self) -> u128 {
        self.high.atomics().u128()
    }
}

/// A price that may be used.
#[cw_serde]
#[derive(Copy)]
pub struct Price {
    pub band: PriceBand,
    /// The middle of the sources, for display and for the stable gate only.
    pub median: Decimal,
    /// Age in seconds of the oldest source behind it.
    pub age: u64,
}

impl Price {
    /// The band over both; the middle of their medians, the older age.
    pub fn joined(&self, other: &Self) -> Self {
        let (low, high) = (self.median.min(other.median), self.median.max(other.median));
        let half = low.atomics().u128().midpoint(high.atomics().u128());
        Self {
            band: PriceBand {
                low: self.band.low.min(other.band.low),
                high: self.band.high.max(other.band.high),
            },
            median: Decimal::new(half.into()),
            age: self.age.max(other.age),
        }
    }
}

/// Below 10^-12 US dollars a price is no price (R4).
pub fn is_price(price: Decimal) -> bool {
    price.atomics().u128() >= mars_math::MIN_PRICE
}
