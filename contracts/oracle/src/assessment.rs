//! What a price is, and what is wrong with it.

use mars_types::oracle::{ActionKind, Leg, Market};
use mars_types::{Asset, Price};

use crate::error::ContractError;

/// A price as well as it is known, and everything that is wrong with it. Who uses it decides what stops him.
#[derive(Default)]
pub struct Assessment {
    pub price: Option<Price>,
    pub failures: Vec<ContractError>,
    pub path: Vec<Leg>,
    /// Of a source of pools.
    pub market: Option<Market>,
}

impl Assessment {
    pub fn of(price: Price) -> Self {
        Self { price: Some(price), ..Self::default() }
    }

    pub fn failed(failure: ContractError) -> Self {
        Self { failures: vec![failure], ..Self::default() }
    }

    /// The price, unless a failure stops `action`.
    pub fn price_for(mut self, action: ActionKind, asset: &Asset) -> Result<Price, ContractError> {
        if let Some(at) = self.failures.iter().position(|failure| failure.stops(action)) {
            return Err(self.failures.swap_remove(at));
        }
        if let Some(price) = self.price {
            return Ok(price);
        }
        let unknown = || ContractError::NotListed { asset: asset.clone() };
        Err(self.failures.into_iter().next().unwrap_or_else(unknown))
    }

    /// With what the price rests on, `source` being the last of it.
    pub fn leg(self, asset: &Asset, source: &str) -> Self {
        let Some(Price { band, .. }) = self.price else {
            return self;
        };
        let leg = Leg { asset: asset.clone(), source: source.into(), pool: None, band };
        let path = std::iter::once(leg).chain(self.path).collect();
        Self { path, ..self }
    }
}
