use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{accept, assert_token, on_time, tokens, ControlError};
use mars_types::treasury::{BasketReceipt, BasketTerms};
use mars_types::{events, token, Asset, AssetAmount, InvalidInput, Simulation};

use crate::assets;
use crate::error::ContractError;
use crate::positions::Placed;
use crate::prices::Prices;
use crate::queue;
use crate::recovery;
use crate::state::{State, BOOKS, HELD, REGISTRY};
use crate::terms;

/// Burns USDM that was sent here.
pub fn claim_sent(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    token: &Addr,
    usdm: Uint128,
    basket: BasketTerms,
) -> Result<Response, ContractError> {
    let state = State::load(deps.storage)?;
    assert_token(token, &state.config.usdm)?;
    let receipt = quote(deps.as_ref(), env, &state, usdm, &basket)?;
    let recipient = terms::recipient(deps.as_ref(), env, &sender, basket.recipient)?;
    pay(deps, state, sender, recipient, None, receipt)
}

/// Burns what waits in the queue, without its fee and whatever its place.
pub fn claim_waiting(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    id: u64,
    amount: Option<Uint128>,
    basket: BasketTerms,
) -> Result<Response, ContractError> {
    let waiting = queue::owned(deps.storage, id, &sender)?.usdm;
    let state = State::load(deps.storage)?;
    let receipt = of_claim(deps.as_ref(), env, &state, waiting, amount, &basket)?;
    queue::take(deps.storage, id, receipt.usdm, |queue| &mut queue.claimed)?;
    let recipient = terms::recipient(deps.as_ref(), env, &sender, basket.recipient)?;
    pay(deps, state, sender, recipient, Some(id), receipt)
}

/// What a claim by the owner of the USDM would do in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    id: Option<u64>,
    amount: Option<Uint128>,
    basket: &BasketTerms,
) -> Simulation<BasketReceipt> {
    let state = State::load(deps.storage).map_err(ContractError::from);
    Simulation::of(state.and_then(|state| match id {
        Some(id) => of_claim(deps, env, &state, queue::claim(deps.storage, id)?.usdm, amount, basket),
        None => quote(deps, env, &state, amount.unwrap_or_default(), basket),
    }))
}

fn of_claim(
    deps: Deps,
    env: &Env,
    state: &State,
    waiting: Uint128,
    amount: Option<Uint128>,
    basket: &BasketTerms,
) -> Result<BasketReceipt, ContractError> {
    let usdm = amount.unwrap_or(waiting);
    let remaining = waiting
        .checked_sub(usdm)
        .map_err(|_| InvalidInput::new("amount", usdm, format!("at most {waiting}, which waits")))?;
    Ok(BasketReceipt { remaining: Some(remaining), ..quote(deps, env, state, usdm, basket)? })
}

/// Of every external asset `floor(held × usdm ÷ max(U, E_high))`: nobody gets more than a dollar's worth for a USDM, and
/// the order of claims does not matter. An asset without a price is left out of both.
fn quote(
    deps: Deps,
    env: &Env,
    state: &State,
    usdm: Uint128,
    basket: &BasketTerms,
) -> Result<BasketReceipt, ContractError> {
    let State { config, books, .. } = state;
    let recovery = recovery::running(deps.storage)?.ok_or(ContractError::NoRecovery)?;
    recovery::claims_open(deps.storage, env, &recovery)?;
    on_time(env, basket.deadline)?;
    let registry = REGISTRY.load(deps.storage)?;
    let asked = assets::external(&registry).map(|listing| listing.asset.clone()).collect();
    let prices = Prices::query(deps, &config.oracle, asked, None);
    let mut external_high = Uint128::zero();
    let mut holdings = vec![];
    for listing in assets::external(&registry) {
        let held = assets::held(deps.storage, books, listing)?;
        let Ok(price) = prices.of(&listing.asset) else {
            continue;
        };
        let value = mars_math::value_ceil(held.u128(), price.band.high18(), listing.decimals)?;
        external_high = external_high.checked_add(Uint128::new(value))?;
        holdings.push((listing.asset.clone(), held));
    }
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let user_owned = Placed::query(deps, config)?.user_owned(supply);
    let whole = user_owned.max(external_high);
    let skip: Vec<Asset> = basket.skip.iter().map(|asset| asset.check(deps.api)).collect::<Result<_, _>>()?;
    let mut paid = vec![];
    for (asset, held) in holdings {
        if whole.is_zero() || skip.contains(&asset) {
            continue;
        }
        let amount = Uint128::new(mars_math::mul_div_floor(held.u128(), usdm.u128(), whole.u128())?);
        if !amount.is_zero() {
            paid.push(AssetAmount { asset, amount });
        }
    }
    for floor in &basket.min_out {
        let asset = floor.asset.check(deps.api)?;
        let entry = paid.iter().find(|entry| entry.asset == asset);
        let out = entry.map_or(Uint128::zero(), |entry| entry.amount);
        accept(out, floor.least)?;
    }
    if paid.is_empty() {
        return Err(ControlError::TooSmall { amount: usdm }.into());
    }
    Ok(BasketReceipt { usdm, paid, external_high, user_owned, remaining: None })
}

fn pay(
    deps: DepsMut,
    state: State,
    owner: Addr,
    recipient: Addr,
    id: Option<u64>,
    receipt: BasketReceipt,
) -> Result<Response, ContractError> {
    let State { config, mut books, .. } = state;
    let mut payments = vec![tokens::burn(&config.usdm, receipt.usdm)?];
    let mut paid = vec![];
    for AssetAmount { asset, amount } in receipt.paid {
        let key = asset.key();
        let left = HELD.may_load(deps.storage, &key)?.unwrap_or_default().checked_sub(amount)?;
        HELD.save(deps.storage, &key, &left)?;
        payments.push(tokens::pay(&asset, &recipient, amount)?);
        paid.push(format!("{amount} {asset}"));
    }
    books.claimed = books.claimed.checked_add(receipt.usdm)?;
    BOOKS.save(deps.storage, &books)?;
    Ok(Response::new()
        .add_attribute("action", "claim_basket")
        .add_event(events::BasketClaimed {
            owner,
            recipient,
            usdm: receipt.usdm,
            claim: id.map_or_else(|| "none".into(), |id| id.to_string()),
            paid: paid.join(","),
        })
        .add_messages(payments))
}
