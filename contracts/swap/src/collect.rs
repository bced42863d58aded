use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Addr, DepsMut, Response, Uint128};
use mars_types::swap::MAX_POOLS_A_CALL;
use mars_types::{events, Asset, AssetAmount, ListError};

use crate::error::ContractError;
use crate::payment;
use crate::state::{self, CONFIG};

/// Pays what these pools owe the protocol to the fee collector, each asset once.
pub fn execute(deps: DepsMut, sender: &Addr, pools: &[u32]) -> Result<Response, ContractError> {
    ListError::unless_at_most("pools", pools.len(), MAX_POOLS_A_CALL)?;
    let mut due: BTreeMap<Asset, Uint128> = BTreeMap::new();
    // A pool that stands twice has nothing left the second time.
    for pool in BTreeSet::from_iter(pools.iter().copied()) {
        let terms = state::terms(deps.storage, pool)?;
        let Some(mut book) = state::book(deps.storage, pool)? else {
            continue;
        };
        for (asset, owed) in terms.assets.into_iter().zip(&mut book.owed) {
            let due = due.entry(asset).or_default();
            *due = due.checked_add(Uint128::new(std::mem::take(owed)))?;
        }
        state::save_book(deps.storage, pool, &book)?;
    }
    due.retain(|_, amount| !amount.is_zero());
    let collector = CONFIG.load(deps.storage)?.fee_collector;
    let paid: Vec<AssetAmount> =
        due.into_iter().map(|(asset, amount)| AssetAmount { asset, amount }).collect();
    let events = paid.iter().map(|paid| events::FeesCollected {
        sender: sender.clone(),
        collector: collector.clone(),
        asset: paid.asset.clone(),
        amount: paid.amount,
    });
    Ok(Response::new()
        .add_attribute("action", "collect_fees")
        .add_events(events.collect::<Vec<_>>())
        .add_messages(payment::pay(&collector, paid)?))
}
