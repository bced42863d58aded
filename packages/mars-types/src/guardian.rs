use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Api};

use crate::address::checked_address;
use crate::refusal::InvalidInput;

/// Who may stop things but start nothing: pause a switch or lower a limit, until a sunset date.
#[cw_serde]
pub struct GuardianBase<T> {
    pub address: T,
    /// Block time in seconds from which the guardian has no power any more.
    pub sunset: u64,
}

pub type Guardian = GuardianBase<Addr>;
pub type GuardianUnchecked = GuardianBase<String>;

impl GuardianUnchecked {
    /// The sunset must lie in the future, and not after the latest that is allowed (R66).
    pub fn check(&self, api: &dyn Api, now: u64, latest: Option<u64>) -> Result<Guardian, InvalidInput> {
        let address = checked_address(api, "guardian", &self.address)?;
        if self.sunset <= now {
            return Err(InvalidInput::new("guardian sunset", self.sunset, format!("after {now}")));
        }
        if let Some(latest) = latest.filter(|latest| self.sunset > *latest) {
            return Err(InvalidInput::new("guardian sunset", self.sunset, format!("not after {latest}")));
        }
        Ok(Guardian { address, sunset: self.sunset })
    }
}

impl Guardian {
    pub fn may_act(&self, sender: &Addr, now: u64) -> bool {
        self.address == sender && now < self.sunset
    }
}
