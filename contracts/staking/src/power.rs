//! Votes by block height. A change in a block holds for all of that block's end and later: a proposal reads the height
//! before its own, so nothing that happens in its block counts.

use cosmwasm_std::{Addr, Deps, Env, Storage, Uint128};
use mars_types::checked_address;
use mars_types::voting::VotingPowerResponse;

use crate::error::ContractError;
use crate::ledger::{minus, plus, Ledger};
use crate::state::{Pool, Staker, POOL, POWER, STAKERS};

/// The history of all stakes together.
const ALL: &str = "";

impl Ledger {
    /// The stake grows, and with it the votes of whoever votes with it.
    pub fn add_stake(
        &mut self,
        storage: &mut dyn Storage,
        env: &Env,
        amount: u128,
    ) -> Result<(), ContractError> {
        remember_total(storage, env, &mut self.pool)?;
        self.pool.staked = plus(self.pool.staked, amount)?;
        match self.staker.delegate.clone() {
            None => remember(storage, env, &self.account, &mut self.staker)?,
            Some(delegate) => lend(storage, env, &delegate, amount)?,
        }
        self.staker.stake = plus(self.staker.stake, amount)?;
        Ok(())
    }

    /// The stake shrinks, and with it those votes.
    pub fn remove_stake(
        &mut self,
        storage: &mut dyn Storage,
        env: &Env,
        amount: u128,
    ) -> Result<(), ContractError> {
        remember_total(storage, env, &mut self.pool)?;
        self.pool.staked = minus(self.pool.staked, amount)?;
        match self.staker.delegate.clone() {
            None => remember(storage, env, &self.account, &mut self.staker)?,
            Some(delegate) => take_back(storage, env, &delegate, amount)?,
        }
        self.staker.stake = minus(self.staker.stake, amount)?;
        Ok(())
    }
}

/// Gives a delegate the votes of a stake.
pub fn lend(
    storage: &mut dyn Storage,
    env: &Env,
    delegate: &Addr,
    amount: u128,
) -> Result<(), ContractError> {
    change(storage, env, delegate, |delegated| plus(delegated, amount))
}

/// Takes the votes of a stake from a delegate.
pub fn take_back(
    storage: &mut dyn Storage,
    env: &Env,
    delegate: &Addr,
    amount: u128,
) -> Result<(), ContractError> {
    change(storage, env, delegate, |delegated| minus(delegated, amount))
}

fn change(
    storage: &mut dyn Storage,
    env: &Env,
    delegate: &Addr,
    change: impl FnOnce(u128) -> Result<u128, cosmwasm_std::OverflowError>,
) -> Result<(), ContractError> {
    // A delegate without a stake of its own has no rewards, so its index does not matter until it stakes.
    let mut record = STAKERS.may_load(storage, delegate)?.unwrap_or_default();
    remember(storage, env, delegate, &mut record)?;
    record.delegated = change(record.delegated)?;
    Ok(STAKERS.save(storage, delegate, &record)?)
}

/// Before the first change of a block: what the account's power was until then.
pub fn remember(
    storage: &mut dyn Storage,
    env: &Env,
    account: &Addr,
    staker: &mut Staker,
) -> Result<(), ContractError> {
    let height = env.block.height;
    if staker.power_since != 0 && staker.power_since < height {
        POWER.record(storage, account.as_str(), staker.power_since, staker.power())?;
    }
    staker.power_since = height;
    Ok(())
}

fn remember_total(storage: &mut dyn Storage, env: &Env, pool: &mut Pool) -> Result<(), ContractError> {
    let height = env.block.height;
    if pool.staked_since != 0 && pool.staked_since < height {
        POWER.record(storage, ALL, pool.staked_since, pool.staked)?;
    }
    pool.staked_since = height;
    Ok(())
}

pub fn of(deps: Deps, address: &str, height: u64) -> Result<VotingPowerResponse, ContractError> {
    let account = checked_address(deps.api, "address", address)?;
    let power = match STAKERS.may_load(deps.storage, &account)? {
        None => 0,
        Some(staker) if staker.power_since <= height => staker.power(),
        Some(_) => POWER.at(deps.storage, account.as_str(), height)?,
    };
    Ok(VotingPowerResponse { power: Uint128::new(power) })
}

pub fn of_all(deps: Deps, height: u64) -> Result<VotingPowerResponse, ContractError> {
    let pool = POOL.load(deps.storage)?;
    let power =
        if pool.staked_since <= height { pool.staked } else { POWER.at(deps.storage, ALL, height)? };
    Ok(VotingPowerResponse { power: Uint128::new(power) })
}
