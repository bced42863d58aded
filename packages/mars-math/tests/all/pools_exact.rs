//! The curves against exact integers: what leaves a pool never makes its invariant fall, and is not a unit too little.

use mars_math::*;
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::exact::number;

fn pow(base: &BigInt, exponent: usize) -> BigInt {
    base.pow(u32::try_from(exponent).unwrap())
}

/// A stable pool of two to four assets whose balances are within a factor of 10,000 of each other.
#[derive(Clone, Debug)]
struct StablePool {
    amplification: u32,
    decimals: Vec<u8>,
    reserves: Vec<u128>,
}

impl StablePool {
    fn pool(&self) -> Pool<'_> {
        Pool { curve: Curve::Stable { amplification: self.amplification }, decimals: &self.decimals }
    }

    fn normalised(&self) -> Vec<BigInt> {
        let one = |(reserve, decimals): (&u128, &u8)| {
            BigInt::from(*reserve) * BigInt::from(10).pow(18 - u32::from(*decimals))
        };
        self.reserves.iter().zip(&self.decimals).map(one).collect()
    }

    /// The curve's equation at `d`, as an integer: negative below the root, positive above it.
    fn equation(&self, d: &BigInt) -> BigInt {
        let balances = self.normalised();
        let n = balances.len();
        let sum: BigInt = balances.iter().sum();
        let product: BigInt = balances.iter().product::<BigInt>() * pow(&BigInt::from(n), n);
        let ann = BigInt::from(self.amplification) * BigInt::from(n);
        BigInt::from(100) * pow(d, n + 1) + (ann.clone() - BigInt::from(100)) * d * &product
            - ann * sum * product
    }

    /// The greatest whole number that is not above the root.
    fn exact_floor(&self) -> BigInt {
        let newton = BigInt::from(self.pool().invariant(&self.reserves).unwrap());
        let floor = (-2..=2).rev().map(|off| newton.clone() + off);
        floor.into_iter().find(|d| self.equation(d) <= BigInt::ZERO).expect("the root is near")
    }
}

fn stable_pool() -> impl Strategy<Value = StablePool> {
    let asset = (0..=18u8, 0..10_000u128);
    let range = (100..=1_000_000u32, 4..12u32, prop::collection::vec(asset, 2..=4));
    range.prop_map(|(amplification, magnitude, assets)| {
        // Whole tokens from 10^magnitude to 10^(magnitude + 4): up to 10^16 of each.
        let reserve = |(decimals, times): (u8, u128)| {
            (decimals, 10u128.pow(magnitude) * (times + 1) * 10u128.pow(u32::from(decimals)))
        };
        let (decimals, reserves) = assets.into_iter().map(reserve).unzip();
        StablePool { amplification, decimals, reserves }
    })
}

/// A stable pool of a few units with 18 decimals, in which every division leaves much: what rounds the wrong way shows.
fn smallest_pool() -> impl Strategy<Value = StablePool> {
    let amplification = prop_oneof![100..=1_000u32, 100..=1_000_000u32];
    let pool = (amplification, prop::collection::vec(1..1_000u128, 2..=4));
    pool.prop_map(|(amplification, reserves)| {
        let decimals = vec![18; reserves.len()];
        StablePool { amplification, decimals, reserves }
    })
}

/// Two places of a pool of `n` that differ.
fn places(first: usize, second: usize, n: usize) -> (usize, usize) {
    let offer = first % n;
    (offer, (offer + 1 + second % (n - 1)) % n)
}

