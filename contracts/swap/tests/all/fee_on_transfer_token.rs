//! A token that keeps a part of what is moved: less arrives than the message says.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Uint128};
use cw20::{Cw20ExecuteMsg, Cw20ReceiveMsg};
use cw20_base::ContractError;
use cw_multi_test::{ContractWrapper, Executor};
use mars_testing::Actor::{Attacker, Trader};
use mars_testing::Token::Usdc;
use mars_testing::{hop, Mars};
use mars_types::Asset;

use super::{MILLION, ONE};

/// A cw20-base that delivers nine tenths.
fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: Cw20ExecuteMsg,
) -> Result<Response, ContractError> {
    let nine_tenths = |amount: Uint128| amount.multiply_ratio(9u128, 10u128);
    match msg {
        Cw20ExecuteMsg::Transfer { recipient, amount } => {
            cw20_base::contract::execute_transfer(deps, env, info, recipient, nine_tenths(amount))
        }
        Cw20ExecuteMsg::TransferFrom { owner, recipient, amount } => {
            let less = nine_tenths(amount);
            cw20_base::allowances::execute_transfer_from(deps, env, info, owner, recipient, less)
        }
        Cw20ExecuteMsg::Send { contract, amount, msg } => {
            // The message tells the whole amount.
            let sender = info.sender.to_string();
            let hook = Cw20ReceiveMsg { sender, amount, msg }.into_cosmos_msg(&contract)?;
            let moved =
                cw20_base::contract::execute_transfer(deps, env, info, contract, nine_tenths(amount))?;
            Ok(moved.add_message(hook))
        }
        other => cw20_base::contract::execute(deps, env, info, other),
    }
}

fn open() -> (Mars, Asset, u32) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let code = ContractWrapper::new(execute, cw20_base::contract::instantiate, cw20_base::contract::query);
    let code = mars.app.store_code(Box::new(code));
    let msg = cw20_base::msg::InstantiateMsg {
        name: "Taxed".into(),
        symbol: "TAX".into(),
        decimals: 6,
        initial_balances: [Attacker, Trader]
            .map(|who| cw20::Cw20Coin {
                address: who.addr().into_string(),
                amount: Uint128::new(100 * MILLION),
            })
            .into(),
        mint: None,
        marketing: None,
    };
    let token = mars.app.instantiate_contract(code, Attacker.addr(), &msg, &[], "tax", None).unwrap();
    let tax = Asset::Cw20(token);
    let pool = mars.create_pool(&[tax.clone(), mars.asset(Usdc)]);
    (mars, tax, pool)
}

#[test]
fn its_pool_falls_short_of_it_alone_and_says_so() {
    let (mut mars, tax, pool) = open();
    mars.transact(Attacker, mars.provide_messages(pool, &[MILLION, MILLION], 0, mars.now())).unwrap();
    let others = [mars.swap_pool(1), mars.swap_pool(2)];
    let usdc = mars.asset(Usdc);
    let trade = mars_testing::Trade::of(tax.clone(), 100_000 * ONE, vec![hop(pool, &usdc)]);
    let message = mars.swap_message(&trade);
    mars.transact(Trader, vec![message]).unwrap();
    // The books of the token's own pool are not covered; those of every other asset are.
    let broken: Vec<String> =
        mars.swap_invariants().invariants.into_iter().filter(|law| !law.holds).map(|law| law.name).collect();
    assert_eq!(broken, [format!("reserves_of_{tax}_are_held")]);
    assert_eq!([mars.swap_pool(1), mars.swap_pool(2)], others);
    // The coin comes out to the last holder, and the token as far as it goes.
    let lp = mars.lp_of(Attacker, pool);
    let before = mars.balance(Attacker, Usdc);
    let hook = mars_types::swap::Cw20HookMsg::Withdraw {
        pool,
        min_outs: vec![Uint128::zero(); 2],
        deadline: mars.now(),
        recipient: None,
    };
    let send = mars.send_to_swap(&mars.swap_pool(pool).lp_token, lp / 2, &hook);
    mars.transact(Attacker, vec![send]).unwrap();
    assert!(mars.balance(Attacker, Usdc) > before);
}
