//! Who may send what, with what coins may come, and who may claim to be a token.

use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{to_json_binary, CosmosMsg, GovMsg, SubMsg, Uint128, VoteOption};
use cw20::Cw20ReceiveMsg;
use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Minter, Owner, Trader};
use mars_testing::Role::{self, Anyone, ClaimOwner};
use mars_testing::Token::Usdc;
use mars_testing::{assert_coins_come_with, assert_senders_of_owned, message, Contract, Mars};
use mars_types::treasury::{
    ChainVote, Cw20HookMsg, ExecuteMsg, InstantiateMsg, LowerLimits, Params, SwitchUnchecked,
};
use mars_types::{GuardianUnchecked, RefusalCode};

use super::ONE;

#[test]
fn every_message_by_every_role() {
    assert_senders_of_owned(
        Contract::Treasury,
        &[
            (
                &[Anyone],
                &[
                    "mint",
                    "receive: mint",
                    "receive: redeem",
                    "receive: redeem: at once",
                    "receive: claim_basket",
                    "receive: fund_reserve",
                    "poke",
                    "settle",
                    "allocate",
                    "unwind",
                ],
            ),
            (&[ClaimOwner], &["cancel", "claim_basket"]),
            (&[Role::Owner, Role::Guardian], &["pause", "lower_limits"]),
            (
                &[Role::Owner],
                &[
                    "register_asset",
                    "update_asset",
                    "update_non_circulating",
                    "withdraw_reserve",
                    "register_position",
                    "update_position",
                    "deposit",
                    "remove",
                    "spend",
                    "vote_chain",
                    "call_dao",
                    "declare_recovery",
                    "end_recovery",
                    "update_params",
                ],
            ),
        ],
    );
}

#[test]
fn coins_come_with_nothing_but_a_mint() {
    assert_coins_come_with(Contract::Treasury, &["mint"]);
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
        for role in [Owner, Guardian, Trader, Attacker] {
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
    for role in [Owner, Guardian, Trader, Attacker] {
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
