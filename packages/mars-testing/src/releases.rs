//! Releases: versions of the contracts, migrations, and whole chains as an earlier release left them.

use std::collections::BTreeMap;

use cosmwasm_std::{Addr, BlockInfo, Empty, Order, StdResult, Storage, Timestamp, WasmMsg, to_json_binary};
use cw_multi_test::{AppResponse, ContractData};
use cw_storage_plus::Map;
use cw2::ContractVersion;
use mars_types::{Refusal, RefusalCode};

use crate::actors::Actor::Owner;
use crate::asserts::refused;
use crate::contract::{Code, Contract};
use crate::deploy::{Feed, Mars, chain, cw20_code};
use crate::tokens::Token;

/// Where the chain keeps its list of contracts.
const CHAIN: &[u8] = b"wasm";
const CONTRACTS: Map<&Addr, ContractData> = Map::new("contracts");
/// What the token behind gold calls itself.
const CW20_BASE: &str = "crates.io:cw20-base";
/// What stands in every key of a contract's storage, before the address.
const STORAGE_OF: &[u8] = b"contract_data/";

impl Mars {
    pub fn version(&self, contract: Contract) -> ContractVersion {
        cw2::query_contract_info(&self.app.wrap(), contract.address(self)).unwrap()
    }

    /// As if a release of whatever contract had been there until now.
    pub fn pretend_version(&mut self, contract: Contract, name: &str, version: &str) {
        let address = contract.address(self).clone();
        let mut storage = self.app.contract_storage_mut(&address);
        cw2::set_contract_version(&mut *storage, name, version).unwrap();
    }

    /// Its wasm admin migrates a contract to the code of today.
    pub fn migrate(&mut self, contract: Contract) -> Result<AppResponse, Refusal> {
        let address = contract.address(self).clone();
        let admin = self.app.contract_data(&address).unwrap().admin.expect("an admin");
        let migrate = WasmMsg::Migrate {
            contract_addr: address.into_string(),
            new_code_id: self.store_code(contract),
            msg: to_json_binary(&Empty {}).unwrap(),
        };
        self.transact(admin, vec![migrate.into()])
    }

    /// A contract migrates from an older version of itself and from nothing else, and then nothing but its version has changed.
    #[track_caller]
    pub fn assert_migrates_only_up(&mut self, contract: Contract) {
        let ContractVersion { contract: name, version } = self.version(contract);
        assert_eq!(name, contract.name());
        let to = format!("{name} {version}");
        for (other, from) in [
            (name.as_str(), version.as_str()),
            (&name, "99.0.0"),
            (&name, &format!("{version}+later")),
            (&name, "no version"),
            ("mars:another", "0.0.1"),
        ] {
            self.pretend_version(contract, other, from);
            let result = self.assert_unchanged(|mars| mars.migrate(contract));
            refused(result, RefusalCode::NotNewer, &to, format!("{other} {from}"));
        }
        self.pretend_version(contract, &name, "0.0.1");
        let stored = |mars: &Self| {
            let mut records = mars.app.dump_wasm_raw(contract.address(mars));
            records.retain(|(key, _)| key != b"contract_info");
            records
        };
        let before = stored(self);
        self.migrate(contract).unwrap();
        assert_eq!(stored(self), before);
        assert_eq!(self.version(contract), ContractVersion { contract: name, version });
    }

    /// The whole chain as text: its block, and a line for each record, those of a contract under its address. Bytes that are no
    /// printable character are `%` and two digits.
    pub fn freeze(&self) -> String {
        let block = self.app.block_info();
        let mut text = format!("block {} {} {}\n", block.height, block.time.seconds(), block.chain_id);
        let mut section = None;
        for (key, value) in self.app.storage().range(None, None, Order::Ascending) {
            let (place, rest) = key.split_at(place(&key));
            if section.as_deref() != Some(place) {
                section = Some(place.to_vec());
                text += &format!("\n[{}]\n", encode(place));
            }
            text += &format!("{} {}\n", encode(rest), encode(&value));
        }
        text
    }

    /// A chain as [`Mars::freeze`] wrote it, with the code of today. The feeders' last prices are what the oracle says.
    pub fn thaw(frozen: &str) -> Self {
        let mut app = chain();
        let (block, records) = frozen.split_once('\n').unwrap();
        let [_, height, time, chain_id] = block.split(' ').collect::<Vec<_>>().try_into().unwrap();
        app.set_block(BlockInfo {
            height: height.parse().unwrap(),
            time: Timestamp::from_seconds(time.parse().unwrap()),
            chain_id: chain_id.into(),
        });
        let of_the_bench: Vec<Vec<u8>> =
            app.storage().range(None, None, Order::Ascending).map(|(key, _)| key).collect();
        of_the_bench.iter().for_each(|key| app.storage_mut().remove(key));
        let mut section = vec![];
        for line in records.lines().filter(|line| !line.is_empty()) {
            if let Some(place) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = decode(place);
            } else {
                let (key, value) = line.split_once(' ').unwrap();
                let key = [section.as_slice(), &decode(key)].concat();
                app.storage_mut().set(&key, &decode(value));
            }
        }
        let contracts: Vec<(Addr, ContractData)> = CONTRACTS
            .range(&*app.prefixed_storage(CHAIN), None, None, Order::Ascending)
            .collect::<StdResult<_>>()
            .unwrap();
        let mut stored = BTreeMap::new();
        let mut named = BTreeMap::new();
        for (address, ContractData { code_id, .. }) in contracts {
            let name = cw2::query_contract_info(&app.wrap(), &address).unwrap().contract;
            if stored.insert(code_id, name.clone()).is_none() {
                app.store_code_with_id(Owner.addr(), code_id, code_of(&name)).unwrap();
            }
            assert_eq!(stored[&code_id], name);
            named.insert(name, address);
        }
        let at = |contract: Contract| named[contract.name()].clone();
        let mut mars = Self {
            usdm: at(Contract::Usdm),
            xms: at(Contract::Xms),
            oracle: at(Contract::Oracle),
            treasury: at(Contract::Treasury),
            staking: at(Contract::Staking),
            governance: at(Contract::Governance),
            collector: at(Contract::Collector),
            swap: at(Contract::Swap),
            gold: named[CW20_BASE].clone(),
            feeds: BTreeMap::new(),
            app,
        };
        for token in Token::ALL {
            if let Ok(price) = mars.price(token) {
                let prices = [price.band.low, price.median, price.band.high];
                mars.feeds.insert(token, Feed { prices, time: None });
            }
        }
        mars
    }
}

/// The code of what names itself so.
fn code_of(name: &str) -> Code {
    let own = Contract::ALL.into_iter().find(|contract| contract.name() == name);
    own.map_or_else(
        || {
            assert_eq!(name, CW20_BASE);
            cw20_code()
        },
        Contract::code,
    )
}

/// How much of a key is the place that its neighbours share: for a contract's storage all before its own key.
fn place(key: &[u8]) -> usize {
    let at = key.windows(STORAGE_OF.len()).position(|part| part == STORAGE_OF);
    at.map_or(0, |at| at + STORAGE_OF.len() + Owner.addr().as_str().len())
}

fn encode(bytes: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'%' => "%25".into(),
        byte if byte.is_ascii_graphic() => char::from(*byte).to_string(),
        byte => format!("%{byte:02x}"),
    };
    bytes.iter().map(one).collect()
}

fn decode(text: &str) -> Vec<u8> {
    let mut bytes = vec![];
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    bytes
}
