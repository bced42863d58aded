//! What is missing on a chain, and how it is done.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use cosmrs::Any;
use serde::Serialize;
use serde_json::Value;

use crate::chain::Included;
use crate::message::{self, Instance};
use crate::network::{Asset, Contract, Network};
use crate::tx::{Progress, Signer, TxOptions};
use crate::{Error, Result};

/// Most bytes of codes in one transaction: with everything around them it is below the 1 MiB that nodes take unless they are
/// told otherwise.
const UPLOAD_BYTES: usize = 1_000_000;

/// What is missing on the chain, in the order in which it is done.
#[derive(Debug)]
pub struct Plan {
    pub(super) deployer: String,
    pub(super) uploads: Vec<Upload>,
    pub(super) instances: Vec<NewInstance>,
    pub(super) setup: Vec<Setup>,
    /// All contracts of the file; the code id of those not stored yet is known after storing.
    pub(super) contracts: Vec<Placed>,
    pub(super) tokens: Vec<Asset>,
    pub(super) codes: BTreeMap<String, u64>,
    /// Checksum of each code that the file names.
    pub(super) named_codes: BTreeMap<String, String>,
}

/// A code that no code id has.
#[derive(Debug)]
pub struct Upload {
    pub file: PathBuf,
    /// SHA-256 of the wasm, lower-case hexadecimal.
    pub checksum: String,
    pub wasm: Vec<u8>,
}

/// A contract that is not there.
#[derive(Debug)]
pub(super) struct NewInstance {
    pub name: String,
    pub checksum: String,
    pub salt: Vec<u8>,
    pub label: String,
    pub admin: Option<String>,
    pub msg: Value,
}

/// A message of the set-up.
#[derive(Debug)]
pub(super) struct Setup {
    pub contract: String,
    pub what: String,
    pub message: Any,
}

/// Where a contract is or will be.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub name: String,
    pub address: String,
    pub checksum: String,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `store`, `instantiate` or `set up`.
    pub action: &'static str,
    /// Name of the contract, or of the file that is stored.
    pub subject: String,
    pub detail: String,
}

/// What happens while a plan is carried out.
#[derive(Debug)]
pub enum Event {
    /// A transaction of the plan is on its way.
    Tx(Progress),
    /// These steps are in a block.
    Done { steps: Vec<Step>, txhash: String, height: u64 },
}

/// With what a plan is carried out.
pub struct Means<'a> {
    /// Holds the deployer's key.
    pub signer: &'a Signer,
    pub options: &'a TxOptions,
    /// How long to wait for each transaction to be in a block.
    pub limit: Duration,
    pub report: &'a (dyn Fn(Event) + Sync),
}

impl Plan {
    /// What will be done.
    pub fn steps(&self) -> Vec<Step> {
        let uploads = self.uploads.iter().map(Upload::step);
        let instances = self.instances.iter().map(|instance| self.instance_step(instance));
        uploads.chain(instances).chain(self.setup.iter().map(Setup::step)).collect()
    }

