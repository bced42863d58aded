//! Which fields each message has, to refuse a transaction that carries fields nobody would read. Signers must not be
//! made to sign what the chain ignores.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use prost::Message;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::coin;
use crate::error::{Error, Result, sdk};
use crate::interface::{Interface, set_option};
use crate::proto::Any;

const DEEPEST: u32 = 10_000;
/// Messages packed within each other.
const DEEPEST_PACKED: u32 = 10;
/// Fields whose number has this bit set may be ignored where the SDK allows it.
const NON_CRITICAL: u32 = 1 << 10;
/// The largest number of a field.
const MOST_FIELDS: u64 = (1 << 31) - 1;
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const START_GROUP: u64 = 3;
const END_GROUP: u64 = 4;
const FIXED32: u64 = 5;

/// Why bytes are no protobuf, in the words of Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    Truncated,
    FieldNumber,
    Overflow,
    Reserved,
    EndGroup,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The space behind `proto:` is one that does not break, by the choice of the library in this build of wasmd.
        f.write_str(match self {
            Self::Truncated => "unexpected EOF",
            Self::FieldNumber => "proto:\u{a0}invalid field number",
            Self::Overflow => "proto:\u{a0}variable length integer overflow",
            Self::Reserved => "proto:\u{a0}cannot parse reserved wire type",
            Self::EndGroup => "proto:\u{a0}mismatching end group marker",
        })
    }
}

/// Reads one varint off the front of `bytes`; also says how many bytes it took.
///
/// # Errors
/// Bytes that end before it does, or a number of more than 64 bits.
pub fn varint(bytes: &[u8]) -> Result<(u64, usize), Malformed> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = index * 7;
        if shift == 63 && *byte > 1 {
            return Err(Malformed::Overflow);
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Ok((value, index + 1));
        }
    }
    Err(Malformed::Truncated)
}

/// The number and the wire type of the first field of `bytes`, and how many bytes they took.
///
/// # Errors
/// Bytes that do not begin with a tag.
pub fn tag(bytes: &[u8]) -> Result<(u32, u64, usize), Malformed> {
    let (tag, used) = varint(bytes)?;
    let number = tag >> 3;
    if number == 0 || number > MOST_FIELDS {
        return Err(Malformed::FieldNumber);
    }
    Ok((u32::try_from(number).map_err(|_| Malformed::FieldNumber)?, tag & 7, used))
}

/// The value at the front of `bytes` of a field with the given number and wire type, and what follows.
///
/// # Errors
/// Bytes that are no such value.
pub fn value(number: u32, wire: u64, bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    value_to(number, wire, bytes, DEEPEST)
}

fn value_to(number: u32, wire: u64, bytes: &[u8], depth: u32) -> Result<(&[u8], &[u8]), Malformed> {
    let cut = |size: usize| bytes.split_at_checked(size).ok_or(Malformed::Truncated);
    match wire {
        VARINT => cut(varint(bytes)?.1),
        FIXED64 => cut(8),
        FIXED32 => cut(4),
        BYTES => {
            let (size, used) = varint(bytes)?;
            let size = usize::try_from(size).map_err(|_| Malformed::Truncated)?;
            cut(used.checked_add(size).ok_or(Malformed::Truncated)?)
        }
        START_GROUP => {
            let depth = depth.checked_sub(1).ok_or(Malformed::Truncated)?;
            let mut rest = bytes;
            loop {
                let (inner, wire, used) = tag(rest)?;
                let after = rest.get(used..).unwrap_or_default();
                if wire == END_GROUP {
                    let taken = bytes.len().saturating_sub(after.len());
                    return if inner == number { cut(taken) } else { Err(Malformed::EndGroup) };
                }
                rest = value_to(inner, wire, after, depth)?.1;
            }
        }
        END_GROUP => Err(Malformed::EndGroup),
        _ => Err(Malformed::Reserved),
    }
}

fn wire_name(wire: u64) -> String {
    match wire {
        VARINT => "varint".to_owned(),
        FIXED64 => "fixed64".to_owned(),
        BYTES => "bytes".to_owned(),
        START_GROUP => "start_group".to_owned(),
        END_GROUP => "end_group".to_owned(),
        FIXED32 => "fixed32".to_owned(),
        other => format!("unknown type: {other}"),
    }
}

/// What must be known of a message to read it.
struct Schema {
    name: String,
    go_name: String,
    fields: HashMap<u32, Field>,
}

struct Field {
    /// The wire type in which it is written.
    wire: u64,
    go_name: String,
    contents: Contents,
}

