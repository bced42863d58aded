//! Who may send what: every message by every role, and who may claim to be a token.

use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{coins, to_json_binary, Binary, CosmosMsg, GovMsg, SubMsg, Uint128, VoteOption};
use cw20::Cw20ReceiveMsg;
use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Feeder, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Usdc, Xms};
use mars_testing::{
    assert_every_variant, message, Actor, Contract, Mars, Redeem, Snapshot, USDM_USDC, XMS_USDC,
};
use mars_types::treasury::{
    AssetCap, ChainVote, Cw20HookMsg, ExecuteMsg, InstantiateMsg, Level, LowerLimits, Params, PositionKind,
    SwitchUnchecked,
};
use mars_types::{GuardianUnchecked, RefusalCode};

use super::{ONE, THOUSAND};

/// The trader is the pending owner.
const ROLES: [Actor; 7] = [Owner, Guardian, Trader, Keeper, Feeder(0), Attacker, Stranger];

/// Who may. No wildcard: a new message does not compile until someone has decided.
fn allowed(msg: &ExecuteMsg) -> &'static [Actor] {
    match msg {
        ExecuteMsg::Poke {} | ExecuteMsg::Settle { .. } => &ROLES,
        ExecuteMsg::Allocate { .. } | ExecuteMsg::Unwind { .. } => &ROLES,
        // The owner of the claim.
        ExecuteMsg::Cancel { .. } | ExecuteMsg::ClaimBasket { .. } => &[Keeper],
        // Needs coins, so it is tried elsewhere; nobody is refused for who he is.
        ExecuteMsg::Mint { .. } => &ROLES,
        // Anyone may send it, but the sender counts as the token.
        ExecuteMsg::Receive(_) => &ROLES,
        ExecuteMsg::RegisterAsset { .. }
        | ExecuteMsg::UpdateAsset { .. }
        | ExecuteMsg::UpdateNonCirculating { .. }
        | ExecuteMsg::WithdrawReserve { .. }
        | ExecuteMsg::RegisterPosition { .. }
        | ExecuteMsg::UpdatePosition { .. }
        | ExecuteMsg::Deposit { .. }
        | ExecuteMsg::Remove { .. }
        | ExecuteMsg::Spend { .. }
        | ExecuteMsg::VoteChain { .. }
        | ExecuteMsg::CallDao { .. }
        | ExecuteMsg::DeclareRecovery {}
        | ExecuteMsg::EndRecovery {}
        | ExecuteMsg::UpdateParams { .. }
        | ExecuteMsg::ConfirmPause { .. }
        | ExecuteMsg::Unpause { .. }
        | ExecuteMsg::SetGuardian { .. }
        | ExecuteMsg::UpdateOwnership(Action::TransferOwnership { .. } | Action::RenounceOwnership) => {
            &[Owner]
        }
        ExecuteMsg::UpdateOwnership(Action::AcceptOwnership) => &[Trader],
        ExecuteMsg::LowerLimits { .. } | ExecuteMsg::Pause { .. } => &[Owner, Guardian],
    }
}

