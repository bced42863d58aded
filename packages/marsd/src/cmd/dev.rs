//! The controls of a node that `marsd start` runs, unless it is public.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use mars_client::{AccountId, Error, Refused};
use mars_node::dev::{DebugLine, NodeInfo, Trace, Waiting};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::cmd::tx::{duration, seconds};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list};

/// Dumps of large chains take their time.
const TIMEOUT: Duration = Duration::from_secs(600);
/// How the node begins what it says of arguments that it cannot read.
const IN_PARAMS: &str = "error converting json params to arguments: ";
/// How long one question after what contracts print is open.
const FOLLOW: u64 = 20_000;

#[derive(Debug, Subcommand)]
pub enum Dev {
    /// Make blocks, the first with everything that waits
    Mine {
        #[arg(default_value_t = 1)]
        blocks: u64,
        /// Time from one to the next
        #[arg(long, value_name = "DURATION", value_parser = duration)]
        step: Option<Duration>,
    },
    /// Make a block for each transaction, or none until told to
    Automine {
        #[arg(value_enum)]
        switch: Switch,
    },
    /// Make a block this often
    Interval {
        #[arg(value_parser = duration)]
        interval: Duration,
    },
    /// Move the time of blocks
    #[command(subcommand)]
    Time(Time),
    /// Remember this moment; prints its number
    Snapshot,
    /// Go back to a moment; it and later ones are forgotten
    Revert { id: u64 },
    /// Write the whole chain to a file
    Dump { file: PathBuf },
    /// Make the chain the one in a file
    Load { file: PathBuf },
    /// Begin the chain anew
    Reset {
        /// Another genesis (JSON) of the same chain id, prefix and staking coin
        #[arg(long, value_name = "FILE")]
        genesis: Option<PathBuf>,
    },
    /// Take transactions of an account without a valid signature
    Impersonate {
        #[command(flatten)]
        who: Who,
        /// End it
        #[arg(long)]
        stop: bool,
    },
    /// Make what an account has of some coins exactly that
    SetBalance {
        /// Address, or name of a key or contract
        account: String,
        /// Amounts separated by commas, like 1.5MARS,0USDC or 1500000umars
        coins: String,
    },
    /// Set the sequence of an account's next transaction
    SetSequence {
        /// Address, or name of a key or contract
        account: String,
        sequence: u64,
    },
    /// Set or remove a key of a contract's state
    SetState {
        contract: String,
        /// Hexadecimal
        key: String,
        /// Base64; nothing removes the key
        value: Option<String>,
    },
    /// Give a contract another code without calling it
    SetCode { contract: String, code_id: u64 },
    /// Show the parameters of the chain
    Params,
    /// Change parameters of the chain
    SetParams {
        /// JSON with those that change; `dev params` shows their names
        params: String,
    },
    /// Call a contract as the chain itself
    Sudo {
        contract: String,
        /// JSON
        msg: String,
        /// The most gas that it may use [default: 100000000, or what a block may use]
        #[arg(long, value_name = "GAS")]
        gas: Option<u64>,
    },
    /// List the transactions that wait for a block
    Mempool,
    /// Forget a transaction that waits
    Drop { hash: String },
    /// Show what contracts print with deps.api.debug
    Debug {
        /// Of this transaction alone
        hash: Option<String>,
        /// Go on with what comes, until interrupted
        #[arg(long, conflicts_with = "hash")]
        follow: bool,
    },
    /// Show every step of a transaction: calls, storage, events, errors in full
    Trace {
        /// Of a transaction in a block
        #[arg(required_unless_present = "tx")]
        hash: Option<String>,
        /// Of a transaction that is not sent, signed or not: a file with its bytes or their base64
        #[arg(long, value_name = "FILE", conflicts_with = "hash")]
        tx: Option<PathBuf>,
    },
    /// What the node says of itself
    Info,
    /// Turn the controls off until the node starts anew
    Lock,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
pub enum Time {
    /// Let all later blocks be later
    Increase {
        #[arg(value_parser = seconds)]
        by: Duration,
    },
    /// Set the time of the next block; the clock goes on from there
    Set {
        /// Like 2030-01-01T00:00:00Z, or nanoseconds since 1970
        time: String,
    },
    /// Set the time of the next block alone
    Next {
        /// Like 2030-01-01T00:00:00Z, or nanoseconds since 1970
        time: String,
    },
    /// Set how far the chain's time is ahead of the computer's clock
    Offset {
        #[arg(allow_negative_numbers = true)]
        milliseconds: i64,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// Address, or name of a key or contract
    account: Option<String>,
    /// Every account there is and will be
    #[arg(long)]
    everyone: bool,
}

/// The node's door for controls.
struct Door {
    http: reqwest::Client,
    url: String,
}

impl Door {
    fn open(context: &Context) -> Result<Self, Failure> {
        let node = context.chain()?.node().replacen("tcp://", "http://", 1);
        let http = reqwest::Client::builder().timeout(TIMEOUT).build();
        let http = http.map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { http, url: node.trim_end_matches('/').to_string() })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        // The causes below tell more than the error, which repeats the address.
        let first = std::error::Error::source(error);
        let causes = std::iter::successors(first, |cause| cause.source()).map(ToString::to_string);
        let reason = causes.collect::<Vec<_>>().join(": ");
        let reason = if reason.is_empty() { error.to_string() } else { reason };
        Error::Unreachable { node: self.url.clone(), reason }.into()
    }

