//! The owner decides where prices come from.

use cosmwasm_std::{to_json_string, Addr, DepsMut, Order, Response};
use mars_types::oracle::{Source, SourceUnchecked, MAX_ASSETS};
use mars_types::{events, Asset, AssetUnchecked};

use crate::error::ContractError;
use crate::roles::owner_only;
use crate::state::{Listing, FEEDS, LISTINGS, USDM};

/// Gives `asset` a source. Reports to the one before are forgotten; a pause stays.
pub fn set(
    deps: DepsMut,
    sender: &Addr,
    asset: AssetUnchecked,
    source: SourceUnchecked,
) -> Result<Response, ContractError> {
    owner_only(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let source = source.check(deps.api)?;
    if matches!(source, Source::Fixed { .. }) && asset == Asset::Cw20(USDM.load(deps.storage)?) {
        return Err(ContractError::SourceForbidden { asset });
    }
    let key = asset.key();
    let switch = match LISTINGS.may_load(deps.storage, &key)? {
        Some(listing) => listing.switch,
        None => {
            let listed = LISTINGS.keys(deps.storage, None, None, Order::Ascending).count();
            if listed >= MAX_ASSETS {
                return Err(ContractError::TooMany {
                    what: "assets",
                    count: listed.saturating_add(1),
                    most: MAX_ASSETS,
                });
            }
            Default::default()
        }
    };
    FEEDS.remove(deps.storage, &key);
    let text = to_json_string(&source)?;
    LISTINGS.save(deps.storage, &key, &Listing { source, switch })?;
    Ok(Response::new().add_event(events::SourceSet { asset, source: text }))
}

/// Takes the source of `asset` away, and its reports and pause with it.
pub fn remove(deps: DepsMut, sender: &Addr, asset: AssetUnchecked) -> Result<Response, ContractError> {
    owner_only(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let key = asset.key();
    if !LISTINGS.has(deps.storage, &key) {
        return Err(ContractError::NotListed { asset });
    }
    LISTINGS.remove(deps.storage, &key);
    FEEDS.remove(deps.storage, &key);
    Ok(Response::new().add_event(events::SourceSet { asset, source: "none".into() }))
}
