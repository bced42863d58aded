use cosmwasm_std::Uint128;
use mars_types::treasury::CONTROL_RATIO;

use crate::error::ControlError;

/// Refuses to let external assets go while XMS is worth less than twice as much. Unknown is as low: without a price of
/// XMS, or of an asset that is held, nobody can tell. A treasury without external assets has nothing to be carried off.
///
/// `external_high` in µUSD, `ratio` in bp; `all_priced`: none of the assets counts 0 because it has no price.
pub fn refuse_low_control(
    external_high: Uint128,
    all_priced: bool,
    ratio: Option<Uint128>,
) -> Result<(), ControlError> {
    match ratio.filter(|_| all_priced) {
        _ if all_priced && external_high.is_zero() => Ok(()),
        Some(ratio) if ratio >= CONTROL_RATIO => Ok(()),
        ratio => Err(ControlError::ControlRatio { ratio }),
    }
}
