//! Amino's binary: like protobuf, but that what is of an interface begins with four bytes that tell what it is, and that
//! nothing is written twice or out of order.

use super::shape::{Registry, Shape, Struct, go_name_of};
use super::{FIRST_SECOND, Fault, NANOS, Registered, Value};
use crate::coin;

/// The second after Go's calendar, as amino knows it.
const END: i128 = 253_402_300_800;
/// The largest number of a field.
const MOST_FIELDS: u64 = (1 << 29) - 1;
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

/// What was read, and how many bytes go-amino believes to have read.
type Read<T> = (usize, Result<T, Fault>);

/// Bytes that are read from the front.
struct Input<'a> {
    rest: &'a [u8],
    taken: usize,
}

impl Input<'_> {
    fn slide(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.taken = self.taken.saturating_add(count);
    }

    fn take<T>(&mut self, read: Read<T>) -> Result<T, Fault> {
        self.slide(read.0);
        read.1
    }

    /// Goes into what has its length before it. A length in more bytes than needed is counted as if it had as many as
    /// needed, so what follows is then read from the wrong place.
    fn enter(&mut self) -> Result<(), Fault> {
        let (_, contents) = byte_slice(self.rest);
        let contents = contents?;
        self.taken = self.taken.saturating_add(uvarint_bytes(length(contents)).len());
        self.rest = contents;
        Ok(())
    }
}

/// Reads with `read` from the front of `bytes`, and counts.
fn counted<'a, T>(bytes: &'a [u8], read: impl FnOnce(&mut Input<'a>) -> Result<T, Fault>) -> Read<T> {
    let mut input = Input { rest: bytes, taken: 0 };
    let result = read(&mut input);
    (input.taken, result)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A varint as Go's `encoding/binary` reads it.
fn uvarint(bytes: &[u8], overflow: &str) -> Read<u64> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate() {
        if index == 10 || index == 9 && (byte & 0x80 == 0) && *byte > 1 {
            return (index + 1, Err(Fault::says(overflow)));
        }
        value |= u64::from(byte & 0x7f).wrapping_shl(u32::try_from(index * 7).unwrap_or(u32::MAX));
        if byte & 0x80 == 0 {
            return (index + 1, Ok(value));
        }
    }
    (0, Err(Fault::says("buffer too small")))
}

fn number(bytes: &[u8]) -> Read<u64> {
    uvarint(bytes, "EOF decoding uvarint")
}

fn byte_slice(bytes: &[u8]) -> Read<&[u8]> {
    counted(bytes, |input| {
        let count = input.take(number(input.rest))?;
        if i64::try_from(count).is_err() {
            return Err(Fault::says(format!("invalid negative length {count} decoding []byte")));
        }
        let contents = usize::try_from(count).ok().and_then(|count| input.rest.get(..count));
        let contents = contents
            .ok_or_else(|| Fault::says(format!("insufficient bytes decoding []byte of length {count}")))?;
        input.slide(contents.len());
        Ok(contents)
    })
}

/// The number and the wire type of a field. Where there is none, most callers go on with zero.
fn key(bytes: &[u8]) -> Read<(u64, u64)> {
    let (used, value) = number(bytes);
    let checked = value.and_then(|value| match value >> 3 {
        field if field > MOST_FIELDS => Err(Fault::says(format!("invalid field num {field}"))),
        field => Ok((field, value & 7)),
    });
    (used, checked)
}

/// The key of a field for who does not ask whether there is one.
fn any_key(bytes: &[u8]) -> (usize, u64, u64) {
    let (used, key) = key(bytes);
    let (field, wire) = key.unwrap_or((0, 0));
    (used, field, wire)
}

fn wire_name(wire: u64) -> String {
    match wire {
        VARINT => "(U)Varint".to_owned(),
        FIXED64 => "8Byte".to_owned(),
        BYTES => "ByteLength".to_owned(),
        FIXED32 => "4Byte".to_owned(),
        other => format!("<Invalid Typ3 {other:X}>"),
    }
}

impl Shape {
    /// The wire type.
    fn wire(&self) -> u64 {
        match self {
            Self::Pointer(inner) => inner.wire(),
            Self::Bool | Self::Int32(_) | Self::Int64(_) | Self::Uint32 | Self::Uint64 | Self::AccessType => {
                VARINT
            }
            _ => BYTES,
        }
    }

