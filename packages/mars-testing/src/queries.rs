//! What can be asked.

use cosmwasm_std::{Addr, Uint128};
use cw20::{BalanceResponse, Cw20QueryMsg, TokenInfoResponse};
use mars_types::pause::PausesResponse;
use mars_types::treasury::{
    AssetEntry, AssetsResponse, ClaimEntry, ConfigResponse, EpochResponse, QueryMsg, Queue, RecoveryResponse,
    SolvencyResponse, Switch,
};
use mars_types::{Asset, InvariantsResponse, Price, Refusal, oracle};
use serde::de::DeserializeOwned;

use crate::actors::Who;
use crate::deploy::Mars;
use crate::tokens::Token;

impl Mars {
    pub fn ask_treasury<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.treasury, msg).unwrap()
    }

    pub fn ask_oracle<T: DeserializeOwned>(&self, msg: &oracle::QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.oracle, msg).unwrap()
    }

    pub fn config(&self) -> ConfigResponse {
        self.ask_treasury(&QueryMsg::Config {})
    }

    pub fn solvency(&self) -> SolvencyResponse {
        self.ask_treasury(&QueryMsg::Solvency {})
    }

    pub fn epoch(&self) -> EpochResponse {
        self.ask_treasury(&QueryMsg::Epoch {})
    }

    pub fn assets(&self) -> Vec<AssetEntry> {
        self.ask_treasury::<AssetsResponse>(&QueryMsg::Assets {}).assets
    }

    pub fn redemption_queue(&self) -> Queue {
        self.ask_treasury(&QueryMsg::Queue {})
    }

    /// None when it is paid, cancelled or was never there.
    pub fn waiting_claim(&self, id: u64) -> Result<ClaimEntry, Refusal> {
        let answer = self.app.wrap().query_wasm_smart(&self.treasury, &QueryMsg::Claim { id });
        answer.map_err(|error| Refusal::find(&error.to_string()).expect("a refusal"))
    }

    pub fn recovery(&self) -> RecoveryResponse {
        self.ask_treasury(&QueryMsg::Recovery {})
    }

    pub fn pauses(&self) -> PausesResponse<Switch> {
        self.ask_treasury(&QueryMsg::Pauses {})
    }

    pub fn treasury_invariants(&self) -> InvariantsResponse {
        self.ask_treasury(&QueryMsg::Invariants {})
    }

    pub fn entry(&self, token: Token) -> AssetEntry {
        let asset = self.asset(token);
        self.assets().into_iter().find(|entry| entry.asset == asset).expect("a registered asset")
    }

    /// On the treasury's ledger; 0 for an asset that is not registered.
    pub fn held(&self, token: Token) -> u128 {
        let asset = self.asset(token);
        self.assets().into_iter().find(|entry| entry.asset == asset).map_or(0, |entry| entry.held.u128())
    }

    pub fn price(&self, token: Token) -> Result<Price, Refusal> {
        let response: oracle::PriceResponse =
            self.ask_oracle(&oracle::QueryMsg::Price { asset: self.unchecked(token) });
        response.price.ok_or_else(|| response.refusal.expect("a price or a refusal"))
    }

    /// What the bank or the token contract says that `who` owns.
    pub fn balance(&self, who: impl Who, token: Token) -> u128 {
        self.balance_of(who, &self.asset(token))
    }

    pub fn balance_of(&self, who: impl Who, asset: &Asset) -> u128 {
        let who = who.address();
        match asset {
            Asset::Native(denom) => self.app.wrap().query_balance(who, denom).unwrap().amount,
            Asset::Cw20(token) => {
                let address = who.into_string();
                let response: BalanceResponse = self.ask_token(token, &Cw20QueryMsg::Balance { address });
                response.balance
            }
        }
        .u128()
    }

    /// uusdm.
    pub fn usdm_of(&self, who: impl Who) -> u128 {
        self.balance_of(who, &Asset::Cw20(self.usdm.clone()))
    }

    /// uxms.
    pub fn xms_of(&self, who: impl Who) -> u128 {
        self.balance(who, Token::Xms)
    }

    pub fn usdm_supply(&self) -> u128 {
        self.supply(&self.usdm).u128()
    }

    pub fn xms_supply(&self) -> u128 {
        self.supply(&self.xms).u128()
    }

    pub(crate) fn supply(&self, token: &Addr) -> Uint128 {
        let info: TokenInfoResponse = self.ask_token(token, &Cw20QueryMsg::TokenInfo {});
        info.total_supply
    }

    pub(crate) fn ask_token<T: DeserializeOwned>(&self, token: &Addr, msg: &Cw20QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(token, msg).unwrap()
    }
}
