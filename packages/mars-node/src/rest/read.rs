//! Messages from the JSON that clients send, as lenient and as strict as the gateway's reader, and with its refusals.

use std::collections::BTreeMap;

use prost::Message as _;
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};
use serde_json::value::RawValue;

use super::json::{ACCESS_TYPE, Codec, DEEPEST, GoType, Plan, access_name};
use crate::coin;
use crate::gotext::{self, bytes, kind_of, mismatch_of, text};
use crate::tx::{go_full_name, go_name};

type Fields = BTreeMap<String, Box<RawValue>>;

/// A number, which may stand in quotes.
fn number<T: std::str::FromStr + Default>(json: &str, go: &str) -> Result<T, String> {
    let quoted = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    gotext::number(quoted.unwrap_or(json), go)
}

/// The members of an object; none for `null`.
fn members(json: &str) -> Result<Fields, String> {
    match kind_of(json) {
        "object" => gotext::parse(json),
        "null" => Ok(Fields::new()),
        _ => Err(mismatch_of(json, "map[string]json.RawMessage")),
    }
}

/// Sound JSON without white space and with the signs escaped that Go escapes.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for sign in json.chars() {
        match sign {
            ' ' | '\t' | '\r' | '\n' if !quoted => continue,
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(sign)));
                escaped = false;
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && sign == '\\' && !escaped;
        out.push(sign);
    }
    out
}

impl Codec {
    /// The message of that kind that the first value of `body` is. Nothing is a message without fields.
    ///
    /// # Errors
    /// JSON that is none, or not of this message.
    pub fn read(&self, kind: &MessageDescriptor, body: &[u8]) -> Result<DynamicMessage, String> {
        let body = String::from_utf8_lossy(body);
        match gotext::first(&body).map_err(|fault| fault.of_a_stream())? {
            Some(json) => self.read_message(kind, json, DEEPEST),
            None => Ok(DynamicMessage::new(kind.clone())),
        }
    }

    fn read_message(
        &self,
        kind: &MessageDescriptor,
        json: &str,
        depth: u32,
    ) -> Result<DynamicMessage, String> {
        let depth =
            depth.checked_sub(1).ok_or_else(|| format!("more than {DEEPEST} messages within each other"))?;
        match kind.full_name() {
            "google.protobuf.Any" => return self.read_any(kind, json, depth),
            "google.protobuf.Timestamp" => return moment(kind, json),
            "google.protobuf.Duration" => return duration(kind, json),
            _ => {}
        }
        let mut fields = members(json)?;
        let mut message = DynamicMessage::new(kind.clone());
        for plan in &*self.plan(kind) {
            let name = plan.field.name();
            let written = fields.remove(name);
            // Where a field is given under both its names, that of JSON counts.
            let Some(json) = fields.remove(plan.field.json_name()).or(written) else {
                // What Go cannot leave out is there with nothing in it.
                let always = !plan.nullable && !plan.field.is_list();
                if let Kind::Message(kind) = plan.field.kind()
                    && always
                {
                    message.set_field(&plan.field, Value::Message(DynamicMessage::new(kind)));
                }
                continue;
            };
            self.read_field(&mut message, plan, json.get(), depth)?;
        }
        Ok(message)
    }

    fn read_field(
        &self,
        message: &mut DynamicMessage,
        plan: &Plan,
        json: &str,
        depth: u32,
    ) -> Result<(), String> {
        let field = &plan.field;
        let nothing = kind_of(json) == "null";
        if field.is_list() {
            if nothing {
                return Ok(());
            }
            if kind_of(json) != "array" {
                return Err(mismatch_of(json, "[]json.RawMessage"));
            }
            let items: Vec<Box<RawValue>> = gotext::parse(json)?;
            let read: Result<Vec<Value>, String> =
                items.iter().map(|item| self.read_value(plan, &field.kind(), item.get(), depth)).collect();
            message.set_field(field, Value::List(read?));
            return Ok(());
        }
        if field.is_map() {
            let entries = self.read_map(plan, json, depth)?;
            message.set_field(field, Value::Map(entries));
            return Ok(());
        }
        if nothing && matches!(field.kind(), Kind::Message(_)) && plan.nullable {
            return Ok(());
        }
        let value = self.read_value(plan, &field.kind(), json, depth)?;
        message.set_field(field, value);
        Ok(())
    }

    fn read_map(
        &self,
        plan: &Plan,
        json: &str,
        depth: u32,
    ) -> Result<std::collections::HashMap<MapKey, Value>, String> {
        let Kind::Message(entry) = plan.field.kind() else { return Ok(Default::default()) };
        let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
        members(json)?
            .into_iter()
            .map(|(name, json)| {
                let name = match key.kind() {
                    Kind::String => MapKey::String(name),
                    _ => MapKey::U64(number(&name, "uint64")?),
                };
                Ok((name, self.read_value(plan, &value.kind(), json.get(), depth)?))
            })
            .collect()
    }

