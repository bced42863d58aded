//! Liquidity of the treasury in pools of the swap contract: what it holds, and what that is worth at prices that no trade of
//! this block moves. Everything that a pool says is as of the end of the last earlier block.

use cosmwasm_std::{Addr, Deps, DepsMut, QuerierWrapper, Response, Storage, Uint128};
use cw_storage_plus::{Item, Map};
use mars_control::assert_owner;
use mars_types::swap::{self, BasePrice, ObserveResponse, PoolKind, PoolObservation, PoolResponse};
use mars_types::treasury::{Level, Position, PositionEntry, PositionKind, PositionsResponse, MAX_POSITIONS};
use mars_types::{checked_address, events, Asset, InvalidInput, ListError};

use crate::error::ContractError;
use crate::state::{Config, CLOSING, CONFIG, REGISTRY};

/// At most `MAX_POSITIONS`, in order of registration.
const POSITIONS: Item<Vec<Position>> = Item::new("positions");
/// Asset key → units at cost in all positions.
const PLACED: Map<&str, Uint128> = Map::new("placed");

/// The window of every fair value, seconds.
const HALF_HOUR: u64 = 1_800;

pub fn load(storage: &dyn Storage) -> Result<Vec<Position>, ContractError> {
    Ok(POSITIONS.may_load(storage)?.unwrap_or_default())
}

pub fn of_pool(storage: &dyn Storage, pool: u32) -> Result<Position, ContractError> {
    let found = load(storage)?.into_iter().find(|position| position.pool == pool);
    found.ok_or_else(|| ListError::not_found("position", pool).into())
}

/// Writes a position, and what is placed at cost after it changed.
pub fn save(storage: &mut dyn Storage, position: &Position) -> Result<(), ContractError> {
    let mut positions = load(storage)?;
    match positions.iter_mut().find(|other| other.pool == position.pool) {
        Some(stored) => stored.clone_from(position),
        None => positions.push(position.clone()),
    }
    for asset in &position.assets {
        let placed = placed_by(&positions, asset)?;
        PLACED.save(storage, &asset.key(), &placed)?;
    }
    Ok(POSITIONS.save(storage, &positions)?)
}

/// Units of an asset at cost in all positions (R14).
pub fn placed(storage: &dyn Storage, asset: &Asset) -> Result<Uint128, ContractError> {
    Ok(PLACED.may_load(storage, &asset.key())?.unwrap_or_default())
}

/// uusdm on the mint ledgers of all positions.
pub fn minted_by(positions: &[Position]) -> Result<Uint128, ContractError> {
    let mut ledgers = positions.iter().map(|position| position.minted);
    Ok(ledgers.try_fold(Uint128::zero(), Uint128::checked_add)?)
}

pub fn placed_by(positions: &[Position], asset: &Asset) -> Result<Uint128, ContractError> {
    let costs = positions.iter().flat_map(|position| position.assets.iter().zip(&position.cost));
    let sum = |sum: Uint128, (_, cost): (&Asset, &Uint128)| sum.checked_add(*cost);
    Ok(costs.filter(|(other, _)| *other == asset).try_fold(Uint128::zero(), sum)?)
}

/// Whether anything could still be taken back.
pub fn any(storage: &dyn Storage) -> Result<bool, ContractError> {
    Ok(load(storage)?.iter().any(|position| !position.lp.is_zero()))
}

/// What all positions are worth together.
#[derive(Clone, Default)]
pub struct Placed {
    /// Units of each asset but USDM and XMS, fair and floored; of a yield position no more than was placed (R51).
    pub assets: Vec<(Asset, Uint128)>,
    /// The part of `assets` that stands beside XMS.
    pub beside_xms: Vec<(Asset, Uint128)>,
    /// uusdm: Σ share × fair USDM side, floored.
    pub usdm_fair: Uint128,
    /// uusdm: Σ floor(share × USDM reserve).
    pub usdm_now: Uint128,
    /// uusdm on the mint ledgers.
    pub usdm_minted: Uint128,
    /// uxms: Σ share × √(k ÷ price).
    pub xms: Uint128,
    /// The swap contract does not answer: only `usdm_minted` is known.
    pub silent: bool,
}

impl Placed {
    /// A swap contract that does not answer counts as nothing: less covers USDM, and the cap leaves none of it out. Only of XMS more
    /// would circulate, so whoever counts that looks at `silent`.
    pub fn query(deps: Deps, config: &Config) -> Result<Self, ContractError> {
        let positions = load(deps.storage)?;
        let mut placed = Self { usdm_minted: minted_by(&positions)?, ..Self::default() };
        let Some(worth) = fair(deps.querier, &positions)? else {
            return Ok(Self { silent: true, ..placed });
        };
        for (position, fair, now) in worth {
            let (usdm, xms) = (config.usdm_asset(), config.xms_asset());
            for ((asset, fair), now) in position.assets.iter().zip(fair).zip(now) {
                if *asset == usdm {
                    placed.usdm_fair = placed.usdm_fair.checked_add(fair)?;
                    placed.usdm_now = placed.usdm_now.checked_add(now)?;
                } else if *asset == xms {
                    placed.xms = placed.xms.checked_add(fair)?;
                } else {
                    if position.kind == PositionKind::Xms {
                        placed.beside_xms.push((asset.clone(), fair));
                    }
                    placed.assets.push((asset.clone(), fair));
                }
            }
        }
        Ok(placed)
    }

