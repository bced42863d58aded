//! Random sequences of every message by users, feeders, guardian, owner and attacker, with time and price moves.
//!
//! The laws are those of the protocol by number: 1 sums of balances, 2 caps and shares after a mint, 3 every USDM was
//! paid for, 4 ledgers are held, 8 the queue is accounted for and paid in order, 9 a pause stops its switch alone, 10 the guardian raises no claim, 11 simulated is
//! executed. 2 and 11 are checked by the bench inside every mint and redemption.

use cosmwasm_std::{to_json_binary, Addr, Decimal, Uint128};
use cw20::{Cw20ExecuteMsg, Cw20ReceiveMsg};
use mars_testing::Actor::{self, Attacker, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{self, Usdc, Xms};
use mars_testing::{hop, message, Mars, Mint, Redeem, USDM_USDC, XMS_USDC};
use mars_types::treasury::{
    AssetCap, AssetEntry, Budget, ClaimEntry, ClaimsResponse, Cw20HookMsg, ExecuteMsg, Level, LowerLimits,
    MintReceipt, PositionKind, QueryMsg, RedeemReceipt, SolvencyResponse, SwitchUnchecked,
};
use mars_types::{Asset, Bps, Refusal, RefusalCode, Simulation};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::{MILLION, ONE, THOUSAND};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Terms {
    Any,
    /// More than the fair value.
    Greedy,
    /// Due a second ago.
    Late,
}

#[derive(Clone, Debug)]
enum Step {
    Mint {
        who: Actor,
        token: Token,
        /// Micro-dollars at the first price.
        value: u64,
        terms: Terms,
    },
    Redeem {
        who: Actor,
        /// Basis points of what he has.
        share: u16,
        queue: bool,
        terms: Terms,
    },
    Settle {
        limit: u32,
    },
    /// One of the claims, by its owner or by another.
    Cancel {
        claim: usize,
        own: bool,
    },
    /// Of a claim, or of what somebody holds.
    Basket {
        claim: Option<usize>,
        who: Actor,
        share: u16,
    },
    Allocate {
        pool: u32,
        amount: u64,
    },
    /// Hundredths of the position, by the owner, or all of it in recovery by anyone.
    TakeBack {
        pool: u32,
        part: u8,
        unwind: bool,
    },
    /// Through one of the pools, one way or the other.
    Trade {
        pool: u32,
        forth: bool,
        value: u64,
    },
    OwnerDeclares,
    OwnerEnds,
    Fund {
        who: Actor,
        xms: u64,
    },
    Poke,
    Transfer {
        from: Actor,
        to: Actor,
        share: u16,
    },
    Burn {
        who: Actor,
        share: u16,
    },
    Donate {
        token: Token,
        value: u64,
    },
    Wait {
        seconds: u32,
        fresh: bool,
    },
    NextEpoch,
    /// To this many hundredths of the price.
    Price {
        token: Token,
        percent: u16,
    },
    Disagree {
        token: Token,
        low: u16,
        high: u16,
    },
    Silence {
        token: Token,
    },
    Speak {
        token: Token,
    },
    GuardianPauses {
        switch: usize,
    },
    GuardianLowers {
        mint_rate: u16,
        mint_floor: u64,
        of_user_owned: u16,
        cap: Option<(Token, u64)>,
    },
    OwnerPauses {
        switch: usize,
    },
    OwnerLifts {
        switch: usize,
    },
    OwnerConfirms {
        switch: usize,
    },
    OwnerTunes {
        fee: u16,
        limit: u16,
        step: u16,
        floor: u64,
        rate: u16,
    },
    OwnerLists {
        token: Token,
        listed: bool,
        cap: Option<u64>,
    },
    OwnerWithdraws {
        xms: u64,
    },
    OwnerRegisters {
        holder: Option<u64>,
    },
    HolderSays {
        xms: Option<u64>,
    },
    Attack {
        kind: u8,
        amount: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let user = || prop::sample::select(vec![Minter, Trader, Attacker]);
    let token = || prop::sample::select(Token::ALL.to_vec());
    // Dust and fortunes alike: the exponent is as random as the digits.
    let amount = || (0u32..13, 1u64..10_000).prop_map(|(exponent, digits)| digits * 10u64.pow(exponent));
    // Up to 100,000 dollars: what a young treasury may take.
    let worth = || (0u32..9, 1u64..1_000).prop_map(|(exponent, digits)| digits * 10u64.pow(exponent));
    let terms = || prop_oneof![8 => Just(Terms::Any), 1 => Just(Terms::Greedy), 1 => Just(Terms::Late)];
    let switch = || 0usize..10;
    let step = prop_oneof![
        16 => (user(), token(), worth(), terms())
            .prop_map(|(who, token, value, terms)| Step::Mint { who, token, value, terms }),
        10 => (user(), 1u16..=250, any::<bool>(), terms())
            .prop_map(|(who, share, queue, terms)| Step::Redeem { who, share, queue, terms }),
        2 => (user(), 1_000u16..=5_000, Just(true), Just(Terms::Any))
            .prop_map(|(who, share, queue, terms)| Step::Redeem { who, share, queue, terms }),
        4 => (0u32..=31).prop_map(|limit| Step::Settle { limit }),
        2 => (0usize..5, prop::bool::weighted(0.8)).prop_map(|(claim, own)| Step::Cancel { claim, own }),
        4 => (proptest::option::of(0usize..5), user(), 1u16..=10_000)
            .prop_map(|(claim, who, share)| Step::Basket { claim, who, share }),
        4 => (1u32..=2, amount()).prop_map(|(pool, amount)| Step::Allocate { pool, amount }),
        2 => (1u32..=2, 1u8..=100, any::<bool>())
            .prop_map(|(pool, part, unwind)| Step::TakeBack { pool, part, unwind }),
        2 => (1u32..=2, any::<bool>(), worth())
            .prop_map(|(pool, forth, value)| Step::Trade { pool, forth, value }),
        1 => Just(Step::OwnerDeclares),
        2 => Just(Step::OwnerEnds),
        1 => (user(), amount()).prop_map(|(who, xms)| Step::Fund { who, xms }),
        2 => Just(Step::Poke),
        2 => (user(), user(), 0u16..=10_000).prop_map(|(from, to, share)| Step::Transfer { from, to, share }),
        1 => (user(), 0u16..=10_000).prop_map(|(who, share)| Step::Burn { who, share }),
        1 => (token(), amount()).prop_map(|(token, value)| Step::Donate { token, value }),
        4 => (1u32..400, any::<bool>()).prop_map(|(seconds, fresh)| Step::Wait { seconds, fresh }),
        1 => (1u32..2_000_000, Just(true)).prop_map(|(seconds, fresh)| Step::Wait { seconds, fresh }),
        6 => Just(Step::NextEpoch),
        3 => (token(), 30u16..300).prop_map(|(token, percent)| Step::Price { token, percent }),
        3 => (token(), 0u16..=200, 0u16..=200).prop_map(|(token, low, high)| Step::Disagree { token, low, high }),
        1 => token().prop_map(|token| Step::Silence { token }),
        2 => token().prop_map(|token| Step::Speak { token }),
        1 => switch().prop_map(|switch| Step::GuardianPauses { switch }),
        1 => (0u16..600, amount(), 40u16..110, proptest::option::of((token(), amount()))).prop_map(
            |(mint_rate, mint_floor, of_user_owned, cap)| Step::GuardianLowers {
                mint_rate, mint_floor, of_user_owned, cap
            }
        ),
        1 => switch().prop_map(|switch| Step::OwnerPauses { switch }),
        3 => switch().prop_map(|switch| Step::OwnerLifts { switch }),
        1 => switch().prop_map(|switch| Step::OwnerConfirms { switch }),
        2 => (0u16..=110, 0u16..=10_100, 0u16..=510, amount(), 0u16..=10_100).prop_map(
            |(fee, limit, step, floor, rate)| Step::OwnerTunes { fee, limit, step, floor, rate }
        ),
        2 => (token(), prop::bool::weighted(0.8), proptest::option::of(amount()))
            .prop_map(|(token, listed, cap)| Step::OwnerLists { token, listed, cap }),
        1 => amount().prop_map(|xms| Step::OwnerWithdraws { xms }),
        1 => proptest::option::of(amount()).prop_map(|holder| Step::OwnerRegisters { holder }),
        1 => proptest::option::of(amount()).prop_map(|xms| Step::HolderSays { xms }),
        2 => (any::<u8>(), amount()).prop_map(|(kind, amount)| Step::Attack { kind, amount }),
    ];
    prop::collection::vec(step, 1..60)
}

/// The protocol, and what the test knows about it on its own account.
struct World {
    mars: Mars,
    holder: Option<Addr>,
    /// uusdm.
    minted: u128,
    redeemed: u128,
    claimed: u128,
    burned: u128,
}

/// A moment's assets: what left the treasury would show here.
fn held(mars: &Mars) -> Vec<u128> {
    let external = |entry: &AssetEntry| entry.level != Level::Xms;
    mars.assets().into_iter().filter(external).map(|entry| entry.held.u128()).collect()
}

impl World {
    fn new() -> Self {
        let mut mars = Mars::deploy();
        mars.register(Xms, u128::MAX).unwrap();
        // The pools begin with 500,000 USDM of the owner.
        mars.open_pools();
        mars.advance_fresh(1_800);
        mars.register_position(USDM_USDC, PositionKind::Usdm).unwrap();
        mars.register_position(XMS_USDC, PositionKind::Xms).unwrap();
        let receipt = mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
        mars.next_epoch();
        Self {
            mars,
            holder: None,
            minted: receipt.usdm.u128() + 500 * THOUSAND,
            redeemed: 0,
            claimed: 0,
            burned: 0,
        }
    }

    fn take(&mut self, step: &Step) {
        let (before, reserve) = (held(&self.mars), self.mars.solvency().reserve.u128());
        let reserve_left = match step {
            Step::Redeem { who, share, queue, terms } => self.redeem(*who, *share, *queue, *terms, reserve),
            Step::Settle { limit } => self.settle(*limit, reserve),
            Step::OwnerWithdraws { xms } => self.withdraw(*xms, reserve),
            step => {
                self.other(step);
                self.mars.solvency().reserve.u128()
            }
        };
        let after = held(&self.mars);
        assert!(
            before.iter().zip(&after).all(|(before, after)| before <= after)
                || matches!(step, Step::Basket { .. } | Step::Allocate { .. }),
            "an asset has left: {step:?}"
        );
        let pays = matches!(
            step,
            Step::Redeem { .. } | Step::Settle { .. } | Step::OwnerWithdraws { .. } | Step::Allocate { .. }
        );
        assert!(reserve_left >= reserve || pays);
        self.check();
    }

    fn other(&mut self, step: &Step) {
        let mars = &mut self.mars;
        match step {
            Step::Mint { who, token, value, terms } => self.mint(*who, *token, *value, *terms),
            Step::Redeem { .. } | Step::Settle { .. } | Step::OwnerWithdraws { .. } => unreachable!(),
            Step::Cancel { claim, own } => self.cancel(*claim, *own),
            Step::Basket { claim, who, share } => self.basket(*claim, *who, *share),
            Step::Allocate { pool, amount } => {
                if let Ok(receipt) = mars.allocate(Keeper, *pool, (*amount).into()) {
                    self.minted += (receipt.usdm + receipt.reward).u128();
                    let solvency = mars.solvency();
                    assert!(solvency.treasury_owned_cap <= solvency.usdm_supply);
                }
            }
            Step::TakeBack { pool, part, unwind } => {
                let supply = mars.usdm_supply();
                let lp = mars.position(*pool).position.lp * Uint128::from(*part) / Uint128::new(100);
                let (who, msg) = if *unwind {
                    (Stranger, ExecuteMsg::Unwind { pool: *pool })
                } else {
                    (Owner, ExecuteMsg::Remove { pool: *pool, lp, deadline: mars.now() })
                };
                if mars.tell_treasury(who, &msg).is_ok() {
                    self.burned += supply - mars.usdm_supply();
                }
            }
            Step::Trade { pool, forth, value } => {
                let usdc = mars.asset(Usdc);
                let own = if *pool == XMS_USDC { mars.asset(Xms) } else { Asset::Cw20(mars.usdm.clone()) };
                let (offer, ask) = if *forth { (own, usdc) } else { (usdc, own) };
                if u128::from(*value) <= mars.balance_of(Trader, &offer) {
                    let _ = mars.swap(Trader, &offer, (*value).into(), &[hop(*pool, &ask)]);
                }
            }
            Step::OwnerDeclares => {
                only(mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}), &[RefusalCode::Recovery]);
            }
            Step::OwnerEnds => {
                only(mars.tell_treasury(Owner, &ExecuteMsg::EndRecovery {}), &[RefusalCode::NoRecovery]);
            }
            Step::Fund { who, xms } => {
                let xms = u128::from(*xms).min(mars.xms_of(*who));
                if xms > 0 {
                    let held = mars.held(Xms);
                    mars.fund_reserve(*who, xms).unwrap();
                    assert_eq!(mars.held(Xms), held, "a gift is no collateral");
                }
            }
            Step::Poke => drop(mars.poke(Keeper).unwrap()),
            Step::Transfer { from, to, share } => {
                let amount = mars.usdm_of(*from) * u128::from(*share) / 10_000;
                if amount > 0 && from != to {
                    mars.give_usdm(*from, *to, amount);
                }
            }
            Step::Burn { who, share } => {
                let amount = mars.usdm_of(*who) * u128::from(*share) / 100_000;
                if amount > 0 {
                    let burn = Cw20ExecuteMsg::Burn { amount: amount.into() };
                    let usdm = mars.usdm.clone();
                    mars.transact(*who, vec![message(&usdm, &burn, vec![])]).unwrap();
                    self.burned += amount;
                }
            }
            Step::Donate { token, value } => {
                let (treasury, amount) = (mars.treasury.clone(), u128::from(*value));
                if amount <= mars.balance(Keeper, *token) {
                    let before = (mars.solvency(), mars.epoch(), mars.assets());
                    mars.give(Keeper, &treasury, *token, amount);
                    assert_eq!((mars.solvency(), mars.epoch(), mars.assets()), before);
                }
            }
            Step::Wait { seconds, fresh: true } => mars.advance_fresh((*seconds).into()),
            Step::Wait { seconds, fresh: false } => mars.advance((*seconds).into()),
            Step::NextEpoch => mars.next_epoch(),
            Step::Price { token, percent } => {
                if let Ok(price) = mars.price(*token) {
                    let price = price.median * Decimal::percent((*percent).into());
                    if price > Decimal::permille(1) && price < Decimal::from_ratio(1_000_000u64, 1u64) {
                        mars.restore_feeders(*token, &price.to_string());
                    }
                }
            }
            Step::Disagree { token, low, high } => {
                if let Ok(price) = mars.price(*token) {
                    let at = |bps: u16| (price.median * Decimal::bps(bps.into())).to_string();
                    let band = [at(10_000 - low), price.median.to_string(), at(10_000 + high)];
                    mars.restore_feeders(*token, &band[1]);
                    mars.set_band(*token, band.each_ref().map(String::as_str));
                }
            }
            Step::Silence { token } => {
                if mars.price(*token).is_ok() {
                    mars.remove_price(*token);
                }
            }
            Step::Speak { token } => {
                if mars.price(*token).is_err() {
                    mars.restore_feeders(*token, token.first_price());
                }
            }
            Step::GuardianPauses { switch } => {
                let switch = self.switch(*switch);
                self.guardian(ExecuteMsg::Pause { switch });
            }
            Step::GuardianLowers { mint_rate, mint_floor, of_user_owned, cap } => {
                let of_user_owned = Bps(*of_user_owned);
                let limits = LowerLimits {
                    mint_rate: Some(Bps(*mint_rate)),
                    mint_floor: Some((*mint_floor).into()),
                    epoch_budget: Some(Budget { of_user_owned, of_depth: Bps(250) }),
                    day_budget: None,
                    spend_limit: Some(Bps(*mint_rate)),
                    asset_caps: cap
                        .iter()
                        .map(|(token, cap)| AssetCap { asset: mars.unchecked(*token), cap: (*cap).into() })
                        .collect(),
                };
                self.guardian(ExecuteMsg::LowerLimits { limits });
            }
            Step::OwnerPauses { switch } => {
                let switch = self.switch(*switch);
                self.mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch }).unwrap();
            }
            Step::OwnerLifts { switch } => {
                let switch = self.switch(*switch);
                let result = self.mars.tell_treasury(Owner, &ExecuteMsg::Unpause { switch });
                only(result, &[RefusalCode::NotFound]);
            }
            Step::OwnerConfirms { switch } => {
                let switch = self.switch(*switch);
                let result = self.mars.tell_treasury(Owner, &ExecuteMsg::ConfirmPause { switch });
                only(result, &[RefusalCode::NotFound]);
            }
            Step::OwnerTunes { fee, limit, step, floor, rate } => {
                let result = mars.update_params(|params| {
                    params.mint_fee.gold = Bps(*fee);
                    params.class_limit.stable = Bps(*limit);
                    params.ceiling.step = Bps(*step);
                    params.mint_limit.floor = (*floor).into();
                    params.mint_limit.rate = Bps(*rate);
                    params.redemption_fee = Bps(*fee);
                });
                only(result, &[RefusalCode::InvalidInput]);
            }
            Step::OwnerLists { token, listed, cap } => {
                let asset = mars.unchecked(*token);
                let cap = cap.map(|cap| Uint128::from(cap).full_mul(1_000_000u128).try_into().unwrap());
                let msg = ExecuteMsg::UpdateAsset { asset, cap, listed: Some(*listed) };
                mars.tell_treasury(Owner, &msg).unwrap();
            }
            Step::OwnerRegisters { holder } => {
                let remove: Vec<String> = self.holder.take().map(Addr::into_string).into_iter().collect();
                self.holder = holder.map(|xms| mars.deploy_holder(xms.into()));
                let add = self.holder.clone().map(Addr::into_string).into_iter().collect();
                mars.tell_treasury(Owner, &ExecuteMsg::UpdateNonCirculating { add, remove }).unwrap();
            }
            Step::HolderSays { xms } => {
                if let Some(holder) = &self.holder {
                    mars.set_holder(holder, xms.map(Into::into));
                }
            }
            Step::Attack { kind, amount } => self.attack(*kind, (*amount).into()),
        }
    }

    fn mint(&mut self, who: Actor, token: Token, value: u64, terms: Terms) {
        let mars = &self.mars;
        let first: Decimal = token.first_price().parse().unwrap();
        let amount = Uint128::from(value)
            .multiply_ratio(token.units(1), 1_000_000u128)
            .mul_floor(Decimal::one() / first);
        if amount.is_zero() || amount.u128() > mars.balance(who, token) {
            return;
        }
        let mut mint = Mint::of(mars.asset(token), amount.u128()).recipient(Trader);
        match terms {
            Terms::Any => {}
            Terms::Greedy => mint = mint.min_out(value.into()),
            Terms::Late => mint = mint.deadline(mars.now() - 1),
        }
        let (paused, price) = (self.paused(&["mint", &mars.asset(token).to_string()]), mars.price(token));
        match self.mars.mint_with(who, mint) {
            Ok(receipt) => {
                assert!(!paused && terms != Terms::Late);
                self.minted += receipt.usdm.u128();
                // Law 3, on its own account: usdm ≤ amount × low, and of a stablecoin no more than a dollar each.
                let low = price.unwrap().band.low;
                let credited = if token.level() == Level::Stable { low.min(Decimal::one()) } else { low };
                assert_eq!(receipt.price, credited);
                let paid = amount.full_mul(credited.atomics());
                let scale = Uint128::new(10u128.pow(u32::from(token.decimals()) + 12));
                assert!(receipt.usdm.full_mul(scale) <= paid, "{receipt:?}");
                if token == Xms {
                    let solvency = self.mars.solvency();
                    assert!(solvency.user_owned <= solvency.external_low, "XMS was paid out of surplus only");
                }
            }
            Err(refusal) => assert_eq!(refusal.code == RefusalCode::Paused, paused, "{refusal}"),
        }
    }

    /// The reserve afterwards.
    fn redeem(&mut self, who: Actor, share: u16, queue: bool, terms: Terms, reserve: u128) -> u128 {
        let mars = &self.mars;
        let usdm = mars.usdm_of(who) * u128::from(share) / 10_000;
        if usdm == 0 {
            return reserve;
        }
        let mut redeem = Redeem { queue, ..Redeem::of(usdm).recipient(Stranger) };
        match terms {
            Terms::Any => {}
            Terms::Greedy => redeem = redeem.min_out(usdm * 4),
            Terms::Late => redeem = redeem.deadline(mars.now() - 1),
        }
        let (paused, high) = (self.paused(&["redeem"]), mars.price(Xms).map(|price| price.band.high));
        let mars = &mut self.mars;
        let budgets = (mars.epoch().epoch_budget.level, mars.epoch().day_budget.level);
        match mars.redeem_with(who, redeem) {
            Ok(receipt) => {
                assert!(!paused && terms != Terms::Late);
                assert!(queue || receipt.queued.is_zero());
                let settled: Uint128 = receipt.settled.iter().map(|one| one.burned).sum();
                let burned = receipt.usdm + settled;
                assert!(burned <= budgets.0 && burned <= budgets.1);
                let paid = receipt.settled.iter().map(|one| one.paid).sum::<Uint128>() + receipt.xms;
                self.redeemed += burned.u128();
                assert_eq!(receipt.reserve, Uint128::new(reserve) - paid);
                let Some(price) = receipt.price else {
                    return reserve;
                };
                assert_eq!(price, high.unwrap());
                // Paid at high and rounded against the caller: xms × high ≤ usdm.
                let worth = paid.full_mul(price.atomics());
                assert!(worth <= burned.full_mul(Decimal::one().atomics()), "{receipt:?}");
                receipt.reserve.u128()
            }
            Err(refusal) => {
                assert_eq!(refusal.code == RefusalCode::Paused, paused, "{refusal}");
                reserve
            }
        }
    }

    /// The reserve afterwards.
    fn settle(&mut self, limit: u32, reserve: u128) -> u128 {
        let paused = self.paused(&["settle"]);
        match self.mars.settle(Keeper, limit) {
            Ok(receipt) => {
                assert!(!paused);
                self.redeemed += receipt.claims.iter().map(|claim| claim.burned.u128()).sum::<u128>();
                receipt.reserve.u128()
            }
            Err(refusal) => {
                use RefusalCode::{InvalidInput, NoPrice, Paused, Recovery};
                assert_eq!(refusal.code == Paused, paused, "{refusal}");
                assert!([InvalidInput, NoPrice, Paused, Recovery].contains(&refusal.code), "{refusal}");
                reserve
            }
        }
    }

    fn claims(&self) -> Vec<ClaimEntry> {
        let query = QueryMsg::Claims { owner: None, start_after: None, limit: Some(30) };
        self.mars.ask_treasury::<ClaimsResponse>(&query).claims
    }

    fn cancel(&mut self, claim: usize, own: bool) {
        let Some(claim) = self.claims().into_iter().nth(claim) else {
            return;
        };
        if own {
            // Whatever is paused: an exit always works.
            let receipt = self.mars.cancel_claim(claim.owner, claim.id).unwrap();
            self.burned += receipt.fee.u128();
        } else {
            let refusal = self.mars.cancel_claim(Attacker, claim.id).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::Unauthorized);
        }
    }

    fn basket(&mut self, claim: Option<usize>, who: Actor, share: u16) {
        let claim = claim.and_then(|claim| self.claims().into_iter().nth(claim));
        let mars = &mut self.mars;
        let terms = mars.any_basket();
        let of = |usdm: u128| usdm * u128::from(share) / 10_000;
        let result = match claim {
            Some(claim) => {
                let usdm = of(claim.usdm.u128());
                mars.claim_basket_with(claim.owner, Some(claim.id), Some(usdm), terms)
            }
            None => {
                let usdm = of(mars.usdm_of(who));
                if usdm == 0 {
                    return;
                }
                mars.claim_basket_with(who, None, Some(usdm), terms)
            }
        };
        match result {
            Ok(receipt) => {
                self.claimed += receipt.usdm.u128();
                // Nobody gets more than a dollar for a USDM, at the highest price of each asset.
                let worth: u128 = receipt
                    .paid
                    .iter()
                    .map(|paid| {
                        let entries = self.mars.assets();
                        let decimals = entries.iter().find(|e| e.asset == paid.asset).unwrap().decimals;
                        let token = Token::COLLATERAL.iter().find(|t| self.mars.asset(**t) == paid.asset);
                        let price = self.mars.price(*token.unwrap()).unwrap().band.high;
                        paid.amount
                            .multiply_ratio(price.atomics(), 10u128.pow(u32::from(decimals) + 12))
                            .u128()
                    })
                    .sum();
                assert!(worth <= receipt.usdm.u128(), "{receipt:?}");
            }
            Err(refusal) => {
                use RefusalCode::{NoRecovery, TooSmall, Unwinding};
                assert!([NoRecovery, TooSmall, Unwinding].contains(&refusal.code), "{refusal}");
            }
        }
    }

    fn withdraw(&mut self, xms: u64, reserve: u128) -> u128 {
        let msg = ExecuteMsg::WithdrawReserve { amount: xms.into(), recipient: Owner.addr().into_string() };
        match self.mars.tell_treasury(Owner, &msg) {
            Ok(_) => {
                let left = self.mars.solvency().reserve;
                assert_eq!(left.u128(), reserve - u128::from(xms));
                if let Ok(price) = self.mars.price(Xms) {
                    let half = self.mars.usdm_supply().div_ceil(2);
                    assert!(left.mul_floor(price.band.low).u128() >= half);
                }
                left.u128()
            }
            Err(refusal) => {
                use RefusalCode::{NoPrice, Recovery, ReserveLocked, ReserveShort};
                assert!(
                    [NoPrice, Recovery, ReserveLocked, ReserveShort].contains(&refusal.code),
                    "{refusal}"
                );
                reserve
            }
        }
    }

    /// Law 10: whatever the guardian does, nobody owns more and nobody is promised more.
    fn guardian(&mut self, msg: ExecuteMsg) {
        let owned = |mars: &Mars| {
            let who = Actor::FUNDED.into_iter().chain([Guardian, Stranger]);
            who.map(|who| (mars.usdm_of(who), mars.xms_of(who), mars.balance(who, Usdc))).collect::<Vec<_>>()
        };
        let promised = |mars: &Mars| {
            let redeem =
                QueryMsg::SimulateRedeem { usdm: ONE.into(), queue: false, min_out: None, deadline: None };
            mars.ask_treasury::<Simulation<RedeemReceipt>>(&redeem).receipt.map(|receipt| receipt.xms)
        };
        let mars = &mut self.mars;
        let (owns, solvency, epoch, promise) = (owned(mars), mars.solvency(), mars.epoch(), promised(mars));
        let assets = mars.assets();
        use RefusalCode::{AlreadyPaused, InvalidInput, LimitRaise, PauseResting, Unauthorized};
        only(
            mars.tell_treasury(Guardian, &msg),
            &[AlreadyPaused, InvalidInput, LimitRaise, PauseResting, Unauthorized],
        );
        assert_eq!(owned(mars), owns);
        let after = mars.solvency();
        assert!(after.spend_left <= solvency.spend_left);
        assert_eq!(SolvencyResponse { spend_left: solvency.spend_left, ..after }, solvency);
        assert!(promised(mars).is_none_or(|xms| promise == Some(xms)));
        let after = mars.epoch();
        assert!(after.mint_limit.level <= epoch.mint_limit.level);
        assert!(after.epoch_budget.level <= epoch.epoch_budget.level);
        assert!(after.day_budget.level <= epoch.day_budget.level);
        for (after, before) in mars.assets().iter().zip(&assets) {
            assert!(after.cap <= before.cap && after.held == before.held && after.listed == before.listed);
        }
    }

    /// Everything an attacker can send without a role: each is refused.
    fn attack(&mut self, kind: u8, amount: u128) {
        let mars = &mut self.mars;
        let (min_out, deadline) = (Uint128::zero(), mars.now());
        let hook = match kind % 3 {
            0 => Cw20HookMsg::Mint { min_out, deadline, recipient: None },
            1 => Cw20HookMsg::Redeem { min_out, deadline, recipient: None, queue: false },
            _ => Cw20HookMsg::FundReserve {},
        };
        let result = match kind % 7 {
            0..=2 => {
                let forged = ExecuteMsg::Receive(Cw20ReceiveMsg {
                    sender: Minter.addr().into_string(),
                    amount: amount.into(),
                    msg: to_json_binary(&hook).unwrap(),
                });
                mars.tell_treasury(Attacker, &forged)
            }
            3 => {
                let recipient = Attacker.addr().into_string();
                let mint = Cw20ExecuteMsg::Mint { recipient, amount: amount.into() };
                let usdm = mars.usdm.clone();
                mars.transact(Attacker, vec![message(&usdm, &mint, vec![])])
            }
            4 => {
                let recipient = Attacker.addr().into_string();
                mars.tell_treasury(
                    Attacker,
                    &ExecuteMsg::WithdrawReserve { amount: amount.into(), recipient },
                )
            }
            5 => {
                let params = mars.config().params;
                mars.tell_treasury(Attacker, &ExecuteMsg::UpdateParams { params })
            }
            _ => {
                // A question that no number fits is answered, not failed.
                for token in [Usdc, Token::Gold, Xms] {
                    let mint = QueryMsg::SimulateMint {
                        asset: mars.unchecked(token),
                        amount: u128::MAX.into(),
                        min_out: None,
                        deadline: None,
                    };
                    let simulation: Simulation<MintReceipt> = mars.ask_treasury(&mint);
                    assert!(simulation.receipt.is_none());
                }
                return;
            }
        };
        use RefusalCode::{NotListed, Paused, Recovery, Unauthorized, WrongToken};
        let refusal = result.expect_err("an attack that worked");
        assert!([NotListed, Paused, Recovery, Unauthorized, WrongToken].contains(&refusal.code), "{refusal}");
    }

    fn switch(&self, number: usize) -> SwitchUnchecked {
        match number {
            0 => SwitchUnchecked::Mint,
            1 => SwitchUnchecked::Redeem,
            2 => SwitchUnchecked::Settle,
            3 => SwitchUnchecked::Allocate,
            token => SwitchUnchecked::Asset(self.mars.unchecked(Token::COLLATERAL[token - 4])),
        }
    }

    fn paused(&self, switches: &[&str]) -> bool {
        let pauses = self.mars.pauses().pauses;
        pauses.iter().any(|entry| entry.paused && switches.contains(&entry.switch.to_string().as_str()))
    }

    /// What holds after every step.
    fn check(&self) {
        self.mars.assert_invariants();
        let solvency = self.mars.solvency();
        assert_eq!(solvency.minted.u128(), self.minted);
        assert_eq!(solvency.redeemed.u128(), self.redeemed);
        assert_eq!(solvency.claimed.u128(), self.claimed);
        let gone = self.redeemed + self.claimed + self.burned;
        assert_eq!(solvency.usdm_supply.u128(), self.minted - gone);
        assert_eq!(self.mars.xms_supply(), 1_000 * MILLION);
        let epoch = self.mars.epoch();
        assert!(epoch.cap_user <= epoch.ceiling);
        assert!(epoch.ceiling.u128() >= MILLION);
        // Poking now does what the query says, and nothing else.
        assert_eq!(epoch.epoch, self.mars.epoch_now());
    }
}

/// A refusal may only be one of these.
fn only<T>(result: Result<T, Refusal>, codes: &[RefusalCode]) {
    if let Err(refusal) = result {
        assert!(codes.contains(&refusal.code), "{refusal}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/all/properties.regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_calls_breaks_a_law(steps in steps()) {
        let mut world = World::new();
        world.check();
        for step in &steps {
            world.take(step);
        }
    }
}
