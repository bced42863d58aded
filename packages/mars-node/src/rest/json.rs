//! Messages in the JSON of wasmd's gateway: fields under their proto names in the order of their declaration, all of
//! them, 64-bit integers as texts, absent messages and empty bytes as `null`, and the Go types of some fields, which
//! write themselves, as the `gogoproto` options tell them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, Kind,
    MessageDescriptor, ReflectMessage, Value,
};

use crate::interface::declared;
use crate::query::decimal;

/// Messages within messages, above which a message is taken for an attack.
pub(super) const DEEPEST: u32 = 100;

/// Writes and reads messages of one description.
pub struct Codec {
    pool: DescriptorPool,
    go_type: [Option<ExtensionDescriptor>; 2],
    nullable: Option<ExtensionDescriptor>,
    plans: RwLock<HashMap<String, Arc<[Plan]>>>,
}

/// How one field is written.
pub(super) struct Plan {
    pub field: FieldDescriptor,
    pub go_type: GoType,
    /// Whether the field, being a message, can be absent.
    pub nullable: bool,
}

/// The Go type of a field, where it writes itself in a way of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum GoType {
    Plain,
    /// A decimal, kept as a number of units of 10^-18.
    Decimal,
    /// An integer; nothing is zero.
    Integer,
    /// Bytes in hexadecimal.
    Hex,
    /// JSON, as it is.
    Json,
}

impl GoType {
    fn of(name: &str) -> Self {
        match name.rsplit(['.', '/']).next().unwrap_or_default() {
            "LegacyDec" | "Dec" => Self::Decimal,
            "Int" => Self::Integer,
            "HexBytes" => Self::Hex,
            "RawContractMessage" => Self::Json,
            _ => Self::Plain,
        }
    }
}

impl Codec {
    /// A codec of the messages in `pool`.
    pub fn new(pool: DescriptorPool) -> Self {
        let extension = |name: &str| pool.get_extension_by_name(name);
        Self {
            go_type: [extension("gogoproto.customtype"), extension("gogoproto.casttype")],
            nullable: extension("gogoproto.nullable"),
            plans: RwLock::default(),
            pool,
        }
    }

    /// The message of that kind that `bytes` is.
    ///
    /// # Errors
    /// Bytes that are none, and an `Any` of a kind that the description does not have.
    pub fn write(&self, kind: &MessageDescriptor, bytes: &[u8]) -> Result<String, String> {
        let message = decode(kind, bytes)?;
        let mut out = String::new();
        self.message(&mut out, &message, DEEPEST)?;
        Ok(out)
    }

    pub(super) fn plan(&self, kind: &MessageDescriptor) -> Arc<[Plan]> {
        let known = self.plans.read().unwrap_or_else(PoisonError::into_inner).get(kind.full_name()).cloned();
        known.unwrap_or_else(|| {
            let plan: Arc<[Plan]> = declared(kind).map(|field| self.plan_field(field)).collect();
            let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
            plans.insert(kind.full_name().to_owned(), plan.clone());
            plan
        })
    }

    fn plan_field(&self, field: FieldDescriptor) -> Plan {
        let options = field.options();
        let named = self.go_type.iter().flatten().find_map(|option| {
            match (options.has_extension(option), &*options.get_extension(option)) {
                (true, Value::String(name)) => Some(GoType::of(name)),
                _ => None,
            }
        });
        let nullable = self.nullable.as_ref().is_none_or(|option| {
            !options.has_extension(option) || options.get_extension(option).as_bool() != Some(false)
        });
        Plan { field, go_type: named.unwrap_or(GoType::Plain), nullable }
    }

