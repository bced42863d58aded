//! Which fields each message has, to refuse a transaction that carries fields nobody would read. Signers must not be
//! made to sign what the chain ignores.

use crate::error::{Error, Result, sdk};
use crate::proto::Any;
use prost::Message;

/// What a field holds, as far as it must be looked into.
enum Field {
    Plain,
    Nested(&'static Schema),
    Any,
}

/// The fields of one message.
pub struct Schema {
    name: &'static str,
    fields: &'static [(u64, Field)],
}

use Field::{Any as Packed, Nested, Plain};

macro_rules! schemas {
    ($($id:ident = $name:literal { $($tag:literal: $field:expr),* $(,)? })*) => {
        $(pub static $id: Schema = Schema { name: $name, fields: &[$(($tag, $field)),*] };)*
        static ALL: &[&Schema] = &[$(&$id),*];
    };
}

schemas! {
    TX_RAW = "cosmos.tx.v1beta1.TxRaw" { 1: Plain, 2: Plain, 3: Plain }
    TX_BODY = "cosmos.tx.v1beta1.TxBody" {
        1: Packed, 2: Plain, 3: Plain, 4: Plain, 5: Nested(&TIMESTAMP), 1023: Packed, 2047: Packed,
    }
    AUTH_INFO = "cosmos.tx.v1beta1.AuthInfo" { 1: Nested(&SIGNER_INFO), 2: Nested(&FEE), 3: Nested(&TIP) }
    SIGNER_INFO = "cosmos.tx.v1beta1.SignerInfo" { 1: Packed, 2: Nested(&MODE_INFO), 3: Plain }
    MODE_INFO = "cosmos.tx.v1beta1.ModeInfo" { 1: Nested(&SINGLE), 2: Nested(&MULTI) }
    SINGLE = "cosmos.tx.v1beta1.ModeInfo.Single" { 1: Plain }
    MULTI = "cosmos.tx.v1beta1.ModeInfo.Multi" { 1: Nested(&BIT_ARRAY), 2: Nested(&MODE_INFO) }
    BIT_ARRAY = "cosmos.crypto.multisig.v1beta1.CompactBitArray" { 1: Plain, 2: Plain }
    FEE = "cosmos.tx.v1beta1.Fee" { 1: Nested(&COIN), 2: Plain, 3: Plain, 4: Plain }
    TIP = "cosmos.tx.v1beta1.Tip" { 1: Nested(&COIN), 2: Plain }
    COIN = "cosmos.base.v1beta1.Coin" { 1: Plain, 2: Plain }
    TIMESTAMP = "google.protobuf.Timestamp" { 1: Plain, 2: Plain }
    DURATION = "google.protobuf.Duration" { 1: Plain, 2: Plain }
    ANY = "google.protobuf.Any" { 1: Plain, 2: Plain }
    SECP256K1 = "cosmos.crypto.secp256k1.PubKey" { 1: Plain }
    SECP256R1 = "cosmos.crypto.secp256r1.PubKey" { 1: Plain }
    ED25519 = "cosmos.crypto.ed25519.PubKey" { 1: Plain }
    MULTISIG = "cosmos.crypto.multisig.LegacyAminoPubKey" { 1: Plain, 2: Packed }
    SEND = "cosmos.bank.v1beta1.MsgSend" { 1: Plain, 2: Plain, 3: Nested(&COIN) }
    MULTI_SEND = "cosmos.bank.v1beta1.MsgMultiSend" { 1: Nested(&INPUT), 2: Nested(&OUTPUT) }
    INPUT = "cosmos.bank.v1beta1.Input" { 1: Plain, 2: Nested(&COIN) }
    OUTPUT = "cosmos.bank.v1beta1.Output" { 1: Plain, 2: Nested(&COIN) }
    ACCESS_CONFIG = "cosmwasm.wasm.v1.AccessConfig" { 1: Plain, 3: Plain }
    WASM_PARAMS = "cosmwasm.wasm.v1.Params" { 1: Nested(&ACCESS_CONFIG), 2: Plain }
    STORE_CODE = "cosmwasm.wasm.v1.MsgStoreCode" { 1: Plain, 2: Plain, 5: Nested(&ACCESS_CONFIG) }
    INSTANTIATE = "cosmwasm.wasm.v1.MsgInstantiateContract" {
        1: Plain, 2: Plain, 3: Plain, 4: Plain, 5: Plain, 6: Nested(&COIN),
    }
    INSTANTIATE2 = "cosmwasm.wasm.v1.MsgInstantiateContract2" {
        1: Plain, 2: Plain, 3: Plain, 4: Plain, 5: Plain, 6: Nested(&COIN), 7: Plain, 8: Plain,
    }
    EXECUTE = "cosmwasm.wasm.v1.MsgExecuteContract" { 1: Plain, 2: Plain, 3: Plain, 5: Nested(&COIN) }
    MIGRATE = "cosmwasm.wasm.v1.MsgMigrateContract" { 1: Plain, 2: Plain, 3: Plain, 4: Plain }
    UPDATE_ADMIN = "cosmwasm.wasm.v1.MsgUpdateAdmin" { 1: Plain, 2: Plain, 3: Plain }
    CLEAR_ADMIN = "cosmwasm.wasm.v1.MsgClearAdmin" { 1: Plain, 3: Plain }
    UPDATE_CONFIG = "cosmwasm.wasm.v1.MsgUpdateInstantiateConfig" { 1: Plain, 2: Plain, 3: Nested(&ACCESS_CONFIG) }
    UPDATE_PARAMS = "cosmwasm.wasm.v1.MsgUpdateParams" { 1: Plain, 2: Nested(&WASM_PARAMS) }
    SUDO = "cosmwasm.wasm.v1.MsgSudoContract" { 1: Plain, 2: Plain, 3: Plain }
    PIN = "cosmwasm.wasm.v1.MsgPinCodes" { 1: Plain, 2: Plain }
    UNPIN = "cosmwasm.wasm.v1.MsgUnpinCodes" { 1: Plain, 2: Plain }
    UPDATE_LABEL = "cosmwasm.wasm.v1.MsgUpdateContractLabel" { 1: Plain, 2: Plain, 3: Plain }
    AUTHZ_GRANT = "cosmos.authz.v1beta1.MsgGrant" { 1: Plain, 2: Plain, 3: Nested(&GRANT) }
    GRANT = "cosmos.authz.v1beta1.Grant" { 1: Packed, 2: Nested(&TIMESTAMP) }
    AUTHZ_EXEC = "cosmos.authz.v1beta1.MsgExec" { 1: Plain, 2: Packed }
    AUTHZ_REVOKE = "cosmos.authz.v1beta1.MsgRevoke" { 1: Plain, 2: Plain, 3: Plain }
    GENERIC_AUTHORIZATION = "cosmos.authz.v1beta1.GenericAuthorization" { 1: Plain }
    SEND_AUTHORIZATION = "cosmos.bank.v1beta1.SendAuthorization" { 1: Nested(&COIN), 2: Plain }
    GRANT_ALLOWANCE = "cosmos.feegrant.v1beta1.MsgGrantAllowance" { 1: Plain, 2: Plain, 3: Packed }
    REVOKE_ALLOWANCE = "cosmos.feegrant.v1beta1.MsgRevokeAllowance" { 1: Plain, 2: Plain }
    BASIC_ALLOWANCE = "cosmos.feegrant.v1beta1.BasicAllowance" { 1: Nested(&COIN), 2: Nested(&TIMESTAMP) }
    PERIODIC_ALLOWANCE = "cosmos.feegrant.v1beta1.PeriodicAllowance" {
        1: Nested(&BASIC_ALLOWANCE), 2: Nested(&DURATION), 3: Nested(&COIN), 4: Nested(&COIN), 5: Nested(&TIMESTAMP),
    }
    ALLOWED_MSG_ALLOWANCE = "cosmos.feegrant.v1beta1.AllowedMsgAllowance" { 1: Packed, 2: Plain }
}

const DEEPEST: u32 = 100;
/// Fields whose number has this bit set may be ignored where the SDK allows it.
const NON_CRITICAL: u64 = 1 << 10;

/// Reads one varint off the front of `bytes`; also says how many bytes it took.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = u32::try_from(index).ok()?.checked_mul(7)?;
        if shift == 63 && part > 1 {
            return None;
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

/// The first field of `bytes`: number, wire type, contents, and what follows.
pub fn field(bytes: &[u8]) -> Option<(u64, u64, &[u8], &[u8])> {
    let (tag, used) = varint(bytes)?;
    let (number, wire) = (tag >> 3, tag & 7);
    let rest = bytes.get(used..)?;
    let (contents, rest) = match wire {
        0 => rest.split_at_checked(varint(rest)?.1)?,
        1 => rest.split_at_checked(8)?,
        2 => {
            let (size, used) = varint(rest)?;
            rest.get(used..)?.split_at_checked(usize::try_from(size).ok()?)?
        }
        5 => rest.split_at_checked(4)?,
        _ => return None,
    };
    (number > 0).then_some((number, wire, contents, rest))
}

fn wire_name(wire: u64) -> String {
    match wire {
        0 => "varint".to_owned(),
        1 => "fixed64".to_owned(),
        2 => "bytes".to_owned(),
        3 => "start_group".to_owned(),
        4 => "end_group".to_owned(),
        5 => "fixed32".to_owned(),
        other => format!("unknown type: {other}"),
    }
}

impl Schema {
    /// The schema of the message behind `type_url`.
    pub fn of(type_url: &str) -> Option<&'static Self> {
        let name = type_url.strip_prefix('/').unwrap_or(type_url);
        ALL.iter().copied().find(|schema| schema.name == name)
    }

    /// The name in Go of the message's type, as error texts have it.
    fn go_name(&self) -> String {
        let parts: Vec<&str> = self.name.split('.').collect();
        let package = match parts.as_slice() {
            ["cosmos", "tx", ..] => "tx",
            ["cosmos", "crypto", kind, "PubKey"] => kind,
            ["cosmos", "crypto", "multisig", "LegacyAminoPubKey"] => "multisig",
            ["cosmos", "authz", ..] => "authz",
            ["cosmos", "feegrant", ..] => "feegrant",
            _ => "types",
        };
        let named = parts.iter().skip_while(|part| part.chars().next().is_none_or(char::is_lowercase));
        format!("*{package}.{}", named.copied().collect::<Vec<_>>().join("_"))
    }

    /// Checks that `bytes` carries no field outside the schema, down to every nested message. Returns whether there
    /// were unknown fields that may be ignored, which only `lenient` tolerates.
    ///
    /// # Errors
    /// `tx parse error` with the field that is too much.
    pub fn check(&self, bytes: &[u8], lenient: bool) -> Result<bool> {
        self.check_to(bytes, lenient, DEEPEST)
    }

    fn check_to(&self, mut bytes: &[u8], lenient: bool, depth: u32) -> Result<bool> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(sdk::TX_DECODE.wrap("recursion limit reached"));
        };
        let mut ignored = false;
        while !bytes.is_empty() {
            let Some((tag, _)) = varint(bytes) else { return Err(sdk::TX_DECODE.wrap("invalid length")) };
            let (number, wire) = (tag >> 3, tag & 7);
            let known = self.fields.iter().find(|(known, _)| *known == number).map(|(_, field)| field);
            if known.is_none() {
                let critical = number & NON_CRITICAL == 0;
                ignored |= !critical;
                if critical || !lenient {
                    return Err(Error::unregistered(format!(
                        "errUnknownField \"{}\": {{TagNum: {number}, WireType:{:?}}}",
                        self.go_name(),
                        wire_name(wire)
                    )))
                    .map_err(|error| sdk::TX_DECODE.wrap(error));
                }
            }
            let Some((_, _, contents, rest)) = field(bytes) else {
                return Err(sdk::TX_DECODE.wrap(format!(
                    "could not consume field value for tagNum: {number}, wireType: {:?}; unexpected EOF",
                    wire_name(wire)
                )));
            };
            bytes = rest;
            ignored |= match known {
                Some(Nested(schema)) => schema.check_to(contents, lenient, depth)?,
                Some(Packed) => {
                    let ignored = ANY.check_to(contents, lenient, depth)?;
                    let any = Any::decode(contents).map_err(|error| sdk::TX_DECODE.wrap(error))?;
                    match Self::of(&any.type_url) {
                        Some(schema) => schema.check_to(&any.value, lenient, depth)? || ignored,
                        None => {
                            return Err(
                                sdk::TX_DECODE.wrap(format!("unable to resolve type URL {}", any.type_url))
                            );
                        }
                    }
                }
                Some(Plain) | None => false,
            };
        }
        Ok(ignored)
    }
}
