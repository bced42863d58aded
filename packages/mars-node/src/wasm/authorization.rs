//! What someone else may do with contracts: `StoreCodeAuthorization`, and those to execute and to migrate, which say by
//! contract how often, with how many coins and with which messages.

use std::collections::BTreeMap;

use prost::{DecodeError, Message};
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use super::keeper::{self, validate_address, validate_json};
use crate::coin;
use crate::context::Ctx;
use crate::error::{Error, Result, go_text, sdk, wasm as kind};
use crate::gas::length;
use crate::proto::cosmos::base::v1beta1::Coin;
use crate::proto::wasm::{
    AcceptedMessageKeysFilter, AcceptedMessagesFilter, AllowAllMessagesFilter, CodeGrant, CombinedLimit,
    ContractExecutionAuthorization, ContractGrant, ContractMigrationAuthorization, MaxCallsLimit,
    MaxFundsLimit, MsgExecuteContract, MsgMigrateContract, MsgStoreCode, StoreCodeAuthorization,
};
use crate::proto::{Any, any, type_url};
use crate::tx::Msg;

/// Any code, in place of a checksum.
const WILDCARD: &[u8] = b"*";

/// What is left of an authorization that was used.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// It is as it was.
    Everything,
    /// It is used up.
    Nothing,
    /// This takes its place.
    Less(Any),
}

/// An authorization of a message to the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Authorization {
    /// To store code.
    Store(Vec<CodeGrant>),
    /// To execute contracts.
    Execute(Vec<ContractGrant>),
    /// To migrate contracts.
    Migrate(Vec<ContractGrant>),
}

impl Authorization {
    /// The authorization in `packed`; `None` if it is of another kind.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn decode(packed: &Any) -> Result<Option<Self>, DecodeError> {
        let bytes = packed.value.as_slice();
        Ok(Some(match packed.type_url.as_str() {
            "/cosmwasm.wasm.v1.StoreCodeAuthorization" => {
                Self::Store(StoreCodeAuthorization::decode(bytes)?.grants)
            }
            "/cosmwasm.wasm.v1.ContractExecutionAuthorization" => {
                Self::Execute(ContractExecutionAuthorization::decode(bytes)?.grants)
            }
            "/cosmwasm.wasm.v1.ContractMigrationAuthorization" => {
                Self::Migrate(ContractMigrationAuthorization::decode(bytes)?.grants)
            }
            _ => return Ok(None),
        }))
    }

    /// The type of the messages that it lets pass.
    pub fn type_url(&self) -> String {
        match self {
            Self::Store(_) => type_url::<MsgStoreCode>(),
            Self::Execute(_) => type_url::<MsgExecuteContract>(),
            Self::Migrate(_) => type_url::<MsgMigrateContract>(),
        }
    }

    /// Whether it may be granted.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn validate(&self, ctx: &Ctx) -> Result<()> {
        match self {
            Self::Store(grants) => validate_codes(ctx, grants),
            Self::Execute(grants) | Self::Migrate(grants) => {
                if grants.is_empty() {
                    return Err(kind::EMPTY.wrap("grants"));
                }
                grants.iter().enumerate().try_for_each(|(position, grant)| {
                    validate_contract(ctx, grant).map_err(|error| error.wrap(format!("position {position}")))
                })
            }
        }
    }

    /// Uses it for `msg`. Returns what is left, or `None` if it does not let the message pass.
    ///
    /// # Errors
    /// A message that cannot be judged.
    pub fn accept(self, ctx: &Ctx, msg: &Msg) -> Result<Option<Left>> {
        match (self, msg) {
            (Self::Store(grants), Msg::StoreCode(msg)) => accept_code(ctx, &grants, msg),
            (Self::Store(_), _) => Err(sdk::INVALID_REQUEST.wrap("unknown msg type")),
            (Self::Execute(grants), Msg::Execute(MsgExecuteContract { contract, msg, funds, .. })) => {
                let call = Call { contract, msg, funds };
                call.accept(ctx, grants, |grants| any(&ContractExecutionAuthorization { grants }))
            }
            (Self::Migrate(grants), Msg::Migrate(MsgMigrateContract { contract, msg, .. })) => {
                let call = Call { contract, msg, funds: &[] };
                call.accept(ctx, grants, |grants| any(&ContractMigrationAuthorization { grants }))
            }
            (Self::Execute(_) | Self::Migrate(_), _) => Err(sdk::INVALID_TYPE.wrap("type mismatch")),
        }
    }
}

