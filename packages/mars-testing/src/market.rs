//! An oracle that says what it is told, in place of the real one: for figures that only pools will give (depth,
//! stress, windows that differ).

use cosmwasm_std::{
    Binary, Decimal, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, to_json_binary,
};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use mars_types::oracle::{Market, MarketResponse, PriceResponse, PricesResponse, QueryMsg};
use mars_types::{Asset, AssetUnchecked, InvariantsResponse, Price, PriceBand, Refusal, RefusalCode};

use crate::actors::Actor::Owner;
use crate::deploy::Mars;

const MARKET: Item<Option<Market>> = Item::new("market");

impl Mars {
    /// Puts the scripted oracle in the place of the real one, or tells it more; none is an XMS without a price.
    /// Every asset but XMS is worth $1.
    pub fn script_market(&mut self, market: impl Into<Option<Market>>) {
        self.feeds.clear();
        let code = ContractWrapper::new(refuse, refuse, query).with_migrate(say);
        let code = self.app.store_code(Box::new(code));
        self.app.migrate_contract(Owner.addr(), self.oracle.clone(), &market.into(), code).unwrap();
    }
}

fn say(deps: DepsMut, _env: Env, market: Option<Market>) -> StdResult<Response> {
    MARKET.save(deps.storage, &market)?;
    Ok(Response::new())
}

fn refuse(_deps: DepsMut, _env: Env, _info: MessageInfo, _msg: Empty) -> StdResult<Response> {
    Err(StdError::generic_err("the script has no messages"))
}

fn query(deps: Deps, _env: Env, question: QueryMsg) -> StdResult<Binary> {
    match question {
        QueryMsg::Prices { assets, market } => {
            let said = MARKET.load(deps.storage)?;
            let prices = assets.into_iter().map(|asset| Ok(one_dollar(checked(deps, asset)?)));
            let prices = prices.collect::<StdResult<_>>()?;
            let market = match market {
                Some(asset) => {
                    let asset = checked(deps, asset)?;
                    let refusal =
                        said.is_none().then(|| Refusal::new(RefusalCode::NoPrice, "as scripted", 0, 1));
                    Some(MarketResponse { asset, market: said, refusal })
                }
                None => None,
            };
            to_json_binary(&PricesResponse { prices, market })
        }
        QueryMsg::Invariants {} => to_json_binary(&InvariantsResponse::from(vec![])),
        other => Err(StdError::generic_err(format!("not in the script: {other:?}"))),
    }
}

fn checked(deps: Deps, asset: AssetUnchecked) -> StdResult<Asset> {
    asset.check(deps.api).map_err(|error| StdError::generic_err(error.to_string()))
}

fn one_dollar(asset: Asset) -> PriceResponse {
    let one = Decimal::one();
    let price = Price { band: PriceBand::exact(one), median: one, age: 0 };
    PriceResponse { asset, price: Some(price), refusal: None }
}
