//! How assets of the treasury go into a pool, whoever moves them.

use cosmwasm_std::{Coin, CosmosMsg, Deps, Uint128};
use mars_control::tokens;
use mars_types::swap::{self, ProvideReceipt};
use mars_types::treasury::Position;
use mars_types::{Asset, Simulation};

use crate::error::ContractError;
use crate::positions;

/// A position into which something may go.
pub fn open_position(deps: Deps, pool: u32) -> Result<Position, ContractError> {
    let position = positions::of_pool(deps.storage, pool)?;
    if position.exit_only {
        return Err(ContractError::ExitOnly { pool });
    }
    Ok(position)
}

/// What the pool would make of these amounts in this block.
pub fn simulate(
    deps: Deps,
    position: &Position,
    amounts: &[Uint128],
) -> Result<ProvideReceipt, ContractError> {
    let question = swap::QueryMsg::SimulateProvide {
        pool: position.pool,
        amounts: amounts.to_vec(),
        min_lp: None,
        deadline: None,
    };
    let answer: Simulation<ProvideReceipt> = deps.querier.query_wasm_smart(&position.swap, &question)?;
    Ok(answer.result()?)
}

/// Allowances and coins for exactly these amounts, and the call that takes them.
pub fn messages(
    position: &Position,
    amounts: &[Uint128],
    min_lp: Uint128,
    deadline: u64,
) -> Result<Vec<CosmosMsg>, ContractError> {
    let mut messages = vec![];
    let mut funds = vec![];
    for (asset, amount) in position.assets.iter().zip(amounts) {
        match asset {
            Asset::Native(denom) if !amount.is_zero() => funds.push(Coin::new(*amount, denom)),
            Asset::Cw20(token) if !amount.is_zero() => {
                messages.push(tokens::allow(token, &position.swap, *amount)?);
            }
            _ => {}
        }
    }
    funds.sort_by(|one, other| one.denom.cmp(&other.denom));
    let provide = swap::ExecuteMsg::Provide {
        pool: position.pool,
        amounts: amounts.to_vec(),
        min_lp,
        deadline,
        recipient: None,
    };
    messages.push(tokens::call(&position.swap, &provide, funds)?);
    Ok(messages)
}