/// One of each that needs no pool, such that it works when the role is right.
fn samples(mars: &Mars) -> Vec<ExecuteMsg> {
    let paused = SwitchUnchecked::Asset(mars.unchecked(Busd));
    vec![
        ExecuteMsg::Poke {},
        ExecuteMsg::Settle { limit: 1 },
        ExecuteMsg::Cancel { id: 0 },
        ExecuteMsg::DeclareRecovery {},
        ExecuteMsg::Spend {
            asset: mars.unchecked(Usdc),
            amount: Uint128::one(),
            recipient: Attacker.addr().into_string(),
        },
        ExecuteMsg::RegisterAsset {
            asset: mars.unchecked(Xms),
            level: Level::Xms,
            decimals: 6,
            cap: Uint128::one(),
        },
        ExecuteMsg::UpdateAsset { asset: mars.unchecked(Usdc), cap: Some(Uint128::one()), listed: None },
        ExecuteMsg::UpdateNonCirculating { add: vec![mars.usdm.to_string()], remove: vec![] },
        ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: Attacker.addr().into_string() },
        ExecuteMsg::UpdateParams { params: mars.config().params },
        ExecuteMsg::LowerLimits {
            limits: LowerLimits {
                asset_caps: vec![AssetCap { asset: mars.unchecked(Btc), cap: Uint128::zero() }],
                ..LowerLimits::default()
            },
        },
        ExecuteMsg::Pause { switch: SwitchUnchecked::Redeem },
        ExecuteMsg::ConfirmPause { switch: paused.clone() },
        ExecuteMsg::Unpause { switch: paused },
        ExecuteMsg::SetGuardian {
            guardian: Some(GuardianUnchecked {
                address: Attacker.addr().into_string(),
                sunset: mars.now() + 1,
            }),
        },
        ExecuteMsg::SetGuardian { guardian: None },
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
    let offer = Action::TransferOwnership { new_owner: Trader.addr().into_string(), expiry: None };
    mars.tell_treasury(Owner, &ExecuteMsg::UpdateOwnership(offer)).unwrap();
    let switch = SwitchUnchecked::Asset(mars.unchecked(Busd));
    mars.tell_treasury(Guardian, &ExecuteMsg::Pause { switch }).unwrap();
    mars.mint(Keeper, Usdc, 100 * ONE).unwrap();
    mars.redeem_with(Keeper, Redeem::of(20 * ONE).or_queue()).unwrap();
    let calm = mars.snapshot();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    let in_recovery = mars.snapshot();
    mars.restore(&calm);
    // The basket and the end of recovery need a recovery, and withdrawing an empty queue.
    let claim = ExecuteMsg::ClaimBasket { id: 0, amount: None, basket: mars.any_basket() };
    let start = |msg: &ExecuteMsg| match msg {
        ExecuteMsg::ClaimBasket { .. } | ExecuteMsg::EndRecovery {} => &in_recovery,
        _ => &calm,
    };
    let samples = samples(&mars).into_iter().chain([claim, ExecuteMsg::EndRecovery {}]);
    for msg in samples {
        mars.restore(start(&msg));
        if matches!(msg, ExecuteMsg::WithdrawReserve { .. }) {
            mars.cancel_claim(Keeper, 0).unwrap();
        }
        let start = mars.snapshot();
        by_every_role(&mut mars, &start, &msg);
    }
}

fn by_every_role(mars: &mut Mars, start: &Snapshot, msg: &ExecuteMsg) {
    for role in ROLES {
        mars.restore(start);
        let result = mars.tell_treasury(role, msg);
        if allowed(msg).contains(&role) {
            assert!(result.is_ok(), "{role:?} {msg:?}: {}", result.unwrap_err());
        } else {
            let refusal = result.expect_err("a refusal");
            assert_eq!(refusal.code, RefusalCode::Unauthorized, "{role:?} {msg:?}: {refusal}");
            assert_eq!(refusal.value, role.addr().as_str());
        }
    }
}

/// A yield position with something in it, USDM beside USDC, and a contract that takes any call.
fn with_positions() -> (Mars, u32, Vec<ExecuteMsg>) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Minter, Usdc, 200 * THOUSAND).unwrap();
    mars.mint(Minter, Busd, 200 * THOUSAND).unwrap();
    let stables = [Usdc, Busd].map(|token| mars.asset(token));
    let pool = mars.create_stable(100, &stables);
    mars.provide(Trader, pool, &[100 * THOUSAND; 2]).unwrap();
    mars.advance_fresh(1_800);
    mars.register_position(USDM_USDC, PositionKind::Usdm).unwrap();
    mars.register_position(pool, PositionKind::Yield).unwrap();
    mars.next_epoch();
    mars.allocate(Keeper, USDM_USDC, 100 * ONE).unwrap();
    let deadline = mars.now();
    let deposit =
        ExecuteMsg::Deposit { pool, amounts: vec![ONE.into(); 2], min_lp: Uint128::zero(), deadline };
    mars.tell_treasury(Owner, &deposit).unwrap();
    let other = mars.deploy_holder(0);
    let messages = vec![
        ExecuteMsg::Allocate { pool: USDM_USDC, amount: ONE.into(), deadline },
        ExecuteMsg::RegisterPosition {
            swap: mars.swap.to_string(),
            pool: XMS_USDC,
            kind: PositionKind::Xms,
            cap: Uint128::one(),
        },
        ExecuteMsg::UpdatePosition { pool, cap: None, exit_only: Some(true) },
        deposit,
        ExecuteMsg::Remove { pool, lp: 1_000u128.into(), deadline },
        ExecuteMsg::CallDao {
            contract: other.into_string(),
            msg: Binary::from(br#"{"amount":"7","answers":true}"#.as_slice()),
        },
    ];
    (mars, pool, messages)
}

#[test]
fn every_message_about_positions_by_every_role() {
    let (mut mars, pool, messages) = with_positions();
    let start = mars.snapshot();
    for msg in &messages {
        by_every_role(&mut mars, &start, msg);
    }
    mars.restore(&start);
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    let start = mars.snapshot();
    by_every_role(&mut mars, &start, &ExecuteMsg::Unwind { pool });

    // The vote in the chain's governance has a test of its own; mint and receive refuse nobody for who he is.
    let all: Vec<ExecuteMsg> = messages.into_iter().chain(samples(&mars)).collect();
    let elsewhere = ["claim_basket", "end_recovery", "mint", "receive", "unwind", "vote_chain"];
    assert_every_variant(&all, &elsewhere);
}

