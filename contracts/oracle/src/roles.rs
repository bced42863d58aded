//! The owner, in two steps; the guardian, by the owner.

use cosmwasm_std::{Addr, DepsMut, Env, Response, Storage};
use cw_ownable::{Action, OwnershipError};
use mars_types::{checked_address, events, GuardianUnchecked, InvalidInput};

use crate::error::ContractError;
use crate::state::GUARDIAN;

/// Refuses everyone but the owner.
pub fn owner_only(storage: &dyn Storage, sender: &Addr) -> Result<(), ContractError> {
    match cw_ownable::is_owner(storage, sender)? {
        true => Ok(()),
        false => Err(unauthorized(sender, "owner")),
    }
}

/// The owner replaces the guardian, or has none.
pub fn set_guardian(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    guardian: Option<GuardianUnchecked>,
) -> Result<Response, ContractError> {
    owner_only(deps.storage, sender)?;
    let Some(guardian) = guardian else {
        GUARDIAN.remove(deps.storage);
        return Ok(Response::new().add_event(events::GuardianSet { guardian: "none".into(), sunset: 0 }));
    };
    let in_force = GUARDIAN.may_load(deps.storage)?;
    let guardian =
        guardian.check(deps.api, env.block.time.seconds(), in_force.map(|guardian| guardian.sunset))?;
    GUARDIAN.save(deps.storage, &guardian)?;
    Ok(Response::new()
        .add_event(events::GuardianSet { guardian: guardian.address.into(), sunset: guardian.sunset }))
}

/// The owner offers the ownership, the one it was offered to accepts. Renouncing is refused: nobody could lift a
/// pause or replace a feeder any more.
pub fn update_ownership(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    action: Action,
) -> Result<Response, ContractError> {
    match &action {
        Action::TransferOwnership { new_owner, .. } => {
            checked_address(deps.api, "new owner", new_owner)?;
        }
        Action::AcceptOwnership => (),
        Action::RenounceOwnership => {
            owner_only(deps.storage, sender)?;
            let limit = "transfer_ownership or accept_ownership";
            return Err(InvalidInput::new("ownership action", "renounce_ownership", limit).into());
        }
    }
    let ownership =
        cw_ownable::update_ownership(deps, &env.block, sender, action).map_err(|error| match error {
            OwnershipError::Std(error) => error.into(),
            OwnershipError::NoOwner | OwnershipError::NotOwner => unauthorized(sender, "owner"),
            OwnershipError::NotPendingOwner => unauthorized(sender, "pending owner"),
            OwnershipError::TransferExpired => unauthorized(sender, "pending owner before the offer expires"),
            OwnershipError::TransferNotFound => ContractError::NoTransfer,
        })?;
    let text = |address: Option<Addr>| address.map_or_else(|| "none".into(), Addr::into_string);
    Ok(Response::new().add_event(events::OwnershipChanged {
        owner: text(ownership.owner),
        pending_owner: text(ownership.pending_owner),
    }))
}

fn unauthorized(sender: &Addr, role: &str) -> ContractError {
    ContractError::Unauthorized { sender: sender.to_string(), role: role.into() }
}
