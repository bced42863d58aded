use cosmwasm_std::{Addr, DepsMut, Env, Response, Uint128};
use mars_control::{assert_owner, assert_token, nonzero, tokens};
use mars_types::{events, token};

use crate::error::ContractError;
use crate::positions::Placed;
use crate::prices::Prices;
use crate::state::{BOOKS, CONFIG};
use crate::{assets, queue, recovery, terms};

/// Anyone may add XMS to what redemptions are paid from. It is a gift: there is no claim to it.
pub fn fund(deps: DepsMut, token: &Addr, sender: Addr, amount: Uint128) -> Result<Response, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    assert_token(token, &config.xms)?;
    nonzero(amount)?;
    let mut books = BOOKS.load(deps.storage)?;
    assets::forget_spent_xms(deps.storage, &config.xms, &books)?;
    books.reserve = books.reserve.checked_add(amount)?;
    BOOKS.save(deps.storage, &books)?;
    Ok(Response::new().add_attribute("action", "fund_reserve").add_event(events::ReserveFunded {
        sender,
        amount,
        reserve: books.reserve,
    }))
}

/// The owner takes XMS out, if nobody waits to be paid and what stays is worth at least half of the user-owned USDM at the
/// average of a day.
pub fn withdraw(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    amount: Uint128,
    recipient: String,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let recipient = terms::recipient(deps.as_ref(), env, sender, Some(recipient))?;
    nonzero(amount)?;
    recovery::refuse(deps.storage)?;
    let waiting = queue::load(deps.storage)?.waiting;
    if !waiting.is_zero() {
        return Err(ContractError::QueueWaits { waiting });
    }
    let config = CONFIG.load(deps.storage)?;
    let mut books = BOOKS.load(deps.storage)?;
    books.reserve = books
        .reserve
        .checked_sub(amount)
        .map_err(|_| ContractError::ReserveShort { xms: amount, reserve: books.reserve })?;
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let user_owned = Placed::query(deps.as_ref(), &config)?.user_owned(supply);
    if !user_owned.is_zero() {
        let prices = Prices::query(deps.as_ref(), &config.oracle, vec![], Some(&config.xms));
        let price = prices.market_of(&config.xms_asset())?.twap_24h.atomics().u128();
        let worth = Uint128::new(mars_math::value_floor(books.reserve.u128(), price, token::DECIMALS)?);
        let least = Uint128::new(mars_math::mul_div_ceil(user_owned.u128(), 1, 2)?);
        if worth < least {
            return Err(ContractError::ReserveLocked { worth, least });
        }
    }
    BOOKS.save(deps.storage, &books)?;
    Ok(Response::new()
        .add_attribute("action", "withdraw_reserve")
        .add_message(tokens::transfer(&config.xms, &recipient, amount)?)
        .add_event(events::ReserveWithdrawn { recipient, amount, reserve: books.reserve }))
}