#[test]
fn no_message_but_a_mint_takes_coins() {
    let (mut mars, pool, messages) = with_positions();
    let basket = mars.any_basket();
    let others = [
        ExecuteMsg::Unwind { pool },
        ExecuteMsg::VoteChain { proposal: 1, option: ChainVote::Yes },
        ExecuteMsg::ClaimBasket { id: 0, amount: None, basket },
        ExecuteMsg::EndRecovery {},
        forged(&Cw20HookMsg::FundReserve {}),
    ];
    let all: Vec<ExecuteMsg> = messages.into_iter().chain(samples(&mars)).chain(others).collect();
    assert_every_variant(&all, &["mint"]);
    for msg in all {
        let paid = message(&mars.treasury, &msg, coins(1, "uusdc"));
        let refusal = mars.assert_unchanged(|mars| mars.transact(Owner, vec![paid])).unwrap_err();
        assert_eq!((refusal.code, refusal.value.as_str()), (RefusalCode::WrongFunds, "1uusdc"), "{msg:?}");
    }
}

#[test]
fn the_chains_governance_hears_the_owner_alone() {
    let mut deps = mock_dependencies();
    let [owner, guardian, attacker, usdm, xms, oracle] =
        ["owner", "guardian", "attacker", "usdm", "xms", "oracle"].map(|name| deps.api.addr_make(name));
    let sunset = mock_env().block.time.seconds() + 1_000;
    let msg = InstantiateMsg {
        owner: owner.to_string(),
        guardian: Some(GuardianUnchecked { address: guardian.to_string(), sunset }),
        usdm: usdm.to_string(),
        xms: xms.to_string(),
        oracle: oracle.to_string(),
        params: None,
    };
    let of = |sender| message_info(sender, &[]);
    mars_treasury::contract::instantiate(deps.as_mut(), mock_env(), of(&owner), msg).unwrap();
    for (option, expected) in [
        (ChainVote::Yes, VoteOption::Yes),
        (ChainVote::No, VoteOption::No),
        (ChainVote::Abstain, VoteOption::Abstain),
        (ChainVote::NoWithVeto, VoteOption::NoWithVeto),
    ] {
        let mut vote = |sender| {
            let msg = ExecuteMsg::VoteChain { proposal: 7, option };
            mars_treasury::contract::execute(deps.as_mut(), mock_env(), of(sender), msg)
        };
        for stranger in [&guardian, &attacker] {
            let refusal = mars_types::Refusal::from(vote(stranger).unwrap_err());
            assert_eq!(refusal.code, RefusalCode::Unauthorized);
        }
        let expected = CosmosMsg::Gov(GovMsg::Vote { proposal_id: 7, option: expected });
        assert_eq!(vote(&owner).unwrap().messages, [SubMsg::new(expected)]);
    }
}

#[test]
fn the_guardian_has_no_power_from_its_sunset_on() {
    let mut mars = Mars::builder().guardian_for(1_000).build();
    let pause = ExecuteMsg::Pause { switch: SwitchUnchecked::Mint };
    let lower = ExecuteMsg::LowerLimits { limits: LowerLimits::default() };
    mars.advance(999);
    let eve = mars.snapshot();
    for msg in [&pause, &lower] {
        mars.tell_treasury(Guardian, msg).unwrap();
    }
    mars.restore(&eve);
    mars.advance(1);
    for msg in [&pause, &lower] {
        let refusal = mars.tell_treasury(Guardian, msg).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Unauthorized);
    }
}

/// A hook that says that the minter has sent a fortune.
fn forged(hook: &Cw20HookMsg) -> ExecuteMsg {
    ExecuteMsg::Receive(Cw20ReceiveMsg {
        sender: Minter.addr().into_string(),
        amount: Uint128::new(1_000 * ONE),
        msg: to_json_binary(hook).unwrap(),
    })
}

#[test]
fn a_forged_receive_is_a_token_that_nobody_knows() {
    let mut mars = Mars::deploy();
    let deadline = mars.now();
    let min_out = Uint128::zero();
    let hooks = [
        (Cw20HookMsg::Mint { min_out, deadline, recipient: None }, RefusalCode::NotListed),
        (Cw20HookMsg::Redeem { min_out, deadline, recipient: None, queue: false }, RefusalCode::WrongToken),
        (Cw20HookMsg::FundReserve {}, RefusalCode::WrongToken),
    ];
    for (hook, code) in &hooks {
        for role in ROLES {
            let result = mars.assert_unchanged(|mars| mars.tell_treasury(role, &forged(hook)));
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code, *code, "{role:?} {hook:?}");
            assert!(refusal.value.contains(role.addr().as_str()), "{refusal}");
        }
    }
}

