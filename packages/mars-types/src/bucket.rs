use cosmwasm_schema::cw_serde;
use cosmwasm_std::Uint128;
use mars_math::MathError;

/// A limit per window of time that refills steadily: the one type behind every rate limit of the protocol.
///
/// A bucket starts full, refills `capacity` per window (floored) and never holds more than `capacity`.
#[cw_serde]
#[derive(Copy)]
pub struct TokenBucket {
    /// What one window allows, in the unit that is limited.
    pub capacity: Uint128,
    /// What is left at `updated`.
    pub level: Uint128,
    /// Block time of the last refill, seconds.
    pub updated: u64,
}

impl TokenBucket {
    pub fn full(capacity: Uint128, now: u64) -> Self {
        Self { capacity, level: capacity, updated: now }
    }

    /// The bucket as it stands `now`. Time that ran backwards refills nothing.
    pub fn refilled(self, now: u64, window: u64) -> Result<Self, MathError> {
        let elapsed = now.saturating_sub(self.updated);
        let level = mars_math::refill_floor(self.level.u128(), self.capacity.u128(), elapsed, window)?;
        Ok(Self { level: Uint128::new(level), updated: self.updated.max(now), ..self })
    }

    /// A smaller capacity cuts the level at once; a larger one adds nothing but faster refill.
    pub fn resized(self, capacity: Uint128) -> Self {
        Self { capacity, level: self.level.min(capacity), ..self }
    }

    /// Takes `amount`, or says what is left when that is less.
    pub fn take(self, amount: Uint128) -> Result<Self, Uint128> {
        match self.level.checked_sub(amount) {
            Ok(level) => Ok(Self { level, ..self }),
            Err(_) => Err(self.level),
        }
    }
}
