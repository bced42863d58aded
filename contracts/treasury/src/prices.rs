use cosmwasm_std::{Addr, Deps};
use mars_types::oracle::{Market, PricesResponse, QueryMsg};
use mars_types::{Asset, Price, Refusal, RefusalCode};

use crate::error::ContractError;

/// The answer of one call to the oracle.
pub struct Prices {
    assets: Vec<(Asset, Result<Price, Refusal>)>,
    market: Result<Market, Refusal>,
}

impl Prices {
    /// Asks for `assets`, and for the market of `xms` where it is given, in one call.
    ///
    /// An oracle that fails is an oracle without prices: every caller then fails closed with `no_price`.
    pub fn query(deps: Deps, oracle: &Addr, assets: Vec<Asset>, xms: Option<&Addr>) -> Self {
        let question = QueryMsg::Prices {
            assets: assets.iter().cloned().map(Into::into).collect(),
            market: xms.map(|xms| Asset::Cw20(xms.clone()).into()),
        };
        match deps.querier.query_wasm_smart::<PricesResponse>(oracle, &question) {
            Ok(answer) => Self {
                assets: answer
                    .prices
                    .into_iter()
                    .map(|entry| {
                        (entry.asset, entry.price.ok_or_else(|| entry.refusal.unwrap_or_else(no_answer)))
                    })
                    .collect(),
                market: match answer.market {
                    Some(entry) => entry.market.ok_or_else(|| entry.refusal.unwrap_or_else(no_answer)),
                    None => Err(no_answer()),
                },
            },
            Err(error) => {
                let refusal = Refusal::new(RefusalCode::Chain, error.to_string(), "", "");
                Self { assets: vec![], market: Err(refusal) }
            }
        }
    }

    pub fn of(&self, asset: &Asset) -> Result<Price, ContractError> {
        match self.assets.iter().find(|(other, _)| other == asset) {
            Some((_, Ok(price))) => Ok(*price),
            Some((_, Err(refusal))) => Err(ContractError::no_price(asset, refusal)),
            None => Err(ContractError::no_price(asset, self.market.as_ref().err().unwrap_or(&no_answer()))),
        }
    }

    pub fn market(&self) -> Option<Market> {
        self.market.as_ref().ok().copied()
    }

    /// The market of XMS, or why there is none.
    pub fn market_of(&self, xms: &Asset) -> Result<Market, ContractError> {
        self.market.clone().map_err(|refusal| ContractError::no_price(xms, &refusal))
    }
}

fn no_answer() -> Refusal {
    Refusal::new(RefusalCode::NoPrice, "the oracle gave no answer", 0, 1)
}
