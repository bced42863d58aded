use cosmwasm_std::{Addr, DepsMut, Env, Response, Uint128};
use mars_control::{assert_owner, nonzero};
use mars_types::events;

use crate::error::ContractError;
use crate::ledger::plus;
use crate::state::{Pool, Stream, COLLECTOR, PARAMS, PLANNED, POOL};

/// Streams a buy-back, with what is left of the one before, over a window from now on (R61).
///
/// Not open to anyone: each buy-back spreads the remainder anew, and dust sent every block would hold it back for ever.
pub fn buy_back(deps: DepsMut, env: &Env, sender: Addr, amount: Uint128) -> Result<Response, ContractError> {
    let is_collector = COLLECTOR.load(deps.storage)?.is_some_and(|collector| collector == sender);
    if !is_collector && assert_owner(deps.storage, &sender).is_err() {
        return Err(ContractError::NotPayer { sender: sender.into_string() });
    }
    nonzero(amount)?;
    let window = PARAMS.load(deps.storage)?.buy_back_window;
    let mut pool = Pool::now(deps.storage, env)?;
    pool.buy_back = refilled(pool.buy_back, amount, window)?;
    POOL.save(deps.storage, &pool)?;
    Ok(announce("buy_back", sender, amount, &pool.buy_back))
}

/// Begins the planned emission, with what is left of the running one, over its duration from now on.
pub fn fund_emission(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let Some(planned) = PLANNED.load(deps.storage)? else {
        return Err(ContractError::NothingPlanned { amount });
    };
    if amount != planned.total {
        return Err(ContractError::WrongFunding { amount, total: planned.total });
    }
    let mut pool = Pool::now(deps.storage, env)?;
    pool.emission = refilled(pool.emission, amount, planned.duration)?;
    POOL.save(deps.storage, &pool)?;
    PLANNED.save(deps.storage, &None)?;
    Ok(announce("emission", sender, amount, &pool.emission))
}

fn refilled(stream: Stream, amount: Uint128, duration: u64) -> Result<Stream, ContractError> {
    Ok(Stream { total: plus(stream.left()?, amount.u128())?, duration, elapsed: 0 })
}

fn announce(name: &'static str, sender: Addr, amount: Uint128, stream: &Stream) -> Response {
    Response::new().add_attribute("action", name).add_event(events::Streamed {
        sender,
        stream: name.into(),
        amount,
        total: stream.total.into(),
        duration: stream.duration,
    })
}
