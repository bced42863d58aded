//! The exact vectors of the protocol, by their numbers.

use mars_math::*;

/// µ units of one million tokens with 6 decimals.
const MILLION: u128 = 1_000_000_000_000;
const SUPPORT_RATIO: u128 = 25_000;
const RULES: CeilingRules =
    CeilingRules { floor: MILLION, step_bps: 200, max_epochs: 12, day_growth_bps: 12_500 };

/// A price of `micro` µUSD a token.
fn usd(micro: u128) -> u128 {
    micro * (PRICE_ONE / 1_000_000)
}

/// A ceiling in the middle of a day.
fn ceiling(value: u128, day_base: u128) -> Ceiling {
    Ceiling { value, day: 20_000, day_base }
}

fn cap_user(ceiling: Ceiling, raw: u128) -> u128 {
    raw.min(ceiling.value)
}

fn close(ceiling: Ceiling, raw: u128, epochs: u64) -> Ceiling {
    ceiling.close(Some(raw), epochs, ceiling.day, &RULES).unwrap()
}

#[test]
fn t01_mint_of_a_level_2_asset() {
    assert_eq!(
        mint_floor(10_000 * PRICE_ONE, usd(1_050_000), 18, 10),
        Ok(Minted { usdm: 10_489_500_000, fee: 10_500_000 })
    );
}

#[test]
fn t02_inverse_of_t01() {
    let required = 9_533_342_866_676_200_009_534;
    assert_eq!(mint_required_ceil(10_000_000_000, usd(1_050_000), 18, 10), Ok(required));
    assert_eq!(mint_floor(required, usd(1_050_000), 18, 10).unwrap().usdm, 10_000_000_000);
    assert_eq!(mint_floor(required - 1, usd(1_050_000), 18, 10).unwrap().usdm, 9_999_999_999);
}

#[test]
fn t03_mint_of_a_stablecoin_credited_at_most_at_one() {
    let mint = |low: u128| mint_floor(10_000_000_000, low.min(PRICE_ONE), 6, 0);
    assert_eq!(mint(usd(1_050_000)), Ok(Minted { usdm: 10_000_000_000, fee: 0 }));
    assert_eq!(mint(usd(998_700)), Ok(Minted { usdm: 9_987_000_000, fee: 0 }));
}

#[test]
fn t04_mint_of_8_decimals_rounds_once() {
    let price = usd(61_234_560_000);
    assert_eq!(mint_floor(123_456_789, price, 8, 10), Ok(Minted { usdm: 75_522_623_312, fee: 75_598_222 }));
    assert_eq!(mint_floor(1, price, 8, 10), Ok(Minted { usdm: 611, fee: 1 }));
}

#[test]
fn t05_redeem() {
    assert_eq!(redeem_floor(10_000_000_000, usd(200_000), 30), Ok(49_850_000_000));
    assert_eq!(redeem_floor(1, usd(200_000), 30), Ok(4));
    assert_eq!(redeem_floor(1, usd(1_500_000), 30), Ok(0));
}

#[test]
fn t06_redemption_price_limits_the_day_average() {
    let high = redemption_price(usd(250_000), usd(251_000), usd(260_000), usd(360_400)).unwrap();
    assert_eq!(high, usd(273_000));
    assert_eq!(redeem_floor(1_000_000_000, high, 30), Ok(3_652_014_652));
}

#[test]
fn t07_redemption_price_follows_spot_up() {
    let high = redemption_price(usd(520_000), usd(510_000), usd(505_000), usd(490_000)).unwrap();
    assert_eq!(high, usd(520_000));
    assert_eq!(redeem_floor(1_000_000_000, high, 30), Ok(1_917_307_692));
}

#[test]
fn t08_stress_past_5_percent() {
    assert_eq!(stress(usd(246_900), usd(260_000)), Ok(true));
    assert_eq!(stress(usd(247_000), usd(260_000)), Ok(false));
    assert_eq!(stress(usd(247_000) - 1, usd(260_000)), Ok(true));
    assert_eq!(stress(usd(273_000), usd(260_000)), Ok(false));
    assert_eq!(stress(usd(273_000) + 1, usd(260_000)), Ok(true));
}

