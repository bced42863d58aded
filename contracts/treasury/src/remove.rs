//! Takes liquidity back: the owner at a fair value, anyone in recovery without any price.

use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{accept, assert_owner, nonzero, tokens};
use mars_types::swap::{self, ObserveResponse, WithdrawReceipt};
use mars_types::treasury::{Position, REMOVE_BPS};
use mars_types::{events, Asset, ListError, Simulation};

use crate::error::ContractError;
use crate::prices::Prices;
use crate::state::{Config, BOOKS, CLOSING, CONFIG, HELD};
use crate::terms::Terms;
use crate::{assets, positions, recovery};

/// The owner takes LP units out, if what comes is worth 99 % of their fair value or more (R50).
pub fn remove(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    pool: u32,
    lp: Uint128,
    terms: Terms,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    terms.on_time(env)?;
    let position = positions::of_pool(deps.storage, pool)?;
    let out = simulate(deps.as_ref(), &position, lp)?;
    fair_enough(deps.as_ref(), &position, lp, &out)?;
    take_back(deps, env, position, lp, out, false)
}

/// Anyone takes a whole position back while recovery runs.
pub fn unwind(deps: DepsMut, env: &Env, pool: u32) -> Result<Response, ContractError> {
    recovery::running(deps.storage)?.ok_or(ContractError::NoRecovery)?;
    let position = positions::of_pool(deps.storage, pool)?;
    let lp = position.lp;
    nonzero(lp)?;
    let out = simulate(deps.as_ref(), &position, lp)?;
    take_back(deps, env, position, lp, out, true)
}

/// What the pool pays for the units in this block.
fn simulate(deps: Deps, position: &Position, lp: Uint128) -> Result<WithdrawReceipt, ContractError> {
    if lp > position.lp {
        return Err(ContractError::HeldShort {
            asset: position.lp_token.to_string(),
            amount: lp,
            held: position.lp,
        });
    }
    let pool = position.pool;
    let question = swap::QueryMsg::SimulateWithdraw { pool, lp, min_outs: None, deadline: None };
    let answer: Simulation<WithdrawReceipt> = deps.querier.query_wasm_smart(&position.swap, &question)?;
    Ok(answer.result()?)
}

/// All USDM is burned, XMS joins the reserve, the rest the ledger. The mint ledger falls by ceil(f × ledger).
fn take_back(
    deps: DepsMut,
    env: &Env,
    mut position: Position,
    lp: Uint128,
    out: WithdrawReceipt,
    unwound: bool,
) -> Result<Response, ContractError> {
    let Config { usdm, xms, .. } = CONFIG.load(deps.storage)?;
    let mut books = BOOKS.load(deps.storage)?;
    let part = |whole: Uint128| -> Result<Uint128, ContractError> {
        Ok(Uint128::new(mars_math::mul_div_ceil(whole.u128(), lp.u128(), position.lp.u128())?))
    };
    let minted = position.minted.checked_sub(part(position.minted)?)?;
    let cost = position.cost.iter().map(|cost| Ok(cost.checked_sub(part(*cost)?)?));
    let cost = cost.collect::<Result<_, ContractError>>()?;
    position = Position { lp: position.lp.checked_sub(lp)?, minted, cost, ..position };
    let mut burned = Uint128::zero();
    for (asset, amount) in position.assets.iter().zip(&out.amounts) {
        if *asset == Asset::Cw20(usdm.clone()) {
            burned = burned.checked_add(*amount)?;
        } else if *asset == Asset::Cw20(xms.clone()) {
            assets::forget_spent_xms(deps.storage, &xms, &books)?;
            books.reserve = books.reserve.checked_add(*amount)?;
        } else {
            let held = HELD.may_load(deps.storage, &asset.key())?.unwrap_or_default();
            HELD.save(deps.storage, &asset.key(), &held.checked_add(*amount)?)?;
        }
    }
    books.returned = books.returned.checked_add(burned)?;
    BOOKS.save(deps.storage, &books)?;
    positions::save(deps.storage, &position)?;
    // The supply falls at once, so what the cap leaves out must not stay; nor more of it than the ledgers have left, where users
    // bought the rest out of the pool.
    let mut closing = CLOSING.load(deps.storage)?;
    let minted = positions::minted_by(&positions::load(deps.storage)?)?;
    closing.treasury_owned = closing.treasury_owned.saturating_sub(burned).min(minted);
    CLOSING.save(deps.storage, &closing)?;

    let hook = swap::Cw20HookMsg::Withdraw {
        pool: position.pool,
        min_outs: out.amounts.clone(),
        deadline: env.block.time.seconds(),
        recipient: None,
    };
    let mut response = Response::new()
        .add_attribute("action", if unwound { "unwind" } else { "remove" })
        .add_message(tokens::send(&position.lp_token, &position.swap, lp, &hook)?);
    if !burned.is_zero() {
        response = response.add_message(tokens::burn(&usdm, burned)?);
    }
    let amounts = events::list(&out.amounts);
    Ok(response.add_event(events::Removed { pool: position.pool, lp, amounts, burned, unwound }))
}

/// Refuses less than 99 % of the fair value (R50): both sides at the low of the oracle, USDM at a dollar, XMS at its average.
fn fair_enough(
    deps: Deps,
    position: &Position,
    lp: Uint128,
    out: &WithdrawReceipt,
) -> Result<(), ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let question = swap::QueryMsg::Observe { pools: vec![position.pool], windows: vec![1_800] };
    let observed: ObserveResponse = deps.querier.query_wasm_smart(&position.swap, &question)?;
    let pool = observed.pools.first().ok_or_else(|| ListError::not_found("pool", position.pool))?;
    let (usdm, xms) = (config.usdm_asset(), config.xms_asset());
    let external = position.assets.iter().filter(|asset| **asset != usdm && **asset != xms);
    let prices = Prices::query(deps, &config.oracle, external.cloned().collect(), Some(&config.xms));
    let price18 = |asset: &Asset| -> Result<u128, ContractError> {
        if *asset == usdm {
            Ok(mars_math::PRICE_ONE)
        } else if *asset == xms {
            Ok(prices.market_of(asset)?.twap_30m.atomics().u128())
        } else {
            Ok(prices.of(asset)?.band.low18())
        }
    };
    let (mut worth, mut fair) = (0u128, 0u128);
    let sides = positions::sides(pool)?;
    for (((asset, decimals), amount), side) in
        position.assets.iter().zip(&position.decimals).zip(&out.amounts).zip(sides)
    {
        let price = price18(asset)?;
        let share = mars_math::mul_div_floor(side, lp.u128(), pool.lp_supply.u128().max(1))?;
        worth = worth.saturating_add(mars_math::value_floor(amount.u128(), price, *decimals)?);
        fair = fair.saturating_add(mars_math::value_ceil(share, price, *decimals)?);
    }
    let least = mars_math::bps_of_ceil(fair, REMOVE_BPS)?;
    Ok(accept(Uint128::new(worth), Uint128::new(least))?)
}
