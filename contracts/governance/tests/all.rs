//! The MarsDAO against the bench of the whole protocol. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    use mars_testing::Actor::{Attacker, Keeper, Minter, Trader};
    use mars_testing::{Bill, Mars};
    use mars_types::governance::{Choice, Status};

    /// One XMS, or one million.
    pub const ONE: u128 = 1_000_000;
    pub const MILLION: u128 = 1_000_000 * ONE;
    pub const DAY: u64 = 86_400;

    /// The protocol in the DAO's hands. Of 1,000 M XMS the minter stakes 50 M, the trader 100 M, the keeper 2.5 M (just
    /// enough to propose) and the attacker 40 M, a day ago.
    pub fn dao() -> Mars {
        let mut mars = Mars::deploy();
        mars.hand_over();
        mars.stake(Minter, 50 * MILLION).unwrap();
        mars.stake(Trader, 100 * MILLION).unwrap();
        mars.stake(Keeper, 2_500_000 * ONE).unwrap();
        mars.stake(Attacker, 40 * MILLION).unwrap();
        mars.advance_fresh(DAY);
        mars
    }

    /// A proposal that was voted through and is not yet queued.
    pub fn succeeded(mars: &mut Mars, bill: Bill) -> u64 {
        let id = mars.propose(Trader, bill).unwrap();
        mars.until_vote(id);
        mars.vote(Trader, id, Choice::For).unwrap();
        mars.vote(Minter, id, Choice::For).unwrap();
        mars.until_decided(id);
        mars.refresh();
        assert_eq!(mars.status(id), Status::Succeeded);
        id
    }

    mod access;
    mod cancel;
    mod double_vote_by_delegation;
    mod execute;
    mod execution_replay;
    mod flash_stake_vote;
    mod handover;
    mod lifecycle;
    mod malicious_migration;
    mod outcome;
    mod printing_by_vote;
    mod properties;
    mod proposal_spam;
    mod propose;
    mod queue;
    mod settings;
    mod smuggled_as_light;
    mod storage_cost;
    mod timelock_bypass;
    mod treasury_in_capitals;
    mod veto;
    mod veto_abuse;
    mod vote;
    mod weight;
}
