//! Amino's JSON: what is of an interface stands as `{"type": …, "value": …}`, and integers of 64 bits as texts.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::shape::{Key, PUB_KEY, Registry, STD_TX, Shape, Struct};
use super::{Fault, Registered, Value};
use crate::coin;
use crate::error::GrpcCode;
use crate::gotext::{self, kind_of, mismatch_of};
use crate::query::decimal;
use crate::rest::json::access_name;
use crate::{gojson, time};

/// The values of an enumeration with names of its own, and what the description calls them.
const ACCESS: [(i64, &str); 3] =
    [(1, "ACCESS_TYPE_NOBODY"), (3, "ACCESS_TYPE_EVERYBODY"), (4, "ACCESS_TYPE_ANY_OF_ADDRESSES")];

/// Reads Go values from JSON.
pub struct Reader {
    pub registry: &'static Registry,
}

impl Reader {
    /// The transaction that `json` is.
    pub fn transaction(&self, json: &str, shape: &Shape) -> Result<Value, Fault> {
        gotext::check(json.as_bytes()).map_err(|fault| no_wrapper(&fault.of_a_whole()))?;
        let (name, value) = named(json.trim())?;
        if name != STD_TX {
            return Err(Fault::says(format!("UnmarshalJSON wants to decode a {STD_TX} but found a {name}")));
        }
        self.read(value, shape)
    }

    /// What of `interface` is packed as `json`.
    pub fn unmarshal(&self, json: &[u8], interface: &str) -> Result<Value, Fault> {
        self.interface(&String::from_utf8_lossy(json), interface)
    }

    /// Reads `json`, which is known to be sound.
    fn read(&self, json: &str, shape: &Shape) -> Result<Value, Fault> {
        if json == "null" {
            return Ok(Value::zero(shape));
        }
        Ok(match shape {
            Shape::Pointer(inner) => self.read(json, inner)?,
            Shape::Bool => Value::Bool(gotext::boolean(json)?),
            Shape::Int32(go) => Value::Int(i64::from(gotext::number::<i32>(json, go)?)),
            Shape::Uint32 => Value::Uint(u64::from(gotext::number::<u32>(json, "uint32")?)),
            Shape::Int64(go) => Value::Int(gotext::number(quoted(json)?, go)?),
            Shape::Uint64 => Value::Uint(gotext::number(quoted(json)?, "uint64")?),
            Shape::AccessType if kind_of(json) != "string" => {
                return Err(Fault::says(mismatch_of(json, "*types.AccessType")));
            }
            Shape::AccessType => {
                let text = gotext::text(json)?;
                let known = ACCESS.iter().find(|(_, name)| access_name(name) == text);
                Value::Int(known.map_or(0, |(number, _)| *number))
            }
            Shape::Text => Value::Bytes(gotext::text(json)?.into_bytes()),
            Shape::Bytes => some_bytes(gotext::bytes(json)?),
            Shape::Json => Value::Bytes(json.as_bytes().to_vec()),
            Shape::Any(_) => Value::Packed(json.as_bytes().to_vec()),
            Shape::Time => Value::Time(moment(json)?),
            Shape::Integer => Value::Number(integer(&gotext::text(json)?)?),
            Shape::Decimal => Value::Number(coin::decimal_atomics(&gotext::text(json)?)?),
            Shape::Key(key) => some_bytes(key.check(&gotext::bytes(json)?)?.to_vec()),
            Shape::Multisig(_) => self.multisig(json)?,
            Shape::ModuleAccount(_) => return Err(module_account()),
            Shape::Struct(structure) => self.structure(json, structure)?,
            Shape::List(element) | Shape::Coins(element) => {
                if kind_of(json) != "array" {
                    return Err(Fault::says(mismatch_of(json, "[]json.RawMessage")));
                }
                let items: Result<Vec<Value>, Fault> =
                    gotext::elements(json)?.into_iter().map(|item| self.read(item, element)).collect();
                Some(items?).filter(|items| !items.is_empty()).map_or(Value::Nil, Value::List)
            }
            Shape::Interface(interface) => self.interface(json, interface)?,
        })
    }

    fn structure(&self, json: &str, structure: &Struct) -> Result<Value, Fault> {
        let members = members(json)?;
        let values: Result<Vec<Value>, Fault> = structure
            .fields
            .iter()
            .map(|field| self.read(members.get(field.name.as_str()).unwrap_or(&"null"), &field.shape))
            .collect();
        Ok(Value::Struct(values?))
    }

