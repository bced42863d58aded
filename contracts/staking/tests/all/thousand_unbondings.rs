//! Whoever unstakes in a thousand bits has a short list, pays for his own work and stands in nobody's way.

use mars_testing::Actor::{Attacker, Minter};
use mars_testing::Mars;
use mars_types::staking::MAX_UNBONDINGS;

use super::{DAY, ONE};

#[test]
fn the_list_is_bounded_and_nothing_is_refused_or_lost() {
    let mut mars = Mars::deploy();
    mars.stake(Attacker, 2_000).unwrap();
    mars.stake(Minter, ONE).unwrap();
    for _ in 0..1_000 {
        mars.advance(1);
        mars.unstake(Attacker, 2).unwrap();
    }
    let staker = mars.staker(Attacker);
    assert_eq!(staker.unbonding.len(), MAX_UNBONDINGS);
    assert_eq!(staker.unbonding.iter().map(|part| part.amount.u128()).sum::<u128>(), 2_000);
    let last = staker.unbonding.last().unwrap();
    assert_eq!(last.amount.u128(), 2_000 - 31 * 2);
    assert_eq!(last.release, mars.now() + 7 * DAY, "what joins the newest part waits as long as it");
    mars.unstake(Minter, ONE).unwrap();
    mars.advance(7 * DAY);
    let before = mars.xms_of(Attacker);
    mars.withdraw_stake(Attacker).unwrap();
    assert_eq!(mars.xms_of(Attacker), before + 2_000);
    mars.withdraw_stake(Minter).unwrap();
    mars.assert_invariants();
}
