//! Exits have no switch: with everything paused that can be paused, everyone gets out with all that is theirs.

use mars_testing::Actor::{Guardian, Minter, Owner, Trader};
use mars_testing::Mars;
use mars_types::staking::{ExecuteMsg, Switch};

use super::{DAY, ONE};

#[test]
fn everyone_leaves_during_a_pause() {
    let mut mars = Mars::deploy();
    let before = mars.xms_of(Minter);
    mars.buy_back(Owner, 86_400).unwrap();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.advance(1_000);
    for who in [Guardian, Owner] {
        let confirm = ExecuteMsg::ConfirmPause { switch: Switch::Stake };
        let pause = ExecuteMsg::Pause { switch: Switch::Stake };
        mars.tell_staking(who, if who == Guardian { &pause } else { &confirm }).unwrap();
    }
    mars.delegate(Minter, Trader).unwrap();
    mars.unstake(Minter, 10 * ONE).unwrap();
    mars.claim(Minter).unwrap();
    mars.advance(7 * DAY);
    mars.withdraw_stake(Minter).unwrap();
    assert_eq!(mars.xms_of(Minter), before + 1_000);
    mars.assert_invariants();
}