    /// The elements of a list that are written each with the key of the list.
    fn repeated(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Coins(element) if element.wire() == BYTES => Some(element),
            _ => None,
        }
    }

    /// What a field is that is not written: a moment is the first of 1970.
    fn unwritten(&self) -> Value {
        match self {
            Self::Time => Value::Time(0),
            Self::Pointer(inner) if matches!(**inner, Self::Time) => Value::Time(0),
            _ => Value::zero(self),
        }
    }
}

/// Reads Go values from binary.
pub struct Reader {
    pub registry: &'static Registry,
}

impl Reader {
    /// The transaction that `bytes` are.
    pub fn transaction(&self, bytes: &[u8], prefix: [u8; 4], shape: &Shape) -> Result<Value, Fault> {
        let begin = bytes.get(..4);
        if begin != Some(&prefix[..]) {
            return Err(Fault::says(format!(
                "UnmarshalBinaryBare expected to read prefix bytes {} (since it is registered concrete) but got {}",
                hex::encode_upper(prefix),
                begin.map_or_else(
                    || hex::encode_upper(bytes),
                    |begin| format!("{}...", hex::encode_upper(begin))
                )
            )));
        }
        let contents = bytes.get(4..).unwrap_or_default();
        whole("legacytx.StdTx", contents, self.read(contents, shape, 1, true))
    }

    /// What of `interface` `bytes` are.
    pub fn unmarshal(&self, bytes: &[u8], interface: &str) -> Result<Value, Fault> {
        whole(&go_name_of(interface), bytes, self.interface(bytes, interface, true))
    }

    fn read(&self, bytes: &[u8], shape: &Shape, field: u64, bare: bool) -> Read<Value> {
        match shape {
            Shape::Pointer(inner) => self.read(bytes, inner, field, bare),
            Shape::Bool => match bytes.first() {
                None => (0, Err(Fault::says("EOF decoding bool"))),
                Some(byte @ (0 | 1)) => (1, Ok(Value::Bool(*byte == 1))),
                Some(_) => (1, Err(Fault::says("invalid bool"))),
            },
            Shape::Int32(_) | Shape::AccessType => counted(bytes, |input| {
                let number = input.take(number(input.rest))?.cast_signed();
                match i32::try_from(number) {
                    Ok(_) => Ok(Value::Int(number)),
                    Err(_) => Err(Fault::says("encoded integer value overflows int(32)")),
                }
            }),
            Shape::Int64(_) => {
                let (used, value) = number(bytes);
                (used, value.map(|value| Value::Int(value.cast_signed())))
            }
            // Go keeps the last 32 bits.
            Shape::Uint32 => {
                let (used, value) = number(bytes);
                (used, value.map(|value| Value::Uint(value & u64::from(u32::MAX))))
            }
            Shape::Uint64 => {
                let (used, value) = number(bytes);
                (used, value.map(Value::Uint))
            }
            Shape::Text => {
                let (used, text) = byte_slice(bytes);
                (used, text.map(|text| Value::Bytes(text.to_vec())))
            }
            Shape::Bytes | Shape::Json => {
                let (used, contents) = byte_slice(bytes);
                (used, contents.map(some_bytes))
            }
            Shape::Any(_) => {
                let (used, contents) = byte_slice(bytes);
                (used, contents.map(|contents| Value::Packed(contents.to_vec())))
            }
            Shape::Integer | Shape::Decimal => {
                let (used, text) = byte_slice(bytes);
                (used, text.and_then(|text| big(text, matches!(shape, Shape::Decimal))))
            }
            Shape::Key(key) => {
                let (used, bytes) = byte_slice(bytes);
                (used, bytes.and_then(|bytes| key.check(bytes).map(some_bytes)))
            }
            Shape::Time => counted(bytes, |input| {
                if !bare {
                    input.enter()?;
                }
                time(input)
            }),
            Shape::Struct(structure) | Shape::Multisig(structure) | Shape::ModuleAccount(structure) => {
                counted(bytes, |input| {
                    if !bare {
                        input.enter()?;
                    }
                    self.fields(input, structure)
                })
            }
            Shape::List(element) | Shape::Coins(element) => counted(bytes, |input| {
                if !bare {
                    input.enter()?;
                }
                self.list(input, element, field)
            }),
            Shape::Interface(interface) => self.interface(bytes, interface, bare),
        }
    }

