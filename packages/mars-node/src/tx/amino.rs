//! `SIGN_MODE_LEGACY_AMINO_JSON`: the transaction as JSON with sorted keys, which Ledger devices show and sign. How a
//! message is written is said by the options of its fields in the recorded interface, so every message of wasmd has its
//! form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{
    DynamicMessage, ExtensionDescriptor, FieldDescriptor, MessageDescriptor, ReflectMessage, Value as Proto,
};
use serde_json::{Map, Value, json};

use super::{SignerData, Tx, schema};
use crate::error::{Error, Result};
use crate::gojson;
use crate::interface::{Interface, set_option};
use crate::proto::{Any, Timestamp};
use crate::query::decimal;
use crate::time;

const DEEPEST: u32 = 100;
/// The largest number of seconds that Go's durations hold.
const MOST_SECONDS: i64 = i64::MAX / 1_000_000_000 - 1;

/// The document that `signer` signs.
///
/// # Errors
/// A body with extensions or unknown fields, or a message without amino form.
pub fn sign_bytes(tx: &Tx, signer: &SignerData) -> Result<Vec<u8>> {
    schema::check("cosmos.tx.v1beta1.TxBody", &tx.raw.body_bytes, false)?;
    if !tx.body.extension_options.is_empty() || !tx.body.non_critical_extension_options.is_empty() {
        return Err(Error::unregistered(
            "SIGN_MODE_LEGACY_AMINO_JSON does not support protobuf extension options: invalid request",
        ));
    }
    let encoder = Encoder::new()?;
    let fee = tx.fee()?;
    let amount: Vec<Value> = fee
        .amount
        .iter()
        .map(|coin| json!({ "amount": integer(&coin.amount), "denom": coin.denom }))
        .collect();
    let mut fee_json = json!({ "amount": amount, "gas": fee.gas_limit.to_string() });
    put(&mut fee_json, "payer", &fee.payer);
    put(&mut fee_json, "granter", &fee.granter);
    let msgs: Result<Vec<Value>> = tx.body.messages.iter().map(|any| encoder.packed(any, DEEPEST)).collect();
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
    if let Some(timestamp) = &tx.body.timeout_timestamp {
        put(&mut doc, "timeout_timestamp", &moment(timestamp)?);
    }
    if tx.body.unordered
        && let Some(doc) = doc.as_object_mut()
    {
        doc.insert("unordered".to_owned(), Value::from(true));
    }
    gojson::to_vec(&gojson::sorted(doc)).map_err(|error| Error::unregistered(error.to_string()))
}

