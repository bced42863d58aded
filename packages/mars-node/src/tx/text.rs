//! Messages as Go prints them, which some error texts do: `sender:"mars1..." funds:<denom:"umars" amount:"1" > `.

use std::fmt::Write;

use prost_reflect::{DynamicMessage, ReflectMessage, Value};

use crate::interface::Interface;
use crate::proto::Any;

/// The packed message in Go's text; nothing for a message of an unknown type.
pub fn packed(any: &Any) -> String {
    let kind = Interface::recorded().ok().and_then(|interface| interface.message(&any.type_url));
    let message = kind.and_then(|kind| DynamicMessage::decode(kind, any.value.as_slice()).ok());
    let mut text = String::new();
    if let Some(message) = message {
        fields(&mut text, &message);
    }
    text
}

fn fields(text: &mut String, message: &DynamicMessage) {
    for field in message.descriptor().fields().filter(|field| message.has_field(field)) {
        let value = message.get_field(&field);
        for value in value.as_list().unwrap_or(std::slice::from_ref(&*value)) {
            let _ = write!(text, "{}:", field.name());
            match value {
                Value::Message(inner) => {
                    text.push('<');
                    fields(text, inner);
                    text.push('>');
                }
                Value::String(value) => quoted(text, value.as_bytes()),
                Value::Bytes(value) => quoted(text, value),
                Value::Bool(value) => {
                    let _ = write!(text, "{value}");
                }
                Value::EnumNumber(number) => {
                    let kind = field.kind();
                    let known = kind.as_enum().and_then(|kind| kind.get_value(*number));
                    text.push_str(&known.map_or_else(|| number.to_string(), |value| value.name().to_owned()));
                }
                Value::I32(value) => text.push_str(&value.to_string()),
                Value::U32(value) => text.push_str(&value.to_string()),
                Value::I64(value) => text.push_str(&value.to_string()),
                Value::U64(value) => text.push_str(&value.to_string()),
                Value::F32(_) | Value::F64(_) | Value::List(_) | Value::Map(_) => {}
            }
            text.push(' ');
        }
    }
}

fn quoted(text: &mut String, bytes: &[u8]) {
    text.push('"');
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            0x20..=0x7e => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\{other:03o}");
            }
        }
    }
    text.push('"');
}
