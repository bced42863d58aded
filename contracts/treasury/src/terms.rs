use cosmwasm_std::{Addr, Deps, Env, Uint128};
use mars_types::InvalidInput;

use crate::error::ContractError;
use crate::state::{Config, CONFIG};

/// What a caller insists on, whatever happened between signing and execution.
#[derive(Clone, Copy)]
pub struct Terms {
    /// Least result that is accepted.
    pub min_out: Uint128,
    /// Last block time at which it may happen, seconds.
    pub deadline: u64,
}

impl Terms {
    /// The terms of a simulation: what is left out asks for nothing.
    pub fn of_query(env: &Env, min_out: Option<Uint128>, deadline: Option<u64>) -> Self {
        Self { min_out: min_out.unwrap_or_default(), deadline: deadline.unwrap_or(env.block.time.seconds()) }
    }

    pub fn on_time(&self, env: &Env) -> Result<(), ContractError> {
        Ok(mars_control::on_time(env, self.deadline)?)
    }

    pub fn accept(&self, out: Uint128) -> Result<(), ContractError> {
        Ok(mars_control::accept(out, self.min_out)?)
    }
}

/// Who asks for a mint or a redemption, who gets the result, and on what terms.
pub struct Order {
    pub sender: Addr,
    pub recipient: Addr,
    pub terms: Terms,
}

impl Order {
    pub fn new(
        deps: Deps,
        env: &Env,
        sender: Addr,
        named: Option<String>,
        terms: Terms,
    ) -> Result<Self, ContractError> {
        Ok(Self { recipient: recipient(deps, env, &sender, named)?, sender, terms })
    }
}

/// Who gets the result: the sender unless another is named. USDM and XMS refuse what is sent to the token itself, so a claim of
/// theirs could never be paid, and nobody behind it in the queue.
pub fn recipient(deps: Deps, env: &Env, sender: &Addr, named: Option<String>) -> Result<Addr, ContractError> {
    if named.is_none() {
        return Ok(sender.clone());
    }
    let recipient = mars_control::recipient(deps.api, env, sender, named, "the treasury")?;
    let Config { usdm, xms, .. } = CONFIG.load(deps.storage)?;
    if [usdm, xms].contains(&recipient) {
        return Err(InvalidInput::new("recipient", recipient, "anyone but the tokens USDM and XMS").into());
    }
    Ok(recipient)
}
