//! StableSwap: `Ann × Σx + D = Ann × D + D^(n+1) ÷ (n^n × Πx)` with `Ann = A × n`, solved by Newton in whole numbers (R75).
//!
//! Balances are normalised to 18 decimals first. The amplification comes times 100, so that a ramp moves smoothly.

use bnum::cast::As;
use bnum::types::{U256, U512};

use crate::MathError;
use crate::bps::BPS;
use crate::price::PRICE_ONE;
use crate::wide::{add, div_ceil, div_floor, mul, narrow, sub};

/// What the amplification is multiplied by.
pub const AMPLIFICATION_SCALE: u32 = 100;

/// Newton gives up after this many rounds.
const ROUNDS: usize = 255;

/// `10^(18 − decimals)`.
///
/// Errors: `Overflow` for more than 18 decimals.
fn scale(decimals: u8) -> Result<U256, MathError> {
    18u32
        .checked_sub(decimals.into())
        .and_then(|exponent| 10u128.checked_pow(exponent))
        .map(U256::from)
        .ok_or_else(|| MathError::overflow(format_args!("10^(18 - {decimals})")))
}

/// Balances with 18 decimals, in ascending order: the products below divide by one after the other, and in this order the
/// rounding of one division is not magnified by the next, which Newton would never come to rest over.
///
/// Errors: `Overflow`, `DivisionByZero` when one is 0: the curve has no D then.
fn normalised(reserves: &[u128], decimals: &[u8]) -> Result<Vec<U256>, MathError> {
    let formula = "a balance of the stable pool with 18 decimals";
    let one = |(reserve, decimals): (&u128, &u8)| match reserve {
        0 => Err(MathError::division_by_zero(formula)),
        reserve => mul(U256::from(*reserve), scale(*decimals)?, formula),
    };
    let mut balances: Vec<U256> = reserves.iter().zip(decimals).map(one).collect::<Result<_, _>>()?;
    balances.sort_unstable();
    Ok(balances)
}

/// Number of assets, and A × n × 100.
fn ann(amplification: u32, assets: usize) -> Result<(U256, U256), MathError> {
    let n = U256::from(u64::try_from(assets).map_err(|_| MathError::overflow("n"))?);
    Ok((n, mul(U256::from(amplification), n, "A * n")?))
}

/// D, whole tokens with 18 decimals: the root floored, or the unit above it. It must fit 128 bits, which is 3.4 × 10^20 tokens.
///
/// Errors: `Overflow`, `DivisionByZero` without one of the reserves, `NotConverged`.
pub(crate) fn invariant(amplification: u32, reserves: &[u128], decimals: &[u8]) -> Result<u128, MathError> {
    let formula = "D of the stable pool";
    let balances = normalised(reserves, decimals)?;
    let (n, ann) = ann(amplification, balances.len())?;
    let scale = U256::from(AMPLIFICATION_SCALE);
    let sum = balances.iter().try_fold(U256::ZERO, |sum, balance| add(sum, *balance, formula))?;
    let ann_sum = mul(ann, sum, formula)?;
    let (of_d, n_scaled) = (sub(ann, scale, formula)?, mul(n, scale, formula)?);
    let mut d = sum;
    for _ in 0..ROUNDS {
        let product = balances.iter().try_fold(d, |product, balance| {
            div_floor(mul(product, d, formula)?, mul(*balance, n, formula)?, formula)
        })?;
        // All × 100, as the amplification is.
        let times_n = mul(product, n_scaled, formula)?;
        let numerator = mul(add(ann_sum, times_n, formula)?, d, formula)?;
        let slope = add(times_n, mul(product, scale, formula)?, formula)?;
        let next = div_floor(numerator, add(mul(of_d, d, formula)?, slope, formula)?, formula)?;
        let moved = d.abs_diff(next);
        d = next;
        if moved <= U256::ONE {
            return narrow(d, formula);
        }
    }
    Err(MathError::not_converged(formula))
}

