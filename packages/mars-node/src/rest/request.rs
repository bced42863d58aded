//! The request in a query string and a path, with the refusals of the gateway.

use base64::alphabet;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use crate::door::uri;
use crate::gotext::base64_of;
use crate::tx::{go_full_name, go_name};

/// The request in a query string. Parameters that no field has are passed over, and so are those that the path has.
///
/// # Errors
/// A value that its field cannot have.
pub fn from_query(
    kind: &MessageDescriptor,
    query: &str,
    in_path: &[(&str, String)],
) -> Result<DynamicMessage, String> {
    let mut message = DynamicMessage::new(kind.clone());
    let pairs: Vec<(String, String)> =
        query.split('&').filter_map(|part| uri::pair(part).transpose()).collect::<Result<_, _>>()?;
    for (index, (name, value)) in pairs.iter().enumerate() {
        // Of several values for one the first counts.
        let known = pairs.iter().take(index).any(|(known, _)| known == name);
        if in_path.iter().any(|(field, _)| field == name) {
            continue;
        }
        // The name of a map may have that of an entry behind it.
        let name =
            name.strip_suffix(']').and_then(|name| name.split_once('[')).map_or(&**name, |(name, _)| name);
        set(&mut message, name, name, value, known)?;
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

/// Sets the field at the end `path` of `whole`, whose parts are between dots. One that is `known` already is only added
/// to if it is a list.
fn set(
    message: &mut DynamicMessage,
    whole: &str,
    path: &str,
    value: &str,
    known: bool,
) -> Result<(), String> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = field_of(&message.descriptor(), name) else { return Ok(()) };
    match (rest, message.get_field_mut(&field)) {
        (Some(rest), Value::Message(inner)) => set(inner, whole, rest, value, known),
        (Some(rest), _) => {
            let outer = whole.strip_suffix(rest).unwrap_or(whole).trim_end_matches('.');
            let first = rest.split('.').next().unwrap_or_default();
            Err(format!("unexpected nested field {first} in {outer}"))
        }
        (None, Value::List(list)) => {
            list.push(parse(&field.kind(), value)?);
            Ok(())
        }
        (None, place) if !known => {
            *place = parse(&field.kind(), value)?;
            Ok(())
        }
        (None, _) => Ok(()),
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
        Kind::Enum(names) => {
            let numbered = || text.parse().ok().and_then(|number| names.get_value(number));
            let value = names.get_value_by_name(text).or_else(numbered);
            let refuse = || format!("{text} is not a valid {}", go_full_name(names.full_name()));
            Value::EnumNumber(value.ok_or_else(refuse)?.number())
        }
        Kind::Message(kind) => {
            return Err(format!("field type {} is not supported in query parameters", go_name(kind)));
        }
        Kind::Double | Kind::Float => return Err(format!("unsupported field type {kind:?}")),
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

/// The bytes that `text` is in base64, of either alphabet.
fn bytes(text: &str) -> Result<Vec<u8>, String> {
    base64_of(text, &alphabet::STANDARD).or_else(|_| base64_of(text, &alphabet::URL_SAFE))
}
