//! Mars Swap: pools, trades and liquidity. Every action simulates and executes: both must agree, the pool's books and the
//! owners' balances must move by exactly the receipt, and neither k nor D of a pool may fall by a trade.

use cosmwasm_std::{Addr, Coin, CosmosMsg, Event, Uint128, to_json_binary};
use cw_multi_test::{AppResponse, Executor};
use cw20::{Cw20ExecuteMsg, Cw20QueryMsg, TokenInfoResponse};
use mars_math::Curve;
use mars_types::swap::{
    BasePrice, Cw20HookMsg, ExecuteMsg, Hop, NewPool, ObserveResponse, PoolKind, PoolObservation,
    PoolResponse, ProvideReceipt, QueryMsg, SwapReceipt, WithdrawReceipt,
};
use mars_types::{Asset, InvariantsResponse, Refusal, events};
use serde::de::DeserializeOwned;

use crate::actions::{agree, attribute, event, message};
use crate::actors::Actor::Owner;
use crate::actors::{Actor, Who};
use crate::contract::Contract;
use crate::deploy::Mars;
use crate::tokens::Token;

/// Pools of [`Mars::open_pools`].
pub const XMS_USDC: u32 = 1;
pub const USDM_USDC: u32 = 2;

/// One swap as its caller wants it.
#[derive(Clone, Debug)]
pub struct Trade {
    pub offer: Asset,
    /// What is paid, or the most that is paid for `amount_out`.
    pub amount: u128,
    pub route: Vec<Hop>,
    pub min_out: u128,
    /// Exactly this shall come out.
    pub amount_out: Option<u128>,
    /// None: an hour from now.
    pub deadline: Option<u64>,
    pub recipient: Option<Addr>,
}

impl Trade {
    pub fn of(offer: Asset, amount: u128, route: Vec<Hop>) -> Self {
        Self { offer, amount, route, min_out: 0, amount_out: None, deadline: None, recipient: None }
    }

    pub fn min_out(mut self, least: u128) -> Self {
        self.min_out = least;
        self
    }

    pub fn exactly(mut self, amount_out: u128) -> Self {
        self.amount_out = Some(amount_out);
        self
    }

    pub fn deadline(mut self, time: u64) -> Self {
        self.deadline = Some(time);
        self
    }

    pub fn recipient(mut self, recipient: impl Who) -> Self {
        self.recipient = Some(recipient.address());
        self
    }
}

/// `pool` on the way to `ask`.
pub fn hop(pool: u32, ask: &Asset) -> Hop {
    Hop { pool, ask: ask.clone().into() }
}