    fn interface(&self, json: &str, interface: &str) -> Result<Value, Fault> {
        let (name, value) = named(json)?;
        let concrete = self
            .registry
            .named(&name)
            .ok_or_else(|| Fault::says(format!("unrecognized concrete type name {name}")))?;
        let shape = self.registry.assigned(concrete, interface).map_err(Fault::Panicked)?;
        let value = self.read(value, &shape)?;
        Ok(Value::Registered(Box::new(Registered { concrete, shape, value })))
    }

    /// Several keys: the threshold is a text of a number of 64 bits, of which the last 32 count.
    fn multisig(&self, json: &str) -> Result<Value, Fault> {
        let members = members(json)?;
        let member = |name: &str| members.get(name).copied().unwrap_or("null");
        let threshold = match member("threshold") {
            "null" => 0,
            json => gotext::number::<u64>(quoted(json)?, "uint")?,
        };
        let keys = Shape::List(Box::new(Shape::Interface(PUB_KEY.to_owned())));
        let keys = self.read(member("pubkeys"), &keys)?;
        if keys.items().contains(&Value::Nil) {
            return Err(Fault::says(
                "expecting non nil value to create a new Any, failed packing protobuf message to Any",
            ));
        }
        Ok(Value::Struct(vec![Value::Uint(threshold & u64::from(u32::MAX)), keys]))
    }
}

impl Key {
    /// `bytes` as a key.
    ///
    /// # Errors
    /// Any other number of bytes than a key of this kind has.
    pub(super) fn check(self, bytes: &[u8]) -> Result<&[u8], Fault> {
        match bytes.len() == self.size {
            true => Ok(bytes),
            false if self.secret => Err(Fault::says("invalid privkey size")),
            false => Err(Fault::Refused(crate::error::sdk::INVALID_PUB_KEY.wrap("invalid pubkey size"))),
        }
    }
}

/// The members of an object, of which the last of a name counts.
fn members(json: &str) -> Result<HashMap<String, &str>, Fault> {
    match kind_of(json) {
        "object" => Ok(gotext::members(json)?.into_iter().collect()),
        _ => Err(Fault::says(mismatch_of(json, "map[string]json.RawMessage"))),
    }
}

fn no_wrapper(reason: &str) -> Fault {
    Fault::says(format!("cannot parse disfix JSON wrapper: {reason}"))
}

/// The name and the value of what is of an interface. Go takes the keys in any case.
fn named(json: &str) -> Result<(String, &str), Fault> {
    let (mut name, mut value) = (String::new(), None);
    match kind_of(json) {
        "object" => {
            for (key, json) in gotext::members(json)? {
                if key.eq_ignore_ascii_case("value") {
                    value = Some(json);
                } else if key.eq_ignore_ascii_case("type") && json != "null" {
                    name = gotext::text(json).map_err(|_| {
                        no_wrapper(&format!(
                            "json: cannot unmarshal {} into Go struct field disfixWrapper.type of type string",
                            kind_of(json)
                        ))
                    })?;
                }
            }
        }
        "null" => {}
        _ => return Err(no_wrapper(&mismatch_of(json, "amino.disfixWrapper"))),
    }
    if name.is_empty() {
        return Err(Fault::says("JSON encoding of interfaces require non-empty type field."));
    }
    let value =
        value.ok_or_else(|| Fault::says("interface JSON wrapper should have non-empty value field"))?;
    Ok((name, value))
}

/// What stands between the quotes of a number of 64 bits.
fn quoted(json: &str) -> Result<&str, Fault> {
    json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(|| {
        Fault::says(format!(
            "invalid character -- Amino:JSON int/int64/uint/uint64 expects quoted values for javascript numeric \
             support, got: {json}."
        ))
    })
}

fn moment(json: &str) -> Result<i128, Fault> {
    let text = quoted(json).map_err(|_| {
        Fault::says(format!("Amino:JSON time must be an RFC3339Nano string, but got {json}."))
    })?;
    if !text.ends_with('Z') {
        return Err(Fault::says(format!("Amino:JSON time must be UTC and end with 'Z' but got {json}.")));
    }
    Ok(time::parse(text)?)
}

fn integer(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(Fault::says(coin::no_integer(b"")));
    }
    coin::integer_digits(text).map_err(|error| match error.starts_with("integer out of range") {
        true => Fault::says(format!("integer out of range: {text}")),
        false => Fault::says(error),
    })
}

/// Bytes; none are nothing.
fn some_bytes(bytes: Vec<u8>) -> Value {
    if bytes.is_empty() { Value::Nil } else { Value::Bytes(bytes) }
}

/// It has a form of its own, and nobody sends one.
fn module_account() -> Fault {
    Fault::Refused(GrpcCode::Unimplemented.error("the JSON of cosmos-sdk/ModuleAccount"))
}

