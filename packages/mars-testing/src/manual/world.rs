//! A protocol in the middle of its life, at the moments at which its messages work.

use cosmwasm_std::{Addr, Uint128};
use cw_ownable::Action;
use cw20::Cw20ExecuteMsg;
use mars_types::governance::Choice;
use mars_types::oracle::{Market, Peg};
use mars_types::treasury::{ExecuteMsg, PositionKind, SwitchUnchecked};
use mars_types::{PriceBand, collector, oracle, staking, swap};

use crate::actions::{Redeem, message};
use crate::actors::Actor::{Attacker, Feeder, Guardian, Keeper, Minter, Owner, Trader};
use crate::asserts::Snapshot;
use crate::contract::Contract;
use crate::deploy::Mars;
use crate::governance::Bill;
use crate::market::Script;
use crate::prices::decimal;
use crate::swap::{USDM_USDC, XMS_USDC, hop};
use crate::tokens::Token;

/// One token with 6 decimals.
const ONE: u128 = 1_000_000;
const DAY: u64 = 86_400;
/// Enough for every quorum, uxms.
const PROPOSERS_STAKE: u128 = 250_000_000 * ONE;

/// A stable pool of USDC and BUSD, in which the treasury has a yield position.
pub const USDC_BUSD: u32 = 3;

/// Who sends messages, as tables name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Has tokens of every kind, and nothing that others have not.
    Anyone,
    /// Has a stake with rewards, a part of which unbonds, and the votes of it.
    Staker,
    /// A staker who has made a proposal.
    Proposer,
    /// Of a claim in the queue.
    ClaimOwner,
    Feeder,
    Guardian,
    /// Named by the owner of swap.
    Pauser,
    PendingOwner,
    Owner,
    Dao,
    Treasury,
    Swap,
    Collector,
}

impl Role {
    pub const ALL: [Self; 13] = [
        Self::Anyone,
        Self::Staker,
        Self::Proposer,
        Self::ClaimOwner,
        Self::Feeder,
        Self::Owner,
        Self::Guardian,
        Self::Pauser,
        Self::PendingOwner,
        Self::Dao,
        Self::Treasury,
        Self::Swap,
        Self::Collector,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Staker => "staker",
            Self::Proposer => "proposer",
            Self::ClaimOwner => "owner of the claim",
            Self::Feeder => "feeder",
            Self::Guardian => "guardian",
            Self::Pauser => "pauser",
            Self::PendingOwner => "pending owner",
            Self::Owner => "owner",
            Self::Dao => "the DAO",
            Self::Treasury => "treasury",
            Self::Swap => "swap",
            Self::Collector => "collector",
        }
    }
}

/// The protocol with all that its messages need.
pub struct World {
    pub mars: Mars,
    /// Every message works at one of them.
    pub moments: Vec<Snapshot>,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self { mars: prepared(), moments: vec![] };
        world.remember();
        let changes: [fn(&mut Mars); 13] = [
            paused,
            epoch_is_due,
            queue_is_empty,
            offered_to_the_dao,
            vote_is_open,
            vote_is_over,
            timelock_is_over,
            proposer_has_left,
            in_recovery,
            basket_is_open,
            xms_has_no_price,
            recovery_is_due,
            end_of_recovery_is_due,
        ];
        for change in changes {
            world.mars.restore(&world.moments[0]);
            change(&mut world.mars);
            world.remember();
        }
        world
    }

    /// A second after all that was said, so that feeders may speak again.
    fn remember(&mut self) {
        self.mars.advance(1);
        self.moments.push(self.mars.snapshot());
    }
}

/// Where a contract is; of LP tokens, where that of the first pool is.
pub fn address(mars: &Mars, contract: Contract) -> Addr {
    match contract {
        Contract::Lp => mars.swap_pool(XMS_USDC).lp_token,
        contract => contract.address(mars).clone(),
    }
}

