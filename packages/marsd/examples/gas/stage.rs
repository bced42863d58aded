//! A chain of its own, with accounts and contracts that have names, on which one action after the other is measured.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use mars_node::dev::Account;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1 as proto;
use mars_node::proto::wasm::{MsgExecuteContract, MsgInstantiateContract};
use mars_node::proto::{Any, any};
use mars_node::{Coin, Dev, Genesis, Included};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cost::Cost;

/// Who acts; each has coins of every kind.
pub const ROLES: [&str; 10] =
    ["owner", "guardian", "minter", "trader", "staker", "voter", "keeper", "feeder1", "feeder2", "feeder3"];
const PREFIX: &str = "mars";
const COINS: &str = "1000000000000000sats,1000000000000000ubusd,1000000000000000umars,1000000000000000uusdc";
/// Every transaction asks for as much, so that none is longer by its limit, and pays the local chain's price for it.
const GAS: u64 = 40_000_000;
const FEE: u128 = 1_000_000;

pub struct Stage {
    pub dev: Dev,
    addresses: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    codes: u64,
    instances: u64,
}

/// Something that happens before an action is measured.
#[derive(Clone)]
pub enum Step {
    Send(&'static str, Vec<Any>),
    /// Seconds.
    Wait(u64),
}

/// What a user does.
#[derive(Clone)]
pub struct Action {
    pub name: &'static str,
    pub before: Vec<Step>,
    pub by: &'static str,
    pub messages: Vec<Any>,
}

impl Action {
    pub fn of(name: &'static str, by: &'static str, messages: Vec<Any>) -> Self {
        Self { name, before: vec![], by, messages }
    }

    pub fn after(self, before: impl Into<Vec<Step>>) -> Self {
        Self { before: before.into(), ..self }
    }
}

impl Stage {
    pub async fn new() -> Self {
        let genesis = Genesis::new("mars-local-1", PREFIX, "umars");
        let dev = Dev::builder().genesis(genesis).accounts(ROLES.len() as u32, COINS).start().await.unwrap();
        let (addresses, names) = Default::default();
        let stage = Self { dev, addresses, names, codes: 0, instances: 0 };
        // The first transaction of an account costs more: it brings the key.
        for role in ROLES {
            stage.send(role, vec![stage.coins(role, role, "umars", 1)]).await;
        }
        stage
    }

    /// The address of a contract or of an account.
    pub fn at(&self, name: &str) -> &str {
        match self.addresses.get(name) {
            Some(address) => address,
            None => self.account(name).address(),
        }
    }

    pub fn account(&self, role: &str) -> &Account {
        let index = ROLES.iter().position(|known| *known == role);
        self.dev.account(index.unwrap_or_else(|| panic!("nobody is called {role}"))).unwrap()
    }

    pub fn name_of(&self, address: &str) -> &str {
        &self.names[address]
    }

    pub fn name(&mut self, name: &str, address: &str) {
        self.names.insert(address.into(), name.into());
        self.addresses.insert(name.into(), address.into());
    }

    /// Stores a wasm file. Returns the number of the code.
    pub async fn store(&mut self, wasm: &Path) -> u64 {
        let code = std::fs::read(wasm).unwrap_or_else(|error| panic!("{}: {error}", wasm.display()));
        self.codes = self.dev.store_code(self.account("owner"), code).await.unwrap();
        self.codes
    }

    /// Where the contract will be that is made of this code as number `instance`, counted from 1.
    pub fn place(code: u64, instance: u64) -> String {
        mars_node::address::encode(PREFIX, &mars_node::wasm::classic(code, instance))
    }

    /// Makes the next contract, whose admin is the owner.
    pub async fn instantiate(&mut self, name: &str, code: u64, msg: &impl Serialize) -> String {
        self.instances += 1;
        let address = Self::place(code, self.instances);
        let owner = self.at("owner").to_owned();
        let instantiate = MsgInstantiateContract {
            sender: owner.clone(),
            admin: owner,
            code_id: code,
            label: name.into(),
            msg: serde_json::to_vec(msg).unwrap(),
            funds: vec![],
        };
        self.send("owner", vec![any(&instantiate)]).await;
        self.name(name, &address);
        address
    }

    /// A contract that another one made.
    pub fn adopt(&mut self, name: &str, address: &str) {
        self.instances += 1;
        self.name(name, address);
    }

    /// Coins from an account to another, or to a contract.
    pub fn coins(&self, from: &str, to: &str, denom: &str, amount: u128) -> Any {
        let (from_address, to_address) = (self.at(from).into(), self.at(to).into());
        let amount = vec![proto::Coin { denom: denom.into(), amount: amount.to_string() }];
        any(&MsgSend { from_address, to_address, amount })
    }

    /// A message of an account, by its address, to a contract.
    pub fn call_of(&self, sender: &str, contract: &str, msg: &impl Serialize, funds: &[(&str, u128)]) -> Any {
        let coin = |(denom, amount): &(&str, u128)| proto::Coin {
            denom: (*denom).into(),
            amount: amount.to_string(),
        };
        any(&MsgExecuteContract {
            sender: sender.into(),
            contract: self.at(contract).into(),
            msg: serde_json::to_vec(msg).unwrap(),
            funds: funds.iter().map(coin).collect(),
        })
    }

    /// A message of a role to a contract.
    pub fn call(&self, by: &str, contract: &str, msg: &impl Serialize, funds: &[(&str, u128)]) -> Any {
        self.call_of(self.at(by), contract, msg, funds)
    }

    pub fn ask<T: DeserializeOwned>(&self, contract: &str, msg: &impl Serialize) -> T {
        self.dev.smart(self.at(contract), msg).unwrap()
    }

    /// Signs and sends in a block of its own.
    pub async fn send(&self, by: &str, messages: Vec<Any>) -> Included {
        let fee = [Coin { denom: "umars".into(), amount: FEE.into() }];
        let signed = self.dev.sign(self.account(by), messages, GAS, &fee).unwrap();
        let sent = self.dev.node().broadcast(signed).await.unwrap();
        let included = sent.included.unwrap_or_else(|| panic!("not let in: {:?}", sent.check));
        let result = included.result().unwrap();
        assert_eq!(result.code, 0, "{by}: {}", result.log);
        included
    }

    /// A block so many seconds later, with nothing in it.
    pub async fn wait(&self, seconds: u64) {
        self.dev.increase_time(Duration::from_secs(seconds)).await.unwrap();
        self.dev.mine(1, None).await.unwrap();
    }

    /// What an action costs now. Nothing of it stays.
    pub async fn measure(&self, action: &Action) -> Cost {
        let before = self.dev.snapshot().await.unwrap();
        for step in &action.before {
            match step {
                Step::Send(by, messages) => drop(self.send(by, messages.clone()).await),
                Step::Wait(seconds) => self.wait(*seconds).await,
            }
        }
        let included = self.send(action.by, action.messages.clone()).await;
        let trace = self.dev.trace(included.hash()).await.unwrap();
        assert_eq!((trace.omitted, trace.gas_used), (0, included.result().unwrap().gas_used));
        self.dev.revert(before).await.unwrap();
        Cost::of(&trace, &self.names)
    }
}
