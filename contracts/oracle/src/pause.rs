//! One switch an asset: while it is paused there is no price.

use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_types::pause::{PauseRefused, GUARDIAN_PAUSE};
use mars_types::{events, Asset, AssetUnchecked};

use crate::error::ContractError;
use crate::price::until;
use crate::roles::owner_only;
use crate::state::{Listing, GUARDIAN, LISTINGS};

/// The owner pauses until it lifts the pause; the guardian for 14 days, if no pause holds and none of its own would
/// have held still.
pub fn pause(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    let owner = cw_ownable::is_owner(deps.storage, sender)?;
    let guardian = || -> Result<bool, ContractError> {
        Ok(GUARDIAN.may_load(deps.storage)?.is_some_and(|guardian| guardian.may_act(sender, now)))
    };
    if !owner && !guardian()? {
        return Err(ContractError::Unauthorized {
            sender: sender.to_string(),
            role: "owner or guardian before its sunset".into(),
        });
    }
    let (asset, mut listing) = listed(&deps, asset)?;
    listing.switch = match owner {
        true => listing.switch.by_owner(now),
        false => listing.switch.by_guardian(now, GUARDIAN_PAUSE).map_err(|refused| match refused {
            PauseRefused::AlreadyPaused => {
                ContractError::AlreadyPaused { asset: asset.clone(), until: until(listing.switch.pause) }
            }
            PauseRefused::Resting { until } => ContractError::PauseResting { now, until },
        })?,
    };
    paused(deps, sender, asset, listing)
}

/// The owner makes a pause that holds last until it is lifted.
pub fn confirm(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    owner_only(deps.storage, sender)?;
    let (asset, mut listing) = listed(&deps, asset)?;
    let now = env.block.time.seconds();
    if !listing.switch.paused(now) {
        return Err(ContractError::NotPaused { asset });
    }
    listing.switch = listing.switch.by_owner(now);
    paused(deps, sender, asset, listing)
}

/// The owner lifts a pause. Nothing to lift is no error: a guardian's pause may have lapsed while the owner decided.
pub fn lift(deps: DepsMut, sender: &Addr, asset: AssetUnchecked) -> Result<Response, ContractError> {
    owner_only(deps.storage, sender)?;
    let (asset, mut listing) = listed(&deps, asset)?;
    listing.switch = listing.switch.lifted();
    LISTINGS.save(deps.storage, &asset.key(), &listing)?;
    Ok(Response::new().add_event(events::Unpaused { sender: sender.clone(), switch: asset.to_string() }))
}

fn listed(deps: &DepsMut, asset: AssetUnchecked) -> Result<(Asset, Listing), ContractError> {
    let asset = asset.check(deps.api)?;
    match LISTINGS.may_load(deps.storage, &asset.key())? {
        Some(listing) => Ok((asset, listing)),
        None => Err(ContractError::NotListed { asset }),
    }
}

fn paused(deps: DepsMut, sender: &Addr, asset: Asset, listing: Listing) -> Result<Response, ContractError> {
    LISTINGS.save(deps.storage, &asset.key(), &listing)?;
    Ok(Response::new().add_event(events::Paused {
        sender: sender.clone(),
        switch: asset.to_string(),
        until: until(listing.switch.pause),
    }))
}
