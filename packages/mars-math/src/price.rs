use crate::MathError;
use crate::bps::BPS;
use crate::muldiv::{product_exceeds, ratio_ceil, ratio_floor};

/// 1 USD per whole token: a price has 18 decimals.
pub const PRICE_ONE: u128 = 1_000_000_000_000_000_000;

/// 10^-12 USD. What is quoted below it has no price (R4).
pub const MIN_PRICE: u128 = 1_000_000;

/// Value in µUSD, floored: for receipts (R6). `floor(amount × price18 ÷ 10^(decimals + 12))`, `amount` in base units
/// of an asset with `decimals`.
///
/// Errors: `Overflow`, also for more than 26 decimals (an asset has at most 18, R7).
pub fn value_floor(amount: u128, price18: u128, decimals: u8) -> Result<u128, MathError> {
    ratio_floor(&[amount, price18], &[value_scale(decimals)?])
}

/// Value in µUSD, ceiled: for payments and debts (R6). Units and errors as [`value_floor`].
pub fn value_ceil(amount: u128, price18: u128, decimals: u8) -> Result<u128, MathError> {
    ratio_ceil(&[amount, price18], &[value_scale(decimals)?])
}

/// The middle price, in any order of `prices`; of an even number the floored mean of the two middle ones; of none,
/// none.
pub fn median(prices: &[u128]) -> Option<u128> {
    let mut sorted = prices.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    // The same element twice when the number is odd.
    let (lower, upper) = (sorted.get(last / 2)?, sorted.get(sorted.len() / 2)?);
    Some(u128::midpoint(*lower, *upper))
}

/// Is `|price ÷ reference − 1|` more than `bound_bps`? Compared in exact integers; equal is within (R5).
///
/// Errors: `DivisionByZero` when `reference` is 0.
pub fn deviates(price: u128, reference: u128, bound_bps: u128) -> Result<bool, MathError> {
    if reference == 0 {
        return Err(MathError::division_by_zero(format_args!("{price} / {reference}")));
    }
    product_exceeds([price.abs_diff(reference), BPS], [bound_bps, reference])
}

/// What `amount × price18` is divided by to give µUSD: amounts have `decimals`, prices 18, the value 6.
///
/// Errors: `Overflow` for more than 26 decimals.
pub(crate) fn value_scale(decimals: u8) -> Result<u128, MathError> {
    let exponent = u32::from(decimals).saturating_add(12);
    10u128.checked_pow(exponent).ok_or_else(|| MathError::overflow(format_args!("10^{exponent}")))
}
