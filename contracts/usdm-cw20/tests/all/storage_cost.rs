//! No call touches the storage more than the same call of cw20-base does.

use std::cell::Cell;

use cosmwasm_std::testing::{message_info, mock_env, MockApi, MockQuerier, MockStorage};
use cosmwasm_std::{DepsMut, Empty, Order, QuerierWrapper, Record, Storage, Uint128};
use cw20::{Cw20ExecuteMsg as Msg, MinterResponse};
use mars_types::token::UsdmInstantiateMsg;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cost {
    reads: u32,
    writes: u32,
    bytes_written: usize,
}

/// Counts what it is asked.
#[derive(Default)]
struct Meter {
    storage: MockStorage,
    cost: Cell<Cost>,
}

impl Storage for Meter {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let cost = self.cost.get();
        self.cost.set(Cost { reads: cost.reads + 1, ..cost });
        self.storage.get(key)
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        self.storage.range(start, end, order)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        let cost = self.cost.get_mut();
        cost.writes += 1;
        cost.bytes_written += key.len() + value.len();
        self.storage.set(key, value);
    }

    fn remove(&mut self, key: &[u8]) {
        self.cost.get_mut().writes += 1;
        self.storage.remove(key);
    }
}

fn deps<'a>(storage: &'a mut Meter, (api, querier): &'a (MockApi, MockQuerier)) -> DepsMut<'a> {
    DepsMut { storage, api, querier: QuerierWrapper::<Empty>::new(querier) }
}

#[test]
fn no_call_costs_more_than_in_cw20_base() {
    let chain = (MockApi::default(), MockQuerier::new(&[]));
    let [minter, holder, spender, receiver] =
        ["minter", "holder", "spender", "receiver"].map(|role| chain.0.addr_make(role));
    let env = mock_env();
    let (mut ours, mut theirs) = (Meter::default(), Meter::default());
    let creator = message_info(&minter, &[]);
    let msg = UsdmInstantiateMsg { minter: minter.to_string() };
    usdm_cw20::contract::instantiate(deps(&mut ours, &chain), env.clone(), creator.clone(), msg).unwrap();
    let msg = cw20_base::msg::InstantiateMsg {
        name: "USD Mars".into(),
        symbol: "USDM".into(),
        decimals: 6,
        initial_balances: vec![],
        mint: Some(MinterResponse { minter: minter.to_string(), cap: None }),
        marketing: None,
    };
    cw20_base::contract::instantiate(deps(&mut theirs, &chain), env.clone(), creator, msg).unwrap();

    let mut costs = |sender, msg: Msg| {
        let info = message_info(sender, &[]);
        ours.cost.take();
        theirs.cost.take();
        usdm_cw20::contract::execute(deps(&mut ours, &chain), env.clone(), info.clone(), msg.clone())
            .unwrap();
        cw20_base::contract::execute(deps(&mut theirs, &chain), env.clone(), info, msg.clone()).unwrap();
        let (ours, theirs) = (ours.cost.get(), theirs.cost.get());
        assert!(
            ours.reads <= theirs.reads
                && ours.writes <= theirs.writes
                && ours.bytes_written <= theirs.bytes_written,
            "{msg:?}: {ours:?} against {theirs:?}"
        );
        (ours.reads, ours.writes)
    };
    let amount = Uint128::new(1_000_000);
    let (owner, to) = (holder.to_string(), receiver.to_string());
    let half = Uint128::new(500_000);
    assert_eq!(costs(&minter, Msg::Mint { recipient: owner.clone(), amount }), (2, 2));
    assert_eq!(costs(&holder, Msg::Transfer { recipient: to.clone(), amount: Uint128::new(9) }), (2, 2));
    let send = Msg::Send { contract: to.clone(), amount: Uint128::new(9), msg: Default::default() };
    assert_eq!(costs(&holder, send), (2, 2));
    let allow = Msg::IncreaseAllowance { spender: spender.to_string(), amount, expires: None };
    assert_eq!(costs(&holder, allow), (1, 1));
    let lower = Msg::DecreaseAllowance { spender: spender.to_string(), amount: half, expires: None };
    assert_eq!(costs(&holder, lower), (1, 1));
    let amount = Uint128::new(9);
    let move_it = Msg::TransferFrom { owner: owner.clone(), recipient: to.clone(), amount };
    assert_eq!(costs(&spender, move_it), (3, 3));
    let send = Msg::SendFrom { owner: owner.clone(), contract: to, amount, msg: Default::default() };
    assert_eq!(costs(&spender, send), (3, 3));
    assert_eq!(costs(&spender, Msg::BurnFrom { owner, amount }), (3, 3));
    assert_eq!(costs(&holder, Msg::Burn { amount }), (2, 2));
}
