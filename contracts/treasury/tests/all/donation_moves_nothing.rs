//! Attack: send the treasury tokens without a message, to move a share, a price, a cap or a budget.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{refused, Mars};
use mars_types::treasury::{MintReceipt, QueryMsg, RedeemReceipt};
use mars_types::RefusalCode;
use mars_types::{treasury, Simulation};

use super::{MILLION, ONE, THOUSAND};

/// Everything that the treasury says about itself.
type Account = (
    treasury::SolvencyResponse,
    treasury::EpochResponse,
    Vec<treasury::AssetEntry>,
    Simulation<MintReceipt>,
    Simulation<RedeemReceipt>,
);

fn account(mars: &Mars) -> Account {
    let mint = QueryMsg::SimulateMint {
        asset: mars.unchecked(Gold),
        amount: Gold.units(1).into(),
        min_out: None,
        deadline: None,
    };
    let redeem = QueryMsg::SimulateRedeem { usdm: ONE.into(), queue: false, min_out: None, deadline: None };
    (mars.solvency(), mars.epoch(), mars.assets(), mars.ask_treasury(&mint), mars.ask_treasury(&redeem))
}

#[test]
fn of_any_token() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(10)).unwrap();
    mars.mint(Attacker, Usdc, 100 * THOUSAND).unwrap();
    mars.next_epoch();
    let before = account(&mars);
    let treasury = mars.treasury.clone();
    for token in [Usdc, Busd, Btc, Gold, Eth, Defi, Xms] {
        mars.give(Attacker, &treasury, token, token.units(1_000));
        assert_eq!(account(&mars), before, "{token:?}");
        mars.assert_invariants();
    }
    mars.give_usdm(Attacker, &treasury, 90 * THOUSAND);
    assert_eq!(account(&mars), before);
    // Nor at the next closing.
    mars.poke(Keeper).unwrap();
    assert_eq!(account(&mars), before);
    mars.assert_invariants();
}

#[test]
fn a_donation_opens_no_class() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    let treasury = mars.treasury.clone();
    mars.give(Attacker, &treasury, Usdc, 100 * MILLION);
    // 25 % of E after the deposit is measured on the ledger: 133,333.333333.
    refused(
        mars.mint(Minter, Eth, Eth.units(50)),
        RefusalCode::ClassLimit,
        150 * THOUSAND,
        133_333_333_333u128,
    );
}

#[test]
fn a_donation_does_not_lift_the_bootstrap_floor() {
    let mut mars = Mars::deploy();
    let treasury = mars.treasury.clone();
    mars.give(Attacker, &treasury, Usdc, MILLION);
    refused(mars.mint(Attacker, Gold, Gold.units(1)), RefusalCode::BootstrapLevelOne, 0, 100 * THOUSAND);
}

#[test]
fn donated_xms_pays_no_redemption() {
    let mut mars = Mars::builder().reserve(0).build();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let treasury = mars.treasury.clone();
    mars.give(Attacker, &treasury, Xms, MILLION);
    mars.next_epoch();
    refused(mars.redeem(Minter, ONE), RefusalCode::ReserveShort, 3_988_000, 0);
    // Nor does it leave circulation: only the ledger does.
    assert_eq!(mars.epoch().circulating.u128(), 1_000 * MILLION);
}

#[test]
fn a_donation_does_not_use_up_the_cap_of_an_asset() {
    let mut mars = Mars::deploy();
    let cap = treasury::ExecuteMsg::UpdateAsset {
        asset: mars.unchecked(Busd),
        cap: Some(ONE.into()),
        listed: None,
    };
    mars.tell_treasury(mars_testing::Actor::Owner, &cap).unwrap();
    let treasury = mars.treasury.clone();
    mars.give(Attacker, &treasury, Busd, 10 * ONE);
    mars.mint(Minter, Busd, ONE).unwrap();
}
