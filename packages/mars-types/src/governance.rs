//! The MarsDAO: proposals that carry messages, decided by staked XMS, carried out after a timelock.

use std::fmt;

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Binary, CosmosMsg, Uint128};

use crate::bps::Bps;
use crate::guardian::{Guardian, GuardianUnchecked};
use crate::refusal::InvalidInput;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Most messages of a proposal.
pub const MAX_MESSAGES: usize = 10;
/// Most bytes of a title, a description, the text of a dry run, the reason of a veto, and of all messages as JSON.
pub const MAX_TITLE: usize = 100;
pub const MAX_DESCRIPTION: usize = 10_000;
pub const MAX_DRY_RUN: usize = 4_000;
pub const MAX_REASON: usize = 500;
pub const MAX_MESSAGES_BYTES: usize = 60_000;
/// Most sources of voting power, each of which costs a vote one query.
pub const MAX_SOURCES: usize = 5;
/// Most contracts in the registry.
pub const MAX_CONTRACTS: usize = 30;
/// Most seconds of a timelock, doubled or not (R67).
pub const MAX_TIMELOCK: u64 = 30 * DAY;
/// Most entries of a page.
pub const MAX_LIMIT: u32 = 100;
pub const DEFAULT_LIMIT: u32 = 30;

#[cw_serde]
pub struct InstantiateMsg {
    pub guardian: Option<GuardianUnchecked>,
    pub xms: String,
    /// Contracts whose balances carry votes.
    pub sources: Vec<String>,
    /// The contracts of the protocol.
    pub contracts: Vec<MemberUnchecked>,
    /// How short the periods may be; for ever.
    pub pace: Pace,
    /// None: the defaults of the protocol.
    pub params: Option<Params>,
}

#[cw_serde]
pub struct MigrateMsg {}

/// How short the periods of the DAO may be. Fixed when it is made.
#[cw_serde]
#[derive(Copy)]
pub enum Pace {
    /// Long enough for people to notice and to act.
    Network,
    /// One second each. For a chain whose money is worth nothing.
    Test,
}

/// What a contract of the protocol is.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Role {
    Treasury,
    Oracle,
    Swap,
    Staking,
    Collector,
    /// All of its messages are heavy.
    Other,
}

/// A contract of the protocol. The DAO accepts its ownership, and knows which of its messages are light.
#[cw_serde]
pub struct MemberBase<T> {
    pub role: Role,
    pub address: T,
}

pub type Member = MemberBase<Addr>;
pub type MemberUnchecked = MemberBase<String>;

/// The only messages that do not make a proposal heavy. What is not listed is: what moves assets or reaches outside,
/// owner, admin and guardian, migration, sources of prices, the support ratio, registries, the DAO's own numbers, and
/// everything unknown.
pub const LIGHT_MESSAGES: &[(Role, &[&str])] = &[
    (Role::Treasury, &["poke", "update_asset", "lower_limits", "pause", "confirm_pause", "unpause"]),
    (Role::Oracle, &["pause", "confirm_pause", "unpause"]),
    (
        Role::Swap,
        &[
            "create_pool",
            "collect_fees",
            "update_params",
            "set_creation_fee",
            "register_native",
            "set_fee",
            "set_share_limits",
            "ramp_amplification",
            "stop_ramp",
            "pause",
            "confirm_pause",
            "unpause",
        ],
    ),
    (Role::Staking, &["plan_emission", "update_params", "pause", "confirm_pause", "unpause"]),
    (Role::Collector, &["convert", "distribute", "update_params", "pause", "confirm_pause", "unpause"]),
];

/// The messages of the treasury that move no external asset. All others, unknown ones too, are refused below the control
/// ratio.
pub const TREASURY_KEEPS_ASSETS: &[&str] = &[
    "poke",
    "register_asset",
    "update_asset",
    "update_non_circulating",
    "withdraw_reserve",
    "declare_recovery",
    "end_recovery",
    "allocate",
    "unwind",
    "register_position",
    "update_position",
    "remove",
    "vote_chain",
    "update_params",
    "lower_limits",
    "pause",
    "confirm_pause",
    "unpause",
    "set_guardian",
    "update_ownership",
];