#[test]
fn t09_price_term_and_room() {
    let treasury_owned = 5 * MILLION;
    let cap_user = price_term_floor(usd(250_000), 1_000 * MILLION, SUPPORT_RATIO).unwrap();
    assert_eq!(cap_user, 100 * MILLION);
    assert_eq!(cap_user + treasury_owned, 105 * MILLION);
    assert_eq!(room(cap_user, 50 * MILLION - treasury_owned), 55 * MILLION);

    let cap_user = price_term_floor(usd(275_000), 1_000 * MILLION, SUPPORT_RATIO).unwrap();
    assert_eq!(cap_user + treasury_owned, 115 * MILLION);
}

#[test]
fn t10_raw_is_bound_by_depth() {
    let price_term = price_term_floor(usd(500_000), 300 * MILLION, SUPPORT_RATIO).unwrap();
    assert_eq!(price_term, 60 * MILLION);
    assert_eq!(raw_cap(price_term, Some(4 * MILLION), 10), Ok(40 * MILLION));
    assert_eq!(raw_cap(price_term, None, 10), Ok(60 * MILLION));
}

#[test]
fn t11_ceiling_rises_by_2_percent_of_itself() {
    let first = close(ceiling(MILLION, MILLION), 60 * MILLION, 1);
    let second = close(first, 60 * MILLION, 1);
    let third = close(second, 60 * MILLION, 1);
    assert_eq!(
        [first.value, second.value, third.value],
        [1_020_000_000_000, 1_040_400_000_000, 1_061_208_000_000]
    );
}

#[test]
fn t12_a_short_dip_costs_an_epoch() {
    let dip = close(ceiling(100 * MILLION, 100 * MILLION), 50 * MILLION, 1);
    assert_eq!((dip.value, dip.value.min(50 * MILLION)), (98 * MILLION, 50 * MILLION));
    let back = close(dip, 100 * MILLION, 1);
    assert_eq!(back.value, 99_960_000_000_000);
    assert_eq!(close(back, 100 * MILLION, 1).value, 100 * MILLION);
}

#[test]
fn t13_skipped_epochs_count_up_to_12_and_a_day_grows_to_five_quarters() {
    for (epochs, expected) in [(1, 102), (5, 110), (12, 124), (400, 124)] {
        let closed = close(ceiling(100 * MILLION, 100 * MILLION), 200 * MILLION, epochs);
        assert_eq!(closed.value, expected * MILLION, "{epochs} epochs");
    }
    assert_eq!(close(ceiling(124 * MILLION, 100 * MILLION), 200 * MILLION, 1).value, 125 * MILLION);
}

#[test]
fn t14_raw_of_zero_leaves_the_floor() {
    let closed = close(ceiling(MILLION, MILLION), 0, 1);
    assert_eq!((closed.value, cap_user(closed, 0)), (MILLION, 0));
    let closed = close(closed, 2 * MILLION, 1);
    assert_eq!(cap_user(closed, 2 * MILLION), 1_020_000_000_000);
}

#[test]
fn t15_budgets() {
    let epoch = |depth| redemption_budget(40 * MILLION, depth, 100, 250).unwrap();
    let day = |depth| redemption_budget(40 * MILLION, depth, 1_000, 2_500).unwrap();
    let depth = Some(4 * MILLION);
    assert_eq!((epoch(depth), day(depth)), (100_000_000_000, MILLION));
    assert_eq!((epoch(None), day(None)), (400_000_000_000, 4 * MILLION));
}

#[test]
fn t16_refill_of_the_day_bucket() {
    assert_eq!(refill_floor(0, MILLION, 180, 86_400), Ok(2_083_333_333));
    assert_eq!(refill_floor(0, MILLION, 3_600, 86_400), Ok(41_666_666_666));
}

#[test]
fn t17_queue_payments() {
    let price = usd(400_000);
    assert_eq!(redeem_floor(150_000_000_000, price, 30), Ok(373_875_000_000));
    assert_eq!(redeem_floor(50_000_000_000, price, 30), Ok(124_625_000_000));
}

