//! Random calls of several actors, with time passing, against a model of what a token is.

use std::collections::BTreeMap;

use cosmwasm_std::{Addr, Timestamp};
use cw20::{AllAccountsResponse, Cw20ExecuteMsg as Msg, Expiration};
use mars_types::token::QueryMsg;
use proptest::prelude::*;

use super::setup::Token;

#[derive(Clone, Debug)]
enum Verb {
    Transfer,
    Send,
    TransferFrom,
    SendFrom,
    Burn,
    BurnFrom,
    Mint,
    Increase(Expiry),
    Decrease(Expiry),
}

/// Relative to the block in which it is given.
#[derive(Clone, Debug)]
enum Expiry {
    None,
    Never,
    Seconds(i8),
    Blocks(i8),
}

#[derive(Clone, Debug)]
struct Call {
    verb: Verb,
    sender: usize,
    owner: usize,
    other: usize,
    amount: u128,
    seconds: u64,
    blocks: u64,
}

#[derive(Clone, Default)]
struct Allowance {
    left: u128,
    time: Option<u64>,
    height: Option<u64>,
    granted: u128,
    spent: u128,
}

#[derive(Default)]
struct Model {
    balances: [u128; ACTORS],
    allowances: BTreeMap<(usize, usize), Allowance>,
}

/// minter, holder, spender, receiver, the contract that takes everything.
const ACTORS: usize = 5;
const SINK: usize = 4;

impl Model {
    fn expired(allowance: &Allowance, now: u64, height: u64) -> bool {
        allowance.time.is_some_and(|time| now >= time) || allowance.height.is_some_and(|end| height >= end)
    }

    fn left(&self, owner: usize, spender: usize, now: u64, height: u64) -> Option<u128> {
        let allowance = self.allowances.get(&(owner, spender))?;
        (!Self::expired(allowance, now, height) && allowance.left > 0).then_some(allowance.left)
    }

    fn spend(&mut self, owner: usize, spender: usize, amount: u128) {
        let allowance = self.allowances.get_mut(&(owner, spender)).unwrap();
        allowance.left -= amount;
        allowance.spent += amount;
    }

    /// Applies the call if it may happen, and says whether it may.
    fn apply(&mut self, call: &Call, now: u64, height: u64) -> bool {
        let Call { verb, sender, owner, other, amount, .. } = call.clone();
        let from = match verb {
            Verb::TransferFrom | Verb::SendFrom | Verb::BurnFrom => owner,
            _ => sender,
        };
        let allowed = from == sender && !matches!(verb, Verb::TransferFrom | Verb::SendFrom | Verb::BurnFrom)
            || self.left(from, sender, now, height).is_some_and(|left| amount <= left);
        match &verb {
            Verb::Mint => {
                if sender != 0 {
                    return false;
                }
                self.balances[other] += amount;
            }
            Verb::Increase(expiry) | Verb::Decrease(expiry) => {
                let (time, end) = match expiry {
                    Expiry::Seconds(by) => (Some(now.saturating_add_signed((*by).into())), None),
                    Expiry::Blocks(by) => (None, Some(height.saturating_add_signed((*by).into()))),
                    _ => (None, None),
                };
                let raise = matches!(verb, Verb::Increase(_));
                let known = self.allowances.get(&(sender, other)).is_some_and(|allowance| allowance.left > 0);
                if sender == other
                    || time.is_some_and(|time| time <= now)
                    || end.is_some_and(|end| end <= height)
                    || !raise && !known
                {
                    return false;
                }
                let allowance = self.allowances.entry((sender, other)).or_default();
                if allowance.left == 0 || Self::expired(allowance, now, height) {
                    *allowance = Allowance { left: 0, time: None, height: None, ..allowance.clone() };
                }
                if raise {
                    allowance.left += amount;
                    allowance.granted += amount;
                } else {
                    allowance.left = allowance.left.saturating_sub(amount);
                }
                if !matches!(expiry, Expiry::None) {
                    (allowance.time, allowance.height) = (time, end);
                }
            }
            _ => {
                if !allowed || self.balances[from] < amount {
                    return false;
                }
                if matches!(verb, Verb::TransferFrom | Verb::SendFrom | Verb::BurnFrom) {
                    self.spend(from, sender, amount);
                }
                self.balances[from] -= amount;
                match verb {
                    Verb::Burn | Verb::BurnFrom => (),
                    Verb::Send | Verb::SendFrom => self.balances[SINK] += amount,
                    _ => self.balances[other] += amount,
                }
            }
        }
        true
    }
}

