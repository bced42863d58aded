use cosmwasm_std::{Addr, Deps, Env};
use mars_control::{on_time, recipient};

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
        Ok(Self { recipient: recipient(deps.api, env, &sender, named, "the swap contract")?, sender })
    }
}