    /// uusdm of `supply` that is not the treasury's.
    pub fn user_owned(&self, supply: Uint128) -> Uint128 {
        supply.saturating_sub(self.usdm_now)
    }

    /// uusdm of `supply` that external assets have to cover. The assets beside stand at a fair price, so USDM must not stand at
    /// more than that: what users sold to a pool is covered by what they took out of it.
    pub fn to_cover(&self, supply: Uint128) -> Uint128 {
        supply.saturating_sub(self.usdm_now.min(self.usdm_fair))
    }

    /// USDM of the treasury as the cap counts it: the lower of ledger and fair value.
    pub fn usdm_cap(&self) -> Uint128 {
        self.usdm_minted.min(self.usdm_fair)
    }

    pub fn of(&self, asset: &Asset) -> Result<Uint128, ContractError> {
        let own = self.assets.iter().filter(|(other, _)| other == asset);
        Ok(own.map(|(_, units)| *units).try_fold(Uint128::zero(), Uint128::checked_add)?)
    }
}

type Worth<'a> = (&'a Position, Vec<Uint128>, Vec<Uint128>);

/// Of every position its fair share and its share of the reserves, both by asset and floored; none where the swap contract does
/// not answer.
fn fair<'a>(
    querier: QuerierWrapper,
    positions: &'a [Position],
) -> Result<Option<Vec<Worth<'a>>>, ContractError> {
    let held: Vec<&Position> = positions.iter().filter(|position| !position.lp.is_zero()).collect();
    let Some(first) = held.first() else {
        return Ok(Some(vec![]));
    };
    let pools = held.iter().map(|position| position.pool).collect();
    let question = swap::QueryMsg::Observe { pools, windows: vec![HALF_HOUR] };
    let Ok(observed) = querier.query_wasm_smart::<ObserveResponse>(&first.swap, &question) else {
        return Ok(None);
    };
    let worth: Result<_, _> = held
        .into_iter()
        .zip(&observed.pools)
        .map(|(position, pool)| {
            let share = |whole: u128| -> Result<Uint128, ContractError> {
                let (lp, supply) = (position.lp.u128(), pool.lp_supply.u128());
                let share = if supply == 0 { 0 } else { mars_math::mul_div_floor(whole, lp, supply)? };
                Ok(Uint128::new(share))
            };
            let fair: Result<Vec<_>, _> = sides(pool)?.into_iter().map(share).collect();
            let now: Result<Vec<_>, _> = pool.reserves.iter().map(|reserve| share(reserve.u128())).collect();
            let now = now?;
            let fair = match position.kind {
                PositionKind::Yield => at_most_cost(position, &fair?, &now)?,
                PositionKind::Usdm | PositionKind::Xms => fair?,
            };
            Ok((position, fair, now))
        })
        .collect();
    worth.map(Some)
}

/// A whole pool as it would stand at its average price or at that of the last block, whichever leaves less of a side, in units of
/// its assets. A pool without a price stands at nothing.
pub fn sides(pool: &PoolObservation) -> Result<Vec<u128>, ContractError> {
    let Some(prices) = pool.prices.first().map(BasePrice::span) else {
        return Ok(vec![0; pool.assets.len()]);
    };
    let side = |index| pool.side_floor(index, prices);
    Ok((0..pool.assets.len()).map(side).collect::<Result<_, _>>()?)
}

/// A loss counts at once, a profit when it is taken out (R51): as the reserves stand, for an asset that falls fills the pool,
/// and as a whole no more than D and no more than the cost.
fn at_most_cost(
    position: &Position,
    fair: &[Uint128],
    now: &[Uint128],
) -> Result<Vec<Uint128>, ContractError> {
    let whole = |amounts: &[Uint128]| -> Result<u128, ContractError> {
        let mut sum = 0u128;
        for (amount, decimals) in amounts.iter().zip(&position.decimals) {
            // In 18 decimals, as a dollar each.
            let scale = 10u128.checked_pow(u32::from(18u8.saturating_sub(*decimals))).unwrap_or(u128::MAX);
            sum = sum.saturating_add(mars_math::mul_div_floor(amount.u128(), scale, 1)?);
        }
        Ok(sum)
    };
    let (most, all) = (whole(&position.cost)?.min(whole(fair)?), whole(now)?);
    let kept = |amount: &Uint128| match all {
        0 => Ok(Uint128::zero()),
        _ => Ok(Uint128::new(mars_math::mul_div_floor(amount.u128(), most.min(all), all)?)),
    };
    now.iter().map(kept).collect()
}

