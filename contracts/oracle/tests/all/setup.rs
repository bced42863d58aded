//! The oracle on a chain of its own, with actors named by what they do.

use cosmwasm_std::{Addr, Decimal, Empty, Event};
use cw_multi_test::{
    no_init, App, AppBuilder, AppResponse, BankKeeper, Contract, ContractWrapper, Executor, MockApiBech32,
};
use mars_oracle::ContractError;
use mars_types::oracle::{
    ExecuteMsg, FeederRules, FeedsResponse, InstantiateMsg, MarketResponse, PriceResponse, QueryMsg, Report,
    SourceUnchecked,
};
use mars_types::{AssetUnchecked, GuardianUnchecked, InvariantsResponse, Refusal, RefusalCode};
use serde::de::DeserializeOwned;

pub type Outcome = Result<AppResponse, ContractError>;

/// When every story begins, seconds.
pub const START: u64 = 1_700_000_000;
/// How long after the start the guardian's powers end.
pub const SUNSET: u64 = START + 365 * 86_400;

pub struct Oracle {
    pub chain: App<BankKeeper, MockApiBech32>,
    pub code: u64,
    pub address: Addr,
    pub owner: Addr,
    pub guardian: Addr,
    pub stranger: Addr,
    pub usdm: Addr,
    /// Enough for the largest source.
    pub feeders: Vec<Addr>,
}

pub fn uusdc() -> AssetUnchecked {
    AssetUnchecked::native("uusdc")
}

pub fn uatom() -> AssetUnchecked {
    AssetUnchecked::native("uatom")
}

pub fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn fixed(text: &str) -> SourceUnchecked {
    SourceUnchecked::Fixed { price: price(text) }
}

pub fn report(asset: AssetUnchecked, text: &str, time: u64) -> Report {
    Report { asset, price: price(text), time }
}

impl Oracle {
    /// No source yet.
    pub fn empty() -> Self {
        let mut chain = AppBuilder::new().with_api(MockApiBech32::new("mars")).build(no_init);
        chain.update_block(|block| block.time = cosmwasm_std::Timestamp::from_seconds(START));
        let [owner, guardian, stranger, usdm] =
            ["owner", "guardian", "stranger", "usdm"].map(|role| chain.api().addr_make(role));
        let feeders = (0..16).map(|number| chain.api().addr_make(&format!("feeder {number}"))).collect();
        let code = chain.store_code(oracle());
        let msg = InstantiateMsg {
            owner: owner.to_string(),
            guardian: Some(GuardianUnchecked { address: guardian.to_string(), sunset: SUNSET }),
            usdm: usdm.to_string(),
        };
        let address = chain
            .instantiate_contract(code, owner.clone(), &msg, &[], "oracle", Some(owner.to_string()))
            .unwrap();
        Self { chain, code, address, owner, guardian, stranger, usdm, feeders }
    }

    /// `uusdc` with so many feeders under the default rules: 120 s, 200 bp, 600 s, 3 fresh.
    pub fn with_feeders(count: usize) -> Self {
        let mut oracle = Self::empty();
        let source = oracle.source(count, FeederRules::default());
        oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source }).unwrap();
        oracle
    }

    pub fn source(&self, count: usize, rules: FeederRules) -> SourceUnchecked {
        let feeders = self.feeders[..count].iter().map(Addr::to_string).collect();
        SourceUnchecked::Feeders { feeders, rules }
    }

    pub fn execute(&mut self, sender: &Addr, msg: ExecuteMsg) -> Outcome {
        self.chain
            .execute_contract(sender.clone(), self.address.clone(), &msg, &[])
            .map_err(|error| error.downcast::<ContractError>().unwrap())
    }

    pub fn owner_does(&mut self, msg: ExecuteMsg) -> Outcome {
        self.execute(&self.owner.clone(), msg)
    }

    pub fn guardian_does(&mut self, msg: ExecuteMsg) -> Outcome {
        self.execute(&self.guardian.clone(), msg)
    }

    /// One feeder reports `uusdc` as seen now.
    pub fn report(&mut self, feeder: usize, text: &str) -> Outcome {
        self.report_seen(feeder, text, self.now())
    }

    pub fn report_seen(&mut self, feeder: usize, text: &str, time: u64) -> Outcome {
        let reports = vec![report(uusdc(), text, time)];
        self.execute(&self.feeders[feeder].clone(), ExecuteMsg::Feed { reports })
    }

    /// The first feeders report these prices of `uusdc` as seen now.
    pub fn report_all(&mut self, prices: &[&str]) {
        for (feeder, text) in prices.iter().enumerate() {
            self.report(feeder, text).unwrap();
        }
    }

    pub fn query<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        self.chain.wrap().query_wasm_smart(&self.address, &msg).unwrap()
    }

    /// The refusal of a query, out of the error text of the chain.
    pub fn query_refused(&self, msg: QueryMsg) -> Refusal {
        let answer: Result<Empty, _> = self.chain.wrap().query_wasm_smart(&self.address, &msg);
        Refusal::find(&answer.unwrap_err().to_string()).unwrap()
    }

    pub fn price(&self) -> PriceResponse {
        self.query(QueryMsg::Price { asset: uusdc() })
    }

    /// `low, median, high` of `uusdc`, or none.
    pub fn band(&self) -> Option<(Decimal, Decimal, Decimal)> {
        self.price().price.map(|price| (price.band.low, price.median, price.band.high))
    }

    pub fn assert_band(&self, low: &str, median: &str, high: &str) {
        assert_eq!(self.band(), Some((price(low), price(median), price(high))));
    }

    pub fn assert_no_price(&self, code: RefusalCode, value: impl ToString, limit: impl ToString) {
        let answer = self.price();
        assert_eq!(answer.price, None);
        let refusal = answer.refusal.unwrap();
        assert_eq!(
            (refusal.code, refusal.value, refusal.limit),
            (code, value.to_string(), limit.to_string())
        );
        let market: MarketResponse = self.query(QueryMsg::Market { asset: uusdc() });
        assert_eq!((market.market, market.refusal.map(|refusal| refusal.code)), (None, Some(code)));
    }

    pub fn feeds(&self) -> FeedsResponse {
        self.query(QueryMsg::Feeds { asset: uusdc() })
    }

    pub fn last_median(&self) -> Option<(Decimal, u64)> {
        self.feeds().last_median.map(|median| (median.price, median.time))
    }

    pub fn assert_invariants(&self) {
        let answer: InvariantsResponse = self.query(QueryMsg::Invariants {});
        assert!(answer.hold, "{answer:?}");
    }

    pub fn now(&self) -> u64 {
        self.chain.block_info().time.seconds()
    }

    pub fn wait(&mut self, seconds: u64) {
        self.chain.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += 1;
        });
    }
}

/// The refusal of a call, by code, value and limit.
pub fn assert_refused(outcome: Outcome, code: RefusalCode, value: impl ToString, limit: impl ToString) {
    let refusal = Refusal::from(outcome.expect_err("the call went through"));
    assert_eq!((refusal.code, refusal.value, refusal.limit), (code, value.to_string(), limit.to_string()));
}

/// The typed event is there, as it is written on the chain.
pub fn assert_event(response: &AppResponse, contract: &Addr, event: impl Into<Event>) {
    let event: Event = event.into();
    let mut expected = Event::new(format!("wasm-{}", event.ty)).add_attribute("_contract_address", contract);
    expected.attributes.extend(event.attributes);
    assert!(response.events.contains(&expected), "{expected:?} is not in {:?}", response.events);
}

pub fn oracle() -> Box<dyn Contract<Empty>> {
    use mars_oracle::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}
