//! One of every message of every contract, such that it works at some moment of the world when the sender may.

use std::fmt::Debug;

use cosmwasm_std::{Coin, CosmosMsg, Uint128, to_json_binary, to_json_string};
use cw_ownable::Action;
use cw20::{Cw20ExecuteMsg, Logo};
use mars_types::governance::{self, Choice};
use mars_types::swap::{CreationFee, Fee, NewPool};
use mars_types::treasury::{
    AssetCap, BasketTerms, ChainVote, ExecuteMsg, Level, LowerLimits, PositionKind, SwitchUnchecked,
};
use mars_types::{Asset, AssetUnchecked, Bps, GuardianUnchecked, collector, oracle, staking, swap, treasury};
use serde::Serialize;

use super::world::{USDC_BUSD, address};
use crate::actions::message;
use crate::actors::Actor::{Keeper, Stranger, Trader};
use crate::contract::Contract;
use crate::deploy::Mars;
use crate::prices::decimal;
use crate::swap::{USDM_USDC, XMS_USDC, hop};
use crate::tokens::Token;

/// One token with 6 decimals.
const ONE: u128 = 1_000_000;

/// Something that can be stopped by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Switch {
    pub contract: Contract,
    /// `asset` and `POOL` stand for any.
    pub name: &'static str,
}

/// A message by its name in JSON, and the calls that it takes: allowances come before it.
pub(super) type Sample = (String, Vec<CosmosMsg>);

pub(super) fn samples(mars: &Mars, contract: Contract) -> Vec<Sample> {
    match contract {
        Contract::Usdm | Contract::Xms | Contract::Lp => token(mars, contract),
        Contract::Oracle => oracle(mars),
        Contract::Treasury => treasury(mars),
        Contract::Swap => swap(mars),
        Contract::Staking => staking(mars),
        Contract::Collector => collector(mars),
        Contract::Governance => governance(mars),
    }
}

/// Every kind of switch, with the owner's message that pauses one of the kind.
pub(super) fn switches(mars: &Mars) -> Vec<(Switch, CosmosMsg)> {
    use treasury::SwitchUnchecked as Treasury;
    let treasury = |name, switch| {
        (Contract::Treasury, name, to(mars, Contract::Treasury, &ExecuteMsg::Pause { switch }))
    };
    let oracle = |name, token| {
        let pause = oracle::ExecuteMsg::Pause { asset: mars.unchecked(token) };
        (Contract::Oracle, name, to(mars, Contract::Oracle, &pause))
    };
    let swap =
        |name, switch| (Contract::Swap, name, to(mars, Contract::Swap, &swap::ExecuteMsg::Pause { switch }));
    let collector = |name, switch| {
        (Contract::Collector, name, to(mars, Contract::Collector, &collector::ExecuteMsg::Pause { switch }))
    };
    let stake = staking::ExecuteMsg::Pause { switch: staking::Switch::Stake };
    let all = [
        treasury("mint", Treasury::Mint),
        treasury("redeem", Treasury::Redeem),
        treasury("settle", Treasury::Settle),
        treasury("allocate", Treasury::Allocate),
        treasury("asset", Treasury::Asset(mars.unchecked(Token::Usdc))),
        treasury("asset", Treasury::Asset(mars.unchecked(Token::Gold))),
        oracle("asset", Token::Usdc),
        oracle("asset", Token::Gold),
        oracle("asset XMS", Token::Xms),
        swap("swap:POOL", swap::Switch::Swap(XMS_USDC)),
        swap("swap:POOL", swap::Switch::Swap(USDM_USDC)),
        swap("provide:POOL", swap::Switch::Provide(XMS_USDC)),
        swap("provide:POOL", swap::Switch::Provide(USDM_USDC)),
        (Contract::Staking, "stake", to(mars, Contract::Staking, &stake)),
        collector("convert", collector::Switch::Convert),
        collector("distribute", collector::Switch::Distribute),
    ];
    all.map(|(contract, name, pause)| (Switch { contract, name }, pause)).into()
}

fn to<T: Serialize + Debug>(mars: &Mars, contract: Contract, msg: &T) -> CosmosMsg {
    message(&address(mars, contract), msg, vec![])
}