    /// Nothing is missing on the chain.
    pub fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.instances.is_empty() && self.setup.is_empty()
    }

    /// Who has to sign.
    pub fn deployer(&self) -> &str {
        &self.deployer
    }

    /// The code that will be stored.
    pub fn uploads(&self) -> &[Upload] {
        &self.uploads
    }

    /// Does what is missing: as few transactions as hold the codes, one for all instances, one for the set-up. Each is all
    /// or nothing, and each is finished before the next begins. Writes contracts and tokens into `network`, and calls
    /// `save` when the contracts stand.
    pub async fn apply(
        mut self,
        means: &Means<'_>,
        network: &mut Network,
        save: &(dyn Fn(&Network) -> Result<()> + Sync),
    ) -> Result<()> {
        for batch in batches(&self.deployer, &self.uploads)? {
            let (messages, uploads): (Vec<Any>, Vec<&Upload>) = batch.into_iter().unzip();
            let tx = means.send(&messages, uploads.iter().map(|upload| upload.step()).collect()).await?;
            let mut ids = tx.attributes("store_code", "code_id").map_while(|id| id.parse().ok());
            for upload in uploads {
                let code_id = ids.next().ok_or_else(|| {
                    Error::Internal(format!(
                        "transaction {} stored {:?} and tells no code_id",
                        tx.txhash, upload.file
                    ))
                })?;
                self.codes.insert(upload.checksum.clone(), code_id);
            }
        }
        if !self.instances.is_empty() {
            let messages: Result<Vec<Any>> = self.instances.iter().map(|new| self.instantiate(new)).collect();
            let steps = self.instances.iter().map(|new| self.instance_step(new)).collect();
            means.send(&messages?, steps).await?;
        }
        self.record(network)?;
        save(network)?;
        if !self.setup.is_empty() {
            let messages: Vec<Any> = self.setup.iter().map(|setup| setup.message.clone()).collect();
            means.send(&messages, self.setup.iter().map(Setup::step).collect()).await?;
        }
        Ok(())
    }

    /// Writes contracts and tokens that are all on the chain into the network file's data.
    pub fn record(&self, network: &mut Network) -> Result<()> {
        for placed in &self.contracts {
            let contract = Contract {
                address: placed.address.clone(),
                code_id: self.code_id(&placed.checksum)?,
                checksum: placed.checksum.clone(),
            };
            network.mars.contracts.insert(placed.name.clone(), contract);
        }
        self.tokens.iter().cloned().for_each(|token| network.put_asset(token));
        Ok(())
    }

    fn instantiate(&self, new: &NewInstance) -> Result<Any> {
        let instance = Instance {
            code_id: self.code_id(&new.checksum)?,
            label: new.label.clone(),
            admin: new.admin.clone(),
            msg: self.with_code_ids(&new.msg)?,
            funds: vec![],
        };
        Ok(message::instantiate2(&self.deployer, instance, &new.salt))
    }

    /// A message in which `"${code NAME}"` is the number of that code. It is known once the code is stored.
    fn with_code_ids(&self, value: &Value) -> Result<Value> {
        Ok(match value {
            Value::String(text) => {
                let name = text.strip_prefix("${code ").and_then(|text| text.strip_suffix('}'));
                match name {
                    Some(name) => {
                        let checksum = self.named_codes.get(name).ok_or_else(|| {
                            Error::Config(format!("the deployment file lists no code named {name:?}"))
                        })?;
                        self.code_id(checksum)?.into()
                    }
                    None => text.clone().into(),
                }
            }
            Value::Array(list) => {
                Value::Array(list.iter().map(|item| self.with_code_ids(item)).collect::<Result<_>>()?)
            }
            Value::Object(map) => Value::Object(
                map.iter().map(|(k, v)| Ok((k.clone(), self.with_code_ids(v)?))).collect::<Result<_>>()?,
            ),
            other => other.clone(),
        })
    }

    fn code_id(&self, checksum: &str) -> Result<u64> {
        let found = self.codes.get(checksum).copied();
        found.ok_or_else(|| Error::Internal(format!("no code id is known for the code {checksum}")))
    }

    fn instance_step(&self, new: &NewInstance) -> Step {
        let placed = self.contracts.iter().find(|contract| contract.name == new.name);
        let detail = placed.map(|contract| contract.address.clone()).unwrap_or_default();
        Step { action: "instantiate", subject: new.name.clone(), detail }
    }
}

/// Codes in the order of `uploads`, as many to a transaction as fit; one that is too large for any stands alone.
fn batches<'a>(sender: &str, uploads: &'a [Upload]) -> Result<Vec<Vec<(Any, &'a Upload)>>> {
    let mut batches: Vec<Vec<(Any, &Upload)>> = Vec::new();
    let mut bytes = 0usize;
    for upload in uploads {
        let message = message::store_code(sender, &upload.wasm)?;
        bytes = bytes.saturating_add(message.value.len());
        match batches.last_mut() {
            Some(batch) if bytes <= UPLOAD_BYTES => batch.push((message, upload)),
            _ => {
                bytes = message.value.len();
                batches.push(vec![(message, upload)]);
            }
        }
    }
    Ok(batches)
}

impl Means<'_> {
    async fn send(&self, messages: &[Any], steps: Vec<Step>) -> Result<Included> {
        let on_the_way = |progress| (self.report)(Event::Tx(progress));
        let tx = self.signer.send(messages, self.options, self.limit, &on_the_way).await?;
        (self.report)(Event::Done { steps, txhash: tx.txhash.clone(), height: tx.height });
        Ok(tx)
    }
}

impl Upload {
    fn step(&self) -> Step {
        let detail = format!("{} bytes, checksum {}", self.wasm.len(), self.checksum);
        Step { action: "store", subject: self.file.display().to_string(), detail }
    }
}

impl Setup {
    fn step(&self) -> Step {
        Step { action: "set up", subject: self.contract.clone(), detail: self.what.clone() }
    }
}
