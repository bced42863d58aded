use cosmwasm_std::{Addr, Env, Event, Storage};
use cw_storage_plus::Map;
use mars_types::pause::{GuardianPause, PauseRefused};
use mars_types::{PauseSwitch, events};

use crate::error::ControlError;
use crate::owner::{Stopper, assert_owner, stopper};

/// Name of the switch → its state; absent: never paused.
const SWITCHES: Map<&str, PauseSwitch> = Map::new("switches");

pub fn switch(storage: &dyn Storage, name: &str) -> Result<PauseSwitch, ControlError> {
    Ok(SWITCHES.may_load(storage, name)?.unwrap_or_default())
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
) -> Result<Event, ControlError> {
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
) -> Result<Event, ControlError> {
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
    save(storage, sender, name, &paused)
}

/// Makes a guardian's pause the owner's own: it lasts until it is lifted.
pub fn confirm_pause(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
) -> Result<Event, ControlError> {
    let state = owned_pause(storage, env, sender, name)?;
    save(storage, sender, name, &state.by_owner(env.block.time.seconds()))
}

pub fn unpause(
    storage: &mut dyn Storage,
    env: &Env,
    sender: &Addr,
    name: &str,
) -> Result<Event, ControlError> {
    let state = owned_pause(storage, env, sender, name)?;
    SWITCHES.save(storage, name, &state.lifted())?;
    Ok(events::Unpaused { sender: sender.clone(), switch: name.into() }.into())
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
) -> Result<Event, ControlError> {
    SWITCHES.save(storage, name, state)?;
    Ok(events::Paused { sender: sender.clone(), switch: name.into(), until: until(state) }.into())
}

fn until(state: &PauseSwitch) -> String {
    state.pause.and_then(|pause| pause.until).map_or_else(|| "owner".into(), |until| until.to_string())
}