#[test]
fn t18_the_last_unit_that_a_reserve_of_100_000_pays() {
    assert_eq!(redeem_floor(40_120_361_083, usd(400_000), 30), Ok(99_999_999_999));
    assert!(redeem_floor(40_120_361_084, usd(400_000), 30).unwrap() > 100_000_000_000);
    assert_eq!(redeemable_floor(100_000_000_000, usd(400_000), 30), Ok(40_120_361_083));
}

#[test]
fn t20_t21_shares_of_a_basket() {
    let (bitcoin, price) = (5_000_000_000, usd(60_000_000_000));
    let assets_high = value_ceil(bitcoin, price, 8).unwrap() + 30 * MILLION;
    assert_eq!(assets_high, 33 * MILLION);
    let claim = |holding, denominator| mul_div_floor(holding, MILLION, denominator).unwrap();
    assert_eq!(
        (claim(30 * MILLION, 40 * MILLION), claim(bitcoin, 40 * MILLION)),
        (750_000_000_000, 125_000_000)
    );

    let assets_high = value_ceil(bitcoin, price, 8).unwrap() + 45 * MILLION;
    assert_eq!(assets_high, 48 * MILLION);
    let (stable, bitcoin) = (claim(45 * MILLION, assets_high), claim(bitcoin, assets_high));
    assert_eq!((stable, bitcoin), (937_500_000_000, 104_166_666));
    assert_eq!(stable + value_floor(bitcoin, price, 8).unwrap(), 999_999_999_600);
}

#[test]
fn t22_largest_deposit_within_a_class_limit() {
    let (part, whole, limit) = (290_000_000_000, MILLION, 3_000);
    let room = share_room_floor(part, whole, limit).unwrap();
    assert_eq!(room, 14_285_714_285);
    assert_eq!(within_share(part + room, whole + room, limit), Ok(true));
    assert_eq!(within_share(part + room + 1, whole + room + 1, limit), Ok(false));
}

#[test]
fn t24_price_term_of_an_opening_price() {
    let price = 6_521_739_130_434_782_608;
    assert_eq!(price_term_floor(price, 46 * MILLION, SUPPORT_RATIO), Ok(119_999_999_999_999));
}

#[test]
fn t26_coverage() {
    assert_eq!(coverage_bps_floor(36_520_000_000_000, 36_400_000_000_000), Ok(Some(10_032)));
    assert_eq!(coverage_bps_floor(36_520_000_000_000, 40 * MILLION), Ok(Some(9_130)));
    assert_eq!(coverage_bps_floor(36_520_000_000_000, 0), Ok(None));
}

#[test]
fn v03_redeem_at_both_fees() {
    assert_eq!(redeem_floor(10_000_000_000, usd(200_000), 10), Ok(49_950_000_000));
    assert_eq!(redeem_floor(10_000_000_000, usd(200_000), 30), Ok(49_850_000_000));
}

#[test]
fn v04_v05_market_value_of_250_and_275_million() {
    let cap_user = |market_value| price_term_floor(PRICE_ONE, market_value, SUPPORT_RATIO).unwrap();
    assert_eq!(cap_user(250 * MILLION) + 5 * MILLION, 105 * MILLION);
    assert_eq!(room(cap_user(250 * MILLION), 45 * MILLION), 55 * MILLION);
    assert_eq!(cap_user(275 * MILLION) + 5 * MILLION, 115 * MILLION);
}

#[test]
fn t27_apr_of_the_seed() {
    assert_eq!(apr_bps_floor(461_501_000_000, 180 * 86_400, 350_894_000_000), Ok(26_304));
}

#[test]
fn a_stream_is_floored_and_ends_with_its_total() {
    let (total, day) = (461_501_000_000, 86_400);
    assert_eq!(streamed_floor(total, day, 180 * day), Ok(2_563_894_444));
    assert_eq!(streamed_floor(total, 180 * day - 1, 180 * day), Ok(461_500_970_325));
    assert_eq!(streamed_floor(total, 181 * day, 180 * day), Ok(total));
}

#[test]
fn shares_of_a_reward_never_exceed_it() {
    let growth = index_growth_floor(100, 3).unwrap();
    assert_eq!(growth, 33_333_333_333_333_333_333);
    assert_eq!(accrued_floor(3, growth), Ok(99));
    assert_eq!(accrued_floor(1, growth), Ok(33));
}
