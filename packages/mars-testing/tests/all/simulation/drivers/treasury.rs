use cosmwasm_std::{Addr, Binary, CosmosMsg, Decimal, Uint128, to_json_binary};
use cw20::Cw20ReceiveMsg;
use mars_testing::Actor::{Attacker, Keeper, Minter, Stranger};
use mars_testing::Token::{self, Busd, Usdc};
use mars_testing::{Mint, Redeem, message};
use mars_types::treasury::{
    AssetCap, BasketTerms, Budget, ChainVote, Cw20HookMsg, ExecuteMsg, Level, LowerLimits, Params,
    PositionEntry, PositionKind, SwitchUnchecked,
};
use mars_types::{Asset, AssetUnchecked, Bps, RefusalCode};

use super::super::action::Dice;
use super::super::world::{MILLION, ONE, Outcome, THOUSAND, World};
use super::{Driver, hooks, offer, set_guardian, update_ownership, variants};

pub const DRIVER: Driver = Driver {
    contract: "treasury",
    actions: &[
        ("treasury/mint", 12),
        ("treasury/receive/mint", 4),
        ("treasury/receive/redeem", 14),
        ("treasury/receive/claim_basket", 5),
        ("treasury/receive/fund_reserve", 1),
        ("treasury/receive", 1),
        ("treasury/poke", 4),
        ("treasury/settle", 6),
        ("treasury/cancel", 4),
        ("treasury/claim_basket", 6),
        ("treasury/allocate", 8),
        ("treasury/unwind", 3),
        ("treasury/register_asset", 1),
        ("treasury/update_asset", 2),
        ("treasury/update_non_circulating", 1),
        ("treasury/withdraw_reserve", 2),
        ("treasury/register_position", 2),
        ("treasury/update_position", 2),
        ("treasury/deposit", 3),
        ("treasury/remove", 2),
        ("treasury/spend", 2),
        ("treasury/vote_chain", 1),
        ("treasury/call_dao", 1),
        ("treasury/declare_recovery", 2),
        ("treasury/end_recovery", 4),
        ("treasury/update_params", 3),
        ("treasury/lower_limits", 2),
        ("treasury/pause", 2),
        ("treasury/confirm_pause", 2),
        ("treasury/unpause", 5),
        ("treasury/set_guardian", 1),
        ("treasury/update_ownership", 2),
    ],
    never: &["receive"],
    decrees: &[
        "register_asset",
        "update_asset",
        "update_non_circulating",
        "withdraw_reserve",
        "register_position",
        "update_position",
        "deposit",
        "remove",
        "spend",
        "vote_chain",
        "call_dao",
        "update_params",
        "lower_limits",
        "pause",
        "confirm_pause",
        "unpause",
        "set_guardian",
        "update_ownership",
    ],
    act,
    decree,
    messages: || variants::<ExecuteMsg>().chain(hooks::<Cw20HookMsg>()).collect(),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let treasury = world.mars.treasury.clone();
    match name {
        "mint" => mint(world, &[Usdc, Busd, Token::Btc, Token::Eth, Token::Defi], dice),
        "receive/mint" => mint(world, &[Token::Gold, Token::Xms], dice),
        "receive/redeem" => redeem(world, dice),
        "receive/claim_basket" => {
            let who = world.user(dice);
            let usdm = dice.part(world.mars.usdm_of(who) / 4);
            if usdm == 0 || out_of_season(world, true, dice) {
                return Outcome::Idle;
            }
            let terms = terms(world, dice);
            basket(world, who.addr(), None, Some(usdm), terms)
        }
        "receive/fund_reserve" => {
            let who = world.user(dice);
            let xms = dice.part(world.mars.xms_of(who) / 1_000);
            if xms == 0 {
                return Outcome::Idle;
            }
            world.mars.fund_reserve(who, xms).into()
        }
        "receive" => {
            let (min_out, deadline) = (Uint128::zero(), world.mars.now());
            let hooks = [
                Cw20HookMsg::Mint { min_out, deadline, recipient: None },
                Cw20HookMsg::Redeem { min_out, deadline, recipient: None, queue: true },
                Cw20HookMsg::ClaimBasket { basket: terms(world, dice) },
                Cw20HookMsg::FundReserve {},
            ];
            let forged = Cw20ReceiveMsg {
                sender: Minter.addr().into_string(),
                amount: dice.part(MILLION).into(),
                msg: to_json_binary(dice.pick(&hooks).unwrap()).unwrap(),
            };
            world.tell(Attacker, [message(&treasury, &ExecuteMsg::Receive(forged), vec![])])
        }
        "poke" => world.mars.poke(Keeper).into(),
        "settle" => {
            let limit = u32::try_from(30 - dice.below(32).min(30)).unwrap();
            world.mars.settle(Keeper, limit).into()
        }
        "cancel" => {
            let claims = world.claims();
            let Some(claim) = dice.pick(&claims) else { return Outcome::Idle };
            if dice.once_in(6) {
                let refusal = world.mars.cancel_claim(Attacker, claim.id);
                if claim.owner != Attacker.addr() {
                    assert_eq!(refusal.as_ref().unwrap_err().code, RefusalCode::Unauthorized);
                }
                return refusal.into();
            }
            // Whatever is paused: an exit always works.
            world.mars.cancel_claim(&claim.owner, claim.id).unwrap();
            Outcome::Done
        }
        "claim_basket" => {
            let claims = world.claims();
            let Some(claim) = dice.pick(&claims) else { return Outcome::Idle };
            if out_of_season(world, true, dice) {
                return Outcome::Idle;
            }
            let usdm = if dice.once_in(2) { Some(dice.part(claim.usdm.u128())) } else { None };
            let who = if dice.once_in(8) { Stranger.addr() } else { claim.owner.clone() };
            let terms = terms(world, dice);
            basket(world, who, Some(claim.id), usdm, terms)
        }
        "allocate" => {
            let positions = positions(world, |kind| kind != PositionKind::Yield);
            let Some(position) = dice.pick(&positions) else { return Outcome::Idle };
            let most = world.seen.solvency.user_owned.u128() / 400;
            let (pool, amount) = (position.position.pool, dice.part(most));
            world.mars.allocate(Keeper, pool, amount).into()
        }
        "unwind" => {
            if out_of_season(world, true, dice) {
                return Outcome::Idle;
            }
            let positions = positions(world, |_| true);
            let held: Vec<&PositionEntry> =
                positions.iter().filter(|entry| !entry.position.lp.is_zero()).collect();
            let Some(entry) = dice.pick(&held) else { return Outcome::Idle };
            let pool = entry.position.pool;
            world.tell(Stranger, [message(&treasury, &ExecuteMsg::Unwind { pool }, vec![])])
        }
        "update_ownership" => update_ownership(world, &treasury, dice),
        _ => {
            let call = decree(world, name, dice);
            let stops = matches!(name, "pause" | "lower_limits");
            let guardian: Vec<Addr> = world.guardian_of(&treasury).into_iter().filter(|_| stops).collect();
            world.rule(&treasury, &guardian, call, dice)
        }
    }
}