fn put(object: &mut Value, key: &str, value: &str) {
    if let (Some(object), false) = (object.as_object_mut(), value.is_empty()) {
        object.insert(key.to_owned(), Value::from(value));
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T> {
    Err(Error::unregistered(text))
}

/// An integer that is kept as text; nothing is zero.
fn integer(text: &str) -> &str {
    if text.is_empty() { "0" } else { text }
}

fn moment(timestamp: &Timestamp) -> Result<String> {
    if timestamp.nanos < 0 {
        return refuse("nanos must be non-negative on timestamp");
    }
    Ok(time::rfc3339(crate::expiry::nanos(timestamp)))
}

/// The options that say how fields are written.
struct Encoder {
    interface: &'static Interface,
    name: Option<ExtensionDescriptor>,
    message_encoding: Option<ExtensionDescriptor>,
    field_name: Option<ExtensionDescriptor>,
    keep_empty: Option<ExtensionDescriptor>,
    encoding: Option<ExtensionDescriptor>,
    oneof_name: Option<ExtensionDescriptor>,
    scalar: Option<ExtensionDescriptor>,
    go_type: Option<ExtensionDescriptor>,
}

fn text(value: Option<Proto>) -> Option<String> {
    value.and_then(|value| value.as_str().map(str::to_owned))
}

impl Encoder {
    fn new() -> Result<Self> {
        let interface = Interface::recorded()?;
        Ok(Self {
            interface,
            name: interface.option("amino.name"),
            message_encoding: interface.option("amino.message_encoding"),
            field_name: interface.option("amino.field_name"),
            keep_empty: interface.option("amino.dont_omitempty"),
            encoding: interface.option("amino.encoding"),
            oneof_name: interface.option("amino.oneof_name"),
            scalar: interface.option("cosmos_proto.scalar"),
            go_type: interface.option("gogoproto.customtype"),
        })
    }

    fn packed(&self, any: &Any, depth: u32) -> Result<Value> {
        let Some(kind) = self.interface.message(&any.type_url) else {
            return refuse(format!("can't resolve type URL {}", any.type_url));
        };
        let message = DynamicMessage::decode(kind.clone(), any.value.as_slice())
            .map_err(|error| Error::unregistered(error.to_string()))?;
        let name = text(set_option(&kind.options(), self.name.as_ref()))
            .unwrap_or_else(|| format!("/{}", kind.full_name()));
        Ok(json!({ "type": name, "value": self.message(&message, depth)? }))
    }

    /// A message whose type is known from its place.
    fn message(&self, message: &DynamicMessage, depth: u32) -> Result<Value> {
        let depth = depth.checked_sub(1).ok_or_else(|| Error::unregistered("message nests too deep"))?;
        let kind = message.descriptor();
        match kind.full_name() {
            "google.protobuf.Timestamp" => {
                let timestamp: Timestamp =
                    message.transcode_to().map_err(|error| Error::unregistered(error.to_string()))?;
                return moment(&timestamp).map(Value::from);
            }
            "google.protobuf.Duration" => return duration(message),
            "google.protobuf.Any" => {
                let any: Any =
                    message.transcode_to().map_err(|error| Error::unregistered(error.to_string()))?;
                return self.packed(&any, depth);
            }
            _ => {}
        }
        match text(set_option(&kind.options(), self.message_encoding.as_ref())).as_deref() {
            Some("key_field") => {
                let key = message.get_field_by_name("key");
                let key = key.as_ref().and_then(|key| key.as_bytes()).filter(|key| !key.is_empty());
                return Ok(key.map_or(Value::Null, |key| Value::from(STANDARD.encode(key))));
            }
            Some("threshold_string") => return self.threshold(message, depth),
            Some("module_account") => return refuse("module accounts have no amino form here"),
            _ => {}
        }
        let mut object = Map::new();
        for field in kind.fields() {
            let Some((name, value)) = self.field(message, &field, depth)? else { continue };
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }

    fn threshold(&self, message: &DynamicMessage, depth: u32) -> Result<Value> {
        let keys = message.get_field_by_name("public_keys");
        let keys = keys.as_ref().and_then(|keys| keys.as_list()).unwrap_or_default();
        let keys: Result<Vec<Value>> = keys.iter().map(|key| self.value(key, depth)).collect();
        let threshold =
            message.get_field_by_name("threshold").and_then(|value| value.as_u32()).unwrap_or_default();
        Ok(json!({ "pubkeys": keys?, "threshold": threshold.to_string() }))
    }

    fn field(
        &self,
        message: &DynamicMessage,
        field: &FieldDescriptor,
        depth: u32,
    ) -> Result<Option<(String, Value)>> {
        let options = field.options();
        let name =
            text(set_option(&options, self.field_name.as_ref())).unwrap_or_else(|| field.name().to_owned());
        let present = message.has_field(field);
        if let Some(oneof) = field.containing_oneof() {
            let oneof_name = schema::camel(oneof.name());
            if !present {
                let empty = !oneof.fields().any(|field| message.has_field(&field));
                return Ok(empty.then_some((oneof_name, Value::Null)));
            }
            let Some(kind) = text(set_option(&options, self.oneof_name.as_ref())) else {
                return refuse(format!(
                    "field {name} within a oneof must have the amino.oneof_type_name option set"
                ));
            };
            let value = self.encoded(message, field, depth)?;
            return Ok(Some((oneof_name, json!({ "type": kind, "value": { name: value } }))));
        }
        if !present {
            let keep = set_option(&options, self.keep_empty.as_ref()).and_then(|keep| keep.as_bool());
            if keep != Some(true) {
                return Ok(None);
            }
            if field.kind().as_message().is_some() && !field.is_list() {
                return refuse(format!(
                    "not supported: dont_omit_empty=true on invalid (nil?) message field: {name}"
                ));
            }
        }
        Ok(Some((name, self.encoded(message, field, depth)?)))
    }

    fn encoded(&self, message: &DynamicMessage, field: &FieldDescriptor, depth: u32) -> Result<Value> {
        let value = message.get_field(field);
        let options = field.options();
        match text(set_option(&options, self.encoding.as_ref())).as_deref() {
            Some("legacy_coins") => return self.value(&value, depth),
            Some("inline_json") => return inline(value.as_bytes().map(AsRef::as_ref).unwrap_or_default()),
            _ => {}
        }
        let scalar = text(set_option(&options, self.scalar.as_ref()));
        let is_decimal = || {
            text(set_option(&options, self.go_type.as_ref())).as_deref()
                == Some("cosmossdk.io/math.LegacyDec")
        };
        match scalar.as_deref() {
            Some("cosmos.Int") => return Ok(Value::from(integer(&plain(&value)))),
            Some("cosmos.Dec") if is_decimal() => {
                let atomics = plain(&value);
                return Ok(Value::from(if atomics.is_empty() { "0".to_owned() } else { decimal(&atomics) }));
            }
            _ => {}
        }
        if field.kind().as_message().is_some_and(|kind| is_unread(field, kind)) {
            return Ok(json!({}));
        }
        // A list of nothing that has to be shown is not there in Go.
        if field.is_list() && value.as_list().is_some_and(<[Proto]>::is_empty) {
            return Ok(Value::Null);
        }
        self.value(&value, depth)
    }

    fn value(&self, value: &Proto, depth: u32) -> Result<Value> {
        Ok(match value {
            Proto::Bool(value) => Value::from(*value),
            Proto::I32(value) => Value::from(*value),
            Proto::EnumNumber(value) => Value::from(*value),
            Proto::U32(value) => Value::from(*value),
            Proto::I64(value) => Value::from(value.to_string()),
            Proto::U64(value) => Value::from(value.to_string()),
            Proto::String(value) => Value::from(value.as_str()),
            Proto::Bytes(value) => Value::from(STANDARD.encode(value)),
            Proto::Message(message) => self.message(message, depth)?,
            Proto::List(values) => {
                let values: Result<Vec<Value>> =
                    values.iter().map(|value| self.value(value, depth)).collect();
                Value::from(values?)
            }
            Proto::Map(_) => return refuse("maps are not supported"),
            Proto::F32(_) | Proto::F64(_) => return refuse("unknown type float64"),
        })
    }
}

/// Whether wasmd writes `{}` for a message of the given kind: where the file of the field was registered before the file
/// of its kind, the library knows no fields of the kind. Files of a Go package are registered by name.
fn is_unread(field: &FieldDescriptor, kind: &MessageDescriptor) -> bool {
    let outer = field.parent_message();
    let package = kind.package_name();
    package == outer.package_name()
        && (package.starts_with("cosmwasm.") || package.starts_with("ibc."))
        && outer.parent_file().name() < kind.parent_file().name()
}

/// A number that is kept as text, in a text or in bytes.
fn plain(value: &Proto) -> String {
    match value {
        Proto::String(text) => text.clone(),
        Proto::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

fn inline(json: &[u8]) -> Result<Value> {
    serde_json::from_slice(json)
        .map_err(|_| Error::unregistered("could not normalize JSON: invalid JSON bytes"))
}

fn duration(message: &DynamicMessage) -> Result<Value> {
    let part = |name: &str| message.get_field_by_name(name);
    let seconds = part("seconds").and_then(|value| value.as_i64()).unwrap_or_default();
    if seconds > MOST_SECONDS {
        return refuse(format!("{seconds} seconds would overflow an int64 when represented as nanoseconds"));
    }
    let nanos = part("nanos").and_then(|value| value.as_i32()).unwrap_or_default();
    let total = seconds.wrapping_mul(1_000_000_000).wrapping_add(i64::from(nanos));
    Ok(Value::from(total.to_string()))
}