/// Every governed number. `check` holds the bounds.
#[cw_serde]
#[derive(Copy)]
pub struct Params {
    /// Power that a proposer needs, of XMS supply: 1 to 200 bp.
    pub threshold: Bps,
    /// For-votes that a proposal needs, of XMS supply: 100 to 2,000 bp.
    pub quorum: Bps,
    /// The same for a heavy one: 500 to 4,000 bp, and not below `quorum`.
    pub heavy_quorum: Bps,
    /// Seconds from proposal to vote: 12 hours to 7 days.
    pub delay: u64,
    /// Seconds of voting: 3 to 14 days.
    pub voting: u64,
    /// Seconds from queueing to execution: 1 to 30 days.
    pub timelock: u64,
    /// Seconds in which a proposal that passed may be queued, and one that waited may be executed: 3 to 30 days.
    pub grace: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            threshold: Bps(25),
            quorum: Bps(250),
            heavy_quorum: Bps(1_000),
            delay: DAY,
            voting: 5 * DAY,
            timelock: 2 * DAY,
            grace: 14 * DAY,
        }
    }
}

impl Params {
    pub fn check(&self, pace: Pace) -> Result<(), InvalidInput> {
        let within = InvalidInput::unless_within::<Bps>;
        within("threshold", self.threshold, Bps(1), Bps(200))?;
        within("quorum", self.quorum, Bps(100), Bps(2_000))?;
        within("heavy_quorum", self.heavy_quorum, self.quorum.max(Bps(500)), Bps(4_000))?;
        let period = |name, value, least, most| {
            let least = if pace == Pace::Test { 1 } else { least };
            InvalidInput::unless_within(name, value, least, most)
        };
        period("delay", self.delay, 12 * HOUR, 7 * DAY)?;
        period("voting", self.voting, 3 * DAY, 14 * DAY)?;
        period("timelock", self.timelock, DAY, MAX_TIMELOCK)?;
        period("grace", self.grace, 3 * DAY, 30 * DAY)
    }
}

#[cw_serde]
#[derive(Copy, Eq)]
pub enum Choice {
    For,
    Against,
    /// Counts for neither.
    Abstain,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstain => "abstain",
        })
    }
}

#[cw_serde]
pub enum ExecuteMsg {
    /// Who has the threshold of power at the height before. One proposal at a time that is not yet voted on.
    Propose {
        title: String,
        description: String,
        /// Carried out in order, all or none, in the DAO's name. None: a text to be decided on.
        messages: Vec<CosmosMsg>,
        /// What a simulation of the messages said before this was sent. Advice: the state may differ later.
        dry_run: Option<String>,
    },
    /// Who has power at the proposal's snapshot height. A vote is final.
    Vote { proposal: u64, choice: Choice },
    /// Anyone: starts the timelock of a proposal that passed.
    Queue { proposal: u64 },
    /// Anyone: carries out a proposal whose timelock is over. If one message fails, nothing happened, and it may be
    /// tried again within its time.
    Execute { proposal: u64 },
    /// Guardian: ends a proposal that is not executed, unless it only replaces guardians.
    Veto { proposal: u64, reason: String },
    /// The proposer, before the vote begins; and anyone, before it ends, when the proposer has lost the power to propose.
    Cancel { proposal: u64 },
    /// Anyone: takes the ownership that a contract of the registry has offered to the DAO.
    AcceptOwnership { contract: String },

    /// The DAO: replaces all parameters. Proposals that exist keep their quorum and times.
    UpdateParams { params: Params },
    /// The DAO: contracts whose balances carry votes. Removals come first.
    UpdateSources { add: Vec<String>, remove: Vec<String> },
    /// The DAO: the contracts of the protocol. Removals come first.
    UpdateContracts { add: Vec<MemberUnchecked>, remove: Vec<String> },
    /// The DAO: replaces its guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// The guardian, parameters, sources of votes, and the contracts of the protocol.
    #[returns(ConfigResponse)]
    Config {},
    /// One proposal with its state and its votes.
    #[returns(ProposalResponse)]
    Proposal { proposal: u64 },
    /// Newest first, those before `start_before`. Limit 30 by default, 100 at most.
    #[returns(ProposalsResponse)]
    Proposals { start_before: Option<u64>, limit: Option<u32> },
    /// How an account voted on a proposal, if it did.
    #[returns(VoteResponse)]
    Vote { proposal: u64, voter: String },
    /// By address. Limit 30 by default, 100 at most.
    #[returns(VotesResponse)]
    Votes { proposal: u64, start_after: Option<String>, limit: Option<u32> },
    /// What each message of an executed proposal gave.
    #[returns(ReceiptsResponse)]
    Receipts { proposal: u64 },
    /// Power from all sources after block `height`; by default the block before this one.
    #[returns(crate::voting::VotingPowerResponse)]
    Power { address: String, height: Option<u64> },
    /// Whether messages would make a proposal heavy, and which of them.
    #[returns(WeightResponse)]
    Weight { messages: Vec<CosmosMsg> },
    /// The laws of the books, recomputed.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub xms: Addr,
    pub guardian: Option<Guardian>,
    pub pace: Pace,
    pub params: Params,
    pub sources: Vec<Addr>,
    pub contracts: Vec<Member>,
    /// Proposals so far; their ids are 1 to this.
    pub proposals: u64,
}

