//! The owner decides where prices come from.

use cosmwasm_std::{to_json_string, Addr, DepsMut, Order, Response};
use mars_control::assert_owner;
use mars_types::oracle::{Source, SourceUnchecked, MAX_ASSETS};
use mars_types::{events, Asset, AssetUnchecked, ListError};

use crate::error::ContractError;
use crate::state::{FEEDS, POOLED, SOURCES, USDM};

/// Gives `asset` a source. Reports are forgotten, unless the same feeders report by the same rules as before: then an asset
/// that gets another source beside its feeders keeps its price. A pause stays.
pub fn set(
    deps: DepsMut,
    sender: &Addr,
    asset: AssetUnchecked,
    source: SourceUnchecked,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let source = source.check(deps.api)?;
    if source.is_fixed() && asset == Asset::Cw20(USDM.load(deps.storage)?) {
        return Err(ContractError::SourceForbidden { asset });
    }
    let key = asset.key();
    let before = SOURCES.may_load(deps.storage, &key)?;
    if before.is_none() {
        let listed = SOURCES.keys(deps.storage, None, None, Order::Ascending).count();
        ListError::unless_at_most("assets", listed.saturating_add(1), MAX_ASSETS)?;
    }
    if before.as_ref().and_then(Source::feeders) != source.feeders() {
        FEEDS.remove(deps.storage, &key);
    }
    if source.is_pooled() {
        POOLED.save(deps.storage, &key, &true)?;
    }
    SOURCES.save(deps.storage, &key, &source)?;
    Ok(announced("set_source", asset, to_json_string(&source)?))
}

/// Takes the source of `asset` away, and its reports with it. A pause stays: this is no way to lift one.
pub fn remove(deps: DepsMut, sender: &Addr, asset: AssetUnchecked) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let key = asset.key();
    if !SOURCES.has(deps.storage, &key) {
        return Err(ContractError::NotListed { asset });
    }
    SOURCES.remove(deps.storage, &key);
    FEEDS.remove(deps.storage, &key);
    Ok(announced("remove_source", asset, "none".into()))
}

fn announced(action: &str, asset: Asset, source: String) -> Response {
    let event = events::SourceSet { asset, source };
    Response::new().add_attribute("action", action).add_event(event)
}
