//! `SIGN_MODE_LEGACY_AMINO_JSON`: the transaction as JSON with sorted keys, which Ledger devices show and sign.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Msg, SignerData, Tx, schema};
use crate::error::{Error, Result};
use crate::gojson;
use crate::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use crate::proto::wasm::AccessConfig;

/// The document that `signer` signs.
///
/// # Errors
/// A body with extensions or unknown fields, or a message without amino form.
pub fn sign_bytes(tx: &Tx, signer: &SignerData) -> Result<Vec<u8>> {
    schema::TX_BODY.check(&tx.raw.body_bytes, false)?;
    if !tx.body.extension_options.is_empty() || !tx.body.non_critical_extension_options.is_empty() {
        return Err(Error::unregistered(
            "SIGN_MODE_LEGACY_AMINO_JSON does not support protobuf extension options: invalid request",
        ));
    }
    let fee = tx.fee()?;
    let mut fee_json = json!({ "amount": coins(&fee.amount), "gas": fee.gas_limit.to_string() });
    put(&mut fee_json, "payer", &fee.payer);
    put(&mut fee_json, "granter", &fee.granter);
    let msgs: Result<Vec<Value>> = tx.msgs.iter().map(message).collect();
    let mut doc = json!({
        "account_number": signer.account_number.to_string(),
        "chain_id": signer.chain_id,
        "fee": fee_json,
        "memo": tx.body.memo,
        "msgs": msgs?,
        "sequence": signer.sequence.to_string(),
    });
    if tx.body.timeout_height != 0 {
        put(&mut doc, "timeout_height", &tx.body.timeout_height.to_string());
    }
    if tx.body.unordered || tx.body.timeout_timestamp.is_some() {
        return Err(Error::unregistered(
            "SIGN_MODE_LEGACY_AMINO_JSON of unordered transactions is not supported",
        ));
    }
    gojson::to_vec(&gojson::sorted(doc)).map_err(|error| Error::unregistered(error.to_string()))
}

fn put(object: &mut Value, key: &str, value: &str) {
    if let (Some(object), false) = (object.as_object_mut(), value.is_empty()) {
        object.insert(key.to_owned(), Value::from(value));
    }
}

fn coins(coins: &[ProtoCoin]) -> Value {
    coins.iter().map(|coin| json!({ "amount": coin.amount, "denom": coin.denom })).collect()
}

/// An object of the fields that are not empty, as amino leaves the others out.
fn object(fields: &[(&str, Value)]) -> Value {
    let filled = fields.iter().filter(|(_, value)| match value {
        Value::String(text) => !text.is_empty(),
        Value::Null => false,
        _ => true,
    });
    Value::Object(filled.map(|(key, value)| ((*key).to_owned(), value.clone())).collect::<Map<_, _>>())
}

fn inline(msg: &[u8]) -> Result<Value> {
    serde_json::from_slice(msg)
        .map_err(|error| Error::unregistered(format!("could not normalize JSON: {error}")))
}

fn number(value: u64) -> Value {
    if value == 0 { Value::Null } else { Value::from(value.to_string()) }
}

fn access(config: Option<&AccessConfig>) -> Value {
    let Some(config) = config else { return Value::Null };
    let permission = if config.permission == 0 { Value::Null } else { Value::from(config.permission) };
    let addresses = if config.addresses.is_empty() { Value::Null } else { json!(config.addresses) };
    object(&[("permission", permission), ("addresses", addresses)])
}

