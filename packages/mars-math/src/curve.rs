use bnum::cast::As;
use bnum::types::{U256, U512};

use crate::MathError;
use crate::wide;
use crate::{constant_product, stable};

/// The lowest and highest price that is told: 10^-18 and 10^11 whole tokens per whole token. Beyond them a price is held
/// to the bound, so that the sum of prices over a century of seconds fits 128 bits.
pub const POOL_PRICE_RANGE: (u128, u128) = (1, 100_000_000_000_000_000_000_000_000_000);

/// What a pool's prices follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// x × y = k, of two assets.
    ConstantProduct,
    /// StableSwap of two to four assets.
    Stable {
        /// A × 100.
        amplification: u32,
    },
}

/// A curve over assets with their decimals. Reserves come in base units, in the order of the assets.
#[derive(Clone, Copy, Debug)]
pub struct Pool<'a> {
    pub curve: Curve,
    pub decimals: &'a [u8],
}

/// An invariant, and what it is at least and at most, for roundings against the caller.
#[derive(Clone, Copy)]
pub(crate) struct Invariant {
    pub near: u128,
    pub least: u128,
    pub most: u128,
}

impl Pool<'_> {
    /// What leaves for `amount` of asset `offer`, before the fee, floored. Less than the reserve, always.
    ///
    /// Errors: `Overflow` when the new reserve or a product does not fit, `DivisionByZero` for an empty pool,
    /// `NotConverged`, `NoAsset`.
    pub fn out_floor(
        &self,
        reserves: &[u128],
        offer: usize,
        ask: usize,
        amount: u128,
    ) -> Result<u128, MathError> {
        let (x, y) = (at(reserves, offer)?, at(reserves, ask)?);
        match self.curve {
            Curve::ConstantProduct => constant_product::out_floor(x, y, amount),
            Curve::Stable { amplification } => {
                let d = stable::invariant(amplification, reserves, self.decimals)?;
                let after = x.checked_add(amount);
                let after = after.ok_or_else(|| MathError::overflow(format_args!("{x} + {amount}")))?;
                let after = with(reserves, offer, after)?;
                let rest = stable::balance_ceil(amplification, d, &after, self.decimals, ask)?;
                Ok(y.saturating_sub(rest))
            }
        }
    }

    /// The amount of asset `offer` for which `out` of asset `ask` leaves, before the fee, ceiled.
    ///
    /// Errors: as [`Pool::out_floor`]; also when `out` is the whole reserve or more.
    pub fn in_ceil(&self, reserves: &[u128], offer: usize, ask: usize, out: u128) -> Result<u128, MathError> {
        let (x, y) = (at(reserves, offer)?, at(reserves, ask)?);
        match self.curve {
            Curve::ConstantProduct => constant_product::in_ceil(x, y, out),
            Curve::Stable { amplification } => {
                let d = stable::invariant(amplification, reserves, self.decimals)?;
                let rest = y.checked_sub(out);
                let rest = rest.ok_or_else(|| MathError::overflow(format_args!("{y} - {out}")))?;
                let after = with(reserves, ask, rest)?;
                let after = stable::balance_ceil(amplification, d, &after, self.decimals, offer)?;
                Ok(after.saturating_sub(x))
            }
        }
    }

    /// √k in base units, or D with 18 decimals.
    ///
    /// Errors: as [`Pool::out_floor`].
    pub fn invariant(&self, reserves: &[u128]) -> Result<u128, MathError> {
        self.invariant_within(reserves).map(|invariant| invariant.near)
    }

    pub(crate) fn invariant_within(&self, reserves: &[u128]) -> Result<Invariant, MathError> {
        match self.curve {
            Curve::ConstantProduct => {
                let (least, most) = constant_product::invariant(at(reserves, 0)?, at(reserves, 1)?)?;
                Ok(Invariant { near: least, least, most })
            }
            Curve::Stable { amplification } => {
                let near = stable::invariant(amplification, reserves, self.decimals)?;
                Ok(Invariant { near, least: near.saturating_sub(1), most: near.saturating_add(1) })
            }
        }
    }

    /// Price of asset `base` in asset `quote` at the margin, without a fee: whole tokens per whole token with 18 decimals,
    /// floored and ceiled, held to [`POOL_PRICE_RANGE`].
    ///
    /// Errors: as [`Pool::out_floor`].
    pub fn price18(&self, reserves: &[u128], base: usize, quote: usize) -> Result<(u128, u128), MathError> {
        let (floor, exact) = match self.curve {
            Curve::ConstantProduct => {
                let formula = "the price of the pool";
                let (of_base, of_quote) = (at(self.decimals, base)?, at(self.decimals, quote)?);
                // At most 10^36, and a reserve times that fits 256 bits.
                let exponent = 18u32.saturating_add(of_base.into()).saturating_sub(of_quote.into());
                let scale = 10u128.checked_pow(exponent).ok_or_else(|| MathError::overflow(formula))?;
                let numerator = wide::mul(at(reserves, quote)?.into(), scale.into(), formula)?;
                let denominator = U256::from(at(reserves, base)?);
                let floor = wide::div_floor(numerator, denominator, formula)?;
                (floor.as_::<U512>(), floor.checked_mul(denominator) == Some(numerator))
            }
            Curve::Stable { amplification } => {
                stable::price18(amplification, reserves, self.decimals, base, quote)?
            }
        };
        let (least, most) = POOL_PRICE_RANGE;
        let floor = u128::try_from(floor).unwrap_or(most).min(most);
        let ceil = if exact { floor } else { floor.saturating_add(1) };
        Ok((floor.max(least), ceil.clamp(least, most)))
    }
}

pub(crate) fn at<T: Copy>(values: &[T], index: usize) -> Result<T, MathError> {
    values.get(index).copied().ok_or(MathError::NoAsset { index })
}

/// `values` with another one at `index`.
pub(crate) fn with(values: &[u128], index: usize, value: u128) -> Result<Vec<u128>, MathError> {
    let mut values = values.to_vec();
    *values.get_mut(index).ok_or(MathError::NoAsset { index })? = value;
    Ok(values)
}