    fn interface(&self, bytes: &[u8], interface: &str, bare: bool) -> Read<Value> {
        counted(bytes, |input| {
            if !bare {
                input.enter()?;
            }
            let begin = input.rest.first_chunk::<4>();
            let begin = begin.ok_or_else(|| Fault::says("EOF while reading prefix bytes."))?;
            let concrete = if let [0, disambiguation @ ..] = *begin {
                let whole = input.rest.first_chunk::<8>();
                let [_, _, _, _, prefix @ ..] =
                    *whole.ok_or_else(|| Fault::says("EOF while reading disamb bytes."))?;
                input.slide(8);
                self.registry.marked(disambiguation, prefix).ok_or_else(|| {
                    let bytes = [disambiguation.as_slice(), &prefix].concat();
                    Fault::says(format!(
                        "unrecognized disambiguation+prefix bytes {}",
                        hex::encode_upper(bytes)
                    ))
                })?
            } else {
                input.slide(4);
                self.registry.prefixed(interface, *begin).ok_or_else(|| {
                    Fault::says(format!("unrecognized prefix bytes {}", hex::encode_upper(begin)))
                })?
            };
            let shape = self.registry.assigned(concrete, interface).map_err(Fault::Panicked)?;
            let value = input.take(self.read(input.rest, &shape, 1, true))?;
            if !input.rest.is_empty() {
                return Err(Fault::says("bytes left over after reading interface contents"));
            }
            Ok(Value::Registered(Box::new(Registered { concrete, shape, value })))
        })
    }

    fn list(&self, input: &mut Input<'_>, element: &Shape, field: u64) -> Result<Value, Fault> {
        let say = |fault: Fault| fault.retold(|reason| format!("error reading array contents: {reason}"));
        let mut items = Vec::new();
        while !input.rest.is_empty() {
            if element.wire() != BYTES {
                items.push(input.take(self.read(input.rest, element, 1, false)).map_err(say)?);
                continue;
            }
            let (used, got, wire) = any_key(input.rest);
            if got < field {
                return Err(Fault::says(format!(
                    "expected repeated field number {field} or greater, got {got}"
                )));
            }
            if got > field {
                break;
            }
            if wire != BYTES {
                return Err(Fault::says(format!(
                    "expected repeated field type {}, got {}",
                    wire_name(BYTES),
                    wire_name(wire)
                )));
            }
            input.slide(used);
            if input.rest.first() == Some(&0) {
                input.slide(1);
                items.push(element.unwritten());
                continue;
            }
            items.push(input.take(self.read(input.rest, element, 1, false)).map_err(say)?);
        }
        Ok(if items.is_empty() { Value::Nil } else { Value::List(items) })
    }

    fn fields(&self, input: &mut Input<'_>, structure: &Struct) -> Result<Value, Fault> {
        let mut values = Vec::new();
        let mut last = 0;
        for (place, field) in (1..).zip(&structure.fields) {
            if input.rest.is_empty() {
                values.push(field.shape.unwritten());
                continue;
            }
            if field.shape.repeated().is_some() {
                values.push(input.take(self.read(input.rest, &field.shape, place, true))?);
                continue;
            }
            let (used, got, wire) = any_key(input.rest);
            if place < got {
                values.push(field.shape.unwritten());
                continue;
            }
            require_order(got, last, input.rest)?;
            last = got;
            input.slide(used);
            if got != place {
                return Err(Fault::says(format!("expected field # {place} of {}, got {got}", structure.go)));
            }
            let wanted = field.shape.wire();
            if wire != wanted {
                return Err(Fault::says(format!(
                    "expected field type {} for # {got} of {}, got {}",
                    wire_name(wanted),
                    structure.go,
                    wire_name(wire)
                )));
            }
            values.push(input.take(self.read(input.rest, &field.shape, place, false))?);
        }
        while !input.rest.is_empty() {
            let (got, wire) = input.take(key(input.rest))?;
            require_order(got, last, input.rest)?;
            last = got;
            skip(input, wire)?;
        }
        Ok(Value::Struct(values))
    }
}

