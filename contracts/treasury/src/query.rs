use cosmwasm_std::{Deps, Env, Uint128};
use mars_control::tokens;
use mars_types::pause::PausesResponse;
use mars_types::treasury::{
    AssetEntry, AssetsResponse, ConfigResponse, EpochResponse, Recovery, RecoveryResponse, SolvencyResponse,
    Switch,
};
use mars_types::{token, Asset, Epoch, Invariant, InvariantsResponse};

use crate::assets::{self, held, External};
use crate::epoch::Control;
use crate::error::ContractError;
use crate::positions::Placed;
use crate::prices::Prices;
use crate::state::{Listing, State, BOOKS, CONFIG, NON_CIRCULATING, PARAMS, REGISTRY};
use crate::{positions, queue, recovery, spend_limit};

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    Ok(ConfigResponse {
        usdm: config.usdm,
        xms: config.xms,
        oracle: config.oracle,
        guardian: mars_control::guardian(deps.storage)?,
        params: PARAMS.load(deps.storage)?,
        non_circulating: NON_CIRCULATING.load(deps.storage)?,
    })
}

pub fn solvency(deps: Deps, env: &Env) -> Result<SolvencyResponse, ContractError> {
    let state = State::load(deps.storage)?;
    let State { config, books, .. } = &state;
    let registry = REGISTRY.load(deps.storage)?;
    let asked = assets::external(&registry).map(|listing| listing.asset.clone()).collect();
    let prices = Prices::query(deps, &config.oracle, asked, Some(&config.xms));
    let placed = Placed::query(deps, config)?;
    let external = External::at(deps.storage, books, &registry, &prices, &placed)?;
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let control = stored.closed(deps, env, &state, &prices)?;
    let (recovery, closing) = (control.recovery, control.closing);
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let user_owned = placed.user_owned(supply);
    let market_value = closing
        .xms_price
        .map(|price| {
            mars_math::value_floor(closing.circulating.u128(), price.atomics().u128(), token::DECIMALS)
        })
        .transpose()?;
    let control_ratio = market_value
        .filter(|_| !external.high.is_zero())
        .map(|value| mars_math::ratio_bps_floor(value, external.high.u128()))
        .transpose()?;
    Ok(SolvencyResponse {
        external: external.by_level,
        external_low: external.low,
        external_high: external.high,
        unpriced: external.unpriced.into_iter().map(|unpriced| unpriced.asset).collect(),
        reserve: books.reserve,
        usdm_supply: supply,
        user_owned,
        treasury_owned_cap: closing.treasury_owned,
        treasury_owned_now: placed.usdm_now,
        surplus: external.low.saturating_sub(user_owned),
        spend_left: spend_limit::left(deps.storage, env.block.time.seconds(), external.low)?,
        coverage: mars_math::coverage_bps_floor(external.low.u128(), user_owned.u128())?.map(Uint128::new),
        control_ratio: control_ratio.map(Uint128::new),
        cap_user: closing.cap_user,
        room: closing.room(supply.saturating_sub(closing.treasury_owned)),
        binding: closing.binding,
        fees_captured: books.fees,
        minted: books.minted,
        redeemed: books.redeemed,
        claimed: books.claimed,
        queue: queue::load(deps.storage)?.waiting,
        recovery,
        clocks: closing.clocks,
    })
}

pub fn epoch(deps: Deps, env: &Env) -> Result<EpochResponse, ContractError> {
    let control = Control::now(deps, env)?;
    let supply = token::query_supply(&deps.querier, &CONFIG.load(deps.storage)?.usdm)?;
    let user_owned = control.user_owned(supply);
    let (epoch_budget, day_budget) = (control.epoch_budget(), control.day_budget());
    let closing = control.closing;
    Ok(EpochResponse {
        epoch: closing.epoch,
        closed_at: closing.closed_at,
        xms_price: closing.xms_price,
        circulating: closing.circulating,
        depth: closing.depth,
        price_term: closing.price_term,
        raw: closing.raw,
        ceiling: closing.ceiling,
        cap_user: closing.cap_user,
        binding: closing.binding,
        user_owned,
        room: closing.room(user_owned),
        mint_limit: control.mint_limit,
        epoch_budget,
        day_budget,
    })
}

