//! Somebody sends another token, or the LP token of another pool, to withdraw from a pool.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::Cw20HookMsg;
use mars_types::{AssetUnchecked, RefusalCode};

use super::ONE;

#[test]
fn only_the_pools_own_token_withdraws() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let fake = mars.deploy_cw20(Attacker, "MLP", 6, 1_000_000 * ONE);
    let other = mars.swap_pool(USDM_USDC).lp_token;
    let real = mars.swap_pool(XMS_USDC).lp_token;
    let deadline = mars.now();
    let hooks = [
        Cw20HookMsg::Withdraw {
            pool: XMS_USDC,
            min_outs: vec![Uint128::zero(); 2],
            deadline,
            recipient: None,
        },
        Cw20HookMsg::WithdrawOne {
            pool: XMS_USDC,
            asset: AssetUnchecked::native("uusdc"),
            min_out: Uint128::zero(),
            deadline,
            recipient: None,
        },
    ];
    for hook in &hooks {
        for (who, token) in [(Attacker, &fake), (Owner, &other), (Attacker, &mars.xms.clone())] {
            let send = mars.send_to_swap(token, ONE, hook);
            let result = mars.assert_unchanged(|mars| mars.transact(who, vec![send]));
            refused(result, RefusalCode::WrongToken, token, &real);
        }
    }
    let nowhere = Cw20HookMsg::Withdraw { pool: 9, min_outs: vec![], deadline, recipient: None };
    let send = mars.send_to_swap(&real, ONE, &nowhere);
    refused(mars.transact(Owner, vec![send]), RefusalCode::NotFound, 9, "an entry that exists");
}

#[test]
fn a_token_with_the_name_of_another_is_another() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let fake = mars_types::Asset::Cw20(mars.deploy_cw20(Attacker, "XMS", 6, 1_000_000 * ONE));
    let usdc = mars.asset(Usdc);
    let refusal = mars.swap(Attacker, &fake, ONE, &[mars_testing::hop(XMS_USDC, &usdc)]).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotInPool);
    // In a pool of its own it moves that pool alone.
    let (before, own) = (mars.swap_pool(XMS_USDC), mars.create_pool(&[fake.clone(), usdc.clone()]));
    mars.provide(Attacker, own, &[1_000 * ONE, ONE]).unwrap();
    mars.swap(Attacker, &fake, 100 * ONE, &[mars_testing::hop(own, &usdc)]).unwrap();
    assert_eq!(mars.swap_pool(XMS_USDC), before);
    assert_eq!(mars.balance(&mars.swap, Xms), before.reserves[0].u128());
    mars.assert_invariants();
}
