//! A network is a file, `network.json`: the fields of the chain registry that clients know, its assets, and under
//! `mars` what belongs to this protocol. Command line, tests and app read the same file; fields that are not known
//! here stay in it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use cosmwasm_std::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::{Error, Result, atomic_file};

/// The whole file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Network {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain_name: Option<String>,
    pub chain_id: String,
    pub bech32_prefix: String,
    #[serde(default)]
    pub fees: Fees,
    #[serde(default)]
    pub apis: Apis,
    #[serde(default)]
    pub assets: Vec<Asset>,
    #[serde(default)]
    pub mars: Mars,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What transactions may be paid in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Fees {
    #[serde(default)]
    pub fee_tokens: Vec<FeeToken>,
}

/// Prices of a unit of gas in units of `denom`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeeToken {
    pub denom: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_min_gas_price: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_gas_price: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_gas_price: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_gas_price: Option<Number>,
}

/// Servers, the preferred one first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Apis {
    #[serde(default)]
    pub rpc: Vec<Api>,
    #[serde(default)]
    pub rest: Vec<Api>,
    #[serde(default)]
    pub grpc: Vec<Api>,
}

/// One server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Api {
    pub address: String,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An asset as in the chain registry's asset list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    pub denom_units: Vec<DenomUnit>,
    /// Denom of the bank module, or `cw20:ADDRESS`.
    pub base: String,
    /// The denom unit in which people count.
    pub display: String,
    pub name: String,
    pub symbol: String,
    /// `sdk.coin`, `ics20` or `cw20`.
    #[serde(default = "sdk_coin", skip_serializing_if = "String::is_empty")]
    pub type_asset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A unit that an asset is counted in: 10^`exponent` base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DenomUnit {
    pub denom: String,
    pub exponent: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// The protocol's part of the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Mars {
    /// `test` on a network whose keys protect nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyring_backend: Option<String>,
    /// By name: `usdm`, `xms`, `oracle`, `treasury`.
    #[serde(default)]
    pub contracts: BTreeMap<String, Contract>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A contract on this network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    pub address: String,
    pub code_id: u64,
    /// SHA-256 of the wasm, lower-case hexadecimal.
    pub checksum: String,
}

fn sdk_coin() -> String {
    "sdk.coin".into()
}

impl Network {
    /// Reads the file; one that is missing or broken is `Config`.
    pub fn load(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => {
                Error::Config(format!("network file {} does not exist", path.display()))
            }
            _ => Error::Config(format!("network file {}: {e}", path.display())),
        })?;
        serde_json::from_str(&text)
            .map_err(|e| Error::Config(format!("network file {}: {e}", path.display())))
    }

    /// Replaces the file as a whole.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self).map_err(|e| Error::Internal(e.to_string()))?;
        text.push('\n');
        atomic_file::replace(path, text.as_bytes(), 0o644)
            .map_err(|e| Error::Config(format!("network file {} cannot be written: {e}", path.display())))
    }

    /// Address of the first RPC server.
    pub fn rpc(&self) -> Option<&str> {
        self.apis.rpc.first().map(|api| api.address.as_str())
    }

    /// The address of one of the protocol's contracts.
    pub fn contract(&self, name: &str) -> Result<&Contract> {
        self.mars.contracts.get(name).ok_or_else(|| {
            Error::Config(format!(
                "the network file of {} has no contract {name:?} under mars.contracts; deploy the protocol first",
                self.chain_id
            ))
        })
    }

    /// The asset whose base is `denom` of the bank module.
    pub fn native_asset(&self, denom: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.base == denom)
    }

    /// The asset that is the cw20 token at `address`.
    pub fn cw20_asset(&self, address: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.cw20_address() == Some(address))
    }

    /// Adds `asset`, in the place of one with the same base or, for a cw20 token, the same symbol.
    pub fn put_asset(&mut self, asset: Asset) {
        let same = |old: &Asset| {
            old.base == asset.base
                || (old.cw20_address().is_some()
                    && asset.cw20_address().is_some()
                    && old.symbol == asset.symbol)
        };
        match self.assets.iter_mut().find(|old| same(old)) {
            Some(old) => *old = asset,
            None => self.assets.push(asset),
        }
    }
}

impl FeeToken {
    /// The usual price: average, else low, else the fixed minimum.
    pub fn gas_price(&self) -> Result<GasPrice> {
        let number = self
            .average_gas_price
            .as_ref()
            .or(self.low_gas_price.as_ref())
            .or(self.fixed_min_gas_price.as_ref());
        let number =
            number.ok_or_else(|| Error::Config(format!("fee token {} has no gas price", self.denom)))?;
        let wrong =
            |why: String| Error::Config(format!("gas price {number} of fee token {}: {why}", self.denom));
        // Plain digits: JSON may write 1e-5.
        let text = match number.as_u64() {
            Some(whole) => whole.to_string(),
            None => number.as_f64().ok_or_else(|| wrong("not a number".into()))?.to_string(),
        };
        let amount = text.parse().map_err(|e: cosmwasm_std::StdError| wrong(e.to_string()))?;
        Ok(GasPrice { amount, denom: self.denom.clone() })
    }
}

/// The price of one unit of gas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPrice {
    pub amount: Decimal,
    pub denom: String,
}

impl std::str::FromStr for GasPrice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::Usage(format!(
                "{text:?} is not a gas price; expected a number and a denom like 0.025umars"
            ))
        };
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, denom) = text.split_at(split);
        let amount = number.parse().map_err(|_| wrong())?;
        Ok(Self { amount, denom: denom.into() })
    }
}