/// Builds samples of one contract's messages, named by what stands in their JSON.
struct Samples<'a> {
    mars: &'a Mars,
    contract: Contract,
    all: Vec<Sample>,
}

impl<'a> Samples<'a> {
    fn of(mars: &'a Mars, contract: Contract) -> Self {
        Self { mars, contract, all: vec![] }
    }

    fn push(mut self, name: impl Into<String>, calls: Vec<CosmosMsg>) -> Self {
        self.all.push((name.into(), calls));
        self
    }

    fn add<T: Serialize + Debug>(self, msg: &T) -> Self {
        let call = to(self.mars, self.contract, msg);
        self.push(name(msg), vec![call])
    }

    /// With a native coin.
    fn paying<T: Serialize + Debug>(self, coin: Coin, msg: &T) -> Self {
        let call = message(&address(self.mars, self.contract), msg, vec![coin]);
        self.push(name(msg), vec![call])
    }

    /// With a cw20 token.
    fn sent<T: Serialize>(self, token: &Asset, amount: u128, hook: &T) -> Self {
        let Asset::Cw20(token) = token else { panic!("{token} is no cw20 token") };
        let send = send(self.mars, self.contract, amount, hook);
        self.push(format!("receive: {}", name(hook)), vec![message(token, &send, vec![])])
    }

    /// Tells the last one from others of the same name.
    fn way(mut self, way: &str) -> Self {
        let (name, _) = self.all.last_mut().expect("a message");
        *name = format!("{name}: {way}");
        self
    }

    /// Offer, acceptance and renunciation of the ownership, which all contracts write alike.
    fn ownership(self) -> Self {
        let new_owner = Stranger.addr().into_string();
        [
            Action::TransferOwnership { new_owner, expiry: None },
            Action::AcceptOwnership,
            Action::RenounceOwnership,
        ]
        .into_iter()
        .fold(self, |all, action| {
            let way = name(&action);
            all.add(&ExecuteMsg::UpdateOwnership(action)).way(&way)
        })
    }
}

/// The key of a message's JSON, or its only word.
fn name<T: Serialize>(msg: &T) -> String {
    let json = to_json_string(msg).unwrap();
    json.split('"').nth(1).unwrap().to_string()
}

fn send<T: Serialize>(mars: &Mars, contract: Contract, amount: u128, hook: &T) -> Cw20ExecuteMsg {
    let msg = to_json_binary(hook).unwrap();
    Cw20ExecuteMsg::Send {
        contract: address(mars, contract).into_string(),
        amount: Uint128::new(amount),
        msg,
    }
}

/// A guardian who ends in this second.
fn guardian(mars: &Mars) -> Option<GuardianUnchecked> {
    Some(GuardianUnchecked { address: Stranger.addr().into_string(), sunset: mars.now() + 1 })
}

fn token(mars: &Mars, contract: Contract) -> Vec<Sample> {
    use Cw20ExecuteMsg as Msg;
    let (amount, to) = (Uint128::new(10 * ONE), Stranger.addr().into_string());
    let send = match contract {
        Contract::Usdm => {
            let (min_out, deadline) = (Uint128::zero(), mars.now());
            let redeem = treasury::Cw20HookMsg::Redeem { min_out, deadline, recipient: None, queue: true };
            send(mars, Contract::Treasury, 10 * ONE, &redeem)
        }
        Contract::Lp => {
            let (min_outs, deadline) = (vec![Uint128::zero(); 2], mars.now());
            let withdraw =
                swap::Cw20HookMsg::Withdraw { pool: XMS_USDC, min_outs, deadline, recipient: None };
            send(mars, Contract::Swap, 10 * ONE, &withdraw)
        }
        _ => send(mars, Contract::Staking, 10 * ONE, &staking::Cw20HookMsg::Stake {}),
    };
    let Msg::Send { contract: receiver, msg, .. } = send.clone() else { unreachable!() };
    let (owner, spender, expires) = (Trader.addr().into_string(), to.clone(), None);
    let increase = Msg::IncreaseAllowance { spender: spender.clone(), amount, expires };
    let decrease = Msg::DecreaseAllowance { spender, amount, expires };
    let both = [&increase, &decrease].map(|msg| self::to(mars, contract, msg)).to_vec();
    Samples::of(mars, contract)
        .add(&Msg::Transfer { recipient: to.clone(), amount })
        .add(&send)
        .add(&Msg::Burn { amount })
        .add(&increase)
        .push("decrease_allowance", both)
        .add(&Msg::TransferFrom { owner: owner.clone(), recipient: to.clone(), amount })
        .add(&Msg::SendFrom { owner: owner.clone(), contract: receiver, amount, msg })
        .add(&Msg::BurnFrom { owner, amount })
        .add(&Msg::Mint { recipient: to, amount })
        .add(&Msg::UpdateMinter { new_minter: None })
        .add(&Msg::UpdateMarketing { project: None, description: None, marketing: None })
        .add(&Msg::UploadLogo(Logo::Url("https://mars.example/logo".into())))
        .all
}

