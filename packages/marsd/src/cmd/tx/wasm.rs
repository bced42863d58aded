use std::path::PathBuf;

use clap::{Args, Subcommand};
use mars_client::chain::Included;
use mars_client::message::{self, Instance};
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::cmd::query::Encoding;
use crate::cmd::tx::{Draft, TxArgs, coins, submit};
use crate::cmd::wasm::read;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};
use crate::wasm_check;

#[derive(Debug, Subcommand)]
pub enum Wasm {
    /// Check a contract as the chain would, and store its code
    Store {
        /// Compiled contract
        file: PathBuf,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Make a contract at an address that the chain chooses
    Instantiate {
        code_id: u64,
        /// JSON
        msg: String,
        #[command(flatten)]
        instance: InstanceArgs,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Make a contract at an address that can be known before
    Instantiate2 {
        code_id: u64,
        /// JSON
        msg: String,
        #[command(flatten)]
        salt: Salt,
        #[command(flatten)]
        instance: InstanceArgs,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Call a contract
    Execute {
        /// Address, or name of a contract of the network
        contract: String,
        /// JSON
        msg: String,
        /// Coins sent along
        #[arg(long, value_name = "AMOUNTS")]
        amount: Option<String>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Give a contract new code
    Migrate {
        /// Address, or name of a contract of the network
        contract: String,
        code_id: u64,
        /// JSON
        msg: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Name the one who may migrate a contract
    SetContractAdmin {
        /// Address, or name of a contract of the network
        contract: String,
        /// Address, or name of a key or contract
        #[arg(required_unless_present = "no_admin")]
        admin: Option<String>,
        /// Nobody, for ever
        #[arg(long, conflicts_with = "admin")]
        no_admin: bool,
        #[command(flatten)]
        tx: TxArgs,
    },
}

#[derive(Debug, Args)]
pub struct InstanceArgs {
    /// Name of the instance, for people
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// Who may migrate it: address, or name of a key or contract
    #[arg(long, value_name = "ACCOUNT", required_unless_present = "no_admin")]
    admin: Option<String>,
    /// Nobody may migrate it, ever
    #[arg(long, conflicts_with = "admin")]
    no_admin: bool,
    /// Coins sent along
    #[arg(long, value_name = "AMOUNTS")]
    amount: Option<String>,
}

#[derive(Debug, Args)]
pub struct Salt {
    /// 1 to 64 bytes, hexadecimal unless --ascii or --b64 is given
    salt: String,
    #[command(flatten)]
    encoding: Encoding,
}

impl Salt {
    pub fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let bytes = self.encoding.decode(&self.salt)?;
        match bytes.len() {
            1..=64 => Ok(bytes),
            length => Err(Failure::usage(format!("the salt has {length} bytes; 1 to 64 are allowed"))),
        }
    }
}

impl InstanceArgs {
    fn instance(&self, context: &Context, code_id: u64, msg: &str) -> Result<Instance, Failure> {
        let admin = match &self.admin {
            Some(admin) => Some(context.address(admin)?),
            None => None,
        };
        let funds = funds(context, self.amount.as_deref())?;
        Ok(Instance { code_id, label: self.label.clone(), admin, msg: message(msg)?, funds })
    }
}

impl Wasm {
    pub async fn run(self, context: &Context) -> Outcome {
        let chain = context.chain()?;
        let (Self::Store { tx, .. }
        | Self::Instantiate { tx, .. }
        | Self::Instantiate2 { tx, .. }
        | Self::Execute { tx, .. }
        | Self::Migrate { tx, .. }
        | Self::SetContractAdmin { tx, .. }) = &self;
        let sender = tx.sender(context)?;
        let sender = sender.as_ref();
        let draft = match &self {
            Self::Store { file, .. } => {
                let wasm = read(file)?;
                wasm_check::check(&wasm).map_err(|error| Failure::Wasm { file: file.clone(), error })?;
                let messages = vec![message::store_code(sender, &wasm)?];
                Draft { messages, expected: None, receipt: stored_code }
            }
            Self::Instantiate { code_id, msg, instance, .. } => {
                let messages = vec![message::instantiate(sender, instance.instance(context, *code_id, msg)?)];
                Draft { messages, expected: None, receipt: new_contract }
            }
            Self::Instantiate2 { code_id, msg, salt, instance, .. } => {
                let instance = instance.instance(context, *code_id, msg)?;
                let messages = vec![message::instantiate2(sender, instance, &salt.bytes()?)];
                Draft { messages, expected: None, receipt: new_contract }
            }
            Self::Execute { contract, msg, amount, .. } => {
                let funds = funds(context, amount.as_deref())?;
                let contract = context.address(contract)?;
                Draft::of(vec![message::execute(sender, &contract, &message(msg)?, funds)?])
            }
            Self::Migrate { contract, code_id, msg, .. } => Draft::of(vec![message::migrate(
                sender,
                &context.address(contract)?,
                *code_id,
                &message(msg)?,
            )]),
            Self::SetContractAdmin { contract, admin, .. } => {
                let admin = match admin {
                    Some(admin) => Some(context.address(admin)?),
                    None => None,
                };
                Draft::of(vec![message::set_admin(sender, &context.address(contract)?, admin.as_deref())])
            }
        };
        submit(context, chain, tx, draft).await
    }
}

/// A message for a contract, which must be JSON.
pub fn message(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::usage(format!("the message {text:?} is not JSON: {e}")))
}

fn funds(
    context: &Context,
    amounts: Option<&str>,
) -> Result<Vec<mars_client::proto::cosmos::base::v1beta1::Coin>, Failure> {
    amounts.map_or(Ok(Vec::new()), |amounts| coins(context, amounts))
}

fn stored_code(_: &Context, tx: &Included) -> Option<Shown> {
    let code_id = tx.attributes("store_code", "code_id").next()?;
    let checksum = tx.attributes("store_code", "code_checksum").next()?;
    let json = json!({"code_id": code_id, "checksum": checksum});
    Some(Shown::new(json, fields([("code id", code_id), ("checksum", checksum)])))
}

fn new_contract(_: &Context, tx: &Included) -> Option<Shown> {
    let address = tx.attributes("instantiate", "_contract_address").next()?;
    Some(Shown::new(json!({"contract": address}), fields([("contract", address)])))
}
