use cosmwasm_std::{Response, Storage};
use semver::Version;

use crate::error::ControlError;

/// The first step of every migration: only from an older version of the same contract, and recorded.
pub fn upgrade(storage: &mut dyn Storage, name: &str, version: &str) -> Result<Response, ControlError> {
    let stored = cw2::get_contract_version(storage)?;
    let older = match (Version::parse(&stored.version), Version::parse(version)) {
        (Ok(from), Ok(to)) => from < to,
        _ => false,
    };
    if stored.contract != name || !older {
        let from = format!("{} {}", stored.contract, stored.version);
        return Err(ControlError::NotNewer { from, to: format!("{name} {version}") });
    }
    cw2::set_contract_version(storage, name, version)?;
    Ok(Response::new().add_attribute("action", "migrate").add_attribute("version", version))
}
