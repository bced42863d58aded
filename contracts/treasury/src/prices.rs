use cosmwasm_std::{Addr, Deps};
use mars_types::oracle::{Market, Peg, PricesResponse, QueryMsg};
use mars_types::{Asset, Price, Refusal, RefusalCode};

use crate::error::ContractError;

/// The answer of one call to the oracle, or why there is none.
pub struct Prices(Result<PricesResponse, Refusal>);

impl Prices {
    /// Asks for `assets`, and for the market of `xms` where it is given, in one call.
    ///
    /// An oracle that fails is an oracle without prices: every caller then fails closed with `no_price`.
    pub fn query(deps: Deps, oracle: &Addr, assets: Vec<Asset>, xms: Option<&Addr>) -> Self {
        let question = QueryMsg::Prices {
            assets: assets.into_iter().map(Into::into).collect(),
            market: xms.map(|xms| Asset::Cw20(xms.clone()).into()),
        };
        let answer = deps.querier.query_wasm_smart(oracle, &question);
        Self(answer.map_err(|error| Refusal::new(RefusalCode::Chain, error.to_string(), "", "")))
    }

    pub fn of(&self, asset: &Asset) -> Result<Price, ContractError> {
        self.told(asset, |answer| {
            let entry = answer.prices.iter().find(|entry| entry.asset == *asset)?;
            Some((entry.price, entry.refusal.as_ref()))
        })
    }

    pub fn market(&self) -> Option<Market> {
        self.0.as_ref().ok()?.market.as_ref()?.market
    }

    /// Whether there is no market because somebody paused a price on the way to it.
    pub fn market_paused(&self) -> bool {
        let market = self.0.as_ref().ok().and_then(|answer| answer.market.as_ref());
        let refusal = market.and_then(|market| market.refusal.as_ref());
        refusal.is_some_and(|refusal| refusal.code == RefusalCode::Paused)
    }

    /// Whether USDM keeps its peg, where the market was asked for and a pool tells.
    pub fn peg(&self) -> Option<Peg> {
        self.0.as_ref().ok()?.peg
    }

    /// The market of XMS, or why there is none.
    pub fn market_of(&self, xms: &Asset) -> Result<Market, ContractError> {
        self.told(xms, |answer| {
            let entry = answer.market.as_ref()?;
            Some((entry.market, entry.refusal.as_ref()))
        })
    }

    fn told<T>(
        &self,
        asset: &Asset,
        find: impl FnOnce(&PricesResponse) -> Option<(Option<T>, Option<&Refusal>)>,
    ) -> Result<T, ContractError> {
        let (told, refusal) = match &self.0 {
            Ok(answer) => find(answer).unwrap_or_default(),
            Err(refusal) => (None, Some(refusal)),
        };
        told.ok_or_else(|| {
            let no_answer = || Refusal::new(RefusalCode::NoPrice, "the oracle gave no answer", 0, 1);
            ContractError::no_price(asset, &refusal.cloned().unwrap_or_else(no_answer))
        })
    }
}
