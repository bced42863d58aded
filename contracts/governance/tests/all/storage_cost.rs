//! What a vote pays the chain for its storage, and how many questions it asks. The goal is 15,000 gas and one.

use std::cell::Cell;

use cosmwasm_std::testing::{message_info, mock_env, MockApi};
use cosmwasm_std::{
    from_json, to_json_binary, Addr, Api, ContractResult, DepsMut, Empty, Env, Querier, QuerierResult,
    QuerierWrapper, QueryRequest, SystemResult, WasmQuery,
};
use mars_governance::contract::{execute, instantiate};
use mars_testing::Meter;
use mars_types::governance::{Choice, ExecuteMsg, InstantiateMsg, Pace};
use mars_types::voting::VotingPowerResponse;

use super::{DAY, MILLION};

/// Staking, where everyone has five million XMS, and the token. Counts the questions.
#[derive(Default)]
struct World {
    questions: Cell<u32>,
}

impl Querier for World {
    fn raw_query(&self, request: &[u8]) -> QuerierResult {
        self.questions.set(self.questions.get() + 1);
        let answer = match from_json::<QueryRequest<Empty>>(request).unwrap() {
            QueryRequest::Wasm(WasmQuery::Smart { .. }) => {
                to_json_binary(&VotingPowerResponse { power: (5 * MILLION).into() }).unwrap()
            }
            _ => br#"{"total_supply":"1000000000000000"}"#.into(),
        };
        SystemResult::Ok(ContractResult::Ok(answer))
    }
}

fn api() -> MockApi {
    MockApi::default().with_prefix("mars")
}

fn account(number: u8) -> Addr {
    api().addr_humanize(&[number; 20].into()).unwrap()
}

#[derive(Default)]
struct Chain {
    storage: Meter,
    world: World,
    seconds: u64,
}

impl Chain {
    fn with<T>(&mut self, call: impl FnOnce(DepsMut, Env) -> T) -> T {
        let mut env = mock_env();
        env.contract.address = api().addr_make("dao");
        env.block.height = 10_000_000 + self.seconds;
        env.block.time = env.block.time.plus_seconds(self.seconds);
        let querier = QuerierWrapper::new(&self.world);
        call(DepsMut { storage: &mut self.storage, api: &api(), querier }, env)
    }

    /// Storage gas of a call, and the questions that it asks.
    fn tell(&mut self, sender: &Addr, msg: ExecuteMsg) -> (usize, u32) {
        self.storage.gas();
        self.world.questions.take();
        self.with(|deps, env| execute(deps, env, message_info(sender, &[]), msg).unwrap());
        (self.storage.gas(), self.world.questions.take())
    }

    fn propose(&mut self, proposer: &Addr) {
        let (title, description) = ("A title".to_string(), "x".repeat(5_000));
        self.tell(proposer, ExecuteMsg::Propose { title, description, messages: vec![], dry_run: None });
    }
}

#[test]
fn a_vote_is_within_its_goal_and_grows_with_nothing() {
    let mut chain = Chain::default();
    let msg = InstantiateMsg {
        guardian: None,
        xms: api().addr_make("xms").to_string(),
        sources: vec![api().addr_make("staking").to_string()],
        contracts: vec![],
        pace: Pace::Network,
        params: None,
    };
    chain.with(|deps, env| instantiate(deps, env, message_info(&account(0), &[]), msg).unwrap());
    for proposer in 1..=100 {
        chain.propose(&account(proposer));
    }
    chain.seconds += DAY;
    let vote = |proposal| ExecuteMsg::Vote { proposal, choice: Choice::For };
    let (first, questions) = chain.tell(&account(1), vote(1));
    assert_eq!(questions, 1);
    assert!(first <= 11_500, "a vote costs {first}");
    for voter in 2..=200 {
        chain.tell(&account(voter), vote(1));
    }
    let (last, questions) = chain.tell(&account(201), vote(1));
    assert_eq!(questions, 1);
    assert!(last <= first + 200, "the 201st vote costs {last}, the first {first}");
    let (elsewhere, _) = chain.tell(&account(201), vote(100));
    assert!(elsewhere <= first + 200, "on proposal 100 it costs {elsewhere}");
}
