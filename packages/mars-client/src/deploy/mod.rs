//! The protocol on a chain, as a file describes it.
//!
//! A [`Deployment`] lists contracts and what is set up in them. [`Deployment::plan`] compares it with the chain and
//! keeps only what is missing, so a second run has nothing to do and a run that was cut off is finished by the next.
//!
//! Addresses are known before anything is on the chain: they follow from deployer, code and salt. So contracts may
//! name each other in any order. The salt commits to every contract's code and message: when one of them changes, the
//! whole set gets new addresses, and no old contract is left to work with a new one.
//!
//! What governance changed later is not changed back: a step runs only where its subject is absent.

mod file;
mod plan;
mod setup;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cosmrs::AccountId;
use cosmrs::proto::cosmwasm::wasm::v1::{AccessConfig, AccessType, CodeInfoResponse};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::chain::Chain;
use crate::network::{Asset, Network};
use crate::{Error, Kind, Result, wasm};

pub use file::{
    AssetSpec, CodeSpec, ContractSpec, Deployment, PoolSpec, PositionSpec, RouteSpec, SourceSpec, TokenSpec,
};
pub use plan::{Event, Means, Plan, Step, Upload};
pub use setup::{all_pools, provision};

use plan::{NewInstance, Placed};
use setup::Setups;

/// Who an account name stands for.
pub type Accounts<'a> = dyn Fn(&str) -> Result<String> + Sync + 'a;
impl Deployment {
    /// Compares the file with the chain. Changes nothing.
    pub async fn plan(&self, chain: &Chain, network: &Network, accounts: &Accounts<'_>) -> Result<Plan> {
        let deployer = accounts(&self.deployer)?;
        let codes = usable(chain.codes().await?, &deployer);
        let built = self.built()?;
        let placed = self.place(&built, &deployer, accounts)?;
        let resolve = |name: &str| match placed.iter().find(|contract| contract.place.name == name) {
            Some(contract) => Ok(contract.place.address.clone()),
            None if name.starts_with(CODE) => Ok(format!("${{{name}}}")),
            None => accounts(name),
        };

        let mut uploads: Vec<Upload> = Vec::new();
        let mut named_codes = BTreeMap::new();
        for spec in &self.codes {
            let code = self.build(&spec.name, &spec.wasm)?;
            if !codes.contains_key(&code.checksum) {
                let (file, checksum) = (spec.wasm.clone(), code.checksum.clone());
                uploads.push(Upload { file, checksum, wasm: code.wasm });
            }
            named_codes.insert(spec.name.clone(), code.checksum);
        }
        let mut instances = Vec::new();
        let mut tokens = Vec::new();
        for ((spec, code), contract) in self.contracts.iter().zip(&built).zip(&placed) {
            let known =
                codes.contains_key(&code.checksum) || uploads.iter().any(|u| u.checksum == code.checksum);
            if !known {
                let (file, wasm) = (spec.wasm.clone(), code.wasm.clone());
                uploads.push(Upload { file, checksum: code.checksum.clone(), wasm });
            }
            if !exists(chain, &contract.place.address).await? {
                let admin = spec.admin.as_deref().map(|admin| substitute(admin, &resolve)).transpose()?;
                instances.push(NewInstance {
                    name: spec.name.clone(),
                    checksum: code.checksum.clone(),
                    salt: contract.salt.clone(),
                    label: spec.label.clone(),
                    admin,
                    msg: substitute_all(&spec.init, &resolve)?,
                });
            }
            if let Some(token) = &spec.token {
                let mut asset = Asset::cw20(&contract.place.address, &token.symbol, token.decimals);
                asset.name = token.name.clone();
                tokens.push(asset);
            }
        }
        let mut known = network.clone();
        tokens.iter().cloned().for_each(|token| known.put_asset(token));
        let addresses = placed.iter().map(|contract| (&*contract.place.name, &*contract.place.address));
        let setups = Setups {
            chain,
            deployer: &deployer,
            assets: &known.assets,
            addresses: addresses.collect(),
            new: instances.iter().map(|instance| instance.name.as_str()).collect(),
            list: Vec::new(),
        };
        let setup = setups.of(self, &resolve).await?;
        let contracts = placed.into_iter().map(|contract| contract.place).collect();
        Ok(Plan { deployer, uploads, instances, setup, contracts, tokens, codes, named_codes })
    }

    fn built(&self) -> Result<Vec<Built>> {
        self.contracts.iter().map(|contract| self.build(&contract.name, &contract.wasm)).collect()
    }

