//! Who may send what: every message by every role.

use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::{assert_every_variant, Actor, Contract, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Fee, NewPool, Params, Switch};
use mars_types::{Bps, GuardianUnchecked, RefusalCode};

/// The trader is the pending owner, the minter the pauser.
const ROLES: [Actor; 7] = [Owner, Guardian, Minter, Trader, Keeper, Attacker, Stranger];

/// Who may. No wildcard: a new message does not compile until someone has decided.
fn allowed(msg: &ExecuteMsg) -> &'static [Actor] {
    match msg {
        ExecuteMsg::CreatePool { pool: NewPool::ConstantProduct {}, .. } | ExecuteMsg::CollectFees { .. } => {
            &ROLES
        }
        ExecuteMsg::CreatePool { pool: NewPool::Stable { .. }, .. } => &[Owner],
        // These need assets, so they are tried elsewhere; nobody is refused for who he is. Of a Receive the sender counts
        // as the token.
        ExecuteMsg::Provide { .. }
        | ExecuteMsg::Swap { .. }
        | ExecuteMsg::SwapExactOut { .. }
        | ExecuteMsg::Receive(_) => &ROLES,
        ExecuteMsg::UpdateConfig { .. }
        | ExecuteMsg::UpdateParams { .. }
        | ExecuteMsg::SetCreationFee { .. }
        | ExecuteMsg::RegisterNative { .. }
        | ExecuteMsg::SetFee { .. }
        | ExecuteMsg::SetShareLimits { .. }
        | ExecuteMsg::RampAmplification { .. }
        | ExecuteMsg::StopRamp { .. }
        | ExecuteMsg::SetPauser { .. }
        | ExecuteMsg::ConfirmPause { .. }
        | ExecuteMsg::Unpause { .. }
        | ExecuteMsg::SetGuardian { .. }
        | ExecuteMsg::UpdateOwnership(Action::TransferOwnership { .. } | Action::RenounceOwnership) => {
            &[Owner]
        }
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership) => &[Trader],
        ExecuteMsg::Pause { .. } => &[Owner, Guardian, Minter],
    }
}

/// One of each, such that it works when the role is right.
fn samples(mars: &Mars) -> Vec<ExecuteMsg> {
    use mars_testing::Token::{Btc, Busd, Eth, Usdc};
    let assets = |tokens: [mars_testing::Token; 2]| tokens.map(|token| mars.unchecked(token)).into();
    let fee = Fee { total: Bps(10), protocol: Bps(5) };
    vec![
        ExecuteMsg::CreatePool { pool: NewPool::ConstantProduct {}, assets: assets([Btc, Eth]) },
        ExecuteMsg::CreatePool { pool: NewPool::Stable { amplification: 50 }, assets: assets([Busd, Usdc]) },
        ExecuteMsg::CollectFees { pools: vec![XMS_USDC] },
        ExecuteMsg::UpdateConfig { fee_collector: Some(Attacker.addr().into_string()), lp_code_id: None },
        ExecuteMsg::UpdateParams { params: Params::default() },
        ExecuteMsg::SetCreationFee { fee: None },
        ExecuteMsg::RegisterNative { denom: "unew".into(), decimals: 6 },
        ExecuteMsg::SetFee { pool: XMS_USDC, fee },
        ExecuteMsg::SetShareLimits { pool: USDM_USDC, limits: vec![Bps(9_000), Bps(0)] },
        ExecuteMsg::RampAmplification { pool: USDM_USDC, target: 200, end: mars.now() + 86_400 },
        ExecuteMsg::StopRamp { pool: USDM_USDC },
        ExecuteMsg::SetPauser { pauser: Some(Attacker.addr().into_string()) },
        ExecuteMsg::Pause { switch: Switch::Provide(XMS_USDC) },
        ExecuteMsg::ConfirmPause { switch: Switch::Swap(XMS_USDC) },
        ExecuteMsg::Unpause { switch: Switch::Swap(XMS_USDC) },
        ExecuteMsg::SetGuardian {
            guardian: Some(GuardianUnchecked {
                address: Attacker.addr().into_string(),
                sunset: mars.now() + 1,
            }),
        },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership {
            new_owner: Attacker.addr().into_string(),
            expiry: None,
        }),
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership),
    ]
}

#[test]
fn every_message_by_every_role() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(86_400);
    let offer = Action::TransferOwnership { new_owner: Trader.addr().into_string(), expiry: None };
    mars.tell_swap(Owner, &ExecuteMsg::UpdateOwnership(offer)).unwrap();
    let pauser = Some(Minter.addr().into_string());
    mars.tell_swap(Owner, &ExecuteMsg::SetPauser { pauser }).unwrap();
    mars.tell_swap(Guardian, &ExecuteMsg::Pause { switch: Switch::Swap(XMS_USDC) }).unwrap();
    let start = mars.snapshot();
    assert_every_variant(&samples(&mars), &["provide", "swap", "swap_exact_out", "receive"]);
    for msg in samples(&mars) {
        for role in ROLES {
            mars.restore(&start);
            let result = mars.tell_swap(role, &msg);
            if allowed(&msg).contains(&role) {
                assert!(result.is_ok(), "{role:?} {msg:?}: {}", result.unwrap_err());
                mars.assert_invariants();
            } else {
                let refusal = result.expect_err("a refusal");
                assert_eq!(refusal.code, RefusalCode::Unauthorized, "{role:?} {msg:?}: {refusal}");
                assert_eq!(refusal.value, role.addr().as_str());
            }
        }
    }
}

#[test]
fn coins_come_with_nothing_but_trades_and_creations() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(86_400);
    let forged = ExecuteMsg::Receive(cw20::Cw20ReceiveMsg {
        sender: Owner.addr().into_string(),
        amount: 1u128.into(),
        msg: cosmwasm_std::Binary::default(),
    });
    for msg in samples(&mars).into_iter().chain([forged]) {
        let call = mars_testing::message(&mars.swap, &msg, vec![cosmwasm_std::coin(1, "uusdc")]);
        let refusal = mars.transact(Owner, vec![call]).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WrongFunds, "{msg:?}: {refusal}");
    }
}

#[test]
fn the_ownership_is_never_renounced() {
    let mut mars = Mars::deploy();
    let renounce = ExecuteMsg::UpdateOwnership(Action::RenounceOwnership);
    assert_eq!(mars.tell_swap(Owner, &renounce).unwrap_err().code, RefusalCode::InvalidInput);
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
