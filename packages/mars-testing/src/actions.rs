//! What can be done. A refused call gives its refusal; an error without one fails the test.

use std::fmt::Debug;

use cosmwasm_std::{Addr, Coin, CosmosMsg, Event, Uint128, WasmMsg, to_json_binary};
use cw_multi_test::{AppResponse, Executor};
use cw20::Cw20ExecuteMsg;
use mars_types::treasury::{
    AllocateReceipt, BasketReceipt, BasketTerms, CancelReceipt, Cw20HookMsg, ExecuteMsg, MintReceipt, Params,
    PositionEntry, PositionKind, PositionsResponse, QueryMsg, RedeemReceipt, SettleReceipt, Settlement,
};
use mars_types::{Asset, Refusal, RefusalCode, Simulation, oracle};
use serde::Serialize;

use crate::actors::Actor::Owner;
use crate::actors::Who;
use crate::asserts::assert_known;
use crate::deploy::Mars;
use crate::tokens::Token;

/// One mint as its caller wants it.
#[derive(Clone, Debug)]
pub struct Mint {
    pub asset: Asset,
    pub amount: Uint128,
    pub min_out: Uint128,
    /// None: an hour from now.
    pub deadline: Option<u64>,
    pub recipient: Option<Addr>,
}

impl Mint {
    pub fn of(asset: Asset, amount: u128) -> Self {
        Self {
            asset,
            amount: Uint128::new(amount),
            min_out: Uint128::zero(),
            deadline: None,
            recipient: None,
        }
    }

