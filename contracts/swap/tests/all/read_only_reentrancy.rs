//! A hostile cw20 token that, while it is moved, reads the pool and trades in it.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    coin, to_json_binary, Binary, CosmosMsg, Deps, DepsMut, Env, MessageInfo, Response, StdResult, Uint128,
    WasmMsg,
};
use cw20::{Cw20ExecuteMsg, TokenInfoResponse};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use mars_testing::Actor::{Attacker, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, XMS_USDC};
use mars_types::swap::{ExecuteMsg, ObserveResponse, QueryMsg};
use mars_types::{Asset, RefusalCode};

use super::{MILLION, ONE};

/// What the token does whenever it is moved: asks the swap contract for a pool, and sends it a message.
#[cw_serde]
struct Plot {
    swap: String,
    pool: u32,
    then: Option<ExecuteMsg>,
    funds: u128,
}

const PLOT: Item<Plot> = Item::new("plot");
const SEEN: Item<ObserveResponse> = Item::new("seen");

fn plot(deps: DepsMut, _env: Env, _info: MessageInfo, plot: Plot) -> StdResult<Response> {
    PLOT.save(deps.storage, &plot)?;
    Ok(Response::new())
}

/// Says that everything has moved, and moves nothing.
fn moved(deps: DepsMut, _env: Env, _info: MessageInfo, msg: Cw20ExecuteMsg) -> StdResult<Response> {
    let mut plot = PLOT.load(deps.storage)?;
    if matches!(msg, Cw20ExecuteMsg::IncreaseAllowance { .. }) {
        return Ok(Response::new());
    }
    let question = QueryMsg::Observe { pools: vec![plot.pool, 3], windows: vec![180] };
    let seen: ObserveResponse = deps.querier.query_wasm_smart(&plot.swap, &question)?;
    SEEN.save(deps.storage, &seen)?;
    // Once, or its own trade would set it off again.
    let then = plot.then.take();
    PLOT.save(deps.storage, &plot)?;
    let call = then.map(|then| -> StdResult<CosmosMsg> {
        let funds = if plot.funds > 0 { vec![coin(plot.funds, "uusdc")] } else { vec![] };
        Ok(WasmMsg::Execute { contract_addr: plot.swap, msg: to_json_binary(&then)?, funds }.into())
    });
    Ok(Response::new().add_messages(call.transpose()?))
}

fn told(deps: Deps, _env: Env, msg: cw20::Cw20QueryMsg) -> StdResult<Binary> {
    match msg {
        cw20::Cw20QueryMsg::TokenInfo {} => to_json_binary(&TokenInfoResponse {
            name: "Odd".into(),
            symbol: "ODD".into(),
            decimals: 6,
            total_supply: Uint128::MAX,
        }),
        cw20::Cw20QueryMsg::Balance { .. } => {
            to_json_binary(&cw20::BalanceResponse { balance: Uint128::MAX })
        }
        _ => to_json_binary(&SEEN.load(deps.storage)?),
    }
}

/// The odd token, and a pool of it with a million USDC.
fn open(mars: &mut Mars) -> (Asset, u32) {
    let code = mars.app.store_code(Box::new(ContractWrapper::new(moved, plot, told)));
    let first = Plot { swap: mars.swap.to_string(), pool: XMS_USDC, then: None, funds: 0 };
    let odd = mars.app.instantiate_contract(code, Attacker.addr(), &first, &[], "odd", None).unwrap();
    let usdc = mars.asset(Usdc);
    let pool = mars.create_pool(&[Asset::Cw20(odd.clone()), usdc]);
    assert_eq!(pool, 3);
    (Asset::Cw20(odd), pool)
}

fn set_plot(mars: &mut Mars, odd: &Asset, plot: &Plot) {
    let Asset::Cw20(token) = odd else { unreachable!() };
    let mut storage = mars.app.contract_storage_mut(token);
    PLOT.save(&mut *storage, plot).unwrap();
}

fn seen(mars: &Mars, odd: &Asset) -> ObserveResponse {
    let Asset::Cw20(token) = odd else { unreachable!() };
    mars.app.wrap().query_wasm_smart(token, &cw20::Cw20QueryMsg::Minter {}).unwrap()
}

