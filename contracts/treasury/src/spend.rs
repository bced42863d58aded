//! What the owner does with the treasury outside of the protocol.

use cosmwasm_std::{
    Addr, Binary, CosmosMsg, Deps, DepsMut, Env, GovMsg, Response, Uint128, VoteOption, WasmMsg,
};
use mars_control::{assert_owner, nonzero, tokens};
use mars_types::treasury::{ChainVote, Level, SolvencyResponse};
use mars_types::{checked_address, events, Asset, AssetUnchecked, InvalidInput};

use crate::error::ContractError;
use crate::state::{CONFIG, REGISTRY};
use crate::{assets, positions, query, recovery, spend_limit, terms};

/// External assets leave only while XMS is worth twice as much, within the limit of a day, and never in recovery, where
/// they are the holders'.
pub fn spend(
    mut deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
    amount: Uint128,
    recipient: String,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    recovery::refuse(deps.storage)?;
    let solvency = refuse_low_control(deps.as_ref(), env)?;
    let recipient = terms::recipient(deps.as_ref(), env, sender, Some(recipient))?;
    let asset = asset.check(deps.api)?;
    let listing = assets::registered(&mut REGISTRY.load(deps.storage)?, &asset)?.clone();
    if listing.level == Level::Xms {
        return Err(
            InvalidInput::new("asset", asset, "an external asset; XMS leaves by withdraw_reserve").into()
        );
    }
    nonzero(amount)?;
    assets::spend_held(deps.storage, &asset, amount)?;
    spend_limit::take(deps.branch(), env, &solvency, &listing, amount)?;
    Ok(Response::new()
        .add_attribute("action", "spend")
        .add_message(tokens::pay(&asset, &recipient, amount)?)
        .add_event(events::Spent { asset, amount, recipient }))
}

/// For what could move what the treasury owns: while the control ratio is 2 or more. Gives the books that tell.
pub fn refuse_low_control(deps: Deps, env: &Env) -> Result<SolvencyResponse, ContractError> {
    let solvency = query::solvency(deps, env)?;
    let all_priced = solvency.unpriced.is_empty();
    mars_control::refuse_low_control(solvency.external_high, all_priced, solvency.control_ratio)?;
    Ok(solvency)
}

pub fn vote_chain(
    deps: DepsMut,
    sender: &Addr,
    proposal: u64,
    option: ChainVote,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let option = match option {
        ChainVote::Yes => VoteOption::Yes,
        ChainVote::No => VoteOption::No,
        ChainVote::Abstain => VoteOption::Abstain,
        ChainVote::NoWithVeto => VoteOption::NoWithVeto,
    };
    let vote = CosmosMsg::Gov(GovMsg::Vote { proposal_id: proposal, option });
    Ok(Response::new().add_attribute("action", "vote_chain").add_message(vote))
}

/// Any call of another DAO, as the treasury. It could move what the treasury owns there, so it is bound like a spend; what
/// the ledgers speak of cannot be called at all.
pub fn call_dao(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    contract: String,
    msg: Binary,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    recovery::refuse(deps.storage)?;
    refuse_low_control(deps.as_ref(), env)?;
    let contract = checked_address(deps.api, "contract", &contract)?;
    let config = CONFIG.load(deps.storage)?;
    let registry = REGISTRY.load(deps.storage)?;
    let positions = positions::load(deps.storage)?;
    let own = [&config.usdm, &config.xms, &config.oracle, &env.contract.address];
    let forbidden = own.contains(&&contract)
        || registry.iter().any(|listing| listing.asset == Asset::Cw20(contract.clone()))
        || positions.iter().any(|position| [&position.swap, &position.lp_token].contains(&&contract));
    if forbidden {
        return Err(
            InvalidInput::new("contract", contract, "none that the treasury's ledgers speak of").into()
        );
    }
    let call = WasmMsg::Execute { contract_addr: contract.into_string(), msg, funds: vec![] };
    Ok(Response::new().add_attribute("action", "call_dao").add_message(call))
}
