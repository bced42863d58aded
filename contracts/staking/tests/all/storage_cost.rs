//! What a call pays the chain for its storage. The goal is 20,000 gas for a stake.

use cosmwasm_std::testing::{message_info, mock_env, MockApi, MockQuerier};
use cosmwasm_std::{to_json_binary, Addr, Api, DepsMut, Empty, Env, QuerierWrapper, Uint128};
use cw20::Cw20ReceiveMsg;
use mars_staking::contract::{execute, instantiate, query};
use mars_testing::{Meter, EMISSION};
use mars_types::staking::{Cw20HookMsg, ExecuteMsg, InstantiateMsg, QueryMsg};

use super::ONE;

struct Chain {
    storage: Meter,
    env: Env,
    xms: Addr,
}

fn api() -> MockApi {
    MockApi::default().with_prefix("mars")
}

/// An account, whose address is shorter than a contract's.
fn account(number: u8) -> Addr {
    api().addr_humanize(&[number; 20].into()).unwrap()
}

impl Chain {
    /// Staking with its first emission running.
    fn new() -> Self {
        let mut env = mock_env();
        env.block.height = 10_000_000;
        let mut chain = Self { storage: Meter::default(), env, xms: api().addr_make("xms") };
        let owner = account(0);
        let msg = InstantiateMsg {
            owner: owner.to_string(),
            guardian: None,
            xms: chain.xms.to_string(),
            collector: None,
            emission: Some(EMISSION),
            params: None,
        };
        let env = chain.env.clone();
        chain.with(|deps| instantiate(deps, env, message_info(&owner, &[]), msg).unwrap());
        chain.send(&owner, EMISSION.total.u128(), &Cw20HookMsg::FundEmission {});
        chain
    }

    fn with<T>(&mut self, call: impl FnOnce(DepsMut) -> T) -> T {
        let querier = MockQuerier::<Empty>::new(&[]);
        call(DepsMut { storage: &mut self.storage, api: &api(), querier: QuerierWrapper::new(&querier) })
    }

    /// Gas of a call in a block of its own.
    fn tell(&mut self, sender: &Addr, msg: ExecuteMsg) -> usize {
        self.env.block.height += 1;
        self.env.block.time = self.env.block.time.plus_seconds(6);
        let env = self.env.clone();
        self.storage.gas();
        self.with(|deps| execute(deps, env, message_info(sender, &[]), msg).unwrap());
        self.storage.gas()
    }

    fn send(&mut self, sender: &Addr, amount: u128, hook: &Cw20HookMsg) -> usize {
        let msg = to_json_binary(hook).unwrap();
        let hook = Cw20ReceiveMsg { sender: sender.to_string(), amount: Uint128::new(amount), msg };
        let xms = self.xms.clone();
        self.tell(&xms, ExecuteMsg::Receive(hook))
    }

    /// Gas of a question for the power of this account before the last block.
    fn power(&mut self, of: &Addr) -> usize {
        let question = QueryMsg::VotingPower { address: of.to_string(), height: self.env.block.height - 1 };
        let env = self.env.clone();
        self.storage.gas();
        self.with(|deps| query(deps.as_ref(), env, question).unwrap());
        self.storage.gas()
    }
}

#[test]
fn a_stake_is_within_its_goal_and_grows_with_nobody() {
    let mut chain = Chain::new();
    let stake = Cw20HookMsg::Stake {};
    let (first, other) = (account(1), account(2));
    chain.send(&other, 350_000_000 * ONE, &stake);
    let new = chain.send(&first, 1_000 * ONE, &stake);
    let more = chain.send(&first, 1_000 * ONE, &stake);
    assert!(new <= 14_600 && more <= 18_600, "a stake costs {new}, one more {more}");
    let before = chain.power(&first);
    for number in 3..=200 {
        chain.send(&account(number), 1_000 * ONE, &stake);
    }
    let late = chain.send(&first, 1_000 * ONE, &stake);
    // A few bytes of larger numbers.
    assert!(late <= more + 300, "after 200 stakers one more costs {late} instead of {more}");
    let after = chain.power(&first);
    assert!(before <= 3_000 && after <= 3_000, "the question of a vote costs {before} and {after}");
}
