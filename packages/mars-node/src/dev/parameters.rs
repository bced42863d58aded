//! The parameters of the chain, to read and to change while it runs.

use prost::Message;
use serde::{Deserialize, Serialize};

use super::DevError;
use crate::chain::Reader;
use crate::context::Ctx;
use crate::error::Result;
use crate::proto::wasm::{AccessConfig, MsgUpdateParams, Params as WasmParams};
use crate::store::StoreKey;
use crate::tx::Msg;
use crate::wasm::keeper::{self, ANY_OF_ADDRESSES, EVERYBODY, NOBODY};
use crate::{auth, bank, genesis};

/// All parameters. In a change, those that are `None` stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// What the node asks for one unit of gas, such as `0.025umars`; empty for nothing.
    pub min_gas_prices: Option<String>,
    /// The most gas of one block; -1 for any.
    pub max_block_gas: Option<i64>,
    pub max_memo_characters: Option<u64>,
    /// The most signatures of one transaction.
    pub tx_sig_limit: Option<u64>,
    pub tx_size_cost_per_byte: Option<u64>,
    pub sig_verify_cost_ed25519: Option<u64>,
    pub sig_verify_cost_secp256k1: Option<u64>,
    /// Whether coins may be sent, unless something else is said of one of them.
    pub send_enabled: Option<bool>,
    /// Who may store code.
    pub code_upload_access: Option<Access>,
    /// Who may make contracts of a code that says nothing of it.
    pub instantiate_default_permission: Option<Permission>,
}

/// Who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    pub permission: Permission,
    /// For [`Permission::AnyOfAddresses`].
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// A kind of [`Access`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permission {
    Nobody,
    Everybody,
    AnyOfAddresses,
}

impl Permission {
    fn number(self) -> i32 {
        match self {
            Self::Nobody => NOBODY,
            Self::Everybody => EVERYBODY,
            Self::AnyOfAddresses => ANY_OF_ADDRESSES,
        }
    }

    fn of(number: i32) -> Option<Self> {
        [Self::Nobody, Self::Everybody, Self::AnyOfAddresses].into_iter().find(|kind| kind.number() == number)
    }
}

impl Parameters {
    /// Those in force.
    ///
    /// # Errors
    /// A state that cannot be read.
    pub(super) fn read(reader: &Reader) -> Result<Self> {
        let ctx = &reader.context();
        let (auth, wasm) = (auth::params(ctx)?, keeper::params(ctx)?);
        let max_block_gas = reader.max_block_gas().map_or(-1, |gas| i64::try_from(gas).unwrap_or(i64::MAX));
        let min_gas_prices = ctx.overrides().gas_prices_text()?;
        Ok(Self {
            min_gas_prices: Some(min_gas_prices.unwrap_or_else(|| reader.genesis().min_gas_prices.clone())),
            max_block_gas: Some(max_block_gas),
            max_memo_characters: Some(auth.max_memo_characters),
            tx_sig_limit: Some(auth.tx_sig_limit),
            tx_size_cost_per_byte: Some(auth.tx_size_cost_per_byte),
            sig_verify_cost_ed25519: Some(auth.sig_verify_cost_ed25519),
            sig_verify_cost_secp256k1: Some(auth.sig_verify_cost_secp256k1),
            send_enabled: Some(bank::params(ctx)?.default_send_enabled),
            code_upload_access: wasm.code_upload_access.and_then(|access| {
                Some(Access { permission: Permission::of(access.permission)?, addresses: access.addresses })
            }),
            instantiate_default_permission: Permission::of(wasm.instantiate_default_permission),
        })
    }

    /// Whether the values are ones that a chain can have.
    ///
    /// # Errors
    /// The first that is not.
    pub(super) fn validate(&self) -> Result<(), DevError> {
        let refuse = |name, reason: String| Err(DevError::Parameter { name, reason });
        if let Some(prices) = &self.min_gas_prices
            && let Err(error) = genesis::gas_prices(prices)
        {
            return refuse("min_gas_prices", error.to_string());
        }
        if let Some(gas) = self.max_block_gas.filter(|gas| *gas != -1 && *gas < 1) {
            return refuse("max_block_gas", format!("{gas} is neither -1 nor above 0"));
        }
        for (name, value) in [
            ("max_memo_characters", self.max_memo_characters),
            ("tx_sig_limit", self.tx_sig_limit),
            ("tx_size_cost_per_byte", self.tx_size_cost_per_byte),
            ("sig_verify_cost_ed25519", self.sig_verify_cost_ed25519),
            ("sig_verify_cost_secp256k1", self.sig_verify_cost_secp256k1),
        ] {
            if value == Some(0) {
                return refuse(name, "0 is not above 0".to_owned());
            }
        }
        Ok(())
    }

    /// Puts those that are given in force.
    ///
    /// # Errors
    /// Access that the wasm module refuses.
    pub(super) fn write(&self, ctx: &Ctx) -> Result<()> {
        if let Some(prices) = &self.min_gas_prices {
            ctx.overrides().set_gas_prices(prices)?;
        }
        if let Some(gas) = self.max_block_gas {
            ctx.overrides().set_max_block_gas(u64::try_from(gas).ok())?;
        }
        let mut auth = auth::params(ctx)?;
        for (value, given) in [
            (&mut auth.max_memo_characters, self.max_memo_characters),
            (&mut auth.tx_sig_limit, self.tx_sig_limit),
            (&mut auth.tx_size_cost_per_byte, self.tx_size_cost_per_byte),
            (&mut auth.sig_verify_cost_ed25519, self.sig_verify_cost_ed25519),
            (&mut auth.sig_verify_cost_secp256k1, self.sig_verify_cost_secp256k1),
        ] {
            *value = given.unwrap_or(*value);
        }
        ctx.kv(StoreKey::Auth).set(auth::PARAMS, &auth.encode_to_vec())?;
        let mut bank = bank::params(ctx)?;
        bank.default_send_enabled = self.send_enabled.unwrap_or(bank.default_send_enabled);
        ctx.kv(StoreKey::Bank).set(bank::PARAMS, &bank.encode_to_vec())?;
        self.write_wasm(ctx)
    }

    fn write_wasm(&self, ctx: &Ctx) -> Result<()> {
        let mut params: WasmParams = keeper::params(ctx)?;
        if let Some(Access { permission, addresses }) = &self.code_upload_access {
            let (permission, addresses) = (permission.number(), addresses.clone());
            params.code_upload_access = Some(AccessConfig { permission, addresses });
        }
        if let Some(permission) = self.instantiate_default_permission {
            params.instantiate_default_permission = permission.number();
        }
        let update = MsgUpdateParams { authority: ctx.app.authority.clone(), params: Some(params.clone()) };
        keeper::validate_basic(ctx, &Msg::UpdateParams(update))?;
        keeper::set_params(ctx, &params)
    }
}