/// Whether what is only done in recovery, or only outside of it, is left alone now: mostly, where it would be refused.
fn out_of_season(world: &World, in_recovery: bool, dice: &mut Dice) -> bool {
    world.seen.solvency.recovery.is_some() != in_recovery && !dice.once_in(6)
}

fn positions(world: &World, of: impl Fn(PositionKind) -> bool) -> Vec<PositionEntry> {
    let positions = world.seen.positions.positions.iter();
    positions.filter(|entry| of(entry.position.kind)).cloned().collect()
}

/// So many units of a token as are worth `dollars` outside, in micro-dollars.
fn worth(world: &World, token: Token, dollars: u128) -> u128 {
    let scaled = Uint128::new(dollars).multiply_ratio(token.units(1), ONE);
    scaled.mul_floor(Decimal::one() / world.truth(token)).u128()
}

fn mint(world: &mut World, tokens: &[Token], dice: &mut Dice) -> Outcome {
    let (token, who) = (*dice.pick(tokens).unwrap(), world.user(dice));
    let dollars = dice.part(if token.level() == Level::Stable { 100 * THOUSAND } else { 30 * THOUSAND });
    let amount = worth(world, token, dollars).min(world.mars.balance(who, token));
    if amount == 0 || out_of_season(world, false, dice) {
        return Outcome::Idle;
    }
    let mut mint = Mint::of(world.mars.asset(token), amount).deadline(world.deadline(dice));
    if let Some(recipient) = world.recipient(dice) {
        mint = mint.recipient(recipient);
    }
    if dice.once_in(12) {
        mint = mint.min_out(dollars + 1);
    }
    let price = world.mars.price(token);
    let outcome = world.mars.mint_with(who, mint);
    if let Ok(receipt) = &outcome {
        // Law 3: a dollar at low for every USDM, and of a stablecoin no more than a dollar each.
        let low = price.unwrap().band.low;
        let credited = if token.level() == Level::Stable { low.min(Decimal::one()) } else { low };
        assert_eq!(receipt.price, credited);
        let paid = Uint128::new(amount).full_mul(credited.atomics());
        let scale = Uint128::new(10u128.pow(u32::from(token.decimals()) + 12));
        assert!(receipt.usdm.full_mul(scale) <= paid, "{receipt:?}");
    }
    outcome.into()
}

