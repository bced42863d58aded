use cosmwasm_std::{entry_point, to_json_binary, Addr, Binary, Deps, DepsMut, Env, MessageInfo, Response};
use cw20::Cw20ReceiveMsg;
use mars_control::{assert_token, nonpayable, sent, Sent};
use mars_types::checked_address;
use mars_types::pause::GUARDIAN_PAUSE;
use mars_types::staking::{Cw20HookMsg, ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg, Switch};

use crate::error::ContractError;
use crate::state::{Pool, COLLECTOR, PARAMS, PLANNED, POOL, XMS};
use crate::{claim, delegation, power, query, settings, stake, stream, unbond};

const NAME: &str = "mars:staking";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What may come with a token.
const HOOKS: &str = "stake, buy_back, fund_emission";

type Result<T = Response> = std::result::Result<T, ContractError>;

#[entry_point]
pub fn instantiate(mut deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result {
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &msg.owner, msg.guardian)?;
    XMS.save(deps.storage, &checked_address(deps.api, "xms", &msg.xms)?)?;
    let collector = msg.collector.map(|address| checked_address(deps.api, "collector", &address));
    COLLECTOR.save(deps.storage, &collector.transpose()?)?;
    if let Some(emission) = &msg.emission {
        emission.check()?;
    }
    PLANNED.save(deps.storage, &msg.emission)?;
    let params = msg.params.unwrap_or_default();
    params.check()?;
    PARAMS.save(deps.storage, &params)?;
    POOL.save(deps.storage, &Pool { updated: env.block.time.seconds(), ..Pool::default() })?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", msg.owner))
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result {
    nonpayable(&info)?;
    match msg {
        ExecuteMsg::Receive(hook) => receive(deps, &env, &info.sender, hook),
        ExecuteMsg::Unstake { amount } => unbond::unstake(deps, &env, info.sender, amount),
        ExecuteMsg::Rebond { amount } => unbond::rebond(deps, &env, info.sender, amount),
        ExecuteMsg::Withdraw {} => unbond::withdraw(deps, &env, info.sender),
        ExecuteMsg::Claim { restake } => claim::execute(deps, &env, info.sender, restake),
        ExecuteMsg::Delegate { to } => delegation::execute(deps, &env, info.sender, to),
        ExecuteMsg::PlanEmission { emission } => settings::plan_emission(deps, &info.sender, emission),
        ExecuteMsg::SetCollector { collector } => settings::set_collector(deps, &info.sender, collector),
        ExecuteMsg::UpdateParams { params } => settings::update_params(deps, &info.sender, params),
        ExecuteMsg::Pause { switch } => {
            let name = switch.to_string();
            Ok(mars_control::pause(deps.storage, &env, &info.sender, &name, GUARDIAN_PAUSE)?)
        }
        ExecuteMsg::ConfirmPause { switch } => {
            Ok(mars_control::confirm_pause(deps.storage, &env, &info.sender, &switch.to_string())?)
        }
        ExecuteMsg::Unpause { switch } => {
            Ok(mars_control::unpause(deps.storage, &env, &info.sender, &switch.to_string())?)
        }
        ExecuteMsg::SetGuardian { guardian } => {
            Ok(mars_control::set_guardian(deps, &env, &info.sender, guardian)?)
        }
        ExecuteMsg::UpdateOwnership(action) => {
            Ok(mars_control::update_ownership(deps, &env, &info.sender, action)?)
        }
    }
}

/// A cw20 token says that `hook.sender` sent it here. Only XMS counts.
fn receive(deps: DepsMut, env: &Env, token: &Addr, hook: Cw20ReceiveMsg) -> Result {
    assert_token(token, &XMS.load(deps.storage)?)?;
    let Sent { sender, amount, message } = sent(deps.api, hook, HOOKS)?;
    match message {
        Cw20HookMsg::Stake {} => stake::execute(deps, env, sender, amount),
        Cw20HookMsg::BuyBack {} => stream::buy_back(deps, env, sender, amount),
        Cw20HookMsg::FundEmission {} => stream::fund_emission(deps, env, sender, amount),
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Pool {} => to_json_binary(&query::pool(deps, &env)?),
        QueryMsg::Apr {} => to_json_binary(&query::apr(deps, &env)?),
        QueryMsg::Staker { address } => to_json_binary(&query::staker(deps, &env, &address)?),
        QueryMsg::Stakers { start_after, limit } => {
            to_json_binary(&query::stakers(deps, &env, start_after, limit)?)
        }
        QueryMsg::VotingPower { address, height } => to_json_binary(&power::of(deps, &address, height)?),
        QueryMsg::TotalPower { height } => to_json_binary(&power::of_all(deps, height)?),
        QueryMsg::NonCirculating {} => to_json_binary(&query::non_circulating(deps, &env)?),
        QueryMsg::Pauses {} => to_json_binary(&mars_control::pauses(deps.storage, &env, [Switch::Stake])?),
        QueryMsg::Invariants {} => to_json_binary(&query::invariants(deps, &env)?),
    }?)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
