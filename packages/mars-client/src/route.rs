//! Ways through the pools of Mars Swap. The pools' own curves are reckoned here as the contract reckons them, so a route is
//! found without asking the chain for each.

use mars_math::{Curve, PoolFee};
use mars_types::swap::{Hop, MAX_HOPS, PoolKind, PoolResponse};
use mars_types::{Asset, AssetUnchecked};

/// Pools that a search tries to pass before it is content with what it has.
const MAX_TRIES: usize = 10_000;

/// What is known of a swap beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// This much is paid, and as much as can be had is wanted.
    Sell(u128),
    /// This much is wanted for as little as can be paid.
    Buy(u128),
}

/// A way from one asset to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    pub hops: Vec<Hop>,
    /// What comes out of a sale, or what a purchase costs.
    pub amount: u128,
}

/// The best route from `offer` to `ask` over at most four pools, each at most once and no asset twice. None when none leads
/// there, or none is deep enough. A pool that is paused is not known here: the simulation of the swap tells.
pub fn best(
    pools: &[PoolResponse],
    offer: &AssetUnchecked,
    ask: &AssetUnchecked,
    goal: Goal,
) -> Option<Route> {
    // A purchase is searched from its end.
    let (from, to, amount) = match goal {
        Goal::Sell(amount) => (offer, ask, amount),
        Goal::Buy(amount) => (ask, offer, amount),
    };
    let mut search = Search { pools, to, goal, tries: 0, best: None };
    search.on(&mut vec![(0, from.clone())], amount);
    let (amount, way) = search.best?;
    let mut hops: Vec<Hop> = match goal {
        Goal::Sell(_) => {
            way.iter().skip(1).map(|(pool, ask)| Hop { pool: *pool, ask: ask.clone() }).collect()
        }
        // Between two places lies the pool of the later one; its asset to come out is that of the earlier.
        Goal::Buy(_) => way
            .windows(2)
            .filter_map(|pair| match pair {
                [(_, ask), (pool, _)] => Some(Hop { pool: *pool, ask: ask.clone() }),
                _ => None,
            })
            .collect(),
    };
    if matches!(goal, Goal::Buy(_)) {
        hops.reverse();
    }
    Some(Route { hops, amount })
}

struct Search<'a> {
    pools: &'a [PoolResponse],
    to: &'a AssetUnchecked,
    goal: Goal,
    tries: usize,
    /// Amount at the end, and the pools passed with the asset after each; the start has no pool.
    best: Option<(u128, Vec<(u32, AssetUnchecked)>)>,
}

impl Search<'_> {
    fn on(&mut self, way: &mut Vec<(u32, AssetUnchecked)>, amount: u128) {
        let Some((_, at)) = way.last().cloned() else {
            return;
        };
        if at == *self.to && way.len() > 1 {
            let better = self.best.as_ref().is_none_or(|(best, _)| match self.goal {
                Goal::Sell(_) => amount > *best,
                Goal::Buy(_) => amount < *best,
            });
            if better {
                self.best = Some((amount, way.clone()));
            }
            return;
        }
        if way.len() > MAX_HOPS {
            return;
        }
        for pool in self.pools.iter().filter(|pool| !pool.lp_supply.is_zero()) {
            let passed = way.iter().any(|(id, _)| *id == pool.pool);
            let Some(here) = place(pool, &at).filter(|_| !passed) else {
                continue;
            };
            for (there, entry) in pool.assets.iter().enumerate().filter(|(there, _)| *there != here) {
                let next = AssetUnchecked::from(entry.asset.clone());
                if self.tries >= MAX_TRIES || way.iter().any(|(_, seen)| *seen == next) {
                    continue;
                }
                self.tries = self.tries.saturating_add(1);
                let through = match self.goal {
                    Goal::Sell(_) => out(pool, here, there, amount),
                    Goal::Buy(_) => cost(pool, there, here, amount),
                };
                if let Some(through) = through {
                    way.push((pool.pool, next));
                    self.on(way, through);
                    way.pop();
                }
            }
        }
    }
}

fn place(pool: &PoolResponse, asset: &AssetUnchecked) -> Option<usize> {
    let is = |own: &Asset| AssetUnchecked::from(own.clone()) == *asset;
    pool.assets.iter().position(|entry| is(&entry.asset))
}

/// What leaves a pool for `amount`, after the fee; none where nothing would.
fn out(pool: &PoolResponse, offer: usize, ask: usize, amount: u128) -> Option<u128> {
    let (decimals, reserves) = sides(pool);
    let curve = mars_math::Pool { curve: curve(&pool.kind)?, decimals: &decimals };
    let gross = curve.out_floor(&reserves, offer, ask, amount).ok()?;
    let out = fee(pool).charge(gross).ok()?.out;
    (out > 0).then_some(out)
}