    fn refused(&self, error: &Value) -> Failure {
        let (data, kind) = (text_of(error, "/data"), text_of(error, "/message"));
        match (part(error, "/code").as_i64(), kind.as_str()) {
            (Some(-32_601), _) if data.is_empty() => Failure::config(format!(
                "{} has no such developer control; marsd start runs a node that has them",
                self.url
            )),
            (Some(-32_601), _) => Failure::config(data),
            (_, "no_snapshot" | "no_account" | "no_contract" | "no_code" | "no_tx" | "not_pending") => {
                Error::NotFound(data).into()
            }
            (Some(-32_603), _) => Error::Internal(data).into(),
            _ => Failure::usage(data.strip_prefix(IN_PARAMS).unwrap_or(&data)),
        }
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let answer: Value = answer.json().await.map_err(|error| Error::Protocol {
            node: self.url.clone(),
            reason: format!("its answer is no JSON: {error}"),
        })?;
        match (answer.get("error"), answer.get("result")) {
            (Some(error), _) => Err(self.refused(error)),
            (None, Some(result)) => Ok(result.clone()),
            (None, None) => {
                let reason =
                    "its answer has neither result nor error; the controls are at the RPC port".into();
                Err(Error::Protocol { node: self.url.clone(), reason }.into())
            }
        }
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, Failure> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.read(self.http.post(&self.url).json(&body)).await
    }

    /// [`Door::call`] with an answer of a known form.
    async fn ask<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<(T, Value), Failure> {
        let answer = self.call(method, params).await?;
        let reason = |error: serde_json::Error| format!("its answer to {method}: {error}");
        let known = T::deserialize(&answer)
            .map_err(|error| Error::Protocol { node: self.url.clone(), reason: reason(error) })?;
        Ok((known, answer))
    }

    async fn dump(&self) -> Result<Vec<u8>, Failure> {
        let request = self.http.get(format!("{}/dev/dump", self.url));
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let found = answer.status().is_success();
        let bytes = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if found {
            return Ok(bytes.into());
        }
        let refusal: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Err(self.refused(refusal.get("error").unwrap_or(&json!({ "code": -32_601 }))))
    }

    async fn load(&self, bytes: Vec<u8>) -> Result<Value, Failure> {
        self.read(self.http.post(format!("{}/dev/load", self.url)).body(bytes)).await
    }
}

/// Lets the node take transactions of `account` without a signature while `sending` lasts.
pub async fn impersonated<T>(
    context: &Context,
    account: &AccountId,
    sending: impl Future<Output = mars_client::Result<T>>,
) -> Result<T, Failure> {
    let door = Door::open(context)?;
    let (info, _) = door.ask::<NodeInfo>("dev_nodeInfo", json!({})).await?;
    let already =
        info.everyone_impersonated || info.impersonated.iter().any(|known| known == account.as_ref());
    if !already {
        door.call("dev_impersonate", json!([account.as_ref(), true])).await?;
    }
    let sent = sending.await;
    if !already {
        door.call("dev_impersonate", json!([account.as_ref(), false])).await?;
    }
    Ok(sent?)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::config(format!("{}: {error}", file.display())))
}

