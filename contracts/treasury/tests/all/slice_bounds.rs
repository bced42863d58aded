//! How much goes into a slice and at what price of the pool, to the unit: in proportion (R47), USDM no more than what stands
//! beside is worth at low (R48), and 0.3 % from the oracle at the last block and in this one.

use cosmwasm_std::Decimal;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::Usdc;
use mars_testing::{hop, refused, Mars, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Fee};
use mars_types::treasury::PositionKind;
use mars_types::{Asset, Bps, RefusalCode};
use proptest::prelude::*;

use super::positions::with_pools;
use super::{MILLION, ONE, THOUSAND};

/// A pool of USDM and USDC that the treasury may add to, a block old; its fees stay in its reserves.
#[derive(Clone, Copy, Debug)]
struct Pool {
    stable: bool,
    usdm_first: bool,
    usdm: u128,
    usdc: u128,
}

impl Pool {
    fn even(stable: bool, usdm_first: bool) -> Self {
        Self { stable, usdm_first, usdm: 500 * THOUSAND, usdc: 500 * THOUSAND }
    }

    fn order<T>(self, usdm: T, usdc: T) -> [T; 2] {
        if self.usdm_first {
            [usdm, usdc]
        } else {
            [usdc, usdm]
        }
    }

    /// 1.5 M USDM are out: slices of 3,750.
    fn open(self) -> (Mars, u32) {
        let mut mars = Mars::builder()
            .params(|params| {
                params.ceiling.floor = (10 * MILLION).into();
                params.mint_limit.floor = (10 * MILLION).into();
            })
            .build();
        mars.mint(Minter, Usdc, 1_500 * THOUSAND).unwrap();
        let assets = self.order(Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
        let pool = if self.stable { mars.create_stable(100, &assets) } else { mars.create_pool(&assets) };
        let fee = Fee { total: Bps(1), protocol: Bps(0) };
        mars.tell_swap(Owner, &ExecuteMsg::SetFee { pool, fee }).unwrap();
        mars.provide(Minter, pool, &self.order(self.usdm, self.usdc)).unwrap();
        mars.register_position(pool, PositionKind::Usdm).unwrap();
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        (mars, pool)
    }

    /// Adds a slice with `amount` of USDC; the USDM in it.
    fn slice(self, mars: &mut Mars, pool: u32, amount: u128) -> u128 {
        let receipt = mars.allocate(Keeper, pool, amount).unwrap();
        assert_eq!(receipt.amounts, self.order(receipt.usdm, amount.into()));
        receipt.usdm.u128()
    }
}

const SHAPES: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

#[test]
fn usdm_is_worth_no_more_than_what_goes_in_beside() {
    for (stable, usdm_first) in SHAPES {
        let shape = Pool::even(stable, usdm_first);
        let (mut mars, pool) = shape.open();
        assert_eq!(shape.slice(&mut mars, pool, 1_000 * ONE), 1_000 * ONE);
        mars.set_band(Usdc, ["0.998", "1", "1.002"]);
        assert_eq!(shape.slice(&mut mars, pool, 1_000 * ONE), 998 * ONE);
        // 776.222221446, floored.
        assert_eq!(shape.slice(&mut mars, pool, 777_777_777), 776_222_221);
        mars.assert_invariants();
    }
}

#[test]
fn a_pool_out_of_balance_gets_no_more_usdm_than_usdc() {
    for usdm_first in [false, true] {
        // 1.27 USDM beside each USDC, for 0.9974 USDC apiece.
        let shape = Pool { usdm: 560 * THOUSAND, usdc: 440 * THOUSAND, ..Pool::even(true, usdm_first) };
        let (mut mars, pool) = shape.open();
        assert_eq!(shape.slice(&mut mars, pool, 1_000 * ONE), 1_000 * ONE);
        mars.assert_invariants();
        // 0.79 USDM beside each USDC.
        let shape = Pool { usdm: 440 * THOUSAND, usdc: 560 * THOUSAND, ..shape };
        let (mut mars, pool) = shape.open();
        assert_eq!(shape.slice(&mut mars, pool, 1_000 * ONE), 785_714_285);
        mars.assert_invariants();
    }
}

#[test]
fn what_is_worth_no_unit_of_usdm_is_too_small() {
    let (mut mars, pool) = Pool::even(false, true).open();
    mars.set_band(Usdc, ["0.999", "1", "1"]);
    refused(mars.allocate(Keeper, pool, 1), RefusalCode::TooSmall, 1, "more");
}

/// What becomes of a slice after one side alone was added to a pool at 1: in the same block, in the next one, and in that once
/// the other side has followed.
fn pushed(usdm_first: bool, [usdm, usdc]: [u128; 2]) -> [Option<String>; 3] {
    // With USDM pushed by 1,500 there are half a million.
    let whole = 500 * THOUSAND - usdm;
    let shape = Pool { usdm: whole, usdc: whole, ..Pool::even(false, usdm_first) };
    let (mut mars, pool) = shape.open();
    let try_one = |mars: &mut Mars| {
        let before = mars.snapshot();
        let refusal = mars.allocate(Keeper, pool, ONE).err().map(|refusal| {
            assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::PoolPrice, "1"), "{refusal}");
            refusal.value
        });
        mars.restore(&before);
        refusal
    };
    mars.provide(Minter, pool, &shape.order(usdm, usdc)).unwrap();
    let same = try_one(&mut mars);
    mars.advance_fresh(1);
    let next = try_one(&mut mars);
    mars.provide(Minter, pool, &shape.order(usdc, usdm)).unwrap();
    [same, next, try_one(&mut mars)]
}

