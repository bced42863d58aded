//! How heavy a proposal is, read from the messages themselves. Light is only what is known to be light: one message of
//! a registered contract that stands in the list, without coins. A message that means two things to two readers is
//! heavy.

use std::collections::BTreeMap;

use cosmwasm_std::{from_json, Addr, CosmosMsg, WasmMsg};
use mars_types::governance::{Member, Role, LIGHT_MESSAGES, TREASURY_KEEPS_ASSETS};
use mars_types::Bps;
use serde::de::IgnoredAny;
use serde::Deserialize;

/// What weighing needs to know.
pub struct Registry {
    /// The DAO itself.
    pub dao: Addr,
    pub contracts: Vec<Member>,
}

impl Registry {
    pub fn heavy(&self, message: &CosmosMsg) -> bool {
        let Some((role, name)) = self.plain_call(message) else {
            return true;
        };
        !LIGHT_MESSAGES.iter().any(|(of, names)| *of == role && names.contains(&name.as_str()))
    }

    /// Replaces a guardian of the protocol and does nothing else (R66).
    pub fn replaces_guardian(&self, message: &CosmosMsg) -> bool {
        self.plain_call(message).is_some_and(|(_, name)| name == "set_guardian")
    }

    /// A call that may move external assets out of the treasury, or out of the reach of its rules. What new code may do is another
    /// matter (docs/decisions/0013).
    pub fn moves_assets(&self, message: &CosmosMsg) -> bool {
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, .. }) = message else {
            return false;
        };
        self.role(contract_addr) == Some(Role::Treasury)
            && !self
                .plain_call(message)
                .is_some_and(|(_, name)| TREASURY_KEEPS_ASSETS.contains(&name.as_str()))
    }

    /// The support ratio that a message gives the treasury (R29).
    pub fn new_support_ratio(&self, message: &CosmosMsg) -> Option<Bps> {
        #[derive(Deserialize)]
        struct Call {
            update_params: Update,
        }
        #[derive(Deserialize)]
        struct Update {
            params: Params,
        }
        #[derive(Deserialize)]
        struct Params {
            support_ratio: Bps,
        }
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, .. }) = message else {
            return None;
        };
        if self.role(contract_addr) != Some(Role::Treasury) {
            return None;
        }
        from_json::<Call>(msg).ok().map(|call| call.update_params.params.support_ratio)
    }

    pub fn address_of(&self, role: Role) -> Option<&Addr> {
        self.contracts.iter().find(|member| member.role == role).map(|member| &member.address)
    }

    /// A call without coins of a contract of the protocol, and the name of its one message.
    fn plain_call(&self, message: &CosmosMsg) -> Option<(Role, String)> {
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) = message else {
            return None;
        };
        let role = self.role(contract_addr)?;
        if !funds.is_empty() {
            return None;
        }
        let mut fields = from_json::<BTreeMap<String, IgnoredAny>>(msg).ok()?.into_keys();
        match (fields.next(), fields.next()) {
            (Some(name), None) => Some((role, name)),
            _ => None,
        }
    }

    /// What a contract of the protocol is. No message to the DAO itself is light.
    ///
    /// To the chain an address in capitals is the same address, so it is here.
    fn role(&self, address: &str) -> Option<Role> {
        let is = |known: &Addr| known.as_str().eq_ignore_ascii_case(address);
        if is(&self.dao) {
            return Some(Role::Other);
        }
        self.contracts.iter().find(|member| is(&member.address)).map(|member| member.role)
    }
}
