use std::fmt::Display;

use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_control::{assert_owner, stopper};
use mars_types::events;
use mars_types::treasury::{Budget, LowerLimits, Params, RATIO_STEP, RATIO_WINDOW};

use crate::epoch::Control;
use crate::error::ContractError;
use crate::state::{PARAMS, RATIO_RAISED, REGISTRY};
use crate::{assets, spend_limit};

/// Replaces all parameters. Fees and gates hold from the next call, capacities from this one, the support ratio and
/// the ceiling's speed from the next closing.
pub fn update(deps: DepsMut, env: &Env, sender: &Addr, params: Params) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    params.check()?;
    let old = PARAMS.load(deps.storage)?;
    if params.support_ratio > old.support_ratio {
        may_raise_ratio(&deps, env, &old, &params)?;
        RATIO_RAISED.save(deps.storage, &env.block.time.seconds())?;
    }
    apply(deps, env, sender, &params, "params")
}

/// Only downward, and the budgets not below half of their default: `Params::check` has those bounds.
pub fn lower(
    mut deps: DepsMut,
    env: &Env,
    sender: &Addr,
    limits: LowerLimits,
) -> Result<Response, ContractError> {
    stopper(deps.storage, env, sender)?;
    let mut params = PARAMS.load(deps.storage)?;
    let LowerLimits { mint_rate, mint_floor, epoch_budget, day_budget, spend_limit, asset_caps } = limits;
    lower_one("mint_limit.rate", &mut params.mint_limit.rate, mint_rate)?;
    lower_one("mint_limit.floor", &mut params.mint_limit.floor, mint_floor)?;
    lower_budget("epoch_budget", &mut params.epoch_budget, epoch_budget)?;
    lower_budget("day_budget", &mut params.day_budget, day_budget)?;
    lower_one("spend_limit", &mut params.spend_limit, spend_limit)?;
    params.check()?;
    if !asset_caps.is_empty() {
        let mut registry = REGISTRY.load(deps.storage)?;
        for entry in asset_caps {
            let asset = entry.asset.check(deps.api)?;
            lower_one("asset cap", &mut assets::registered(&mut registry, &asset)?.cap, Some(entry.cap))?;
        }
        REGISTRY.save(deps.storage, &registry)?;
    }
    apply(deps.branch(), env, sender, &params, "lowered limits")
}

fn apply(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    params: &Params,
    what: &str,
) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    Control::stored(deps.storage, now)?.resized(params, now)?.save(deps.storage)?;
    spend_limit::resize(deps.storage, now, params)?;
    PARAMS.save(deps.storage, params)?;
    Ok(Response::new()
        .add_attribute("action", "update_limits")
        .add_event(events::LimitsSet { sender: sender.clone(), what: what.into() }))
}

/// One rise of at most 2,500 bp in 30 days (R29), so that no two rises together exceed it.
fn may_raise_ratio(deps: &DepsMut, env: &Env, old: &Params, new: &Params) -> Result<(), ContractError> {
    let now = env.block.time.seconds();
    let next = RATIO_RAISED.may_load(deps.storage)?.map_or(0, |raised| raised.saturating_add(RATIO_WINDOW));
    if now < next {
        return Err(ContractError::RatioStep {
            asked: new.support_ratio.to_string(),
            limit: format!("{} before {next}", old.support_ratio),
        });
    }
    let most = old.support_ratio.0.saturating_add(RATIO_STEP.0);
    if new.support_ratio.0 > most {
        let (asked, limit) = (new.support_ratio.to_string(), format!("{most} bp"));
        return Err(ContractError::RatioStep { asked, limit });
    }
    Ok(())
}

fn lower_one<T: Copy + PartialOrd + Display>(
    what: &'static str,
    limit: &mut T,
    asked: Option<T>,
) -> Result<(), ContractError> {
    if let Some(asked) = asked {
        if asked > *limit {
            return Err(ContractError::LimitRaise {
                what,
                asked: asked.to_string(),
                limit: limit.to_string(),
            });
        }
        *limit = asked;
    }
    Ok(())
}

fn lower_budget(what: &'static str, budget: &mut Budget, asked: Option<Budget>) -> Result<(), ContractError> {
    lower_one(what, &mut budget.of_user_owned, asked.map(|asked| asked.of_user_owned))?;
    lower_one(what, &mut budget.of_depth, asked.map(|asked| asked.of_depth))
}
