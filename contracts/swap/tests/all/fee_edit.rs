//! An edit of a fee that counts in another scale than the check of the curve: Uranium, 2021. Here a fee is the same number
//! everywhere, and no edit between two trades lets anything out.

use mars_testing::Actor::{Attacker, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Fee};
use mars_types::{Asset, Bps};

use super::{MILLION, ONE};

const FEES: [(u16, u16); 5] = [(1, 0), (4, 2), (30, 5), (100, 0), (100, 50)];

fn set(mars: &mut Mars, pool: u32, (total, protocol): (u16, u16)) {
    let fee = Fee { total: Bps(total), protocol: Bps(protocol) };
    mars.tell_swap(Owner, &ExecuteMsg::SetFee { pool, fee }).unwrap();
}

/// The bench asserts with every trade that the curve of its pool has not fallen.
#[test]
fn a_fee_that_changes_between_two_trades_lets_nothing_out() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Owner, Usdc, MILLION / 10).unwrap();
    mars.give_usdm(Owner, Attacker, MILLION / 10);
    let ([xms, usdc], usdm) = ([Xms, Usdc].map(|token| mars.asset(token)), Asset::Cw20(mars.usdm.clone()));
    let start = mars.snapshot();
    for (pool, own) in [(XMS_USDC, &xms), (USDM_USDC, &usdm)] {
        for (before, after) in FEES.iter().flat_map(|one| FEES.iter().map(move |other| (*one, *other))) {
            for (offer, ask) in [(own, &usdc), (&usdc, own)] {
                for amount in [7 * ONE + 1, 50_000 * ONE] {
                    mars.restore(&start);
                    set(&mut mars, pool, before);
                    let got =
                        mars.swap(Attacker, offer, amount, &[hop(pool, ask)]).unwrap().ask.amount.u128();
                    set(&mut mars, pool, after);
                    let back = mars.swap(Attacker, ask, got, &[hop(pool, offer)]).unwrap();
                    let lost = amount - back.ask.amount.u128();
                    // Both fees, to within what they take off each other.
                    let least = amount * u128::from(before.0 + after.0) / 10_000 * 98 / 100;
                    assert!(
                        lost >= least.max(1),
                        "{before:?} {after:?}: {lost} of {amount} is less than {least}"
                    );
                }
            }
            mars.assert_invariants();
        }
    }
}
