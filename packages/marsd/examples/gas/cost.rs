//! What a transaction costs, taken apart by its trace.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mars_node::dev::{Action as Did, Step, Trace};
use serde::Serialize;
use serde_json::Value;

/// Bytes that the chain puts before every key of a contract: one, and the contract's address.
const PREFIX: u64 = 33;

/// One transaction.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    /// All of it: signature, fee, bytes, loading of contracts and events included.
    pub gas: u64,
    /// In the order in which they began; questions to contracts are among them.
    pub calls: Vec<Call>,
}

/// One call of one contract, without what it leads to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Call {
    pub contract: String,
    /// `execute`, `query`, `reply` or `instantiate`.
    pub entry: String,
    /// The variant of the message, and of the one inside of a cw20 receipt.
    pub message: String,
    pub reads: u64,
    pub writes: u64,
    /// Keys, as the contract knows them, and values.
    pub bytes_written: u64,
    /// Gas of its storage, as the chain charges it.
    pub storage: u64,
    /// The same without the chain's prefix of each key.
    pub bare_storage: u64,
    /// Gas of its instructions, of the machine's services, and of reading its answer.
    pub instructions: u64,
    /// Questions that it asks, to contracts and to the chain.
    pub queries: u64,
}

impl Cost {
    /// Contracts are called as in `names`, by address.
    pub fn of(trace: &Trace, names: &BTreeMap<String, String>) -> Self {
        let calls = trace.steps.iter().enumerate().filter_map(|(at, step)| {
            let Did::Call { contract, entry_point, message, .. } = &step.action else { return None };
            let inside = trace.steps[at + 1..].iter().take_while(|inner| inner.depth > step.depth);
            let own = inside.filter(|inner| inner.depth == step.depth + 1);
            // Only a contract that the transaction makes is not known before.
            let contract = names.get(contract).map_or("new", String::as_str).to_owned();
            let call =
                Call { contract, entry: entry_point.clone(), message: variant(message), ..Call::default() };
            Some(own.fold(Call { instructions: step.gas_used, ..call }, Call::add))
        });
        Self { gas: trace.gas_used, calls: calls.collect() }
    }

    pub fn sum(&self, of: fn(&Call) -> u64) -> u64 {
        self.calls.iter().map(of).sum()
    }

    /// The one execution of this contract, or the first of several.
    pub fn execution(&self, contract: &str) -> &Call {
        let of_contract = |call: &&Call| call.contract == contract && call.entry == "execute";
        self.calls.iter().find(of_contract).unwrap_or_else(|| panic!("no execution of {contract}: {self:?}"))
    }
}

impl Call {
    fn add(mut self, step: &Step) -> Self {
        self.instructions -= step.gas_used;
        let prefix = match &step.action {
            Did::Read { .. } => {
                self.reads += 1;
                3 * PREFIX
            }
            Did::Write { key, value } => {
                self.writes += 1;
                self.bytes_written += (key.len() / 2 + STANDARD.decode(value).unwrap().len()) as u64;
                30 * PREFIX
            }
            Did::Remove { .. } => {
                self.writes += 1;
                0
            }
            Did::Scan { .. } => 0,
            Did::Next { .. } => {
                self.reads += 1;
                3 * PREFIX
            }
            Did::Query { .. } => {
                self.queries += 1;
                return self;
            }
            other => panic!("{other:?} inside of a call"),
        };
        self.storage += step.gas_used;
        self.bare_storage += step.gas_used - prefix.min(step.gas_used);
        self
    }
}

/// The name of a message's variant.
fn variant(message: &Value) -> String {
    let name = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Object(fields) if fields.len() == 1 => fields.keys().next().unwrap().clone(),
        _ => String::new(),
    };
    let hook = message.get("receive").and_then(|receipt| STANDARD.decode(receipt.get("msg")?.as_str()?).ok());
    match hook.and_then(|hook| serde_json::from_slice(&hook).ok()) {
        Some(hook) => format!("receive {}", name(&hook)),
        None => name(message),
    }
}
