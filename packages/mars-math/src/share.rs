use crate::MathError;
use crate::bps::{BPS, ratio_bps_floor};
use crate::muldiv::{mul_div_floor, product_exceeds};

/// Is `part ÷ whole` at most `limit_bps`? Compared in exact products; equal passes (R5). Of an empty whole only the
/// part 0 passes.
///
/// Errors: `Overflow` when a product does not fit 256 bits, which no input reaches.
pub fn within_share(part: u128, whole: u128, limit_bps: u128) -> Result<bool, MathError> {
    Ok(!product_exceeds([part, BPS], [limit_bps, whole])?)
}

/// The most that `part` can grow, the whole growing with it, and still be within `limit_bps` of the whole (R12).
///
/// With `rest = whole − part`, which does not move, a part is within the limit up to
/// `limit_bps × rest ÷ (10,000 − limit_bps)`; the room is that, floored, less `part`: 0 when the limit is passed
/// already. A limit of 100 % leaves unlimited room, `u128::MAX`. A part larger than its whole has no room.
///
/// Errors: `Overflow` when the largest part does not fit.
pub fn share_room_floor(part: u128, whole: u128, limit_bps: u128) -> Result<u128, MathError> {
    let Some(rest) = whole.checked_sub(part) else {
        return Ok(0);
    };
    match BPS.checked_sub(limit_bps) {
        None | Some(0) => Ok(u128::MAX),
        Some(rest_bps) => Ok(mul_div_floor(limit_bps, rest, rest_bps)?.saturating_sub(part)),
    }
}

/// `floor(external × 10,000 ÷ user_owned)`: how far external assets (µUSD at low) cover the USDM of users (µUSDM), in
/// basis points; none when users own nothing.
///
/// Errors: `Overflow`.
pub fn coverage_bps_floor(external: u128, user_owned: u128) -> Result<Option<u128>, MathError> {
    match user_owned {
        0 => Ok(None),
        _ => ratio_bps_floor(external, user_owned).map(Some),
    }
}
