use cosmwasm_std::{Addr, CosmosMsg, Deps, Env, Order, StdResult, Uint128};
use mars_types::governance::{
    Ballot, ConfigResponse, ProposalResponse, ProposalSummary, ProposalsResponse, Receipt, ReceiptsResponse,
    Tally, VoteResponse, VotesResponse, WeightResponse, DEFAULT_LIMIT, MAX_LIMIT,
};
use mars_types::voting::VotingPowerResponse;
use mars_types::{checked_address, Invariant, InvariantsResponse};

use crate::error::ContractError;
use crate::power;
use crate::state::{
    self, Cast, Proposal, Stage, Votes, CASTS, CONTENTS, CONTRACTS, LAST, PACE, PARAMS, RECEIPTS, SOURCES,
    XMS,
};
use crate::weight::Registry;

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    Ok(ConfigResponse {
        xms: XMS.load(deps.storage)?,
        guardian: mars_control::guardian(deps.storage)?,
        pace: PACE.load(deps.storage)?,
        params: PARAMS.load(deps.storage)?,
        sources: SOURCES.load(deps.storage)?,
        contracts: CONTRACTS.load(deps.storage)?,
        proposals: LAST.load(deps.storage)?,
    })
}

pub fn proposal(deps: Deps, env: &Env, id: u64) -> Result<ProposalResponse, ContractError> {
    let (proposal, votes) = state::load(deps.storage, id)?;
    let content = CONTENTS.load(deps.storage, id)?;
    let (eta, expires, closed_at) = times(&proposal);
    Ok(ProposalResponse {
        proposal: id,
        status: proposal.status(&votes, env.block.time.seconds()),
        proposer: proposal.proposer,
        title: content.title,
        description: content.description,
        messages: content.messages,
        dry_run: content.dry_run,
        heavy: proposal.heavy,
        snapshot_height: proposal.snapshot,
        supply: proposal.supply.into(),
        quorum: proposal.quorum.into(),
        tally: tally(&votes),
        starts: proposal.starts,
        ends: proposal.ends,
        eta,
        expires,
        closed_at,
    })
}

pub fn proposals(
    deps: Deps,
    env: &Env,
    start_before: Option<u64>,
    limit: Option<u32>,
) -> Result<ProposalsResponse, ContractError> {
    let last = LAST.load(deps.storage)?;
    let newest = start_before.map_or(last, |before| before.saturating_sub(1).min(last));
    let summary = |id| {
        let (proposal, votes) = state::load(deps.storage, id)?;
        let (eta, expires, _) = times(&proposal);
        Ok(ProposalSummary {
            proposal: id,
            status: proposal.status(&votes, env.block.time.seconds()),
            title: CONTENTS.load(deps.storage, id)?.title,
            proposer: proposal.proposer,
            heavy: proposal.heavy,
            tally: tally(&votes),
            quorum: proposal.quorum.into(),
            starts: proposal.starts,
            ends: proposal.ends,
            eta,
            expires,
        })
    };
    let ids = (1..=newest).rev().take(page(limit));
    Ok(ProposalsResponse { proposals: ids.map(summary).collect::<Result<_, ContractError>>()? })
}

pub fn vote(deps: Deps, id: u64, voter: &str) -> Result<VoteResponse, ContractError> {
    state::load(deps.storage, id)?;
    let voter = checked_address(deps.api, "voter", voter)?;
    let cast = CASTS.may_load(deps.storage, (id, &voter))?;
    Ok(VoteResponse { vote: cast.map(|cast| ballot(voter, cast)) })
}

pub fn votes(
    deps: Deps,
    id: u64,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<VotesResponse, ContractError> {
    state::load(deps.storage, id)?;
    let after = start_after.map(|address| checked_address(deps.api, "start_after", &address)).transpose()?;
    let voters = CASTS.keys_under(deps.storage, id, after.as_ref(), page(limit))?;
    let votes = voters.into_iter().filter_map(|voter| {
        let cast = CASTS.may_load(deps.storage, (id, &voter)).transpose()?;
        Some(cast.map(|cast| ballot(voter, cast)))
    });
    Ok(VotesResponse { votes: votes.collect::<StdResult<_>>()? })
}

pub fn receipts(deps: Deps, id: u64) -> Result<ReceiptsResponse, ContractError> {
    let executed_at = match state::load(deps.storage, id)?.0.stage {
        Stage::Executed { at } => Some(at),
        _ => None,
    };
    let entries = RECEIPTS.prefix(id).range(deps.storage, None, None, Order::Ascending);
    let receipts = entries.map(|entry| entry.map(|(message, data)| Receipt { message, data }));
    Ok(ReceiptsResponse { executed_at, receipts: receipts.collect::<StdResult<_>>()? })
}

pub fn power(
    deps: Deps,
    env: &Env,
    address: &str,
    height: Option<u64>,
) -> Result<VotingPowerResponse, ContractError> {
    let address = checked_address(deps.api, "address", address)?;
    let height = height.unwrap_or(env.block.height.saturating_sub(1));
    Ok(VotingPowerResponse { power: power::at(deps, address.as_str(), height)?.into() })
}

pub fn weight(registry: &Registry, messages: &[CosmosMsg]) -> WeightResponse {
    let numbered = (1..).zip(messages);
    let heavy = numbered.filter(|(_, message)| registry.heavy(message)).map(|(number, _)| number);
    let heavy_messages: Vec<u64> = heavy.collect();
    WeightResponse {
        heavy: !heavy_messages.is_empty(),
        heavy_messages,
        beyond_veto: !messages.is_empty()
            && messages.iter().all(|message| registry.replaces_guardian(message)),
    }
}

/// The laws of the latest proposals; older ones do not change.
pub fn invariants(deps: Deps) -> Result<InvariantsResponse, ContractError> {
    let last = LAST.load(deps.storage)?;
    let mut laws = vec![];
    for id in (1..=last).rev().take(10) {
        let (proposal, votes) = state::load(deps.storage, id)?;
        let cast = [votes.votes_for, votes.against, votes.abstain].into_iter().fold(0, u128::saturating_add);
        laws.push(Invariant::at_most(format!("votes_on_{id}_are_within_supply"), cast, proposal.supply));
        if matches!(proposal.stage, Stage::Queued { .. } | Stage::Executed { .. }) {
            let name = format!("quorum_of_{id}_was_reached");
            laws.push(Invariant::at_most(name, proposal.quorum, votes.votes_for));
        }
    }
    Ok(laws.into())
}

/// When it can be executed, when it expires, and when it was closed.
fn times(proposal: &Proposal) -> (Option<u64>, u64, Option<u64>) {
    match proposal.stage {
        Stage::Proposed => (None, proposal.queue_until, None),
        Stage::Queued { eta, expires } => (Some(eta), expires, None),
        Stage::Executed { at } | Stage::Vetoed { at } | Stage::Cancelled { at } => {
            (None, proposal.queue_until, Some(at))
        }
    }
}

fn tally(votes: &Votes) -> Tally {
    let Votes { votes_for, against, abstain } = *votes;
    Tally {
        votes_for: Uint128::new(votes_for),
        against: Uint128::new(against),
        abstain: Uint128::new(abstain),
    }
}

fn ballot(voter: Addr, cast: Cast) -> Ballot {
    Ballot { voter, choice: cast.choice, power: cast.power.into() }
}

fn page(limit: Option<u32>) -> usize {
    usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or(usize::MAX)
}
