//! What a slice is worth by the averages of the pools that it passes, and how large it may be.

use cosmwasm_std::{Addr, Deps, Uint128};
use mars_types::collector::{Params, MIN_AGE, WINDOWS};
use mars_types::swap::{BasePrice, Hop, ObserveResponse, PoolObservation, QueryMsg};
use mars_types::{Asset, PriceBand};

use crate::error::ContractError;

/// A route with what its pools say of themselves, as of the end of the last earlier block.
pub struct Way {
    steps: Vec<Step>,
}

/// One pool of a route.
struct Step {
    observation: PoolObservation,
    /// Positions in the pool's list of assets.
    offer: usize,
    ask: usize,
}

/// A slice of an asset.
pub struct Slice {
    pub amount: Uint128,
    /// uxms by the prices that say the most, before any fee.
    pub fair: Uint128,
}

impl Way {
    pub fn observe(
        deps: Deps,
        swap: &Addr,
        xms: &Addr,
        asset: &Asset,
        route: &[Hop],
    ) -> Result<Self, ContractError> {
        let pools = route.iter().map(|hop| hop.pool).collect();
        let question = QueryMsg::Observe { pools, windows: WINDOWS.to_vec() };
        let answer: ObserveResponse = deps
            .querier
            .query_wasm_smart(swap, &question)
            .map_err(|_| ContractError::broken_route(asset, "swap does not know all of its pools"))?;
        let mut held = asset.clone();
        let mut steps: Vec<Step> = vec![];
        for (hop, observation) in route.iter().zip(answer.pools) {
            if steps.iter().any(|step| step.observation.pool == hop.pool) {
                return Err(ContractError::broken_route(asset, format!("it passes pool {} twice", hop.pool)));
            }
            let asked = hop.ask.check(deps.api)?;
            let at = |wanted: &Asset| observation.assets.iter().position(|entry| entry.asset == *wanted);
            let (Some(offer), Some(ask)) = (at(&held), at(&asked)) else {
                let reason = format!("pool {} does not trade {held} for {asked}", hop.pool);
                return Err(ContractError::broken_route(asset, reason));
            };
            steps.push(Step { observation, offer, ask });
            held = asked;
        }
        if held != Asset::Cw20(xms.clone()) || *asset == held {
            return Err(ContractError::broken_route(asset, format!("it ends at {held}")));
        }
        Ok(Self { steps })
    }

    /// As much of `balance` as may pass: of the fair depth of each pool at most the slice (R62).
    pub fn slice(&self, params: &Params, balance: Uint128) -> Result<Slice, ContractError> {
        let mut amount = balance.u128();
        for (number, step) in self.steps.iter().enumerate() {
            let arriving = self.worth(number, amount)?;
            let most = mars_math::bps_of_floor(step.depth()?, params.slice.u128())?;
            if arriving > most {
                amount = mars_math::mul_div_floor(amount, most, arriving)?;
            }
        }
        let fair = self.worth(self.steps.len(), amount)?;
        Ok(Slice { amount: amount.into(), fair: fair.into() })
    }

    /// What `amount` is worth after the first `count` pools.
    fn worth(&self, count: usize, amount: u128) -> Result<u128, ContractError> {
        self.steps.iter().take(count).try_fold(amount, |amount, step| step.worth(amount))
    }
}

impl Step {
    /// What `amount` of what is offered is worth in what is asked, by what says the most of averages and spot: a pool that was moved
    /// for minutes is still measured by the longer average, and one whose averages are absurd by the last block.
    fn worth(&self, amount: u128) -> Result<u128, ContractError> {
        let in_base = match self.offer {
            0 => amount,
            quote => {
                let low = self.prices(quote)?.low.atomics().u128();
                mars_math::base_of_quote_floor(amount, low, self.decimals(quote)?)?
            }
        };
        Ok(match self.ask {
            0 => in_base,
            quote => {
                let high = self.prices(quote)?.high.atomics().u128();
                mars_math::quote_of_base_floor(in_base, high, self.decimals(quote)?)?
            }
        })
    }

    /// How much of the offered asset the pool would hold if it stood at one of its averages or at spot, whichever makes the least.
    fn depth(&self) -> Result<u128, ContractError> {
        Ok(self.observation.side_floor(self.offer, self.prices(1)?)?)
    }

    /// Lowest and highest of averages and spot of the base in the asset at `index`.
    fn prices(&self, index: usize) -> Result<PriceBand, ContractError> {
        let PoolObservation { pool, age, prices, .. } = &self.observation;
        let none = ContractError::NoPrice { pool: *pool, age: *age };
        if *age < MIN_AGE {
            return Err(none);
        }
        let entry = index.checked_sub(1).and_then(|index| prices.get(index));
        entry.map(BasePrice::span).ok_or(none)
    }

    /// Decimals of the base and of the asset at `index`.
    fn decimals(&self, index: usize) -> Result<[u8; 2], ContractError> {
        let PoolObservation { pool, age, assets, .. } = &self.observation;
        match (assets.first(), assets.get(index)) {
            (Some(base), Some(asset)) => Ok([base.decimals, asset.decimals]),
            _ => Err(ContractError::NoPrice { pool: *pool, age: *age }),
        }
    }
}
