//! Whoever buys a sleepy DAO prints money with it: True Seigniorage Dollar, 2021. Here no vote can make a token.

use mars_testing::Actor::{Attacker, Minter, Trader};
use mars_testing::Bill;
use mars_types::RefusalCode;

use super::{dao, MILLION};

#[test]
fn no_majority_makes_usdm_or_xms() {
    let mut mars = dao();
    let recipient = Attacker.addr().into_string();
    let mint = cw20::Cw20ExecuteMsg::Mint { recipient: recipient.clone(), amount: MILLION.into() };
    let minter = cw20::Cw20ExecuteMsg::UpdateMinter { new_minter: Some(recipient) };
    let supplies = (mars.usdm_supply(), mars.xms_supply());
    for token in [mars.usdm.clone(), mars.xms.clone()] {
        for msg in [&mint, &minter] {
            let bill = Bill::of(vec![mars.call(&token, msg)]);
            let id = mars.pass(&[Trader, Minter, Attacker], bill);
            assert!(mars.proposal(id).heavy);
            let refusal = mars.assert_unchanged(|mars| mars.execute(id)).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::MessageFailed);
            let no = ["unauthorized", "no_minter"].iter().any(|code| refusal.message.contains(code));
            assert!(no, "{refusal}");
        }
    }
    assert_eq!((mars.usdm_supply(), mars.xms_supply()), supplies);
}