/// What a field holds, as far as it must be looked into.
enum Contents {
    /// Nothing within.
    Plain,
    /// An integer of any size, in text.
    Integer,
    Nested(MessageDescriptor),
    /// A packed message, and the interface that it must be of.
    Packed(Option<String>),
}

impl Schema {
    fn of(kind: &MessageDescriptor) -> Result<Arc<Self>> {
        static KNOWN: OnceLock<RwLock<HashMap<String, Arc<Schema>>>> = OnceLock::new();
        let known = KNOWN.get_or_init(RwLock::default);
        let found = known.read().unwrap_or_else(PoisonError::into_inner).get(kind.full_name()).cloned();
        if let Some(schema) = found {
            return Ok(schema);
        }
        let interface = Interface::recorded()?;
        let fields = kind.fields().map(|field| (field.number(), Field::of(interface, &field))).collect();
        let schema = Arc::new(Self { name: kind.full_name().to_owned(), go_name: go_name(kind), fields });
        known.write().unwrap_or_else(PoisonError::into_inner).insert(schema.name.clone(), schema.clone());
        Ok(schema)
    }
}

impl Field {
    fn of(interface: &Interface, field: &FieldDescriptor) -> Self {
        let options = field.options();
        let text = |name: &str| {
            let value = set_option(&options, interface.option(name).as_ref());
            value.and_then(|value| value.as_str().map(str::to_owned))
        };
        let contents = match field.kind() {
            Kind::Message(kind) if kind.full_name() == "google.protobuf.Any" => {
                // Some are packed without saying what they are.
                let own = match field.full_name() {
                    "cosmos.tx.v1beta1.TxBody.messages" => Some("cosmos.base.v1beta1.Msg"),
                    "cosmos.tx.v1beta1.SignerInfo.public_key"
                    | "cosmos.crypto.multisig.LegacyAminoPubKey.public_keys" => Some("cosmos.crypto.PubKey"),
                    _ => None,
                };
                let own = own.map(str::to_owned);
                Contents::Packed(own.or_else(|| text("cosmos_proto.accepts_interface")))
            }
            Kind::Message(kind) => Contents::Nested(kind),
            Kind::String if text("gogoproto.customtype").is_some_and(|name| name.ends_with("math.Int")) => {
                Contents::Integer
            }
            _ => Contents::Plain,
        };
        let wire = match field.kind() {
            Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => FIXED64,
            Kind::Fixed32 | Kind::Sfixed32 | Kind::Float => FIXED32,
            Kind::String | Kind::Bytes | Kind::Message(_) => BYTES,
            _ => VARINT,
        };
        let go_name = text("gogoproto.customname").unwrap_or_else(|| camel(field.name()));
        Self { wire, go_name, contents }
    }

    /// Whether the field may be written in a wire type: its own, or several numbers in one field of bytes, which the
    /// SDK's first look lets pass even for a single number.
    fn can_encode(&self, wire: u64) -> bool {
        wire == self.wire || wire == BYTES && self.wire != FIXED32
    }
}

/// `snake_case` as `SnakeCase`.
pub fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    });
    words.collect()
}

/// The name in Go of the type behind `type_url`, as error texts have it.
pub fn go_type(type_url: &str) -> String {
    let kind = Interface::recorded().ok().and_then(|interface| interface.message(type_url));
    kind.map_or_else(|| type_url.to_owned(), |kind| go_name(&kind))
}

/// The name in Go of a message's type.
pub fn go_name(kind: &MessageDescriptor) -> String {
    format!("*{}", go_full_name(kind.full_name()))
}

/// The name in Go of what is called `full_name`: its package and its own name.
pub fn go_full_name(full_name: &str) -> String {
    let parts: Vec<&str> = full_name.split('.').collect();
    let package = match parts.as_slice() {
        ["cosmos", "crypto", "multisig", "v1beta1", ..] => "types",
        ["cosmos", "crypto", package, ..]
        | ["cosmos", "base", package @ "query", ..]
        | ["cosmos", package @ ("tx" | "authz" | "feegrant" | "group" | "nft"), ..] => package,
        ["cosmos", "gov", version, ..] => version,
        _ => "types",
    };
    let named = parts.iter().skip_while(|part| part.chars().next().is_none_or(char::is_lowercase));
    format!("{package}.{}", named.copied().collect::<Vec<_>>().join("_"))
}

/// The name in Go of the interface that messages know as `interface`.
pub fn go_interface(interface: &str) -> String {
    let parts: Vec<&str> = interface.split('.').collect();
    let name = parts.last().copied().unwrap_or_default();
    match parts.as_slice() {
        ["cosmos", package @ ("tx" | "authz" | "feegrant" | "group"), ..] => format!("{package}.{name}"),
        ["cosmos", "gov", version, ..] => format!("{version}.{name}"),
        ["cosmos", "evidence", ..] => format!("exported.{name}"),
        ["cosmos", "base", ..] => "interface { ProtoMessage(); Reset(); String() string }".to_owned(),
        _ => format!("types.{name}"),
    }
}

