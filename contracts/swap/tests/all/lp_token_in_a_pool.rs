//! The LP token of one pool as an asset of another. Whatever is sent to the swap contract, the token burns on the way: a
//! pool that took it for a payment would count tokens that are no more, and pay out those that others left here, the
//! locked ones among them. So no pool takes any.

use mars_testing::Actor::{Attacker, Owner};
use mars_testing::Token::Usdc;
use mars_testing::{refused, Mars, XMS_USDC};
use mars_types::swap::{ExecuteMsg, NewPool};
use mars_types::{Asset, RefusalCode};

#[test]
fn it_is_no_asset_of_any_pool() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let usdc = mars.asset(Usdc);
    let lp = Asset::Cw20(mars.swap_pool(XMS_USDC).lp_token);
    for (who, pool) in
        [(Attacker, NewPool::ConstantProduct {}), (Owner, NewPool::Stable { amplification: 100 })]
    {
        for assets in [[&lp, &usdc], [&usdc, &lp]] {
            let assets = assets.map(|asset| asset.clone().into()).into();
            let create = ExecuteMsg::CreatePool { pool: pool.clone(), assets };
            let refusal = mars.assert_unchanged(|mars| mars.tell_swap(who, &create));
            refused(refusal, RefusalCode::InvalidInput, &lp, "none of the LP tokens");
        }
    }
}
