//! What a caller insists on, whatever happened between signing and execution.

use cosmwasm_std::{Addr, Api, Env, Uint128};
use mars_types::{InvalidInput, checked_address};

use crate::error::ControlError;

/// Refuses what comes after its deadline, in seconds. A deadline of this very second still holds (R11).
pub fn on_time(env: &Env, deadline: u64) -> Result<(), ControlError> {
    let now = env.block.time.seconds();
    if now > deadline { Err(ControlError::DeadlinePassed { now, deadline }) } else { Ok(()) }
}

/// Refuses less than the caller accepts.
pub fn accept(out: Uint128, least: Uint128) -> Result<(), ControlError> {
    if out < least { Err(ControlError::MinOut { out, least }) } else { Ok(()) }
}

/// Refuses an amount of which nothing would come.
pub fn nonzero(amount: Uint128) -> Result<(), ControlError> {
    if amount.is_zero() { Err(ControlError::TooSmall { amount }) } else { Ok(()) }
}

/// Who gets the result: the sender unless another is named. This contract, `itself` in words, could never spend it.
pub fn recipient(
    api: &dyn Api,
    env: &Env,
    sender: &Addr,
    named: Option<String>,
    itself: &str,
) -> Result<Addr, ControlError> {
    let Some(named) = named else {
        return Ok(sender.clone());
    };
    let recipient = checked_address(api, "recipient", &named)?;
    if recipient == env.contract.address {
        return Err(InvalidInput::new("recipient", named, format!("anyone but {itself}")).into());
    }
    Ok(recipient)
}