impl Mars {
    /// XMS/USDC with 8 M XMS and 2 M USDC (XMS at $0.25), and USDM/USDC, stable, with half a million each. The owner owns
    /// the liquidity.
    pub fn open_pools(&mut self) {
        let usdm = Asset::Cw20(self.usdm.clone());
        let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| self.asset(token));
        assert_eq!(self.create_pool(&[xms, usdc.clone()]), XMS_USDC);
        self.provide(Owner, XMS_USDC, &[Token::Xms.units(8_000_000), Token::Usdc.units(2_000_000)]).unwrap();
        let half = Token::Usdc.units(500_000);
        self.mint(Owner, Token::Usdc, half).unwrap();
        assert_eq!(self.create_stable(100, &[usdm, usdc]), USDM_USDC);
        self.provide(Owner, USDM_USDC, &[half, half]).unwrap();
    }

    pub fn create_pool(&mut self, assets: &[Asset]) -> u32 {
        self.create(NewPool::ConstantProduct {}, assets)
    }

    pub fn create_stable(&mut self, amplification: u32, assets: &[Asset]) -> u32 {
        self.create(NewPool::Stable { amplification }, assets)
    }

    fn create(&mut self, pool: NewPool, assets: &[Asset]) -> u32 {
        let assets = assets.iter().cloned().map(Into::into).collect();
        let response = self.tell_swap(Owner, &ExecuteMsg::CreatePool { pool, assets }).unwrap();
        attribute(event(&response, "mars_pool"), "pool").parse().unwrap()
    }

    pub fn tell_swap(&mut self, who: impl Who, msg: &ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.swap, msg, vec![])])
    }

    pub fn ask_swap<T: DeserializeOwned>(&self, msg: &QueryMsg) -> T {
        self.app.wrap().query_wasm_smart(&self.swap, msg).unwrap()
    }

    pub fn swap_pool(&self, pool: u32) -> PoolResponse {
        self.ask_swap(&QueryMsg::Pool { pool })
    }

    pub fn reserves(&self, pool: u32) -> Vec<u128> {
        self.swap_pool(pool).reserves.iter().map(|amount| amount.u128()).collect()
    }

    pub fn observe(&self, pool: u32, windows: &[u64]) -> PoolObservation {
        let windows = windows.to_vec();
        let response: ObserveResponse = self.ask_swap(&QueryMsg::Observe { pools: vec![pool], windows });
        response.pools.into_iter().next().unwrap()
    }

    /// The price of the base in the second asset.
    pub fn base_price(&self, pool: u32, windows: &[u64]) -> BasePrice {
        self.observe(pool, windows).prices.into_iter().next().unwrap()
    }

    pub fn lp_of(&self, who: impl Who, pool: u32) -> u128 {
        self.balance_of(who, &Asset::Cw20(self.swap_pool(pool).lp_token))
    }

    pub fn swap_invariants(&self) -> InvariantsResponse {
        self.ask_swap(&QueryMsg::Invariants {})
    }

    /// Swaps all of `amount`, without conditions.
    pub fn swap(
        &mut self,
        who: impl Who,
        offer: &Asset,
        amount: u128,
        route: &[Hop],
    ) -> Result<SwapReceipt, Refusal> {
        self.swap_with(who, &Trade::of(offer.clone(), amount, route.to_vec()))
    }

    pub fn swap_with(&mut self, who: impl Who, trade: &Trade) -> Result<SwapReceipt, Refusal> {
        let who = who.address();
        let recipient = trade.recipient.clone().unwrap_or_else(|| who.clone());
        let simulated = self.ask_swap(&self.simulation(trade));
        let ask = trade.route.last().map(|hop| hop.ask.check(self.app.api()).unwrap());
        let holds = |mars: &Self| {
            let ask = ask.as_ref().map(|ask| mars.balance_of(&recipient, ask));
            (mars.balance_of(&who, &trade.offer), ask)
        };
        let (paid_from, received_on) = holds(self);
        let pools = self.known_pools(trade);
        let messages = vec![self.swap_message(trade)];
        let executed = self.transact(who.clone(), messages);
        agree(simulated, executed, |receipt: &SwapReceipt, response| {
            let swapped = event(response, "mars_swap");
            assert_eq!(attribute(swapped, "sender"), who.as_str());
            assert_eq!(attribute(swapped, "recipient"), recipient.as_str());
            assert_eq!(attribute(swapped, "offered"), receipt.offer.amount.to_string());
            assert_eq!(attribute(swapped, "received"), receipt.ask.amount.to_string());
            let hops: Vec<&Event> =
                response.events.iter().filter(|event| event.ty == "wasm-mars_hop").collect();
            assert_eq!(hops.len(), receipt.hops.len());
            for (hop, event) in receipt.hops.iter().zip(hops) {
                assert_eq!(attribute(event, "pool"), hop.pool.to_string());
                assert_eq!(attribute(event, "offered"), hop.offer.amount.to_string());
                assert_eq!(attribute(event, "received"), hop.ask.amount.to_string());
                assert_eq!(attribute(event, "fee"), hop.fee.to_string());
                assert_eq!(attribute(event, "protocol_fee"), hop.protocol_fee.to_string());
            }
            if trade.offer != receipt.ask.asset {
                let (left, got) = holds(self);
                assert_eq!(paid_from - left, receipt.offer.amount.u128(), "what was paid");
                assert_eq!(got.unwrap() - received_on.unwrap(), receipt.ask.amount.u128(), "what came out");
            }
            for before in &pools {
                let after = self.swap_pool(before.pool);
                assert!(self.worth(&after) >= self.worth(before), "the curve of pool {} fell", before.pool);
                assert_eq!(after.lp_supply, before.lp_supply);
            }
        })
    }

    pub fn simulation(&self, trade: &Trade) -> QueryMsg {
        let (offer, route) = (trade.offer.clone().into(), trade.route.clone());
        let deadline = Some(trade.deadline.unwrap_or(self.now() + 3_600));
        let amount = Uint128::new(trade.amount);
        match trade.amount_out {
            None => QueryMsg::SimulateSwap {
                offer,
                amount,
                route,
                min_out: Some(Uint128::new(trade.min_out)),
                deadline,
            },
            Some(amount_out) => QueryMsg::SimulateSwapExactOut {
                offer,
                amount_out: Uint128::new(amount_out),
                route,
                max_in: Some(amount),
                deadline,
            },
        }
    }

    /// The message of a swap: attached coins, or a cw20 Send.
    pub fn swap_message(&self, trade: &Trade) -> CosmosMsg {
        let route = trade.route.clone();
        let deadline = trade.deadline.unwrap_or(self.now() + 3_600);
        let recipient = trade.recipient.clone().map(Addr::into_string);
        let min_out = Uint128::new(trade.min_out);
        let amount_out = trade.amount_out.map(Uint128::new);
        match &trade.offer {
            Asset::Native(denom) => {
                let msg = match amount_out {
                    None => ExecuteMsg::Swap { route, min_out, deadline, recipient },
                    Some(amount_out) => ExecuteMsg::SwapExactOut { route, amount_out, deadline, recipient },
                };
                message(&self.swap, &msg, vec![Coin::new(trade.amount, denom)])
            }
            Asset::Cw20(token) => {
                let hook = match amount_out {
                    None => Cw20HookMsg::Swap { route, min_out, deadline, recipient },
                    Some(amount_out) => Cw20HookMsg::SwapExactOut { route, amount_out, deadline, recipient },
                };
                self.send_to_swap(token, trade.amount, &hook)
            }
        }
    }

    pub fn send_to_swap(&self, token: &Addr, amount: u128, hook: &Cw20HookMsg) -> CosmosMsg {
        let send = Cw20ExecuteMsg::Send {
            contract: self.swap.to_string(),
            amount: Uint128::new(amount),
            msg: to_json_binary(hook).unwrap(),
        };
        message(token, &send, vec![])
    }

    /// Adds liquidity, without conditions.
    pub fn provide(&mut self, who: impl Who, pool: u32, amounts: &[u128]) -> Result<ProvideReceipt, Refusal> {
        self.provide_with(who, pool, amounts, 0)
    }

    pub fn provide_with(
        &mut self,
        who: impl Who,
        pool: u32,
        amounts: &[u128],
        min_lp: u128,
    ) -> Result<ProvideReceipt, Refusal> {
        let who = who.address();
        let (before, lp_before) = (self.swap_pool(pool), self.lp_of(&who, pool));
        let units: Vec<Uint128> = amounts.iter().copied().map(Uint128::new).collect();
        let deadline = self.now() + 3_600;
        let simulated = self.ask_swap(&QueryMsg::SimulateProvide {
            pool,
            amounts: units.clone(),
            min_lp: Some(Uint128::new(min_lp)),
            deadline: Some(deadline),
        });
        let messages = self.provide_messages(pool, amounts, min_lp, deadline);
        let executed = self.transact(who.clone(), messages);
        agree(simulated, executed, |receipt: &ProvideReceipt, response| {
            let provided = event(response, "mars_liquidity_added");
            assert_eq!(attribute(provided, "lp"), receipt.lp.to_string());
            assert_eq!(attribute(provided, "amounts"), events::list(&units));
            assert_eq!(attribute(provided, "fees"), events::list(&receipt.fees));
            assert_eq!(attribute(provided, "sender"), who.as_str());
            let after = self.swap_pool(pool);
            assert_eq!(receipt.amounts, units);
            assert_eq!(self.lp_of(&who, pool) - lp_before, receipt.lp.u128());
            assert_eq!(after.lp_supply, before.lp_supply + receipt.lp + receipt.locked);
            assert_eq!(after.lp_supply, receipt.lp_supply);
            for (place, provided) in units.iter().enumerate() {
                let protocol = receipt.protocol_fees[place];
                assert!(protocol <= receipt.fees[place]);
                assert_eq!(after.reserves[place] + protocol, before.reserves[place] + provided);
                assert_eq!(after.fees_owed[place], before.fees_owed[place] + protocol);
            }
            self.assert_no_dilution(&before, &after);
        })
    }

    /// Allowances for the cw20 amounts, and the provision with the native ones attached.
    pub fn provide_messages(
        &self,
        pool: u32,
        amounts: &[u128],
        min_lp: u128,
        deadline: u64,
    ) -> Vec<CosmosMsg> {
        let mut messages = vec![];
        let mut funds = vec![];
        for (entry, amount) in
            self.swap_pool(pool).assets.iter().zip(amounts).filter(|(_, amount)| **amount > 0)
        {
            match &entry.asset {
                Asset::Native(denom) => funds.push(Coin::new(*amount, denom)),
                Asset::Cw20(token) => {
                    let allow = Cw20ExecuteMsg::IncreaseAllowance {
                        spender: self.swap.to_string(),
                        amount: Uint128::new(*amount),
                        expires: None,
                    };
                    messages.push(message(token, &allow, vec![]));
                }
            }
        }
        funds.sort_by(|left, right| left.denom.cmp(&right.denom));
        let amounts = amounts.iter().copied().map(Uint128::new).collect();
        let min_lp = Uint128::new(min_lp);
        let provide = ExecuteMsg::Provide { pool, amounts, min_lp, deadline, recipient: None };
        messages.push(message(&self.swap, &provide, funds));
        messages
    }

    /// Takes out the share of every asset, without conditions.
    pub fn withdraw(&mut self, who: impl Who, pool: u32, lp: u128) -> Result<WithdrawReceipt, Refusal> {
        let min_outs = vec![Uint128::zero(); self.swap_pool(pool).assets.len()];
        let deadline = self.now() + 3_600;
        let simulated = self.ask_swap(&QueryMsg::SimulateWithdraw {
            pool,
            lp: Uint128::new(lp),
            min_outs: Some(min_outs.clone()),
            deadline: Some(deadline),
        });
        let hook = Cw20HookMsg::Withdraw { pool, min_outs, deadline, recipient: None };
        self.take_out(who, pool, lp, &hook, simulated)
    }

    /// Takes out one asset, without conditions.
    pub fn withdraw_one(
        &mut self,
        who: impl Who,
        pool: u32,
        lp: u128,
        asset: &Asset,
    ) -> Result<WithdrawReceipt, Refusal> {
        let (deadline, min_out) = (self.now() + 3_600, Uint128::zero());
        let simulated = self.ask_swap(&QueryMsg::SimulateWithdrawOne {
            pool,
            lp: Uint128::new(lp),
            asset: asset.clone().into(),
            min_out: Some(min_out),
            deadline: Some(deadline),
        });
        let asset = asset.clone().into();
        let hook = Cw20HookMsg::WithdrawOne { pool, asset, min_out, deadline, recipient: None };
        self.take_out(who, pool, lp, &hook, simulated)
    }

    fn take_out(
        &mut self,
        who: impl Who,
        pool: u32,
        lp: u128,
        hook: &Cw20HookMsg,
        simulated: mars_types::Simulation<WithdrawReceipt>,
    ) -> Result<WithdrawReceipt, Refusal> {
        let who = who.address();
        let before = self.swap_pool(pool);
        let holds = |mars: &Self| -> Vec<u128> {
            before.assets.iter().map(|entry| mars.balance_of(&who, &entry.asset)).collect()
        };
        let (held, lp_before) = (holds(self), self.lp_of(&who, pool));
        let messages = vec![self.send_to_swap(&before.lp_token, lp, hook)];
        let executed = self.transact(who.clone(), messages);
        agree(simulated, executed, |receipt: &WithdrawReceipt, response| {
            let withdrawn = event(response, "mars_liquidity_removed");
            assert_eq!(attribute(withdrawn, "lp"), lp.to_string());
            assert_eq!(attribute(withdrawn, "sender"), who.as_str());
            let after = self.swap_pool(pool);
            assert_eq!(lp_before - self.lp_of(&who, pool), lp);
            assert_eq!(before.lp_supply - after.lp_supply, Uint128::new(lp));
            for (place, held) in held.iter().enumerate() {
                let (out, protocol) = (receipt.amounts[place], receipt.protocol_fees[place]);
                assert_eq!(holds(self)[place] - held, out.u128());
                assert_eq!(before.reserves[place] - after.reserves[place], out + protocol);
                assert_eq!(after.fees_owed[place], before.fees_owed[place] + protocol);
            }
            self.assert_no_dilution(&before, &after);
        })
    }

    /// What an LP unit is worth by the pool's own curve has not fallen: worth after × supply before ≥ worth before × supply
    /// after, to within one unit of the curve, which is solved to a unit.
    #[track_caller]
    fn assert_no_dilution(&self, before: &PoolResponse, after: &PoolResponse) {
        if before.lp_supply.is_zero() {
            return;
        }
        let (worth_before, worth_after) = (self.worth(before), self.worth(after));
        let left = Uint128::new(worth_after + 1).full_mul(before.lp_supply);
        let right = Uint128::new(worth_before).full_mul(after.lp_supply);
        assert!(left >= right, "an LP unit of pool {} lost: {before:?} {after:?}", before.pool);
    }

    /// √k or D of a pool's live reserves.
    pub fn worth(&self, pool: &PoolResponse) -> u128 {
        let decimals: Vec<u8> = pool.assets.iter().map(|entry| entry.decimals).collect();
        let reserves: Vec<u128> = pool.reserves.iter().map(|amount| amount.u128()).collect();
        let curve = match &pool.kind {
            PoolKind::ConstantProduct {} => Curve::ConstantProduct,
            PoolKind::Stable { amplification, .. } => {
                let hundredths = amplification.atomics().u128() / 10u128.pow(16);
                Curve::Stable { amplification: hundredths.try_into().unwrap() }
            }
        };
        mars_math::Pool { curve, decimals: &decimals }.invariant(&reserves).unwrap()
    }

    /// Pools of a trade's route that exist, as they are now.
    fn known_pools(&self, trade: &Trade) -> Vec<PoolResponse> {
        let ask =
            |hop: &Hop| self.app.wrap().query_wasm_smart(&self.swap, &QueryMsg::Pool { pool: hop.pool }).ok();
        let pools = trade.route.iter().filter_map(ask);
        pools.filter(|pool: &PoolResponse| !pool.lp_supply.is_zero()).collect()
    }

    /// LP tokens are the shares of their pools, and what the contract says of its books holds.
    #[track_caller]
    pub(crate) fn assert_pools(&self) {
        let config: mars_types::swap::ConfigResponse = self.ask_swap(&QueryMsg::Config {});
        for id in 1..=config.pools {
            let pool = self.swap_pool(id);
            let info: TokenInfoResponse = self.ask_token(&pool.lp_token, &Cw20QueryMsg::TokenInfo {});
            assert!(info.total_supply <= pool.lp_supply, "{pool:?}: {info:?}");
        }
    }
}

/// Deploys the swap contract; the keeper gets the fees.
pub(crate) fn deploy(
    app: &mut crate::deploy::Chain,
    guardian: Option<mars_types::GuardianUnchecked>,
) -> Addr {
    let [lp, code] = [Contract::Lp, Contract::Swap].map(|contract| app.store_code(contract.code()));
    let msg = mars_types::swap::InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian,
        fee_collector: Actor::Keeper.addr().into_string(),
        lp_code_id: lp,
        params: None,
    };
    let admin = Some(Owner.addr().into_string());
    let swap = app.instantiate_contract(code, Owner.addr(), &msg, &[], "swap", admin).unwrap();
    for token in Token::COLLATERAL {
        let Some(denom) = token.denom() else { continue };
        let msg = ExecuteMsg::RegisterNative { denom: denom.into(), decimals: token.decimals() };
        app.execute_contract(Owner.addr(), swap.clone(), &msg, &[]).unwrap();
    }
    swap
}
