//! Proposals to the MarsDAO: the file that people write, the messages that it becomes, and what a simulation of them
//! in the DAO's name says.

use std::fs;
use std::path::Path;

use cosmrs::Any;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmwasm_std::{BankMsg, Binary, CosmosMsg, WasmMsg, to_json_binary};
use cw20::Cw20ExecuteMsg;
use mars_types::treasury;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::amount::Amount;
use crate::chain::Chain;
use crate::deploy::substitute_all;
use crate::message::{self, Instance};
use crate::network::Asset;
use crate::{Error, Refused, Result, tx};

/// The file, TOML or JSON. In its messages `${NAME}` stands for the address of a contract or a key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    pub title: String,
    pub description: String,
    /// In the order in which they are carried out.
    #[serde(default)]
    pub messages: Vec<Action>,
}

/// One message, as people write it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Calls a contract.
    Execute {
        /// Name of a contract of the network, or address.
        contract: String,
        msg: Value,
        /// Coins of the DAO that go along, like `5MARS`.
        #[serde(default)]
        funds: Option<String>,
    },
    /// Has the treasury call another DAO, with whatever it has there.
    CallDao { contract: String, msg: Value },
    /// Sends coins or tokens of the DAO; tokens with a message for the contract that gets them, if there is one.
    Send { to: String, amount: String, msg: Option<Value> },
    /// Gives a contract new code.
    Migrate { contract: String, code_id: u64, msg: Value },
    /// Names the one who may migrate a contract.
    SetAdmin { contract: String, admin: String },
}

/// Who a name stands for.
pub type Names<'a> = dyn Fn(&str) -> Result<String> + Sync + 'a;

impl Proposal {
    /// Reads the file: JSON if its name ends so, else TOML.
    pub fn load(path: &Path) -> Result<Self> {
        let wrong =
            |e: &dyn std::fmt::Display| Error::Config(format!("proposal file {}: {e}", path.display()));
        let text = fs::read_to_string(path).map_err(|e| wrong(&e))?;
        if path.extension().is_some_and(|extension| extension == "json") {
            return serde_json::from_str(&text).map_err(|e| wrong(&e));
        }
        toml::from_str(&text).map_err(|e| wrong(&e))
    }

    /// The messages as the chain knows them.
    pub fn messages(&self, names: &Names<'_>, assets: &[Asset]) -> Result<Vec<CosmosMsg>> {
        self.messages.iter().map(|action| action.message(names, assets)).collect()
    }
}

impl Action {
    fn message(&self, names: &Names<'_>, assets: &[Asset]) -> Result<CosmosMsg> {
        let json =
            |msg: &Value| Ok::<_, Error>(Binary::from(substitute_all(msg, names)?.to_string().into_bytes()));
        Ok(match self {
            Self::Execute { contract, msg, funds } => WasmMsg::Execute {
                contract_addr: names(contract)?,
                msg: json(msg)?,
                funds: funds.as_deref().map_or(Ok(vec![]), |text| coins(text, assets))?,
            }
            .into(),
            Self::CallDao { contract, msg } => {
                let call = treasury::ExecuteMsg::CallDao { contract: names(contract)?, msg: json(msg)? };
                WasmMsg::Execute { contract_addr: names("treasury")?, msg: binary(&call)?, funds: vec![] }
                    .into()
            }
            Self::Send { to, amount, msg } => {
                let amount_of = Amount::parse(amount, assets)?;
                let to = names(to)?;
                match (amount_of.asset.cw20_address(), msg) {
                    (None, None) => BankMsg::Send { to_address: to, amount: coins(amount, assets)? }.into(),
                    (None, Some(_)) => {
                        return Err(Error::Usage(format!(
                            "{amount} is no token: coins go along with execute"
                        )));
                    }
                    (Some(token), msg) => {
                        let amount = amount_of.value;
                        let send = match msg {
                            None => Cw20ExecuteMsg::Transfer { recipient: to, amount },
                            Some(msg) => Cw20ExecuteMsg::Send { contract: to, amount, msg: json(msg)? },
                        };
                        WasmMsg::Execute { contract_addr: token.into(), msg: binary(&send)?, funds: vec![] }
                            .into()
                    }
                }
            }
            Self::Migrate { contract, code_id, msg } => {
                WasmMsg::Migrate { contract_addr: names(contract)?, new_code_id: *code_id, msg: json(msg)? }
                    .into()
            }
            Self::SetAdmin { contract, admin } => {
                WasmMsg::UpdateAdmin { contract_addr: names(contract)?, admin: names(admin)? }.into()
            }
        })
    }
}