#[test]
fn only_the_treasury_mints_usdm() {
    let mut mars = Mars::deploy();
    let usdm = mars.usdm.clone();
    for role in ROLES {
        let mint =
            cw20::Cw20ExecuteMsg::Mint { recipient: role.addr().into_string(), amount: Uint128::one() };
        let refusal = mars.transact(role, vec![message(&usdm, &mint, vec![])]).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Unauthorized, "{refusal}");
    }
    assert_eq!(mars.usdm_supply(), 0);
}

#[test]
fn a_spender_mints_for_himself_with_what_he_was_allowed() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 200_000 * ONE).unwrap();
    let gold = mars.gold.clone();
    let allow = cw20::Cw20ExecuteMsg::IncreaseAllowance {
        spender: Trader.addr().into_string(),
        amount: Uint128::new(10u128.pow(18)),
        expires: None,
    };
    mars.transact(Minter, vec![message(&gold, &allow, vec![])]).unwrap();
    let hook = Cw20HookMsg::Mint { min_out: Uint128::zero(), deadline: mars.now(), recipient: None };
    let send = cw20::Cw20ExecuteMsg::SendFrom {
        owner: Minter.addr().into_string(),
        contract: mars.treasury.to_string(),
        amount: Uint128::new(10u128.pow(18)),
        msg: to_json_binary(&hook).unwrap(),
    };
    mars.transact(Trader, vec![message(&gold, &send, vec![])]).unwrap();
    // The token names who sent it, as cw20 defines; the owner's consent was the allowance.
    assert_eq!(mars.usdm_of(Trader), 1_998 * ONE);
    mars.assert_invariants();
}

#[test]
fn nothing_is_instantiated_with_nonsense() {
    let mut mars = Mars::deploy();
    let code = mars.store_code(Contract::Treasury);
    let good = InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian: None,
        usdm: mars.usdm.to_string(),
        xms: mars.xms.to_string(),
        oracle: mars.oracle.to_string(),
        params: None,
    };
    let mut instantiate = |change: &dyn Fn(&mut InstantiateMsg)| {
        let mut msg = good.clone();
        change(&mut msg);
        let init = cosmwasm_std::WasmMsg::Instantiate {
            admin: None,
            code_id: code,
            msg: to_json_binary(&msg).unwrap(),
            funds: vec![],
            label: "treasury".into(),
        };
        mars.transact(Owner, vec![init.into()]).map(|_| ())
    };
    instantiate(&|_| ()).unwrap();
    let usdm = good.usdm.clone();
    type Change<'a> = &'a dyn Fn(&mut InstantiateMsg);
    let bad: [(Change, RefusalCode); 7] = [
        (&|msg| msg.owner = "owner".into(), RefusalCode::InvalidInput),
        (&|msg| msg.usdm = String::new(), RefusalCode::InvalidInput),
        (&|msg| msg.xms = "cosmos1".into(), RefusalCode::InvalidInput),
        (&|msg| msg.oracle = "x".into(), RefusalCode::InvalidInput),
        (&|msg| msg.xms = usdm.clone(), RefusalCode::Duplicate),
        (
            &|msg| {
                msg.guardian = Some(GuardianUnchecked { address: Guardian.addr().into(), sunset: 1 });
            },
            RefusalCode::InvalidInput,
        ),
        (
            &|msg| {
                msg.params = Some(Params { depth_multiple: 21, ..Params::default() });
            },
            RefusalCode::InvalidInput,
        ),
    ];
    for (change, code) in bad {
        assert_eq!(instantiate(change).unwrap_err().code, code);
    }
}

#[test]
fn an_address_of_another_chain_owns_nothing() {
    let mut mars = Mars::deploy();
    let foreign = "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu".to_string();
    for msg in [
        ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: foreign.clone() },
        ExecuteMsg::SetGuardian {
            guardian: Some(GuardianUnchecked { address: foreign.clone(), sunset: mars.now() + 9 }),
        },
        ExecuteMsg::UpdateOwnership(Action::TransferOwnership { new_owner: foreign.clone(), expiry: None }),
        ExecuteMsg::UpdateAsset { asset: mars_types::AssetUnchecked::cw20(foreign), cap: None, listed: None },
    ] {
        assert_eq!(mars.tell_treasury(Owner, &msg).unwrap_err().code, RefusalCode::InvalidInput, "{msg:?}");
    }
}
