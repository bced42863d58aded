use crate::MathError;
use crate::bps::{after_fee_bps, bps_of_ceil};
use crate::muldiv::ratio_floor;
use crate::price::deviates;

/// From µUSDM per XMS at 18 decimals and a fee in basis points: 10^18 ÷ 10^4.
const REDEEM_SCALE: u128 = 100_000_000_000_000;

/// How far the day's average may lift the redemption price above the half hour's.
const TWAP_24H_LIMIT_BPS: u128 = 10_500;

/// How far spot may be from the half hour's average before redemption is under stress.
const STRESS_BPS: u128 = 500;

/// XMS for burned USDM (R3), in µXMS: `floor(usdm × (10,000 − fee_bps) × 10^18 ÷ (10,000 × high18))`.
///
/// Errors: `DivisionByZero` when the price is 0, `Overflow`, also for a fee above 100 %.
pub fn redeem_floor(usdm: u128, high18: u128, fee_bps: u128) -> Result<u128, MathError> {
    ratio_floor(&[usdm, after_fee_bps(fee_bps)?, REDEEM_SCALE], &[high18])
}

/// USDM that so much XMS pays for, in µUSDM: `floor(xms × high18 × 10,000 ÷ ((10,000 − fee_bps) × 10^18))`. What
/// [`redeem_floor`] pays for it is never more than `xms`.
///
/// Errors: `DivisionByZero` for a fee of 100 %, `Overflow`, also for a fee above it.
pub fn redeemable_floor(xms: u128, high18: u128, fee_bps: u128) -> Result<u128, MathError> {
    ratio_floor(&[xms, high18], &[after_fee_bps(fee_bps)?, REDEEM_SCALE])
}

/// The price that XMS is paid at: the highest of spot and the averages, of which the slowest counts up to 1.05 × the
/// half hour's (ceiled), so an old peak does not rob whoever redeems after a fall. Prices with 18 decimals.
///
/// `max(spot, twap_3m, twap_30m, min(twap_24h, ceil(1.05 × twap_30m)))`
///
/// Errors: `Overflow`.
pub fn redemption_price(
    spot: u128,
    twap_3m: u128,
    twap_30m: u128,
    twap_24h: u128,
) -> Result<u128, MathError> {
    let day = twap_24h.min(bps_of_ceil(twap_30m, TWAP_24H_LIMIT_BPS)?);
    Ok(spot.max(twap_3m).max(twap_30m).max(day))
}

/// Is spot more than 5 % from the half hour's average, up or down? Exactly 5 % is calm.
///
/// Errors: `DivisionByZero` when the average is 0.
pub fn stress(spot: u128, twap_30m: u128) -> Result<bool, MathError> {
    deviates(spot, twap_30m, STRESS_BPS)
}
