//! An oracle that says what it is told, in place of the real one: for figures that only pools will give (depth,
//! stress, windows that differ).

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Binary, Decimal, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, to_json_binary,
};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use mars_types::oracle::{Market, MarketResponse, Peg, PriceResponse, PricesResponse, QueryMsg};
use mars_types::{Asset, AssetUnchecked, InvariantsResponse, Price, PriceBand, Refusal, RefusalCode};

use crate::actors::Actor::Owner;
use crate::deploy::Mars;

const SCRIPT: Item<Script> = Item::new("script");

/// What the scripted oracle says.
#[cw_serde]
#[derive(Default)]
pub struct Script {
    /// None is an XMS without a price.
    pub market: Option<Market>,
    /// None is a USDM without a pool.
    pub peg: Option<Peg>,
    /// Bands of assets that are not worth $1; none is an asset without a price.
    pub prices: Vec<(Asset, Option<PriceBand>)>,
}

impl From<Option<Market>> for Script {
    fn from(market: Option<Market>) -> Self {
        Self { market, ..Self::default() }
    }
}

impl From<Market> for Script {
    fn from(market: Market) -> Self {
        Some(market).into()
    }
}

impl Mars {
    /// Puts the scripted oracle in the place of the real one, or tells it more; a market alone is a script too.
    pub fn script_market(&mut self, script: impl Into<Script>) {
        self.feeds.clear();
        let code = ContractWrapper::new(refuse, refuse, query).with_migrate(say);
        let code = self.app.store_code(Box::new(code));
        self.app.migrate_contract(Owner.addr(), self.oracle.clone(), &script.into(), code).unwrap();
    }
}

fn say(deps: DepsMut, _env: Env, script: Script) -> StdResult<Response> {
    SCRIPT.save(deps.storage, &script)?;
    Ok(Response::new())
}

fn refuse(_deps: DepsMut, _env: Env, _info: MessageInfo, _msg: Empty) -> StdResult<Response> {
    let refusal = Refusal::new(RefusalCode::Chain, "the script has no messages", "", "");
    Err(StdError::generic_err(refusal.to_string()))
}

fn query(deps: Deps, _env: Env, question: QueryMsg) -> StdResult<Binary> {
    match question {
        QueryMsg::Prices { assets, market } => {
            let Script { market: said, peg, prices: bands } = SCRIPT.load(deps.storage)?;
            let prices = assets.into_iter().map(|asset| Ok(priced(checked(deps, asset)?, &bands)));
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
            to_json_binary(&PricesResponse { prices, market, peg })
        }
        QueryMsg::Invariants {} => to_json_binary(&InvariantsResponse::from(vec![])),
        other => Err(StdError::generic_err(format!("not in the script: {other:?}"))),
    }
}

fn checked(deps: Deps, asset: AssetUnchecked) -> StdResult<Asset> {
    asset.check(deps.api).map_err(|error| StdError::generic_err(error.to_string()))
}

/// $1 unless the script says otherwise.
fn priced(asset: Asset, bands: &[(Asset, Option<PriceBand>)]) -> PriceResponse {
    let scripted = bands.iter().find(|(other, _)| *other == asset).map(|(_, band)| *band);
    match scripted.unwrap_or(Some(PriceBand::exact(Decimal::one()))) {
        Some(band) => {
            let price = Price { band, median: band.low, age: 0 };
            PriceResponse { asset, price: Some(price), refusal: None }
        }
        None => {
            let refusal = Refusal::new(RefusalCode::NoPrice, "as scripted", 0, 1);
            PriceResponse { asset, price: None, refusal: Some(refusal) }
        }
    }
}
