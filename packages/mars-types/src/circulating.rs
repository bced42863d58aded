//! The question that the treasury puts to each contract of its circulating-supply registry.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Uint128;

/// Answered by every contract that holds XMS which is not in circulation.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// XMS in this contract's own ledger that does not circulate.
    #[returns(NonCirculatingResponse)]
    NonCirculating {},
}

#[cw_serde]
pub struct NonCirculatingResponse {
    /// In uxms, from the contract's ledger, never from a token balance.
    pub amount: Uint128,
}
