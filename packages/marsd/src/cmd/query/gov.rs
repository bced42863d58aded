use clap::Subcommand;
use cosmwasm_std::{BankMsg, CosmosMsg, Uint128, WasmMsg};
use mars_client::chain::Chain;
use mars_types::InvariantsResponse;
use mars_types::governance::{
    ConfigResponse, ProposalResponse, ProposalSummary, ProposalsResponse, QueryMsg, ReceiptsResponse, Tally,
    VoteResponse, VotesResponse, WeightResponse,
};
use mars_types::voting::VotingPowerResponse;
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::cmd::query::treasury::{invariants, token};
use crate::cmd::query::{ask, json_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list, utc};

/// The MarsDAO's name in the network file.
pub const DAO: &str = "governance";

#[derive(Debug, Subcommand)]
pub enum Gov {
    /// Proposals, newest first
    Proposals {
        #[arg(long, value_name = "ID")]
        start_before: Option<u64>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// One proposal: how it stands, and what it would do
    Proposal { proposal: u64 },
    /// How an account voted
    Vote {
        proposal: u64,
        /// Address, or name of a key or contract
        voter: String,
    },
    /// All votes on a proposal
    Votes {
        proposal: u64,
        #[arg(long, value_name = "ADDRESS")]
        start_after: Option<String>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// What each message of an executed proposal gave
    Receipts { proposal: u64 },
    /// What an account may vote with
    Power {
        /// Address, or name of a key or contract
        account: String,
        /// Default: the block before the next
        #[arg(long, value_name = "N")]
        after_block: Option<u64>,
    },
    /// Guardian, parameters, sources of power and contracts
    Config,
    /// The books recomputed from the state
    Invariants,
}

impl Gov {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Proposals { start_before, limit } => {
                let query = QueryMsg::Proposals { start_before, limit };
                let answer: ProposalsResponse = ask(context, chain, DAO, &query).await?;
                let rows = answer.proposals.iter().map(|one| row(context, one));
                let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
                let table = list(&[">id", "state", "title", ">for", ">against", ">needs", "until"], rows);
                Ok(Shown::new(json_of(&answer)?, table))
            }
            Self::Proposal { proposal } => one(context, chain, proposal).await,
            Self::Vote { proposal, voter } => {
                let query = QueryMsg::Vote { proposal, voter: context.address(&voter)? };
                let answer: VoteResponse = ask(context, chain, DAO, &query).await?;
                let text = match &answer.vote {
                    Some(vote) => format!("{} with {}", vote.choice, token(context, "xms", vote.power)?),
                    None => "has not voted".into(),
                };
                Ok(Shown::new(json_of(&answer)?, text))
            }
            Self::Votes { proposal, start_after, limit } => {
                let query = QueryMsg::Votes { proposal, start_after, limit };
                let answer: VotesResponse = ask(context, chain, DAO, &query).await?;
                let rows = answer.votes.iter().map(|vote| -> Result<_, Failure> {
                    let power = token(context, "xms", vote.power)?;
                    Ok([vote.voter.to_string(), vote.choice.to_string(), power])
                });
                let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
                Ok(Shown::new(json_of(&answer)?, list(&["voter", "vote", ">power"], rows)))
            }
            Self::Receipts { proposal } => {
                let answer: ReceiptsResponse =
                    ask(context, chain, DAO, &QueryMsg::Receipts { proposal }).await?;
                let rows = answer.receipts.iter().map(|receipt| {
                    let data = receipt.data.as_ref().map_or("-".into(), ToString::to_string);
                    [receipt.message.to_string(), "done".into(), data]
                });
                Ok(Shown::new(json_of(&answer)?, list(&[">message", "result", "data"], rows)))
            }
            Self::Power { account, after_block } => {
                let query = QueryMsg::Power { address: context.address(&account)?, height: after_block };
                let answer: VotingPowerResponse = ask(context, chain, DAO, &query).await?;
                Ok(Shown::new(json_of(&answer)?, token(context, "xms", answer.power)?))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, DAO, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse = ask(context, chain, DAO, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}

fn row(context: &Context, one: &ProposalSummary) -> Result<[String; 7], Failure> {
    Ok([
        one.proposal.to_string(),
        one.status.to_string(),
        one.title.clone(),
        token(context, "xms", one.tally.votes_for)?,
        token(context, "xms", one.tally.against)?,
        token(context, "xms", one.quorum)?,
        utc(one.eta.unwrap_or(one.ends)),
    ])
}

async fn one(context: &Context, chain: &Chain, proposal: u64) -> Outcome {
    let answer: ProposalResponse = ask(context, chain, DAO, &QueryMsg::Proposal { proposal }).await?;
    let messages = answer.messages.clone();
    let weight: WeightResponse =
        ask(context, chain, DAO, &QueryMsg::Weight { messages: messages.clone() }).await?;
    let does = rendered(context, &messages, &weight).await?;
    let Tally { votes_for, against, abstain } = answer.tally;
    let xms = |value: Uint128| token(context, "xms", value);
    let mut rows = vec![
        ("proposal", format!("{} {}", answer.proposal, answer.title)),
        ("state", answer.status.to_string()),
        ("proposer", named(context, answer.proposer.as_str())),
        ("for", format!("{}, needs {}", xms(votes_for)?, xms(answer.quorum)?)),
        ("against", xms(against)?),
        ("abstain", xms(abstain)?),
        ("weight", if answer.heavy { "heavy" } else { "light" }.into()),
        ("power as of", format!("block {}", answer.snapshot_height)),
        ("vote", format!("{} to {}", utc(answer.starts), utc(answer.ends))),
    ];
    if let Some(eta) = answer.eta {
        rows.push(("can be executed", format!("{} to {}", utc(eta), utc(answer.expires))));
    }
    if let Some(dry_run) = &answer.dry_run {
        rows.push(("simulated before", dry_run.clone()));
    }
    let mut json = json_of(&answer)?;
    if let Some(object) = json.as_object_mut() {
        object.insert("would_do".into(), json!(does));
    }
    let does = in_lines(&does);
    // Set off, so that nobody's description passes for what comes behind it.
    let description = answer.description.trim().replace('\n', "\n  ");
    let text = format!("{}\n\n  {description}\n\nwhat it does\n{does}", fields(rows));
    Ok(Shown::new(json, text))
}

/// What messages of the DAO would do, one text each: contracts by name, parameters as they change.
pub async fn rendered(
    context: &Context,
    messages: &[CosmosMsg],
    weight: &WeightResponse,
) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    for (number, message) in (1u64..).zip(messages) {
        let heavy = if weight.heavy_messages.contains(&number) { " (heavy)" } else { "" };
        texts.push(format!("{number}. {}{heavy}", text(context, message).await?));
    }
    Ok(texts)
}

/// What [`rendered`] gives, for people.
pub fn in_lines(does: &[String]) -> String {
    if does.is_empty() { "nothing: it is a text".into() } else { does.join("\n") }
}

async fn text(context: &Context, message: &CosmosMsg) -> Result<String, Failure> {
    let name = |address: &str| named(context, address);
    let coins = |coins: &[cosmwasm_std::Coin]| {
        let coins = coins.iter().map(|coin| context.show_coin(&coin.denom, &coin.amount.to_string()));
        coins.collect::<Vec<_>>().join(", ")
    };
    Ok(match message {
        CosmosMsg::Bank(BankMsg::Send { to_address, amount }) => {
            format!("the DAO sends {} to {}", coins(amount), name(to_address))
        }
        CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) => {
            let along = if funds.is_empty() { String::new() } else { format!(" with {}", coins(funds)) };
            let call = match serde_json::from_slice::<Value>(msg) {
                Ok(call) => call_text(context, contract_addr, call).await,
                Err(_) => format!("a message that is not JSON: {msg}"),
            };
            format!("{}{along}: {call}", name(contract_addr))
        }
        CosmosMsg::Wasm(WasmMsg::Migrate { contract_addr, new_code_id, msg }) => {
            let code = match context.chain()?.code(*new_code_id).await {
                Ok((code, _)) => format!("checksum {}", hex::encode(code.data_hash)),
                Err(_) => "which the chain does not have".into(),
            };
            let msg = String::from_utf8_lossy(msg);
            format!("{} gets code {new_code_id}, {code}, with {msg}", name(contract_addr))
        }
        CosmosMsg::Wasm(WasmMsg::UpdateAdmin { contract_addr, admin }) => {
            format!("{} may be migrated by {}", name(contract_addr), name(admin))
        }
        CosmosMsg::Wasm(WasmMsg::ClearAdmin { contract_addr }) => {
            format!("nobody may ever migrate {}", name(contract_addr))
        }
        other => json_of(other)?.to_string(),
    })
}

/// A call by its name and fields; of new parameters only what changes.
async fn call_text(context: &Context, contract: &str, mut call: Value) -> String {
    for inside in ["/send/msg", "/call_dao/msg"] {
        if let Some(inner) = call.pointer_mut(inside) {
            open(inner);
        }
    }
    let Some((verb, fields)) =
        call.as_object().filter(|call| call.len() == 1).and_then(|call| call.iter().next())
    else {
        return call.to_string();
    };
    if let Some(params) = fields.get("params")
        && let Some(changes) = changes(context, contract, params).await
    {
        return format!("{verb}: {changes}");
    }
    let mut text = fields.to_string();
    if let Ok(network) = context.network() {
        for (name, contract) in &network.mars.contracts {
            text = text.replace(&contract.address, name);
        }
    }
    format!("{verb} {text}")
}

/// `name: before → after` of each parameter that differs from what the contract has now.
async fn changes(context: &Context, contract: &str, params: &Value) -> Option<String> {
    let config: Value = context.chain().ok()?.smart(contract, &json!({"config": {}})).await.ok()?;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    leaves("", config.get("params")?, &mut before);
    leaves("", params, &mut after);
    let differ = after.iter().filter_map(|(name, value)| {
        let old = before.iter().find(|(of, _)| of == name).map_or("none", |(_, old)| old);
        (old != value).then(|| format!("{name}: {old} → {value}"))
    });
    let differ: Vec<String> = differ.collect();
    Some(if differ.is_empty() { "nothing changes".into() } else { differ.join(", ") })
}

fn leaves(path: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                leaves(&if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, value, out);
            }
        }
        Value::String(text) => out.push((path.into(), text.clone())),
        other => out.push((path.into(), other.to_string())),
    }
}

/// The message inside a cw20 `send` or a `call_dao`, in clear.
fn open(inner: &mut Value) {
    let binary = serde_json::from_value::<cosmwasm_std::Binary>(inner.clone()).ok();
    if let Some(clear) = binary.and_then(|binary| serde_json::from_slice::<Value>(&binary).ok()) {
        *inner = clear;
    }
}

/// A contract of the network by its name, anyone else by the address.
fn named(context: &Context, address: &str) -> String {
    let contracts = context.network().ok().map(|network| &network.mars.contracts);
    let found =
        contracts.and_then(|contracts| contracts.iter().find(|(_, contract)| contract.address == address));
    found.map_or_else(|| address.into(), |(name, _)| name.clone())
}