impl Mars {
    pub fn who(&self, role: Role) -> Addr {
        match role {
            Role::Anyone => Attacker.addr(),
            Role::Staker => Minter.addr(),
            Role::Proposer => proposer(self),
            Role::ClaimOwner => Keeper.addr(),
            Role::Feeder => Feeder(0).addr(),
            Role::Guardian => Guardian.addr(),
            Role::Pauser => self.app.api().addr_make("pauser"),
            Role::PendingOwner => Trader.addr(),
            Role::Owner => Owner.addr(),
            Role::Dao => self.governance.clone(),
            Role::Treasury => self.treasury.clone(),
            Role::Swap => self.swap.clone(),
            Role::Collector => self.collector.clone(),
        }
    }
}

fn proposer(mars: &Mars) -> Addr {
    mars.app.api().addr_make("proposer")
}

/// Owners of every contract that has one; the DAO is its own.
const OWNED: [Contract; 5] =
    [Contract::Oracle, Contract::Treasury, Contract::Swap, Contract::Staking, Contract::Collector];

/// The first of the moments.
pub fn prepared() -> Mars {
    let mut mars = Mars::deploy();
    let proposer = proposer(&mars);
    // Before the first closing there is no budget, so it waits.
    mars.mint(Keeper, Token::Usdc, 100 * ONE).unwrap();
    mars.redeem_with(Keeper, Redeem::of(20 * ONE).or_queue()).unwrap();
    pools_and_positions(&mut mars);

    for who in [Attacker, Trader] {
        mars.mint(who, Token::Usdc, 10_000 * ONE).unwrap();
        mars.provide(who, XMS_USDC, &[4_000 * ONE, 1_000 * ONE]).unwrap();
    }
    let usdc = mars.asset(Token::Usdc);
    let xms = mars.asset(Token::Xms);
    mars.swap(Trader, &usdc, 100 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    for token in [Contract::Usdm, Contract::Xms, Contract::Lp].map(|token| address(&mars, token)) {
        let allow = Cw20ExecuteMsg::IncreaseAllowance {
            spender: Attacker.addr().into_string(),
            amount: Uint128::new(10 * ONE),
            expires: None,
        };
        mars.transact(Trader, vec![message(&token, &allow, vec![])]).unwrap();
    }

    mars.give(Owner, &proposer, Token::Xms, PROPOSERS_STAKE);
    mars.stake(Minter, 45_000_000 * ONE).unwrap();
    mars.stake(&proposer, PROPOSERS_STAKE).unwrap();
    mars.unstake(Minter, ONE).unwrap();
    mars.buy_back(Owner, 86_400 * ONE).unwrap();
    mars.advance(7 * DAY);
    mars.unstake(Minter, ONE).unwrap();

    mars.connect_collector();
    mars.set_route(&usdc, vec![hop(XMS_USDC, &xms)]).unwrap();
    let collector = mars.collector.clone();
    for token in [Token::Usdc, Token::Busd, Token::Xms] {
        mars.give(Trader, &collector, token, 100 * ONE);
    }

    for contract in OWNED.map(|contract| address(&mars, contract)) {
        let offer = Action::TransferOwnership { new_owner: Trader.addr().into_string(), expiry: None };
        let offer = message(&contract, &ExecuteMsg::UpdateOwnership(offer), vec![]);
        mars.transact(Owner, vec![offer]).unwrap();
    }
    let pauser = Some(mars.who(Role::Pauser).into_string());
    mars.tell_swap(Owner, &swap::ExecuteMsg::SetPauser { pauser }).unwrap();
    mars.advance_fresh(1);
    mars.poke(Keeper).unwrap();
    let poke = mars.call(&mars.treasury, &ExecuteMsg::Poke {});
    mars.propose(&proposer, Bill::of(vec![poke])).unwrap();
    mars
}

fn pools_and_positions(mars: &mut Mars) {
    mars.open_pools();
    for token in [Token::Usdc, Token::Busd] {
        mars.mint(Minter, token, 150_000 * ONE).unwrap();
    }
    let stables = [Token::Usdc, Token::Busd].map(|token| mars.asset(token));
    assert_eq!(mars.create_stable(100, &stables), USDC_BUSD);
    mars.provide(Trader, USDC_BUSD, &[100_000 * ONE; 2]).unwrap();
    mars.advance_fresh(1_800);
    mars.register_position(USDM_USDC, PositionKind::Usdm).unwrap();
    mars.register_position(USDC_BUSD, PositionKind::Yield).unwrap();
    mars.allocate(Keeper, USDM_USDC, 100 * ONE).unwrap();
    let deposit = ExecuteMsg::Deposit {
        pool: USDC_BUSD,
        amounts: vec![Uint128::new(ONE); 2],
        min_lp: Uint128::zero(),
        deadline: mars.now(),
    };
    mars.tell_treasury(Owner, &deposit).unwrap();
}

/// One thing of each contract, by the guardian.
fn paused(mars: &mut Mars) {
    let (asset, busd) = (mars.unchecked(Token::Defi), mars.unchecked(Token::Busd));
    mars.tell_treasury(Guardian, &ExecuteMsg::Pause { switch: SwitchUnchecked::Asset(busd) }).unwrap();
    mars.tell_oracle(Guardian, &oracle::ExecuteMsg::Pause { asset }).unwrap();
    mars.tell_swap(Guardian, &swap::ExecuteMsg::Pause { switch: swap::Switch::Provide(USDC_BUSD) }).unwrap();
    mars.tell_staking(Guardian, &staking::ExecuteMsg::Pause { switch: staking::Switch::Stake }).unwrap();
    let switch = collector::Switch::Distribute;
    mars.tell_collector(Guardian, &collector::ExecuteMsg::Pause { switch }).unwrap();
}

fn epoch_is_due(mars: &mut Mars) {
    mars.next_epoch();
}

fn queue_is_empty(mars: &mut Mars) {
    mars.cancel_claim(Keeper, 0).unwrap();
}

fn offered_to_the_dao(mars: &mut Mars) {
    let offer = Action::TransferOwnership { new_owner: mars.governance.to_string(), expiry: None };
    mars.tell_swap(Owner, &swap::ExecuteMsg::UpdateOwnership(offer)).unwrap();
}

fn vote_is_open(mars: &mut Mars) {
    mars.until_vote(1);
}

fn vote_is_over(mars: &mut Mars) {
    mars.until_vote(1);
    let proposer = proposer(mars);
    mars.vote(&proposer, 1, Choice::For).unwrap();
    mars.until_decided(1);
    mars.refresh();
}

fn timelock_is_over(mars: &mut Mars) {
    vote_is_over(mars);
    mars.queue(1).unwrap();
    mars.until_ready(1);
    mars.refresh();
}

fn proposer_has_left(mars: &mut Mars) {
    let proposer = proposer(mars);
    mars.unstake(&proposer, PROPOSERS_STAKE).unwrap();
}

fn in_recovery(mars: &mut Mars) {
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
}

fn basket_is_open(mars: &mut Mars) {
    in_recovery(mars);
    for pool in [USDM_USDC, USDC_BUSD] {
        mars.tell_treasury(Keeper, &ExecuteMsg::Unwind { pool }).unwrap();
    }
}

fn xms_has_no_price(mars: &mut Mars) {
    mars.remove_price(Token::Xms);
}

/// Somebody waits, and XMS has had no price for a day.
fn recovery_is_due(mars: &mut Mars) {
    xms_has_no_price(mars);
    a_day_of_closings(mars);
}

/// The peg and the reserve have been whole for a day.
fn end_of_recovery_is_due(mars: &mut Mars) {
    in_recovery(mars);
    let market = Market::of_band(PriceBand::exact(decimal("0.25")));
    let peg = Peg { twap_30m: decimal("1"), age: DAY };
    mars.script_market(Script { market: Some(market), peg: Some(peg), prices: vec![] });
    a_day_of_closings(mars);
}

/// 96, the last of them an epoch before the clock rings.
fn a_day_of_closings(mars: &mut Mars) {
    for _ in 0..96 {
        mars.advance(900);
        mars.poke(Keeper).unwrap();
    }
    assert_eq!(mars.recovery().running.is_some(), mars.recovery().clocks.healed.is_some());
    mars.advance(900);
}
