use cosmwasm_std::{
    entry_point, to_json_binary, Binary, Deps, DepsMut, Env, MessageInfo, Reply, Response, Storage,
};
use mars_control::nonpayable;
use mars_types::checked_address;
use mars_types::governance::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};

use crate::error::ContractError;
use crate::state::{Content, CONTRACTS, LAST, PACE, PARAMS, SOURCES, XMS};
use crate::weight::Registry;
use crate::{ballot, execute as carry_out, propose, query, queue, settings, stop};

const NAME: &str = "mars:governance";
const VERSION: &str = env!("CARGO_PKG_VERSION");

type Result<T = Response> = std::result::Result<T, ContractError>;

#[entry_point]
pub fn instantiate(mut deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result {
    let dao = env.contract.address.to_string();
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &dao, msg.guardian)?;
    let params = msg.params.unwrap_or_default();
    params.check(msg.pace)?;
    XMS.save(deps.storage, &checked_address(deps.api, "xms", &msg.xms)?)?;
    PACE.save(deps.storage, &msg.pace)?;
    PARAMS.save(deps.storage, &params)?;
    SOURCES.save(deps.storage, &settings::with_sources(deps.api, vec![], msg.sources)?)?;
    CONTRACTS.save(deps.storage, &settings::with_contracts(deps.api, vec![], msg.contracts)?)?;
    LAST.save(deps.storage, &0)?;
    Ok(Response::new().add_attribute("action", "instantiate"))
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result {
    nonpayable(&info)?;
    let registry = |storage: &dyn Storage| registry(storage, &env);
    match msg {
        ExecuteMsg::Propose { title, description, messages, dry_run } => {
            let content = Content { title, description, messages, dry_run };
            let registry = registry(deps.storage)?;
            propose::execute(deps, &env, &registry, info.sender, content)
        }
        ExecuteMsg::Vote { proposal, choice } => ballot::execute(deps, &env, info.sender, proposal, choice),
        ExecuteMsg::Queue { proposal } => {
            let registry = registry(deps.storage)?;
            queue::execute(deps, &env, &registry, proposal)
        }
        ExecuteMsg::Execute { proposal } => {
            let registry = registry(deps.storage)?;
            carry_out::execute(deps, &env, &registry, info.sender, proposal)
        }
        ExecuteMsg::Veto { proposal, reason } => {
            let registry = registry(deps.storage)?;
            stop::veto(deps, &env, &registry, info.sender, proposal, reason)
        }
        ExecuteMsg::Cancel { proposal } => stop::cancel(deps, &env, info.sender, proposal),
        ExecuteMsg::AcceptOwnership { contract } => {
            settings::accept_ownership(&registry(deps.storage)?, contract)
        }
        ExecuteMsg::UpdateParams { params } => settings::update_params(deps, &info.sender, params),
        ExecuteMsg::UpdateSources { add, remove } => {
            settings::update_sources(deps, &info.sender, add, remove)
        }
        ExecuteMsg::UpdateContracts { add, remove } => {
            settings::update_contracts(deps, &info.sender, add, remove)
        }
        ExecuteMsg::SetGuardian { guardian } => {
            Ok(mars_control::set_guardian(deps, &env, &info.sender, guardian)?)
        }
    }
}

#[entry_point]
pub fn reply(deps: DepsMut, _env: Env, reply: Reply) -> Result {
    carry_out::reply(deps, reply)
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Proposal { proposal } => to_json_binary(&query::proposal(deps, &env, proposal)?),
        QueryMsg::Proposals { start_before, limit } => {
            to_json_binary(&query::proposals(deps, &env, start_before, limit)?)
        }
        QueryMsg::Vote { proposal, voter } => to_json_binary(&query::vote(deps, proposal, &voter)?),
        QueryMsg::Votes { proposal, start_after, limit } => {
            to_json_binary(&query::votes(deps, proposal, start_after, limit)?)
        }
        QueryMsg::Receipts { proposal } => to_json_binary(&query::receipts(deps, proposal)?),
        QueryMsg::Power { address, height } => to_json_binary(&query::power(deps, &env, &address, height)?),
        QueryMsg::Weight { messages } => {
            to_json_binary(&query::weight(&registry(deps.storage, &env)?, &messages))
        }
        QueryMsg::Invariants {} => to_json_binary(&query::invariants(deps)?),
    }?)
}

fn registry(storage: &dyn Storage, env: &Env) -> Result<Registry> {
    Ok(Registry { dao: env.contract.address.clone(), contracts: CONTRACTS.load(storage)? })
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