// ---- codes

fn validate_codes(ctx: &Ctx, grants: &[CodeGrant]) -> Result<()> {
    if grants.is_empty() {
        return Err(kind::EMPTY.wrap("grants"));
    }
    for (position, grant) in grants.iter().enumerate() {
        if grants.len() > 1 && grant.code_hash == WILDCARD {
            return Err(
                sdk::INVALID_REQUEST.wrap("cannot have multiple grants when wildcard grant is one of them")
            );
        }
        validate_code(ctx, grant).map_err(|error| error.wrap(format!("position {position}")))?;
    }
    let mut hashes: Vec<String> =
        grants.iter().map(|grant| go_text(&grant.code_hash).to_lowercase()).collect();
    hashes.sort();
    hashes.dedup();
    if hashes.len() != grants.len() {
        return Err(sdk::INVALID_REQUEST.wrap("cannot have multiple grants with same code hash"));
    }
    Ok(())
}

fn validate_code(ctx: &Ctx, grant: &CodeGrant) -> Result<()> {
    if grant.code_hash.is_empty() {
        return Err(kind::EMPTY.wrap("code hash"));
    }
    grant.instantiate_permission.as_ref().map_or(Ok(()), |access| keeper::validate_access(ctx, access))
}

fn accept_code(ctx: &Ctx, grants: &[CodeGrant], msg: &MsgStoreCode) -> Result<Option<Left>> {
    let plain;
    let code = if keeper::is_packed(&msg.wasm_byte_code) {
        plain = keeper::uncompress(ctx, &msg.wasm_byte_code).map_err(|error| match error {
            Error::Failed(_) => sdk::INVALID_REQUEST.wrap("uncompress wasm archive"),
            out => out,
        })?;
        plain.as_slice()
    } else {
        &msg.wasm_byte_code
    };
    if !code.starts_with(b"\0asm") {
        return Err(sdk::INVALID_REQUEST.wrap("checksum"));
    }
    let checksum = Sha256::digest(code);
    for grant in grants {
        if grant.code_hash != WILDCARD && !grant.code_hash.eq_ignore_ascii_case(&checksum) {
            continue;
        }
        let Some(most) = &grant.instantiate_permission else { return Ok(Some(Left::Everything)) };
        let Some(access) = &msg.instantiate_permission else {
            // Go looks into what is not there.
            return Err(Error::panic("runtime error: invalid memory address or nil pointer dereference"));
        };
        if keeper::is_subset(access, most) {
            return Ok(Some(Left::Everything));
        }
    }
    Ok(None)
}

// ---- contracts

/// How often and with how much.
enum Limit {
    Undefined,
    Calls(MaxCallsLimit),
    Funds(MaxFundsLimit),
    Both(CombinedLimit),
}

/// Which messages.
enum Filter {
    Undefined,
    All,
    Keys(AcceptedMessageKeysFilter),
    Messages(AcceptedMessagesFilter),
}

fn malformed(error: DecodeError) -> Error {
    Error::unregistered(error.to_string())
}

