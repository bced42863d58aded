use cosmwasm_std::{
    entry_point, to_json_binary, Addr, Binary, Deps, DepsMut, Env, MessageInfo, Response, Uint128,
};
use cw20::Cw20ReceiveMsg;
use mars_control::{nonpayable, on_time, sent, Sent};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use mars_types::{checked_address, Asset, AssetAmount, Simulation};

use crate::error::ContractError;
use crate::order::Order;
use crate::payment::one_coin;
use crate::provide::Provision;
use crate::state::{Config, CONFIG, PARAMS, POOLS};
use crate::{collect, create, observe, pause, provide, query, settings, trade, withdraw};

const NAME: &str = "mars:swap";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What may come with a token.
const HOOKS: &str = "swap, swap_exact_out, provide, withdraw, withdraw_one";

type Result<T = Response> = std::result::Result<T, ContractError>;

#[entry_point]
pub fn instantiate(mut deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result {
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &msg.owner, msg.guardian)?;
    let params = msg.params.unwrap_or_default();
    params.check()?;
    let config = Config {
        fee_collector: checked_address(deps.api, "fee_collector", &msg.fee_collector)?,
        lp_code_id: msg.lp_code_id,
        lp_checksum: settings::checksum(&deps.querier, msg.lp_code_id)?,
        creation_fee: None,
        pauser: None,
    };
    CONFIG.save(deps.storage, &config)?;
    PARAMS.save(deps.storage, &params)?;
    POOLS.save(deps.storage, &0)?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", msg.owner))
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result {
    let (env, sender) = (&env, &info.sender);
    let takes_coins = matches!(
        msg,
        ExecuteMsg::CreatePool { .. }
            | ExecuteMsg::Provide { .. }
            | ExecuteMsg::Swap { .. }
            | ExecuteMsg::SwapExactOut { .. }
    );
    if !takes_coins {
        nonpayable(&info)?;
    }
    match msg {
        ExecuteMsg::CreatePool { pool, assets } => create::execute(deps, env, &info, &pool, assets),
        ExecuteMsg::Provide { pool, amounts, min_lp, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender.clone(), recipient, deadline)?;
            let payment = provide::Payment::Drawn(&info.funds);
            let provision = Provision { pool, amounts: &amounts, min_lp };
            provide::execute(deps, env, order, &provision, payment)
        }
        ExecuteMsg::Swap { route, min_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender.clone(), recipient, deadline)?;
            let goal = trade::Goal::ExactIn { min_out };
            trade::execute(deps, env, order, one_coin(&info.funds)?, &route, goal)
        }
        ExecuteMsg::SwapExactOut { route, amount_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender.clone(), recipient, deadline)?;
            let goal = trade::Goal::ExactOut { amount_out };
            trade::execute(deps, env, order, one_coin(&info.funds)?, &route, goal)
        }
        ExecuteMsg::Receive(hook) => receive(deps, env, sender, hook),
        ExecuteMsg::CollectFees { pools } => collect::execute(deps, sender, &pools),
        ExecuteMsg::UpdateConfig { fee_collector, lp_code_id } => {
            settings::update_config(deps, sender, fee_collector, lp_code_id)
        }
        ExecuteMsg::UpdateParams { params } => settings::update_params(deps, sender, &params),
        ExecuteMsg::SetCreationFee { fee } => settings::set_creation_fee(deps, sender, fee),
        ExecuteMsg::RegisterNative { denom, decimals } => {
            settings::register_native(deps, sender, denom, decimals)
        }
        ExecuteMsg::SetFee { pool, fee } => settings::set_fee(deps, sender, pool, fee),
        ExecuteMsg::SetShareLimits { pool, limits } => settings::set_share_limits(deps, sender, pool, limits),
        ExecuteMsg::RampAmplification { pool, target, end } => {
            settings::ramp(deps, env, sender, pool, target, end)
        }
        ExecuteMsg::StopRamp { pool } => settings::stop_ramp(deps, env, sender, pool),
        ExecuteMsg::SetPauser { pauser } => settings::set_pauser(deps, sender, pauser),
        ExecuteMsg::Pause { switch } => pause::pause(deps, env, sender, switch),
        ExecuteMsg::ConfirmPause { switch } => {
            let name = pause::name(deps.as_ref(), switch)?;
            Ok(mars_control::confirm_pause(deps.storage, env, sender, &name)?)
        }
        ExecuteMsg::Unpause { switch } => {
            let name = pause::name(deps.as_ref(), switch)?;
            Ok(mars_control::unpause(deps.storage, env, sender, &name)?)
        }
        ExecuteMsg::SetGuardian { guardian } => Ok(mars_control::set_guardian(deps, env, sender, guardian)?),
        ExecuteMsg::UpdateOwnership(action) => Ok(mars_control::update_ownership(deps, env, sender, action)?),
    }
}

