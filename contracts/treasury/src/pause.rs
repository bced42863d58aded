use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Storage};
use mars_types::pause::{PauseRefused, GUARDIAN_PAUSE, GUARDIAN_REDEMPTION_PAUSE};
use mars_types::treasury::{Switch, SwitchUnchecked};
use mars_types::{events, PauseSwitch};

use crate::assets;
use crate::error::ContractError;
use crate::roles::{self, Stopper};
use crate::state::{REGISTRY, SWITCHES};

pub fn refuse_paused(storage: &dyn Storage, env: &Env, switch: &Switch) -> Result<(), ContractError> {
    let state = load(storage, switch)?;
    if !state.paused(env.block.time.seconds()) {
        return Ok(());
    }
    Err(ContractError::Paused {
        switch: switch.to_string(),
        until: until(&state),
    })
}

pub fn pause(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    let stopper = roles::stopper(deps.storage, env, sender)?;
    let switch = checked(deps.as_ref(), switch)?;
    let (now, state) = (env.block.time.seconds(), load(deps.storage, &switch)?);
    let state = match stopper {
        Stopper::Owner => state.by_owner(now),
        Stopper::Guardian => {
            let rule = if switch == Switch::Redeem {
                GUARDIAN_REDEMPTION_PAUSE
            } else {
                GUARDIAN_PAUSE
            };
            state.by_guardian(now, rule).map_err(|refused| match refused {
                PauseRefused::AlreadyPaused => ContractError::AlreadyPaused {
                    switch: switch.to_string(),
                },
                PauseRefused::Resting { until } => ContractError::PauseResting { now, until },
            })?
        }
    };
    save(deps, "pause", sender, &switch, state)
}

/// Makes a guardian's pause the owner's own: it lasts until it is lifted.
pub fn confirm(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    roles::assert_owner(deps.storage, sender)?;
    let switch = checked(deps.as_ref(), switch)?;
    let state = load(deps.storage, &switch)?;
    if !state.paused(env.block.time.seconds()) {
        return Err(ContractError::NotFound {
            what: "pause",
            entry: switch.to_string(),
        });
    }
    let state = state.by_owner(env.block.time.seconds());
    save(deps, "confirm_pause", sender, &switch, state)
}

pub fn lift(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    roles::assert_owner(deps.storage, sender)?;
    let switch = checked(deps.as_ref(), switch)?;
    let state = load(deps.storage, &switch)?;
    if !state.paused(env.block.time.seconds()) {
        return Err(ContractError::NotFound {
            what: "pause",
            entry: switch.to_string(),
        });
    }
    SWITCHES.save(deps.storage, &switch.to_string(), &state.lifted())?;
    Ok(Response::new()
        .add_attribute("action", "unpause")
        .add_event(events::Unpaused {
            sender: sender.clone(),
            switch: switch.to_string(),
        }))
}

pub fn load(storage: &dyn Storage, switch: &Switch) -> Result<PauseSwitch, ContractError> {
    Ok(SWITCHES
        .may_load(storage, &switch.to_string())?
        .unwrap_or_default())
}

/// Only what exists has a switch.
fn checked(deps: Deps, switch: SwitchUnchecked) -> Result<Switch, ContractError> {
    Ok(match switch {
        SwitchUnchecked::Mint => Switch::Mint,
        SwitchUnchecked::Redeem => Switch::Redeem,
        SwitchUnchecked::Asset(asset) => {
            let asset = asset.check(deps.api)?;
            assets::registered(&mut REGISTRY.load(deps.storage)?, &asset)?;
            Switch::Asset(asset)
        }
    })
}

fn save(
    deps: DepsMut,
    action: &str,
    sender: &Addr,
    switch: &Switch,
    state: PauseSwitch,
) -> Result<Response, ContractError> {
    SWITCHES.save(deps.storage, &switch.to_string(), &state)?;
    Ok(Response::new()
        .add_attribute("action", action)
        .add_event(events::Paused {
            sender: sender.clone(),
            switch: switch.to_string(),
            until: until(&state),
        }))
}

fn until(state: &PauseSwitch) -> String {
    state
        .pause
        .and_then(|pause| pause.until)
        .map_or_else(|| "owner".into(), |until| until.to_string())
}
