use std::collections::BTreeSet;

use cosmwasm_std::{Api, CosmosMsg, Deps, DepsMut, Env, Response, Storage, Uint128};
use mars_control::{accept, refuse_paused, ControlError};
use mars_math::{Charged, MathError};
use mars_types::swap::{Hop, HopReceipt, SwapReceipt, Switch, MAX_HOPS};
use mars_types::{events, Asset, AssetAmount, InvalidInput, ListError};

use crate::error::ContractError;
use crate::market::Market;
use crate::order::Order;
use crate::payment;

/// What the caller wants of a swap.
#[derive(Clone, Copy)]
pub enum Goal {
    /// All of the payment is swapped, and at least this comes out.
    ExactIn { min_out: Uint128 },
    /// Exactly this comes out, and at most the payment is used.
    ExactOut { amount_out: Uint128 },
}

/// A swap that would be accepted, and the pools as it would leave them.
struct Quote {
    receipt: SwapReceipt,
    markets: Vec<Market>,
}

/// Swaps a payment that has arrived along the route and settles once: what comes out goes to the recipient, what an
/// exact-out swap did not need goes back to the sender.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    order: Order,
    payment: AssetAmount,
    route: &[Hop],
    goal: Goal,
) -> Result<Response, ContractError> {
    let Order { sender, recipient } = order;
    let Quote { receipt, markets } = quote(deps.as_ref(), env, &payment, route, goal)?;
    for market in markets {
        market.save(deps.storage)?;
    }
    let SwapReceipt { offer, ask, hops } = receipt;
    let left = AssetAmount { asset: payment.asset, amount: payment.amount.checked_sub(offer.amount)? };
    let paid = ask.clone();
    let messages: Vec<CosmosMsg> = if sender == recipient {
        payment::pay(&recipient, [paid, left])?
    } else {
        let refund = payment::pay(&sender, [left])?;
        payment::pay(&recipient, [paid])?.into_iter().chain(refund).collect()
    };
    let route: Vec<String> = hops.iter().map(|hop| hop.pool.to_string()).collect();
    let swapped = events::Swapped {
        sender,
        recipient,
        offer: offer.asset,
        offered: offer.amount,
        ask: ask.asset,
        received: ask.amount,
        route: route.join(","),
    };
    Ok(Response::new()
        .add_attribute("action", "swap")
        .add_event(swapped)
        .add_events(hops.into_iter().map(|hop| events::Hopped {
            pool: hop.pool,
            offer: hop.offer.asset,
            offered: hop.offer.amount,
            ask: hop.ask.asset,
            received: hop.ask.amount,
            fee: hop.fee,
            protocol_fee: hop.protocol_fee,
        }))
        .add_messages(messages))
}

/// What [`execute`] would do with this payment in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    payment: &AssetAmount,
    route: &[Hop],
    goal: Goal,
) -> Result<SwapReceipt, ContractError> {
    Ok(quote(deps, env, payment, route, goal)?.receipt)
}

fn quote(
    deps: Deps,
    env: &Env,
    payment: &AssetAmount,
    route: &[Hop],
    goal: Goal,
) -> Result<Quote, ContractError> {
    let mut legs = legs(deps.storage, deps.api, env, &payment.asset, route)?;
    match goal {
        Goal::ExactIn { .. } => {
            let mut amount = payment.amount.u128();
            for leg in &mut legs {
                amount = leg.exact_in(amount)?;
            }
        }
        Goal::ExactOut { amount_out } => {
            let mut amount = amount_out.u128();
            for leg in legs.iter_mut().rev() {
                amount = leg.exact_out(amount)?;
            }
            if amount > payment.amount.u128() {
                return Err(ContractError::MaxIn { needed: Uint128::new(amount), most: payment.amount });
            }
        }
    }
    let mut hops = Vec::with_capacity(legs.len());
    let mut markets = Vec::with_capacity(legs.len());
    for mut leg in legs {
        hops.push(leg.apply()?);
        markets.push(leg.market);
    }
    let ends = hops.first().map(|hop| hop.offer.clone()).zip(hops.last().map(|hop| hop.ask.clone()));
    let (offer, ask) = ends.ok_or_else(no_pools)?;
    if let Goal::ExactIn { min_out } = goal {
        accept(ask.amount, min_out)?;
    }
    Ok(Quote { receipt: SwapReceipt { offer, ask, hops }, markets })
}

