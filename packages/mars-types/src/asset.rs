use std::fmt;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Api, Uint128};

use crate::address::checked_address;
use crate::refusal::InvalidInput;

/// What an asset is on this chain: a coin of the bank module, or a cw20 token.
///
/// A coin that came over IBC is a native coin whose denom is `ibc/` and the SHA-256 of its path.
#[cw_serde]
#[derive(Eq, Hash, PartialOrd, Ord)]
pub enum AssetBase<T> {
    /// Denom of the bank module, `ibc/…` included.
    Native(String),
    /// Address of a cw20 contract.
    Cw20(T),
}

/// An asset whose denom or address has been checked.
pub type Asset = AssetBase<Addr>;
/// An asset as a caller names it.
pub type AssetUnchecked = AssetBase<String>;

/// So much of an asset, in its base units.
#[cw_serde]
pub struct AssetAmount {
    pub asset: Asset,
    pub amount: Uint128,
}

impl AssetUnchecked {
    pub fn native(denom: impl Into<String>) -> Self {
        Self::Native(denom.into())
    }

    pub fn cw20(address: impl Into<String>) -> Self {
        Self::Cw20(address.into())
    }

    /// Checks the denom against the bank module's rule (3–128 characters, first a letter; an IBC denom has 64
    /// upper-case hexadecimal digits) or validates the address.
    pub fn check(&self, api: &dyn Api) -> Result<Asset, InvalidInput> {
        match self {
            Self::Native(denom) if is_denom(denom) => Ok(Asset::Native(denom.clone())),
            Self::Native(denom) => Err(InvalidInput::new(
                "denom",
                denom,
                "3–128 of a–z A–Z 0–9 / : . _ -, or ibc/ and 64 hex digits",
            )),
            Self::Cw20(address) => checked_address(api, "cw20 address", address).map(Asset::Cw20),
        }
    }
}

impl Asset {
    /// Stable storage key; the two kinds cannot collide.
    pub fn key(&self) -> String {
        self.to_string()
    }

    /// The asset whose [`Asset::key`] this is.
    pub fn from_key(key: &str) -> Result<Self, InvalidInput> {
        match key.split_once(':') {
            Some(("native", denom)) => Ok(Self::Native(denom.into())),
            Some(("cw20", address)) => Ok(Self::Cw20(Addr::unchecked(address))),
            _ => Err(InvalidInput::new("asset key", key, "native:denom or cw20:address")),
        }
    }
}

impl<T: fmt::Display> fmt::Display for AssetBase<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native(denom) => write!(f, "native:{denom}"),
            Self::Cw20(address) => write!(f, "cw20:{address}"),
        }
    }
}

impl From<Asset> for AssetUnchecked {
    fn from(asset: Asset) -> Self {
        match asset {
            Asset::Native(denom) => Self::Native(denom),
            Asset::Cw20(address) => Self::Cw20(address.into_string()),
        }
    }
}

fn is_denom(denom: &str) -> bool {
    if let Some(hash) = denom.strip_prefix("ibc/") {
        return hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    }
    (3..=128).contains(&denom.len())
        && denom.starts_with(|c: char| c.is_ascii_alphabetic())
        && denom.bytes().all(|b| b.is_ascii_alphanumeric() || b"/:._-".contains(&b))
}