    pub fn min_out(mut self, usdm: u128) -> Self {
        self.min_out = Uint128::new(usdm);
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

/// One redemption as its caller wants it.
#[derive(Clone, Debug)]
pub struct Redeem {
    pub usdm: Uint128,
    pub min_out: Uint128,
    /// None: an hour from now.
    pub deadline: Option<u64>,
    pub recipient: Option<Addr>,
    /// Whether what cannot be paid at once waits.
    pub queue: bool,
}

impl Redeem {
    pub fn of(usdm: u128) -> Self {
        let (usdm, min_out) = (Uint128::new(usdm), Uint128::zero());
        Self { usdm, min_out, deadline: None, recipient: None, queue: false }
    }

    /// What cannot be paid at once waits.
    pub fn or_queue(mut self) -> Self {
        self.queue = true;
        self
    }

    pub fn min_out(mut self, xms: u128) -> Self {
        self.min_out = Uint128::new(xms);
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

impl Mars {
    /// Mints with `amount` units of a token, without conditions.
    pub fn mint(&mut self, who: impl Who, token: Token, amount: u128) -> Result<MintReceipt, Refusal> {
        self.mint_with(who, Mint::of(self.asset(token), amount))
    }

    /// Simulates and executes: both must agree, and the books must move by exactly the receipt.
    pub fn mint_with(&mut self, who: impl Who, mint: Mint) -> Result<MintReceipt, Refusal> {
        let who = who.address();
        let recipient = mint.recipient.clone().unwrap_or_else(|| who.clone());
        let simulated: Simulation<MintReceipt> = self.ask_treasury(&QueryMsg::SimulateMint {
            asset: mint.asset.clone().into(),
            amount: mint.amount,
            min_out: Some(mint.min_out),
            deadline: Some(mint.deadline.unwrap_or(self.now() + 3_600)),
        });
        let before =
            (self.usdm_of(&recipient), self.usdm_supply(), self.balance_of(&self.treasury, &mint.asset));
        let external = self.solvency().external_low;
        let messages = vec![self.mint_message(&mint)];
        let executed = self.transact(who.clone(), messages);
        agree(simulated, executed, |receipt, response| {
            let event = event(response, "mars_mint");
            assert_eq!(attribute(event, "sender"), who.as_str());
            assert_eq!(attribute(event, "recipient"), recipient.as_str());
            assert_eq!(attribute(event, "asset"), mint.asset.to_string());
            assert_eq!(attribute(event, "amount"), receipt.amount.to_string());
            assert_eq!(attribute(event, "price"), receipt.price.to_string());
            assert_eq!(attribute(event, "value"), receipt.value.to_string());
            assert_eq!(attribute(event, "fee"), receipt.fee.to_string());
            assert_eq!(attribute(event, "usdm"), receipt.usdm.to_string());
            assert_eq!(self.usdm_of(&recipient), before.0 + receipt.usdm.u128());
            assert_eq!(self.usdm_supply(), before.1 + receipt.usdm.u128());
            assert_eq!(self.balance_of(&self.treasury, &mint.asset), before.2 + mint.amount.u128());
            let epoch = self.epoch();
            assert_eq!(epoch.room, receipt.room);
            assert!(epoch.user_owned <= epoch.cap_user, "a mint passed the cap: {epoch:?}");
            self.assert_class_of(&mint.asset, external);
        })
    }

    /// The message of a mint: attached coins, or a cw20 Send.
    pub fn mint_message(&self, mint: &Mint) -> CosmosMsg {
        let min_out = mint.min_out;
        let deadline = mint.deadline.unwrap_or(self.now() + 3_600);
        let recipient = mint.recipient.clone().map(Addr::into_string);
        match &mint.asset {
            Asset::Native(denom) => {
                let funds = vec![Coin::new(mint.amount, denom)];
                let msg = ExecuteMsg::Mint { min_out, deadline, recipient };
                message(&self.treasury, &msg, funds)
            }
            Asset::Cw20(token) => self.send_message(
                token,
                mint.amount.u128(),
                &Cw20HookMsg::Mint { min_out, deadline, recipient },
            ),
        }
    }

    /// Redeems uusdm, without conditions.
    pub fn redeem(&mut self, who: impl Who, usdm: u128) -> Result<RedeemReceipt, Refusal> {
        self.redeem_with(who, Redeem::of(usdm))
    }

    /// Simulates and executes: both must agree, and the books must move by exactly the receipt.
    pub fn redeem_with(&mut self, who: impl Who, redeem: Redeem) -> Result<RedeemReceipt, Refusal> {
        let who = who.address();
        let recipient = redeem.recipient.clone().unwrap_or_else(|| who.clone());
        let simulated: Simulation<RedeemReceipt> = self.ask_treasury(&QueryMsg::SimulateRedeem {
            usdm: redeem.usdm,
            queue: redeem.queue,
            min_out: Some(redeem.min_out),
            deadline: Some(redeem.deadline.unwrap_or(self.now() + 3_600)),
        });
        let before = (self.xms_of(&recipient), self.usdm_of(&who), self.usdm_supply(), self.xms_supply());
        let waiting = self.redemption_queue().waiting;
        let messages = vec![self.redeem_message(&redeem)];
        let executed = self.transact(who.clone(), messages);
        agree(simulated, executed, |receipt, response| {
            if !receipt.usdm.is_zero() {
                let event = event(response, "mars_redeem");
                assert_eq!(attribute(event, "sender"), who.as_str());
                assert_eq!(attribute(event, "recipient"), recipient.as_str());
                assert_eq!(attribute(event, "usdm"), receipt.usdm.to_string());
                assert_eq!(attribute(event, "price"), receipt.price.unwrap().to_string());
                assert_eq!(attribute(event, "fee"), receipt.fee.to_string());
                assert_eq!(attribute(event, "xms"), receipt.xms.to_string());
                assert_eq!(attribute(event, "reserve"), receipt.reserve.to_string());
            }
            if let Some(id) = receipt.claim {
                let event = event(response, "mars_claim_queued");
                assert_eq!(attribute(event, "id"), id.to_string());
                assert_eq!(attribute(event, "owner"), recipient.as_str());
                assert_eq!(attribute(event, "usdm"), receipt.queued.to_string());
                let claim = self.waiting_claim(id).unwrap();
                assert_eq!(
                    (claim.owner, claim.usdm, claim.since),
                    (recipient.clone(), receipt.queued, self.now())
                );
            }
            assert_eq!(receipt.usdm + receipt.queued, redeem.usdm);
            let settled = settled_by(&receipt.settled, response);
            let gone = settled.burned + settled.returned;
            assert_eq!(self.redemption_queue().waiting, waiting + receipt.queued - Uint128::new(gone));
            let own = |settlement: &&Settlement| settlement.owner == recipient;
            let own_xms: u128 = receipt.settled.iter().filter(own).map(|settled| settled.paid.u128()).sum();
            assert_eq!(self.xms_of(&recipient), before.0 + receipt.xms.u128() + own_xms);
            let own_usdm: u128 =
                receipt.settled.iter().filter(|one| one.owner == who).map(|one| one.returned.u128()).sum();
            assert_eq!(self.usdm_of(&who), before.1 - redeem.usdm.u128() + own_usdm);
            assert_eq!(self.usdm_supply(), before.2 - receipt.usdm.u128() - settled.burned);
            assert_eq!(self.xms_supply(), before.3, "a redemption never makes XMS");
            let epoch = self.epoch();
            assert_eq!(epoch.epoch_budget.level, receipt.epoch_budget);
            assert_eq!(epoch.day_budget.level, receipt.day_budget);
            assert_eq!(self.solvency().reserve, receipt.reserve);
        })
    }

    pub fn redeem_message(&self, redeem: &Redeem) -> CosmosMsg {
        let hook = Cw20HookMsg::Redeem {
            min_out: redeem.min_out,
            deadline: redeem.deadline.unwrap_or(self.now() + 3_600),
            recipient: redeem.recipient.clone().map(Addr::into_string),
            queue: redeem.queue,
        };
        self.send_message(&self.usdm, redeem.usdm.u128(), &hook)
    }

    /// Simulates and executes a settlement of at most `limit` places.
    pub fn settle(&mut self, who: impl Who, limit: u32) -> Result<SettleReceipt, Refusal> {
        let simulated: Simulation<SettleReceipt> = self.ask_treasury(&QueryMsg::SimulateSettle { limit });
        let before = (self.redemption_queue(), self.usdm_supply(), self.solvency().reserve);
        let executed = self.tell_treasury(who, &ExecuteMsg::Settle { limit });
        agree(simulated, executed, |receipt, response| {
            let settled = settled_by(&receipt.claims, response);
            assert_eq!(self.redemption_queue().waiting, receipt.waiting);
            assert_eq!(receipt.waiting.u128() + settled.burned + settled.returned, before.0.waiting.u128());
            assert_eq!(self.redemption_queue().paid.u128(), before.0.paid.u128() + settled.burned);
            assert_eq!(self.usdm_supply(), before.1 - settled.burned);
            assert_eq!(self.solvency().reserve, receipt.reserve);
            assert_eq!(receipt.reserve.u128() + settled.paid, before.2.u128());
            let epoch = self.epoch();
            assert_eq!(epoch.epoch_budget.level, receipt.epoch_budget);
            assert_eq!(epoch.day_budget.level, receipt.day_budget);
        })
    }

    /// Simulates and executes a slice of `amount` units of the asset beside.
    pub fn allocate(&mut self, who: impl Who, pool: u32, amount: u128) -> Result<AllocateReceipt, Refusal> {
        let (who, deadline, amount) = (who.address(), self.now(), Uint128::new(amount));
        let query = QueryMsg::SimulateAllocate { pool, amount, deadline: Some(deadline) };
        let simulated: Simulation<AllocateReceipt> = self.ask_treasury(&query);
        let held = |mars: &Self| {
            let lp = Asset::Cw20(mars.swap_pool(pool).lp_token);
            (mars.balance_of(&mars.treasury, &lp), mars.usdm_supply(), mars.usdm_of(&who))
        };
        let (before, pool_before) = (held(self), self.swap_pool(pool));
        let worth = self.worth_beside(pool, amount);
        let executed = self.tell_treasury(who.clone(), &ExecuteMsg::Allocate { pool, amount, deadline });
        agree(simulated, executed, |receipt, response| {
            let event = event(response, "mars_allocated");
            assert_eq!(attribute(event, "sender"), who.as_str());
            assert_eq!(attribute(event, "usdm"), receipt.usdm.to_string());
            assert_eq!(attribute(event, "lp"), receipt.lp.to_string());
            assert_eq!(attribute(event, "reward"), receipt.reward.to_string());
            let after = held(self);
            assert_eq!(after.0, before.0 + receipt.lp.u128());
            assert_eq!(after.1, before.1 + receipt.usdm.u128() + receipt.reward.u128());
            assert_eq!(after.2, before.2 + receipt.reward.u128());
            assert!(receipt.usdm <= worth, "{} uusdm beside what is worth {worth} at low", receipt.usdm);
            let pool_after = self.swap_pool(pool);
            for (place, amount) in receipt.amounts.iter().enumerate() {
                let fee = pool_after.fees_owed[place] - pool_before.fees_owed[place];
                assert_eq!(pool_after.reserves[place] + fee, pool_before.reserves[place] + amount);
            }
        })
    }

    /// µUSD that `amount` of the asset beside USDM or XMS is worth at low, floored; 0 without a price.
    fn worth_beside(&self, pool: u32, amount: Uint128) -> Uint128 {
        let own = [&self.usdm, &self.xms].map(|token| Asset::Cw20(token.clone()));
        let Some(beside) = self.swap_pool(pool).assets.into_iter().find(|entry| !own.contains(&entry.asset))
        else {
            return Uint128::zero();
        };
        let question = oracle::QueryMsg::Prices { assets: vec![beside.asset.into()], market: None };
        let answer: oracle::PricesResponse = self.ask_oracle(&question);
        let low = answer.prices[0].price.map_or(0, |price| price.band.low18());
        Uint128::new(mars_math::value_floor(amount.u128(), low, beside.decimals).unwrap())
    }

    pub fn positions(&self) -> PositionsResponse {
        self.ask_treasury(&QueryMsg::Positions {})
    }

    pub fn position(&self, pool: u32) -> PositionEntry {
        let found = self.positions().positions.into_iter().find(|entry| entry.position.pool == pool);
        found.expect("a registered position")
    }

    /// The owner lists a pool as a position.
    pub fn register_position(&mut self, pool: u32, kind: PositionKind) -> Result<AppResponse, Refusal> {
        let cap = Uint128::new(1_000_000_000_000_000);
        let msg = ExecuteMsg::RegisterPosition { swap: self.swap.to_string(), pool, kind, cap };
        self.tell_treasury(Owner, &msg)
    }

    /// Simulates and executes the cancelling of a claim.
    pub fn cancel_claim(&mut self, who: impl Who, id: u64) -> Result<CancelReceipt, Refusal> {
        let who = who.address();
        let simulated: Simulation<CancelReceipt> = self.ask_treasury(&QueryMsg::SimulateCancel { id });
        let before = (self.redemption_queue(), self.usdm_supply(), self.usdm_of(&who));
        let executed = self.tell_treasury(who.clone(), &ExecuteMsg::Cancel { id });
        // A simulation does not know who asks.
        if let Some(refusal) = unauthorized(&executed) {
            return Err(refusal);
        }
        agree(simulated, executed, |receipt, response| {
            let event = event(response, "mars_claim_cancelled");
            assert_eq!(attribute(event, "id"), id.to_string());
            assert_eq!(attribute(event, "owner"), who.as_str());
            assert_eq!(attribute(event, "returned"), receipt.returned.to_string());
            assert_eq!(attribute(event, "fee"), receipt.fee.to_string());
            let gone = receipt.returned + receipt.fee;
            assert_eq!(self.redemption_queue().waiting, before.0.waiting - gone);
            assert_eq!(self.redemption_queue().cancelled, before.0.cancelled + gone);
            assert_eq!(self.usdm_supply(), before.1 - receipt.fee.u128());
            assert_eq!(self.usdm_of(&who), before.2 + receipt.returned.u128());
            assert!(self.waiting_claim(id).is_err(), "the claim is gone");
        })
    }

    /// Burns USDM for the basket, with all the assets and no conditions.
    pub fn claim_basket(&mut self, who: impl Who, usdm: u128) -> Result<BasketReceipt, Refusal> {
        let terms = self.any_basket();
        self.claim_basket_with(who, None, Some(usdm), terms)
    }

    /// No conditions on the basket.
    pub fn any_basket(&self) -> BasketTerms {
        BasketTerms { min_out: vec![], skip: vec![], deadline: self.now(), recipient: None }
    }

    /// Simulates and executes: USDM that is sent, or of the claim `id`.
    pub fn claim_basket_with(
        &mut self,
        who: impl Who,
        id: Option<u64>,
        usdm: Option<u128>,
        basket: BasketTerms,
    ) -> Result<BasketReceipt, Refusal> {
        let who = who.address();
        let recipient = basket.recipient.clone().map_or_else(|| who.clone(), Addr::unchecked);
        let amount = usdm.map(Uint128::new);
        let query = QueryMsg::SimulateClaimBasket { id, amount, basket: basket.clone() };
        let simulated: Simulation<BasketReceipt> = self.ask_treasury(&query);
        let assets: Vec<Asset> = self.assets().into_iter().map(|entry| entry.asset).collect();
        let owned = |mars: &Self, who: &Addr| -> Vec<u128> {
            assets.iter().map(|asset| mars.balance_of(who, asset)).collect()
        };
        let before = (
            owned(self, &recipient),
            owned(self, &self.treasury),
            self.usdm_supply(),
            self.redemption_queue().waiting,
        );
        let message = match id {
            Some(id) => message(&self.treasury, &ExecuteMsg::ClaimBasket { id, amount, basket }, vec![]),
            None => {
                let hook = Cw20HookMsg::ClaimBasket { basket };
                self.send_message(&self.usdm, usdm.unwrap_or_default(), &hook)
            }
        };
        let executed = self.transact(who.clone(), vec![message]);
        // A simulation does not know who asks.
        if let Some(refusal) = unauthorized(&executed) {
            return Err(refusal);
        }
        agree(simulated, executed, |receipt, response| {
            let event = event(response, "mars_basket_claimed");
            assert_eq!(attribute(event, "owner"), who.as_str());
            assert_eq!(attribute(event, "recipient"), recipient.as_str());
            assert_eq!(attribute(event, "usdm"), receipt.usdm.to_string());
            assert_eq!(self.usdm_supply(), before.2 - receipt.usdm.u128());
            for (at, asset) in assets.iter().enumerate() {
                let paid = receipt.paid.iter().find(|paid| paid.asset == *asset);
                let paid = paid.map_or(0, |paid| paid.amount.u128());
                assert_eq!(self.balance_of(&recipient, asset), before.0[at] + paid);
                assert_eq!(self.balance_of(&self.treasury, asset), before.1[at] - paid);
            }
            let from_queue = if id.is_some() { receipt.usdm } else { Uint128::zero() };
            assert_eq!(self.redemption_queue().waiting, before.3 - from_queue);
        })
    }

    pub fn fund_reserve(&mut self, who: impl Who, uxms: u128) -> Result<AppResponse, Refusal> {
        let before = self.solvency().reserve.u128();
        let funding = vec![self.send_message(&self.xms, uxms, &Cw20HookMsg::FundReserve {})];
        let response = self.transact(who, funding)?;
        assert_eq!(self.solvency().reserve.u128(), before + uxms);
        Ok(response)
    }

    /// Closes the epoch when that is due. The query must have said beforehand what that gives.
    pub fn poke(&mut self, who: impl Who) -> Result<AppResponse, Refusal> {
        let announced = self.epoch();
        let response = self.tell_treasury(who, &ExecuteMsg::Poke {})?;
        assert_eq!(self.epoch(), announced, "the query announces the closing");
        Ok(response)
    }

    /// The owner lists a token.
    pub fn register(&mut self, token: Token, cap: u128) -> Result<AppResponse, Refusal> {
        let msg = ExecuteMsg::RegisterAsset {
            asset: self.unchecked(token),
            level: token.level(),
            decimals: token.decimals(),
            cap: Uint128::new(cap),
        };
        self.tell_treasury(Owner, &msg)
    }

    /// The owner changes parameters and leaves the others.
    pub fn update_params(&mut self, change: impl FnOnce(&mut Params)) -> Result<AppResponse, Refusal> {
        let mut params = self.config().params;
        change(&mut params);
        self.tell_treasury(Owner, &ExecuteMsg::UpdateParams { params })
    }

    pub fn tell_treasury(&mut self, who: impl Who, msg: &ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.treasury, msg, vec![])])
    }

    pub fn tell_oracle(&mut self, who: impl Who, msg: &oracle::ExecuteMsg) -> Result<AppResponse, Refusal> {
        self.transact(who, vec![message(&self.oracle, msg, vec![])])
    }

    /// Sends cw20 tokens to the treasury with a message inside.
    pub fn send_message(&self, token: &Addr, amount: u128, hook: &impl Serialize) -> CosmosMsg {
        let send = Cw20ExecuteMsg::Send {
            contract: self.treasury.to_string(),
            amount: Uint128::new(amount),
            msg: to_json_binary(hook).unwrap(),
        };
        message(token, &send, vec![])
    }

    /// Moves tokens or coins from one to another, without a message.
    pub fn give(&mut self, from: impl Who, to: impl Who, token: Token, amount: u128) {
        let (from, to, asset) = (from.address(), to.address(), self.asset(token));
        self.give_asset(from, to, &asset, amount);
    }

    /// As [`Mars::give`], for USDM.
    pub fn give_usdm(&mut self, from: impl Who, to: impl Who, amount: u128) {
        let asset = Asset::Cw20(self.usdm.clone());
        self.give_asset(from.address(), to.address(), &asset, amount);
    }

    fn give_asset(&mut self, from: Addr, to: Addr, asset: &Asset, amount: u128) {
        match asset {
            Asset::Native(denom) => {
                self.app.send_tokens(from, to, &[Coin::new(amount, denom)]).unwrap();
            }
            Asset::Cw20(token) => {
                let transfer =
                    Cw20ExecuteMsg::Transfer { recipient: to.into_string(), amount: Uint128::new(amount) };
                self.transact(from, vec![message(token, &transfer, vec![])]).unwrap();
            }
        }
    }

    /// One transaction: all messages or none.
    pub fn transact(&mut self, who: impl Who, messages: Vec<CosmosMsg>) -> Result<AppResponse, Refusal> {
        match self.app.execute_multi(who.address(), messages) {
            Ok(responses) => {
                let events: Vec<Event> = responses.into_iter().flat_map(|response| response.events).collect();
                assert_known(&events);
                Ok(AppResponse { events, ..AppResponse::default() })
            }
            Err(error) => {
                let text = format!("{error:#}");
                Err(Refusal::find(&text).unwrap_or_else(|| panic!("an error without a refusal: {text}")))
            }
        }
    }
}

/// An execute message for [`Mars::transact`].
pub fn message<T: Serialize + Debug>(contract: &Addr, msg: &T, funds: Vec<Coin>) -> CosmosMsg {
    WasmMsg::Execute { contract_addr: contract.to_string(), msg: to_json_binary(msg).unwrap(), funds }.into()
}

/// The one event of this type.
pub fn event<'a>(response: &'a AppResponse, kind: &str) -> &'a Event {
    let kind = format!("wasm-{kind}");
    let mut events = response.events.iter().filter(|event| event.ty == kind);
    let event = events.next().unwrap_or_else(|| panic!("no {kind} in {response:?}"));
    assert!(events.next().is_none(), "{kind} stands twice in {response:?}");
    event
}

