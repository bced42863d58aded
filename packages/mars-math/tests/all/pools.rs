//! Curves, fees and liquidity of pools in exact figures, computed apart from the code (roots with 120 digits).

use mars_math::*;

const ONE: u128 = 1_000_000;
const MILLION: u128 = 1_000_000 * ONE;
const SIX: [u8; 2] = [6, 6];
const CONSTANT: Pool<'static> = Pool { curve: Curve::ConstantProduct, decimals: &SIX };
const FEE: PoolFee = PoolFee { total_bps: 30, protocol_bps: 5 };
const STABLE_FEE: PoolFee = PoolFee { total_bps: 4, protocol_bps: 2 };

fn stable(a: u32, decimals: &[u8]) -> Pool<'_> {
    Pool { curve: Curve::Stable { amplification: a * AMPLIFICATION_SCALE }, decimals }
}

#[test]
fn constant_product_out_floors_and_in_ceils() {
    let reserves = [8 * MILLION, 2 * MILLION];
    // 2·10^12 × 10^9 ÷ (8·10^12 + 10^9) = 249,968,753.905…
    assert_eq!(CONSTANT.out_floor(&reserves, 0, 1, 1_000 * ONE), Ok(249_968_753));
    assert_eq!(CONSTANT.in_ceil(&reserves, 0, 1, 249_968_753), Ok(999_999_997));
    assert_eq!(CONSTANT.out_floor(&[1_000, 1_000], 0, 1, 100), Ok(90));
    assert_eq!(CONSTANT.in_ceil(&[1_000, 1_000], 0, 1, 90), Ok(99));
}

#[test]
fn the_fee_is_one_ceil_and_the_protocol_gets_the_floor_of_it() {
    // 0.3 % of 249,968,753 is 749,906.259: 749,907, of it a sixth: 124,984.5.
    let charged = FEE.charge(249_968_753).unwrap();
    assert_eq!(charged, Charged { out: 249_218_846, fee: 749_907, protocol: 124_984 });
    assert_eq!(FEE.gross_up(249_218_846), Ok(charged));
    assert_eq!(FEE.charge(90), Ok(Charged { out: 89, fee: 1, protocol: 0 }));
    assert_eq!(FEE.charge(1), Ok(Charged { out: 0, fee: 1, protocol: 0 }));
    assert_eq!(STABLE_FEE.charge(10_000), Ok(Charged { out: 9_996, fee: 4, protocol: 2 }));
    assert_eq!(STABLE_FEE.charge(10_001), Ok(Charged { out: 9_996, fee: 5, protocol: 2 }));
}

#[test]
fn stable_out_against_exact_roots() {
    let even = [MILLION, MILLION];
    assert_eq!(stable(100, &SIX).out_floor(&even, 0, 1, 1_000 * ONE), Ok(999_990_099));
    let uneven = [1_500_000 * ONE, 500_000 * ONE];
    assert_eq!(stable(100, &SIX).out_floor(&uneven, 0, 1, 10_000 * ONE), Ok(9_823_724_986));
    let nearly_drained = [950_000 * ONE, 50_000 * ONE];
    assert_eq!(stable(100, &SIX).out_floor(&nearly_drained, 1, 0, 1_000 * ONE), Ok(1_448_733_175));
    let four = [MILLION; 4];
    assert_eq!(stable(85, &[6; 4]).out_floor(&four, 3, 0, MILLION / 2), Ok(496_196_845_335));
    let mixed = [MILLION, 2_000_000 * 10u128.pow(18), 500_000 * 10u128.pow(8)];
    let pool = stable(250, &[6, 18, 8]);
    assert_eq!(pool.out_floor(&mixed, 1, 2, 123_456 * 10u128.pow(18)), Ok(12_164_836_719_337));
    assert_eq!(pool.invariant(&mixed), Ok(3_497_275_586_787_351_446_297_678));
}

#[test]
fn what_is_worth_a_part_of_a_unit_is_floored() {
    assert_eq!(base_of_quote_floor(ONE, 3 * PRICE_ONE, SIX), Ok(333_333));
    assert_eq!(quote_of_base_floor(ONE, PRICE_ONE / 3, SIX), Ok(333_333));
}

