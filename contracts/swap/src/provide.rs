use cosmwasm_std::{Coin, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{accept, refuse_paused, tokens, ControlError};
use mars_types::swap::{ProvideReceipt, Switch, LOCKED_LP};
use mars_types::{events, Asset, AssetAmount, InvalidInput};

use crate::error::ContractError;
use crate::market::{refuse_shares, Market};
use crate::order::Order;
use crate::payment;
use crate::state::{self, uints, Shares};

/// Liquidity for a pool, and the least of LP units that the caller accepts.
pub struct Provision<'a> {
    pub pool: u32,
    /// In the order of the pool's assets.
    pub amounts: &'a [Uint128],
    pub min_lp: Uint128,
}

/// How the liquidity comes.
pub enum Payment<'a> {
    /// Native amounts are attached, cw20 amounts allowed.
    Drawn(&'a [Coin]),
    /// One cw20 token, which has arrived already.
    Sent,
}

/// Liquidity that would be accepted, and the pool as it would leave it.
struct Quote {
    receipt: ProvideReceipt,
    market: Market,
    shares: Shares,
}

/// Takes the amounts, exactly, and mints LP tokens to the recipient.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    order: Order,
    provision: &Provision,
    payment: Payment,
) -> Result<Response, ContractError> {
    let Order { sender, recipient } = order;
    let Provision { pool, amounts, .. } = *provision;
    let Quote { receipt, market, shares } = quote(deps.as_ref(), env, provision)?;
    let messages = match payment {
        Payment::Drawn(funds) => {
            let assets = market.terms.assets.iter().cloned().zip(amounts);
            let taken: Vec<AssetAmount> =
                assets.map(|(asset, amount)| AssetAmount { asset, amount: *amount }).collect();
            payment::take(&env.contract.address, &sender, funds, &taken)?
        }
        Payment::Sent => vec![],
    };
    market.save(deps.storage)?;
    state::save_shares(deps.storage, pool, &shares)?;
    let mut response = Response::new().add_attribute("action", "provide").add_messages(messages);
    if !receipt.locked.is_zero() {
        let locked = tokens::mint(&shares.token, &env.contract.address, receipt.locked)?;
        response = response.add_message(locked);
    }
    Ok(response.add_message(tokens::mint(&shares.token, &recipient, receipt.lp)?).add_event(
        events::LiquidityAdded {
            pool,
            sender,
            recipient,
            amounts: events::list(&receipt.amounts),
            fees: events::list(&receipt.fees),
            lp: receipt.lp,
            lp_supply: receipt.lp_supply,
        },
    ))
}

/// What [`execute`] would do with these amounts in this block.
pub fn simulate(deps: Deps, env: &Env, provision: &Provision) -> Result<ProvideReceipt, ContractError> {
    Ok(quote(deps, env, provision)?.receipt)
}

/// The amounts of one asset alone, in the order of the pool.
pub fn alone(deps: Deps, pool: u32, sent: &AssetAmount) -> Result<Vec<Uint128>, ContractError> {
    let assets = state::terms(deps.storage, pool)?.assets;
    if !assets.contains(&sent.asset) {
        return Err(ContractError::not_in_pool(pool, &sent.asset));
    }
    let amount = |asset: &Asset| if *asset == sent.asset { sent.amount } else { Uint128::zero() };
    Ok(assets.iter().map(amount).collect())
}

fn quote(deps: Deps, env: &Env, provision: &Provision) -> Result<Quote, ContractError> {
    let Provision { pool, amounts, min_lp } = *provision;
    let now = env.block.time.seconds();
    let mut shares = state::shares(deps.storage, pool)?;
    refuse_paused(deps.storage, env, &Switch::Provide(pool).to_string())?;
    let terms = state::terms(deps.storage, pool)?;
    if amounts.len() != terms.assets.len() {
        return Err(InvalidInput::new("amounts", amounts.len(), terms.assets.len()).into());
    }
    let given: Vec<u128> = amounts.iter().map(|amount| amount.u128()).collect();
    let none = || vec![0; given.len()];
    let (market, lp, locked, fees, protocol) = if shares.supply == 0 {
        if let Some(place) = given.iter().position(|amount| *amount == 0) {
            return Err(InvalidInput::new("amounts", format!("0 at place {place}"), "all assets").into());
        }
        refuse_shares(&terms, pool, &[], &given)?;
        let market = Market::first(pool, terms, &given, now);
        let whole = market.curve().first_lp(&given)?;
        let lp = whole.saturating_sub(LOCKED_LP.u128());
        shares.opened = now;
        (market, lp, LOCKED_LP, none(), none())
    } else {
        let mut market = Market::open(deps.storage, pool, now)?;
        let reserves = &market.book.reserves;
        let made = market.curve().provide(market.fee(), reserves, shares.supply, &given)?;
        market.trade(made.reserves, &made.protocol)?;
        (market, made.lp, Uint128::zero(), made.fees, made.protocol)
    };
    if lp == 0 {
        let most = amounts.iter().max().copied().unwrap_or_default();
        return Err(ControlError::TooSmall { amount: most }.into());
    }
    let (lp, before) = (Uint128::new(lp), Uint128::new(shares.supply));
    accept(lp, min_lp)?;
    let lp_supply = before.checked_add(lp)?.checked_add(locked)?;
    shares.changed_to(lp_supply.u128(), now);
    let receipt = ProvideReceipt {
        pool,
        amounts: amounts.to_vec(),
        fees: uints(&fees),
        protocol_fees: uints(&protocol),
        lp,
        locked,
        lp_supply,
    };
    Ok(Quote { receipt, market, shares })
}