pub fn attribute<'a>(event: &'a Event, key: &str) -> &'a str {
    &event
        .attributes
        .iter()
        .find(|attribute| attribute.key == key)
        .unwrap_or_else(|| panic!("no {key} in {event:?}"))
        .value
}

fn unauthorized<T>(executed: &Result<T, Refusal>) -> Option<Refusal> {
    executed.as_ref().err().filter(|refusal| refusal.code == RefusalCode::Unauthorized).cloned()
}

/// Sums of a settlement.
struct Settled {
    burned: u128,
    paid: u128,
    returned: u128,
}

/// Checks that the events are those of the settlements, in order of id, and sums them up.
fn settled_by(settlements: &[Settlement], response: &AppResponse) -> Settled {
    let events: Vec<&Event> =
        response.events.iter().filter(|event| event.ty == "wasm-mars_claim_settled").collect();
    assert_eq!(events.len(), settlements.len());
    for (event, settled) in events.iter().zip(settlements) {
        assert_eq!(attribute(event, "id"), settled.id.to_string());
        assert_eq!(attribute(event, "owner"), settled.owner.as_str());
        assert_eq!(attribute(event, "burned"), settled.burned.to_string());
        assert_eq!(attribute(event, "paid"), settled.paid.to_string());
        assert_eq!(attribute(event, "returned"), settled.returned.to_string());
        assert_eq!(attribute(event, "remaining"), settled.remaining.to_string());
    }
    assert!(settlements.windows(2).all(|pair| pair[0].id < pair[1].id), "claims are paid in order of id");
    let whole = &settlements[..settlements.len().saturating_sub(1)];
    assert!(whole.iter().all(|settled| settled.remaining.is_zero()), "nobody is passed over");
    let sum = |of: fn(&Settlement) -> Uint128| settlements.iter().map(|one| of(one).u128()).sum();
    Settled { burned: sum(|one| one.burned), paid: sum(|one| one.paid), returned: sum(|one| one.returned) }
}

/// A simulation and the execution in the same block say the same.
pub(crate) fn agree<T: Debug>(
    simulated: Simulation<T>,
    executed: Result<AppResponse, Refusal>,
    check: impl FnOnce(&T, &AppResponse),
) -> Result<T, Refusal> {
    match (simulated.receipt, simulated.refusal, executed) {
        (Some(receipt), None, Ok(response)) => {
            check(&receipt, &response);
            Ok(receipt)
        }
        (None, Some(refusal), Err(executed)) => {
            assert_eq!(refusal, executed, "simulated and executed refusal");
            assert_ne!(refusal.code, RefusalCode::Chain, "{refusal}");
            Err(executed)
        }
        (receipt, refusal, executed) => panic!(
            "simulation and execution differ\nsimulated: {receipt:?} {refusal:?}\nexecuted: {executed:?}"
        ),
    }
}