#[test]
fn one_unit_of_18_decimals_stays_behind() {
    // Without the unit 10^18 would come out within a unit of what came in.
    let pool = stable(100, &[18, 18]);
    let reserves = [10u128.pow(24); 2];
    assert_eq!(pool.invariant(&reserves), Ok(2 * 10u128.pow(24)));
    assert_eq!(pool.out_floor(&reserves, 0, 1, 1), Ok(0));
    assert_eq!(pool.out_floor(&reserves, 0, 1, 10), Ok(9));
    // Beside 173 the curve holds between 30 and 31: ceiled, and with the unit, 32 stay.
    assert_eq!(pool.out_floor(&[162, 42], 0, 1, 11), Ok(10));
}

#[test]
fn nothing_is_rounded_for_the_caller_in_the_smallest_pools() {
    // The root is between 7 and 8.
    assert_eq!(stable(10, &[18; 2]).invariant(&[3, 5]), Ok(8));
    // A unit more, and D would fall.
    assert_eq!(stable(1, &[18; 3]).out_floor(&[215, 178, 127], 0, 2, 48), Ok(31));
    assert_eq!(stable(1, &[18; 4]).out_floor(&[104, 266, 87, 176], 0, 3, 169), Ok(122));
}

/// Here Newton swung forever between two values as long as the products were rounded in the order of the assets.
#[test]
fn newton_comes_to_rest_whatever_the_order_of_the_assets() {
    let d = stable(1, &[0; 3]).invariant(&[640_000, 41_830_000, 4_110_000]);
    assert_eq!(d, stable(1, &[0; 3]).invariant(&[41_830_000, 4_110_000, 640_000]));
    assert!(d.is_ok());
}

#[test]
fn first_liquidity() {
    assert_eq!(CONSTANT.first_lp(&[10_000 * ONE, 10_500 * ONE]), Ok(10_246_950_765));
    assert_eq!(CONSTANT.first_lp(&[1, 1_000_000]), Ok(1_000));
    assert_eq!(stable(100, &[6, 18]).first_lp(&[MILLION, 10u128.pow(24)]), Ok(2 * MILLION));
    assert_eq!(stable(100, &SIX).first_lp(&[1, 1]), Ok(2));
    // 2.00000000000001, floored.
    assert_eq!(stable(100, &[18, 18]).first_lp(&[10u128.pow(18) + 5_000; 2]), Ok(2 * ONE));
}

#[test]
fn v06_first_liquidity_of_the_original_with_18_decimals() {
    let pool = Pool { curve: Curve::ConstantProduct, decimals: &[18, 18] };
    let amounts = [10_000 * 10u128.pow(18), 10_500 * 10u128.pow(18)];
    assert_eq!(pool.first_lp(&amounts).unwrap() - 1_000, 10_246_950_765_959_598_382_221);
}

#[test]
fn balanced_liquidity_pays_no_fee() {
    let made =
        CONSTANT.provide(FEE, &[8 * MILLION, 2 * MILLION], 4 * MILLION, &[800 * ONE, 200 * ONE]).unwrap();
    assert_eq!((made.lp, &made.fees[..]), (400 * ONE, &[0, 0][..]));
    assert_eq!(made.reserves, [8 * MILLION + 800 * ONE, 2 * MILLION + 200 * ONE]);
    // D is known to a unit of 18 decimals, so one LP unit stays behind.
    let made = stable(100, &SIX)
        .provide(STABLE_FEE, &[MILLION, MILLION], 2 * MILLION, &[MILLION / 10, MILLION / 10])
        .unwrap();
    assert_eq!((made.lp, made.fees), (MILLION / 5 - 1, vec![0, 0]));
}

#[test]
fn one_sided_liquidity_pays_half_the_fee_on_the_distance() {
    // √(4·1) = 2 times both: with 3 million of the first the balanced amounts are 2 and 2.
    let made = CONSTANT.provide(FEE, &[MILLION, MILLION], MILLION, &[3 * MILLION, 0]).unwrap();
    // |4 − 2| and |1 − 2| million, at 15 bp.
    assert_eq!(made.fees, [3_000 * ONE, 1_500 * ONE]);
    assert_eq!(made.protocol, [500 * ONE, 250 * ONE]);
    assert_eq!(made.reserves, [4 * MILLION - 500 * ONE, MILLION - 250 * ONE]);
    // √((4 − 0.003) × (1 − 0.0015)) − 1 million, floored.
    assert_eq!(made.lp, 997_749_859_216);
    // The balanced amounts are 10,963,777.749 and 282,068.941, floored: the fee on a unit more or less is another.
    let made = CONSTANT.provide(FEE, &[8_849_804, 227_682], ONE, &[2_657_974, 41_053]).unwrap();
    assert_eq!(made.fees, [817, 20]);
}

