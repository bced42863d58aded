use cosmwasm_std::{entry_point, to_json_binary, Binary, Deps, DepsMut, Env, MessageInfo, Response};
use mars_control::nonpayable;
use mars_types::checked_address;
use mars_types::oracle::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};

use crate::error::ContractError;
use crate::state::USDM;
use crate::{feed, invariants, pause, query, source};

const NAME: &str = "mars:oracle";
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[entry_point]
pub fn instantiate(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &msg.owner, msg.guardian)?;
    USDM.save(deps.storage, &checked_address(deps.api, "usdm", &msg.usdm)?)?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", msg.owner))
}

#[entry_point]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    nonpayable(&info)?;
    let sender = &info.sender;
    match msg {
        ExecuteMsg::Feed { reports } => feed::feed(deps, &env, sender, reports),
        ExecuteMsg::SetSource { asset, source } => source::set(deps, sender, asset, source),
        ExecuteMsg::RemoveSource { asset } => source::remove(deps, sender, asset),
        ExecuteMsg::Pause { asset } => pause::pause(deps, &env, sender, asset),
        ExecuteMsg::ConfirmPause { asset } => {
            let name = pause::name(deps.as_ref(), asset)?;
            Ok(mars_control::confirm_pause(deps.storage, &env, sender, &name)?)
        }
        ExecuteMsg::Unpause { asset } => {
            let name = pause::name(deps.as_ref(), asset)?;
            Ok(mars_control::unpause(deps.storage, &env, sender, &name)?)
        }
        ExecuteMsg::SetGuardian { guardian } => Ok(mars_control::set_guardian(deps, &env, sender, guardian)?),
        ExecuteMsg::UpdateOwnership(action) => {
            Ok(mars_control::update_ownership(deps, &env, sender, action)?)
        }
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let now = env.block.time.seconds();
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Price { asset } => to_json_binary(&query::price(deps, &env, asset)?),
        QueryMsg::Inspect { asset } => to_json_binary(&query::inspect(deps, &env, asset)?),
        QueryMsg::Prices { assets, market } => to_json_binary(&query::prices(deps, &env, assets, market)?),
        QueryMsg::Market { asset } => to_json_binary(&query::market(deps, &env, asset)?),
        QueryMsg::Sources { start_after, limit } => {
            to_json_binary(&query::sources(deps, start_after, limit)?)
        }
        QueryMsg::Feeds { asset } => to_json_binary(&query::feeds(deps, now, asset)?),
        QueryMsg::Invariants {} => to_json_binary(&invariants::invariants(deps, now)?),
    }?)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
