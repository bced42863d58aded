//! Every rounded result against the exact rational of its rule, and every overflow against the exact result it denies.

use mars_math::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

/// Any magnitude from 0 to 2^128, edges included.
pub fn number() -> impl Strategy<Value = u128> {
    prop_oneof![
        8 => (any::<u128>(), 0..128u32).prop_map(|(bits, shift)| bits >> shift),
        1 => (0..128u32, 0..3u128).prop_map(|(bit, above)| (1u128 << bit).saturating_add(above) - 1),
        1 => (0..3u128).prop_map(|below| u128::MAX - below),
    ]
}

fn positive() -> impl Strategy<Value = u128> {
    number().prop_map(|number| number.max(1))
}

fn decimals() -> impl Strategy<Value = u8> {
    0..=18u8
}

/// `Π numerator ÷ Π denominator`.
fn exact(numerator: &[u128], denominator: &[u128]) -> BigRational {
    let product = |factors: &[u128]| factors.iter().map(|factor| BigInt::from(*factor)).product::<BigInt>();
    BigRational::new(product(numerator), product(denominator))
}

fn pow10(exponent: u8) -> u128 {
    10u128.pow(exponent.into())
}

fn check(result: Result<u128, MathError>, rounded: BigRational) -> Result<(), TestCaseError> {
    match (result, rounded.to_integer() <= BigInt::from(u128::MAX)) {
        (Ok(result), true) => prop_assert_eq!(BigInt::from(result), rounded.to_integer()),
        (Err(MathError::Overflow { .. }), false) => {}
        (result, _) => prop_assert!(false, "{:?} where {} is exact", result, rounded),
    }
    Ok(())
}

fn is_floor(result: Result<u128, MathError>, exact: BigRational) -> Result<(), TestCaseError> {
    check(result, exact.floor())
}

fn is_ceil(result: Result<u128, MathError>, exact: BigRational) -> Result<(), TestCaseError> {
    check(result, exact.ceil())
}

