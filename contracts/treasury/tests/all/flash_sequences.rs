//! Attack: move a pool, use its price, and move it back, all in one transaction. It needs no loan: a transaction holds as many
//! messages as its sender can pay for.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, Mint, Redeem, Trade, XMS_USDC};
use mars_types::oracle::{self, PoolRules, SourceUnchecked};
use mars_types::swap::SwapReceipt;
use mars_types::treasury::{MintReceipt, QueryMsg, RedeemReceipt};
use mars_types::{Asset, Simulation};

use super::{MILLION, ONE, THOUSAND};

/// XMS is priced by a pool of 8 M XMS and 2 M USDC, a day old. 900,000 USDM are out, of which 9,000 may be redeemed now.
fn priced_by_a_pool() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.give_usdm(Minter, Attacker, 100 * THOUSAND);
    mars.advance_fresh(86_400);
    mars.silence(Xms);
    let swap = mars.swap.to_string();
    let source = SourceUnchecked::Twap { swap, pools: vec![XMS_USDC], rules: PoolRules::default() };
    let asset = mars.unchecked(Xms);
    mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset, source }).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

/// µUSD of what the attacker has, XMS at the $0.25 of the pool's rest.
fn wealth(mars: &Mars) -> u128 {
    mars.balance(Attacker, Usdc) + mars.usdm_of(Attacker) + mars.xms_of(Attacker) / 4
}

/// A push of the pool, and how much of the other asset it gives.
fn push(mars: &Mars, [from, to]: [&Asset; 2], amount: u128) -> (Trade, u128) {
    let trade = Trade::of(from.clone(), amount, vec![hop(XMS_USDC, to)]);
    let simulated: Simulation<SwapReceipt> = mars.ask_swap(&mars.simulation(&trade));
    (trade, simulated.receipt.unwrap().ask.amount.u128())
}

fn told(mars: &Mars) -> (Simulation<MintReceipt>, Simulation<RedeemReceipt>) {
    let amount = THOUSAND.into();
    let mint = QueryMsg::SimulateMint { asset: mars.unchecked(Usdc), amount, min_out: None, deadline: None };
    let redeem = QueryMsg::SimulateRedeem { usdm: amount, queue: false, min_out: None, deadline: None };
    (mars.ask_treasury(&mint), mars.ask_treasury(&redeem))
}

#[test]
fn a_pushed_pool_changes_nothing_that_the_treasury_says_in_that_block() {
    let mut mars = priced_by_a_pool();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let (start, before) = (mars.snapshot(), (told(&mars), mars.solvency(), mars.epoch()));
    for (pair, amount) in [([&usdc, &xms], 2 * MILLION), ([&xms, &usdc], 40 * MILLION)] {
        mars.restore(&start);
        mars.swap(Attacker, pair[0], amount, &[hop(XMS_USDC, pair[1])]).unwrap();
        assert_eq!((told(&mars), mars.solvency(), mars.epoch()), before, "{amount}");
        let receipt = mars.redeem(Attacker, 1_000 * ONE).unwrap();
        assert_eq!(receipt.xms.u128(), 3_988 * ONE);
    }
}

/// Push, mint, redeem, push back: whatever the push, it costs more than it brings.
#[test]
fn push_mint_redeem_and_push_back_loses() {
    let mut mars = priced_by_a_pool();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let start = mars.snapshot();
    for pair in [[&usdc, &xms], [&xms, &usdc]] {
        for amount in [ONE, 1_000 * ONE, 100 * THOUSAND, MILLION, 5 * MILLION] {
            for usdm in [ONE, 9_000 * ONE] {
                mars.restore(&start);
                let had = wealth(&mars);
                let (there, other) = push(&mars, pair, amount);
                let redeem = Redeem::of(usdm);
                let query = QueryMsg::SimulateRedeem {
                    usdm: usdm.into(),
                    queue: false,
                    min_out: None,
                    deadline: None,
                };
                let paid: Simulation<RedeemReceipt> = mars.ask_treasury(&query);
                let paid = paid.receipt.unwrap().xms.u128();
                // Up: all XMS is sold again, that of the redemption too. Down: what was got for the XMS buys it back.
                let back = if *pair[0] == usdc { other + paid } else { other };
                let back = Trade::of(pair[1].clone(), back, vec![hop(XMS_USDC, pair[0])]);
                let messages = vec![
                    mars.swap_message(&there),
                    mars.mint_message(&Mint::of(usdc.clone(), usdm)),
                    mars.redeem_message(&redeem),
                    mars.swap_message(&back),
                ];
                mars.transact(Attacker, messages).unwrap();
                let has = wealth(&mars);
                assert!(has < had, "{amount} of {}, {usdm}: {had} to {has}", pair[0]);
                mars.assert_invariants();
            }
        }
    }
}
