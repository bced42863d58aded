use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::{Args, Subcommand};
use mars_client::chain::Chain;
use mars_client::proto::cosmwasm::wasm::v1::CodeInfoResponse;
use mars_client::{AccountId, Error, wasm};
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::cmd::tx::wasm::{Salt, message};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list};

#[derive(Debug, Subcommand)]
pub enum Wasm {
    /// Download the wasm of a code
    Code {
        code_id: u64,
        /// Where to write it
        file: PathBuf,
    },
    /// All stored codes
    ListCode,
    /// Code, creator and admin of a contract
    Contract {
        /// Address, or name of a contract of the network
        contract: String,
    },
    /// What a contract stores and answers
    #[command(subcommand)]
    ContractState(ContractState),
    /// The contracts made of a code
    ListContractByCode { code_id: u64 },
    /// The address that instantiate2 would give
    BuildAddress(BuildAddress),
}

#[derive(Debug, Subcommand)]
pub enum ContractState {
    /// Ask a contract one of its queries
    Smart {
        /// Address, or name of a contract of the network
        contract: String,
        /// JSON
        query: String,
    },
    /// The value under one key
    Raw {
        /// Address, or name of a contract of the network
        contract: String,
        /// Hexadecimal, unless --ascii or --b64 is given
        key: String,
        #[command(flatten)]
        encoding: Encoding,
    },
    /// Every key and value
    All {
        /// Address, or name of a contract of the network
        contract: String,
    },
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Encoding {
    /// The text is the bytes themselves
    #[arg(long)]
    pub ascii: bool,
    /// The text is hexadecimal (the default)
    #[arg(long)]
    pub hex: bool,
    /// The text is base64
    #[arg(long)]
    pub b64: bool,
}

impl Encoding {
    pub fn decode(&self, text: &str) -> Result<Vec<u8>, Failure> {
        if self.ascii {
            return Ok(text.as_bytes().to_vec());
        }
        if self.b64 {
            return BASE64_STANDARD
                .decode(text)
                .map_err(|e| Failure::usage(format!("{text:?} is not base64: {e}")));
        }
        hex::decode(text).map_err(|e| {
            Failure::usage(format!("{text:?} is not hexadecimal: {e}; --ascii takes it as it is"))
        })
    }
}

#[derive(Debug, Args)]
pub struct BuildAddress {
    /// SHA-256 of the wasm, hexadecimal
    checksum: String,
    /// Address or name of the key that would instantiate
    creator: String,
    #[command(flatten)]
    salt: Salt,
}

impl Wasm {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Code { code_id, file } => {
                let (info, code) = chain.code(code_id).await?;
                std::fs::write(&file, &code)
                    .map_err(|e| Failure::config(format!("{}: {e}", file.display())))?;
                let text = format!("{} bytes written to {}", code.len(), file.display());
                Ok(Shown::new(code_json(&info), text))
            }
            Self::ListCode => {
                let codes = chain.codes().await?;
                let rows = codes
                    .iter()
                    .map(|c| [c.code_id.to_string(), hex::encode(&c.data_hash), c.creator.clone()]);
                let table = list(&[">code id", "checksum", "creator"], rows);
                Ok(Shown::new(json!({"code_infos": codes.iter().map(code_json).collect::<Vec<_>>()}), table))
            }
            Self::Contract { contract } => {
                let address = context.address(&contract)?;
                let info = chain.contract_info(&address).await?;
                let json = json!({"address": address, "contract_info": {"code_id": info.code_id.to_string(),
                    "creator": info.creator, "admin": info.admin, "label": info.label, "ibc_port_id": info.ibc_port_id}});
                let rows = [
                    ("address", address),
                    ("label", info.label),
                    ("code id", info.code_id.to_string()),
                    ("creator", info.creator),
                    ("admin", info.admin),
                ];
                Ok(Shown::new(json, fields(rows)))
            }
            Self::ContractState(state) => state.run(context, chain).await,
            Self::ListContractByCode { code_id } => {
                let contracts = chain.contracts_by_code(code_id).await?;
                let text = contracts.join("\n");
                Ok(Shown::new(json!({"contracts": contracts}), text))
            }
            Self::BuildAddress(build) => build.run(context),
        }
    }
}

impl ContractState {
    async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Smart { contract, query } => {
                let answer: Value = chain.smart(&context.address(&contract)?, &message(&query)?).await?;
                Ok(Shown::new(json!({"data": answer}), format!("{answer:#}")))
            }
            Self::Raw { contract, key, encoding } => {
                let value = chain.raw(&context.address(&contract)?, &encoding.decode(&key)?).await?;
                if value.is_empty() {
                    return Err(
                        Error::NotFound(format!("contract {contract} stores nothing under {key:?}")).into()
                    );
                }
                Ok(Shown::new(json!({"data": BASE64_STANDARD.encode(&value)}), readable(&value)))
            }
            Self::All { contract } => {
                let models = chain.contract_state(&context.address(&contract)?).await?;
                let rows = models.iter().map(|model| [readable(&model.key), readable(&model.value)]);
                let table = list(&["key", "value"], rows);
                let json: Vec<Value> = models
                    .iter()
                    .map(|m| json!({"key": hex::encode_upper(&m.key), "value": BASE64_STANDARD.encode(&m.value)}))
                    .collect();
                Ok(Shown::new(json!({"models": json}), table))
            }
        }
    }
}

impl BuildAddress {
    fn run(self, context: &Context) -> Outcome {
        let checksum = hex::decode(&self.checksum)
            .map_err(|e| Failure::usage(format!("checksum {:?} is not hexadecimal: {e}", self.checksum)))?;
        let creator: AccountId = context
            .address(&self.creator)?
            .parse()
            .map_err(|e| Failure::usage(format!("creator {:?} is not an address: {e}", self.creator)))?;
        let address = wasm::predict_address(&checksum, &creator, &self.salt.bytes()?)?;
        Ok(Shown::new(json!({"address": address.to_string()}), address))
    }
}

fn code_json(info: &CodeInfoResponse) -> Value {
    json!({"code_id": info.code_id.to_string(), "creator": info.creator, "data_hash": hex::encode_upper(&info.data_hash)})
}

/// Text where the bytes are text, else hexadecimal.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.into(),
        _ => format!("0x{}", hex::encode(bytes)),
    }
}
