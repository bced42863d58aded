use cosmwasm_std::{entry_point, to_json_binary, Binary, Deps, DepsMut, Env, MessageInfo, Response};
use mars_types::checked_address;
use mars_types::oracle::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};

use crate::error::ContractError;
use crate::state::{GUARDIAN, USDM};
use crate::{feed, invariants, pause, query, roles, source};

const NAME: &str = "mars:oracle";
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[entry_point]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    nonpayable(&info)?;
    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    let owner = checked_address(deps.api, "owner", &msg.owner)?;
    cw_ownable::initialize_owner(deps.storage, deps.api, Some(owner.as_str()))?;
    USDM.save(deps.storage, &checked_address(deps.api, "usdm", &msg.usdm)?)?;
    if let Some(guardian) = msg.guardian {
        GUARDIAN.save(deps.storage, &guardian.check(deps.api, env.block.time.seconds(), None)?)?;
    }
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", owner))
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
        ExecuteMsg::ConfirmPause { asset } => pause::confirm(deps, &env, sender, asset),
        ExecuteMsg::Unpause { asset } => pause::lift(deps, sender, asset),
        ExecuteMsg::SetGuardian { guardian } => roles::set_guardian(deps, &env, sender, guardian),
        ExecuteMsg::UpdateOwnership(action) => roles::update_ownership(deps, &env, sender, action),
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let now = env.block.time.seconds();
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Price { asset } => to_json_binary(&query::price(deps, now, asset)?),
        QueryMsg::Prices { assets, market } => to_json_binary(&query::prices(deps, now, assets, market)?),
        QueryMsg::Market { asset } => to_json_binary(&query::market(deps, now, asset)?),
        QueryMsg::Sources { start_after, limit } => {
            to_json_binary(&query::sources(deps, start_after, limit)?)
        }
        QueryMsg::Feeds { asset } => to_json_binary(&query::feeds(deps, now, asset)?),
        QueryMsg::Invariants {} => to_json_binary(&invariants::invariants(deps, now)?),
    }?)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    let from = cw2::get_contract_version(deps.storage)?;
    match cw2::ensure_from_older_version(deps.storage, NAME, VERSION) {
        Ok(old) if old.to_string() != VERSION => Ok(Response::new()
            .add_attribute("action", "migrate")
            .add_attribute("from", from.version)
            .add_attribute("to", VERSION)),
        _ => Err(ContractError::NotNewer {
            from: format!("{} {}", from.contract, from.version),
            to: format!("older than {NAME} {VERSION}"),
        }),
    }
}

fn nonpayable(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        return Ok(());
    }
    Err(ContractError::WrongFunds { funds: info.funds.clone() })
}