#[test]
fn one_asset_of_a_constant_product_is_a_withdrawal_and_a_swap() {
    let (reserves, supply) = ([8 * MILLION, 2 * MILLION], 4 * MILLION);
    let lp = 400_000 * ONE;
    let one = CONSTANT.withdraw_one(FEE, &reserves, supply, lp, 1).unwrap();
    // 200,000, and 180,000 for the 800,000 of the other, less 0.3 %.
    assert_eq!(one.out, [0, 379_460 * ONE]);
    assert_eq!((one.fees, one.protocol), (vec![0, 540 * ONE], vec![0, 90 * ONE]));
    assert_eq!(one.reserves, [8 * MILLION, 2 * MILLION - 379_550 * ONE]);
}

#[test]
fn one_asset_of_a_stable_pool_pays_the_imbalance_fee() {
    let (reserves, supply) = ([MILLION, MILLION], 2 * MILLION);
    let one = stable(100, &SIX).withdraw_one(STABLE_FEE, &reserves, supply, MILLION / 5, 0).unwrap();
    // At D = 1.8 million the first side needs 800,111.233161; the fee on both distances keeps 39.932747.
    assert_eq!(one.out, [199_848_834_092, 0]);
    assert_eq!(one.out[0] + one.fees[0], 199_888_766_839);
    assert_eq!(one.protocol[0], one.fees[0] / 2);
    assert_eq!(one.reserves, [MILLION - one.out[0] - one.protocol[0], MILLION]);
    // Balanced amounts with a remainder are floored: the fee on a unit more is another.
    let (reserves, supply) = ([36_944_886, 39_901_226], 76_846_112);
    let one = stable(100, &SIX).withdraw_one(STABLE_FEE, &reserves, supply, 24_174_288, 0).unwrap();
    assert_eq!((one.out[0], one.fees[0]), (24_077_184, 4_957));
}

#[test]
fn a_fee_of_all_of_an_asset_makes_nothing() {
    // Pools of what is locked. Of 349 dollars beside half a thousandth the fee on the first asset, 3,526, is more than there is.
    let pool = stable(100, &SIX);
    let made = pool.provide(STABLE_FEE, &[500, 500], 1_000, &[0, 349_000_000]).unwrap();
    assert_eq!((made.lp, made.fees), (0, vec![3_526, 66_275]));
    let made = pool.provide(STABLE_FEE, &[500, 500], 1_000, &[0, 500]).unwrap();
    assert_eq!((made.lp, made.fees), (497, vec![1, 1]));
    // The smallest fee is a unit, which is all of the first asset.
    let one = pool.withdraw_one(STABLE_FEE, &[1, 1_000], 1_000, 500, 1).unwrap();
    assert_eq!(one.out, [0, 0]);
}

#[test]
fn t23_the_fair_side_of_a_pool_does_not_move_with_its_reserves() {
    for reserves in [[8 * MILLION, 4 * MILLION], [6_400_000 * ONE, 5 * MILLION]] {
        let pool = FairPool { reserves, decimals: SIX, price18: PRICE_ONE / 2 };
        let side = pool.quote_floor().unwrap();
        assert_eq!(bps_of_floor(side, 8_000), Ok(3_200_000 * ONE));
        assert_eq!(pool.base_floor(), Ok(8 * MILLION));
    }
    // 10 whole of 18 decimals against 40 of 6: at 1 each side is worth 20.
    let reserves = [10 * 10u128.pow(18), 40 * ONE];
    let pool = FairPool { reserves, decimals: [18, 6], price18: PRICE_ONE };
    assert_eq!((pool.quote_floor(), pool.base_floor()), (Ok(20 * ONE), Ok(20 * 10u128.pow(18))));
    let huge = FairPool { reserves: [u128::MAX; 2], decimals: [0, 18], price18: u128::MAX };
    assert!(huge.quote_floor().is_err());
    assert!(matches!(FairPool { price18: 0, ..pool }.base_floor(), Err(MathError::DivisionByZero { .. })));
}

