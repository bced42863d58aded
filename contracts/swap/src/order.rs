use cosmwasm_std::{Addr, Deps, Env, Uint128};
use mars_types::{checked_address, InvalidInput};

use crate::error::ContractError;

/// Who trades, who gets the result, and until when.
pub struct Order {
    pub sender: Addr,
    pub recipient: Addr,
}

impl Order {
    /// Refuses what comes too late, or would go to the swap contract, which could never spend it.
    pub fn new(
        deps: Deps,
        env: &Env,
        sender: Addr,
        named: Option<String>,
        deadline: u64,
    ) -> Result<Self, ContractError> {
        on_time(env, deadline)?;
        let Some(named) = named else {
            return Ok(Self { recipient: sender.clone(), sender });
        };
        let recipient = checked_address(deps.api, "recipient", &named)?;
        if recipient == env.contract.address {
            return Err(InvalidInput::new("recipient", named, "anyone but the swap contract").into());
        }
        Ok(Self { recipient, sender })
    }
}

/// A deadline of this very second still holds (R11).
pub fn on_time(env: &Env, deadline: u64) -> Result<(), ContractError> {
    let now = env.block.time.seconds();
    if now > deadline {
        return Err(ContractError::DeadlinePassed { now, deadline });
    }
    Ok(())
}

/// Refuses less than the caller accepts.
pub fn accept(out: u128, least: Uint128) -> Result<(), ContractError> {
    if out < least.u128() {
        return Err(ContractError::MinOut { out: Uint128::new(out), least });
    }
    Ok(())
}