#[cw_serde]
#[derive(Copy, Eq)]
pub enum Status {
    /// Waits for the vote to begin.
    Pending,
    Active,
    /// The vote ended without quorum or with more against than for.
    Defeated,
    /// Passed; can be queued if it has messages.
    Succeeded,
    /// Waits for its timelock.
    Queued,
    /// Can be executed.
    Ready,
    Executed,
    /// Was not queued or not executed in time.
    Expired,
    Vetoed,
    Cancelled,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Defeated => "defeated",
            Self::Succeeded => "succeeded",
            Self::Queued => "queued",
            Self::Ready => "ready",
            Self::Executed => "executed",
            Self::Expired => "expired",
            Self::Vetoed => "vetoed",
            Self::Cancelled => "cancelled",
        })
    }
}

/// uxms on each side.
#[cw_serde]
#[derive(Copy)]
pub struct Tally {
    pub votes_for: Uint128,
    pub against: Uint128,
    pub abstain: Uint128,
}

#[cw_serde]
pub struct ProposalResponse {
    pub proposal: u64,
    pub status: Status,
    pub proposer: Addr,
    pub title: String,
    pub description: String,
    pub messages: Vec<CosmosMsg>,
    pub dry_run: Option<String>,
    /// Needs the quorum of heavy messages.
    pub heavy: bool,
    /// Power counts as it stood after this block.
    pub snapshot_height: u64,
    /// XMS supply at the proposal, uxms.
    pub supply: Uint128,
    /// Least of `votes_for`, uxms.
    pub quorum: Uint128,
    pub tally: Tally,
    /// Block times: the vote is from `starts` to before `ends`.
    pub starts: u64,
    pub ends: u64,
    /// From `eta` to `expires` it can be executed, if it is queued.
    pub eta: Option<u64>,
    /// Last block time at which it can be queued or executed.
    pub expires: u64,
    /// When it was executed, vetoed or cancelled.
    pub closed_at: Option<u64>,
}

#[cw_serde]
pub struct ProposalSummary {
    pub proposal: u64,
    pub status: Status,
    pub proposer: Addr,
    pub title: String,
    pub heavy: bool,
    pub tally: Tally,
    pub quorum: Uint128,
    pub starts: u64,
    pub ends: u64,
    pub eta: Option<u64>,
    pub expires: u64,
}

#[cw_serde]
pub struct ProposalsResponse {
    pub proposals: Vec<ProposalSummary>,
}

#[cw_serde]
pub struct Ballot {
    pub voter: Addr,
    pub choice: Choice,
    /// uxms.
    pub power: Uint128,
}

#[cw_serde]
pub struct VoteResponse {
    pub vote: Option<Ballot>,
}

#[cw_serde]
pub struct VotesResponse {
    pub votes: Vec<Ballot>,
}

/// What a message of an executed proposal gave.
#[cw_serde]
pub struct Receipt {
    /// 1 for the first.
    pub message: u64,
    pub data: Option<Binary>,
}

#[cw_serde]
pub struct ReceiptsResponse {
    pub executed_at: Option<u64>,
    pub receipts: Vec<Receipt>,
}

#[cw_serde]
pub struct WeightResponse {
    pub heavy: bool,
    /// Numbers of the heavy messages, from 1.
    pub heavy_messages: Vec<u64>,
    /// The guardian cannot veto these messages: they only replace guardians.
    pub beyond_veto: bool,
}
