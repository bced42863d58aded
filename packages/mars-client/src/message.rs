//! The messages that a transaction carries, and how people read them before they sign.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cosmrs::Any;
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgStoreCode, MsgUpdateAdmin,
};
use prost::{Message, Name};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Error, Result, wasm};

/// Sends coins of the bank module.
pub fn bank_send(from: &str, to: &str, coins: Vec<Coin>) -> Any {
    any(&MsgSend { from_address: from.into(), to_address: to.into(), amount: sorted(coins) })
}

/// Stores a contract's code, compressed.
pub fn store_code(sender: &str, wasm: &[u8]) -> Result<Any> {
    let wasm_byte_code = wasm::compress(wasm)?;
    Ok(any(&MsgStoreCode { sender: sender.into(), wasm_byte_code, instantiate_permission: None }))
}

/// What an instance is made of, whichever way its address comes about.
#[derive(Debug, Clone)]
pub struct Instance {
    pub code_id: u64,
    pub label: String,
    /// Who may migrate it; nobody if none.
    pub admin: Option<String>,
    pub msg: Value,
    pub funds: Vec<Coin>,
}

/// Makes a contract at an address that the chain chooses.
pub fn instantiate(sender: &str, instance: Instance) -> Any {
    any(&MsgInstantiateContract {
        sender: sender.into(),
        admin: instance.admin.unwrap_or_default(),
        code_id: instance.code_id,
        label: instance.label,
        msg: instance.msg.to_string().into_bytes(),
        funds: sorted(instance.funds),
    })
}

/// Makes a contract at the address that follows from code, sender and salt: see [`wasm::predict_address`].
pub fn instantiate2(sender: &str, instance: Instance, salt: &[u8]) -> Any {
    any(&MsgInstantiateContract2 {
        sender: sender.into(),
        admin: instance.admin.unwrap_or_default(),
        code_id: instance.code_id,
        label: instance.label,
        msg: instance.msg.to_string().into_bytes(),
        funds: sorted(instance.funds),
        salt: salt.to_vec(),
        fix_msg: false,
    })
}

/// Calls a contract.
pub fn execute(sender: &str, contract: &str, msg: &impl Serialize, funds: Vec<Coin>) -> Result<Any> {
    let msg = serde_json::to_vec(msg).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(execute_raw(sender, contract, msg, funds))
}

/// Calls a contract with a message that is JSON already.
pub fn execute_raw(sender: &str, contract: &str, msg: Vec<u8>, funds: Vec<Coin>) -> Any {
    any(&MsgExecuteContract { sender: sender.into(), contract: contract.into(), msg, funds: sorted(funds) })
}

/// Gives a contract new code.
pub fn migrate(sender: &str, contract: &str, code_id: u64, msg: &Value) -> Any {
    let msg = msg.to_string().into_bytes();
    any(&MsgMigrateContract { sender: sender.into(), contract: contract.into(), code_id, msg })
}

/// Names the one who may migrate a contract, or nobody for ever.
pub fn set_admin(sender: &str, contract: &str, admin: Option<&str>) -> Any {
    match admin {
        Some(new_admin) => any(&MsgUpdateAdmin {
            sender: sender.into(),
            new_admin: new_admin.into(),
            contract: contract.into(),
        }),
        None => any(&MsgClearAdmin { sender: sender.into(), contract: contract.into() }),
    }
}

