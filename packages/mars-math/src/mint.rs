use crate::MathError;
use crate::bps::{BPS, after_fee_bps};
use crate::muldiv::{ratio_ceil, ratio_floor};
use crate::price::{value_floor, value_scale};

/// What a deposit mints, and the value that is kept as surplus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minted {
    /// µUSDM.
    pub usdm: u128,
    /// µUSD.
    pub fee: u128,
}

/// USDM for `amount` base units of an asset (R1).
///
/// `usdm = floor(amount × price18 × (10,000 − fee_bps) ÷ (10^(decimals + 12) × 10,000))`, rounded once;
/// `fee = floor(value) − usdm`, so the two make the floored value.
///
/// Errors: `Overflow`, also for a fee above 100 % or more than 22 decimals (an asset has at most 18, R7).
pub fn mint_floor(amount: u128, price18: u128, decimals: u8, fee_bps: u128) -> Result<Minted, MathError> {
    let scale = mint_scale(decimals)?;
    let usdm = ratio_floor(&[amount, price18, after_fee_bps(fee_bps)?], &[scale])?;
    let value = value_floor(amount, price18, decimals)?;
    let fee = value.checked_sub(usdm).ok_or_else(|| MathError::overflow(format_args!("{value} - {usdm}")))?;
    Ok(Minted { usdm, fee })
}

/// Base units of an asset that are needed to mint `usdm` (R2): the inverse of [`mint_floor`], ceiled once.
///
/// `ceil(usdm × 10^(decimals + 12) × 10,000 ÷ (price18 × (10,000 − fee_bps)))`. Depositing them mints at least `usdm`;
/// one unit less does not.
///
/// Errors: `DivisionByZero` when the price is 0 or the fee 100 %; `Overflow` as [`mint_floor`].
pub fn mint_required_ceil(usdm: u128, price18: u128, decimals: u8, fee_bps: u128) -> Result<u128, MathError> {
    ratio_ceil(&[usdm, mint_scale(decimals)?], &[price18, after_fee_bps(fee_bps)?])
}

/// What `amount × price18 × basis points` is divided by to give µUSDM.
fn mint_scale(decimals: u8) -> Result<u128, MathError> {
    let scale = value_scale(decimals)?;
    scale.checked_mul(BPS).ok_or_else(|| MathError::overflow(format_args!("{scale} * {BPS}")))
}
