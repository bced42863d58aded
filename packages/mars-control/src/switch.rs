use std::fmt::Display;

use cosmwasm_std::{Addr, Env, Response, Storage};
use cw_storage_plus::Map;
use mars_types::pause::{GuardianPause, PauseEntry, PauseRefused, PausesResponse};
use mars_types::{PauseSwitch, events};

use crate::error::ControlError;
use crate::owner::{Stopper, assert_owner, stopper};

/// Name of the switch → its state; absent: never paused.
const SWITCHES: Map<&str, PauseSwitch> = Map::new("switches");

pub fn switch(storage: &dyn Storage, name: &str) -> Result<PauseSwitch, ControlError> {
    Ok(SWITCHES.may_load(storage, name)?.unwrap_or_default())
}

/// Switches with their states now, for a query.
pub fn pauses<S: Display>(
    storage: &dyn Storage,
    env: &Env,
    switches: impl IntoIterator<Item = S>,
) -> Result<PausesResponse<S>, ControlError> {
    let entry = |named: S| {
        let state = switch(storage, &named.to_string())?;
        Ok(PauseEntry { switch: named, paused: state.paused(env.block.time.seconds()), state })
    };
    let pauses: Result<_, ControlError> = switches.into_iter().map(entry).collect();
    Ok(PausesResponse { pauses: pauses? })
}

pub fn refuse_paused(storage: &dyn Storage, env: &Env, name: &str) -> Result<(), ControlError> {
    let state = switch(storage, name)?;
    if !state.paused(env.block.time.seconds()) {
        return Ok(());
    }
    Err(ControlError::Paused { switch: name.into(), until: until(&state) })
}

/// The owner pauses until it lifts the pause; the guardian for as long as `rule` lets it.
pub fn pause(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
    rule: GuardianPause,
) -> Result<Response, ControlError> {
    let capacity = stopper(storage, env, sender)?;
    pause_as(storage, env, sender, capacity, name, rule)
}

/// As [`pause`], in a capacity that the contract itself has made sure of.
pub fn pause_as(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    capacity: Stopper,
    name: &str,
    rule: GuardianPause,
) -> Result<Response, ControlError> {
    let (now, state) = (env.block.time.seconds(), switch(storage, name)?);
    let paused = match capacity {
        Stopper::Owner => state.by_owner(now),
        Stopper::Guardian => state.by_guardian(now, rule).map_err(|refused| match refused {
            PauseRefused::AlreadyPaused => {
                ControlError::AlreadyPaused { switch: name.into(), until: until(&state) }
            }
            PauseRefused::Resting { until } => ControlError::PauseResting { now, until },
        })?,
    };
    save(storage, sender, name, &paused, "pause")
}

/// Makes a guardian's pause the owner's own: it lasts until it is lifted.
pub fn confirm_pause(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
) -> Result<Response, ControlError> {
    let state = owned_pause(storage, env, sender, name)?;
    save(storage, sender, name, &state.by_owner(env.block.time.seconds()), "confirm_pause")
}

pub fn unpause(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
) -> Result<Response, ControlError> {
    let state = owned_pause(storage, env, sender, name)?;
    SWITCHES.save(storage, name, &state.lifted())?;
    let event = events::Unpaused { sender: sender.clone(), switch: name.into() };
    Ok(Response::new().add_attribute("action", "unpause").add_event(event))
}

/// A pause that holds now, for the owner to change.
fn owned_pause(
    storage: &dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
) -> Result<PauseSwitch, ControlError> {
    assert_owner(storage, sender)?;
    let state = switch(storage, name)?;
    if state.paused(env.block.time.seconds()) {
        return Ok(state);
    }
    Err(ControlError::NotPaused { switch: name.into() })
}

fn save(
    storage: &mut dyn Storage,
    sender: &Addr,
    name: &str,
    state: &PauseSwitch,
    action: &str,
) -> Result<Response, ControlError> {
    SWITCHES.save(storage, name, state)?;
    let event = events::Paused { sender: sender.clone(), switch: name.into(), until: until(state) };
    Ok(Response::new().add_attribute("action", action).add_event(event))
}

fn until(state: &PauseSwitch) -> String {
    state.pause.and_then(|pause| pause.until).map_or_else(|| "owner".into(), |until| until.to_string())
}
