use crate::MathError;
use crate::bps::bps_of_floor;
use crate::muldiv::mul_div_floor;

/// The level of a token bucket after `elapsed` seconds: `min(capacity, level + floor(capacity × elapsed ÷ window))`.
///
/// A level above the capacity is cut to it at once; refilling in steps never gives more than in one.
///
/// Errors: `DivisionByZero` when `window` is 0.
pub fn refill_floor(level: u128, capacity: u128, elapsed: u64, window: u64) -> Result<u128, MathError> {
    // A whole window fills any bucket.
    let refill = mul_div_floor(capacity, elapsed.min(window).into(), window.into())?;
    Ok(level.saturating_add(refill).min(capacity))
}

/// µUSDM that one window redeems: `min(owned_bps of user_owned, depth_bps of depth)`, both floored; without a depth
/// the first alone binds. `depth` in µUSD.
///
/// Errors: `Overflow`, possible only above 100 %.
pub fn redemption_budget(
    user_owned: u128,
    depth: Option<u128>,
    owned_bps: u128,
    depth_bps: u128,
) -> Result<u128, MathError> {
    let by_owned = bps_of_floor(user_owned, owned_bps)?;
    match depth {
        Some(depth) => Ok(by_owned.min(bps_of_floor(depth, depth_bps)?)),
        None => Ok(by_owned),
    }
}