fn oracle(mars: &Mars) -> Vec<Sample> {
    use oracle::{ExecuteMsg as Msg, Report, SourceUnchecked};
    let [busd, defi] = [Token::Busd, Token::Defi].map(|token| mars.unchecked(token));
    let report = Report { asset: busd.clone(), price: decimal("1"), time: mars.now() };
    Samples::of(mars, Contract::Oracle)
        .add(&Msg::Feed { reports: vec![report] })
        .add(&Msg::SetSource { asset: busd.clone(), source: SourceUnchecked::Fixed { price: decimal("1") } })
        .add(&Msg::RemoveSource { asset: busd.clone() })
        .add(&Msg::Pause { asset: busd })
        .add(&Msg::ConfirmPause { asset: defi.clone() })
        .add(&Msg::Unpause { asset: defi })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .ownership()
        .all
}

fn treasury(mars: &Mars) -> Vec<Sample> {
    use treasury::{Cw20HookMsg as Hook, ExecuteMsg as Msg};
    let (min_out, deadline, recipient) = (Uint128::zero(), mars.now(), None);
    let one = Uint128::new(ONE);
    let to = Keeper.addr().into_string();
    let [usdc, busd, btc, xms] =
        [Token::Usdc, Token::Busd, Token::Btc, Token::Xms].map(|token| mars.unchecked(token));
    let [gold, xms_token] = [Token::Gold, Token::Xms].map(|token| mars.asset(token));
    let usdm = Asset::Cw20(mars.usdm.clone());
    let basket = || BasketTerms { min_out: vec![], skip: vec![], deadline, recipient: None };
    let paused = || SwitchUnchecked::Asset(busd.clone());
    let lower = AssetCap { asset: btc, cap: Uint128::zero() };
    let other = address(mars, Contract::Lp).into_string();
    let nothing = Cw20ExecuteMsg::Transfer { recipient: to.clone(), amount: Uint128::zero() };
    Samples::of(mars, Contract::Treasury)
        .paying(Coin::new(ONE, "uusdc"), &Msg::Mint { min_out, deadline, recipient: None })
        .sent(&gold, 10u128.pow(16), &Hook::Mint { min_out, deadline, recipient: None })
        .sent(&usdm, 10 * ONE, &Hook::Redeem { min_out, deadline, recipient: None, queue: true })
        .sent(&usdm, 10 * ONE, &Hook::Redeem { min_out, deadline, recipient, queue: false })
        .way("at once")
        .sent(&usdm, 10 * ONE, &Hook::ClaimBasket { basket: basket() })
        .sent(&xms_token, ONE, &Hook::FundReserve {})
        .add(&Msg::Poke {})
        .add(&Msg::Settle { limit: 1 })
        .add(&Msg::Cancel { id: 0 })
        .add(&Msg::ClaimBasket { id: 0, amount: None, basket: basket() })
        .add(&Msg::Allocate { pool: USDM_USDC, amount: one, deadline })
        .add(&Msg::Unwind { pool: USDM_USDC })
        .add(&Msg::RegisterAsset { asset: xms, level: Level::Xms, decimals: 6, cap: one })
        .add(&Msg::UpdateAsset { asset: usdc.clone(), cap: Some(one), listed: None })
        .add(&Msg::UpdateNonCirculating { add: vec![mars.collector.to_string()], remove: vec![] })
        .add(&Msg::WithdrawReserve { amount: one, recipient: to.clone() })
        .add(&Msg::RegisterPosition {
            swap: mars.swap.to_string(),
            pool: XMS_USDC,
            kind: PositionKind::Xms,
            cap: one,
        })
        .add(&Msg::UpdatePosition { pool: USDC_BUSD, cap: None, exit_only: Some(true) })
        .add(&Msg::Deposit { pool: USDC_BUSD, amounts: vec![one; 2], min_lp: min_out, deadline })
        .add(&Msg::Remove { pool: USDC_BUSD, lp: Uint128::new(1_000), deadline })
        .add(&Msg::Spend { asset: usdc, amount: one, recipient: to })
        .add(&Msg::VoteChain { proposal: 1, option: ChainVote::Yes })
        .add(&Msg::CallDao { contract: other, msg: to_json_binary(&nothing).unwrap() })
        .add(&Msg::DeclareRecovery {})
        .add(&Msg::EndRecovery {})
        .add(&Msg::UpdateParams { params: mars.config().params })
        .add(&Msg::LowerLimits { limits: LowerLimits { asset_caps: vec![lower], ..LowerLimits::default() } })
        .add(&Msg::Pause { switch: SwitchUnchecked::Redeem })
        .add(&Msg::ConfirmPause { switch: paused() })
        .add(&Msg::Unpause { switch: paused() })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .ownership()
        .all
}