    fn build(&self, name: &str, file: &Path) -> Result<Built> {
        let path = self.artifacts.join(file);
        let wasm = fs::read(&path).map_err(|e| {
            Error::Config(format!("contract {name}: {}: {e}; scripts/build-wasm makes it", path.display()))
        })?;
        Ok(Built { checksum: hex::encode(wasm::checksum(&wasm)), wasm })
    }

    /// The address of every contract.
    fn place(&self, built: &[Built], deployer: &str, accounts: &Accounts<'_>) -> Result<Vec<Address>> {
        let creator: AccountId = deployer
            .parse()
            .map_err(|e| Error::Config(format!("deployer {deployer:?} is no address: {e}")))?;
        let names: BTreeSet<&str> = self.contracts.iter().map(|contract| contract.name.as_str()).collect();
        // Accounts stand for themselves in what the salt commits to, contracts only by name: their addresses follow.
        let accounts_only = |name: &str| {
            let by_name = names.contains(name) || name.starts_with(CODE);
            if by_name { Ok(format!("${{{name}}}")) } else { accounts(name) }
        };
        let mut set = Sha256::new();
        commit(&mut set, self.salt.as_bytes());
        for spec in &self.codes {
            commit(&mut set, spec.name.as_bytes());
            commit(&mut set, self.build(&spec.name, &spec.wasm)?.checksum.as_bytes());
        }
        for (contract, code) in self.contracts.iter().zip(built) {
            commit(&mut set, contract.name.as_bytes());
            commit(&mut set, code.checksum.as_bytes());
            commit(&mut set, substitute_all(&contract.init, &accounts_only)?.to_string().as_bytes());
        }
        let set = set.finalize();
        let mut placed = Vec::new();
        for (contract, code) in self.contracts.iter().zip(built) {
            let mut salt = Sha256::new();
            commit(&mut salt, &set);
            commit(&mut salt, contract.name.as_bytes());
            let salt = salt.finalize().to_vec();
            let checksum = wasm::checksum(&code.wasm);
            let address = wasm::predict_address(&checksum, &creator, &salt)?.to_string();
            let place = Placed { name: contract.name.clone(), address, checksum: code.checksum.clone() };
            placed.push(Address { place, salt });
        }
        Ok(placed)
    }
}

/// How the name of a code begins in `${…}`.
const CODE: &str = "code ";

/// A contract as it came out of the compiler.
struct Built {
    checksum: String,
    wasm: Vec<u8>,
}

/// Where a contract is or will be.
struct Address {
    place: Placed,
    salt: Vec<u8>,
}

/// Length first, so that no two lists of parts are the same bytes.
fn commit(hash: &mut Sha256, part: &[u8]) {
    hash.update(part.len().to_le_bytes());
    hash.update(part);
}

/// Code ids by checksum; of several, the oldest. Codes are public: whoever stores one of these first, for nobody to instantiate, must
/// not have the deployment rely on his. So what others stored counts where everybody may instantiate it.
fn usable(codes: Vec<CodeInfoResponse>, deployer: &str) -> BTreeMap<String, u64> {
    let mut ids = BTreeMap::new();
    let open = |code: &CodeInfoResponse| {
        let access = code.instantiate_permission.as_ref().map(AccessConfig::permission);
        code.creator == deployer || access == Some(AccessType::Everybody)
    };
    for code in codes.into_iter().filter(open) {
        ids.entry(hex::encode(&code.data_hash)).or_insert(code.code_id);
    }
    ids
}

async fn exists(chain: &Chain, address: &str) -> Result<bool> {
    match chain.contract_info(address).await {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == Kind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// `text` with every `${NAME}` replaced by the address of NAME.
fn substitute(text: &str, resolve: &dyn Fn(&str) -> Result<String>) -> Result<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) =
            after.split_once('}').ok_or_else(|| Error::Config(format!("{text:?}: ${{ without }}")))?;
        result.push_str(before);
        result.push_str(&resolve(name)?);
        rest = tail;
    }
    result.push_str(rest);
    Ok(result)
}

