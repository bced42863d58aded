//! The two cw20 tokens. Both answer `cw20::Cw20ExecuteMsg` and, with the schema that the cw20 crate lacks, its queries.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, QuerierWrapper, StdError, StdResult, Uint128};
use cw20::Cw20Coin;
use serde::Deserialize;

/// Decimals of USDM and of XMS.
pub const DECIMALS: u8 = 6;
/// All the XMS there will ever be, in uxms: one billion XMS.
pub const XMS_SUPPLY: Uint128 = Uint128::new(1_000_000_000_000_000);

/// Instantiates `usdm-cw20`: no initial balances, one minter for ever.
#[cw_serde]
pub struct UsdmInstantiateMsg {
    /// The treasury, the only one who ever mints.
    pub minter: String,
}

/// Instantiates `xms-cw20`: the whole supply at once, no minter ever.
#[cw_serde]
pub struct XmsInstantiateMsg {
    /// Distinct receivers; the amounts sum to [`XMS_SUPPLY`] exactly.
    pub distribution: Vec<Cw20Coin>,
}

/// Instantiates `lp-cw20`, the token of one pool: no initial balances, one minter for ever.
#[cw_serde]
pub struct LpInstantiateMsg {
    pub name: String,
    pub symbol: String,
    /// The swap contract. LP units sent to it are burned on the way: they are a withdrawal.
    pub minter: String,
}

#[cw_serde]
pub struct MigrateMsg {}

/// The queries of cw20 (`cw20::Cw20QueryMsg`), the same on the wire.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// What an account holds, zero if it never held any.
    #[returns(cw20::BalanceResponse)]
    Balance { address: String },
    /// Name, symbol, decimals and supply.
    #[returns(cw20::TokenInfoResponse)]
    TokenInfo {},
    /// Who may mint, or null.
    #[returns(Option<cw20::MinterResponse>)]
    Minter {},
    /// What `spender` may spend of the owner's tokens now: zero when it has expired.
    #[returns(cw20::AllowanceResponse)]
    Allowance { owner: String, spender: String },
    /// All allowances that the owner gave, ordered by spender. Limit 10 by default, 30 at most.
    #[returns(cw20::AllAllowancesResponse)]
    AllAllowances { owner: String, start_after: Option<String>, limit: Option<u32> },
    /// All accounts that ever held tokens. Limit 10 by default, 30 at most.
    #[returns(cw20::AllAccountsResponse)]
    AllAccounts { start_after: Option<String>, limit: Option<u32> },
    /// Always empty: nobody can set it.
    #[returns(cw20::MarketingInfoResponse)]
    MarketingInfo {},
    /// Always an error: there is no logo.
    #[returns(cw20::DownloadLogoResponse)]
    DownloadLogo {},
    /// Σ balances = supply. It reads every account, so a chain's limit for queries bounds how many there can be.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

/// Supply of one of the two tokens, read raw out of its storage: a smart query would cost an instance of its own.
///
/// Only for our own tokens, whose `token_info` item is part of their interface.
pub fn query_supply(querier: &QuerierWrapper, token: &Addr) -> StdResult<Uint128> {
    #[derive(Deserialize)]
    struct TokenInfo {
        total_supply: Uint128,
    }
    let raw = querier
        .query_wasm_raw(token, b"token_info")?
        .ok_or_else(|| StdError::not_found(format!("token_info of {token}")))?;
    cosmwasm_std::from_json::<TokenInfo>(raw).map(|info| info.total_supply)
}