fn swap(mars: &Mars) -> Vec<Sample> {
    use swap::{Cw20HookMsg as Hook, ExecuteMsg as Msg};
    let (deadline, zero) = (mars.now(), Uint128::zero());
    let assets = |tokens: [Token; 2]| tokens.map(|token| mars.unchecked(token)).to_vec();
    let [usdc, xms] = [Token::Usdc, Token::Xms].map(|token| mars.asset(token));
    let lp = Asset::Cw20(address(mars, Contract::Lp));
    let unchecked = |asset: &Asset| AssetUnchecked::from(asset.clone());
    let (buy, sell) = (vec![hop(XMS_USDC, &xms)], vec![hop(XMS_USDC, &usdc)]);
    let (coin, some) = (|| Coin::new(ONE, "uusdc"), Uint128::new(1_000));
    let stable = Msg::CreatePool {
        pool: NewPool::Stable { amplification: 50 },
        assets: assets([Token::Defi, Token::Usdc]),
    };
    Samples::of(mars, Contract::Swap)
        .add(&Msg::CreatePool { pool: NewPool::ConstantProduct {}, assets: assets([Token::Btc, Token::Eth]) })
        .add(&stable)
        .way("stable")
        .push("provide", mars.provide_messages(XMS_USDC, &[4 * ONE, ONE], 0, deadline))
        .sent(&xms, ONE, &Hook::Provide { pool: XMS_USDC, min_lp: zero, deadline, recipient: None })
        .sent(
            &lp,
            ONE,
            &Hook::Withdraw { pool: XMS_USDC, min_outs: vec![zero; 2], deadline, recipient: None },
        )
        .sent(
            &lp,
            ONE,
            &Hook::WithdrawOne {
                pool: XMS_USDC,
                asset: unchecked(&usdc),
                min_out: zero,
                deadline,
                recipient: None,
            },
        )
        .paying(coin(), &Msg::Swap { route: buy.clone(), min_out: zero, deadline, recipient: None })
        .sent(&xms, ONE, &Hook::Swap { route: sell.clone(), min_out: zero, deadline, recipient: None })
        .paying(coin(), &Msg::SwapExactOut { route: buy, amount_out: some, deadline, recipient: None })
        .sent(&xms, ONE, &Hook::SwapExactOut { route: sell, amount_out: some, deadline, recipient: None })
        .add(&Msg::CollectFees { pools: vec![XMS_USDC, USDM_USDC] })
        .add(&Msg::UpdateConfig { fee_collector: Some(mars.collector.to_string()), lp_code_id: None })
        .add(&Msg::UpdateParams { params: swap::Params::default() })
        .add(&Msg::SetCreationFee { fee: Some(CreationFee { asset: unchecked(&usdc), amount: some }) })
        .add(&Msg::RegisterNative { denom: "unew".into(), decimals: 6 })
        .add(&Msg::SetFee { pool: XMS_USDC, fee: Fee { total: Bps(10), protocol: Bps(5) } })
        .add(&Msg::SetShareLimits { pool: USDM_USDC, limits: vec![Bps(9_000), Bps(0)] })
        .add(&Msg::RampAmplification { pool: USDM_USDC, target: 200, end: mars.now() + 86_400 })
        .add(&Msg::StopRamp { pool: USDM_USDC })
        .add(&Msg::SetPauser { pauser: None })
        .add(&Msg::Pause { switch: swap::Switch::Provide(XMS_USDC) })
        .add(&Msg::ConfirmPause { switch: swap::Switch::Provide(USDC_BUSD) })
        .add(&Msg::Unpause { switch: swap::Switch::Provide(USDC_BUSD) })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .ownership()
        .all
}