fn binary(msg: &impl Serialize) -> Result<Binary> {
    to_json_binary(msg).map_err(|e| Error::Internal(e.to_string()))
}

fn coins(text: &str, assets: &[Asset]) -> Result<Vec<cosmwasm_std::Coin>> {
    let coin = |amount: Amount| match amount.asset.cw20_address() {
        None => Ok(cosmwasm_std::Coin { denom: amount.asset.base, amount: amount.value }),
        Some(_) => Err(Error::Usage(format!("{amount} is a token and no coin"))),
    };
    Amount::parse_list(text, assets)?.into_iter().map(coin).collect()
}

/// What came of a simulation of a proposal's messages: in order, in one transaction that no block holds, in the DAO's
/// name, on the state of the latest block (R65).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    pub outcome: Simulated,
    /// For people, and for the proposal.
    pub text: String,
}

/// What would become of a proposal's messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Simulated {
    Succeeds,
    /// The chain would refuse them.
    Fails(Refused),
    /// Nobody knows before they are carried out.
    Unknown,
}

/// Simulates the messages of a proposal. Nothing is signed and nothing is sent.
///
/// Errors: the node does not answer. That a message would fail is no error.
pub async fn dry_run(chain: &Chain, dao: &str, messages: &[CosmosMsg]) -> Result<DryRun> {
    let messages: Vec<Any> = match messages.iter().map(|message| any(message, dao)).collect() {
        Ok(messages) => messages,
        Err(kind) => {
            let text = format!("{kind} cannot be simulated");
            return Ok(DryRun { outcome: Simulated::Unknown, text });
        }
    };
    let height = chain.status().await?.height;
    let all = match messages.len() {
        0 => return Ok(DryRun { outcome: Simulated::Succeeds, text: "no messages".into() }),
        1 => "the message succeeds".into(),
        count => format!("all {count} messages succeed"),
    };
    match tx::simulate_for_contract(chain, &messages).await {
        Ok(gas) => {
            let text = format!("after block {height} {all}, with gas {gas}");
            Ok(DryRun { outcome: Simulated::Succeeds, text })
        }
        Err(Error::Rejected(refused)) => {
            let text = format!("after block {height} it fails: {refused}");
            Ok(DryRun { outcome: Simulated::Fails(refused), text })
        }
        Err(other) => Err(other),
    }
}

/// A message of the DAO as a transaction would carry it; else what it is.
fn any(message: &CosmosMsg, dao: &str) -> Result<Any, &'static str> {
    let coins = |coins: &[cosmwasm_std::Coin]| {
        let coin =
            |coin: &cosmwasm_std::Coin| Coin { denom: coin.denom.clone(), amount: coin.amount.to_string() };
        coins.iter().map(coin).collect::<Vec<_>>()
    };
    let json = |msg: &Binary| serde_json::from_slice::<Value>(msg).map_err(|_| "a message that is not JSON");
    Ok(match message {
        CosmosMsg::Bank(BankMsg::Send { to_address, amount }) => {
            message::bank_send(dao, to_address, coins(amount))
        }
        CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) => {
            message::execute_raw(dao, contract_addr, msg.to_vec(), coins(funds))
        }
        CosmosMsg::Wasm(WasmMsg::Migrate { contract_addr, new_code_id, msg }) => {
            message::migrate(dao, contract_addr, *new_code_id, &json(msg)?)
        }
        CosmosMsg::Wasm(WasmMsg::UpdateAdmin { contract_addr, admin }) => {
            message::set_admin(dao, contract_addr, Some(admin))
        }
        CosmosMsg::Wasm(WasmMsg::ClearAdmin { contract_addr }) => {
            message::set_admin(dao, contract_addr, None)
        }
        CosmosMsg::Wasm(WasmMsg::Instantiate { admin, code_id, msg, funds, label }) => {
            let instance = Instance {
                code_id: *code_id,
                label: label.clone(),
                admin: admin.clone(),
                msg: json(msg)?,
                funds: coins(funds),
            };
            message::instantiate(dao, instance)
        }
        _ => return Err("a message of this kind"),
    })
}

