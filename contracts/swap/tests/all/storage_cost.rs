//! What a swap costs in storage, in the gas of a Cosmos chain (1,000 a read and 3 a byte, 2,000 a write and 30 a byte), to
//! the unit; and that it asks nobody anything.

use std::cell::Cell;

use cosmwasm_std::testing::{message_info, mock_env, MockApi, MockQuerier, MockStorage};
use cosmwasm_std::{
    coin, to_json_binary, Addr, Checksum, CodeInfoResponse, ContractInfoResponse, ContractResult, DepsMut,
    Empty, Env, Order, QuerierWrapper, Record, Storage, SystemResult, Uint128, WasmQuery,
};
use cw20::{Cw20ReceiveMsg, TokenInfoResponse};
use mars_swap::contract::{execute, instantiate};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg, Hop, InstantiateMsg, NewPool};
use mars_types::AssetUnchecked;

use super::{MILLION, ONE};

/// Goals of a swap through one pool.
const CONSTANT_PRODUCT_GOAL: usize = 12_000;
const STABLE_GOAL: usize = 25_000;

/// Counts what it is asked, in gas.
#[derive(Default)]
struct Meter {
    storage: MockStorage,
    gas: Cell<usize>,
}

impl Meter {
    fn spend(&self, gas: usize) {
        self.gas.set(self.gas.get() + gas);
    }
}

impl Storage for Meter {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.storage.get(key);
        self.spend(1_000 + 3 * (key.len() + value.as_ref().map_or(0, Vec::len)));
        value
    }

    fn range<'a>(
        &'a self,
        _: Option<&[u8]>,
        _: Option<&[u8]>,
        _: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        panic!("no message iterates")
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.spend(2_000 + 30 * (key.len() + value.len()));
        self.storage.set(key, value);
    }

    fn remove(&mut self, key: &[u8]) {
        self.spend(1_000);
        self.storage.remove(key);
    }
}

struct Bench {
    storage: Meter,
    querier: MockQuerier,
    env: Env,
}

impl Bench {
    fn new() -> Self {
        let mut querier = MockQuerier::new(&[]);
        querier.update_wasm(|query| {
            let answer = match query {
                WasmQuery::CodeInfo { code_id } => {
                    let owner = MockApi::default().addr_make("owner");
                    to_json_binary(&CodeInfoResponse::new(*code_id, owner, Checksum::generate(b"lp")))
                }
                WasmQuery::ContractInfo { .. } => {
                    to_json_binary(&ContractInfoResponse::new(1, account("maker"), None, false, None))
                }
                _ => to_json_binary(&TokenInfoResponse {
                    name: "Token".into(),
                    symbol: "TOK".into(),
                    decimals: 6,
                    total_supply: Uint128::zero(),
                }),
            };
            SystemResult::Ok(ContractResult::Ok(answer.unwrap()))
        });
        let mut bench = Self { storage: Meter::default(), querier, env: mock_env() };
        let owner = account("owner").into_string();
        let msg = InstantiateMsg {
            owner: owner.clone(),
            guardian: None,
            fee_collector: owner,
            lp_code_id: 1,
            params: None,
        };
        let api = MockApi::default();
        let deps = DepsMut {
            storage: &mut bench.storage,
            api: &api,
            querier: QuerierWrapper::<Empty>::new(&bench.querier),
        };
        instantiate(deps, bench.env.clone(), message_info(&account("owner"), &[]), msg).unwrap();
        bench.call("owner", 0, ExecuteMsg::RegisterNative { denom: "uusdc".into(), decimals: 6 });
        bench
    }

    /// Storage gas of one message.
    fn call(&mut self, sender: &str, usdc: u128, msg: ExecuteMsg) -> usize {
        let funds = if usdc > 0 { vec![coin(usdc, "uusdc")] } else { vec![] };
        self.storage.gas.take();
        let api = MockApi::default();
        let deps = DepsMut {
            storage: &mut self.storage,
            api: &api,
            querier: QuerierWrapper::<Empty>::new(&self.querier),
        };
        execute(deps, self.env.clone(), message_info(&account(sender), &funds), msg).unwrap();
        self.storage.gas.take()
    }

    fn wait(&mut self, seconds: u64) {
        self.env.block.time = self.env.block.time.plus_seconds(seconds);
    }