/// A cw20 token says that `hook.sender` sent it here. Only the token contract itself can be `token`.
fn receive(deps: DepsMut, env: &Env, token: &Addr, hook: Cw20ReceiveMsg) -> Result {
    let Sent { sender, amount, message } = sent(deps.api, hook, HOOKS)?;
    let payment = AssetAmount { asset: Asset::Cw20(token.clone()), amount };
    match message {
        Cw20HookMsg::Swap { route, min_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, deadline)?;
            trade::execute(deps, env, order, payment, &route, trade::Goal::ExactIn { min_out })
        }
        Cw20HookMsg::SwapExactOut { route, amount_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, deadline)?;
            trade::execute(deps, env, order, payment, &route, trade::Goal::ExactOut { amount_out })
        }
        Cw20HookMsg::Provide { pool, min_lp, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, deadline)?;
            let amounts = provide::alone(deps.as_ref(), pool, &payment)?;
            let provision = Provision { pool, amounts: &amounts, min_lp };
            provide::execute(deps, env, order, &provision, provide::Payment::Sent)
        }
        Cw20HookMsg::Withdraw { pool, min_outs, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, deadline)?;
            let goal = withdraw::Goal::All { min_outs: Some(min_outs) };
            withdraw::execute(deps, env, order, (token, amount), pool, &goal)
        }
        Cw20HookMsg::WithdrawOne { pool, asset, min_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, deadline)?;
            let goal = withdraw::Goal::One { asset, min_out };
            withdraw::execute(deps, env, order, (token, amount), pool, &goal)
        }
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    let env = &env;
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Pool { pool } => to_json_binary(&query::pool(deps, env, pool)?),
        QueryMsg::PoolOf { stable, assets } => to_json_binary(&query::pool_of(deps, env, stable, &assets)?),
        QueryMsg::Pools { start_after, limit } => {
            to_json_binary(&query::pools(deps, env, start_after, limit)?)
        }
        QueryMsg::Natives { start_after, limit } => {
            to_json_binary(&query::natives(deps, start_after.as_deref(), limit)?)
        }
        QueryMsg::SimulateSwap { offer, amount, route, min_out, deadline } => {
            to_json_binary(&simulation(env, deadline, || {
                let payment = AssetAmount { asset: offer.check(deps.api)?, amount };
                let goal = trade::Goal::ExactIn { min_out: min_out.unwrap_or_default() };
                trade::simulate(deps, env, &payment, &route, goal)
            }))
        }
        QueryMsg::SimulateSwapExactOut { offer, amount_out, route, max_in, deadline } => {
            to_json_binary(&simulation(env, deadline, || {
                let amount = max_in.unwrap_or(Uint128::MAX);
                let payment = AssetAmount { asset: offer.check(deps.api)?, amount };
                trade::simulate(deps, env, &payment, &route, trade::Goal::ExactOut { amount_out })
            }))
        }
        QueryMsg::SimulateProvide { pool, amounts, min_lp, deadline } => {
            to_json_binary(&simulation(env, deadline, || {
                let min_lp = min_lp.unwrap_or_default();
                provide::simulate(deps, env, &Provision { pool, amounts: &amounts, min_lp })
            }))
        }
        QueryMsg::SimulateWithdraw { pool, lp, min_outs, deadline } => {
            to_json_binary(&simulation(env, deadline, || {
                withdraw::simulate(deps, env, pool, lp, &withdraw::Goal::All { min_outs })
            }))
        }
        QueryMsg::SimulateWithdrawOne { pool, lp, asset, min_out, deadline } => {
            to_json_binary(&simulation(env, deadline, || {
                let goal = withdraw::Goal::One { asset, min_out: min_out.unwrap_or_default() };
                withdraw::simulate(deps, env, pool, lp, &goal)
            }))
        }
        QueryMsg::Observe { pools, windows } => to_json_binary(&observe::pools(deps, env, &pools, &windows)?),
        QueryMsg::Pauses { start_after, limit } => {
            to_json_binary(&query::pauses(deps, env, start_after, limit)?)
        }
        QueryMsg::Invariants {} => to_json_binary(&query::invariants(deps, env)?),
    }?)
}

/// What a call would do. Without a deadline it is never late.
fn simulation<T>(env: &Env, deadline: Option<u64>, call: impl FnOnce() -> Result<T>) -> Simulation<T> {
    Simulation::of(deadline.map_or(Ok(()), |deadline| Ok(on_time(env, deadline)?)).and_then(|()| call()))
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