    fn message(&self, out: &mut String, message: &DynamicMessage, depth: u32) -> Result<(), String> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(format!("more than {DEEPEST} messages within each other"));
        };
        let kind = message.descriptor();
        match kind.full_name() {
            "google.protobuf.Any" => return self.any(out, message, depth),
            "google.protobuf.Timestamp" => return timestamp(out, message),
            "google.protobuf.Duration" => return duration(out, message),
            _ => {}
        }
        out.push('{');
        self.fields(out, message, depth)?;
        out.push('}');
        Ok(())
    }

    fn fields(&self, out: &mut String, message: &DynamicMessage, depth: u32) -> Result<(), String> {
        for plan in &*self.plan(&message.descriptor()) {
            let Plan { field, nullable, .. } = plan;
            let present = message.has_field(field);
            if !present && field.containing_oneof().is_some() {
                continue;
            }
            if !out.ends_with('{') {
                out.push(',');
            }
            text(out, field.name());
            out.push(':');
            match &*message.get_field(field) {
                Value::List(items) => {
                    out.push('[');
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            out.push(',');
                        }
                        self.value(out, plan, item, depth)?;
                    }
                    out.push(']');
                }
                Value::Map(entries) => self.map(out, plan, entries, depth)?,
                Value::Message(_) if !present && *nullable => out.push_str("null"),
                value => self.value(out, plan, value, depth)?,
            }
        }
        Ok(())
    }

    fn map(
        &self,
        out: &mut String,
        plan: &Plan,
        entries: &HashMap<prost_reflect::MapKey, Value>,
        depth: u32,
    ) -> Result<(), String> {
        let mut entries: Vec<(String, &Value)> =
            entries.iter().map(|(key, value)| (key_text(key), value)).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        out.push('{');
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            text(out, &key);
            out.push(':');
            self.value(out, plan, value, depth)?;
        }
        out.push('}');
        Ok(())
    }

    fn value(&self, out: &mut String, plan: &Plan, value: &Value, depth: u32) -> Result<(), String> {
        match value {
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::I32(value) => out.push_str(&value.to_string()),
            Value::U32(value) => out.push_str(&value.to_string()),
            Value::I64(value) => text(out, &value.to_string()),
            Value::U64(value) => text(out, &value.to_string()),
            Value::F32(value) => out.push_str(&serde_json::Value::from(*value).to_string()),
            Value::F64(value) => out.push_str(&serde_json::Value::from(*value).to_string()),
            Value::String(value) => string(out, plan.go_type, value),
            Value::Bytes(value) => bytes(out, plan.go_type, value),
            Value::EnumNumber(number) => match plan.field.kind() {
                Kind::Enum(names) => name(out, &names, *number),
                _ => out.push_str(&number.to_string()),
            },
            Value::Message(message) => self.message(out, message, depth)?,
            // Neither a list nor a map has lists or maps in it.
            Value::List(_) | Value::Map(_) => out.push_str("null"),
        }
        Ok(())
    }

    fn any(&self, out: &mut String, message: &DynamicMessage, depth: u32) -> Result<(), String> {
        let (url, value) = (message.get_field_by_name("type_url"), message.get_field_by_name("value"));
        let url = url.as_ref().and_then(|url| url.as_str()).unwrap_or_default();
        let value = value.as_ref().and_then(|value| value.as_bytes()).cloned().unwrap_or_default();
        let kind = self
            .pool
            .get_message_by_name(url.rsplit('/').next().unwrap_or_default())
            .ok_or_else(|| format!("unable to resolve type URL {url}"))?;
        let inner = decode(&kind, &value)?;
        out.push_str("{\"@type\":");
        text(out, url);
        if kind.full_name().starts_with("google.protobuf.") {
            out.push_str(",\"value\":");
            self.message(out, &inner, depth)?;
        } else {
            self.fields(out, &inner, depth)?;
        }
        out.push('}');
        Ok(())
    }
}

fn decode(kind: &MessageDescriptor, bytes: &[u8]) -> Result<DynamicMessage, String> {
    DynamicMessage::decode(kind.clone(), bytes)
        .map_err(|error| format!("a message {} that cannot be read: {error}", kind.full_name()))
}