/// A message as people read it: its fields by name, the contract's message as JSON, wasm as size and checksum.
pub fn describe(message: &Any) -> Value {
    let described = match message.type_url.as_str() {
        "/cosmos.bank.v1beta1.MsgSend" => {
            read::<MsgSend>(message).map(|m| json!({"from_address": m.from_address, "to_address": m.to_address, "amount": coins(&m.amount)}))
        }
        "/cosmwasm.wasm.v1.MsgStoreCode" => read::<MsgStoreCode>(message).map(|m| {
            let checksum = wasm::decompress(&m.wasm_byte_code).map(|code| hex::encode(wasm::checksum(&code)));
            json!({"sender": m.sender, "compressed_bytes": m.wasm_byte_code.len(), "checksum": checksum.ok()})
        }),
        "/cosmwasm.wasm.v1.MsgInstantiateContract" => read::<MsgInstantiateContract>(message).map(|m| {
            json!({"sender": m.sender, "admin": m.admin, "code_id": m.code_id.to_string(), "label": m.label,
                   "msg": contract_message(&m.msg), "funds": coins(&m.funds)})
        }),
        "/cosmwasm.wasm.v1.MsgInstantiateContract2" => read::<MsgInstantiateContract2>(message).map(|m| {
            json!({"sender": m.sender, "admin": m.admin, "code_id": m.code_id.to_string(), "label": m.label,
                   "msg": contract_message(&m.msg), "funds": coins(&m.funds), "salt": hex::encode(m.salt)})
        }),
        "/cosmwasm.wasm.v1.MsgExecuteContract" => read::<MsgExecuteContract>(message).map(|m| {
            json!({"sender": m.sender, "contract": m.contract, "msg": contract_message(&m.msg), "funds": coins(&m.funds)})
        }),
        "/cosmwasm.wasm.v1.MsgMigrateContract" => read::<MsgMigrateContract>(message).map(|m| {
            json!({"sender": m.sender, "contract": m.contract, "code_id": m.code_id.to_string(), "msg": contract_message(&m.msg)})
        }),
        "/cosmwasm.wasm.v1.MsgUpdateAdmin" => {
            read::<MsgUpdateAdmin>(message).map(|m| json!({"sender": m.sender, "new_admin": m.new_admin, "contract": m.contract}))
        }
        "/cosmwasm.wasm.v1.MsgClearAdmin" => {
            read::<MsgClearAdmin>(message).map(|m| json!({"sender": m.sender, "contract": m.contract}))
        }
        _ => None,
    };
    let mut fields = match described {
        Some(Value::Object(fields)) => fields,
        _ => {
            serde_json::Map::from_iter([("value".to_string(), BASE64_STANDARD.encode(&message.value).into())])
        }
    };
    fields.insert("@type".into(), message.type_url.clone().into());
    Value::Object(fields)
}

/// Coins as the chain's JSON has them.
pub fn coins(coins: &[Coin]) -> Value {
    coins.iter().map(|coin| json!({"denom": coin.denom, "amount": coin.amount})).collect()
}

fn any<M: Message + Name>(message: &M) -> Any {
    Any { type_url: M::type_url(), value: message.encode_to_vec() }
}

fn read<M: Message + Default>(message: &Any) -> Option<M> {
    M::decode(message.value.as_slice()).ok()
}

/// The chain takes coins only in the order of their denoms.
pub(crate) fn sorted(mut coins: Vec<Coin>) -> Vec<Coin> {
    coins.sort_by(|a, b| a.denom.cmp(&b.denom));
    coins
}

/// A contract's message; the message inside a cw20 `send` is shown in clear too.
fn contract_message(bytes: &[u8]) -> Value {
    let Ok(mut message) = serde_json::from_slice::<Value>(bytes) else {
        return BASE64_STANDARD.encode(bytes).into();
    };
    if let Some(inner) = message.pointer_mut("/send/msg") {
        let decoded = inner.as_str().and_then(|text| BASE64_STANDARD.decode(text).ok());
        if let Some(clear) = decoded.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) {
            *inner = clear;
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coin(denom: &str, amount: &str) -> Coin {
        Coin { denom: denom.into(), amount: amount.into() }
    }

    #[test]
    fn coins_are_put_in_the_order_that_the_chain_wants() {
        let message = bank_send("mars1a", "mars1b", vec![coin("uusdc", "2"), coin("umars", "1")]);
        assert_eq!(
            describe(&message),
            json!({"@type": "/cosmos.bank.v1beta1.MsgSend", "from_address": "mars1a", "to_address": "mars1b",
                   "amount": [{"denom": "umars", "amount": "1"}, {"denom": "uusdc", "amount": "2"}]})
        );
    }

    #[test]
    fn message_inside_a_cw20_send_is_readable() {
        let inner = BASE64_STANDARD.encode(r#"{"redeem":{"min_out":"1","deadline":5,"recipient":null}}"#);
        let send = json!({"send": {"contract": "mars1t", "amount": "10", "msg": inner}});
        let shown = describe(&execute("mars1a", "mars1usdm", &send, vec![]).unwrap());
        assert_eq!(shown.pointer("/msg/send/msg/redeem/min_out"), Some(&json!("1")));
        assert_eq!(shown.pointer("/contract"), Some(&json!("mars1usdm")));
    }

    #[test]
    fn code_is_shown_by_size_and_checksum() {
        let shown = describe(&store_code("mars1a", b"\0asm\x01\0\0\0").unwrap());
        assert_eq!(shown["checksum"], "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476");
    }

    #[test]
    fn unknown_message_is_shown_as_it_is() {
        let message = Any { type_url: "/cosmos.gov.v1.MsgVote".into(), value: vec![1, 2, 3] };
        assert_eq!(describe(&message), json!({"@type": "/cosmos.gov.v1.MsgVote", "value": "AQID"}));
    }
}