/// What it takes to get `wanted` out of a pool; none where it does not hold that much.
fn cost(pool: &PoolResponse, offer: usize, ask: usize, wanted: u128) -> Option<u128> {
    let (decimals, reserves) = sides(pool);
    let curve = mars_math::Pool { curve: curve(&pool.kind)?, decimals: &decimals };
    let charged = fee(pool).gross_up(wanted).ok()?;
    let gross = charged.out.checked_add(charged.fee)?;
    curve.in_ceil(&reserves, offer, ask, gross).ok().filter(|_| reserves.get(ask) > Some(&gross))
}

fn sides(pool: &PoolResponse) -> (Vec<u8>, Vec<u128>) {
    let decimals = pool.assets.iter().map(|entry| entry.decimals).collect();
    (decimals, pool.reserves.iter().map(|reserve| reserve.u128()).collect())
}

fn fee(pool: &PoolResponse) -> PoolFee {
    PoolFee { total_bps: pool.fee.total.u128(), protocol_bps: pool.fee.protocol.u128() }
}

fn curve(kind: &PoolKind) -> Option<Curve> {
    Some(match kind {
        PoolKind::ConstantProduct {} => Curve::ConstantProduct,
        PoolKind::Stable { amplification, .. } => {
            let hundredths = amplification.atomics().u128().checked_div(10u128.pow(16))?;
            Curve::Stable { amplification: hundredths.try_into().ok()? }
        }
    })
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::{Addr, Uint128};
    use mars_types::Bps;
    use mars_types::swap::{Fee, PoolAsset};

    use super::*;

    fn native(denom: &str) -> AssetUnchecked {
        AssetUnchecked::native(denom)
    }

    fn pool(id: u32, sides: [(&str, u128); 2]) -> PoolResponse {
        PoolResponse {
            pool: id,
            kind: PoolKind::ConstantProduct {},
            assets: sides
                .map(|(denom, _)| PoolAsset { asset: Asset::Native(denom.into()), decimals: 6 })
                .into(),
            fee: Fee { total: Bps(30), protocol: Bps(5) },
            lp_token: Addr::unchecked("lp"),
            lp_supply: Uint128::one(),
            reserves: sides.map(|(_, reserve)| Uint128::new(reserve)).into(),
            fees_owed: vec![Uint128::zero(); 2],
            opened: Some(1),
            prices: vec![],
        }
    }

    fn passes(route: &Route) -> Vec<(u32, AssetUnchecked)> {
        route.hops.iter().map(|hop| (hop.pool, hop.ask.clone())).collect()
    }

    #[test]
    fn the_better_of_two_ways_depends_on_the_size() {
        // Directly at 1.00 but shallow; around at the cost of a second fee, and deep.
        let pools = [
            pool(1, [("one", 1_000_000), ("two", 1_000_000)]),
            pool(2, [("one", 10_000_000_000), ("mid", 10_000_000_000)]),
            pool(3, [("two", 10_000_000_000), ("mid", 10_000_000_000)]),
        ];
        let sell = |amount| best(&pools, &native("one"), &native("two"), Goal::Sell(amount)).unwrap();
        assert_eq!(passes(&sell(1_000)), [(1, native("two"))]);
        let around = sell(100_000);
        assert_eq!(passes(&around), [(2, native("mid")), (3, native("two"))]);
        // 99,700 less about one in a million of depth, and the second fee.
        assert_eq!(around.amount, 99_398);
        let buy = |amount| best(&pools, &native("one"), &native("two"), Goal::Buy(amount)).unwrap();
        assert_eq!(passes(&buy(1_000)), [(1, native("two"))]);
        let around = buy(99_398);
        assert_eq!(passes(&around), [(2, native("mid")), (3, native("two"))]);
        assert!(around.amount <= 100_000 && around.amount > 99_990, "{around:?}");
    }

    #[test]
    fn no_way_and_no_depth() {
        let pools = [pool(1, [("one", 1_000_000), ("two", 1_000_000)])];
        assert_eq!(best(&pools, &native("one"), &native("three"), Goal::Sell(1)), None);
        assert_eq!(best(&pools, &native("one"), &native("two"), Goal::Sell(1)), None, "the fee is all of it");
        assert_eq!(best(&pools, &native("one"), &native("two"), Goal::Buy(1_000_000)), None);
        let mut empty = pools[0].clone();
        empty.lp_supply = Uint128::zero();
        assert_eq!(best(&[empty], &native("one"), &native("two"), Goal::Sell(1_000)), None);
    }

    #[test]
    fn at_most_four_pools() {
        let chain: Vec<PoolResponse> = (0..5u32)
            .map(|at| {
                pool(at + 1, [(&format!("a{at}"), 1_000_000_000), (&format!("a{}", at + 1), 1_000_000_000)])
            })
            .collect();
        let four = best(&chain, &native("a0"), &native("a4"), Goal::Sell(1_000_000)).unwrap();
        assert_eq!(four.hops.len(), 4);
        assert_eq!(best(&chain, &native("a0"), &native("a5"), Goal::Sell(1_000_000)), None);
    }
}
