use crate::MathError;
use crate::bps::{BPS, after_fee_bps, bps_of_ceil};
use crate::muldiv::{mul_div_ceil, mul_div_floor};

/// Fee of a pool, in basis points of what leaves: the protocol's part is within the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolFee {
    pub total_bps: u128,
    pub protocol_bps: u128,
}

/// What a trade puts out, and what stays behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    /// Paid to the trader.
    pub out: u128,
    /// The whole fee.
    pub fee: u128,
    /// The protocol's part of the fee; it leaves the reserve with `out`.
    pub protocol: u128,
}

impl PoolFee {
    /// Takes the fee from `gross`: the whole in one ceil, the protocol's part of it floored (R58).
    ///
    /// Errors: `Overflow` for a fee above 100 %, `DivisionByZero` for a fee of 0.
    pub fn charge(self, gross: u128) -> Result<Charged, MathError> {
        let fee = bps_of_ceil(gross, self.total_bps)?;
        let out =
            gross.checked_sub(fee).ok_or_else(|| MathError::overflow(format_args!("{gross} - {fee}")))?;
        Ok(Charged { out, fee, protocol: self.protocol_part(fee)? })
    }

    /// The least gross amount of which `out` is left after the fee, charged: `ceil(out × 10,000 ÷ (10,000 − total))`.
    ///
    /// Errors: `Overflow`, `DivisionByZero` for a fee of 0 or 100 %.
    pub fn gross_up(self, out: u128) -> Result<Charged, MathError> {
        self.charge(mul_div_ceil(out, BPS, after_fee_bps(self.total_bps)?)?)
    }

    /// `floor(fee × protocol ÷ total)`.
    pub(crate) fn protocol_part(self, fee: u128) -> Result<u128, MathError> {
        mul_div_floor(fee, self.protocol_bps, self.total_bps)
    }

    /// The fee on a distance from the balanced amounts of `assets` (R76): `ceil(distance × total × n ÷ (4 × (n − 1)))`.
    pub(crate) fn on_distance(self, distance: u128, assets: usize) -> Result<u128, MathError> {
        let n = u128::try_from(assets).unwrap_or(u128::MAX);
        let share =
            |formula: Option<u128>| formula.ok_or_else(|| MathError::overflow("fee * n / (4 * (n - 1))"));
        let num = share(self.total_bps.checked_mul(n))?;
        let den = share(n.checked_sub(1).and_then(|others| others.checked_mul(4)?.checked_mul(BPS)))?;
        mul_div_ceil(distance, num, den)
    }
}