impl Limit {
    fn of(grant: &ContractGrant) -> Result<Self> {
        let Some(packed) = &grant.limit else { return Ok(Self::Undefined) };
        let bytes = packed.value.as_slice();
        Ok(match packed.type_url.as_str() {
            "/cosmwasm.wasm.v1.MaxCallsLimit" => {
                Self::Calls(MaxCallsLimit::decode(bytes).map_err(malformed)?)
            }
            "/cosmwasm.wasm.v1.MaxFundsLimit" => {
                Self::Funds(MaxFundsLimit::decode(bytes).map_err(malformed)?)
            }
            "/cosmwasm.wasm.v1.CombinedLimit" => Self::Both(CombinedLimit::decode(bytes).map_err(malformed)?),
            _ => Self::Undefined,
        })
    }

    fn validate(&self) -> Result<()> {
        let calls = |remaining| {
            if remaining == 0 { Err(kind::EMPTY.wrap("remaining calls")) } else { Ok(()) }
        };
        match self {
            Self::Undefined => Err(sdk::INVALID_TYPE.wrap("undefined limit")),
            Self::Calls(limit) => calls(limit.remaining),
            Self::Funds(limit) => {
                coin::validate(&limit.amounts).map_err(Error::unregistered)?;
                if limit.amounts.is_empty() { Err(kind::EMPTY.wrap("amounts")) } else { Ok(()) }
            }
            Self::Both(limit) => {
                calls(limit.calls_remaining)?;
                if limit
                    .amounts
                    .iter()
                    .all(|coin| coin::integer(&coin.amount).is_ok_and(|(_, n)| n.is_zero()))
                {
                    return Err(kind::EMPTY.wrap("amounts"));
                }
                coin::validate(&limit.amounts)
                    .map(|_| ())
                    .map_err(|text| Error::unregistered(text).wrap("amounts"))
            }
        }
    }

    /// What is left when coins go along with a call; `None` if the limit is not for such a call.
    fn accept(self, funds: &[Coin]) -> Result<Option<Left>> {
        let none_left = || sdk::UNAUTHORIZED.wrap("no calls left");
        Ok(match self {
            Self::Undefined => return Err(sdk::NOT_FOUND.wrap("undefined limit")),
            Self::Calls(_) if !funds.is_empty() => None,
            Self::Calls(limit) => Some(match limit.remaining.checked_sub(1).ok_or_else(none_left)? {
                0 => Left::Nothing,
                remaining => Left::Less(any(&MaxCallsLimit { remaining })),
            }),
            Self::Funds(_) if funds.is_empty() => Some(Left::Everything),
            Self::Funds(limit) => less(&limit.amounts, funds).map(|left| match left {
                left if left.is_empty() => Left::Nothing,
                amounts => Left::Less(any(&MaxFundsLimit { amounts })),
            }),
            Self::Both(limit) => {
                let Some(left) = less(&limit.amounts, funds) else { return Ok(None) };
                let calls_remaining = limit.calls_remaining.checked_sub(1).ok_or_else(none_left)?;
                Some(if calls_remaining == 0 || left.is_empty() {
                    Left::Nothing
                } else {
                    Left::Less(any(&CombinedLimit { calls_remaining, amounts: left }))
                })
            }
        })
    }
}

/// `amounts` without `funds`; `None` if those are more.
fn less(amounts: &[Coin], funds: &[Coin]) -> Option<Vec<Coin>> {
    let valid = |coins| coin::validate(coins).ok();
    Some(coin::to_proto(&coin::subtract(valid(amounts)?, &valid(funds)?)?))
}

impl Filter {
    fn of(grant: &ContractGrant) -> Result<Self> {
        let Some(packed) = &grant.filter else { return Ok(Self::Undefined) };
        let bytes = packed.value.as_slice();
        Ok(match packed.type_url.as_str() {
            "/cosmwasm.wasm.v1.AllowAllMessagesFilter" => {
                AllowAllMessagesFilter::decode(bytes).map_err(malformed)?;
                Self::All
            }
            "/cosmwasm.wasm.v1.AcceptedMessageKeysFilter" => {
                Self::Keys(AcceptedMessageKeysFilter::decode(bytes).map_err(malformed)?)
            }
            "/cosmwasm.wasm.v1.AcceptedMessagesFilter" => {
                Self::Messages(AcceptedMessagesFilter::decode(bytes).map_err(malformed)?)
            }
            _ => Self::Undefined,
        })
    }