/// A file for people to start from.
pub const TEMPLATES: &[(&str, &str)] = &[
    (
        "text",
        r#"title = "What is to be decided"
description = "Why. A proposal without messages is a text to be decided on."
"#,
    ),
    (
        "params",
        r#"title = "Unbond in eight days"
description = "Why. All parameters are replaced, so all are named; see marsd query staking config."

[[messages]]
[messages.execute]
contract = "staking"
msg = { update_params = { params = { unbonding = 691200, buy_back_window = 86400 } } }
"#,
    ),
    (
        "asset",
        r#"title = "Lower the cap of BUSD"
description = "Why. The cap is in base units of the asset."

[[messages]]
[messages.execute]
contract = "treasury"
msg = { update_asset = { asset = { native = "ubusd" }, cap = "25000000000000" } }
"#,
    ),
    (
        "price",
        r#"title = "XMS is priced by its pool"
description = """
Why. From half an hour after its first liquidity a pool tells a price. The feeders stay beside it: where both are more than
5 % apart there is none. Keep the feeders and their rules as they are, see marsd query oracle sources: with any change to them
what they said is forgotten, and XMS has no price until they report anew."""

[[messages]]
[messages.execute]
contract = "oracle"
[messages.execute.msg.set_source]
asset = { cw20 = "${xms}" }
[messages.execute.msg.set_source.source.guarded]
bound = 500
[[messages.execute.msg.set_source.source.guarded.sources]]
[messages.execute.msg.set_source.source.guarded.sources.twap]
swap = "${swap}"
pools = [1]
rules = { min_depth = "50000000000", min_age = 1800 }
[[messages.execute.msg.set_source.source.guarded.sources]]
[messages.execute.msg.set_source.source.guarded.sources.feeders]
feeders = ["${feeder1}", "${feeder2}", "${feeder3}"]
rules = { max_age = 120, deviation = 200, memory = 600, min_fresh = 3 }
"#,
    ),
    (
        "recovery",
        r#"title = "Exchange USDM for the assets behind it"
description = "Why. It ends with end_recovery = {}, or by itself when XMS carries redemptions again."

[[messages]]
[messages.execute]
contract = "treasury"
msg = { declare_recovery = {} }
"#,
    ),
    (
        "vote",
        r#"title = "Vote in another DAO"
description = "Why. The treasury votes, with what it holds or was lent there."

[[messages]]
[messages.call_dao]
contract = "mars1address-of-the-other-dao"
msg = { vote = { proposal = 1, choice = "for" } }
"#,
    ),
    (
        "chain-vote",
        r#"title = "Vote in the chain's own governance"
description = "Why. The treasury votes, with what it has staked: yes, no, abstain or no_with_veto."

[[messages]]
[messages.execute]
contract = "treasury"
msg = { vote_chain = { proposal = 1, option = "yes" } }
"#,
    ),
    (
        "spend",
        r#"title = "Pay the auditors"
description = "Why. The treasury gives XMS out of its reserve."

[[messages]]
[messages.execute]
contract = "treasury"
msg = { withdraw_reserve = { amount = "1000000", recipient = "${voter}" } }
"#,
    ),
    (
        "send",
        r#"title = "Give what the DAO holds itself"
description = "Why. Coins or tokens; tokens may carry a message, like that which funds an emission."

[[messages]]
[messages.send]
to = "staking"
amount = "1000XMS"
msg = { fund_emission = {} }
"#,
    ),
    (
        "migrate",
        r#"title = "New code for the oracle"
description = "Why. Store the code first: marsd tx wasm store."

[[messages]]
[messages.migrate]
contract = "oracle"
code_id = 1
msg = {}
"#,
    ),
    (
        "guardian",
        r#"title = "Another guardian"
description = "Why. A proposal that only replaces guardians is beyond their veto. The sunset never moves later."

[[messages]]
[messages.execute]
contract = "governance"
msg = { set_guardian = { guardian = { address = "${keeper}", sunset = 1900000000 } } }

[[messages]]
[messages.execute]
contract = "treasury"
msg = { set_guardian = { guardian = { address = "${keeper}", sunset = 1900000000 } } }
"#,
    ),
    (
        "dao",
        r#"title = "A longer vote"
description = "Why. All numbers of the DAO are replaced, so all are named; see marsd query gov config."

[[messages]]
[messages.execute]
contract = "governance"
[messages.execute.msg.update_params.params]
threshold = 25
quorum = 250
heavy_quorum = 1000
delay = 86400
voting = 604800
timelock = 172800
grace = 1209600
"#,
    ),
    (
        "votes",
        r#"title = "What is locked votes too"
description = "Why. A source of votes tells the power of every account at every height, as staking does."

[[messages]]
[messages.execute]
contract = "governance"
msg = { update_sources = { add = ["mars1address-of-a-source"], remove = [] } }
"#,
    ),
    (
        "contracts",
        r#"title = "A contract joins the protocol"
description = """
Why. The DAO takes the ownership that it offers, and knows by its role which of its messages are light: treasury, oracle, swap,
staking, collector; all are heavy of any other."""

[[messages]]
[messages.execute]
contract = "governance"
msg = { update_contracts = { add = [{ role = "other", address = "mars1address-of-the-contract" }], remove = [] } }
"#,
    ),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(name: &str) -> Result<String> {
        Ok(format!("mars1{name}"))
    }

    fn assets() -> Vec<Asset> {
        vec![Asset::native("uusdc", "USDC", 6), Asset::cw20("mars1xms", "XMS", 6)]
    }

    fn messages(text: &str) -> Result<Vec<CosmosMsg>> {
        toml::from_str::<Proposal>(text).unwrap().messages(&names, &assets())
    }

    #[test]
    fn every_template_is_a_proposal() {
        for (kind, text) in TEMPLATES {
            let messages = messages(text);
            // The asset of `asset` is named in full, that of `send` by its symbol.
            assert!(messages.is_ok(), "{kind}: {messages:?}");
            assert_eq!(messages.unwrap().is_empty(), *kind == "text");
        }
    }

    #[test]
    fn names_become_addresses_and_tokens_are_sent_with_their_message() {
        let (_, text) = TEMPLATES.iter().find(|(kind, _)| *kind == "send").unwrap();
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, .. }) = &messages(text).unwrap()[0] else {
            panic!("a call");
        };
        assert_eq!(contract_addr, "mars1xms");
        let sent: Cw20ExecuteMsg = cosmwasm_std::from_json(msg).unwrap();
        let Cw20ExecuteMsg::Send { contract, amount, msg } = sent else { panic!("a send") };
        assert_eq!((contract.as_str(), amount.u128()), ("mars1staking", 1_000_000_000));
        assert_eq!(msg.as_slice(), br#"{"fund_emission":{}}"#);

        let (_, text) = TEMPLATES.iter().find(|(kind, _)| *kind == "spend").unwrap();
        let CosmosMsg::Wasm(WasmMsg::Execute { msg, .. }) = &messages(text).unwrap()[0] else {
            panic!("a call");
        };
        let msg: Value = serde_json::from_slice(msg).unwrap();
        assert_eq!(msg, json!({"withdraw_reserve": {"amount": "1000000", "recipient": "mars1voter"}}));
    }

    #[test]
    fn the_treasury_is_told_to_call_another_dao_with_the_message_inside() {
        let (_, text) = TEMPLATES.iter().find(|(kind, _)| *kind == "vote").unwrap();
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) = &messages(text).unwrap()[0]
        else {
            panic!("a call");
        };
        assert_eq!((contract_addr.as_str(), funds.as_slice()), ("mars1treasury", &[][..]));
        let call: treasury::ExecuteMsg = cosmwasm_std::from_json(msg).unwrap();
        let treasury::ExecuteMsg::CallDao { contract, msg } = call else { panic!("a call of another DAO") };
        assert_eq!(contract, "mars1mars1address-of-the-other-dao");
        assert_eq!(msg.as_slice(), br#"{"vote":{"choice":"for","proposal":1}}"#);
    }

    #[test]
    fn coins_are_sent_by_the_bank_and_carry_no_message() {
        let text = "title = 't'\ndescription = 'd'\n[[messages]]\nsend = { to = 'voter', amount = '5USDC' }";
        let sent: CosmosMsg = BankMsg::Send {
            to_address: "mars1voter".into(),
            amount: cosmwasm_std::coins(5_000_000, "uusdc"),
        }
        .into();
        assert_eq!(messages(text).unwrap(), [sent]);
        let with = text.replace("'5USDC'", "'5USDC', msg = { x = 1 }");
        assert!(messages(&with).is_err());
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            Proposal::load(&file).map(|_| ()).unwrap_err().to_string()
        };
        assert!(refused("a.toml", "title = 't'\ndescripton = 'd'").contains("descripton"));
        assert!(
            refused("a.json", r#"{"title": "t", "description": "d", "messages": [{"burn": {}}]}"#)
                .contains("burn")
        );
        assert!(Proposal::load(&folder.path().join("none.toml")).is_err());
    }
}