/// The owner lists a pool. All positions are in one swap contract.
pub fn register(
    deps: DepsMut,
    sender: &Addr,
    swap: String,
    pool: u32,
    kind: PositionKind,
    cap: Uint128,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let swap = checked_address(deps.api, "swap", &swap)?;
    let positions = load(deps.storage)?;
    if let Some(other) = positions.iter().find(|other| other.swap != swap) {
        return Err(InvalidInput::new("swap", swap, &other.swap).into());
    }
    if positions.iter().any(|other| other.pool == pool) {
        return Err(ListError::duplicate("the position", pool).into());
    }
    ListError::unless_at_most("positions", positions.len().saturating_add(1), MAX_POSITIONS)?;
    let told: PoolResponse = deps.querier.query_wasm_smart(&swap, &swap::QueryMsg::Pool { pool })?;
    let assets: Vec<Asset> = told.assets.iter().map(|entry| entry.asset.clone()).collect();
    fits(deps.as_ref(), kind, &told.kind, &assets)?;
    let position = Position {
        swap,
        pool,
        kind,
        lp_token: told.lp_token,
        decimals: told.assets.iter().map(|entry| entry.decimals).collect(),
        cap,
        exit_only: false,
        lp: Uint128::zero(),
        minted: Uint128::zero(),
        cost: vec![Uint128::zero(); assets.len()],
        assets,
        sliced: None,
    };
    save(deps.storage, &position)?;
    Ok(Response::new().add_attribute("action", "register_position").add_event(announced(&position)))
}

/// USDM or XMS beside one level-1 asset, or a stable pool of nothing else.
fn fits(deps: Deps, kind: PositionKind, curve: &PoolKind, assets: &[Asset]) -> Result<(), ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let registry = REGISTRY.load(deps.storage)?;
    let level_one = |asset: &&Asset| {
        registry.iter().any(|listing| listing.asset == **asset && listing.level == Level::Stable)
    };
    let own = match kind {
        PositionKind::Usdm => Some(config.usdm_asset()),
        PositionKind::Xms => Some(config.xms_asset()),
        PositionKind::Yield => None,
    };
    let others = assets.iter().filter(|asset| Some(*asset) != own.as_ref());
    let stable = matches!(curve, PoolKind::Stable { .. });
    let right = match kind {
        PositionKind::Usdm => assets.len() == 2 && others.clone().count() == 1,
        PositionKind::Xms => assets.len() == 2 && others.clone().count() == 1 && !stable,
        PositionKind::Yield => stable,
    };
    if right && others.clone().count() == others.filter(level_one).count() {
        return Ok(());
    }
    let names: Vec<String> = assets.iter().map(Asset::to_string).collect();
    let limit = match kind {
        PositionKind::Usdm => "USDM and one level-1 asset",
        PositionKind::Xms => "XMS and one level-1 asset, constant product",
        PositionKind::Yield => "a stable pool of level-1 assets",
    };
    Err(InvalidInput::new("pool", names.join(" "), limit).into())
}

pub fn update(
    deps: DepsMut,
    sender: &Addr,
    pool: u32,
    cap: Option<Uint128>,
    exit_only: Option<bool>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let mut position = of_pool(deps.storage, pool)?;
    position.cap = cap.unwrap_or(position.cap);
    position.exit_only = exit_only.unwrap_or(position.exit_only);
    save(deps.storage, &position)?;
    Ok(Response::new().add_attribute("action", "update_position").add_event(announced(&position)))
}

pub fn list(deps: Deps) -> Result<PositionsResponse, ContractError> {
    let positions = load(deps.storage)?;
    let worth = fair(deps.querier, &positions)?.unwrap_or_default();
    let placed = Placed::query(deps, &CONFIG.load(deps.storage)?)?;
    let entry = |position: &Position| PositionEntry {
        position: position.clone(),
        fair: worth
            .iter()
            .find(|(other, ..)| other.pool == position.pool)
            .map_or_else(|| vec![Uint128::zero(); position.assets.len()], |(_, fair, _)| fair.clone()),
    };
    Ok(PositionsResponse {
        positions: positions.iter().map(entry).collect(),
        treasury_owned_cap: CLOSING.load(deps.storage)?.treasury_owned,
        treasury_owned_now: placed.usdm_now,
    })
}

fn announced(position: &Position) -> events::PositionSet {
    let Position { pool, cap, exit_only, .. } = *position;
    events::PositionSet { pool, cap, exit_only }
}