    fn open(&mut self, pool: u32, kind: NewPool, assets: Vec<AssetUnchecked>, each: u128) {
        let amounts = vec![Uint128::new(each); assets.len()];
        self.call("owner", 0, ExecuteMsg::CreatePool { pool: kind, assets });
        let deadline = self.env.block.time.seconds();
        let min_lp = Uint128::zero();
        self.call("owner", each, ExecuteMsg::Provide { pool, amounts, min_lp, deadline, recipient: None });
    }

    /// The token called `token` is sold by `hops`.
    fn sell(&mut self, token: &str, hops: &[(u32, AssetUnchecked)]) -> usize {
        // Whoever asks from now on is told nothing.
        let asked = |_: &WasmQuery| panic!("a swap asks another contract");
        self.querier.update_wasm(asked);
        let hook = Cw20HookMsg::Swap {
            route: hops.iter().map(|(pool, ask)| Hop { pool: *pool, ask: ask.clone() }).collect(),
            min_out: Uint128::one(),
            deadline: self.env.block.time.seconds(),
            recipient: None,
        };
        let hook = Cw20ReceiveMsg {
            sender: account("trader").into_string(),
            amount: Uint128::new(1_000 * ONE),
            msg: to_json_binary(&hook).unwrap(),
        };
        self.call(token, 0, ExecuteMsg::Receive(hook))
    }
}

fn account(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

fn cw20(name: &str) -> AssetUnchecked {
    AssetUnchecked::cw20(account(name))
}

fn usdc() -> AssetUnchecked {
    AssetUnchecked::native("uusdc")
}

/// A pool with some history, and each kind of block: one more swap in the same one, one less than 15 seconds after the
/// last point of the fast ring, one that adds a point to it, and one that adds to both.
fn costs(bench: &mut Bench, token: &str, hops: &[(u32, AssetUnchecked)]) -> [usize; 4] {
    for _ in 0..3 {
        bench.wait(1_000);
        bench.sell(token, hops);
    }
    let same_block = bench.sell(token, hops);
    bench.wait(6);
    let no_point = bench.sell(token, hops);
    bench.wait(15);
    let point = bench.sell(token, hops);
    bench.wait(1_000);
    [same_block, no_point, point, bench.sell(token, hops)]
}

#[test]
fn a_swap_through_a_constant_product() {
    let mut bench = Bench::new();
    bench.open(1, NewPool::ConstantProduct {}, vec![cw20("xms"), usdc()], MILLION);
    let costs = costs(&mut bench, "xms", &[(1, usdc())]);
    assert_eq!(costs, CONSTANT_PRODUCT);
    assert!(costs[..3].iter().all(|gas| *gas <= CONSTANT_PRODUCT_GOAL), "{costs:?}");
}

#[test]
fn a_swap_through_a_stable_pool() {
    let mut bench = Bench::new();
    bench.open(1, NewPool::Stable { amplification: 100 }, vec![cw20("usdm"), usdc()], MILLION);
    let two = costs(&mut bench, "usdm", &[(1, usdc())]);
    let mut bench = Bench::new();
    let four = vec![cw20("usdm"), usdc(), cw20("third"), cw20("fourth")];
    bench.open(1, NewPool::Stable { amplification: 100 }, four, MILLION);
    let four = costs(&mut bench, "usdm", &[(1, cw20("fourth"))]);
    assert_eq!((two, four), (STABLE_OF_TWO, STABLE_OF_FOUR));
    assert!(two.iter().chain(&four).all(|gas| *gas <= STABLE_GOAL));
}

#[test]
fn a_route_costs_its_pools_and_nothing_between() {
    let mut bench = Bench::new();
    bench.open(1, NewPool::ConstantProduct {}, vec![cw20("xms"), usdc()], MILLION);
    bench.open(2, NewPool::ConstantProduct {}, vec![cw20("usdm"), usdc()], MILLION);
    let route = costs(&mut bench, "xms", &[(1, usdc()), (2, cw20("usdm"))]);
    assert_eq!(route, TWO_HOPS);
    for (both, one) in route.iter().zip(CONSTANT_PRODUCT) {
        assert!(both.abs_diff(2 * one) < 500, "{both} of {one}");
    }
}

const CONSTANT_PRODUCT: [usize; 4] = [7_826, 7_856, 10_699, 13_539];
const STABLE_OF_TWO: [usize; 4] = [7_883, 7_883, 10_723, 13_563];
const STABLE_OF_FOUR: [usize; 4] = [10_493, 10_493, 13_993, 17_493];
const TWO_HOPS: [usize; 4] = [15_652, 15_712, 21_398, 27_078];