proptest! {
    #[test]
    fn d_is_the_root_or_the_unit_above_it(pool in prop_oneof![stable_pool(), smallest_pool()]) {
        let d = BigInt::from(pool.pool().invariant(&pool.reserves).unwrap());
        prop_assert!(pool.equation(&(d.clone() - 1)) <= BigInt::ZERO, "D too high");
        prop_assert!(pool.equation(&(d + 1)) > BigInt::ZERO, "D too low");
    }

    #[test]
    fn the_smallest_stable_pools_lose_nothing_either(
        pool in smallest_pool(),
        first in 0..4usize,
        second in 0..3usize,
        amount in 1..1_000u128,
    ) {
        let (offer, ask) = places(first, second, pool.reserves.len());
        let d = pool.exact_floor();
        let out = pool.pool().out_floor(&pool.reserves, offer, ask, amount).unwrap();
        let mut after = pool.clone();
        after.reserves[offer] += amount;
        after.reserves[ask] -= out;
        prop_assert!(after.equation(&d) <= BigInt::ZERO, "D fell");
    }

    #[test]
    fn a_stable_swap_never_lowers_the_exact_d(
        pool in stable_pool(),
        first in 0..4usize,
        second in 0..3usize,
        part in 1..20_000_000u128,
    ) {
        let (offer, ask) = places(first, second, pool.reserves.len());
        // From a ten-millionth of the reserve to twice as much.
        let amount = mul_div_floor(pool.reserves[offer], part, 10_000_000).unwrap();
        let d = pool.exact_floor();
        let out = pool.pool().out_floor(&pool.reserves, offer, ask, amount).unwrap();
        prop_assert!(out < pool.reserves[ask]);
        let mut after = pool.clone();
        after.reserves[offer] += amount;
        after.reserves[ask] -= out;
        prop_assert!(after.equation(&d) <= BigInt::ZERO, "D fell");
        // Newton may be a unit of 18 decimals off on either side, one stays behind, and the floor: not more.
        let scale = 10u128.pow(18 - u32::from(pool.decimals[ask]));
        let more = 1 + 4u128.div_ceil(scale);
        if after.reserves[ask] >= more {
            after.reserves[ask] -= more;
            prop_assert!(after.equation(&d) >= BigInt::ZERO, "more than a unit too little");
        }
    }

    #[test]
    fn buying_exactly_costs_at_least_what_selling_gives(
        pool in stable_pool(),
        first in 0..4usize,
        second in 0..3usize,
        part in 1..9_000_000u128,
    ) {
        let (offer, ask) = places(first, second, pool.reserves.len());
        let wanted = mul_div_floor(pool.reserves[ask], part, 10_000_000).unwrap();
        prop_assume!(wanted > 0);
        let d = pool.exact_floor();
        let needed = pool.pool().in_ceil(&pool.reserves, offer, ask, wanted).unwrap();
        prop_assert!(needed > 0);
        let mut after = pool.clone();
        after.reserves[offer] += needed;
        after.reserves[ask] -= wanted;
        prop_assert!(after.equation(&d) <= BigInt::ZERO, "D fell");
    }

    #[test]
    fn a_stable_price_is_that_of_a_small_swap(pool in stable_pool(), first in 0..4usize, second in 0..3usize) {
        let (base, quote) = places(first, second, pool.reserves.len());
        // A millionth of the lesser side, with digits enough to see it.
        let mut pool = pool;
        let scales = pool.decimals.iter().map(|decimals| 10u128.pow(18 - u32::from(*decimals)));
        pool.reserves = pool.reserves.iter().zip(scales).map(|(reserve, scale)| reserve * scale).collect();
        pool.decimals = vec![18; pool.reserves.len()];
        let whole = |place: usize| pool.reserves[place] / 10u128.pow(u32::from(pool.decimals[place]));
        let amount = whole(base).min(whole(quote)) * 10u128.pow(u32::from(pool.decimals[base])) / 1_000_000;
        let out = pool.pool().out_floor(&pool.reserves, base, quote, amount).unwrap();
        let (floor, ceil) = pool.pool().price18(&pool.reserves, base, quote).unwrap();
        prop_assert!(ceil - floor <= 1);
        let exact = BigInt::from(amount) * floor * BigInt::from(10).pow(pool.decimals[quote].into())
            / BigInt::from(10).pow(u32::from(pool.decimals[base]) + 18);
        let difference = (exact.clone() - BigInt::from(out)).magnitude().clone();
        prop_assert!(BigInt::from(difference) * 10_000 <= exact, "{out} at {floor}");
    }

    /// Provide, trade and withdraw in turns: an LP unit's part of D never falls.
    #[test]
    fn liquidity_never_dilutes_a_stable_pool(
        pool in stable_pool(),
        parts in prop::collection::vec(0..3_000u128, 4),
        place in 0..4usize,
        share in 1..9_000u128,
    ) {
        let fee = PoolFee { total_bps: 4, protocol_bps: 2 };
        let supply = pool.pool().first_lp(&pool.reserves).unwrap();
        prop_assume!(supply > 0);
        let n = pool.reserves.len();
        let amounts: Vec<u128> =
            pool.reserves.iter().zip(&parts).map(|(reserve, part)| reserve * part / 1_000).collect();
        let made = pool.pool().provide(fee, &pool.reserves, supply, &amounts).unwrap();
        let grown = StablePool { reserves: made.reserves.clone(), ..pool.clone() };
        let worth = |pool: &StablePool| pool.exact_floor();
        // D after × supply before ≥ D before × supply after: the floors cost at most a unit of D.
        prop_assert!((worth(&grown) + 1) * supply >= worth(&pool) * (supply + made.lp));

        let supply = supply + made.lp;
        let lp = mul_div_floor(supply, share, 10_000).unwrap();
        let place = place % n;
        let taken = grown.pool().withdraw_one(fee, &grown.reserves, supply, lp, place).unwrap();
        let left = StablePool { reserves: taken.reserves.clone(), ..grown.clone() };
        prop_assert!((worth(&left) + 1) * supply >= worth(&grown) * (supply - lp));
        let all = withdraw_floor(&grown.reserves, supply, lp).unwrap();
        let left = StablePool { reserves: all.reserves.clone(), ..grown.clone() };
        prop_assert!((worth(&left) + 1) * supply >= worth(&grown) * (supply - lp));
    }

    #[test]
    fn constant_product_is_exact(x in number(), y in number(), amount in number()) {
        prop_assume!(x > 0 && y > 0);
        let pool = Pool { curve: Curve::ConstantProduct, decimals: &[6, 6] };
        let (bx, by, ba) = (BigInt::from(x), BigInt::from(y), BigInt::from(amount));
        match pool.out_floor(&[x, y], 0, 1, amount) {
            Ok(out) => prop_assert_eq!(BigInt::from(out), &by * &ba / (&bx + &ba)),
            Err(_) => prop_assert!(x.checked_add(amount).is_none()),
        }
        if amount < y {
            let needed = (&bx * &ba + (&by - &ba) - 1) / (&by - &ba);
            match pool.in_ceil(&[x, y], 0, 1, amount) {
                Ok(got) => prop_assert_eq!(BigInt::from(got), needed),
                Err(_) => prop_assert!(needed > BigInt::from(u128::MAX)),
            }
        }
        let root = BigInt::from(pool.invariant(&[x, y]).unwrap());
        prop_assert!(&root * &root <= &bx * &by && (&root + 1) * (&root + 1) > bx * by);
    }

    /// As for stable pools, with k per squared LP unit, which has no tolerance at all.
    #[test]
    fn liquidity_never_dilutes_a_constant_product(
        x in 1..u128::from(u64::MAX),
        y in 1..u128::from(u64::MAX),
        grown in (0..u128::from(u64::MAX), 0..u128::from(u64::MAX)),
        place in 0..2usize,
        share in 0..9_999u128,
    ) {
        let pool = Pool { curve: Curve::ConstantProduct, decimals: &[6, 6] };
        let fee = PoolFee { total_bps: 30, protocol_bps: 5 };
        let supply = pool.first_lp(&[x, y]).unwrap();
        let k = |reserves: &[u128]| BigInt::from(reserves[0]) * BigInt::from(reserves[1]);
        let square = |supply: u128| BigInt::from(supply) * BigInt::from(supply);
        let made = pool.provide(fee, &[x, y], supply, &[grown.0, grown.1]).unwrap();
        prop_assert!(k(&made.reserves) * square(supply) >= k(&[x, y]) * square(supply + made.lp));
        let (reserves, supply) = (made.reserves, supply + made.lp);
        let lp = mul_div_floor(supply, share, 10_000).unwrap();
        let one = pool.withdraw_one(fee, &reserves, supply, lp, place).unwrap();
        prop_assert!(k(&one.reserves) * square(supply) >= k(&reserves) * square(supply - lp));
        let all = withdraw_floor(&reserves, supply, lp).unwrap();
        prop_assert!(k(&all.reserves) * square(supply) >= k(&reserves) * square(supply - lp));
    }

    #[test]
    fn grossing_up_is_the_least_that_leaves_enough(out in number(), total_bps in 1..=100u128) {
        let fee = PoolFee { total_bps, protocol_bps: total_bps / 2 };
        if let Ok(charged) = fee.gross_up(out) {
            prop_assert_eq!(charged.out, out);
            let gross = charged.out + charged.fee;
            prop_assert_eq!(fee.charge(gross), Ok(charged));
            prop_assert!(charged.protocol * 2 <= charged.fee);
            if gross > 0 {
                prop_assert!(fee.charge(gross - 1).unwrap().out < out);
            }
        }
    }
}
