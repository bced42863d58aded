//! The two cw20 tokens. Both answer the cw20 messages and queries (`cw20::Cw20ExecuteMsg`, `cw20::Cw20QueryMsg`).

use cosmwasm_schema::cw_serde;
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
