//! Anyone adds a slice of liquidity, beside USDM minted for it or XMS of the reserve.

use cosmwasm_std::{Addr, Decimal, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{refuse_paused, tokens, ControlError};
use mars_types::swap::ProvideReceipt;
use mars_types::treasury::{
    AllocateReceipt, Position, PositionKind, Switch, KEEPER_BPS, KEEPER_MOST, POOLED_USDM_BPS,
    POOLED_XMS_BPS, SLICE_BPS,
};
use mars_types::{events, token, Asset, Epoch, ListError, Simulation};

use crate::assets::{self, External};
use crate::epoch::Control;
use crate::error::ContractError;
use crate::pool_price::at_oracle;
use crate::positions::{self, Placed};
use crate::prices::Prices;
use crate::state::{Books, Listing, State, BOOKS, REGISTRY, REWARDED};
use crate::terms::Terms;
use crate::{provide, queue, recovery};

/// A slice that would be added, and the state that it would leave.
struct Quote {
    receipt: AllocateReceipt,
    position: Position,
    books: Books,
    control: Control,
    beside: Asset,
}

pub fn execute(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    pool: u32,
    amount: Uint128,
    deadline: u64,
) -> Result<Response, ContractError> {
    let state = State::load(deps.storage)?;
    let terms = Terms { min_out: Uint128::zero(), deadline };
    let quote = quote(deps.as_ref(), env, &state, pool, amount, terms)?;
    let Quote { receipt, position, books, control, beside } = quote;
    BOOKS.save(deps.storage, &books)?;
    control.save(deps.storage)?;
    positions::save(deps.storage, &position)?;
    assets::spend_held(deps.storage, &beside, amount)?;
    let mut response = Response::new().add_attribute("action", "allocate").add_events(control.events());
    if !receipt.usdm.is_zero() {
        response =
            response.add_message(tokens::mint(&state.config.usdm, &env.contract.address, receipt.usdm)?);
    }
    response = response.add_messages(provide::messages(&position, &receipt.amounts, receipt.lp, deadline)?);
    if !receipt.reward.is_zero() {
        REWARDED.save(deps.storage, &Epoch::at(env.block.time.seconds()))?;
        response = response.add_message(tokens::mint(&state.config.usdm, &sender, receipt.reward)?);
    }
    Ok(response.add_event(events::Allocated {
        sender,
        pool,
        usdm: receipt.usdm,
        amounts: events::list(&receipt.amounts),
        lp: receipt.lp,
        reward: receipt.reward,
    }))
}

/// What [`execute`] would do in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    pool: u32,
    amount: Uint128,
    terms: Terms,
) -> Simulation<AllocateReceipt> {
    let state = State::load(deps.storage).map_err(ContractError::from);
    Simulation::of(state.and_then(|state| Ok(quote(deps, env, &state, pool, amount, terms)?.receipt)))
}

