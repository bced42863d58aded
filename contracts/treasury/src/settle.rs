use cosmwasm_std::{Deps, DepsMut, Env, Response, Storage};
use mars_control::{refuse_paused, tokens};
use mars_types::treasury::{SettleReceipt, Switch, MAX_SETTLE};
use mars_types::{InvalidInput, Simulation};

use crate::epoch::Control;
use crate::error::ContractError;
use crate::payout::Payout;
use crate::plan::Plan;
use crate::prices::Prices;
use crate::state::{Books, State, BOOKS};
use crate::{queue, recovery};

/// Pays the queue from its head.
pub fn execute(deps: DepsMut, env: &Env, limit: u32) -> Result<Response, ContractError> {
    let state = State::load(deps.storage)?;
    let (plan, payout) = plan(deps.as_ref(), env, &state, limit)?;
    let burned = plan.burned()?;
    plan.save(deps.storage)?;
    let redeemed = state.books.redeemed.checked_add(burned)?;
    BOOKS.save(deps.storage, &Books { reserve: payout.reserve, redeemed, ..state.books })?;
    payout.control.save_after_redemption(deps.storage)?;
    let mut response = Response::new()
        .add_attribute("action", "settle")
        .add_events(payout.control.events())
        .add_events(plan.events(&payout))
        .add_messages(plan.payments(&state.config)?);
    if !burned.is_zero() {
        response = response.add_message(tokens::burn(&state.config.usdm, burned)?);
    }
    Ok(response)
}

/// What [`execute`] would do in this block.
pub fn simulate(deps: Deps, env: &Env, limit: u32) -> Simulation<SettleReceipt> {
    let state = State::load(deps.storage).map_err(ContractError::from);
    Simulation::of(state.and_then(|state| {
        let (plan, payout) = plan(deps, env, &state, limit)?;
        Ok(SettleReceipt {
            price: payout.price,
            claims: plan.settlements,
            waiting: plan.queue.waiting,
            epoch_budget: payout.control.epoch_budget().level,
            day_budget: payout.control.day_budget().level,
            reserve: payout.reserve,
        })
    }))
}

/// Whether the switch lets the queue be paid.
pub fn open(storage: &dyn Storage, env: &Env) -> bool {
    refuse_paused(storage, env, &Switch::Settle.to_string()).is_ok()
}

fn plan(deps: Deps, env: &Env, state: &State, limit: u32) -> Result<(Plan, Payout), ContractError> {
    let State { config, params, books } = state;
    refuse_paused(deps.storage, env, &Switch::Settle.to_string())?;
    recovery::refuse(deps.storage)?;
    InvalidInput::unless_within("limit", limit, 1, MAX_SETTLE)?;
    let prices = Prices::query(deps, &config.oracle, vec![], Some(&config.xms));
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let control = stored.closed(deps, env, state, &prices)?;
    control.refuse_recovery()?;
    let market = prices.market_of(&config.xms_asset())?;
    let mut payout = Payout::new(market, books.reserve, control, params.redemption_fee)?;
    let plan = Plan::new(deps.storage, queue::load(deps.storage)?, &mut payout, limit)?;
    Ok((plan, payout))
}
