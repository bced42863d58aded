//! The question that the MarsDAO puts to each contract whose balances carry votes.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Uint128;

/// Answered by every source of voting power.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// What an account may vote with, as it stood after block `height`: its own power unless it was delegated away,
    /// and what others delegated to it.
    #[returns(VotingPowerResponse)]
    VotingPower { address: String, height: u64 },
    /// The voting power of all accounts together after block `height`.
    #[returns(VotingPowerResponse)]
    TotalPower { height: u64 },
}

#[cw_serde]
#[derive(Copy)]
pub struct VotingPowerResponse {
    /// uxms.
    pub power: Uint128,
}
