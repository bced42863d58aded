use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{accept, assert_token, refuse_paused, ControlError};
use mars_math::Liquidity;
use mars_types::swap::{Switch, WithdrawReceipt};
use mars_types::{events, Asset, AssetAmount, AssetUnchecked, InvalidInput};

use crate::error::ContractError;
use crate::market::Market;
use crate::order::Order;
use crate::payment;
use crate::state::{self, uints, Shares};

/// What is taken out, and the least of it that the caller accepts.
pub enum Goal {
    /// The share of every asset. Nothing stops it.
    /// Without `min_outs`, which only a query may leave out, whatever it is.
    All { min_outs: Option<Vec<Uint128>> },
    /// One asset.
    One { asset: AssetUnchecked, min_out: Uint128 },
}

/// A withdrawal that would be accepted, and the pool as it would leave it.
struct Quote {
    receipt: WithdrawReceipt,
    market: Market,
    shares: Shares,
}

/// Pays for `lp` units that `token` has burned.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    order: Order,
    (token, lp): (&Addr, Uint128),
    pool: u32,
    goal: &Goal,
) -> Result<Response, ContractError> {
    let Order { sender, recipient } = order;
    assert_token(token, &state::shares(deps.storage, pool)?.token)?;
    let Quote { receipt, market, shares } = quote(deps.as_ref(), env, pool, lp, goal)?;
    let assets = market.terms.assets.clone();
    market.save(deps.storage)?;
    state::save_shares(deps.storage, pool, &shares)?;
    let paid = assets.into_iter().zip(&receipt.amounts);
    let paid = paid.map(|(asset, amount)| AssetAmount { asset, amount: *amount });
    Ok(Response::new()
        .add_attribute("action", "withdraw")
        .add_messages(payment::pay(&recipient, paid)?)
        .add_event(events::LiquidityRemoved {
            pool,
            sender,
            recipient,
            lp,
            amounts: events::list(&receipt.amounts),
            fees: events::list(&receipt.fees),
            lp_supply: receipt.lp_supply,
        }))
}

/// What [`execute`] would do with so many LP units in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    pool: u32,
    lp: Uint128,
    goal: &Goal,
) -> Result<WithdrawReceipt, ContractError> {
    Ok(quote(deps, env, pool, lp, goal)?.receipt)
}

fn quote(deps: Deps, env: &Env, pool: u32, lp: Uint128, goal: &Goal) -> Result<Quote, ContractError> {
    let now = env.block.time.seconds();
    let mut shares = state::shares(deps.storage, pool)?;
    let units = lp.u128();
    if units > shares.supply {
        let (asked, reserve) = (lp, Uint128::new(shares.supply));
        return Err(ContractError::LiquidityShort { pool, asked, reserve });
    }
    let (market, taken) = match goal {
        Goal::All { min_outs } => {
            let mut market = Market::open(deps.storage, pool, now)?;
            let least = min_outs.as_deref().unwrap_or_default();
            if min_outs.is_some() && least.len() != market.terms.assets.len() {
                let (got, expected) = (least.len(), market.terms.assets.len());
                return Err(InvalidInput::new("min_outs", got, expected).into());
            }
            let taken = mars_math::withdraw_floor(&market.book.reserves, shares.supply, units)?;
            market.settle(taken.reserves.clone(), &taken.protocol)?;
            refuse_nothing(&taken, lp)?;
            taken.out.iter().zip(least).try_for_each(|(out, least)| accept(Uint128::new(*out), *least))?;
            (market, taken)
        }
        Goal::One { asset, min_out } => {
            refuse_paused(deps.storage, env, &Switch::Swap(pool).to_string())?;
            let mut market = Market::open(deps.storage, pool, now)?;
            let asset: Asset = asset.check(deps.api)?;
            let place = market.place(&asset)?;
            let reserves = &market.book.reserves;
            let taken = market.curve().withdraw_one(market.fee(), reserves, shares.supply, units, place)?;
            market.trade(taken.reserves.clone(), &taken.protocol)?;
            refuse_nothing(&taken, lp)?;
            accept(Uint128::new(taken.out.get(place).copied().unwrap_or_default()), *min_out)?;
            (market, taken)
        }
    };
    shares.changed_to(shares.supply.saturating_sub(units), now);
    let receipt = WithdrawReceipt {
        pool,
        lp,
        amounts: uints(&taken.out),
        fees: uints(&taken.fees),
        protocol_fees: uints(&taken.protocol),
        lp_supply: Uint128::new(shares.supply),
    };
    Ok(Quote { receipt, market, shares })
}

fn refuse_nothing(taken: &Liquidity, lp: Uint128) -> Result<(), ContractError> {
    if taken.out.iter().all(|out| *out == 0) {
        return Err(ControlError::TooSmall { amount: lp }.into());
    }
    Ok(())
}