/// One pool of a route, and what passes it.
struct Leg {
    market: Market,
    offer: usize,
    ask: usize,
    offered: u128,
    charged: Charged,
}

/// The pools of a route, each once, with the assets that come in and go out.
fn legs(
    storage: &dyn Storage,
    api: &dyn Api,
    env: &Env,
    offer: &Asset,
    route: &[Hop],
) -> Result<Vec<Leg>, ContractError> {
    if route.is_empty() {
        return Err(no_pools().into());
    }
    ListError::unless_at_most("pools in the route", route.len(), MAX_HOPS)?;
    let mut seen = BTreeSet::new();
    let mut offer = offer.clone();
    let mut legs = Vec::with_capacity(route.len());
    for hop in route {
        let pool = hop.pool;
        if !seen.insert(pool) {
            return Err(ListError::duplicate("a pool of the route", pool).into());
        }
        refuse_paused(storage, env, &Switch::Swap(pool).to_string())?;
        let market = Market::open(storage, pool, env.block.time.seconds())?;
        let ask = hop.ask.check(api)?;
        let places = (market.place(&offer)?, market.place(&ask)?);
        if places.0 == places.1 {
            return Err(ContractError::not_in_pool(pool, &ask));
        }
        let charged = Charged { out: 0, fee: 0, protocol: 0 };
        legs.push(Leg { market, offer: places.0, ask: places.1, offered: 0, charged });
        offer = ask;
    }
    Ok(legs)
}

impl Leg {
    /// What comes out for `offered`.
    fn exact_in(&mut self, offered: u128) -> Result<u128, ContractError> {
        let gross =
            self.market.curve().out_floor(&self.market.book.reserves, self.offer, self.ask, offered)?;
        self.offered = offered;
        self.charged = self.market.fee().charge(gross)?;
        if self.charged.out == 0 {
            return Err(ControlError::TooSmall { amount: Uint128::new(offered) }.into());
        }
        Ok(self.charged.out)
    }

    /// What must come in for `out`.
    fn exact_out(&mut self, out: u128) -> Result<u128, ContractError> {
        let charged = self.market.fee().gross_up(out)?;
        let reserve = self.market.reserve(self.ask)?;
        let gross = charged.out.saturating_add(charged.fee);
        if gross >= reserve {
            let (asked, reserve) = (Uint128::new(gross), Uint128::new(reserve));
            return Err(ContractError::LiquidityShort { pool: self.market.pool, asked, reserve });
        }
        self.offered =
            self.market.curve().in_ceil(&self.market.book.reserves, self.offer, self.ask, gross)?;
        self.charged = charged;
        if out == 0 || self.offered == 0 {
            return Err(ControlError::TooSmall { amount: Uint128::new(out) }.into());
        }
        Ok(self.offered)
    }

    /// Puts the trade on the pool's book.
    fn apply(&mut self) -> Result<HopReceipt, ContractError> {
        let Charged { out, fee, protocol } = self.charged;
        let mut reserves = self.market.book.reserves.clone();
        let missing = |index| MathError::NoAsset { index };
        let coming = reserves.get_mut(self.offer).ok_or(missing(self.offer))?;
        let grown = coming.checked_add(self.offered);
        *coming = grown.ok_or_else(|| overflow(format!("{coming} + {}", self.offered)))?;
        let going = reserves.get_mut(self.ask).ok_or(missing(self.ask))?;
        let left = going.checked_sub(out).and_then(|left| left.checked_sub(protocol));
        *going = left.ok_or_else(|| overflow(format!("{going} - {out} - {protocol}")))?;
        let mut fees = vec![0; reserves.len()];
        *fees.get_mut(self.ask).ok_or(missing(self.ask))? = protocol;
        self.market.trade(reserves, &fees)?;
        let amount = |place: usize, amount: u128| {
            let asset = self.market.terms.assets.get(place).cloned().ok_or(missing(place))?;
            Ok::<_, MathError>(AssetAmount { asset, amount: Uint128::new(amount) })
        };
        Ok(HopReceipt {
            pool: self.market.pool,
            offer: amount(self.offer, self.offered)?,
            ask: amount(self.ask, out)?,
            fee: Uint128::new(fee),
            protocol_fee: Uint128::new(protocol),
        })
    }
}

fn no_pools() -> InvalidInput {
    InvalidInput::new("route", "no pools", format!("1 to {MAX_HOPS}"))
}

fn overflow(formula: String) -> MathError {
    MathError::Overflow { formula }
}