#[test]
fn three_tenths_of_a_per_cent_from_the_oracle_and_not_a_unit_more() {
    let refusal = |value: &str| [0; 3].map(|_| Some(value.to_string()));
    assert_eq!(pushed(true, [0, 1_500 * ONE]), [None, None, None]);
    assert_eq!(pushed(true, [0, 1_500 * ONE + 1]), refusal("1.003000000002"));
    assert_eq!(pushed(true, [1_500 * ONE, 0]), [None, None, None]);
    assert_eq!(pushed(true, [1_500 * ONE + 1, 0]), refusal("0.996999999998"));
    // 1 ÷ 1.003 has no end: it is taken for what lies on either side of it, of which one is outside.
    assert_eq!(pushed(false, [0, 1_500 * ONE - 1]), [None, None, None]);
    assert_eq!(pushed(false, [0, 1_500 * ONE]), refusal("1.003000000000000001"));
    assert_eq!(pushed(false, [1_500 * ONE - 1, 0]), [None, None, None]);
    assert_eq!(pushed(false, [1_500 * ONE, 0]), refusal("0.996999999999999999"));
}

#[test]
fn the_price_of_the_asset_beside_counts() {
    for (stable, usdm_first) in SHAPES {
        let (mut mars, pool) = Pool::even(stable, usdm_first).open();
        let calm = mars.snapshot();
        for (price, within) in [
            ("1.003", true),
            ("1.003000000000000001", false),
            ("0.997", true),
            ("0.996999999999999999", false),
        ] {
            mars.restore(&calm);
            mars.move_price(Usdc, price);
            let slice = mars.allocate(Keeper, pool, ONE);
            assert_eq!(slice.is_ok(), within, "{price} {slice:?}");
        }
    }
}

#[test]
fn a_price_between_two_units_is_taken_for_the_one_that_is_further_off() {
    let shape = Pool { usdm: 500 * THOUSAND, usdc: 499_250 * ONE, ..Pool::even(false, true) };
    let (mut mars, pool) = shape.open();
    let calm = mars.snapshot();
    // 0.9985 USDC apiece, at prices that make it a part of the last unit less than 0.997, or more than 1.003.
    for (price, off, within) in [
        ("0.998497746619929894", "0.996999999999999999", "0.998497746619929895"),
        ("1.004506760140210316", "1.003000000000000001", "1.004506760140210315"),
    ] {
        mars.restore(&calm);
        mars.move_price(Usdc, price);
        refused(mars.allocate(Keeper, pool, ONE), RefusalCode::PoolPrice, off, "1");
        mars.restore(&calm);
        mars.move_price(Usdc, within);
        mars.allocate(Keeper, pool, ONE).unwrap();
    }
}

#[test]
fn beside_xms_it_is_the_price_of_xms() {
    let mut mars = with_pools();
    let fee = Fee { total: Bps(1), protocol: Bps(0) };
    mars.tell_swap(Owner, &ExecuteMsg::SetFee { pool: XMS_USDC, fee }).unwrap();
    // 2 M USDC beside 8 M XMS.
    let calm = mars.snapshot();
    mars.provide(Minter, XMS_USDC, &[0, 6_000 * ONE]).unwrap();
    mars.allocate(Keeper, XMS_USDC, ONE).unwrap();
    mars.restore(&calm);
    mars.provide(Minter, XMS_USDC, &[0, 6_000 * ONE + 8]).unwrap();
    refused(mars.allocate(Keeper, XMS_USDC, ONE), RefusalCode::PoolPrice, "0.250750000001", "0.25");
}