/// Why Go cannot read `bytes` as the message called `name`; `None` if it can.
pub fn decode_error(name: &str, bytes: &[u8]) -> Option<String> {
    let kind = Interface::recorded().ok()?.message(name)?;
    unreadable(&kind, bytes, DEEPEST).err()
}

/// Walks through `bytes` as the code does that gogoproto makes for a message.
fn unreadable(kind: &MessageDescriptor, mut bytes: &[u8], depth: u32) -> Result<(), String> {
    let cut = |error| match error {
        Malformed::Overflow => "proto: integer overflow".to_owned(),
        _ => Malformed::Truncated.to_string(),
    };
    let depth = depth.checked_sub(1).ok_or("recursion limit reached")?;
    let schema = schema(kind)?;
    while !bytes.is_empty() {
        let (tag, used) = varint(bytes).map_err(cut)?;
        let (number, wire) = (tag >> 3, tag & 7);
        if wire == END_GROUP {
            return Err(format!("proto: {}: wiretype end group for non-group", kind.name()));
        }
        let Some(number) = u32::try_from(number).ok().filter(|number| *number > 0) else {
            return Err(format!("proto: {}: illegal tag {number} (wire type {tag})", kind.name()));
        };
        let field = schema.fields.get(&number);
        let repeated = || kind.get_field(number).is_some_and(|field| field.is_list());
        if let Some(field) = field.filter(|field| wire != field.wire && !(wire == BYTES && repeated())) {
            return Err(format!("proto: wrong wireType = {wire} for field {}", field.go_name));
        }
        if wire > FIXED32 {
            return Err(format!("proto: illegal wireType {wire}"));
        }
        let (contents, rest) = value(number, wire, bytes.get(used..).unwrap_or_default()).map_err(cut)?;
        bytes = rest;
        if let Some(Contents::Nested(nested)) = field.map(|field| &field.contents) {
            let prefix = varint(contents).map_or(0, |(_, used)| used);
            unreadable(nested, contents.get(prefix..).unwrap_or_default(), depth)?;
        }
    }
    Ok(())
}

/// Reads `bytes` as strictly as the SDK reads a part of a transaction, the message called `name`: no field that the
/// message does not have, down to every nested and packed message, every type where it may be, and every number a
/// number. Returns whether there were unknown fields that may be ignored, which only `lenient` tolerates.
///
/// # Errors
/// `tx parse error` with what is wrong.
pub fn check(name: &str, bytes: &[u8], lenient: bool) -> Result<bool> {
    let interface = Interface::recorded()?;
    let kind = interface
        .message(name)
        .ok_or_else(|| Error::unregistered(format!("the recorded interface of wasmd has no {name}")))?;
    let walk = Walk { interface, lenient };
    let parse = |text: String| sdk::TX_DECODE.wrap(text);
    let ignored = walk.fields(&kind, bytes, DEEPEST).map_err(parse)?;
    walk.contents(&kind, bytes, DEEPEST).map_err(parse)?;
    walk.packed(&kind, bytes, DEEPEST_PACKED).map_err(parse)?;
    Ok(ignored)
}

/// The first look, which reads no values.
struct Walk {
    interface: &'static Interface,
    lenient: bool,
}

/// One field of a message, as it is written.
struct Written<'a> {
    number: u32,
    wire: u64,
    /// Without its length, if it has one.
    value: &'a [u8],
    /// What follows.
    rest: &'a [u8],
}

fn next(bytes: &[u8]) -> Result<Written<'_>, String> {
    let (number, wire, used) = tag(bytes).map_err(|_| "invalid length")?;
    let rest = bytes.get(used..).unwrap_or_default();
    let (contents, rest) = value(number, wire, rest).map_err(|error| {
        format!(
            "could not consume field value for tagNum: {number}, wireType: {:?}; {error}",
            wire_name(wire)
        )
    })?;
    let prefix = if wire == BYTES { varint(contents).map_or(0, |(_, used)| used) } else { 0 };
    Ok(Written { number, wire, value: contents.get(prefix..).unwrap_or_default(), rest })
}

fn schema(kind: &MessageDescriptor) -> Result<Arc<Schema>, String> {
    Schema::of(kind).map_err(|error| error.to_string())
}

fn any(bytes: &[u8]) -> Result<Any, String> {
    Any::decode(bytes).map_err(|error| error.to_string())
}