/// `text` in quotes, with the signs escaped that Go escapes.
fn text(out: &mut String, text: &str) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(sign)));
            }
            sign => out.push(sign),
        }
    }
    out.push('"');
}

fn string(out: &mut String, go_type: GoType, value: &str) {
    match go_type {
        GoType::Decimal => text(out, &decimal(value)),
        GoType::Integer if value.is_empty() => text(out, "0"),
        _ => text(out, value),
    }
}

fn bytes(out: &mut String, go_type: GoType, value: &[u8]) {
    match go_type {
        GoType::Decimal => text(out, &decimal(&String::from_utf8_lossy(value))),
        GoType::Integer => string(out, go_type, &String::from_utf8_lossy(value)),
        GoType::Hex => text(out, &hex::encode_upper(value)),
        GoType::Json if serde_json::from_slice::<serde::de::IgnoredAny>(value).is_ok() => {
            out.push_str(&String::from_utf8_lossy(value));
        }
        GoType::Plain | GoType::Json if value.is_empty() => out.push_str("null"),
        GoType::Plain | GoType::Json => text(out, &STANDARD.encode(value)),
    }
}

fn name(out: &mut String, names: &EnumDescriptor, number: i32) {
    match names.get_value(number) {
        Some(value) if names.full_name() == ACCESS_TYPE => text(out, access_name(value.name())),
        Some(value) => text(out, value.name()),
        None => out.push_str(&number.to_string()),
    }
}

/// An enumeration whose Go type has names of its own.
pub(crate) const ACCESS_TYPE: &str = "cosmwasm.wasm.v1.AccessType";

/// What the Go type calls the value named `name`.
pub(crate) fn access_name(name: &str) -> &'static str {
    match name {
        "ACCESS_TYPE_NOBODY" => "Nobody",
        "ACCESS_TYPE_EVERYBODY" => "Everybody",
        "ACCESS_TYPE_ANY_OF_ADDRESSES" => "AnyOfAddresses",
        _ => "Unspecified",
    }
}

fn key_text(key: &prost_reflect::MapKey) -> String {
    use prost_reflect::MapKey;
    match key {
        MapKey::Bool(key) => key.to_string(),
        MapKey::I32(key) => key.to_string(),
        MapKey::I64(key) => key.to_string(),
        MapKey::U32(key) => key.to_string(),
        MapKey::U64(key) => key.to_string(),
        MapKey::String(key) => key.clone(),
    }
}

/// Seconds and nanoseconds of a moment or a duration.
fn moment(message: &DynamicMessage) -> (i64, i32) {
    let seconds = message.get_field_by_name("seconds").and_then(|value| value.as_i64());
    let nanos = message.get_field_by_name("nanos").and_then(|value| value.as_i32());
    (seconds.unwrap_or_default(), nanos.unwrap_or_default())
}

/// A fraction of a second in 0, 3, 6 or 9 places.
fn fraction(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        n if n % 1_000_000 == 0 => format!(".{:03}", n / 1_000_000),
        n if n % 1_000 == 0 => format!(".{:06}", n / 1_000),
        n => format!(".{n:09}"),
    }
}

fn timestamp(out: &mut String, message: &DynamicMessage) -> Result<(), String> {
    let (seconds, nanos) = moment(message);
    let unix = u64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1_000_000_000));
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000);
    let (Some(unix), Some(nanos)) = (unix, nanos) else {
        return Err(format!("a moment of {seconds} seconds, which cannot be written"));
    };
    let whole = crate::time::rfc3339_seconds(unix);
    text(out, &format!("{}{}Z", whole.trim_end_matches('Z'), fraction(nanos)));
    Ok(())
}

#[allow(clippy::unnecessary_wraps)] // the form of `timestamp`
fn duration(out: &mut String, message: &DynamicMessage) -> Result<(), String> {
    let (seconds, nanos) = moment(message);
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    text(out, &format!("{sign}{}{}s", seconds.unsigned_abs(), fraction(nanos.unsigned_abs())));
    Ok(())
}
