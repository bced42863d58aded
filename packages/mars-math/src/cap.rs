use crate::MathError;
use crate::bps::{BPS, bps_of_floor};
use crate::muldiv::ratio_floor;

/// From a price with 18 decimals and a ratio in basis points: 10^18 ÷ 10^4.
const PRICE_TERM_SCALE: u128 = 100_000_000_000_000;

/// USDM that the market value of XMS supports, in µUSDM, floored once.
///
/// `floor(price18 × circulating × 10,000 ÷ (10^18 × support_ratio_bps))`, `circulating` in µXMS.
///
/// Errors: `DivisionByZero` when the ratio is 0, `Overflow`.
pub fn price_term_floor(
    price18: u128,
    circulating: u128,
    support_ratio_bps: u128,
) -> Result<u128, MathError> {
    ratio_floor(&[price18, circulating], &[PRICE_TERM_SCALE, support_ratio_bps])
}

/// What the market allows now: `min(price_term, lambda × depth)` in µUSDM, `depth` in µUSD. Without a depth the price
/// term alone binds.
///
/// Errors: `Overflow`.
pub fn raw_cap(price_term: u128, depth: Option<u128>, lambda: u128) -> Result<u128, MathError> {
    let Some(depth) = depth else {
        return Ok(price_term);
    };
    let depth_term =
        depth.checked_mul(lambda).ok_or_else(|| MathError::overflow(format_args!("{lambda} * {depth}")))?;
    Ok(price_term.min(depth_term))
}

/// The slow bound on the supply: it follows the raw cap a little at each closing of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// µUSDM.
    pub value: u128,
    /// UTC day of the last closing: `floor(unix seconds ÷ 86,400)`.
    pub day: u64,
    /// `value` at the first closing of that day, before it moved (R25).
    pub day_base: u128,
}

/// How fast the ceiling moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CeilingRules {
    /// The least ceiling, µUSDM. It wins over every other bound.
    pub floor: u128,
    /// Largest move of one epoch, of the ceiling itself.
    pub step_bps: u128,
    /// Skipped epochs count up to this many (R24).
    pub max_epochs: u64,
    /// The highest ceiling of a day, of the day's base: 12,500 is 1.25 ×.
    pub day_growth_bps: u128,
}

impl Ceiling {
    /// The ceiling after a closing `epochs` after the last one, on UTC day `day`.
    ///
    /// It moves toward `raw`, up or down, by at most `floor(value × step_bps × min(epochs, max_epochs) ÷ 10,000)` and
    /// never past `raw`; then it is held to at most `floor(day_base × day_growth_bps ÷ 10,000)`, and to at least `floor`.
    /// Without `raw` (no price) the value stays and only the day rolls.
    ///
    /// Errors: `Overflow`.
    pub fn close(
        self,
        raw: Option<u128>,
        epochs: u64,
        day: u64,
        rules: &CeilingRules,
    ) -> Result<Self, MathError> {
        let value = self.value;
        let (day, day_base) = if day > self.day { (day, value) } else { (self.day, self.day_base) };
        let Some(raw) = raw else {
            return Ok(Self { value, day, day_base });
        };
        let counted = epochs.min(rules.max_epochs).into();
        let step = ratio_floor(&[value, rules.step_bps, counted], &[BPS])?;
        let moved = raw.clamp(value.saturating_sub(step), value.saturating_add(step));
        let day_limit = bps_of_floor(day_base, rules.day_growth_bps)?;
        Ok(Self { value: moved.min(day_limit).max(rules.floor), day, day_base })
    }
}

/// µUSDM that users may still mint: what the cap leaves, nothing once it is passed (R27).
pub fn room(cap_user: u128, user_owned: u128) -> u128 {
    cap_user.saturating_sub(user_owned)
}
