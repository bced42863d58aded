use std::collections::BTreeMap;

use cosmwasm_std::{Decimal, Deps, Env, Order, StdResult, Uint128};
use cw_storage_plus::Bound;
use mars_control::tokens;
use mars_types::pause::PausesResponse;
use mars_types::swap::{
    ConfigResponse, Native, NativesResponse, PoolKind, PoolResponse, PoolsResponse, Switch,
};
use mars_types::{token, Asset, AssetUnchecked, Invariant, InvariantsResponse, ListError};

use crate::create::key;
use crate::error::ContractError;
use crate::market::{amplification, curve};
use crate::observe::{assets, band};
use crate::state::{self, uints, Kind, CONFIG, NATIVES, PARAMS, POOLS, POOL_OF};

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 30;

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    Ok(ConfigResponse {
        fee_collector: config.fee_collector,
        lp_code_id: config.lp_code_id,
        creation_fee: config.creation_fee,
        guardian: mars_control::guardian(deps.storage)?,
        pauser: config.pauser,
        params: PARAMS.load(deps.storage)?,
        pools: POOLS.load(deps.storage)?,
    })
}

pub fn pool(deps: Deps, env: &Env, pool: u32) -> Result<PoolResponse, ContractError> {
    let terms = state::terms(deps.storage, pool)?;
    let shares = state::shares(deps.storage, pool)?;
    let now = env.block.time.seconds();
    let zero = || vec![Uint128::zero(); terms.assets.len()];
    let (reserves, fees_owed, prices) = match state::book(deps.storage, pool)? {
        Some(book) => {
            let price = |quote| curve(&terms, now).price18(&book.reserves, 0, quote);
            let prices: Result<Vec<_>, _> = (1..terms.assets.len()).map(price).collect();
            // Reserves are told of a pool whose curve gives no price, too.
            let prices = prices.unwrap_or_default().into_iter().map(|(low, high)| band(low, high)).collect();
            (uints(&book.reserves), uints(&book.owed), prices)
        }
        None => (zero(), zero(), vec![]),
    };
    let kind = match &terms.kind {
        Kind::ConstantProduct => PoolKind::ConstantProduct {},
        Kind::Stable { ramp, share_limits } => {
            let hundredths = amplification(ramp, now);
            PoolKind::Stable {
                amplification: Decimal::from_ratio(hundredths, mars_math::AMPLIFICATION_SCALE),
                ramp: *ramp,
                share_limits: share_limits.clone(),
            }
        }
    };
    Ok(PoolResponse {
        pool,
        kind,
        assets: assets(&terms),
        fee: terms.fee,
        lp_token: shares.token,
        lp_supply: Uint128::new(shares.supply),
        reserves,
        fees_owed,
        opened: (shares.opened > 0).then_some(shares.opened),
        prices,
    })
}

pub fn pool_of(
    deps: Deps,
    env: &Env,
    stable: bool,
    assets: &[AssetUnchecked],
) -> Result<PoolResponse, ContractError> {
    let checked: Vec<Asset> = assets.iter().map(|asset| asset.check(deps.api)).collect::<Result<_, _>>()?;
    let key = key(stable, &checked);
    let id = POOL_OF.may_load(deps.storage, &key)?;
    pool(deps, env, id.ok_or(ListError::not_found("pool", key))?)
}

pub fn pools(
    deps: Deps,
    env: &Env,
    start_after: Option<u32>,
    limit: Option<u32>,
) -> Result<PoolsResponse, ContractError> {
    let pools = page(deps, start_after, limit)?.map(|id| pool(deps, env, id));
    Ok(PoolsResponse { pools: pools.collect::<Result<_, _>>()? })
}

pub fn natives(
    deps: Deps,
    start_after: Option<&str>,
    limit: Option<u32>,
) -> Result<NativesResponse, ContractError> {
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or_default();
    let natives = NATIVES.range(deps.storage, start_after.map(Bound::exclusive), None, Order::Ascending);
    let natives = natives.take(limit).map(|entry| entry.map(|(denom, decimals)| Native { denom, decimals }));
    Ok(NativesResponse { natives: natives.collect::<StdResult<_>>()? })
}

pub fn pauses(
    deps: Deps,
    env: &Env,
    start_after: Option<u32>,
    limit: Option<u32>,
) -> Result<PausesResponse<Switch>, ContractError> {
    let switches = page(deps, start_after, limit)?.flat_map(|id| [Switch::Swap(id), Switch::Provide(id)]);
    Ok(mars_control::pauses(deps.storage, env, switches)?)
}

/// Ids of a page of pools.
fn page(
    deps: Deps,
    start_after: Option<u32>,
    limit: Option<u32>,
) -> Result<std::ops::RangeInclusive<u32>, ContractError> {
    let first = start_after.unwrap_or_default().saturating_add(1);
    let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let last = start_after.unwrap_or_default().saturating_add(limit).min(POOLS.load(deps.storage)?);
    Ok(first..=last)
}

/// Every pool's book by its own laws, and all books against what the contract really holds.
pub fn invariants(deps: Deps, env: &Env) -> Result<InvariantsResponse, ContractError> {
    let now = env.block.time.seconds();
    let mut laws = vec![];
    let mut held: BTreeMap<Asset, Uint128> = BTreeMap::new();
    for id in 1..=POOLS.load(deps.storage)? {
        let terms = state::terms(deps.storage, id)?;
        let shares = state::shares(deps.storage, id)?;
        let supply = Uint128::new(shares.supply);
        // Whoever burns LP tokens without withdrawing leaves his share to nobody.
        match token::query_supply(&deps.querier, &shares.token) {
            Ok(tokens) => {
                laws.push(Invariant::at_most(format!("lp_tokens_of_{id}_are_shares"), tokens, supply));
            }
            Err(error) => laws.push(Invariant::at_most_unknown(
                format!("lp_tokens_of_{id}_are_shares"),
                "the supply of the LP token",
                error,
            )),
        }
        let Some(book) = state::book(deps.storage, id)? else {
            laws.push(Invariant::equal(format!("empty_pool_{id}_has_no_shares"), supply, Uint128::zero()));
            continue;
        };
        laws.push(Invariant::at_most(format!("book_of_{id}_is_not_ahead"), book.changed, now));
        laws.push(Invariant::at_most(format!("points_of_{id}_are_not_ahead"), book.fast.time, book.changed));
        if terms.kind == Kind::ConstantProduct {
            // The first shares are the root of k, and k per share never falls (of a stable pool a ramp may lower D).
            let root = curve(&terms, now).invariant(&book.reserves)?;
            laws.push(Invariant::at_most(format!("shares_of_{id}_are_covered"), shares.supply, root));
        }
        for (asset, (reserve, owed)) in terms.assets.iter().zip(book.reserves.iter().zip(&book.owed)) {
            let held = held.entry(asset.clone()).or_default();
            // Only a token that lies has more than fits: it cannot hold that either, and hides no law of another.
            *held = held.saturating_add(Uint128::new(*reserve)).saturating_add(Uint128::new(*owed));
        }
    }
    for (asset, ledger) in held {
        let name = format!("reserves_of_{asset}_are_held");
        laws.push(tokens::is_held(deps.querier, &env.contract.address, &asset, name, ledger));
    }
    Ok(laws.into())
}
