//! Who may send what, and with what coins may come.

use mars_testing::Actor::{Keeper, Owner};
use mars_testing::Role::{self, Anyone, Guardian, Pauser};
use mars_testing::{assert_coins_come_with, assert_senders_of_owned, Contract, Mars};
use mars_types::swap::Params;
use mars_types::Bps;

#[test]
fn every_message_by_every_role() {
    assert_senders_of_owned(
        Contract::Swap,
        &[
            (
                &[Anyone],
                &[
                    "create_pool",
                    "provide",
                    "receive: provide",
                    "receive: withdraw",
                    "receive: withdraw_one",
                    "swap",
                    "receive: swap",
                    "swap_exact_out",
                    "receive: swap_exact_out",
                    "collect_fees",
                ],
            ),
            (&[Role::Owner, Guardian, Pauser], &["pause"]),
            (
                &[Role::Owner],
                &[
                    "create_pool: stable",
                    "update_config",
                    "update_params",
                    "set_creation_fee",
                    "register_native",
                    "set_fee",
                    "set_share_limits",
                    "ramp_amplification",
                    "stop_ramp",
                    "set_pauser",
                ],
            ),
        ],
    );
}

/// A creation takes a coin where the fee is one (see `create`).
#[test]
fn coins_come_with_nothing_but_trades_and_liquidity() {
    assert_coins_come_with(Contract::Swap, &["provide", "swap", "swap_exact_out"]);
}

#[test]
fn instantiation_is_checked() {
    use cw_multi_test::Executor;
    let mut mars = Mars::deploy();
    let code = mars.store_code(Contract::Swap);
    let config: mars_types::swap::ConfigResponse = mars.ask_swap(&mars_types::swap::QueryMsg::Config {});
    let good = mars_types::swap::InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian: None,
        fee_collector: Keeper.addr().into_string(),
        lp_code_id: config.lp_code_id,
        params: None,
    };
    let bad_params = Params { share_limit: Bps(10_001), ..Params::default() };
    let cases = [
        (mars_types::swap::InstantiateMsg { lp_code_id: 999, ..good.clone() }, "lp_code_id"),
        (mars_types::swap::InstantiateMsg { owner: "OWNER".into(), ..good.clone() }, "owner"),
        (mars_types::swap::InstantiateMsg { fee_collector: "x".into(), ..good.clone() }, "fee_collector"),
        (mars_types::swap::InstantiateMsg { params: Some(bad_params), ..good.clone() }, "share_limit"),
    ];
    for (msg, field) in cases {
        let error = mars.app.instantiate_contract(code, Owner.addr(), &msg, &[], "swap", None).unwrap_err();
        assert!(format!("{error:#}").contains(&format!("invalid_input: {field} is")), "{error:#}");
    }
    mars.app.instantiate_contract(code, Owner.addr(), &good, &[], "swap", None).unwrap();
}
