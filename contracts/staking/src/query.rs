use cosmwasm_std::{Addr, Deps, Env, Uint128};
use mars_control::tokens;
use mars_types::circulating::NonCirculatingResponse;
use mars_types::staking::{
    AprResponse, ConfigResponse, PoolResponse, StakerResponse, StakersResponse, Unbonding, DEFAULT_LIMIT,
    MAX_LIMIT,
};
use mars_types::{checked_address, Asset, Invariant, InvariantsResponse};

use crate::error::ContractError;
use crate::ledger::plus;
use crate::state::{Pool, Staker, COLLECTOR, PARAMS, PLANNED, STAKERS, XMS};
use crate::unbond;

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    Ok(ConfigResponse {
        xms: XMS.load(deps.storage)?,
        collector: COLLECTOR.load(deps.storage)?,
        guardian: mars_control::guardian(deps.storage)?,
        params: PARAMS.load(deps.storage)?,
        planned: PLANNED.load(deps.storage)?,
    })
}

pub fn pool(deps: Deps, env: &Env) -> Result<PoolResponse, ContractError> {
    let pool = Pool::now(deps.storage, env)?;
    Ok(PoolResponse {
        staked: pool.staked.into(),
        unbonding: pool.unbonding.into(),
        unclaimed: pool.unclaimed.into(),
        emission: pool.emission.response()?,
        buy_back: pool.buy_back.response()?,
    })
}

/// The rate of the emission against what is staked now; an emission that has ended or never began yields nothing.
pub fn apr(deps: Deps, env: &Env) -> Result<AprResponse, ContractError> {
    let Pool { emission, staked, .. } = Pool::now(deps.storage, env)?;
    let apr = match staked {
        0 => None,
        _ if emission.elapsed >= emission.duration => Some(0),
        _ => Some(mars_math::apr_bps_floor(emission.total, emission.duration, staked)?),
    };
    Ok(AprResponse {
        emission_apr_360_days_bps: apr.map(Uint128::new),
        year_days: 360,
        staked: staked.into(),
    })
}

pub fn staker(deps: Deps, env: &Env, address: &str) -> Result<StakerResponse, ContractError> {
    let account = checked_address(deps.api, "address", address)?;
    respond(deps, &Pool::now(deps.storage, env)?, account)
}

pub fn stakers(
    deps: Deps,
    env: &Env,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<StakersResponse, ContractError> {
    let after = start_after.map(|address| checked_address(deps.api, "start_after", &address)).transpose()?;
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or(usize::MAX);
    let pool = Pool::now(deps.storage, env)?;
    let accounts = STAKERS.keys_after(deps.storage, after.as_ref(), limit)?;
    let stakers: Result<_, _> = accounts.into_iter().map(|account| respond(deps, &pool, account)).collect();
    Ok(StakersResponse { stakers: stakers? })
}

fn respond(deps: Deps, pool: &Pool, account: Addr) -> Result<StakerResponse, ContractError> {
    let staker = Staker::now(deps.storage, pool, &account)?;
    let parts = unbond::parts(deps.storage, &account)?.into_iter();
    let unbonding =
        parts.map(|part| Unbonding { amount: part.amount.into(), release: part.release }).collect();
    Ok(StakerResponse {
        address: account,
        stake: staker.stake.into(),
        owed: staker.owed.into(),
        power: staker.power().into(),
        delegate: staker.delegate,
        unbonding,
    })
}

/// What the streams have not yet given. Stakes, what unbonds and what is only unclaimed belongs to people.
pub fn non_circulating(deps: Deps, env: &Env) -> Result<NonCirculatingResponse, ContractError> {
    let pool = Pool::now(deps.storage, env)?;
    Ok(NonCirculatingResponse { amount: plus(pool.emission.left()?, pool.buy_back.left()?)?.into() })
}

/// The books against what the contract really holds. What the accounts are owed one by one is in [`stakers`].
pub fn invariants(deps: Deps, env: &Env) -> Result<InvariantsResponse, ContractError> {
    let pool = Pool::now(deps.storage, env)?;
    let mut books = 0;
    for part in [pool.staked, pool.unbonding, pool.unclaimed, pool.emission.left()?, pool.buy_back.left()?] {
        books = plus(books, part)?;
    }
    let xms = Asset::Cw20(XMS.load(deps.storage)?);
    let name = "stakes_unbonding_and_rewards_are_held";
    let held = tokens::is_held(deps.querier, &env.contract.address, &xms, name, Uint128::new(books));
    let streams = [("emission", pool.emission), ("buy_back", pool.buy_back)];
    let streams = streams.map(|(name, stream)| {
        Invariant::at_most(format!("{name}_is_within_its_time"), stream.elapsed, stream.duration)
    });
    Ok(std::iter::once(held).chain(streams).collect::<Vec<_>>().into())
}