    fn read_value(&self, plan: &Plan, kind: &Kind, json: &str, depth: u32) -> Result<Value, String> {
        Ok(match (plan.go_type, kind) {
            (GoType::Json, Kind::Bytes) => Value::Bytes(compact(json).into_bytes().into()),
            (GoType::Hex, Kind::Bytes) => Value::Bytes(gotext::hex(&text(json)?)?.into()),
            (GoType::Integer, Kind::String | Kind::Bytes) => {
                written(kind, coin::integer_digits(&text(json)?)?)
            }
            (GoType::Decimal, Kind::String | Kind::Bytes) => {
                written(kind, coin::decimal_atomics(&text(json)?)?)
            }
            (_, Kind::String) => Value::String(text(json)?),
            (_, Kind::Bytes) => Value::Bytes(bytes(json)?.into()),
            (_, Kind::Bool) => Value::Bool(gotext::boolean(json)?),
            (_, Kind::Int32 | Kind::Sint32 | Kind::Sfixed32) => Value::I32(number(json, "int32")?),
            (_, Kind::Int64 | Kind::Sint64 | Kind::Sfixed64) => Value::I64(number(json, "int64")?),
            (_, Kind::Uint32 | Kind::Fixed32) => Value::U32(number(json, "uint32")?),
            (_, Kind::Uint64 | Kind::Fixed64) => Value::U64(number(json, "uint64")?),
            (_, Kind::Float) => Value::F32(number(json, "float32")?),
            (_, Kind::Double) => Value::F64(number(json, "float64")?),
            (_, Kind::Enum(names)) => Value::EnumNumber(enumerated(names, json)?),
            (_, Kind::Message(kind)) => Value::Message(self.read_message(kind, json, depth)?),
        })
    }

    fn read_any(&self, kind: &MessageDescriptor, json: &str, depth: u32) -> Result<DynamicMessage, String> {
        let mut fields = members(json)?;
        let Some(named) = fields.remove("@type").filter(|named| named.get() != "null") else {
            return Err("Any JSON doesn't have '@type'".to_owned());
        };
        let url: String = gotext::parse(named.get())
            .map_err(|_| format!("can't unmarshal Any's '@type': {:?}", named.get()))?;
        let name = url.rsplit('/').next().unwrap_or_default();
        let inner = kind
            .parent_pool()
            .get_message_by_name(name)
            .ok_or_else(|| format!("unknown message type {name:?}"))?;
        let contents = match inner.full_name().starts_with("google.protobuf.") {
            true => fields.remove("value").ok_or("Any JSON doesn't have 'value'")?.get().to_owned(),
            false => serde_json::to_string(&fields).map_err(|error| error.to_string())?,
        };
        let message = self
            .read_message(&inner, &contents, depth)
            .map_err(|error| format!("can't unmarshal Any nested proto {}: {error}", go_name(&inner)))?;
        let mut any = DynamicMessage::new(kind.clone());
        any.set_field_by_name("type_url", Value::String(url));
        any.set_field_by_name("value", Value::Bytes(message.encode_to_vec().into()));
        Ok(any)
    }
}

fn written(kind: &Kind, text: String) -> Value {
    if *kind == Kind::Bytes { Value::Bytes(text.into_bytes().into()) } else { Value::String(text) }
}

fn enumerated(names: &EnumDescriptor, json: &str) -> Result<i32, String> {
    let Some(name) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return match kind_of(json) {
            "number" => gotext::number(json, "int32"),
            "null" => Ok(0),
            _ => Err(mismatch_of(json, &go_full_name(names.full_name()))),
        };
    };
    if names.full_name() == ACCESS_TYPE {
        // Its Go type reads itself, and takes what it does not know for nothing.
        return Ok(names.values().find(|value| access_name(value.name()) == name).map_or(0, |v| v.number()));
    }
    let value = names.get_value_by_name(name);
    value
        .map(|value| value.number())
        .ok_or_else(|| format!("unknown value {name:?} for enum {}", names.full_name()))
}

fn field_named(kind: &MessageDescriptor, name: &str) -> Result<FieldDescriptor, String> {
    kind.get_field_by_name(name).ok_or_else(|| format!("{} has no field {name}", kind.full_name()))
}

fn of_seconds(kind: &MessageDescriptor, seconds: i64, nanos: i32) -> Result<DynamicMessage, String> {
    let mut message = DynamicMessage::new(kind.clone());
    message.set_field(&field_named(kind, "seconds")?, Value::I64(seconds));
    message.set_field(&field_named(kind, "nanos")?, Value::I32(nanos));
    Ok(message)
}