/// The most of `from` that can be sold into a pool so that USDM stays within 0.3 % of a dollar there.
fn most_within(mars: &mut Mars, pool: u32, from: &Asset, to: &Asset) -> u128 {
    let usdm_first = mars.swap_pool(pool).assets[0].asset == Asset::Cw20(mars.usdm.clone());
    let start = mars.snapshot();
    let (mut within, mut beyond) = (0, 200 * THOUSAND);
    while beyond - within > 1 {
        let middle = within.midpoint(beyond);
        mars.swap(Attacker, from, middle, &[hop(pool, to)]).unwrap();
        let price = mars.swap_pool(pool).prices[0];
        mars.restore(&start);
        let one = Decimal::one();
        let dollars = if usdm_first { price.low } else { one / price.low };
        if dollars.abs_diff(one) > Decimal::permille(3) {
            beyond = middle;
        } else {
            within = middle;
        }
    }
    within
}

#[test]
fn a_stable_pool_moved_in_two_blocks_is_off_by_the_sum() {
    for usdm_first in [false, true] {
        let (mut mars, pool) = Pool::even(true, usdm_first).open();
        mars.give_usdm(Minter, Attacker, 400 * THOUSAND);
        let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
        let calm = mars.snapshot();
        for (from, to) in [(&usdm, &usdc), (&usdc, &usdm)] {
            mars.restore(&calm);
            let most = most_within(&mut mars, pool, from, to);
            // A seventh of the reserve: they move far more than the price.
            assert!((70 * THOUSAND..75 * THOUSAND).contains(&most), "{most}");
            mars.swap(Attacker, from, most - 100 * ONE, &[hop(pool, to)]).unwrap();
            mars.allocate(Keeper, pool, ONE).unwrap();
            mars.advance_fresh(1);
            mars.allocate(Keeper, pool, ONE).unwrap();
            let rest = most_within(&mut mars, pool, from, to);
            let moved = mars.snapshot();
            mars.swap(Attacker, from, rest - 1, &[hop(pool, to)]).unwrap();
            mars.allocate(Keeper, pool, ONE).unwrap();
            mars.restore(&moved);
            mars.swap(Attacker, from, rest + 1, &[hop(pool, to)]).unwrap();
            let refusal = mars.allocate(Keeper, pool, ONE).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::PoolPrice, "{refusal}");
        }
    }
}

fn pools() -> impl Strategy<Value = Pool> {
    (any::<bool>(), any::<bool>(), 300 * THOUSAND..700 * THOUSAND).prop_flat_map(
        |(stable, usdm_first, usdm)| {
            // Millionths of USDC a USDM: a few of either kind are too far off.
            let ratios = if stable { 700_000..1_500_000u128 } else { 996_000..1_004_000 };
            ratios.prop_map(move |ratio| Pool { stable, usdm_first, usdm, usdc: usdm * ratio / ONE })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever pool and band: USDM is the lower of its proportion and what stands beside at low, or the pool is off its price.
    #[test]
    fn a_slice_is_in_proportion_or_covered_at_low(
        shape in pools(),
        below in 0u128..4_000_000_000_000_000,
        amount in 2u128..3_000_000_000,
    ) {
        let (mut mars, pool) = shape.open();
        let low = mars_math::PRICE_ONE - below;
        mars.set_band(Usdc, [&Decimal::raw(low).to_string(), "1", "1.001"]);
        let price = mars.swap_pool(pool).prices[0];
        match mars.allocate(Keeper, pool, amount) {
            Ok(receipt) => {
                let in_proportion = mars_math::mul_div_floor(amount, shape.usdm, shape.usdc).unwrap();
                let worth = mars_math::value_floor(amount, low, 6).unwrap();
                prop_assert_eq!(receipt.usdm.u128(), in_proportion.min(worth));
                mars.assert_invariants();
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.code, RefusalCode::PoolPrice);
                let off = |price18| mars_math::deviates(price18, mars_math::PRICE_ONE, 29).unwrap();
                prop_assert!(off(price.low18()) && off(price.high18()), "{:?}", price);
            }
        }
    }
}
