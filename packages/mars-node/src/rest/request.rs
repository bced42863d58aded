//! The request in a body, a query string and a path, with the refusals of the gateway.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, alphabet};
use prost_reflect::{
    DeserializeOptions, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};
use serde_json::Value as Json;

/// The request that `body` is in JSON.
///
/// # Errors
/// JSON that is none, or not of this request.
pub fn from_body(kind: &MessageDescriptor, body: &[u8]) -> Result<DynamicMessage, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(DynamicMessage::new(kind.clone()));
    }
    let json: Json = serde_json::from_slice(body)
        .map_err(|error| if error.is_eof() { "unexpected EOF".to_owned() } else { error.to_string() })?;
    let Json::Object(fields) = &json else {
        return Err(mismatch(&json, "map[string]json.RawMessage"));
    };
    // Bytes are what clients get wrong; here the refusal has Go's words.
    for (name, value) in fields {
        if field_of(kind, name).is_some_and(|field| field.kind() == Kind::Bytes && !field.is_list()) {
            match value {
                Json::String(text) => drop(decode(text, &alphabet::STANDARD)?),
                Json::Null => {}
                other => return Err(mismatch(other, "[]uint8")),
            }
        }
    }
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    DynamicMessage::deserialize_with_options(kind.clone(), json, &options).map_err(|error| {
        let text = error.to_string();
        match text.strip_prefix("message '").and_then(|rest| rest.split_once("' not found")) {
            Some((name, _)) => format!("unknown message type {name:?}"),
            None => text,
        }
    })
}

fn mismatch(json: &Json, wanted: &str) -> String {
    let kind = match json {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    format!("json: cannot unmarshal {kind} into Go value of type {wanted}")
}

/// The request in a query string. Parameters that no field has are passed over, and so are those that the path has.
///
/// # Errors
/// A value that its field cannot have, or a second value for one that has one.
pub fn from_query(
    kind: &MessageDescriptor,
    query: &str,
    in_path: &[(&str, String)],
) -> Result<DynamicMessage, String> {
    let mut message = DynamicMessage::new(kind.clone());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if in_path.iter().any(|(field, _)| *field == name) {
            continue;
        }
        set(&mut message, &name, &value)?;
    }
    Ok(message)
}

/// Sets the fields that stand in the path.
///
/// # Errors
/// A value that its field cannot have.
pub fn set_path_fields(message: &mut DynamicMessage, fields: &[(&str, String)]) -> Result<(), String> {
    for (name, value) in fields {
        if let Some(field) = field_of(&message.descriptor(), name) {
            let value = parse(&field.kind(), value)
                .map_err(|error| format!("type mismatch, parameter: {name}, error: {error}"))?;
            message.set_field(&field, value);
        }
    }
    Ok(())
}

fn field_of(kind: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    kind.get_field_by_name(name).or_else(|| kind.get_field_by_json_name(name))
}

/// Sets the field at `path`, whose parts are between dots.
fn set(message: &mut DynamicMessage, path: &str, value: &str) -> Result<(), String> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = field_of(&message.descriptor(), name) else { return Ok(()) };
    match rest {
        Some(rest) if !field.is_list() => match message.get_field_mut(&field) {
            Value::Message(inner) => set(inner, rest, value),
            _ => Ok(()),
        },
        Some(_) => Ok(()),
        None if field.is_list() => {
            let value = parse(&field.kind(), value)?;
            if let Value::List(list) = message.get_field_mut(&field) {
                list.push(value);
            }
            Ok(())
        }
        None if message.has_field(&field) => Err(format!("too many values for field {name:?}: {value}")),
        None => {
            let value = parse(&field.kind(), value)?;
            message.set_field(&field, value);
            Ok(())
        }
    }
}

/// The value of that kind that `text` is.
fn parse(kind: &Kind, text: &str) -> Result<Value, String> {
    Ok(match kind {
        Kind::String => Value::String(text.to_owned()),
        Kind::Bool => Value::Bool(match text {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => true,
            "0" | "f" | "F" | "FALSE" | "false" | "False" => false,
            _ => return Err(syntax("ParseBool", text)),
        }),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(integer("ParseInt", text)?),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(integer("ParseInt", text)?),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(integer("ParseUint", text)?),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(integer("ParseUint", text)?),
        Kind::Bytes => Value::Bytes(bytes(text)?.into()),
        Kind::Enum(names) => match names.get_value_by_name(text) {
            Some(value) => Value::EnumNumber(value.number()),
            None => Value::EnumNumber(
                text.parse().map_err(|_| format!("{text} is not a valid {}", names.full_name()))?,
            ),
        },
        Kind::Double | Kind::Float | Kind::Message(_) => {
            return Err(format!("unsupported field type {kind:?}"));
        }
    })
}

fn syntax(function: &str, text: &str) -> String {
    format!("strconv.{function}: parsing {text:?}: invalid syntax")
}

fn integer<T: std::str::FromStr<Err = std::num::ParseIntError>>(
    function: &str,
    text: &str,
) -> Result<T, String> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    // Go's ParseUint takes no sign.
    if function == "ParseUint" && text.starts_with('+') {
        return Err(syntax(function, text));
    }
    text.parse::<T>().map_err(|error| match error.kind() {
        PosOverflow | NegOverflow => format!("strconv.{function}: parsing {text:?}: value out of range"),
        _ => syntax(function, text),
    })
}

const STRICT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical);

/// The bytes that `text` is in base64, of either alphabet.
fn bytes(text: &str) -> Result<Vec<u8>, String> {
    decode(text, &alphabet::STANDARD).or_else(|_| decode(text, &alphabet::URL_SAFE))
}

fn decode(text: &str, alphabet: &alphabet::Alphabet) -> Result<Vec<u8>, String> {
    GeneralPurpose::new(alphabet, STRICT).decode(text).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => text.len() / 4 * 4,
        };
        format!("illegal base64 data at input byte {at}")
    })
}
