//! What a developer has set for the chain beside its own state: who is impersonated, and parameters that otherwise
//! come from the genesis. It is kept in the state, so that snapshots, past heights and files have it too, and a replay
//! finds it as it was. Transactions neither see it nor pay for it.

use std::sync::Arc;

use crate::context::GasPrice;
use crate::error::Result;
use crate::gas::GasMeter;
use crate::genesis;
use crate::store::{Bytes, Kv, Order, State, StoreKey, Working};

const EVERYONE: &[u8] = &[0];
const ACCOUNT: u8 = 1;
const GAS_PRICES: &[u8] = &[2];
const BLOCK_GAS: &[u8] = &[3];

/// See the module.
pub struct Overrides(Kv);

fn account(address: &[u8]) -> Vec<u8> {
    [&[ACCOUNT], address].concat()
}

impl Overrides {
    /// Those in the state that is being worked on.
    pub fn of(working: &Working) -> Self {
        Self(Kv::new(working.clone(), GasMeter::infinite(), StoreKey::Dev))
    }

    /// Those in `state`; what is set here is lost.
    pub fn of_state(state: &State) -> Self {
        Self::of(&Working::new(state.clone()))
    }

    /// Whether transactions of `address` need no signature.
    ///
    /// # Errors
    /// None, as for every method here: nobody's gas is used.
    pub fn is_impersonated(&self, address: &[u8]) -> Result<bool> {
        Ok(self.0.has(EVERYONE)? || self.0.has(&account(address))?)
    }

    /// Begins or ends to take transactions of `address` without a signature.
    pub fn impersonate(&self, address: &[u8], on: bool) -> Result<()> {
        self.flag(&account(address), on)
    }

    /// Whether no transaction needs a signature.
    pub fn is_everyone_impersonated(&self) -> Result<bool> {
        self.0.has(EVERYONE)
    }

    /// Begins or ends to take every transaction without a signature.
    pub fn impersonate_everyone(&self, on: bool) -> Result<()> {
        self.flag(EVERYONE, on)
    }

    /// The addresses that are impersonated by name.
    pub fn impersonated(&self) -> Result<Vec<Vec<u8>>> {
        let mut cursor = self.0.iterate(Some(&[ACCOUNT]), Some(&[ACCOUNT + 1]), Order::Ascending)?;
        let mut found = Vec::new();
        while let Some((key, _)) = cursor.current() {
            found.push(key.get(1..).unwrap_or_default().to_vec());
            cursor.advance()?;
        }
        Ok(found)
    }

    /// Ends all impersonation.
    pub fn stop_impersonating(&self) -> Result<()> {
        self.impersonate_everyone(false)?;
        self.impersonated()?.iter().try_for_each(|address| self.impersonate(address, false))
    }

    /// What the node asks for gas, if that is set here.
    pub fn gas_prices(&self) -> Option<Arc<[GasPrice]>> {
        genesis::gas_prices(&self.gas_prices_text().ok()??).ok().map(Into::into)
    }

    /// What the node asks for gas as it was set here.
    pub fn gas_prices_text(&self) -> Result<Option<String>> {
        Ok(self.0.get(GAS_PRICES)?.map(|text| String::from_utf8_lossy(&text).into_owned()))
    }

    /// Sets what the node asks for gas, such as `0.025umars`; empty for nothing.
    ///
    /// # Errors
    /// A text that is no list of decimal amounts with names.
    pub fn set_gas_prices(&self, prices: &str) -> Result<()> {
        genesis::gas_prices(prices)?;
        self.0.set(GAS_PRICES, prices.as_bytes())
    }

    /// The most gas of one block, if that is set here: `Some(None)` for any.
    pub fn max_block_gas(&self) -> Option<Option<u64>> {
        let bytes: Bytes = self.0.get(BLOCK_GAS).ok()??;
        Some((*bytes).try_into().ok().map(u64::from_be_bytes))
    }

    /// Sets the most gas of one block; `None` for any.
    pub fn set_max_block_gas(&self, gas: Option<u64>) -> Result<()> {
        let bytes = gas.map(u64::to_be_bytes);
        self.0.set(BLOCK_GAS, bytes.as_ref().map_or(&[], |bytes| bytes))
    }

    fn flag(&self, key: &[u8], on: bool) -> Result<()> {
        if on { self.0.set(key, &[]) } else { self.0.delete(key) }
    }
}