impl Walk {
    /// Looks for fields that are not known.
    fn fields(&self, kind: &MessageDescriptor, mut bytes: &[u8], depth: u32) -> Result<bool, String> {
        if bytes.is_empty() {
            return Ok(false);
        }
        let depth = depth.checked_sub(1).ok_or("recursion limit reached")?;
        let schema = schema(kind)?;
        let mut ignored = false;
        while !bytes.is_empty() {
            let (number, wire, _) = tag(bytes).map_err(|_| "invalid length")?;
            let field = schema.fields.get(&number);
            match field {
                Some(field) if !field.can_encode(wire) => {
                    return Err(format!(
                        "Mismatched {:?}: {{TagNum: {number}, GotWireType: {:?} != WantWireType: {:?}}}",
                        schema.go_name,
                        wire_name(wire),
                        wire_name(field.wire)
                    ));
                }
                Some(_) => {}
                None => {
                    let critical = number & NON_CRITICAL == 0;
                    ignored |= !critical;
                    if critical || !self.lenient {
                        return Err(format!(
                            "errUnknownField {:?}: {{TagNum: {number}, WireType:{:?}}}",
                            schema.go_name,
                            wire_name(wire)
                        ));
                    }
                }
            }
            let Written { value: contents, rest, .. } = next(bytes)?;
            bytes = rest;
            ignored |= match field.map(|field| &field.contents) {
                Some(Contents::Nested(nested)) => self.fields(nested, contents, depth)?,
                Some(Contents::Packed(_)) => {
                    let ignored = self
                        .interface
                        .message("google.protobuf.Any")
                        .map_or(Ok(false), |kind| self.fields(&kind, contents, depth.saturating_sub(1)))?;
                    let any = any(contents)?;
                    let kind = self
                        .interface
                        .registered(&any.type_url)
                        .ok_or_else(|| format!("unable to resolve type URL {}", any.type_url))?;
                    self.fields(&kind, &any.value, depth)? || ignored
                }
                _ => false,
            };
        }
        Ok(ignored)
    }

    /// Reads the values of a message, but for what is packed in it.
    fn contents(&self, kind: &MessageDescriptor, mut bytes: &[u8], depth: u32) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("recursion limit reached")?;
        let schema = schema(kind)?;
        while !bytes.is_empty() {
            let Written { number, wire, value: contents, rest } = next(bytes)?;
            bytes = rest;
            let Some(field) = schema.fields.get(&number) else { continue };
            let repeated = || kind.get_field(number).is_some_and(|field| field.is_list());
            if wire != field.wire && !repeated() {
                return Err(format!("proto: wrong wireType = {wire} for field {}", field.go_name));
            }
            match &field.contents {
                Contents::Integer => {
                    coin::integer(&String::from_utf8_lossy(contents))?;
                }
                Contents::Nested(nested) => self.contents(nested, contents, depth)?,
                Contents::Plain | Contents::Packed(_) => {}
            }
        }
        Ok(())
    }

    /// Reads what is packed in a message.
    fn packed(&self, kind: &MessageDescriptor, mut bytes: &[u8], depth: u32) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("max depth exceeded")?;
        let schema = schema(kind)?;
        while !bytes.is_empty() {
            let Written { number, value: contents, rest, .. } = next(bytes)?;
            bytes = rest;
            match schema.fields.get(&number).map(|field| &field.contents) {
                Some(Contents::Nested(nested)) => self.packed(nested, contents, depth.saturating_add(1))?,
                Some(Contents::Packed(Some(wanted))) => {
                    self.unpack(&any(contents)?, wanted, depth).map_err(|error| {
                        // The only message that says which of its fields it is.
                        match kind
                            .get_field(number)
                            .filter(|_| schema.name == "cosmwasm.wasm.v1.ContractGrant")
                        {
                            Some(field) => format!("{}: {error}", field.name()),
                            None => error,
                        }
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn unpack(&self, any: &Any, wanted: &str, depth: u32) -> Result<(), String> {
        if any.type_url.is_empty() {
            return Ok(());
        }
        if !self.interface.has_implementations(wanted) {
            return Err(format!("no registered implementations of type {}", go_interface(wanted)));
        }
        if !self.interface.implements(&any.type_url, wanted) {
            return Err(format!(
                "no concrete type registered for type URL {} against interface *{}",
                any.type_url,
                go_interface(wanted)
            ));
        }
        let Some(kind) = self.interface.message(&any.type_url) else { return Ok(()) };
        self.contents(&kind, &any.value, DEEPEST)?;
        self.packed(&kind, &any.value, depth)
    }
}
