use cosmwasm_std::{Addr, DepsMut, Env, Response, Uint128};
use mars_control::assert_owner;
use mars_types::events;
use mars_types::swap::ProvideReceipt;
use mars_types::treasury::PositionKind;
use mars_types::InvalidInput;

use crate::error::ContractError;
use crate::prices::Prices;
use crate::state::CONFIG;
use crate::terms::Terms;
use crate::{assets, positions, provide, recovery, spend};

/// The owner moves idle assets into a yield position, within its cap.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    pool: u32,
    amounts: Vec<Uint128>,
    terms: Terms,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    spend::refuse_low_control(deps.as_ref(), env)?;
    recovery::refuse(deps.storage)?;
    terms.on_time(env)?;
    let mut position = provide::open_position(deps.as_ref(), pool)?;
    if position.kind != PositionKind::Yield || amounts.len() != position.assets.len() {
        let limit = format!("{} amounts of a yield position", position.assets.len());
        return Err(InvalidInput::new("amounts", amounts.len(), limit).into());
    }
    let config = CONFIG.load(deps.storage)?;
    let prices = Prices::query(deps.as_ref(), &config.oracle, position.assets.clone(), None);
    let mut worth = Uint128::zero();
    let paid = position.assets.iter().zip(&amounts).zip(&position.decimals);
    for (((asset, amount), decimals), cost) in paid.zip(position.cost.iter_mut()) {
        *cost = cost.checked_add(*amount)?;
        let high = prices.of(asset)?.band.high18();
        let value = mars_math::value_ceil(cost.u128(), high, *decimals)?;
        worth = worth.checked_add(Uint128::new(value))?;
        assets::spend_held(deps.storage, asset, *amount)?;
    }
    if worth > position.cap {
        return Err(ContractError::PositionCap { worth, cap: position.cap });
    }
    let ProvideReceipt { lp, .. } = provide::simulate(deps.as_ref(), &position, &amounts)?;
    terms.accept(lp)?;
    position.lp = position.lp.checked_add(lp)?;
    positions::save(deps.storage, &position)?;
    Ok(Response::new()
        .add_attribute("action", "deposit")
        .add_messages(provide::messages(&position, &amounts, lp, terms.deadline)?)
        .add_event(events::Allocated {
            sender: sender.clone(),
            pool,
            usdm: Uint128::zero(),
            amounts: events::list(&amounts),
            lp,
            reward: Uint128::zero(),
        }))
}