fn require_order(got: u64, last: u64, rest: &[u8]) -> Result<(), Fault> {
    if got > last {
        return Ok(());
    }
    Err(Fault::says(format!(
        "encountered fieldnNum: {got}, but we have already seen fnum: {last}\nbytes:{}",
        hex::encode_upper(rest)
    )))
}

/// Goes over the value of a field that nobody knows.
fn skip(input: &mut Input<'_>, wire: u64) -> Result<(), Fault> {
    let fixed = |size: usize, name: &str| match input.rest.get(..size) {
        Some(_) => Ok(size),
        None => Err(Fault::says(format!("EOF decoding {name}"))),
    };
    let size = match wire {
        VARINT => {
            let (used, value) = uvarint(input.rest, "EOF decoding varint");
            value.map(|_| used)
        }
        FIXED64 => fixed(8, "int64"),
        BYTES => {
            let (used, value) = byte_slice(input.rest);
            value.map(|_| used)
        }
        FIXED32 => fixed(4, "int32"),
        other => Err(Fault::says(format!("invalid typ3 bytes {}", wire_name(other)))),
    };
    input.slide(size?);
    Ok(())
}

/// What is said where `bytes` were to be something, and all of them.
fn whole(go: &str, bytes: &[u8], (count, value): Read<Value>) -> Result<Value, Fault> {
    let hex = || hex::encode_upper(bytes);
    let value = value.map_err(|fault| {
        fault.retold(|reason| format!("unmarshal to {go} failed after {count} bytes ({reason}): {}", hex()))
    })?;
    if count == bytes.len() {
        return Ok(value);
    }
    Err(Fault::says(format!(
        "unmarshal to {go} didn't read all bytes. Expected to read {}, only read {count}: {}",
        bytes.len(),
        hex()
    )))
}

/// Bytes; none are nothing.
fn some_bytes(bytes: &[u8]) -> Value {
    if bytes.is_empty() { Value::Nil } else { Value::Bytes(bytes.to_vec()) }
}

fn big(text: &[u8], decimal: bool) -> Result<Value, Fault> {
    if text.is_empty() {
        return Ok(Value::Nil);
    }
    let text = std::str::from_utf8(text).map_err(|_| coin::no_integer(text))?;
    Ok(Value::Number(if decimal { coin::atomics(text)? } else { coin::integer_digits(text)? }))
}

fn time(input: &mut Input<'_>) -> Result<Value, Fault> {
    let invalid = |text: String| Fault::says(format!("invalid time: {text}"));
    let (mut seconds, mut nanos) = (0, 0);
    if !input.rest.is_empty() {
        let (used, at) = key(input.rest);
        match at? {
            (1, VARINT) => {
                input.slide(used);
                seconds = i128::from(input.take(number(input.rest))?.cast_signed());
                if !(FIRST_SECOND..END).contains(&seconds) {
                    return Err(invalid(format!(
                        "seconds have to be > {FIRST_SECOND} and < {END}, got: {seconds}"
                    )));
                }
            }
            (2, VARINT) => {}
            (field, _) => {
                return Err(Fault::says(format!(
                    "expected field number 1 <Varint> or field number 2 <Varint> , got {field}"
                )));
            }
        }
    }
    if !input.rest.is_empty() {
        let (used, at) = key(input.rest);
        if at? == (2, VARINT) {
            input.slide(used);
            nanos = i128::from(input.take(number(input.rest))?);
            if nanos >= NANOS {
                return Err(invalid(format!("nanoseconds not in interval [0, 999999999] {nanos}")));
            }
        }
    }
    Ok(Value::Time(seconds * NANOS + nanos))
}

/// Writes `value`, which stands for itself.
pub fn write(out: &mut Vec<u8>, value: &Value, shape: &Shape) -> Result<(), Fault> {
    write_as(out, value, shape, 1, true)
}