    fn validate(&self) -> Result<()> {
        match self {
            Self::Undefined => Err(sdk::INVALID_TYPE.wrap("undefined filter")),
            Self::All => Ok(()),
            Self::Keys(filter) if filter.keys.is_empty() => Err(kind::EMPTY.wrap("keys")),
            Self::Keys(filter) => filter.keys.iter().enumerate().try_for_each(|(index, key)| {
                if key.is_empty() {
                    return Err(kind::EMPTY.wrap("key"));
                }
                if key != key.trim() {
                    return Err(kind::INVALID.wrap(format!("key {key:?} contains whitespaces")));
                }
                if filter.keys.iter().take(index).any(|known| known == key) {
                    return Err(kind::DUPLICATE.wrap(format!("key {key:?}")));
                }
                Ok(())
            }),
            Self::Messages(filter) if filter.messages.is_empty() => Err(kind::EMPTY.wrap("messages")),
            Self::Messages(filter) => filter.messages.iter().enumerate().try_for_each(|(index, message)| {
                if message.is_empty() {
                    return Err(kind::EMPTY.wrap("message"));
                }
                validate_json(message)?;
                if filter.messages.iter().take(index).any(|known| known == message) {
                    return Err(kind::DUPLICATE.wrap("message"));
                }
                Ok(())
            }),
        }
    }

    fn accepts(&self, ctx: &Ctx, msg: &[u8]) -> Result<bool> {
        match self {
            Self::Undefined => Err(sdk::NOT_FOUND.wrap("undefined filter")),
            Self::All => Ok(true),
            Self::Keys(filter) => {
                ctx.gas.consume(length(msg), "contract authorization")?;
                let object: Option<BTreeMap<String, IgnoredAny>> = serde_json::from_slice(msg).ok();
                let keys: Vec<String> = object.into_iter().flatten().map(|(key, _)| key).collect();
                Ok(matches!(keys.as_slice(), [key] if filter.keys.contains(key)))
            }
            Self::Messages(filter) => Ok(filter.messages.iter().any(|known| known == msg)),
        }
    }
}

fn validate_contract(ctx: &Ctx, grant: &ContractGrant) -> Result<()> {
    validate_address(ctx, &grant.contract, "contract")?;
    Limit::of(grant)?.validate().map_err(|error| error.wrap("limit"))?;
    Filter::of(grant)?.validate().map_err(|error| error.wrap("filter"))
}

/// A call of a contract that is asked to pass.
struct Call<'a> {
    contract: &'a str,
    msg: &'a [u8],
    funds: &'a [Coin],
}

impl Call<'_> {
    /// Uses the first of `grants` that is for the call; `pack` makes an authorization of what is left.
    fn accept(
        &self,
        ctx: &Ctx,
        mut grants: Vec<ContractGrant>,
        pack: impl FnOnce(Vec<ContractGrant>) -> Any,
    ) -> Result<Option<Left>> {
        let mut used = None;
        for (index, grant) in grants.iter().enumerate().filter(|(_, grant)| grant.contract == self.contract) {
            let left = Limit::of(grant)?.accept(self.funds).map_err(|error| error.wrap("limit"))?;
            let Some(left) = left else { continue };
            if Filter::of(grant)?.accepts(ctx, self.msg).map_err(|error| error.wrap("filter"))? {
                used = Some((index, left));
                break;
            }
        }
        let Some((index, left)) = used else { return Ok(None) };
        match left {
            Left::Everything => return Ok(Some(Left::Everything)),
            Left::Nothing => drop(grants.remove(index)),
            Left::Less(limit) => {
                if let Some(grant) = grants.get_mut(index) {
                    grant.limit = Some(limit);
                }
            }
        }
        Ok(Some(if grants.is_empty() { Left::Nothing } else { Left::Less(pack(grants)) }))
    }
}
