use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{accept, assert_token, nonzero, refuse_paused, tokens, ControlError};
use mars_types::treasury::{RedeemReceipt, Switch, MIN_CLAIM, SETTLE_BEFORE_REDEEM};
use mars_types::{events, Simulation};

use crate::epoch::Control;
use crate::error::ContractError;
use crate::payout::Payout;
use crate::plan::Plan;
use crate::prices::Prices;
use crate::queue::{self, Claim};
use crate::state::{Books, State, BOOKS};
use crate::terms::{Order, Terms};
use crate::{recovery, settle};

/// A redemption that would be accepted, and the state that it would leave.
struct Quote {
    receipt: RedeemReceipt,
    /// Claims that are paid before, and the queue with the new claim; none where the queue stays as it is.
    plan: Option<Plan>,
    /// None where nothing could be paid at all.
    payout: Option<Payout>,
    control: Control,
}

/// Burns what of the `usdm` from `token` can be paid out of the reserve to `recipient`; the rest waits, if it may.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    order: Order,
    token: &Addr,
    usdm: Uint128,
    queue_rest: bool,
) -> Result<Response, ContractError> {
    let Order { sender, recipient, terms } = order;
    let state = State::load(deps.storage)?;
    assert_token(token, &state.config.usdm)?;
    let Quote { receipt, plan, payout, control } =
        quote(deps.as_ref(), env, &state, usdm, queue_rest, terms)?;

    let mut response = Response::new().add_attribute("action", "redeem").add_events(control.events());
    let mut burned = receipt.usdm;
    if let Some(plan) = plan {
        plan.save(deps.storage)?;
        burned = burned.checked_add(plan.burned()?)?;
        let settled = payout.map(|payout| plan.events(&payout)).unwrap_or_default();
        response = response.add_events(settled).add_messages(plan.payments(&state.config)?);
    }
    if let Some(id) = receipt.claim {
        let claim = Claim { owner: recipient.clone(), usdm: receipt.queued, since: env.block.time.seconds() };
        queue::add(deps.storage, id, &claim)?;
        let Claim { owner, usdm, .. } = claim;
        response = response.add_event(events::ClaimQueued { id, owner, usdm });
    }
    let redeemed = state.books.redeemed.checked_add(burned)?;
    BOOKS.save(deps.storage, &Books { reserve: receipt.reserve, redeemed, ..state.books })?;
    control.save_after_redemption(deps.storage)?;
    if !burned.is_zero() {
        response = response.add_message(tokens::burn(&state.config.usdm, burned)?);
    }
    if let Some(price) = receipt.price.filter(|_| !receipt.usdm.is_zero()) {
        response = response
            .add_message(tokens::transfer(&state.config.xms, &recipient, receipt.xms)?)
            .add_event(events::Redeem {
                sender,
                recipient,
                usdm: receipt.usdm,
                price,
                fee: receipt.fee,
                xms: receipt.xms,
                reserve: receipt.reserve,
            });
    }
    Ok(response)
}

/// What [`execute`] would do in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    usdm: Uint128,
    queue_rest: bool,
    terms: Terms,
) -> Simulation<RedeemReceipt> {
    let state = State::load(deps.storage).map_err(ContractError::from);
    Simulation::of(state.and_then(|state| Ok(quote(deps, env, &state, usdm, queue_rest, terms)?.receipt)))
}

fn quote(
    deps: Deps,
    env: &Env,
    state: &State,
    usdm: Uint128,
    queue_rest: bool,
    terms: Terms,
) -> Result<Quote, ContractError> {
    let State { config, params, books } = state;
    refuse_paused(deps.storage, env, &Switch::Redeem.to_string())?;
    recovery::refuse(deps.storage)?;
    terms.on_time(env)?;
    nonzero(usdm)?;
    let prices = Prices::query(deps, &config.oracle, vec![], Some(&config.xms));
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let control = stored.closed(deps, env, state, &prices)?;
    control.refuse_recovery()?;

    let before = queue::load(deps.storage)?;
    let market = prices.market_of(&config.xms_asset());
    let payout =
        market.and_then(|market| Payout::new(market, books.reserve, control.clone(), params.redemption_fee));
    let (mut burned, mut xms, mut fee) = (Uint128::zero(), Uint128::zero(), Uint128::zero());
    let (mut plan, payout) = match payout {
        Ok(mut payout) => {
            if payout.xms(usdm)?.is_zero() {
                return Err(ControlError::TooSmall { amount: usdm }.into());
            }
            let limit = if settle::open(deps.storage, env) { SETTLE_BEFORE_REDEEM } else { 0 };
            let plan = Plan::new(deps.storage, before, &mut payout, limit)?;
            let waiting = plan.queue.waiting;
            // While others wait the budget is theirs.
            match (waiting.is_zero(), queue_rest) {
                (true, true) => burned = payout.covered(usdm)?,
                (true, false) => burned = usdm,
                (false, true) => {}
                (false, false) => return Err(ContractError::QueueAhead { waiting }),
            }
            if payout.xms(burned)?.is_zero() {
                burned = Uint128::zero();
            }
            fee = payout.fee(burned)?;
            xms = payout.pay(burned)?;
            (plan, Some(payout))
        }
        Err(_) if queue_rest => (Plan { queue: before, settlements: vec![] }, None),
        Err(error) => return Err(error),
    };
    let queued = usdm.checked_sub(burned)?;
    if !queued.is_zero() && queued < MIN_CLAIM {
        return Err(ContractError::ClaimMinimum { rest: queued });
    }
    let claim = if queued.is_zero() { None } else { Some(queue::join(&mut plan.queue, queued)?) };
    let least = mars_math::mul_div_ceil(terms.min_out.u128(), burned.u128(), usdm.u128())?;
    accept(xms, Uint128::new(least))?;

    let control = payout.as_ref().map_or(control, |payout| payout.control.clone());
    let receipt = RedeemReceipt {
        usdm: burned,
        price: payout.as_ref().map(|payout| payout.price),
        fee,
        xms,
        queued,
        claim,
        settled: plan.settlements.clone(),
        epoch_budget: control.epoch_budget().level,
        day_budget: control.day_budget().level,
        reserve: payout.as_ref().map_or(books.reserve, |payout| payout.reserve),
    };
    let plan = (plan.queue != before).then_some(plan);
    Ok(Quote { receipt, plan, payout, control })
}