fn write_as(out: &mut Vec<u8>, value: &Value, shape: &Shape, field: u64, bare: bool) -> Result<(), Fault> {
    match (shape, value) {
        (Shape::Pointer(inner), value) => write_as(out, value, inner, field, bare)?,
        (_, Value::Bool(value)) => out.push(u8::from(*value)),
        (_, Value::Int(value)) => out.extend(uvarint_bytes(value.cast_unsigned())),
        (_, Value::Uint(value)) => out.extend(uvarint_bytes(*value)),
        (Shape::Integer | Shape::Decimal, number) => write_slice(out, number.digits().as_bytes()),
        (Shape::Time, Value::Time(nanos)) => frame(out, &time_bytes(*nanos)?, bare),
        (Shape::Struct(structure) | Shape::Multisig(structure) | Shape::ModuleAccount(structure), value) => {
            let mut contents = Vec::new();
            write_fields(&mut contents, value.items(), structure)?;
            frame(out, &contents, bare);
        }
        (Shape::List(element) | Shape::Coins(element), value) => {
            let mut contents = Vec::new();
            for item in value.items() {
                if element.wire() != BYTES {
                    write_as(&mut contents, item, element, 1, false)?;
                    continue;
                }
                contents.extend(uvarint_bytes(field << 3 | BYTES));
                if is_default(item, element) {
                    contents.push(0);
                } else {
                    write_as(&mut contents, item, element, 1, false)?;
                }
            }
            frame(out, &contents, bare);
        }
        (Shape::Interface(_), Value::Registered(registered)) => frame(out, &named(registered)?, bare),
        // What is packed is bytes in Go.
        (Shape::Any(_), Value::Registered(registered)) => write_slice(out, &named(registered)?),
        (_, value) => write_slice(out, value.bytes()),
    }
    Ok(())
}

fn named(registered: &Registered) -> Result<Vec<u8>, Fault> {
    let mut out = registered.concrete.prefix.to_vec();
    write(&mut out, &registered.value, &registered.shape)?;
    Ok(out)
}

fn write_fields(out: &mut Vec<u8>, values: &[Value], structure: &Struct) -> Result<(), Fault> {
    for (place, (field, value)) in (1_u64..).zip(structure.fields.iter().zip(values)) {
        if is_default(value, &field.shape) {
            continue;
        }
        if field.shape.repeated().is_some() {
            write_as(out, value, &field.shape, place, true)?;
            continue;
        }
        let mut contents = Vec::new();
        write_as(&mut contents, value, &field.shape, place, false)?;
        // What is empty is left out, but for what a pointer points to.
        if contents != [0] || matches!(field.shape, Shape::Pointer(_)) {
            out.extend(uvarint_bytes(place << 3 | field.shape.wire()));
            out.extend(contents);
        }
    }
    Ok(())
}

/// Whether nothing is written for a value.
fn is_default(value: &Value, shape: &Shape) -> bool {
    match (shape, value) {
        (Shape::Integer | Shape::Decimal | Shape::Key(_), _) => false,
        (Shape::Pointer(_), Value::Nil) => true,
        (Shape::Pointer(inner), value) => is_default(value, inner),
        (_, Value::Nil | Value::Int(0) | Value::Uint(0)) => true,
        (_, Value::Bytes(bytes)) => bytes.is_empty(),
        (_, Value::List(items)) => items.is_empty(),
        _ => false,
    }
}

fn frame(out: &mut Vec<u8>, contents: &[u8], bare: bool) {
    if bare {
        out.extend(contents);
    } else {
        write_slice(out, contents);
    }
}

fn write_slice(out: &mut Vec<u8>, contents: &[u8]) {
    out.extend(uvarint_bytes(length(contents)));
    out.extend(contents);
}

fn uvarint_bytes(mut number: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(2);
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
    out
}

fn time_bytes(nanos: i128) -> Result<Vec<u8>, Fault> {
    let (seconds, nanos) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    if !(FIRST_SECOND..END).contains(&seconds) {
        return Err(Fault::says(format!(
            "invalid time: seconds have to be >= {FIRST_SECOND} and < {END}, got: {seconds}"
        )));
    }
    let mut out = Vec::new();
    for (place, part) in [(1_u64, seconds), (2, nanos)] {
        let part = i64::try_from(part).unwrap_or_default();
        if part != 0 {
            out.extend(uvarint_bytes(place << 3 | VARINT));
            out.extend(uvarint_bytes(part.cast_unsigned()));
        }
    }
    Ok(out)
}