fn staking(mars: &Mars) -> Vec<Sample> {
    use staking::{Cw20HookMsg as Hook, ExecuteMsg as Msg, Params, Switch};
    let (xms, amount, switch) = (mars.asset(Token::Xms), Uint128::one(), Switch::Stake);
    Samples::of(mars, Contract::Staking)
        .sent(&xms, ONE, &Hook::Stake {})
        .sent(&xms, ONE, &Hook::BuyBack {})
        .sent(&xms, crate::staking::EMISSION.total.u128(), &Hook::FundEmission {})
        .add(&Msg::Unstake { amount })
        .add(&Msg::Rebond { amount })
        .add(&Msg::Withdraw {})
        .add(&Msg::Claim { restake: false })
        .add(&Msg::Claim { restake: true })
        .way("restake")
        .add(&Msg::Delegate { to: Some(Stranger.addr().into_string()) })
        .add(&Msg::PlanEmission { emission: None })
        .add(&Msg::SetCollector { collector: None })
        .add(&Msg::UpdateParams { params: Params::default() })
        .add(&Msg::Pause { switch })
        .add(&Msg::ConfirmPause { switch })
        .add(&Msg::Unpause { switch })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .ownership()
        .all
}

fn collector(mars: &Mars) -> Vec<Sample> {
    use collector::{ExecuteMsg as Msg, Params, Switch};
    let [usdc, busd] = [Token::Usdc, Token::Busd].map(|token| mars.unchecked(token));
    let recipient = Stranger.addr().into_string();
    Samples::of(mars, Contract::Collector)
        .add(&Msg::Convert { asset: usdc.clone() })
        .add(&Msg::Distribute {})
        .add(&Msg::SetRoute { asset: usdc, route: None })
        .add(&Msg::UpdateParams { params: Params::default() })
        .add(&Msg::Withdraw { asset: busd, amount: Uint128::one(), recipient })
        .add(&Msg::Pause { switch: Switch::Convert })
        .add(&Msg::ConfirmPause { switch: Switch::Distribute })
        .add(&Msg::Unpause { switch: Switch::Distribute })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .ownership()
        .all
}

fn governance(mars: &Mars) -> Vec<Sample> {
    use governance::{ExecuteMsg as Msg, Params};
    let proposal = 1;
    let (title, description) = ("A title".to_string(), "Why".to_string());
    Samples::of(mars, Contract::Governance)
        .add(&Msg::Propose { title, description, messages: vec![], dry_run: None })
        .add(&Msg::Vote { proposal, choice: Choice::For })
        .add(&Msg::Queue { proposal })
        .add(&Msg::Execute { proposal })
        .add(&Msg::Veto { proposal, reason: "harm".into() })
        .add(&Msg::Cancel { proposal })
        .add(&Msg::AcceptOwnership { contract: mars.swap.to_string() })
        .add(&Msg::UpdateParams { params: Params::default() })
        .add(&Msg::UpdateSources { add: vec![], remove: vec![] })
        .add(&Msg::UpdateContracts { add: vec![], remove: vec![] })
        .add(&Msg::SetGuardian { guardian: guardian(mars) })
        .all
}
