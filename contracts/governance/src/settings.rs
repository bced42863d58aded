//! What only a proposal may change, and the ownerships that the DAO takes.

use cosmwasm_std::{to_json_binary, Addr, Api, DepsMut, Response, WasmMsg};
use cw_ownable::Action;
use mars_control::assert_owner;
use mars_types::governance::{Member, MemberUnchecked, Params, MAX_CONTRACTS, MAX_SOURCES};
use mars_types::staking::ExecuteMsg;
use mars_types::{checked_address, events, ListError};

use crate::error::ContractError;
use crate::state::{CONTRACTS, PACE, PARAMS, SOURCES};
use crate::weight::Registry;

pub fn update_params(deps: DepsMut, sender: &Addr, params: Params) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    params.check(PACE.load(deps.storage)?)?;
    PARAMS.save(deps.storage, &params)?;
    Ok(done("update_params"))
}

pub fn update_sources(
    deps: DepsMut,
    sender: &Addr,
    add: Vec<String>,
    remove: Vec<String>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let mut sources = SOURCES.load(deps.storage)?;
    for entry in remove {
        let at = sources.iter().position(|source| source.as_str() == entry);
        sources.remove(at.ok_or(ListError::not_found("source", entry))?);
    }
    SOURCES.save(deps.storage, &with_sources(deps.api, sources, add)?)?;
    Ok(done("update_sources"))
}

/// `sources` and those of `add`. There is always one: without votes nothing could be decided any more.
pub fn with_sources(
    api: &dyn Api,
    mut sources: Vec<Addr>,
    add: Vec<String>,
) -> Result<Vec<Addr>, ContractError> {
    for entry in add {
        let source = checked_address(api, "source", &entry)?;
        if sources.contains(&source) {
            return Err(ListError::duplicate("the source", entry).into());
        }
        sources.push(source);
    }
    if sources.is_empty() {
        return Err(ListError::not_found("source", "none is left").into());
    }
    ListError::unless_at_most("sources", sources.len(), MAX_SOURCES)?;
    Ok(sources)
}

pub fn update_contracts(
    deps: DepsMut,
    sender: &Addr,
    add: Vec<MemberUnchecked>,
    remove: Vec<String>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let mut contracts = CONTRACTS.load(deps.storage)?;
    for entry in remove {
        let at = contracts.iter().position(|member| member.address.as_str() == entry);
        contracts.remove(at.ok_or(ListError::not_found("contract", entry))?);
    }
    CONTRACTS.save(deps.storage, &with_contracts(deps.api, contracts, add)?)?;
    Ok(done("update_contracts"))
}

pub fn with_contracts(
    api: &dyn Api,
    mut contracts: Vec<Member>,
    add: Vec<MemberUnchecked>,
) -> Result<Vec<Member>, ContractError> {
    for MemberUnchecked { role, address } in add {
        let member = Member { role, address: checked_address(api, "contract", &address)? };
        if contracts.iter().any(|other| other.address == member.address) {
            return Err(ListError::duplicate("the contract", address).into());
        }
        contracts.push(member);
    }
    ListError::unless_at_most("contracts", contracts.len(), MAX_CONTRACTS)?;
    Ok(contracts)
}

/// Takes what was offered to the DAO. Open to anyone, for a fixed message that gains the DAO power and costs it nothing;
/// only of contracts of the registry, so that nobody makes the DAO call a contract of his own.
pub fn accept_ownership(registry: &Registry, contract: String) -> Result<Response, ContractError> {
    if !registry.contracts.iter().any(|member| member.address.as_str() == contract) {
        return Err(ListError::not_found("contract", contract).into());
    }
    // The same on the wire for every contract of the protocol.
    let accept = ExecuteMsg::UpdateOwnership(Action::AcceptOwnership);
    Ok(done("accept_ownership").add_message(WasmMsg::Execute {
        contract_addr: contract,
        msg: to_json_binary(&accept)?,
        funds: vec![],
    }))
}

fn done(action: &'static str) -> Response {
    Response::new().add_attribute("action", action).add_event(events::DaoSet { what: action.into() })
}