fn redeem(world: &mut World, dice: &mut Dice) -> Outcome {
    let who = world.user(dice);
    let usdm = dice.part(world.mars.usdm_of(who));
    if usdm == 0 || out_of_season(world, false, dice) {
        return Outcome::Idle;
    }
    let mut redeem = Redeem::of(usdm).deadline(world.deadline(dice));
    if !dice.once_in(4) {
        redeem = redeem.or_queue();
    }
    if let Some(recipient) = world.recipient(dice) {
        redeem = redeem.recipient(recipient);
    }
    if dice.once_in(12) {
        redeem = redeem.min_out(usdm * 1_000);
    }
    let high = world.mars.price(Token::Xms).map(|price| price.band.high);
    let outcome = world.mars.redeem_with(who, redeem);
    if let Ok(receipt) = &outcome {
        let settled = receipt.settled.iter();
        let (burned, paid) = settled
            .fold((receipt.usdm, receipt.xms), |(burned, paid), one| (burned + one.burned, paid + one.paid));
        if let Some(price) = receipt.price {
            // Paid at high and rounded against the caller: xms × high ≤ usdm.
            assert!(price >= high.unwrap());
            assert!(paid.full_mul(price.atomics()) <= burned.full_mul(Decimal::one().atomics()));
        }
    }
    outcome.into()
}

/// Mostly none.
fn terms(world: &World, dice: &mut Dice) -> BasketTerms {
    let mut terms = BasketTerms { deadline: world.deadline(dice), ..world.mars.any_basket() };
    if dice.once_in(6) {
        terms.skip = vec![world.mars.unchecked(*dice.pick(&Token::COLLATERAL).unwrap())];
    }
    terms.recipient = world.recipient(dice).map(Addr::into_string);
    terms
}

fn basket(world: &mut World, who: Addr, id: Option<u64>, usdm: Option<u128>, terms: BasketTerms) -> Outcome {
    let outcome = world.mars.claim_basket_with(&who, id, usdm, terms);
    if let Ok(receipt) = &outcome {
        // Nobody gets more than a dollar for a USDM, at the highest price of each asset.
        let worth = |paid: &mars_types::AssetAmount| {
            let token = Token::COLLATERAL.into_iter().find(|token| world.mars.asset(*token) == paid.asset);
            let token = token.unwrap();
            let high = world.mars.price(token).unwrap().band.high;
            paid.amount.multiply_ratio(high.atomics(), 10u128.pow(u32::from(token.decimals()) + 12)).u128()
        };
        assert!(receipt.paid.iter().map(worth).sum::<u128>() <= receipt.usdm.u128(), "{receipt:?}");
    }
    outcome.into()
}

fn switch(world: &World, dice: &mut Dice) -> SwitchUnchecked {
    match dice.below(10) {
        0 => SwitchUnchecked::Redeem,
        1 => SwitchUnchecked::Settle,
        2 => SwitchUnchecked::Allocate,
        3 => SwitchUnchecked::Mint,
        other => SwitchUnchecked::Asset(world.mars.unchecked(Token::COLLATERAL[other - 4])),
    }
}