fn parse(what: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::usage(format!("{what} is no JSON: {error}")))
}

/// A part of an answer; `null` where there is none.
fn part(value: &Value, pointer: &str) -> Value {
    value.pointer(pointer).cloned().unwrap_or_default()
}

/// A part of an answer as a text; empty where there is none.
fn text_of(value: &Value, pointer: &str) -> String {
    match part(value, pointer) {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn debug_text(line: &DebugLine) -> String {
    let tx = line.tx.as_deref().unwrap_or("-");
    format!("{} {} {} {}: {}", line.height, line.during, tx, line.contract, line.text)
}

impl Dev {
    pub async fn run(self, context: &Context) -> Outcome {
        let door = Door::open(context)?;
        let done = |text: &str| Shown::new(json!({}), text);
        let address = |who: &str| context.address(who);
        match self {
            Self::Mine { blocks, step } => {
                let params = json!({ "blocks": blocks, "step_ms": step.map(milliseconds) });
                let made = door.call("dev_mine", params).await?;
                let text = format!("the newest block is {}", text_of(&made, "/height"));
                Ok(Shown::new(made, text))
            }
            Self::Automine { switch } => {
                let on = matches!(switch, Switch::On);
                door.call("dev_setAutomine", json!([on])).await?;
                Ok(done(if on { "a block for each transaction" } else { "blocks only when told to" }))
            }
            Self::Interval { interval } => {
                door.call("dev_setInterval", json!([milliseconds(interval)])).await?;
                Ok(done("a block by the clock"))
            }
            Self::Time(time) => {
                let (method, params) = match time {
                    Time::Increase { by } => ("dev_increaseTime", json!([by.as_secs()])),
                    Time::Set { time } => ("dev_setTime", json!([time])),
                    Time::Next { time } => ("dev_setNextBlockTime", json!([time])),
                    Time::Offset { milliseconds } => ("dev_setTimeOffset", json!([milliseconds])),
                };
                door.call(method, params).await?;
                let (info, answer) = door.ask::<NodeInfo>("dev_nodeInfo", json!({})).await?;
                Ok(Shown::new(answer, format!("a block now would be of {}", info.next_time)))
            }
            Self::Snapshot => {
                let id = door.call("dev_snapshot", json!({})).await?;
                let text = text_of(&id, "/id");
                Ok(Shown::new(id, text))
            }
            Self::Revert { id } => {
                door.call("dev_revert", json!([id])).await?;
                Ok(done("reverted"))
            }
            Self::Dump { file } => {
                let bytes = door.dump().await?;
                fs::write(&file, &bytes)
                    .map_err(|error| Failure::config(format!("{}: {error}", file.display())))?;
                let text = format!("{} bytes in {}", bytes.len(), file.display());
                Ok(Shown::new(json!({ "bytes": bytes.len() }), text))
            }
            Self::Load { file } => {
                door.load(read(&file)?).await?;
                Ok(done("loaded"))
            }
            Self::Reset { genesis } => {
                let genesis =
                    genesis.map(|file| parse("the genesis", &String::from_utf8_lossy(&read(&file)?)));
                door.call("dev_reset", json!({ "genesis": genesis.transpose()? })).await?;
                Ok(done("the chain begins anew"))
            }
            Self::Impersonate { who: Who { account, .. }, stop } => {
                let on = !stop;
                match account {
                    Some(account) => door.call("dev_impersonate", json!([address(&account)?, on])).await?,
                    None => door.call("dev_autoImpersonate", json!([on])).await?,
                };
                Ok(done(if on { "no signature is needed" } else { "signatures are needed again" }))
            }
            Self::SetBalance { account, coins } => {
                let coins = context.in_base_units(&coins)?;
                door.call("dev_setBalance", json!([address(&account)?, coins])).await?;
                Ok(done("set"))
            }
            Self::SetSequence { account, sequence } => {
                door.call("dev_setSequence", json!([address(&account)?, sequence])).await?;
                Ok(done("set"))
            }
            Self::SetState { contract, key, value } => {
                let text = if value.is_some() { "set" } else { "removed" };
                door.call("dev_setContractState", json!([address(&contract)?, key, value])).await?;
                Ok(done(text))
            }
            Self::SetCode { contract, code_id } => {
                door.call("dev_setContractCode", json!([address(&contract)?, code_id])).await?;
                Ok(done("set"))
            }
            Self::Params => Ok(Shown::fields_of(door.call("dev_params", json!({})).await?)),
            Self::SetParams { params } => {
                door.call("dev_setParams", json!([parse("the object of parameters", &params)?])).await?;
                Ok(Shown::fields_of(door.call("dev_params", json!({})).await?))
            }
            Self::Sudo { contract, msg, gas } => {
                let params = json!([address(&contract)?, parse("the message", &msg)?, gas]);
                carried_out(door.call("dev_sudo", params).await?)
            }
            Self::Mempool => {
                let answer = door.call("dev_mempool", json!({})).await?;
                let waiting: Vec<Waiting> = serde_json::from_value(part(&answer, "/txs"))
                    .map_err(|error| Error::Internal(error.to_string()))?;
                let rows = waiting
                    .into_iter()
                    .map(|tx| [tx.hash, tx.sender, tx.messages.join(" "), tx.gas_limit.to_string(), tx.fee]);
                Ok(Shown::new(answer, list(&["hash", "sender", "messages", ">gas", "fee"], rows)))
            }
            Self::Drop { hash } => {
                door.call("dev_dropTx", json!([hash])).await?;
                Ok(done("dropped"))
            }
            Self::Debug { follow: true, .. } => follow(&door, context).await,
            Self::Debug { hash, .. } => {
                let answer = match hash {
                    Some(hash) => door.call("dev_debugOutput", json!([hash])).await?,
                    None => door.call("dev_followDebug", json!([0, 0])).await?,
                };
                let text: Vec<String> = lines(&answer)?.iter().map(debug_text).collect();
                Ok(Shown::new(answer, text.join("\n")))
            }
            Self::Trace { hash, tx } => {
                let params = match tx {
                    Some(file) => json!({ "tx": base64_of(&read(&file)?) }),
                    None => json!({ "hash": hash }),
                };
                let (trace, answer) = door.ask::<Trace>("dev_trace", params).await?;
                Ok(Shown::new(answer, trace))
            }
            Self::Info => Ok(Shown::fields_of(door.call("dev_nodeInfo", json!({})).await?)),
            Self::Lock => {
                door.call("dev_lock", json!({})).await?;
                Ok(done("the controls are off until the node starts anew"))
            }
        }
    }
}

/// A transaction of the node's own: its result, or the failure that it was.
fn carried_out(sent: Value) -> Outcome {
    let number = |pointer: &str| text_of(&sent, pointer).parse().unwrap_or(0);
    let (txhash, height) = (text_of(&sent, "/hash"), number("/height"));
    let (gas_used, gas_wanted) = (number("/tx_result/gas_used"), number("/tx_result/gas_wanted"));
    let refused = Refused {
        codespace: text_of(&sent, "/tx_result/codespace"),
        code: part(&sent, "/tx_result/code").as_u64().and_then(|code| code.try_into().ok()).unwrap_or(0),
        log: text_of(&sent, "/tx_result/log"),
    };
    if refused.code != 0 {
        return Err(Error::Failed { txhash, height, gas_used, gas_wanted, refused }.into());
    }
    let text = format!("transaction {txhash} in block {height}, {gas_used} gas used");
    Ok(Shown::new(sent, text).with_essence(txhash))
}

fn lines(answer: &Value) -> Result<Vec<DebugLine>, Failure> {
    serde_json::from_value(part(answer, "/lines")).map_err(|error| Error::Internal(error.to_string()).into())
}

async fn follow(door: &Door, context: &Context) -> Outcome {
    let mut last = 0;
    loop {
        let answer = door.call("dev_followDebug", json!([last, FOLLOW])).await?;
        for line in lines(&answer)? {
            last = line.number;
            let json = serde_json::to_value(&line).unwrap_or_default();
            let read = Shown::new(json, debug_text(&line)).print_line(context.globals.form());
            if !read.map_err(|error| Error::Internal(error.to_string()))? {
                return Ok(Shown::nothing());
            }
        }
    }
}

/// The base64 of a transaction that a file has in bytes or in base64.
fn base64_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes).map(str::trim) {
        Ok(text) if STANDARD.decode(text).is_ok() => text.to_string(),
        _ => STANDARD.encode(bytes),
    }
}
