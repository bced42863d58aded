use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_types::{checked_address, events};

use crate::error::ContractError;
use crate::power::{lend, remember, take_back};
use crate::state::{Staker, STAKERS};

/// Moves the votes of the sender's stake. Stake and rewards stay; votes that others delegated to the sender stay too.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    to: Option<String>,
) -> Result<Response, ContractError> {
    let to = to.map(|to| checked_address(deps.api, "delegate", &to)).transpose()?;
    let to = to.filter(|to| *to != sender);
    let mut staker: Staker = STAKERS.may_load(deps.storage, &sender)?.unwrap_or_default();
    let from = staker.delegate.clone();
    if from == to {
        return Err(ContractError::SameDelegate { delegate: to.unwrap_or(sender).into_string() });
    }
    if from.is_none() || to.is_none() {
        remember(deps.storage, env, &sender, &mut staker)?;
    }
    staker.delegate.clone_from(&to);
    let amount = staker.stake;
    STAKERS.save(deps.storage, &sender, &staker)?;
    if let Some(from) = &from {
        take_back(deps.storage, env, from, amount)?;
    }
    if let Some(to) = &to {
        lend(deps.storage, env, to, amount)?;
    }
    Ok(Response::new().add_attribute("action", "delegate").add_event(events::Delegated {
        from: from.unwrap_or_else(|| sender.clone()),
        to: to.unwrap_or_else(|| sender.clone()),
        staker: sender,
        amount: amount.into(),
    }))
}
