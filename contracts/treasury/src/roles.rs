use cosmwasm_std::{Addr, DepsMut, Env, Response, Storage};
use cw_ownable::Action;
use mars_types::{events, GuardianUnchecked, InvalidInput};

use crate::error::ContractError;
use crate::state::GUARDIAN;

/// Who may stop things: the owner, for as long as it likes, or the guardian, within its limits.
pub enum Stopper {
    Owner,
    Guardian,
}

pub fn assert_owner(storage: &dyn Storage, sender: &Addr) -> Result<(), ContractError> {
    if cw_ownable::is_owner(storage, sender)? {
        return Ok(());
    }
    Err(ContractError::Unauthorized {
        sender: sender.to_string(),
        role: "owner",
    })
}

pub fn stopper(storage: &dyn Storage, env: &Env, sender: &Addr) -> Result<Stopper, ContractError> {
    if cw_ownable::is_owner(storage, sender)? {
        return Ok(Stopper::Owner);
    }
    let guardian = GUARDIAN.may_load(storage)?;
    if guardian.is_some_and(|guardian| guardian.may_act(sender, env.block.time.seconds())) {
        return Ok(Stopper::Guardian);
    }
    Err(ContractError::Unauthorized {
        sender: sender.to_string(),
        role: "owner or guardian",
    })
}

/// Replaces the guardian or has none. The sunset in force can only be moved earlier, also by way of having none:
/// it stays until a new guardian is named.
pub fn set_guardian(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    guardian: Option<GuardianUnchecked>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let in_force = GUARDIAN.may_load(deps.storage)?;
    let event = match guardian {
        Some(guardian) => {
            let guardian = guardian.check(deps.api, env.block.time.seconds(), in_force.as_ref())?;
            GUARDIAN.save(deps.storage, &guardian)?;
            events::GuardianSet {
                guardian: guardian.address.into_string(),
                sunset: guardian.sunset,
            }
        }
        None => {
            GUARDIAN.remove(deps.storage);
            events::GuardianSet {
                guardian: "none".into(),
                sunset: env.block.time.seconds(),
            }
        }
    };
    Ok(Response::new()
        .add_attribute("action", "set_guardian")
        .add_event(event))
}

/// Proposes and accepts a new owner.
pub fn update_ownership(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    action: Action,
) -> Result<Response, ContractError> {
    match action {
        Action::TransferOwnership { .. } => assert_owner(deps.storage, sender)?,
        Action::AcceptOwnership => {
            let pending = cw_ownable::get_ownership(deps.storage)?.pending_owner;
            if pending.is_some_and(|pending| pending != sender) {
                return Err(ContractError::Unauthorized {
                    sender: sender.to_string(),
                    role: "pending owner",
                });
            }
        }
        Action::RenounceOwnership => {
            assert_owner(deps.storage, sender)?;
            return Err(InvalidInput::new("ownership action", "renounce", "transfer or accept").into());
        }
    }
    let ownership = cw_ownable::update_ownership(deps, &env.block, sender, action)?;
    let name = |owner: Option<Addr>| owner.map_or_else(|| "none".into(), Addr::into_string);
    Ok(Response::new()
        .add_attribute("action", "update_ownership")
        .add_event(events::OwnershipChanged {
            owner: name(ownership.owner),
            pending_owner: name(ownership.pending_owner),
        }))
}