fn message(msg: &Msg) -> Result<Value> {
    let text = |text: &str| Value::from(text);
    let (kind, value) = match msg {
        Msg::Send(m) => (
            "cosmos-sdk/MsgSend",
            object(&[
                ("from_address", text(&m.from_address)),
                ("to_address", text(&m.to_address)),
                ("amount", coins(&m.amount)),
            ]),
        ),
        Msg::MultiSend(m) => {
            let inputs =
                m.inputs.iter().map(|i| object(&[("address", text(&i.address)), ("coins", coins(&i.coins))]));
            let outputs = m
                .outputs
                .iter()
                .map(|o| object(&[("address", text(&o.address)), ("coins", coins(&o.coins))]));
            (
                "cosmos-sdk/MsgMultiSend",
                json!({ "inputs": inputs.collect::<Value>(), "outputs": outputs.collect::<Value>() }),
            )
        }
        Msg::StoreCode(m) => (
            "wasm/MsgStoreCode",
            object(&[
                ("sender", text(&m.sender)),
                ("wasm_byte_code", Value::from(STANDARD.encode(&m.wasm_byte_code))),
                ("instantiate_permission", access(m.instantiate_permission.as_ref())),
            ]),
        ),
        Msg::Instantiate(m) => (
            "wasm/MsgInstantiateContract",
            object(&[
                ("sender", text(&m.sender)),
                ("admin", text(&m.admin)),
                ("code_id", number(m.code_id)),
                ("label", text(&m.label)),
                ("msg", inline(&m.msg)?),
                ("funds", coins(&m.funds)),
            ]),
        ),
        Msg::Instantiate2(m) => (
            "wasm/MsgInstantiateContract2",
            object(&[
                ("sender", text(&m.sender)),
                ("admin", text(&m.admin)),
                ("code_id", number(m.code_id)),
                ("label", text(&m.label)),
                ("msg", inline(&m.msg)?),
                ("funds", coins(&m.funds)),
                ("salt", Value::from(STANDARD.encode(&m.salt))),
                ("fix_msg", if m.fix_msg { Value::from(true) } else { Value::Null }),
            ]),
        ),
        Msg::Execute(m) => (
            "wasm/MsgExecuteContract",
            object(&[
                ("sender", text(&m.sender)),
                ("contract", text(&m.contract)),
                ("msg", inline(&m.msg)?),
                ("funds", coins(&m.funds)),
            ]),
        ),
        Msg::Migrate(m) => (
            "wasm/MsgMigrateContract",
            object(&[
                ("sender", text(&m.sender)),
                ("contract", text(&m.contract)),
                ("code_id", number(m.code_id)),
                ("msg", inline(&m.msg)?),
            ]),
        ),
        Msg::UpdateAdmin(m) => (
            "wasm/MsgUpdateAdmin",
            object(&[
                ("sender", text(&m.sender)),
                ("new_admin", text(&m.new_admin)),
                ("contract", text(&m.contract)),
            ]),
        ),
        Msg::ClearAdmin(m) => {
            ("wasm/MsgClearAdmin", object(&[("sender", text(&m.sender)), ("contract", text(&m.contract))]))
        }
        Msg::UpdateInstantiateConfig(m) => (
            "wasm/MsgUpdateInstantiateConfig",
            object(&[
                ("sender", text(&m.sender)),
                ("code_id", number(m.code_id)),
                ("new_instantiate_permission", access(m.new_instantiate_permission.as_ref())),
            ]),
        ),
        Msg::UpdateContractLabel(m) => (
            "wasm/MsgUpdateContractLabel",
            object(&[
                ("sender", text(&m.sender)),
                ("new_label", text(&m.new_label)),
                ("contract", text(&m.contract)),
            ]),
        ),
        Msg::Revoke(m) => (
            "cosmos-sdk/MsgRevoke",
            object(&[
                ("granter", text(&m.granter)),
                ("grantee", text(&m.grantee)),
                ("msg_type_url", text(&m.msg_type_url)),
            ]),
        ),
        Msg::RevokeAllowance(m) => (
            "cosmos-sdk/MsgRevokeAllowance",
            object(&[("granter", text(&m.granter)), ("grantee", text(&m.grantee))]),
        ),
        Msg::Exec(m) => {
            let msgs: Result<Vec<Value>> = m
                .msgs
                .iter()
                .map(|packed| match Msg::decode(packed)? {
                    Some(msg) => message(&msg),
                    None => Err(without_amino(&packed.type_url)),
                })
                .collect();
            ("cosmos-sdk/MsgExec", object(&[("grantee", text(&m.grantee)), ("msgs", Value::from(msgs?))]))
        }
        other => return Err(without_amino(&other.type_url())),
    };
    Ok(json!({ "type": kind, "value": value }))
}

fn without_amino(type_url: &str) -> Error {
    Error::unregistered(format!("{type_url} has no amino JSON form here; sign it in SIGN_MODE_DIRECT"))
}
