use cosmwasm_std::{Addr, DepsMut, Response, Storage, Uint128};
use cw20::{Cw20QueryMsg, TokenInfoResponse};
use mars_control::assert_owner;
use mars_types::treasury::{Level, PerLevel, MAX_ASSETS, MAX_DECIMALS};
use mars_types::{events, Asset, AssetUnchecked, InvalidInput, ListError, Refusal};

use crate::error::ContractError;
use crate::positions::Placed;
use crate::prices::Prices;
use crate::state::{Books, Listing, CONFIG, HELD, REGISTRY};

/// Lists an asset for good. Level 5 is XMS and nothing else, USDM is never an asset.
pub fn register(
    deps: DepsMut,
    sender: &Addr,
    asset: AssetUnchecked,
    level: Level,
    decimals: u8,
    cap: Uint128,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let config = CONFIG.load(deps.storage)?;
    let asset = asset.check(deps.api)?;
    let mut registry = REGISTRY.load(deps.storage)?;
    if registry.iter().any(|listing| listing.asset == asset) {
        return Err(ContractError::AlreadyListed { asset: asset.to_string() });
    }
    ListError::unless_at_most("assets", registry.len().saturating_add(1), MAX_ASSETS)?;
    InvalidInput::unless_within("decimals", decimals, 0, MAX_DECIMALS)?;
    if asset == config.usdm_asset() {
        return Err(InvalidInput::new("asset", asset, "anything but USDM").into());
    }
    if (asset == config.xms_asset()) != (level == Level::Xms) {
        return Err(InvalidInput::new("level", level.number(), "5 for XMS, 1 to 4 for anything else").into());
    }
    if let Asset::Cw20(token) = &asset {
        let info: TokenInfoResponse = deps.querier.query_wasm_smart(token, &Cw20QueryMsg::TokenInfo {})?;
        if info.decimals != decimals {
            return Err(InvalidInput::new(
                "decimals",
                decimals,
                format!("{} as the token says", info.decimals),
            )
            .into());
        }
    }
    let listing = Listing { asset, level, decimals, cap, listed: true };
    let event = announced(&listing);
    registry.push(listing);
    REGISTRY.save(deps.storage, &registry)?;
    Ok(Response::new().add_attribute("action", "register_asset").add_event(event))
}

/// Changes the cap, delists or lists again. What is held stays and still counts (R20).
pub fn update(
    deps: DepsMut,
    sender: &Addr,
    asset: AssetUnchecked,
    cap: Option<Uint128>,
    listed: Option<bool>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let mut registry = REGISTRY.load(deps.storage)?;
    let listing = registered(&mut registry, &asset)?;
    listing.cap = cap.unwrap_or(listing.cap);
    listing.listed = listed.unwrap_or(listing.listed);
    let event = announced(listing);
    REGISTRY.save(deps.storage, &registry)?;
    Ok(Response::new().add_attribute("action", "update_asset").add_event(event))
}

pub fn registered<'a>(registry: &'a mut [Listing], asset: &Asset) -> Result<&'a mut Listing, ContractError> {
    registry
        .iter_mut()
        .find(|listing| listing.asset == *asset)
        .ok_or_else(|| ListError::not_found("asset", asset).into())
}

/// All assets but XMS: levels 1 to 4.
pub fn external(registry: &[Listing]) -> impl Iterator<Item = &Listing> {
    registry.iter().filter(|listing| listing.level != Level::Xms)
}

/// Units of an asset on the ledger. XMS that came by mints is part of the reserve and goes out with it.
pub fn held(storage: &dyn Storage, books: &Books, listing: &Listing) -> Result<Uint128, ContractError> {
    let held = HELD.may_load(storage, &listing.asset.key())?.unwrap_or_default();
    Ok(match listing.level {
        Level::Xms => held.min(books.reserve),
        _ => held,
    })
}

/// Forgets XMS of mints that went out, before the reserve grows by other XMS: without this a gift would bring it back
/// as an asset. Between two growths the least of both in [`held`] says the same, so paying out need not write.
pub fn forget_spent_xms(storage: &mut dyn Storage, xms: &Addr, books: &Books) -> Result<(), ContractError> {
    let key = Asset::Cw20(xms.clone()).key();
    if HELD.may_load(storage, &key)?.is_some_and(|held| held > books.reserve) {
        HELD.save(storage, &key, &books.reserve)?;
    }
    Ok(())
}

/// An asset that is held and has no price now.
pub struct Unpriced {
    pub asset: Asset,
    pub level: Level,
    pub reason: Refusal,
}

/// What the treasury holds, its share of pools included (R15), in µUSD, each asset floored at low and ceiled at high.
pub struct External {
    /// At low; level 5 stands beside the external assets.
    pub by_level: PerLevel<Uint128>,
    /// Σ of levels 1–4 at low.
    pub low: Uint128,
    /// Σ of levels 1–4 at high.
    pub high: Uint128,
    /// Held assets that count 0 because they have no price (R17).
    pub unpriced: Vec<Unpriced>,
}

impl External {
    pub fn at(
        storage: &dyn Storage,
        books: &Books,
        registry: &[Listing],
        prices: &Prices,
        placed: &Placed,
    ) -> Result<Self, ContractError> {
        let zero = Uint128::zero();
        let mut external = Self {
            by_level: PerLevel { stable: zero, gold: zero, layer_one: zero, defi: zero, xms: zero },
            low: zero,
            high: zero,
            unpriced: vec![],
        };
        for listing in registry {
            let held = held(storage, books, listing)?.checked_add(placed.of(&listing.asset)?)?;
            if held.is_zero() {
                continue;
            }
            let band = match listing.level {
                Level::Xms => prices.market_of(&listing.asset).map(|market| (market.mint, market.redeem)),
                _ => prices.of(&listing.asset).map(|price| (price.band.low, price.band.high)),
            };
            let (low, high) = match band {
                Ok((low, high)) => (low.atomics().u128(), high.atomics().u128()),
                Err(error) => {
                    let (asset, level) = (listing.asset.clone(), listing.level);
                    external.unpriced.push(Unpriced { asset, level, reason: error.refusal() });
                    continue;
                }
            };
            let low = Uint128::new(mars_math::value_floor(held.u128(), low, listing.decimals)?);
            let class = external.by_level.get_mut(listing.level);
            *class = class.checked_add(low)?;
            if listing.level != Level::Xms {
                let high = Uint128::new(mars_math::value_ceil(held.u128(), high, listing.decimals)?);
                external.low = external.low.checked_add(low)?;
                external.high = external.high.checked_add(high)?;
            }
        }
        Ok(external)
    }
}

/// Takes units off the ledger of an asset that goes out.
pub fn spend_held(storage: &mut dyn Storage, asset: &Asset, amount: Uint128) -> Result<(), ContractError> {
    let key = asset.key();
    let held = HELD.may_load(storage, &key)?.unwrap_or_default();
    let short = |_| ContractError::HeldShort { asset: asset.to_string(), amount, held };
    HELD.save(storage, &key, &held.checked_sub(amount).map_err(short)?)?;
    Ok(())
}

fn announced(listing: &Listing) -> events::AssetSet {
    let Listing { asset, level, decimals, cap, listed } = listing.clone();
    events::AssetSet { asset, level: level.number(), decimals, cap, listed }
}
