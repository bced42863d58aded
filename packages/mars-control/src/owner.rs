use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage};
use cw_ownable::{Action, OwnershipError};
use cw_storage_plus::Item;
use mars_types::{Guardian, GuardianUnchecked, InvalidInput, checked_address, events};

use crate::error::ControlError;
use crate::payment::nonpayable;

const GUARDIAN: Item<Guardian> = Item::new("guardian");
/// The latest sunset that a guardian may have. Kept when there is no guardian: having none for a moment must not be
/// a way to move it.
const SUNSET: Item<u64> = Item::new("guardian_sunset");

/// Who may stop things: the owner, for as long as it likes, or the guardian, within its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopper {
    Owner,
    Guardian,
}

/// At instantiation, which takes no coins: name and version of the contract, its first owner and, if there is to be one, the
/// guardian.
pub fn initialize(
    deps: DepsMut,
    env: &Env,
    info: &MessageInfo,
    (name, version): (&str, &str),
    owner: &str,
    guardian: Option<GuardianUnchecked>,
) -> Result<(), ControlError> {
    nonpayable(info)?;
    cw2::set_contract_version(deps.storage, name, version)?;
    checked_address(deps.api, "owner", owner)?;
    cw_ownable::initialize_owner(deps.storage, deps.api, Some(owner))?;
    if let Some(guardian) = guardian {
        store_guardian(deps, env, &guardian)?;
    }
    Ok(())
}

pub fn assert_owner(storage: &dyn Storage, sender: &Addr) -> Result<(), ControlError> {
    if cw_ownable::is_owner(storage, sender)? {
        return Ok(());
    }
    Err(ControlError::unauthorized(sender, "owner"))
}

/// In which capacity the sender may stop something now.
pub fn stopper(storage: &dyn Storage, env: &Env, sender: &Addr) -> Result<Stopper, ControlError> {
    if cw_ownable::is_owner(storage, sender)? {
        return Ok(Stopper::Owner);
    }
    if guardian(storage)?.is_some_and(|guardian| guardian.may_act(sender, env.block.time.seconds())) {
        return Ok(Stopper::Guardian);
    }
    Err(ControlError::unauthorized(sender, "owner or guardian"))
}

pub fn guardian(storage: &dyn Storage) -> Result<Option<Guardian>, ControlError> {
    Ok(GUARDIAN.may_load(storage)?)
}

/// The owner replaces the guardian or has none. No later guardian may have a later sunset (R66).
pub fn set_guardian(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    guardian: Option<GuardianUnchecked>,
) -> Result<Response, ControlError> {
    assert_owner(deps.storage, sender)?;
    let event = match guardian {
        Some(guardian) => {
            let Guardian { address, sunset } = store_guardian(deps, env, &guardian)?;
            events::GuardianSet { guardian: address.into_string(), sunset }
        }
        None => {
            GUARDIAN.remove(deps.storage);
            events::GuardianSet { guardian: "none".into(), sunset: env.block.time.seconds() }
        }
    };
    Ok(Response::new().add_attribute("action", "set_guardian").add_event(event))
}

/// The owner offers the ownership, and the one it was offered to accepts. Renouncing is refused: nobody could lift a
/// pause or change a parameter any more.
pub fn update_ownership(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    action: Action,
) -> Result<Response, ControlError> {
    if action == Action::RenounceOwnership {
        assert_owner(deps.storage, sender)?;
        return Err(InvalidInput::new("ownership action", "renounce", "transfer or accept").into());
    }
    if let Action::TransferOwnership { new_owner, .. } = &action {
        checked_address(deps.api, "new_owner", new_owner)?;
    }
    let changed = cw_ownable::update_ownership(deps, &env.block, sender, action);
    let ownership = changed.map_err(|error| match error {
        OwnershipError::Std(error) => error.into(),
        OwnershipError::NoOwner | OwnershipError::NotOwner => ControlError::unauthorized(sender, "owner"),
        OwnershipError::NotPendingOwner => ControlError::unauthorized(sender, "pending owner"),
        OwnershipError::TransferExpired | OwnershipError::TransferNotFound => {
            ControlError::NoTransfer { sender: sender.to_string() }
        }
    })?;
    let name = |owner: Option<Addr>| owner.map_or_else(|| "none".into(), Addr::into_string);
    Ok(Response::new().add_attribute("action", "update_ownership").add_event(events::OwnershipChanged {
        owner: name(ownership.owner),
        pending_owner: name(ownership.pending_owner),
    }))
}

fn store_guardian(deps: DepsMut, env: &Env, guardian: &GuardianUnchecked) -> Result<Guardian, ControlError> {
    let latest = SUNSET.may_load(deps.storage)?;
    let guardian = guardian.check(deps.api, env.block.time.seconds(), latest)?;
    SUNSET.save(deps.storage, &guardian.sunset)?;
    GUARDIAN.save(deps.storage, &guardian)?;
    Ok(guardian)
}