proptest! {
    #[test]
    fn mul_div(a in number(), b in number(), d in positive()) {
        is_floor(mul_div_floor(a, b, d), exact(&[a, b], &[d]))?;
        is_ceil(mul_div_ceil(a, b, d), exact(&[a, b], &[d]))?;
    }

    /// Divisors near one of the factors keep the quotient of a 256-bit product within reach.
    #[test]
    fn mul_div_of_wide_products(a in number(), b in positive(), less in 0..1_000u128) {
        let d = b.saturating_sub(less).max(1);
        is_floor(mul_div_floor(a, b, d), exact(&[a, b], &[d]))?;
        is_ceil(mul_div_ceil(a, b, d), exact(&[a, b], &[d]))?;
    }

    #[test]
    fn basis_points(amount in number(), bps in prop_oneof![0..=20_000u128, number()]) {
        is_floor(bps_of_floor(amount, bps), exact(&[amount, bps], &[10_000]))?;
        is_ceil(bps_of_ceil(amount, bps), exact(&[amount, bps], &[10_000]))?;
    }

    #[test]
    fn ratio_in_basis_points(num in number(), den in positive()) {
        is_floor(ratio_bps_floor(num, den), exact(&[num, 10_000], &[den]))?;
        prop_assert_eq!(coverage_bps_floor(num, den), ratio_bps_floor(num, den).map(Some));
    }

    #[test]
    fn rewards(reward in number(), staked in positive(), elapsed in any::<u64>(), duration in 1..=u64::MAX) {
        is_floor(index_growth_floor(reward, staked), exact(&[reward, INDEX_ONE], &[staked]))?;
        is_floor(accrued_floor(staked, reward), exact(&[staked, reward], &[INDEX_ONE]))?;
        let passed = elapsed.min(duration).into();
        is_floor(streamed_floor(reward, elapsed, duration), exact(&[reward, passed], &[duration.into()]))?;
        let (duration, year) = (duration >> 24 | 1, YEAR_OF_360_DAYS.into());
        let staked = staked >> 64 | 1;
        is_floor(
            apr_bps_floor(reward, duration, staked),
            exact(&[reward, year, 10_000], &[duration.into(), staked]),
        )?;
    }

    #[test]
    fn value(amount in number(), price in number(), decimals in decimals()) {
        let value = exact(&[amount, price, pow10(6)], &[pow10(decimals), pow10(18)]);
        is_floor(value_floor(amount, price, decimals), value.clone())?;
        is_ceil(value_ceil(amount, price, decimals), value)?;
    }

    #[test]
    fn mint(amount in number(), price in number(), decimals in decimals(), fee in 0..=10_000u128) {
        let value = exact(&[amount, price, pow10(6)], &[pow10(decimals), pow10(18)]);
        let usdm = value.clone() * exact(&[10_000 - fee], &[10_000]);
        match mint_floor(amount, price, decimals, fee) {
            Ok(minted) => {
                is_floor(Ok(minted.usdm), usdm)?;
                is_floor(Ok(minted.usdm + minted.fee), value)?;
            }
            Err(error) => is_floor(Err(error), value)?,
        }
    }

    #[test]
    fn mint_required(usdm in number(), price in positive(), decimals in decimals(), fee in 0..10_000u128) {
        let amount = exact(
            &[usdm, pow10(decimals), pow10(18), 10_000],
            &[pow10(6), price, 10_000 - fee],
        );
        is_ceil(mint_required_ceil(usdm, price, decimals, fee), amount)?;
    }

    #[test]
    fn mint_required_is_enough_and_no_unit_more(
        usdm in 0..=u128::from(u64::MAX),
        price in positive(),
        decimals in decimals(),
        fee in 0..10_000u128,
    ) {
        if let Ok(required) = mint_required_ceil(usdm, price, decimals, fee)
            && let Ok(minted) = mint_floor(required, price, decimals, fee)
        {
            prop_assert!(minted.usdm >= usdm);
            if let Some(less) = required.checked_sub(1) {
                prop_assert!(mint_floor(less, price, decimals, fee).unwrap().usdm < usdm);
            }
        }
    }

    #[test]
    fn redeem(usdm in number(), price in positive(), fee in 0..=10_000u128) {
        let xms = exact(&[usdm, 10_000 - fee, pow10(18)], &[10_000, price]);
        is_floor(redeem_floor(usdm, price, fee), xms)?;
    }

    /// What is paid, back at the price that it was paid at, is never worth more than what was burned less the fee.
    #[test]
    fn redeem_never_overpays(usdm in number(), price in positive(), fee in 0..=10_000u128) {
        if let Ok(xms) = redeem_floor(usdm, price, fee) {
            let worth = exact(&[xms, price], &[pow10(18)]);
            prop_assert!(worth <= exact(&[usdm, 10_000 - fee], &[10_000]));
        }
    }

    #[test]
    fn redemption_price_is_the_highest(
        spot in number(),
        twap_3m in number(),
        twap_30m in 0..=u128::MAX / 2,
        twap_24h in number(),
    ) {
        let lifted = exact(&[twap_30m, 105], &[100]).ceil().to_integer();
        let day = lifted.min(BigInt::from(twap_24h));
        let high = [spot, twap_3m, twap_30m].map(BigInt::from).into_iter().max().unwrap().max(day);
        let result = redemption_price(spot, twap_3m, twap_30m, twap_24h).unwrap();
        prop_assert_eq!(BigInt::from(result), high);
    }

    #[test]
    fn price_term(price in number(), circulating in number(), ratio in positive()) {
        let term = exact(&[price, circulating, 10_000], &[pow10(18), ratio]);
        is_floor(price_term_floor(price, circulating, ratio), term)?;
    }

    #[test]
    fn raw_is_the_lower_term(price_term in number(), depth in number(), lambda in number()) {
        let term = exact(&[depth, lambda], &[1]);
        match raw_cap(price_term, Some(depth), lambda) {
            Ok(raw) => prop_assert_eq!(BigInt::from(raw), term.to_integer().min(price_term.into())),
            Err(error) => is_floor(Err(error), term)?,
        }
        prop_assert_eq!(raw_cap(price_term, None, lambda), Ok(price_term));
    }

    #[test]
    fn refill(level in number(), capacity in number(), elapsed in any::<u64>(), window in 1..=u64::MAX) {
        let refilled = exact(&[capacity, elapsed.into()], &[window.into()]).floor() + exact(&[level], &[1]);
        let expected = refilled.to_integer().min(capacity.into());
        prop_assert_eq!(BigInt::from(refill_floor(level, capacity, elapsed, window).unwrap()), expected);
    }

    #[test]
    fn refill_in_two_steps_never_gives_more(
        level in number(),
        capacity in number(),
        first in 0..200_000u64,
        second in 0..200_000u64,
        window in 1..=100_000u64,
    ) {
        let half = refill_floor(level, capacity, first, window).unwrap();
        let split = refill_floor(half, capacity, second, window).unwrap();
        let whole = refill_floor(level, capacity, first + second, window).unwrap();
        prop_assert!(split <= whole && whole <= split.saturating_add(1));
    }

    #[test]
    fn budget_is_the_lower_share(owned in number(), depth in number(), a in 0..=10_000u128, b in 0..=10_000u128) {
        let by_owned = exact(&[owned, a], &[10_000]).floor();
        let by_depth = exact(&[depth, b], &[10_000]).floor();
        is_floor(redemption_budget(owned, None, a, b), by_owned.clone())?;
        is_floor(redemption_budget(owned, Some(depth), a, b), by_owned.min(by_depth))?;
    }

    #[test]
    fn deviation(price in number(), reference in positive(), bound in prop_oneof![0..=20_000u128, number()]) {
        let distance = exact(&[price.abs_diff(reference)], &[reference]);
        prop_assert_eq!(deviates(price, reference, bound).unwrap(), distance > exact(&[bound], &[10_000]));
    }

    /// A price exactly at the bound is within it, one atomic further is not, on both sides. Large units compare in
    /// 256 bits.
    #[test]
    fn deviation_at_its_bound(unit in (0..=113u32).prop_map(|bit| 1u128 << bit), bound in 1..10_000u128) {
        let (reference, distance) = (unit * 10_000, unit * bound);
        for (price, further) in [
            (reference + distance, reference + distance + 1),
            (reference - distance, reference - distance - 1),
        ] {
            prop_assert_eq!(deviates(price, reference, bound), Ok(false));
            prop_assert_eq!(deviates(further, reference, bound), Ok(true));
        }
    }

    #[test]
    fn share(part in number(), whole in positive(), limit in prop_oneof![0..=20_000u128, number()]) {
        let within = exact(&[part], &[whole]) <= exact(&[limit], &[10_000]);
        prop_assert_eq!(within_share(part, whole, limit).unwrap(), within);
    }

    #[test]
    fn share_room_ends_where_the_limit_does(
        part in 0..=1u128 << 100,
        rest in 0..=1u128 << 100,
        limit in 0..10_000u128,
    ) {
        let whole = part + rest;
        let room = share_room_floor(part, whole, limit).unwrap();
        if within_share(part, whole, limit).unwrap() && whole > 0 {
            prop_assert!(within_share(part + room, whole + room, limit).unwrap());
        } else {
            prop_assert_eq!(room, 0);
        }
        prop_assert!(!within_share(part + room + 1, whole + room + 1, limit).unwrap());
    }

    #[test]
    fn median_halves_the_prices(mut prices in prop::collection::vec(number(), 1..12)) {
        let median = BigInt::from(median(&prices).unwrap());
        prices.sort_unstable();
        let middle = [prices[(prices.len() - 1) / 2], prices[prices.len() / 2]];
        let mean = (BigInt::from(middle[0]) + BigInt::from(middle[1])) / BigInt::from(2);
        prop_assert_eq!(median, mean);
    }

    /// More in never gives less out, and a better price never gives less for the same.
    #[test]
    fn results_follow_their_operands(
        a in number(),
        b in number(),
        other in positive(),
        decimals in decimals(),
        fee in 0..10_000u128,
    ) {
        let (less, more) = (a.min(b), a.max(b));
        let rises = |f: &dyn Fn(u128) -> Result<u128, MathError>| match (f(less), f(more)) {
            (Ok(low), Ok(high)) => low <= high,
            (Err(_), high) => high.is_err(),
            (Ok(_), Err(_)) => true,
        };
        prop_assert!(rises(&|x| mul_div_floor(x, other, PRICE_ONE)));
        prop_assert!(rises(&|x| mul_div_ceil(x, other, PRICE_ONE)));
        prop_assert!(rises(&|x| value_floor(x, other, decimals)));
        prop_assert!(rises(&|x| value_ceil(other, x, decimals)));
        prop_assert!(rises(&|x| mint_floor(x, other, decimals, fee).map(|minted| minted.usdm)));
        prop_assert!(rises(&|x| mint_floor(other, x, decimals, fee).map(|minted| minted.usdm)));
        prop_assert!(rises(&|x| mint_required_ceil(x, other, decimals, fee)));
        prop_assert!(rises(&|x| redeem_floor(x, other, fee)));
        prop_assert!(rises(&|x| price_term_floor(x, other, 25_000)));
        prop_assert!(rises(&|x| refill_floor(x, other, 1, 2)));
        prop_assert!(rises(&|x| redemption_price(x, other / 2, other / 2, other)));
        if let (Ok(dear), Ok(cheap)) = (redeem_floor(other, more, fee), redeem_floor(other, less.max(1), fee)) {
            prop_assert!(dear <= cheap);
        }
    }

    /// Any input has an answer or a typed refusal; this fails by a panic alone.
    #[test]
    fn nothing_panics(
        (a, b, c, d) in (number(), number(), number(), number()),
        decimals in any::<u8>(),
        (s, t) in (any::<u64>(), any::<u64>()),
        prices in prop::collection::vec(number(), 0..6),
    ) {
        let _ = (mul_div_floor(a, b, c), mul_div_ceil(a, b, c));
        let _ = (bps_of_floor(a, b), bps_of_ceil(a, b), ratio_bps_floor(a, b));
        let _ = (value_floor(a, b, decimals), value_ceil(a, b, decimals));
        let _ = (median(&prices), deviates(a, b, c));
        let _ = (mint_floor(a, b, decimals, c), mint_required_ceil(a, b, decimals, c));
        let _ = (redeem_floor(a, b, c), redemption_price(a, b, c, d), stress(a, b));
        let _ = (price_term_floor(a, b, c), raw_cap(a, Some(b), c), room(a, b));
        let _ = (refill_floor(a, b, s, t), redemption_budget(a, Some(b), c, d));
        let _ = (within_share(a, b, c), share_room_floor(a, b, c), coverage_bps_floor(a, b));
        let ceiling = Ceiling { value: a, day: s, day_base: b };
        let rules = CeilingRules { floor: c, step_bps: d, max_epochs: t, day_growth_bps: a };
        let _ = (ceiling.close(Some(d), s, t, &rules), ceiling.close(None, t, s, &rules));
    }
}
