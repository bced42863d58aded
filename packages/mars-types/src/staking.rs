//! Staking of XMS: rewards from an emission and from buy-backs, and the votes of the MarsDAO.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Uint128};
use cw_ownable::Action;
use cw20::Cw20ReceiveMsg;

use crate::guardian::{Guardian, GuardianUnchecked};
use crate::refusal::InvalidInput;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// Most parts of an account's unbonding that are listed apart; a further one joins the newest.
pub const MAX_UNBONDINGS: usize = 32;
/// Most entries of a page.
pub const MAX_LIMIT: u32 = 100;
pub const DEFAULT_LIMIT: u32 = 30;

#[cw_serde]
pub struct InstantiateMsg {
    pub owner: String,
    pub guardian: Option<GuardianUnchecked>,
    pub xms: String,
    /// The fee collector, which alone may stream buy-backs besides the owner.
    pub collector: Option<String>,
    /// The first emission, which begins when it is funded.
    pub emission: Option<Emission>,
    /// None: the defaults of the protocol.
    pub params: Option<Params>,
}

#[cw_serde]
pub struct MigrateMsg {}

/// XMS that is given to stakers evenly over time.
#[cw_serde]
#[derive(Copy)]
pub struct Emission {
    /// uxms.
    pub total: Uint128,
    /// Seconds during which somebody stakes: one day to four years.
    pub duration: u64,
}

impl Emission {
    pub fn check(&self) -> Result<(), InvalidInput> {
        let most = crate::token::XMS_SUPPLY;
        InvalidInput::unless_within("emission.total", self.total, Uint128::one(), most)?;
        InvalidInput::unless_within("emission.duration", self.duration, DAY, 4 * 365 * DAY)
    }
}

/// Every governed number. `check` holds the bounds.
#[cw_serde]
#[derive(Copy)]
pub struct Params {
    /// Seconds from unstaking to withdrawal: 1 to 30 days. Stakes that unbond already keep their time.
    pub unbonding: u64,
    /// Seconds over which a buy-back is streamed: 1 hour to 7 days.
    pub buy_back_window: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { unbonding: 7 * DAY, buy_back_window: DAY }
    }
}

impl Params {
    pub fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_within("unbonding", self.unbonding, DAY, 30 * DAY)?;
        InvalidInput::unless_within("buy_back_window", self.buy_back_window, HOUR, 7 * DAY)
    }
}

#[cw_serde]
pub enum ExecuteMsg {
    /// XMS that was sent here with a [`Cw20HookMsg`].
    Receive(Cw20ReceiveMsg),
    /// Ends the stake, its rewards and its votes at once, and lets it be withdrawn after the unbonding time.
    Unstake { amount: Uint128 },
    /// Stakes again what is unbonding, what was unstaked last first.
    Rebond { amount: Uint128 },
    /// Pays out all that has finished unbonding.
    Withdraw {},
    /// Pays out all rewards, or stakes them.
    Claim { restake: bool },
    /// Gives the votes of the sender's stake to another, now and later; without a name takes them back.
    Delegate { to: Option<String> },

    /// Owner: the next emission, which begins once it is funded. None: there is to be none.
    PlanEmission { emission: Option<Emission> },
    /// Owner: who may stream buy-backs besides the owner.
    SetCollector { collector: Option<String> },
    /// Owner: replaces all parameters.
    UpdateParams { params: Params },
    /// Owner or guardian.
    Pause { switch: Switch },
    /// Owner: makes a guardian's pause last until it is lifted.
    ConfirmPause { switch: Switch },
    /// Owner.
    Unpause { switch: Switch },
    /// Owner: replaces the guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
    /// Two-step transfer of ownership. Renouncing is refused.
    UpdateOwnership(Action),
}

/// The message inside a cw20 `Send` of XMS to staking.
#[cw_serde]
pub enum Cw20HookMsg {
    /// Anyone: stakes for the sender.
    Stake {},
    /// Collector or owner: streamed to stakers, together with what is left of the last buy-back.
    BuyBack {},
    /// Anyone: the planned emission begins, together with what is left of the running one. The amount must be its
    /// total.
    FundEmission {},
}