/// `value` with every `${NAME}` in its texts replaced by the address of NAME.
pub(crate) fn substitute_all(value: &Value, resolve: &dyn Fn(&str) -> Result<String>) -> Result<Value> {
    Ok(match value {
        Value::String(text) => substitute(text, resolve)?.into(),
        Value::Array(list) => {
            Value::Array(list.iter().map(|item| substitute_all(item, resolve)).collect::<Result<_>>()?)
        }
        Value::Object(map) => Value::Object(
            map.iter().map(|(k, v)| Ok((k.clone(), substitute_all(v, resolve)?))).collect::<Result<_>>()?,
        ),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
        deployer = "deployer"
        salt = "one"
        artifacts = "wasm"
        reserve = "5XMS"

        [[contracts]]
        name = "usdm"
        wasm = "token.wasm"
        label = "USD Mars"
        admin = "${deployer}"
        token = { symbol = "USDM", name = "USD Mars", decimals = 6 }
        init = { minter = "${treasury}" }

        [[contracts]]
        name = "treasury"
        wasm = "treasury.wasm"
        label = "Treasury"
        init = { usdm = "${usdm}", owner = "${deployer}", params = { list = [1, "${usdm}"] } }
    "#;

    fn accounts(name: &str) -> Result<String> {
        match name {
            "deployer" => Ok("mars1q6e7c2lzc5fc6xp9fc98lws9gjaxrdkanftlfe".into()),
            other => Err(Error::Config(format!("no key {other:?}"))),
        }
    }

    /// A deployment in a folder with these two contracts.
    fn deployment(text: &str, token: &[u8], treasury: &[u8]) -> Result<Vec<Address>> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wasm")).unwrap();
        fs::write(folder.path().join("wasm/token.wasm"), token).unwrap();
        fs::write(folder.path().join("wasm/treasury.wasm"), treasury).unwrap();
        fs::write(folder.path().join("file.toml"), text).unwrap();
        let deployment = Deployment::load(&folder.path().join("file.toml"))?;
        deployment.place(&deployment.built()?, &accounts("deployer")?, &accounts)
    }

    fn addresses(text: &str, token: &[u8], treasury: &[u8]) -> Vec<String> {
        deployment(text, token, treasury).unwrap().into_iter().map(|a| a.place.address).collect()
    }

    #[test]
    fn the_same_file_gives_the_same_addresses() {
        let once = addresses(FILE, b"a", b"b");
        assert_eq!(once, addresses(FILE, b"a", b"b"));
        assert_ne!(once[0], once[1]);
        assert!(once[0].starts_with("mars1") && once[0].len() == 63);
    }

    /// Otherwise USDM of the old treasury would be left with the new one.
    #[test]
    fn any_change_gives_the_whole_set_new_addresses() {
        let before = addresses(FILE, b"a", b"b");
        for after in [
            addresses(FILE, b"a", b"changed code"),
            addresses(&FILE.replace("\"one\"", "\"two\""), b"a", b"b"),
            addresses(&FILE.replace("list = [1,", "list = [2,"), b"a", b"b"),
        ] {
            assert_ne!(before[0], after[0], "usdm");
            assert_ne!(before[1], after[1], "treasury");
        }
    }

    #[test]
    fn a_code_that_a_stranger_locked_is_stored_again() {
        let stored = |code_id, creator: &str, permission: AccessType| CodeInfoResponse {
            code_id,
            creator: creator.into(),
            data_hash: vec![7],
            instantiate_permission: Some(AccessConfig { permission: permission.into(), addresses: vec![] }),
        };
        let locked = stored(1, "mars1stranger", AccessType::Nobody);
        let found = |codes: &[&CodeInfoResponse]| {
            usable(codes.iter().copied().cloned().collect(), "mars1deployer").get("07").copied()
        };
        assert_eq!(found(&[&locked]), None);
        let own = stored(2, "mars1deployer", AccessType::AnyOfAddresses);
        let open = stored(3, "mars1stranger", AccessType::Everybody);
        assert_eq!(found(&[&locked, &own, &open]), Some(2));
        assert_eq!(found(&[&locked, &open]), Some(3));
    }

    #[test]
    fn names_become_addresses_everywhere() {
        let resolve = |name: &str| Ok(format!("<{name}>"));
        let message = json!({"a": "${usdm}", "b": ["x${y}z${y}", 1, null], "c": {"d": "$ {no}"}});
        let expected = json!({"a": "<usdm>", "b": ["x<y>z<y>", 1, null], "c": {"d": "$ {no}"}});
        assert_eq!(substitute_all(&message, &resolve).unwrap(), expected);
        assert!(substitute("${open", &resolve).is_err());
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let refused = |text: &str| deployment(text, b"a", b"b").map(|_| ()).unwrap_err().to_string();
        assert!(refused(&FILE.replace("salt", "slat")).contains("slat"));
        assert!(refused(&FILE.replace("\"treasury\"", "\"usdm\"")).contains("stands twice"));
        assert!(refused(&FILE.replace("${deployer}\", params", "${nobody}\", params")).contains("nobody"));
        assert!(refused(&FILE.replace("token.wasm", "gone.wasm")).contains("gone.wasm"));
    }
}