fn moment(kind: &MessageDescriptor, json: &str) -> Result<DynamicMessage, String> {
    let text = text(json)?;
    let time = tendermint::Time::parse_from_rfc3339(&text).map_err(|_| {
        format!("bad Timestamp, should be RFC 3339 encoded: parsing time {text:?} as \"2006-01-02T15:04:05.999999999Z07:00\"")
    })?;
    let nanos = time.unix_timestamp_nanos().rem_euclid(1_000_000_000);
    of_seconds(kind, time.unix_timestamp(), i32::try_from(nanos).unwrap_or_default())
}

fn duration(kind: &MessageDescriptor, json: &str) -> Result<DynamicMessage, String> {
    let text = text(json)?;
    let refuse = || format!("bad Duration: time: invalid duration {text:?}");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
    let (seconds, fraction) = digits
        .strip_suffix('s')
        .map(|digits| digits.split_once('.').unwrap_or((digits, "")))
        .filter(|(_, fraction)| fraction.len() <= 9)
        .ok_or_else(refuse)?;
    let seconds: i64 = seconds.parse().map_err(|_| refuse())?;
    let nanos: i32 = format!("{fraction:0<9}").parse().map_err(|_| refuse())?;
    of_seconds(kind, sign * seconds, i32::try_from(sign).unwrap_or(1) * nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::Interface;

    fn read(name: &str, json: &str) -> Result<String, String> {
        let pool = Interface::recorded().unwrap().pool();
        let codec = Codec::new(pool.clone());
        let kind = pool.get_message_by_name(name).unwrap();
        codec
            .read(&kind, json.as_bytes())
            .map(|message| codec.write(&kind, &message.encode_to_vec()).unwrap())
    }

    #[test]
    fn what_is_written_is_read() {
        for (name, json) in [
            (
                "cosmos.tx.v1beta1.Tx",
                r#"{"body":{"messages":[{"@type":"/cosmwasm.wasm.v1.MsgExecuteContract","sender":"a","contract":"b","msg":{"z":{"<":1},"a":[]},"funds":[{"denom":"u","amount":"5"}]}],"memo":"m","timeout_height":"7","unordered":false,"timeout_timestamp":"2026-01-31T12:00:00.500Z","extension_options":[],"non_critical_extension_options":[]},"auth_info":{"signer_infos":[],"fee":{"amount":[],"gas_limit":"200000","payer":"","granter":""},"tip":null},"signatures":["AQI="]}"#,
            ),
            ("cosmwasm.wasm.v1.AccessConfig", r#"{"permission":"AnyOfAddresses","addresses":["a"]}"#),
            (
                "cosmos.staking.v1beta1.CommissionRates",
                r#"{"rate":"0.100000000000000000","max_rate":"1.000000000000000000","max_change_rate":"-0.010000000000000000"}"#,
            ),
            ("cosmos.gov.v1.VotingParams", r#"{"voting_period":"172800s"}"#),
        ] {
            let json = json.replace("\"<\"", "\"\\u003c\"");
            assert_eq!(read(name, &json).as_deref(), Ok(json.as_str()), "{name}");
        }
    }

    #[test]
    fn what_is_no_message_is_refused_as_by_the_gateway() {
        let tx = "cosmos.tx.v1beta1.BroadcastTxRequest";
        let number = |go: &str| format!("json: cannot unmarshal number into Go value of type {go}");
        for (name, json, reason) in [
            (tx, "{", "unexpected EOF".to_owned()),
            (tx, "5", number("map[string]json.RawMessage")),
            (tx, r#"{"tx_bytes":5}"#, number("[]uint8")),
            (tx, r#"{"tx_bytes":"!"}"#, "illegal base64 data at input byte 0".to_owned()),
            (
                tx,
                r#"{"mode":"NO"}"#,
                "unknown value \"NO\" for enum cosmos.tx.v1beta1.BroadcastMode".to_owned(),
            ),
            ("cosmos.base.v1beta1.Coin", r#"{"denom":5}"#, number("string")),
            (
                "cosmos.base.v1beta1.Coin",
                r#"{"amount":"x"}"#,
                "math/big: cannot unmarshal \"x\" into a *big.Int".to_owned(),
            ),
            (
                "cosmos.tx.v1beta1.Fee",
                r#"{"gas_limit":-1}"#,
                "json: cannot unmarshal number -1 into Go value of type uint64".to_owned(),
            ),
        ] {
            assert_eq!(read(name, json), Err(reason), "{json}");
        }
    }
}