/// Writes `value` under `name`.
pub fn write_named(out: &mut Vec<u8>, name: &str, value: &Value, shape: &Shape) -> Result<(), Fault> {
    out.extend(format!("{{\"type\":\"{name}\",\"value\":").bytes());
    write(out, value, shape)?;
    out.push(b'}');
    Ok(())
}

fn write(out: &mut Vec<u8>, value: &Value, shape: &Shape) -> Result<(), Fault> {
    match (shape, value) {
        (Shape::Coins(_), Value::Nil) => out.extend(b"[]"),
        (Shape::Integer, number) => write_text(out, number.digits().as_bytes()),
        (Shape::Decimal, Value::Nil) => write_text(out, b"0"),
        (Shape::Decimal, number) => write_text(out, decimal(number.digits()).as_bytes()),
        (_, Value::Nil) => out.extend(b"null"),
        (Shape::Pointer(inner), value) => write(out, value, inner)?,
        (Shape::AccessType, Value::Int(number)) => {
            let name = ACCESS.iter().find(|(known, _)| known == number).map_or("", |(_, name)| *name);
            write_text(out, access_name(name).as_bytes());
        }
        (Shape::Int64(_), Value::Int(number)) => write_text(out, number.to_string().as_bytes()),
        (_, Value::Int(number)) => out.extend(number.to_string().bytes()),
        (Shape::Uint64, Value::Uint(number)) => write_text(out, number.to_string().as_bytes()),
        (_, Value::Uint(number)) => out.extend(number.to_string().bytes()),
        (_, Value::Bool(value)) => out.extend(value.to_string().bytes()),
        (Shape::Text, Value::Bytes(text)) => write_text(out, text),
        (Shape::Json, Value::Bytes(json)) => out.extend(json),
        (_, Value::Bytes(bytes)) => write_text(out, STANDARD.encode(bytes).as_bytes()),
        (_, Value::Number(digits)) => write_text(out, digits.as_bytes()),
        (_, Value::Time(nanos)) => write_text(out, time::rfc3339(*nanos).as_bytes()),
        (Shape::ModuleAccount(_), _) => return Err(module_account()),
        (Shape::Multisig(structure), Value::Struct(values)) => write_multisig(out, structure, values)?,
        (Shape::Struct(structure), Value::Struct(values)) => write_fields(out, structure, values)?,
        (Shape::List(element) | Shape::Coins(element), Value::List(items)) => {
            write_list(out, element, items)?
        }
        (_, Value::Registered(registered)) => {
            write_named(out, &registered.concrete.name, &registered.value, &registered.shape)?;
        }
        // What was never unpacked has no JSON, and go-amino writes just that.
        (_, Value::Packed(_) | Value::List(_) | Value::Struct(_)) => {}
    }
    Ok(())
}

fn write_fields(out: &mut Vec<u8>, structure: &Struct, values: &[Value]) -> Result<(), Fault> {
    out.push(b'{');
    let mut first = true;
    for (field, value) in structure.fields.iter().zip(values) {
        if field.omit_empty && is_empty(value, &field.shape) {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_text(out, field.name.as_bytes());
        out.push(b':');
        write(out, value, &field.shape)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_list(out: &mut Vec<u8>, element: &Shape, items: &[Value]) -> Result<(), Fault> {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item, element)?;
    }
    out.push(b']');
    Ok(())
}

fn write_multisig(out: &mut Vec<u8>, structure: &Struct, values: &[Value]) -> Result<(), Fault> {
    let [threshold, keys] = values else { return Ok(()) };
    out.extend(b"{\"threshold\":");
    write(out, threshold, &Shape::Uint64)?;
    out.extend(b",\"pubkeys\":");
    let keys = if *keys == Value::Nil { &Value::List(Vec::new()) } else { keys };
    match structure.fields.get(1) {
        Some(field) => write(out, keys, &field.shape)?,
        None => out.extend(b"null"),
    }
    out.push(b'}');
    Ok(())
}

fn is_empty(value: &Value, shape: &Shape) -> bool {
    match (shape, value) {
        (_, Value::Nil) => true,
        (Shape::Pointer(_), _) => false,
        (_, Value::Bytes(bytes)) => bytes.is_empty(),
        (_, value) => *value == Value::zero(shape),
    }
}

/// Writes `text` in quotes. Bytes that are no UTF-8 are replaced, one by one.
fn write_text(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        // Texts can always be written.
        let quoted = gojson::to_vec(chunk.valid()).unwrap_or_default();
        out.extend(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default());
        for _ in chunk.invalid() {
            out.extend(br"\ufffd");
        }
    }
    out.push(b'"');
}