/// The balance of asset `index`, in its base units, with which the pool stands at `d`: the root by Newton plus one unit of
/// 18 decimals, ceiled. What the pool holds beyond it may leave. The balance of `index` itself is not looked at.
///
/// Errors: as [`invariant`].
pub(crate) fn balance_ceil(
    amplification: u32,
    d: u128,
    reserves: &[u128],
    decimals: &[u8],
    index: usize,
) -> Result<u128, MathError> {
    let formula = "a balance of the stable pool";
    let d = U256::from(d);
    let mut others = reserves.to_vec();
    let mut decimals_of_others = decimals.to_vec();
    if index >= others.len() || index >= decimals_of_others.len() {
        return Err(MathError::NoAsset { index });
    }
    others.remove(index);
    let scale_of_index = scale(decimals_of_others.remove(index))?;
    let balances = normalised(&others, &decimals_of_others)?;
    let (n, ann) = ann(amplification, reserves.len())?;
    let scale = U256::from(AMPLIFICATION_SCALE);

    let sum = balances.iter().try_fold(U256::ZERO, |sum, balance| add(sum, *balance, formula))?;
    // c ceiled and b floored: neither puts the root too low.
    let c = balances
        .iter()
        .try_fold(d, |c, balance| div_ceil(mul(c, d, formula)?, mul(*balance, n, formula)?, formula))?;
    let c = div_ceil(mul(mul(c, d, formula)?, scale, formula)?, mul(ann, n, formula)?, formula)?;
    let b = add(sum, div_floor(mul(d, scale, formula)?, ann, formula)?, formula)?;
    let mut y = d;
    for _ in 0..ROUNDS {
        let numerator = add(mul(y, y, formula)?, c, formula)?;
        let denominator = sub(add(add(y, y, formula)?, b, formula)?, d, formula)?;
        let next = div_floor(numerator, denominator, formula)?;
        let moved = y.abs_diff(next);
        y = next;
        if moved <= U256::ONE {
            let safe = add(y, U256::ONE, formula)?;
            return narrow(div_ceil(safe, scale_of_index, formula)?, formula);
        }
    }
    Err(MathError::not_converged(formula))
}

/// Price of asset `base` in asset `quote` at the margin, without a fee: whole tokens per whole token with 18 decimals,
/// floored, and whether that is exact.
///
/// With `P = D^(n+1) ÷ (n^n × Πx)` it is `(Ann × x_b + P) × x_q ÷ ((Ann × x_q + P) × x_b)`.
///
/// Errors: as [`invariant`].
pub(crate) fn price18(
    amplification: u32,
    reserves: &[u128],
    decimals: &[u8],
    base: usize,
    quote: usize,
) -> Result<(U512, bool), MathError> {
    let formula = "the price of the stable pool";
    let overflow = || MathError::overflow(formula);
    let d = U512::from(invariant(amplification, reserves, decimals)?);
    let balances: Vec<U512> =
        normalised(reserves, decimals)?.into_iter().map(|balance| balance.as_::<U512>()).collect();
    let (n, ann) = ann(amplification, balances.len())?;
    let (n, ann) = (n.as_::<U512>(), ann.as_::<U512>());
    let at = |index: usize| -> Result<U512, MathError> {
        let of_index = reserves.get(index).zip(decimals.get(index));
        let (reserve, decimals) = of_index.ok_or(MathError::NoAsset { index })?;
        Ok(mul(U256::from(*reserve), scale(*decimals)?, formula)?.as_::<U512>())
    };
    let (base, quote) = (at(base)?, at(quote)?);
    let product = balances
        .iter()
        .try_fold(d, |product, balance| product.checked_mul(d)?.checked_div(balance.checked_mul(n)?));
    let product = product
        .and_then(|product| product.checked_mul(U512::from(AMPLIFICATION_SCALE)))
        .ok_or_else(overflow)?;
    let slope = |balance: U512| ann.checked_mul(balance)?.checked_add(product);
    let numerator = slope(base)
        .and_then(|slope| slope.checked_mul(quote)?.checked_mul(U512::from(PRICE_ONE)))
        .ok_or_else(overflow)?;
    let denominator = slope(quote).and_then(|slope| slope.checked_mul(base)).ok_or_else(overflow)?;
    let floor = numerator.checked_div(denominator).ok_or_else(|| MathError::division_by_zero(formula))?;
    let exact = floor.checked_mul(denominator) == Some(numerator);
    Ok((floor, exact))
}

/// Share of asset `index` in all balances, whole tokens counted alike, in basis points, ceiled: it is at most a limit in
/// basis points exactly when the share is.
///
/// Errors: `Overflow`, `DivisionByZero` for an empty pool, `NoAsset`.
pub fn pool_share_bps_ceil(reserves: &[u128], decimals: &[u8], index: usize) -> Result<u128, MathError> {
    let formula = "the share of an asset of the stable pool";
    let (mut sum, mut part) = (U256::ZERO, None);
    for (at, (reserve, decimals)) in reserves.iter().zip(decimals).enumerate() {
        let balance = mul(U256::from(*reserve), scale(*decimals)?, formula)?;
        sum = add(sum, balance, formula)?;
        if at == index {
            part = Some(balance);
        }
    }
    let part = mul(part.ok_or(MathError::NoAsset { index })?, BPS.into(), formula)?;
    narrow(div_ceil(part, sum, formula)?, formula)
}
