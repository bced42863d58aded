//! From reports to a price: what is fresh, and what the fresh ones say.

use cosmwasm_std::{Decimal, Storage, Uint128};
use mars_types::oracle::{AcceptedMedian, FeederRules};
use mars_types::{Asset, Price, PriceBand};

use crate::assessment::Assessment;
use crate::error::ContractError;
use crate::state::{Feed, Quote, FEEDS};

/// What the reports say; where too few are fresh, the last accepted median and why it is no price.
pub fn assess(
    storage: &dyn Storage,
    now: u64,
    asset: &Asset,
    rules: &FeederRules,
) -> Result<Assessment, ContractError> {
    let feed = FEEDS.may_load(storage, &asset.key())?.unwrap_or_default();
    let last = feed.median;
    let fresh = feed.judged(rules, now)?.fresh(rules, now)?;
    if let Some(median) = agreed(&fresh, rules) {
        return Ok(Assessment::of(summary(&fresh, now, median)));
    }
    let failure =
        ContractError::NoPrice { asset: asset.clone(), fresh: fresh.len(), min_fresh: rules.min_fresh };
    let price = last.map(|AcceptedMedian { price, time }| Price {
        band: PriceBand::exact(price),
        median: price,
        age: now.saturating_sub(time),
    });
    Ok(Assessment { price, failures: vec![failure], ..Assessment::default() })
}

/// The median of the `fresh` reports, if there are enough of them.
pub fn agreed(fresh: &[Quote], rules: &FeederRules) -> Option<Decimal> {
    if fresh.len() < usize::from(rules.min_fresh) {
        return None;
    }
    let prices: Vec<u128> = fresh.iter().map(|quote| quote.price.atomics().u128()).collect();
    mars_math::median(&prices).map(|median| Decimal::new(Uint128::new(median)))
}

impl Feed {
    /// As a price is made of it: where no median is in force, that of the reports stands in for it, so that reports
    /// which nothing else bounds bound each other.
    pub fn judged(self, rules: &FeederRules, now: u64) -> Result<Self, ContractError> {
        let median = match self.median_in_force(rules, now) {
            Some(median) => Some(median),
            None => agreed(&self.fresh(rules, now)?, rules).map(|price| AcceptedMedian { price, time: now }),
        };
        Ok(Self { median, ..self })
    }

    /// The reports that count `now`.
    pub fn fresh(&self, rules: &FeederRules, now: u64) -> Result<Vec<Quote>, ContractError> {
        let mut fresh = Vec::with_capacity(self.quotes.len());
        for quote in self.quotes.iter().flatten() {
            if self.counts(quote, rules, now)? {
                fresh.push(*quote);
            }
        }
        Ok(fresh)
    }

    /// Whether a report is young enough and near enough to the last accepted median.
    pub fn counts(&self, quote: &Quote, rules: &FeederRules, now: u64) -> Result<bool, ContractError> {
        if now.saturating_sub(quote.time) > rules.max_age {
            return Ok(false);
        }
        let Some(median) = self.median_in_force(rules, now) else {
            return Ok(true);
        };
        let (price, median) = (quote.price.atomics().u128(), median.price.atomics().u128());
        Ok(!mars_math::deviates(price, median, rules.deviation.u128())?)
    }

    fn median_in_force(&self, rules: &FeederRules, now: u64) -> Option<AcceptedMedian> {
        self.median.filter(|median| now.saturating_sub(median.time) < rules.memory)
    }
}

/// The band around `median` that `quotes` span.
fn summary(quotes: &[Quote], now: u64, median: Decimal) -> Price {
    let prices = || quotes.iter().map(|quote| quote.price);
    let oldest = quotes.iter().map(|quote| quote.time).min().unwrap_or(now);
    Price {
        band: PriceBand { low: prices().min().unwrap_or(median), high: prices().max().unwrap_or(median) },
        median,
        age: now.saturating_sub(oldest),
    }
}