pub fn recovery(deps: Deps, env: &Env) -> Result<RecoveryResponse, ContractError> {
    let Control { recovery: running, closing, .. } = Control::now(deps, env)?;
    let open = |running: Recovery| recovery::claims_open(deps.storage, env, &running).is_ok();
    Ok(RecoveryResponse { running, clocks: closing.clocks, claims_open: running.is_some_and(open) })
}

pub fn assets(deps: Deps) -> Result<AssetsResponse, ContractError> {
    let books = BOOKS.load(deps.storage)?;
    let entry = |listing: Listing| {
        let held = held(deps.storage, &books, &listing)?;
        let Listing { asset, level, decimals, cap, listed } = listing;
        Ok(AssetEntry { asset, level, decimals, cap, listed, held })
    };
    let assets: Result<_, ContractError> = REGISTRY.load(deps.storage)?.into_iter().map(entry).collect();
    Ok(AssetsResponse { assets: assets? })
}

pub fn pauses(deps: Deps, env: &Env) -> Result<PausesResponse<Switch>, ContractError> {
    let assets = REGISTRY.load(deps.storage)?.into_iter().map(|listing| Switch::Asset(listing.asset));
    let switches = [Switch::Mint, Switch::Redeem, Switch::Settle, Switch::Allocate].into_iter().chain(assets);
    Ok(mars_control::pauses(deps.storage, env, switches)?)
}

/// The treasury's own books against its state and against what it really holds.
pub fn invariants(deps: Deps, env: &Env) -> Result<InvariantsResponse, ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let books = BOOKS.load(deps.storage)?;
    let control = Control::stored(deps.storage, env.block.time.seconds())?;
    let is_held = |name: String, ledger: Uint128, asset: &Asset| {
        tokens::is_held(deps.querier, &env.contract.address, asset, name, ledger)
    };

    let mut laws = vec![];
    for listing in assets::external(&REGISTRY.load(deps.storage)?) {
        let name = format!("ledger_of_{}_is_held", listing.asset);
        laws.push(is_held(name, held(deps.storage, &books, listing)?, &listing.asset));
    }
    laws.push(is_held("reserve_is_held".into(), books.reserve, &config.xms_asset()));
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let burned = books.redeemed.checked_add(books.claimed)?;
    let burned = burned.checked_add(books.returned)?;
    laws.push(Invariant::at_most("burned_was_minted", burned, books.minted));
    let outstanding = books.minted.saturating_sub(burned);
    laws.push(Invariant::at_most("supply_was_minted_here", supply, outstanding));
    let positions = positions::load(deps.storage)?;
    for position in &positions {
        let lp_token = Asset::Cw20(position.lp_token.clone());
        laws.push(is_held(format!("lp_of_pool_{}_is_held", position.pool), position.lp, &lp_token));
        for asset in &position.assets {
            let name = format!("placed_{asset}");
            let recounted = positions::placed_by(&positions, asset)?;
            laws.push(Invariant::equal(name, positions::placed(deps.storage, asset)?, recounted));
        }
    }
    let queue = queue::load(deps.storage)?;
    let (waiting, outside) = queue::recount(deps.storage, &queue)?;
    laws.push(Invariant::equal("claims_make_the_queue", waiting, queue.waiting));
    laws.push(Invariant::equal("claims_outside_of_the_queue", outside, 0));
    let gone = [queue.paid, queue.cancelled, queue.returned, queue.claimed, queue.waiting];
    let gone = gone.into_iter().try_fold(Uint128::zero(), Uint128::checked_add)?;
    laws.push(Invariant::equal("queue_is_accounted_for", gone, queue.submitted));
    laws.push(is_held("queue_is_held".into(), queue.waiting, &config.usdm_asset()));
    let closing = &control.closing;
    laws.push(Invariant::at_most("cap_is_within_ceiling", closing.cap_user, closing.ceiling));
    laws.push(Invariant::at_most("closing_is_not_ahead", closing.epoch, Epoch::at(env.block.time.seconds())));
    let buckets = [
        ("mint_limit", control.mint_limit),
        ("epoch_budget", control.epoch_budget()),
        ("day_budget", control.day_budget()),
        ("spend_limit", spend_limit::bucket(deps.storage, env.block.time.seconds())?),
    ];
    for (name, bucket) in buckets {
        laws.push(Invariant::at_most(format!("{name}_is_within_capacity"), bucket.level, bucket.capacity));
    }
    Ok(laws.into())
}