impl Asset {
    /// A coin of the bank module: base denom, symbol, and a display unit that is the symbol in lower case.
    pub fn native(denom: &str, symbol: &str, decimals: u32) -> Self {
        Self::new(denom.into(), vec![], symbol, decimals, None)
    }

    /// A cw20 token; its base units are also called `u` and the symbol in lower case, as people do for coins.
    pub fn cw20(address: &str, symbol: &str, decimals: u32) -> Self {
        let alias = format!("u{}", symbol.to_lowercase());
        Self::new(format!("cw20:{address}"), vec![alias], symbol, decimals, Some(address.into()))
    }

    fn new(base: String, aliases: Vec<String>, symbol: &str, decimals: u32, address: Option<String>) -> Self {
        let display = if decimals == 0 { base.clone() } else { symbol.to_lowercase() };
        let mut denom_units = vec![DenomUnit { denom: base.clone(), exponent: 0, aliases }];
        if decimals > 0 {
            denom_units.push(DenomUnit { denom: display.clone(), exponent: decimals, aliases: vec![] });
        }
        Self {
            denom_units,
            base,
            display,
            name: symbol.into(),
            symbol: symbol.into(),
            type_asset: if address.is_some() { "cw20".into() } else { sdk_coin() },
            address,
            other: Map::new(),
        }
    }

    /// The contract of a cw20 token; none for a coin.
    pub fn cw20_address(&self) -> Option<&str> {
        if self.type_asset == "cw20" {
            self.address.as_deref().or(self.base.strip_prefix("cw20:"))
        } else {
            None
        }
    }

    /// Decimals of the display unit.
    pub fn decimals(&self) -> u32 {
        self.denom_units.iter().find(|unit| unit.denom == self.display).map_or(0, |unit| unit.exponent)
    }

    /// Every name that this asset may be counted in, with the power of ten of its base unit.
    pub fn units(&self) -> impl Iterator<Item = (&str, u32)> {
        let named = self.denom_units.iter().flat_map(|unit| {
            std::iter::once(&unit.denom).chain(&unit.aliases).map(|name| (name.as_str(), unit.exponent))
        });
        named.chain([(self.base.as_str(), 0), (self.symbol.as_str(), self.decimals())])
    }
}

impl From<&Asset> for mars_types::AssetUnchecked {
    fn from(asset: &Asset) -> Self {
        match asset.cw20_address() {
            Some(address) => Self::cw20(address),
            None => Self::native(&asset.base),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "$schema": "../chain.schema.json", "chain_name": "marslocal", "chain_id": "mars-local-1", "bech32_prefix": "mars", "slip44": 118,
        "fees": {"fee_tokens": [{"denom": "umars", "fixed_min_gas_price": 0.00001, "average_gas_price": 0.025}]},
        "apis": {"rpc": [{"address": "http://127.0.0.1:26657", "provider": "local"}]},
        "assets": [{"base": "uusdc", "denom_units": [{"denom": "uusdc", "exponent": 0}, {"denom": "usdc", "exponent": 6}],
                    "display": "usdc", "name": "USD Coin", "symbol": "USDC", "logo_URIs": {}}],
        "mars": {"keyring_backend": "test", "contracts": {"usdm": {"address": "mars1usdm", "code_id": 1, "checksum": "ab"}}, "note": 1}
    }"#;

    #[test]
    fn file_keeps_what_it_does_not_know() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.json");
        fs::write(&path, FILE).unwrap();
        let network = Network::load(&path).unwrap();
        network.save(&path).unwrap();
        let before: Value = serde_json::from_str(FILE).unwrap();
        let after: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for pointer in [
            "/$schema",
            "/slip44",
            "/apis/rpc/0/provider",
            "/assets/0/logo_URIs",
            "/mars/note",
            "/mars/contracts",
        ] {
            assert_eq!(after.pointer(pointer), before.pointer(pointer), "{pointer}");
            assert!(after.pointer(pointer).is_some());
        }
        assert_eq!(network.rpc(), Some("http://127.0.0.1:26657"));
        assert_eq!(network.contract("usdm").unwrap().code_id, 1);
        assert!(network.contract("treasury").unwrap_err().to_string().contains("treasury"));
    }

    #[test]
    fn gas_prices_are_exact() {
        let network: Network = serde_json::from_str(FILE).unwrap();
        let mut token = network.fees.fee_tokens[0].clone();
        assert_eq!(token.gas_price().unwrap().amount, Decimal::permille(25));
        token.average_gas_price = None;
        assert_eq!(token.gas_price().unwrap().amount.to_string(), "0.00001");
        assert_eq!(
            "0.025umars".parse::<GasPrice>().unwrap(),
            GasPrice { amount: Decimal::permille(25), denom: "umars".into() }
        );
        for wrong in ["umars", "0.025", "-1umars", "1..2umars", ".umars"] {
            assert!(wrong.parse::<GasPrice>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn new_token_takes_the_place_of_the_old_one() {
        let mut network: Network = serde_json::from_str(FILE).unwrap();
        network.put_asset(Asset::cw20("mars1old", "USDM", 6));
        network.put_asset(Asset::cw20("mars1new", "USDM", 6));
        assert_eq!(network.assets.len(), 2);
        assert!(network.cw20_asset("mars1old").is_none());
        assert_eq!(network.cw20_asset("mars1new").unwrap().symbol, "USDM");
    }

    #[test]
    fn missing_and_broken_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network.json");
        assert!(Network::load(&path).unwrap_err().to_string().contains("does not exist"));
        fs::write(&path, "{\"chain_id\": 7}").unwrap();
        assert!(Network::load(&path).unwrap_err().to_string().contains("network.json"));
    }
}