#[test]
fn prices_are_of_whole_tokens() {
    let price = |decimals: &[u8], reserves: &[u128]| {
        Pool { curve: Curve::ConstantProduct, decimals }.price18(reserves, 0, 1).unwrap()
    };
    assert_eq!(price(&[6, 6], &[8 * MILLION, 2 * MILLION]), (PRICE_ONE / 4, PRICE_ONE / 4));
    assert_eq!(price(&[18, 6], &[10u128.pow(18), 3_000 * ONE]), (3_000 * PRICE_ONE, 3_000 * PRICE_ONE));
    assert_eq!(price(&[0, 18], &[3, 10u128.pow(18)]), (333_333_333_333_333_333, 333_333_333_333_333_334));
    assert_eq!(price(&[6, 6], &[3, 1]), (333_333_333_333_333_333, 333_333_333_333_333_334));
    // Both bounds of the range.
    assert_eq!(price(&[0, 18], &[u128::MAX, 1]), (1, 1));
    let (_, most) = POOL_PRICE_RANGE;
    assert_eq!(price(&[18, 0], &[1, u128::MAX]), (most, most));
    assert_eq!(stable(100, &[6, 18]).price18(&[MILLION, 10u128.pow(24)], 0, 1), Ok((PRICE_ONE, PRICE_ONE)));
    // 93 % of the pool in the base: about 0.81.
    let (floor, ceil) = stable(100, &SIX).price18(&[930_000 * ONE, 70_000 * ONE], 0, 1).unwrap();
    assert_eq!((floor, ceil), (807_240_914_721_268_568, 807_240_914_721_268_569));
}

#[test]
fn shares_are_ceiled_to_basis_points() {
    assert_eq!(pool_share_bps_ceil(&[95, 5], &SIX, 0), Ok(9_500));
    assert_eq!(pool_share_bps_ceil(&[95_001, 4_999], &SIX, 0), Ok(9_501));
    assert_eq!(pool_share_bps_ceil(&[1, 10u128.pow(12)], &[6, 18], 0), Ok(5_000));
    assert_eq!(pool_share_bps_ceil(&[1, 1], &SIX, 2), Err(MathError::NoAsset { index: 2 }));
    assert!(pool_share_bps_ceil(&[0, 0], &SIX, 0).is_err());
}

#[test]
fn what_does_not_fit_or_does_not_exist_is_refused() {
    let max = u128::MAX;
    assert!(matches!(CONSTANT.out_floor(&[max, 1], 0, 1, 1), Err(MathError::Overflow { .. })));
    assert!(matches!(CONSTANT.in_ceil(&[1, 5], 0, 1, 5), Err(MathError::DivisionByZero { .. })));
    assert!(matches!(CONSTANT.in_ceil(&[1, 5], 0, 1, 6), Err(MathError::Overflow { .. })));
    assert!(matches!(CONSTANT.in_ceil(&[max, 5], 0, 1, 4), Err(MathError::Overflow { .. })));
    assert_eq!(CONSTANT.out_floor(&[1, 1], 0, 2, 1), Err(MathError::NoAsset { index: 2 }));
    let pool = stable(100, &SIX);
    for reserves in [[0, MILLION], [MILLION, 0]] {
        assert!(matches!(pool.invariant(&reserves), Err(MathError::DivisionByZero { .. })));
    }
    assert!(matches!(pool.out_floor(&[max, max], 0, 1, 1), Err(MathError::Overflow { .. })));
    assert!(matches!(stable(100, &[19, 6]).invariant(&[1, 1]), Err(MathError::Overflow { .. })));
    assert!(matches!(withdraw_floor(&[1, 1], 5, 6), Err(MathError::Overflow { .. })));
    assert_eq!(withdraw_floor(&[7, 9], 5, 5).unwrap().out, [7, 9], "all units take all");
    // More reserves than decimals.
    assert_eq!(pool.out_floor(&[MILLION; 3], 0, 2, 1), Err(MathError::NoAsset { index: 2 }));
    let more = CONSTANT.withdraw_one(FEE, &[MILLION, MILLION], MILLION, MILLION + 1, 0);
    assert!(matches!(more, Err(MathError::Overflow { .. })));
    // A pool this far apart has no D in 256 bits; it is refused, not wrapped.
    assert!(stable(1, &[0, 18]).invariant(&[max / 10u128.pow(18), 1]).is_err());
}