#[test]
fn in_the_middle_of_a_call_it_reads_what_the_last_block_left() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (odd, pool) = open(&mut mars);
    mars.transact(Attacker, mars.provide_messages(pool, &[MILLION, MILLION], 0, mars.now())).unwrap();
    mars.advance(600);
    let before: ObserveResponse =
        mars.ask_swap(&QueryMsg::Observe { pools: vec![XMS_USDC, pool], windows: vec![180] });
    // Half of the pool is taken out in this transaction, and the odd token looks while it is paid.
    let lp = mars.lp_of(Attacker, pool);
    let hook = mars_types::swap::Cw20HookMsg::Withdraw {
        pool,
        min_outs: vec![Uint128::zero(); 2],
        deadline: mars.now(),
        recipient: None,
    };
    let send = mars.send_to_swap(&mars.swap_pool(pool).lp_token, lp / 2, &hook);
    mars.transact(Attacker, vec![send]).unwrap();
    let seen = seen(&mars, &odd);
    for (seen, before) in seen.pools.iter().zip(&before.pools) {
        assert_eq!(
            (&seen.reserves, seen.lp_supply, &seen.prices),
            (&before.reserves, before.lp_supply, &before.prices)
        );
    }
}

#[test]
fn trading_in_the_middle_of_its_own_provision_takes_nothing_from_other_pools() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (odd, pool) = open(&mut mars);
    mars.transact(Attacker, mars.provide_messages(pool, &[MILLION, 1_000 * ONE], 0, mars.now())).unwrap();
    let Asset::Cw20(token) = odd.clone() else { unreachable!() };
    mars.give(Attacker, &token, Usdc, MILLION);
    let others = [mars.swap_pool(1), mars.swap_pool(2)];
    // The odd token pretends to arrive while 500 USDC are still on their way, and buys with them.
    let then = ExecuteMsg::Swap {
        route: vec![hop(pool, &odd)],
        min_out: Uint128::zero(),
        deadline: mars.now(),
        recipient: Some(Attacker.addr().into_string()),
    };
    let plot = Plot { swap: mars.swap.to_string(), pool, then: Some(then), funds: 500 * ONE };
    set_plot(&mut mars, &odd, &plot);
    let calls = mars.provide_messages(pool, &[MILLION, 500 * ONE], 0, mars.now());
    mars.transact(Attacker, calls).unwrap();
    assert!(!mars.swap_pool(pool).fees_owed[0].is_zero(), "it did trade");
    assert_eq!([mars.swap_pool(1), mars.swap_pool(2)], others);
    mars.assert_invariants();
}

#[test]
fn a_token_that_never_moves_cheats_only_its_own_pool() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (odd, pool) = open(&mut mars);
    let usdc = mars.asset(Usdc);
    mars.transact(Attacker, mars.provide_messages(pool, &[MILLION, 1_000 * ONE], 0, mars.now())).unwrap();
    let others = [mars.swap_pool(1), mars.swap_pool(2)];
    // It says that a fortune came; what leaves is what its own pool holds, and never all of it.
    let hook = cw20::Cw20ReceiveMsg {
        sender: Attacker.addr().into_string(),
        amount: Uint128::new(u128::MAX / 2),
        msg: to_json_binary(&mars_types::swap::Cw20HookMsg::Swap {
            route: vec![hop(pool, &usdc)],
            min_out: Uint128::zero(),
            deadline: mars.now(),
            recipient: None,
        })
        .unwrap(),
    };
    let Asset::Cw20(token) = odd else { unreachable!() };
    let had = mars.balance(Attacker, Usdc);
    mars.tell_swap(&token, &ExecuteMsg::Receive(hook.clone())).unwrap();
    assert!(mars.balance(Attacker, Usdc) - had < 1_000 * ONE);
    assert_eq!([mars.swap_pool(1), mars.swap_pool(2)], others);
    // A route on from there is worth no more than that.
    mars.swap(Trader, &mars.asset(Xms), ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    let refusal = mars.tell_swap(Owner, &ExecuteMsg::Receive(hook)).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotInPool);
    mars.assert_invariants();
}
