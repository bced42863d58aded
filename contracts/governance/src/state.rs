use cosmwasm_std::{Addr, Binary, CosmosMsg, Storage};
use cw_storage_plus::{Item, Map};
use mars_storage::{PackedItem, PackedMap};
use mars_types::governance::{Choice, Member, Pace, Params, Status};
use mars_types::ListError;
use serde::{Deserialize, Serialize};

use crate::error::ContractError;

/// What a vote needs of a proposal; its texts and messages are in [`CONTENTS`].
#[derive(Clone, Serialize, Deserialize)]
pub struct Proposal {
    pub proposer: Addr,
    /// Power counts as it stood after this block.
    pub snapshot: u64,
    /// XMS supply at the proposal, uxms.
    pub supply: u128,
    pub heavy: bool,
    /// Least of `votes_for`, uxms, ceiled.
    pub quorum: u128,
    /// Block times: the vote is from `starts` to before `ends`.
    pub starts: u64,
    pub ends: u64,
    /// Last block time at which it may be queued.
    pub queue_until: u64,
    /// Whether there is anything to carry out.
    pub carries: bool,
    pub stage: Stage,
}

/// How far a proposal was brought by a transaction; the rest follows from time and votes.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    Proposed,
    Queued { eta: u64, expires: u64 },
    Executed { at: u64 },
    Vetoed { at: u64 },
    Cancelled { at: u64 },
}

/// uxms on each side.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Votes {
    pub votes_for: u128,
    pub against: u128,
    pub abstain: u128,
}

impl Proposal {
    pub fn status(&self, votes: &Votes, now: u64) -> Status {
        match self.stage {
            Stage::Executed { .. } => Status::Executed,
            Stage::Vetoed { .. } => Status::Vetoed,
            Stage::Cancelled { .. } => Status::Cancelled,
            Stage::Queued { eta, .. } if now < eta => Status::Queued,
            Stage::Queued { expires, .. } if now <= expires => Status::Ready,
            Stage::Queued { .. } => Status::Expired,
            Stage::Proposed if now < self.starts => Status::Pending,
            Stage::Proposed if now < self.ends => Status::Active,
            Stage::Proposed if !self.passed(votes) => Status::Defeated,
            Stage::Proposed if self.carries && now > self.queue_until => Status::Expired,
            Stage::Proposed => Status::Succeeded,
        }
    }

    /// Enough votes for it, and at least half of those that are not abstentions: a tie passes.
    fn passed(&self, votes: &Votes) -> bool {
        votes.votes_for >= self.quorum && votes.votes_for >= votes.against
    }
}

/// What a proposal says and does.
#[derive(Clone, Serialize, Deserialize)]
pub struct Content {
    pub title: String,
    pub description: String,
    pub messages: Vec<CosmosMsg>,
    pub dry_run: Option<String>,
}

/// One vote.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Cast {
    pub choice: Choice,
    /// uxms.
    pub power: u128,
}

pub const XMS: Item<Addr> = Item::new("xms");
pub const PACE: Item<Pace> = Item::new("pace");
pub const PARAMS: Item<Params> = Item::new("params");
/// Contracts whose balances carry votes, at most `MAX_SOURCES`.
pub const SOURCES: Item<Vec<Addr>> = Item::new("sources");
/// The contracts of the protocol, at most `MAX_CONTRACTS`.
pub const CONTRACTS: Item<Vec<Member>> = Item::new("contracts");
/// Id of the last proposal.
pub const LAST: PackedItem<u64> = PackedItem::new("last");
pub const PROPOSALS: PackedMap<u64, Proposal> = PackedMap::new("proposal");
pub const CONTENTS: Map<u64, Content> = Map::new("content");
/// Absent until the first vote.
pub const TALLIES: PackedMap<u64, Votes> = PackedMap::new("tally");
pub const CASTS: PackedMap<(u64, &Addr), Cast> = PackedMap::new("cast");
/// Proposer → its latest proposal.
pub const LATEST: PackedMap<&Addr, u64> = PackedMap::new("latest");
/// What each message of an executed proposal gave, counted from 1.
pub const RECEIPTS: Map<(u64, u64), Option<Binary>> = Map::new("receipt");

/// A proposal that must be there, with its votes so far.
pub fn load(storage: &dyn Storage, id: u64) -> Result<(Proposal, Votes), ContractError> {
    let proposal = PROPOSALS.may_load(storage, id)?.ok_or_else(|| ListError::not_found("proposal", id))?;
    Ok((proposal, TALLIES.may_load(storage, id)?.unwrap_or_default()))
}