fn message(call: &Call, actors: &[Addr; ACTORS], now: Timestamp, height: u64) -> Msg {
    let amount = call.amount.into();
    let [owner, other] = [call.owner, call.other].map(|actor| actors[actor].to_string());
    let expires = |expiry: &Expiry| match expiry {
        Expiry::None => None,
        Expiry::Never => Some(Expiration::Never {}),
        Expiry::Seconds(by) => {
            let seconds = now.seconds().saturating_add_signed((*by).into());
            Some(Expiration::AtTime(Timestamp::from_seconds(seconds)))
        }
        Expiry::Blocks(by) => Some(Expiration::AtHeight(height.saturating_add_signed((*by).into()))),
    };
    match &call.verb {
        Verb::Transfer => Msg::Transfer { recipient: other, amount },
        Verb::Send => Msg::Send { contract: actors[SINK].to_string(), amount, msg: Default::default() },
        Verb::TransferFrom => Msg::TransferFrom { owner, recipient: other, amount },
        Verb::SendFrom => {
            Msg::SendFrom { owner, contract: actors[SINK].to_string(), amount, msg: Default::default() }
        }
        Verb::Burn => Msg::Burn { amount },
        Verb::BurnFrom => Msg::BurnFrom { owner, amount },
        Verb::Mint => Msg::Mint { recipient: other, amount },
        Verb::Increase(expiry) => Msg::IncreaseAllowance { spender: other, amount, expires: expires(expiry) },
        Verb::Decrease(expiry) => Msg::DecreaseAllowance { spender: other, amount, expires: expires(expiry) },
    }
}

fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        Just(Expiry::None),
        Just(Expiry::Never),
        (-2i8..40).prop_map(Expiry::Seconds),
        (-2i8..8).prop_map(Expiry::Blocks),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let verb = prop_oneof![
        2 => Just(Verb::Transfer),
        1 => Just(Verb::Send),
        4 => Just(Verb::TransferFrom),
        2 => Just(Verb::SendFrom),
        1 => Just(Verb::Burn),
        2 => Just(Verb::BurnFrom),
        2 => Just(Verb::Mint),
        4 => expiry().prop_map(Verb::Increase),
        2 => expiry().prop_map(Verb::Decrease),
    ];
    // Few actors and small amounts, so that calls meet each other.
    (verb, 0..3usize, 0..3usize, 0..ACTORS, 0..60u128, 0..15u64, 0..3u64).prop_map(
        |(verb, sender, owner, other, amount, seconds, blocks)| Call {
            verb,
            sender,
            owner,
            other,
            amount,
            seconds,
            blocks,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn balances_sum_to_the_supply_and_nobody_spends_more_than_he_was_granted(
        calls in prop::collection::vec(call(), 1..50)
    ) {
        let mut token = Token::with_holder(200);
        let actors = [&token.minter, &token.holder, &token.spender, &token.receiver, &token.sink].map(Addr::clone);
        let mut model = Model::default();
        model.balances[1] = 200;
        for call in calls {
            token.wait(call.seconds, call.blocks);
            let block = token.chain.block_info();
            let msg = message(&call, &actors, block.time, block.height);
            let outcome = token.execute(&actors[call.sender], msg);
            let expected = model.apply(&call, block.time.seconds(), block.height);
            prop_assert_eq!(outcome.is_ok(), expected, "{:?}: {:?}", call, outcome);

            let balances: Vec<u128> = actors.iter().map(|actor| token.balance(actor)).collect();
            prop_assert_eq!(&balances, &model.balances);
            prop_assert_eq!(balances.iter().sum::<u128>(), token.supply());
            for ((owner, spender), allowance) in &model.allowances {
                prop_assert!(allowance.spent <= allowance.granted);
                let left = model.left(*owner, *spender, block.time.seconds(), block.height).unwrap_or(0);
                prop_assert_eq!(token.allowance(&actors[*owner], &actors[*spender]).allowance.u128(), left);
            }
        }
        let laws: mars_types::InvariantsResponse = token.query(QueryMsg::Invariants {});
        prop_assert!(laws.hold, "{:?}", laws);
        prop_assert_eq!(&laws.invariants[0].right, &token.supply().to_string());
        // The same sum, as anyone can form it from outside.
        let all: AllAccountsResponse = token.query(QueryMsg::AllAccounts { start_after: None, limit: Some(30) });
        let sum: u128 = all.accounts.iter().map(|account| token.balance(&Addr::unchecked(account))).sum();
        prop_assert_eq!(sum, token.supply());
    }
}