/// One that is paused; at times, where there is none, any.
fn paused(world: &World, dice: &mut Dice) -> Option<SwitchUnchecked> {
    use mars_types::treasury::Switch;
    let pauses = world.mars.pauses().pauses;
    let paused: Vec<_> = pauses.into_iter().filter(|entry| entry.paused).map(|entry| entry.switch).collect();
    match dice.pick(&paused) {
        None if dice.once_in(4) => Some(SwitchUnchecked::Mint),
        None => None,
        Some(Switch::Mint) => Some(SwitchUnchecked::Mint),
        Some(Switch::Redeem) => Some(SwitchUnchecked::Redeem),
        Some(Switch::Settle) => Some(SwitchUnchecked::Settle),
        Some(Switch::Allocate) => Some(SwitchUnchecked::Allocate),
        Some(Switch::Asset(asset)) => Some(SwitchUnchecked::Asset(asset.clone().into())),
    }
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let mars = &world.mars;
    let held = &world.seen.assets;
    let person = |dice: &mut Dice| dice.pick(&[Stranger, Keeper]).unwrap().addr().into_string();
    let msg = match name {
        "register_asset" => {
            let known = held.len() - 6;
            let (asset, decimals) = (AssetUnchecked::native(format!("unew{known}")), 6);
            let level = *dice.pick(&Level::EXTERNAL).unwrap();
            let cap = dice.part(MILLION).into();
            ExecuteMsg::RegisterAsset { asset, level, decimals, cap }
        }
        "update_asset" => {
            let entry = dice.pick(held)?;
            let (cap, listed) = match dice.below(6) {
                0..=3 => (Some(Uint128::new(10u128.pow(33))), Some(true)),
                4 => (Some(dice.part(entry.held.u128().max(1)).into()), None),
                _ => (None, Some(false)),
            };
            ExecuteMsg::UpdateAsset { asset: entry.asset.clone().into(), cap, listed }
        }
        "update_non_circulating" => {
            let registered = mars.config().non_circulating;
            let wanted = [&mars.staking, &mars.collector, &world.holder];
            let (mut add, mut remove) = (vec![], vec![]);
            match wanted.iter().find(|contract| !registered.contains(contract)) {
                Some(missing) => add.push(missing.to_string()),
                None => remove.push(dice.pick(&registered)?.to_string()),
            }
            ExecuteMsg::UpdateNonCirculating { add, remove }
        }
        "withdraw_reserve" => {
            let amount = dice.part(world.seen.solvency.reserve.u128() / 20).into();
            ExecuteMsg::WithdrawReserve { amount, recipient: person(dice) }
        }
        "register_position" => {
            let taken =
                |pool: u32| world.seen.positions.positions.iter().any(|one| one.position.pool == pool);
            let mut pools: Vec<_> = world.seen.pools.iter().collect();
            if !dice.once_in(4) {
                pools.retain(|pool| !taken(pool.pool));
            }
            let pool = dice.pick(&pools)?;
            let has = |asset: &Asset| pool.assets.iter().any(|entry| entry.asset == *asset);
            let kind = match dice.below(6) {
                5 => PositionKind::Yield,
                _ if has(&mars.asset(Token::Xms)) => PositionKind::Xms,
                _ if has(&world.usdm()) => PositionKind::Usdm,
                _ => PositionKind::Yield,
            };
            let (swap, cap) = (mars.swap.to_string(), (1_000 * MILLION).into());
            ExecuteMsg::RegisterPosition { swap, pool: pool.pool, kind, cap }
        }
        "update_position" => {
            let pool = dice.pick(&world.seen.positions.positions)?.position.pool;
            let (cap, exit_only) = match dice.below(6) {
                0..=3 => (Some((1_000 * MILLION).into()), Some(false)),
                4 => (Some(dice.part(MILLION).into()), None),
                _ => (None, Some(true)),
            };
            ExecuteMsg::UpdatePosition { pool, cap, exit_only }
        }
        "deposit" => {
            let positions = positions(world, |kind| kind == PositionKind::Yield);
            let position = &dice.pick(&positions)?.position;
            let deadline = world.deadline(dice);
            let part = |asset: &Asset| {
                let entry = held.iter().find(|entry| entry.asset == *asset);
                Uint128::new(dice.part(entry.map_or(0, |entry| entry.held.u128() / 10)))
            };
            let amounts = position.assets.iter().map(part).collect();
            ExecuteMsg::Deposit { pool: position.pool, amounts, min_lp: Uint128::zero(), deadline }
        }
        "remove" => {
            let positions = positions(world, |_| true);
            let there: Vec<_> = positions.iter().filter(|entry| !entry.position.lp.is_zero()).collect();
            let position = &dice.pick(&there)?.position;
            let lp = dice.part(position.lp.u128()).into();
            ExecuteMsg::Remove { pool: position.pool, lp, deadline: world.deadline(dice) }
        }
        "spend" => {
            let entry = dice.pick(held)?;
            let amount = dice.part(entry.held.u128() / 20).into();
            ExecuteMsg::Spend { asset: entry.asset.clone().into(), amount, recipient: person(dice) }
        }
        "vote_chain" => {
            let options = [ChainVote::Yes, ChainVote::No, ChainVote::Abstain, ChainVote::NoWithVeto];
            ExecuteMsg::VoteChain { proposal: dice.within(1, 9), option: *dice.pick(&options)? }
        }
        "call_dao" => {
            let contracts = [&world.holder, &mars.usdm, &mars.swap];
            let contract = if dice.once_in(4) { dice.pick(&contracts)? } else { &&world.holder };
            let msg = Binary::from(br#"{"amount":"1000000","answers":true}"#);
            ExecuteMsg::CallDao { contract: contract.to_string(), msg }
        }
        "declare_recovery" if out_of_season(world, false, dice) => return None,
        "declare_recovery" => ExecuteMsg::DeclareRecovery {},
        "end_recovery" if out_of_season(world, true, dice) => return None,
        "end_recovery" => ExecuteMsg::EndRecovery {},
        "update_params" => ExecuteMsg::UpdateParams { params: params(world, dice) },
        "lower_limits" => ExecuteMsg::LowerLimits { limits: lower_limits(world, dice) },
        "pause" => ExecuteMsg::Pause { switch: switch(world, dice) },
        "confirm_pause" => ExecuteMsg::ConfirmPause { switch: paused(world, dice)? },
        "unpause" => ExecuteMsg::Unpause { switch: paused(world, dice)? },
        "set_guardian" => return Some(set_guardian(world, &mars.treasury, dice)),
        "update_ownership" => return Some(offer(world, &mars.treasury)),
        other => unreachable!("the treasury is not told {other}"),
    };
    Some(message(&mars.treasury, &msg, vec![]))
}

/// Mostly the defaults, which undoes what limits were lowered.
fn params(world: &World, dice: &mut Dice) -> Params {
    let mut params = Params { support_ratio: world.mars.config().params.support_ratio, ..Params::default() };
    let mut bps = |most: u64| Bps(u16::try_from(dice.within(0, most)).unwrap());
    match bps(7).0 {
        0..=2 => {}
        3 => {
            params.mint_fee.gold = bps(110);
            params.mint_fee.stable = bps(100);
            params.redemption_fee = bps(100);
        }
        4 => {
            params.class_limit.stable = bps(10_100);
            params.class_limit.gold = bps(10_000);
        }
        5 => {
            params.ceiling.step = bps(510);
            params.ceiling.floor = Uint128::new(u128::from(bps(9_999).0) * 1_000 * ONE);
        }
        6 => {
            params.mint_limit.rate = bps(10_000);
            params.mint_limit.floor = Uint128::new(u128::from(bps(9_999).0) * 1_000 * ONE);
            params.epoch_budget = Budget { of_user_owned: bps(1_000), of_depth: bps(2_500) };
            params.spend_limit = bps(2_600);
        }
        _ => params.support_ratio = Bps(20_000 + bps(20_000).0),
    }
    params
}

fn lower_limits(world: &World, dice: &mut Dice) -> LowerLimits {
    let params = world.mars.config().params;
    let lower =
        |of: Bps, dice: &mut Dice| Bps(u16::try_from(dice.within(u64::from(of.0 / 2), of.0.into())).unwrap());
    let mut limits = LowerLimits::default();
    match dice.below(6) {
        0 => limits.mint_rate = Some(lower(params.mint_limit.rate, dice)),
        1 => limits.mint_floor = Some(dice.part(params.mint_limit.floor.u128()).into()),
        2 => {
            let Budget { of_user_owned, of_depth } = params.day_budget;
            limits.day_budget =
                Some(Budget { of_user_owned: lower(of_user_owned, dice), of_depth: lower(of_depth, dice) });
        }
        3 => {
            let Budget { of_user_owned, of_depth } = params.epoch_budget;
            limits.epoch_budget = Some(Budget { of_user_owned, of_depth: lower(of_depth, dice) });
        }
        4 => limits.spend_limit = Some(lower(params.spend_limit, dice)),
        _ => {
            let entry = dice.pick(&world.seen.assets).unwrap();
            let cap = dice.part(entry.cap.u128()).into();
            limits.asset_caps = vec![AssetCap { asset: entry.asset.clone().into(), cap }];
        }
    }
    limits
}
