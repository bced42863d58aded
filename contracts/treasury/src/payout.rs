use cosmwasm_std::{Decimal, Uint128};
use mars_types::oracle::Market;
use mars_types::Bps;

use crate::epoch::Control;
use crate::error::ContractError;

/// What redemptions of one call are paid out of: both budgets and the reserve, at one price.
pub struct Payout {
    /// Of a whole XMS.
    pub price: Decimal,
    /// uxms.
    pub reserve: Uint128,
    pub control: Control,
    fee: Bps,
}

impl Payout {
    /// Refused under stress: what a price is then, nobody knows.
    pub fn new(market: Market, reserve: Uint128, control: Control, fee: Bps) -> Result<Self, ContractError> {
        if market.stress {
            return Err(ContractError::Stress);
        }
        Ok(Self { price: market.redeem, reserve, control, fee })
    }

    /// uxms for `usdm`, after the fee, floored.
    pub fn xms(&self, usdm: Uint128) -> Result<Uint128, ContractError> {
        self.xms_after(usdm, self.fee)
    }

    /// uxms of the fee on `usdm`, which stay in the reserve.
    pub fn fee(&self, usdm: Uint128) -> Result<Uint128, ContractError> {
        Ok(self.xms_after(usdm, Bps(0))?.checked_sub(self.xms(usdm)?)?)
    }

    fn xms_after(&self, usdm: Uint128, fee: Bps) -> Result<Uint128, ContractError> {
        let price = self.price.atomics().u128();
        Ok(Uint128::new(mars_math::redeem_floor(usdm.u128(), price, fee.u128())?))
    }

    /// The part of `usdm` that budgets and reserve cover now.
    pub fn covered(&self, usdm: Uint128) -> Result<Uint128, ContractError> {
        let price = self.price.atomics().u128();
        let by_reserve = mars_math::redeemable_floor(self.reserve.u128(), price, self.fee.u128())?;
        let budgets = self.control.epoch_budget().level.min(self.control.day_budget().level);
        Ok(usdm.min(budgets).min(Uint128::new(by_reserve)))
    }

    /// Pays all of `usdm`, or says what does not cover it.
    pub fn pay(&mut self, usdm: Uint128) -> Result<Uint128, ContractError> {
        let xms = self.xms(usdm)?;
        self.control.spend_budgets(usdm)?;
        let short = |_| ContractError::ReserveShort { xms, reserve: self.reserve };
        self.reserve = self.reserve.checked_sub(xms).map_err(short)?;
        Ok(xms)
    }
}
