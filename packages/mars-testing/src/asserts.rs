use std::collections::BTreeSet;
use std::fmt::Debug;

use cosmwasm_schema::schemars::{JsonSchema, schema_for};
use cosmwasm_std::{Addr, BlockInfo, Event, Uint128, to_json_string};
use cw20::{AllAccountsResponse, BalanceResponse, Cw20QueryMsg};
use mars_types::events::EVENTS;
use mars_types::treasury::Level;
use mars_types::{Asset, InvariantsResponse, Refusal, RefusalCode, oracle};
use serde::Serialize;

use crate::deploy::{Feed, Mars};
use crate::storage::SharedStorage;
use crate::tokens::Token;

/// The whole chain at one moment: every contract's storage, every balance.
pub struct Snapshot {
    storage: SharedStorage,
    block: BlockInfo,
    feeds: std::collections::BTreeMap<Token, Feed>,
}

/// Asserts a refusal with its code, the value refused and the limit that binds.
#[track_caller]
pub fn refused<T: Debug>(
    result: Result<T, Refusal>,
    code: RefusalCode,
    value: impl ToString,
    limit: impl ToString,
) {
    let refusal = result.expect_err("a refusal");
    assert_eq!(
        (refusal.code, refusal.value.as_str(), refusal.limit.as_str()),
        (code, value.to_string().as_str(), limit.to_string().as_str()),
        "{refusal}"
    );
}

/// Asserts that the samples are of every variant of their message, but for those that are said to be tried elsewhere: by its
/// schema, so that a new variant is not forgotten.
#[track_caller]
pub fn assert_every_variant<M: JsonSchema + Serialize>(samples: &[M], elsewhere: &[&str]) {
    let name = |msg: &M| to_json_string(msg).unwrap().split('"').nth(1).unwrap().to_string();
    let tried: BTreeSet<String> =
        samples.iter().map(name).chain(elsewhere.iter().map(ToString::to_string)).collect();
    let variants = schema_for!(M).schema.subschemas.and_then(|schemas| schemas.one_of).unwrap();
    let known = variants.into_iter().flat_map(|variant| variant.into_object().object.unwrap().required);
    assert_eq!(tried, known.collect());
}

/// Asserts that what contracts of the protocol announce is in the list of events, with these attributes.
pub(crate) fn assert_known(events: &[Event]) {
    for event in events {
        let Some(name) = event.ty.strip_prefix("wasm-").filter(|name| name.starts_with("mars_")) else {
            continue;
        };
        let known = EVENTS.iter().find(|known| known.name == name);
        let known = known.unwrap_or_else(|| panic!("not in the list of events: {event:?}"));
        let names = event.attributes[1..].iter().map(|attribute| attribute.key.as_str());
        assert!(names.eq(known.attributes.iter().map(|(name, _)| *name)), "{event:?} is not {known:?}");
    }
}

impl Mars {
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            storage: self.app.storage().clone(),
            block: self.app.block_info(),
            feeds: self.feeds.clone(),
        }
    }

    /// Goes back to a snapshot, time included.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.app.storage_mut().clone_from(&snapshot.storage);
        self.app.set_block(snapshot.block.clone());
        self.feeds.clone_from(&snapshot.feeds);
    }

    /// Asserts that `action` changes nothing on the chain: no byte of a contract's storage and no balance.
    #[track_caller]
    pub fn assert_unchanged<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.app.storage().clone();
        let result = action(self);
        let changed = self.app.storage().changed(&before);
        assert!(
            changed.is_empty(),
            "the chain has changed: {:?}",
            String::from_utf8_lossy(&changed.concat())
        );
        result
    }

    /// The laws that hold always: the contracts' own books, and the books against what tokens and bank say.
    #[track_caller]
    pub fn assert_invariants(&self) {
        assert_hold("treasury", &self.treasury_invariants());
        assert_hold("swap", &self.swap_invariants());
        self.assert_pools();
        assert_hold("collector", &self.collector_invariants());
        assert_hold("oracle", &self.ask_oracle(&oracle::QueryMsg::Invariants {}));
        self.assert_staking();
        self.assert_governance();
        for token in [&self.usdm, &self.xms] {
            assert_eq!(self.sum_of_balances(token), self.supply(token), "Σ balances = supply");
        }
        for entry in self.assets() {
            let actual = self.balance_of(&self.treasury, &entry.asset);
            assert!(entry.held.u128() <= actual, "{entry:?}: only {actual} is there");
        }
        let reserve = self.solvency().reserve.u128();
        assert!(reserve <= self.xms_of(&self.treasury), "the reserve is there");
    }

    /// After a deposit of an asset its class is within its share of the external assets (R12), or it was level 1 and
    /// the external assets were below the bootstrap floor before.
    #[track_caller]
    pub(crate) fn assert_class_of(&self, asset: &Asset, external_before: Uint128) {
        let entry = self.assets().into_iter().find(|entry| entry.asset == *asset);
        let level = entry.expect("a registered asset").level;
        let params = self.config().params;
        if external_before < params.bootstrap_floor {
            assert_eq!(level, Level::Stable, "below the bootstrap floor");
            return;
        }
        let solvency = self.solvency();
        let limit = params.class_limit.get(level);
        let part = solvency.external.get(level);
        let whole = match level {
            Level::Xms => solvency.external_low + part,
            _ => solvency.external_low,
        };
        assert!(
            part.full_mul(10_000u128) <= whole.full_mul(limit.u128()),
            "{part} of {whole} is more than {limit}"
        );
    }

    fn sum_of_balances(&self, token: &Addr) -> Uint128 {
        let mut sum = Uint128::zero();
        let mut start_after = None;
        loop {
            let page: AllAccountsResponse =
                self.ask_token(token, &Cw20QueryMsg::AllAccounts { start_after, limit: Some(30) });
            let Some(last) = page.accounts.last().cloned() else {
                return sum;
            };
            for address in page.accounts {
                let balance: BalanceResponse = self.ask_token(token, &Cw20QueryMsg::Balance { address });
                sum += balance.balance;
            }
            start_after = Some(last);
        }
    }
}

#[track_caller]
pub(crate) fn assert_hold(contract: &str, response: &InvariantsResponse) {
    let broken: Vec<_> = response.invariants.iter().filter(|invariant| !invariant.holds).collect();
    assert!(response.hold && broken.is_empty(), "{contract}: {broken:?}");
}