/// What can be stopped by itself.
#[cw_serde]
#[derive(Copy)]
pub enum Switch {
    /// New stakes: by Send, restake and rebond. Unstaking, withdrawing, claiming and delegating have no switch.
    Stake,
}

impl std::fmt::Display for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stake => f.write_str("stake"),
        }
    }
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Addresses, the guardian, parameters, and the emission that waits to be funded.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and who may accept the ownership.
    #[returns(cw_ownable::Ownership<String>)]
    Ownership {},
    /// Totals and streams as a call in this block would find them.
    #[returns(PoolResponse)]
    Pool {},
    /// The yield of the emission alone over a year of 360 days, without compounding.
    #[returns(AprResponse)]
    Apr {},
    /// One account; all zero for one that never staked. `owed` is what a claim in this block pays.
    #[returns(StakerResponse)]
    Staker { address: String },
    /// Every account that ever staked or was delegated to, by address. Limit 30 by default, 100 at most.
    #[returns(StakersResponse)]
    Stakers { start_after: Option<String>, limit: Option<u32> },
    /// Same as [`crate::voting::QueryMsg::VotingPower`].
    #[returns(crate::voting::VotingPowerResponse)]
    VotingPower { address: String, height: u64 },
    /// Same as [`crate::voting::QueryMsg::TotalPower`].
    #[returns(crate::voting::VotingPowerResponse)]
    TotalPower { height: u64 },
    /// Same as [`crate::circulating::QueryMsg::NonCirculating`]: what the streams have not yet given.
    #[returns(crate::circulating::NonCirculatingResponse)]
    NonCirculating {},
    /// All switches.
    #[returns(crate::pause::PausesResponse<Switch>)]
    Pauses {},
    /// The laws of the books, recomputed.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub xms: Addr,
    pub collector: Option<Addr>,
    pub guardian: Option<Guardian>,
    pub params: Params,
    /// The emission that waits to be funded.
    pub planned: Option<Emission>,
}

/// A budget that is given evenly over time, while somebody stakes.
#[cw_serde]
#[derive(Copy)]
pub struct StreamResponse {
    /// uxms.
    pub total: Uint128,
    /// Seconds over which it is given, and how many of them have passed.
    pub duration: u64,
    pub elapsed: u64,
    /// Not yet given, uxms.
    pub left: Uint128,
}

#[cw_serde]
#[derive(Copy)]
pub struct PoolResponse {
    /// uxms.
    pub staked: Uint128,
    pub unbonding: Uint128,
    /// Given to stakers and not yet claimed, uxms: at least what all of them are owed.
    pub unclaimed: Uint128,
    pub emission: StreamResponse,
    pub buy_back: StreamResponse,
}

#[cw_serde]
#[derive(Copy)]
pub struct AprResponse {
    /// Of the emission alone, in bp, floored; none while nobody stakes.
    pub emission_apr_360_days_bps: Option<Uint128>,
    /// The year that is meant.
    pub year_days: u64,
    /// uxms.
    pub staked: Uint128,
}

#[cw_serde]
#[derive(Copy)]
pub struct Unbonding {
    /// uxms.
    pub amount: Uint128,
    /// Block time from which it can be withdrawn.
    pub release: u64,
}

#[cw_serde]
pub struct StakerResponse {
    pub address: Addr,
    /// uxms.
    pub stake: Uint128,
    pub owed: Uint128,
    /// Who votes with this stake; none: the account itself.
    pub delegate: Option<Addr>,
    /// What the account may vote with now: at a proposal's height the snapshot counts.
    pub power: Uint128,
    /// Oldest first.
    pub unbonding: Vec<Unbonding>,
}

#[cw_serde]
pub struct StakersResponse {
    pub stakers: Vec<StakerResponse>,
}
