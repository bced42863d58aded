use crate::MathError;
use crate::curve::{Curve, Pool, at, with};
use crate::muldiv::{mul_div_ceil, mul_div_floor};
use crate::pool_fee::{Charged, PoolFee};
use crate::stable;

/// D has 18 decimals, LP units have 6.
const D_PER_LP: u128 = 1_000_000_000_000;

/// What liquidity that came or went leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liquidity {
    /// LP units made or destroyed.
    pub lp: u128,
    /// What was paid out, by asset; nothing when liquidity came.
    pub out: Vec<u128>,
    /// Imbalance fee, by asset.
    pub fees: Vec<u128>,
    /// The protocol's part of it, which is in no reserve any more.
    pub protocol: Vec<u128>,
    pub reserves: Vec<u128>,
}

impl Pool<'_> {
    /// LP units of the first liquidity, those to be locked included: √(x × y), or D with 6 decimals; floored.
    ///
    /// Errors: as [`Pool::out_floor`].
    pub fn first_lp(&self, amounts: &[u128]) -> Result<u128, MathError> {
        let invariant = self.invariant(amounts)?;
        match self.curve {
            Curve::ConstantProduct => Ok(invariant),
            Curve::Stable { .. } => mul_div_floor(invariant, 1, D_PER_LP),
        }
    }

    /// Adds `amounts` in any proportion. What is out of proportion pays the imbalance fee by asset, and LP units are made
    /// for the growth of the invariant that is left: `floor(supply × (D₂ − D₀) ÷ D₀)`. None are made where the fee takes
    /// all of an asset, as of what is thousands of times out of proportion.
    ///
    /// Errors: as [`Pool::out_floor`].
    pub fn provide(
        &self,
        fee: PoolFee,
        reserves: &[u128],
        supply: u128,
        amounts: &[u128],
    ) -> Result<Liquidity, MathError> {
        let grown = each(reserves, amounts, |reserve, amount| {
            let sum = reserve.checked_add(amount);
            sum.ok_or_else(|| MathError::overflow(format_args!("{reserve} + {amount}")))
        })?;
        let before = self.invariant_within(reserves)?;
        let whole = self.invariant(&grown)?;
        let fees = each(reserves, &grown, |reserve, grown| {
            let balanced = mul_div_floor(reserve, whole, before.near)?;
            fee.on_distance(grown.abs_diff(balanced), reserves.len())
        })?;
        let after = each(&grown, &fees, |grown, fee| Ok(grown.saturating_sub(fee)))?;
        let lp = if after.contains(&0) {
            0
        } else {
            let after = self.invariant_within(&after)?;
            mul_div_floor(supply, after.least.saturating_sub(before.most), before.most)?
        };
        let protocol: Vec<u128> =
            fees.iter().map(|taken| fee.protocol_part(*taken)).collect::<Result<_, _>>()?;
        let reserves = each(&grown, &protocol, |grown, protocol| Ok(grown.saturating_sub(protocol)))?;
        Ok(Liquidity { lp, out: vec![0; amounts.len()], fees, protocol, reserves })
    }

    /// Takes out one asset for `lp` units: of a constant product the share of both, one of which is swapped for the other
    /// at the fee of a swap; of a stable pool what its curve gives, where the distance from the balanced amounts pays the
    /// imbalance fee (R76).
    ///
    /// Errors: as [`Pool::out_floor`]; `Overflow` for more units than there are.
    pub fn withdraw_one(
        &self,
        fee: PoolFee,
        reserves: &[u128],
        supply: u128,
        lp: u128,
        index: usize,
    ) -> Result<Liquidity, MathError> {
        let (out, taken, protocol) = match self.curve {
            Curve::ConstantProduct => {
                let all = withdraw_floor(reserves, supply, lp)?;
                let other = 1usize.checked_sub(index).ok_or(MathError::NoAsset { index })?;
                let gross = self.out_floor(&all.reserves, other, index, at(&all.out, other)?)?;
                let Charged { out, fee, protocol } = fee.charge(gross)?;
                // Both are parts of one reserve.
                (out.saturating_add(at(&all.out, index)?), fee, protocol)
            }
            Curve::Stable { amplification } => {
                self.out_of_balance(amplification, fee, reserves, (supply, lp), index)?
            }
        };
        let none = vec![0; reserves.len()];
        let reserve = at(reserves, index)?.saturating_sub(out).saturating_sub(protocol);
        Ok(Liquidity {
            lp,
            out: with(&none, index, out)?,
            fees: with(&none, index, taken)?,
            protocol: with(&none, index, protocol)?,
            reserves: with(reserves, index, reserve)?,
        })
    }

    /// Of a stable pool: what leaves in one asset, the fee and the protocol's part of it.
    fn out_of_balance(
        &self,
        amplification: u32,
        fee: PoolFee,
        reserves: &[u128],
        (supply, lp): (u128, u128),
        index: usize,
    ) -> Result<(u128, u128, u128), MathError> {
        let rest_at = |d: u128, reserves: &[u128]| {
            stable::balance_ceil(amplification, d, reserves, self.decimals, index)
        };
        let left =
            supply.checked_sub(lp).ok_or_else(|| MathError::overflow(format_args!("{supply} - {lp}")))?;
        let before = self.invariant_within(reserves)?.most;
        let after = mul_div_ceil(before, left, supply)?;
        let reserve = at(reserves, index)?;
        let without_fee = rest_at(after, reserves)?.min(reserve);
        let target = with(reserves, index, without_fee)?;
        let reduced = each(reserves, &target, |reserve, target| {
            let distance = target.abs_diff(mul_div_floor(reserve, after, before)?);
            Ok(reserve.saturating_sub(fee.on_distance(distance, reserves.len())?))
        })?;
        // A fee of all there is of another asset leaves no curve to pay by.
        let out = if with(&reduced, index, 1)?.contains(&0) {
            0
        } else {
            at(&reduced, index)?.saturating_sub(rest_at(after, &reduced)?)
        };
        let taken = reserve.saturating_sub(without_fee).saturating_sub(out);
        Ok((out, taken, fee.protocol_part(taken)?))
    }
}

/// Takes out the share of `lp` units in every asset, floored.
///
/// Errors: `Overflow` for more units than there are, `DivisionByZero` when there are none.
pub fn withdraw_floor(reserves: &[u128], supply: u128, lp: u128) -> Result<Liquidity, MathError> {
    if lp > supply {
        return Err(MathError::overflow(format_args!("{supply} - {lp}")));
    }
    let out: Vec<u128> =
        reserves.iter().map(|reserve| mul_div_floor(*reserve, lp, supply)).collect::<Result<_, _>>()?;
    let reserves = each(reserves, &out, |reserve, out| Ok(reserve.saturating_sub(out)))?;
    let none = vec![0; out.len()];
    Ok(Liquidity { lp, out, fees: none.clone(), protocol: none, reserves })
}

fn each(
    left: &[u128],
    right: &[u128],
    f: impl Fn(u128, u128) -> Result<u128, MathError>,
) -> Result<Vec<u128>, MathError> {
    if left.len() != right.len() {
        return Err(MathError::NoAsset { index: left.len().min(right.len()) });
    }
    left.iter().zip(right).map(|(left, right)| f(*left, *right)).collect()
}