fn quote(
    deps: Deps,
    env: &Env,
    state: &State,
    pool: u32,
    amount: Uint128,
    terms: Terms,
) -> Result<Quote, ContractError> {
    let State { config, books, .. } = state;
    refuse_paused(deps.storage, env, &Switch::Allocate.to_string())?;
    recovery::refuse(deps.storage)?;
    terms.on_time(env)?;
    let mut position = provide::open_position(deps, pool)?;
    let own = match position.kind {
        PositionKind::Usdm => config.usdm_asset(),
        PositionKind::Xms => config.xms_asset(),
        PositionKind::Yield => return Err(ContractError::OwnerDeposits { pool }),
    };
    let (own_at, beside_at) = if position.assets.first() == Some(&own) { (0, 1) } else { (1, 0) };
    let beside = at(&position.assets, beside_at)?;
    let decimals = at(&position.decimals, beside_at)?;

    let registry = REGISTRY.load(deps.storage)?;
    let asked = assets::external(&registry).map(|listing| listing.asset.clone()).collect();
    let prices = Prices::query(deps, &config.oracle, asked, Some(&config.xms));
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let mut control = stored.closed(deps, env, state, &prices)?;
    control.refuse_recovery()?;
    let unit = prices.of(&beside)?;
    let target = match position.kind {
        PositionKind::Xms => prices.market_of(&own)?.twap_30m,
        _ => Decimal::one(),
    };
    let live = at_oracle(deps, &position, own_at == 0, unit.median, target)?;
    let (own_reserve, beside_reserve) = (at(&live.reserves, own_at)?, at(&live.reserves, beside_at)?);

    // In proportion to the reserves (R47), but no more USDM than the asset beside is worth at low (R48): where the pool holds
    // more of it, the asset goes in beside less, and pays the pool's fee on what is out of proportion.
    let slice = Uint128::new(mars_math::value_floor(amount.u128(), unit.band.low18(), decimals)?);
    let in_proportion = mars_math::mul_div_floor(amount.u128(), own_reserve.u128(), beside_reserve.u128())
        .map(Uint128::new)?;
    let placed_own = match position.kind {
        PositionKind::Usdm => in_proportion.min(slice),
        _ => in_proportion,
    };
    if placed_own.is_zero() {
        return Err(ControlError::TooSmall { amount }.into());
    }

    let placed = Placed::query(deps, config)?;
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let epoch = Epoch::at(env.block.time.seconds());
    let before = position.sliced.filter(|(of, _)| *of == epoch).map_or(Uint128::zero(), |(_, sum)| sum);
    let sliced = before.checked_add(slice)?;
    let most = mars_math::bps_of_floor(control.closing.user_owned.u128(), SLICE_BPS)?;
    if sliced.u128() > most {
        return Err(ContractError::SliceLimit { slice: sliced, most: Uint128::new(most) });
    }
    let external = External::at(deps.storage, books, &registry, &prices, &placed)?;
    let mut books = *books;
    let mut usdm = Uint128::zero();
    match position.kind {
        PositionKind::Usdm => {
            usdm = placed_own;
            let ledger = position.minted.checked_add(usdm)?;
            let all = placed.usdm_minted.checked_add(usdm)?;
            let owned = supply.saturating_sub(control.closing.treasury_owned);
            let cap = Uint128::new(mars_math::bps_of_floor(owned.u128(), POOLED_USDM_BPS)?);
            if all > cap {
                return Err(ContractError::PositionCap { worth: all, cap });
            }
            position.minted = ledger;
            books.minted = books.minted.checked_add(usdm)?;
            control.closing.treasury_owned = control.closing.treasury_owned.checked_add(usdm)?;
            control.rewritten();
        }
        _ => {
            let waiting = queue::load(deps.storage)?.waiting;
            if !waiting.is_zero() {
                return Err(ContractError::QueueAhead { waiting });
            }
            let worth = beside_xms(&registry, &prices, &placed, slice)?;
            let cap = Uint128::new(mars_math::bps_of_floor(external.low.u128(), POOLED_XMS_BPS)?);
            if worth > cap {
                return Err(ContractError::PositionCap { worth, cap });
            }
            let short = |_| ContractError::ReserveShort { xms: placed_own, reserve: books.reserve };
            books.reserve = books.reserve.checked_sub(placed_own).map_err(short)?;
        }
    }
    let mut amounts = vec![amount; 2];
    set(&mut amounts, own_at, placed_own);
    for (cost, amount) in position.cost.iter_mut().zip(&amounts) {
        *cost = cost.checked_add(*amount)?;
    }
    let high = unit.band.high18();
    let cost = Uint128::new(mars_math::value_ceil(at(&position.cost, beside_at)?.u128(), high, decimals)?);
    if cost > position.cap {
        return Err(ContractError::PositionCap { worth: cost, cap: position.cap });
    }
    let ProvideReceipt { lp, .. } = provide::simulate(deps, &position, &amounts)?;
    position.lp = position.lp.checked_add(lp)?;
    position.sliced = Some((epoch, sliced));

    let surplus = external.low.saturating_sub(placed.to_cover(supply));
    let room = control.closing.room(control.user_owned(supply.checked_add(usdm)?));
    let reward = reward(deps, epoch, slice, surplus.min(room))?;
    books.minted = books.minted.checked_add(reward)?;
    let receipt = AllocateReceipt { pool, amounts, usdm, lp, reward };
    Ok(Quote { receipt, position, books, control, beside })
}

/// µUSD that would stand beside XMS in all pools after this slice, at low and ceiled.
fn beside_xms(
    registry: &[Listing],
    prices: &Prices,
    placed: &Placed,
    slice: Uint128,
) -> Result<Uint128, ContractError> {
    let mut worth = slice;
    for listing in registry {
        for (_, units) in placed.beside_xms.iter().filter(|(asset, _)| *asset == listing.asset) {
            let low = prices.of(&listing.asset)?.band.low18();
            let value = mars_math::value_ceil(units.u128(), low, listing.decimals)?;
            worth = worth.checked_add(Uint128::new(value))?;
        }
    }
    Ok(worth)
}

/// Once an epoch, of what surplus and cap leave; where that is less there is none (R18).
fn reward(deps: Deps, epoch: Epoch, slice: Uint128, left: Uint128) -> Result<Uint128, ContractError> {
    let zero = Uint128::zero();
    if REWARDED.may_load(deps.storage)? == Some(epoch) {
        return Ok(zero);
    }
    let reward = Uint128::new(mars_math::bps_of_floor(slice.u128(), KEEPER_BPS)?).min(KEEPER_MOST);
    Ok(if left >= reward { reward } else { zero })
}

fn at<T: Clone>(list: &[T], index: usize) -> Result<T, ContractError> {
    list.get(index).cloned().ok_or_else(|| ListError::not_found("side", index).into())
}

fn set(list: &mut [Uint128], index: usize, value: Uint128) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
