//! An attacker with much of everything, beside keepers, feeders and arbitrageurs who do what they should. Prices outside do not
//! move: whatever he does, in whatever order, he has in the end no more than he had, but for what is due to him.

use std::cell::RefCell;

use cosmwasm_std::{CosmosMsg, Decimal, Isqrt, Uint128, Uint256};
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Stranger, Trader};
use mars_testing::Token::{self, Busd, Usdc, Xms};
use mars_testing::{Mint, Redeem, Trade, XMS_USDC, hop, message};
use mars_types::oracle::{self, PoolRules, SourceUnchecked};
use mars_types::swap::{self, PoolKind, PoolResponse, SwapReceipt};
use mars_types::treasury::{ExecuteMsg, PositionKind};
use mars_types::{Asset, Simulation, collector};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestError;

use super::action::Dice;
use super::world::{DAY, MILLION, ONE, Outcome, THOUSAND, World};
use super::{Tallies, live, quietly, runner};

/// Steps of a run if the environment does not say how many: too few for everything to succeed.
const STEPS: u64 = 700;
const DICE: usize = 7;

/// One thing that happens: a place in [`DEEDS`], and dice for the rest.
type Deed = [u16; DICE];
type Act = fn(&mut Hunt, &mut Dice) -> Outcome;

/// What happens, and how often.
const DEEDS: &[(&str, u16, Act)] = &[
    ("block", 10, |hunt, dice| hunt.pass(dice.within(1, 12))),
    ("minutes", 6, |hunt, dice| hunt.pass(dice.within(30, 900))),
    ("epoch", 8, |hunt, _| hunt.pass(180 - hunt.world.mars.now() % 180)),
    ("hours", 3, |hunt, dice| hunt.pass(dice.within(1_800, 30_000))),
    ("day", 1, |hunt, _| hunt.pass(DAY)),
    ("spread", 1, Hunt::spread),
    ("swap", 14, Hunt::swap),
    ("push", 8, Hunt::push),
    ("provide", 8, Hunt::provide),
    ("withdraw", 8, Hunt::withdraw),
    ("withdraw_one", 4, Hunt::withdraw_one),
    ("mint", 10, Hunt::mint),
    ("redeem", 10, Hunt::redeem),
    ("cancel", 4, Hunt::cancel),
    ("settle", 4, |hunt, _| hunt.world.mars.settle(Attacker, 30).into()),
    ("poke", 3, |hunt, _| hunt.world.mars.poke(Attacker).into()),
    ("allocate", 6, Hunt::allocate),
    ("basket", 8, Hunt::basket),
    ("unwind", 4, Hunt::unwind),
    ("stake", 2, Hunt::stake),
    ("unstake", 1, Hunt::unstake),
    ("claim", 1, |hunt, _| hunt.world.mars.claim(Attacker).into()),
    ("convert", 5, Hunt::convert),
    ("distribute", 2, |hunt, _| hunt.world.mars.distribute(Attacker).into()),
    ("user", 4, Hunt::user),
    ("recovery", 3, Hunt::recovery),
    ("dao", 3, Hunt::dao),
    ("guardian", 1, Hunt::guardian),
];

/// A life of the attacker.
struct Hunt {
    world: World,
    /// What he had, and what became due to him since, µUSD.
    had: u128,
    due: u128,
    diary: Vec<String>,
}

impl Hunt {
    fn live(world: World, life: &[Deed]) -> Self {
        let mut hunt = Self { world, had: 0, due: 0, diary: vec![] };
        hunt.world.begin_anew();
        hunt.had = hunt.wealth();
        for deed in life {
            hunt.step(deed);
        }
        hunt
    }

    fn step(&mut self, deed: &Deed) {
        let whole: u16 = DEEDS.iter().map(|(_, weight, _)| weight).sum();
        let mut at = deed[0] % whole;
        let deed_of = DEEDS.iter().find(|(_, weight, _)| {
            let found = at < *weight;
            at = at.saturating_sub(*weight);
            found
        });
        let (name, _, act) = deed_of.unwrap();
        let outcome = act(self, &mut Dice::of(&deed[1..]));
        self.world.count(name, &outcome);
        let (wealth, may) = (self.wealth(), self.had + self.due);
        self.diary.push(format!("{name}: {outcome:?}; {wealth} of {may}"));
        // Roundings of what he holds are worth less than a cent in all.
        assert!(wealth <= may + 10_000, "gained {}\n{}", wealth - may, self.diary.join("\n"));
    }

    /// All that is his, µUSD: assets at what they cost outside, USDM at a dollar, liquidity at its fair value, claims in full.
    fn wealth(&self) -> u128 {
        let mars = &self.world.mars;
        let mut sum = 0;
        for asset in self.world.assets() {
            sum += self.worth(&asset, mars.balance_of(Attacker, &asset));
        }
        for pool in self.world.pools().iter().filter(|pool| !pool.lp_supply.is_zero()) {
            let lp = mars.lp_of(Attacker, pool.pool);
            sum += self.fair(pool).multiply_ratio(lp, pool.lp_supply).u128();
        }
        let claims = self.world.claims().into_iter().filter(|claim| claim.owner == Attacker.addr());
        sum += claims.map(|claim| claim.usdm.u128()).sum::<u128>();
        let staker = mars.staker(Attacker);
        let leaving: u128 = staker.unbonding.iter().map(|part| part.amount.u128()).sum();
        sum + self.worth(&mars.asset(Xms), staker.stake.u128() + staker.owed.u128() + leaving)
    }

    /// µUSD.
    fn worth(&self, asset: &Asset, amount: u128) -> u128 {
        let token = Token::ALL.into_iter().find(|token| self.world.mars.asset(*token) == *asset);
        let Some(token) = token else { return amount };
        let value = Uint128::new(amount).full_mul(self.world.truth(token).atomics());
        let scale = Uint256::from(10u128.pow(u32::from(token.decimals()) + 12));
        Uint128::try_from(value / scale).unwrap().u128()
    }

    /// What a whole pool is worth when it stands at what its assets cost outside, µUSD.
    fn fair(&self, pool: &PoolResponse) -> Uint128 {
        if let PoolKind::Stable { .. } = pool.kind {
            return Uint128::new(self.world.mars.worth(pool) / 10u128.pow(12));
        }
        let side = |at: usize| self.worth(&pool.assets[at].asset, pool.reserves[at].u128());
        let product = Uint128::new(side(0)).full_mul(side(1)) * Uint256::from(4u8);
        Uint128::try_from(product.isqrt()).unwrap()
    }

    fn pools(&self) -> Vec<PoolResponse> {
        let mut pools = self.world.pools();
        pools.retain(|pool| !pool.lp_supply.is_zero());
        pools
    }

    /// Time passes, of which arbitrageurs let no more than five seconds pass before they act. What streams to stakers is due.
    fn pass(&mut self, seconds: u64) -> Outcome {
        let owed = self.world.mars.owed(Attacker);
        for part in [seconds.min(5), seconds.saturating_sub(5)].into_iter().filter(|part| *part > 0) {
            self.world.mars.advance(part);
            self.world.feed();
            for pool in self.pools() {
                self.arbitrage(&pool);
            }
            self.world.mars.poke(Keeper).unwrap();
        }
        let streamed = self.world.mars.owed(Attacker) - owed;
        self.due += self.worth(&self.world.mars.asset(Xms), streamed) + 1;
        Outcome::Done
    }

    /// The feeders are so far apart from here on, around the same middle.
    fn spread(&mut self, dice: &mut Dice) -> Outcome {
        let price = self.world.truth(Usdc);
        self.world.set_truth(Usdc, price, dice.within(0, 15));
        Outcome::Done
    }

    /// The trader makes of a pool what there is to be made, and nothing where that is less than the fee.
    fn arbitrage(&mut self, pool: &PoolResponse) {
        for (from, to) in
            (0..pool.assets.len()).flat_map(|from| (0..pool.assets.len()).map(move |to| (from, to)))
        {
            if from == to {
                continue;
            }
            let (offer, ask) = (pool.assets[from].asset.clone(), pool.assets[to].asset.clone());
            // What comes out beyond what goes in, for ever smaller amounts until one is the best.
            let mut best: Option<(u128, u128)> = None;
            let mut amount = (pool.reserves[from].u128() * 4).min(self.world.mars.balance_of(Trader, &offer));
            for _ in 0..40 {
                if amount < 1_000 {
                    break;
                }
                let trade = Trade::of(offer.clone(), amount, vec![hop(pool.pool, &ask)]);
                let answer: Simulation<SwapReceipt> =
                    self.world.mars.ask_swap(&self.world.mars.simulation(&trade));
                let paid = self.worth(&offer, amount);
                let got = answer.receipt.map_or(0, |receipt| self.worth(&ask, receipt.ask.amount.u128()));
                let gain = got.saturating_sub(paid);
                if best.is_some_and(|(most, _)| gain < most) {
                    break;
                }
                if gain > 0 {
                    best = Some((gain, amount));
                }
                amount = amount * 2 / 3;
            }
            if let Some((_, amount)) = best {
                drop(self.world.mars.swap(Trader, &offer, amount, &[hop(pool.pool, &ask)]));
            }
        }
    }

    /// A pool, and two of its assets.
    fn market(&self, dice: &mut Dice) -> (PoolResponse, Asset, Asset, usize) {
        let pools = self.pools();
        let pool = dice.pick(&pools).unwrap().clone();
        let from = dice.below(pool.assets.len());
        let to = (from + 1 + dice.below(pool.assets.len() - 1)) % pool.assets.len();
        let [offer, ask] = [from, to].map(|at| pool.assets[at].asset.clone());
        (pool, offer, ask, from)
    }

    /// With a little of a pool.
    fn swap(&mut self, dice: &mut Dice) -> Outcome {
        let (pool, offer, ask, from) = self.market(dice);
        self.trade(&pool, &offer, &ask, dice.part(pool.reserves[from].u128() / 20))
    }

    /// With up to three times what a pool has.
    fn push(&mut self, dice: &mut Dice) -> Outcome {
        let (pool, offer, ask, from) = self.market(dice);
        self.trade(&pool, &offer, &ask, dice.part(pool.reserves[from].u128() * 3))
    }

    fn trade(&mut self, pool: &PoolResponse, offer: &Asset, ask: &Asset, amount: u128) -> Outcome {
        let amount = amount.min(self.world.mars.balance_of(Attacker, offer));
        if amount == 0 {
            return Outcome::Idle;
        }
        self.world.mars.swap(Attacker, offer, amount, &[hop(pool.pool, ask)]).into()
    }

    fn provide(&mut self, dice: &mut Dice) -> Outcome {
        let (pool, ..) = self.market(dice);
        let share = dice.part(2_000_000);
        let one_sided = dice.below(4);
        let amounts: Vec<u128> = (0..pool.assets.len())
            .map(|at| {
                let amount = (pool.reserves[at].u128() * share / 1_000_000)
                    .min(self.world.mars.balance_of(Attacker, &pool.assets[at].asset));
                if one_sided == at + 1 { 0 } else { amount }
            })
            .collect();
        self.world.mars.provide(Attacker, pool.pool, &amounts).into()
    }

    fn withdraw(&mut self, dice: &mut Dice) -> Outcome {
        let (pool, ..) = self.market(dice);
        let lp = dice.part(self.world.mars.lp_of(Attacker, pool.pool));
        if lp < 1_000 { Outcome::Idle } else { self.world.mars.withdraw(Attacker, pool.pool, lp).into() }
    }

    fn withdraw_one(&mut self, dice: &mut Dice) -> Outcome {
        let (pool, offer, ..) = self.market(dice);
        let lp = dice.part(self.world.mars.lp_of(Attacker, pool.pool));
        if lp < 1_000 {
            Outcome::Idle
        } else {
            self.world.mars.withdraw_one(Attacker, pool.pool, lp, &offer).into()
        }
    }

    fn mint(&mut self, dice: &mut Dice) -> Outcome {
        let token = *dice.pick(&Token::ALL).unwrap();
        let dollars = dice.part(500 * THOUSAND);
        let whole = Uint128::new(dollars).multiply_ratio(token.units(1), ONE);
        let amount = whole.mul_floor(Decimal::one() / self.world.truth(token)).u128();
        let amount = amount.min(self.world.mars.balance(Attacker, token));
        if amount == 0 {
            return Outcome::Idle;
        }
        self.world.mars.mint_with(Attacker, Mint::of(self.world.mars.asset(token), amount)).into()
    }

    fn redeem(&mut self, dice: &mut Dice) -> Outcome {
        let usdm = dice.part(self.world.mars.usdm_of(Attacker));
        if usdm == 0 {
            return Outcome::Idle;
        }
        let redeem = Redeem::of(usdm);
        let redeem = if dice.once_in(2) { redeem } else { redeem.or_queue() };
        self.world.mars.redeem_with(Attacker, redeem).into()
    }

    fn own_claims(&self) -> Vec<u64> {
        let claims = self.world.claims().into_iter().filter(|claim| claim.owner == Attacker.addr());
        claims.map(|claim| claim.id).collect()
    }

    fn cancel(&mut self, dice: &mut Dice) -> Outcome {
        let claims = self.own_claims();
        let Some(id) = dice.pick(&claims) else { return Outcome::Idle };
        self.world.mars.cancel_claim(Attacker, *id).into()
    }

    /// The reward is due.
    fn allocate(&mut self, dice: &mut Dice) -> Outcome {
        let positions = self.world.mars.positions().positions;
        let open: Vec<u32> = positions
            .iter()
            .filter(|entry| entry.position.kind != PositionKind::Yield)
            .map(|entry| entry.position.pool)
            .collect();
        let pool = *dice.pick(&open).unwrap();
        let amount = dice.part(self.world.mars.solvency().user_owned.u128() / 400);
        let receipt = self.world.mars.allocate(Attacker, pool, amount);
        if let Ok(receipt) = &receipt {
            self.due += receipt.reward.u128();
        }
        receipt.into()
    }

    fn basket(&mut self, dice: &mut Dice) -> Outcome {
        let claims = self.own_claims();
        let terms = self.world.mars.any_basket();
        if dice.once_in(2) {
            let Some(id) = dice.pick(&claims) else { return Outcome::Idle };
            return self.world.mars.claim_basket_with(Attacker, Some(*id), None, terms).into();
        }
        let usdm = dice.part(self.world.mars.usdm_of(Attacker));
        if usdm == 0 { Outcome::Idle } else { self.world.mars.claim_basket(Attacker, usdm).into() }
    }

    fn unwind(&mut self, dice: &mut Dice) -> Outcome {
        let positions = self.world.mars.positions().positions;
        let held: Vec<u32> = positions
            .iter()
            .filter(|entry| !entry.position.lp.is_zero())
            .map(|entry| entry.position.pool)
            .collect();
        let Some(pool) = dice.pick(&held) else { return Outcome::Idle };
        self.world.mars.tell_treasury(Attacker, &ExecuteMsg::Unwind { pool: *pool }).into()
    }

    fn stake(&mut self, dice: &mut Dice) -> Outcome {
        let xms = dice.part(self.world.mars.xms_of(Attacker) / 4);
        self.world.mars.stake(Attacker, xms).into()
    }

    fn unstake(&mut self, dice: &mut Dice) -> Outcome {
        let stake = dice.part(self.world.mars.staker(Attacker).stake.u128());
        self.world.mars.unstake(Attacker, stake).into()
    }

    /// Who trades around a run may gain what the run accepts to lose, and who has liquidity its fee.
    fn convert(&mut self, dice: &mut Dice) -> Outcome {
        let pools = self.pools().iter().map(|pool| pool.pool).collect();
        drop(self.world.mars.tell_swap(Attacker, &swap::ExecuteMsg::CollectFees { pools }));
        let routes: collector::RoutesResponse =
            self.world.mars.ask_collector(&collector::QueryMsg::Routes {});
        let asset = dice.pick(&routes.routes).unwrap().asset.clone();
        let receipt = self.world.mars.convert(Attacker, &asset);
        if let Ok(receipt) = &receipt {
            self.due += self.worth(&self.world.mars.asset(Xms), receipt.fair.u128()) / 60;
        }
        receipt.into()
    }

    /// Others redeem, mint and wait.
    fn user(&mut self, dice: &mut Dice) -> Outcome {
        match dice.below(3) {
            0 => {
                let usdm = dice.part(self.world.mars.usdm_of(Minter) / 2);
                if usdm == 0 {
                    return Outcome::Idle;
                }
                self.world.mars.redeem_with(Minter, Redeem::of(usdm).or_queue()).into()
            }
            1 => self.world.mars.mint(Minter, Usdc, dice.part(500 * THOUSAND).max(1)).into(),
            _ => self.world.mars.mint(Keeper, Busd, dice.part(500 * THOUSAND)).into(),
        }
    }

    /// The DAO begins it, or ends it.
    fn recovery(&mut self, _: &mut Dice) -> Outcome {
        let (dao, running) = (self.world.dao.clone(), self.world.mars.solvency().recovery.is_some());
        let call = if running { ExecuteMsg::EndRecovery {} } else { ExecuteMsg::DeclareRecovery {} };
        self.world.mars.tell_treasury(dao, &call).into()
    }

    /// The DAO adds a pool that prices XMS, moves idle assets and takes liquidity back; somebody adds to the reserve.
    fn dao(&mut self, dice: &mut Dice) -> Outcome {
        let dao = self.world.dao.clone();
        let mars = &self.world.mars;
        let (treasury, oracle) = (mars.treasury.clone(), mars.oracle.clone());
        let call: CosmosMsg = match dice.below(4) {
            0 => {
                let pools = if dice.once_in(2) { vec![XMS_USDC] } else { vec![XMS_USDC, 7] };
                let source =
                    SourceUnchecked::Twap { swap: mars.swap.to_string(), pools, rules: PoolRules::default() };
                message(
                    &oracle,
                    &oracle::ExecuteMsg::SetSource { asset: mars.unchecked(Xms), source },
                    vec![],
                )
            }
            1 => {
                let amounts = vec![Uint128::new(dice.part(20 * THOUSAND)); 2];
                let deadline = mars.now();
                let deposit = ExecuteMsg::Deposit {
                    pool: super::world::USDC_BUSD,
                    amounts,
                    min_lp: Uint128::zero(),
                    deadline,
                };
                message(&treasury, &deposit, vec![])
            }
            2 => {
                let positions = mars.positions().positions;
                let entry = dice.pick(&positions).unwrap();
                let (pool, lp) = (entry.position.pool, dice.part(entry.position.lp.u128()).into());
                message(&treasury, &ExecuteMsg::Remove { pool, lp, deadline: mars.now() }, vec![])
            }
            _ => {
                let fund =
                    mars.send_message(&mars.xms, MILLION, &mars_types::treasury::Cw20HookMsg::FundReserve {});
                return self.world.tell(Stranger, [fund]);
            }
        };
        self.world.tell(dao, [call])
    }

    /// Pauses of swaps and prices.
    fn guardian(&mut self, dice: &mut Dice) -> Outcome {
        let mars = &self.world.mars;
        let call = match dice.below(3) {
            0 => message(
                &mars.swap,
                &swap::ExecuteMsg::Pause {
                    switch: swap::Switch::Swap(u32::try_from(dice.within(1, 7)).unwrap()),
                },
                vec![],
            ),
            1 => message(
                &mars.oracle,
                &oracle::ExecuteMsg::Pause { asset: mars.unchecked(*dice.pick(&Token::ALL).unwrap()) },
                vec![],
            ),
            _ => message(
                &mars.treasury,
                &ExecuteMsg::Pause { switch: mars_types::treasury::SwitchUnchecked::Settle },
                vec![],
            ),
        };
        self.world.tell(Guardian, [call])
    }
}

/// Lives from one seed. Panics with the shortest that it finds in which the attacker gains.
fn hunts(seed: u64, steps: u64) -> Tallies {
    let mut runner = runner(seed, 3_000);
    let strategy = prop::collection::vec(prop::array::uniform7(any::<u16>()), 1..=150);
    let world = RefCell::new(Some(World::new()));
    let mut taken = 0;
    while taken < steps {
        let tree = strategy.new_tree(&mut runner).unwrap();
        taken += u64::try_from(tree.current().len()).unwrap();
        let lived = quietly(|| {
            runner.run_one(tree, |life: Vec<Deed>| {
                let before = world.take().unwrap_or_else(World::new);
                let hunt = Hunt::live(before, &life);
                world.replace(Some(hunt.world));
                Ok(())
            })
        });
        if let Err(TestError::Fail(reason, life)) = lived {
            panic!("seed {seed}: {reason}\n{life:?}");
        }
    }
    world.take().unwrap().tallies
}

#[test]
fn no_attacker_has_more_than_he_had_and_what_is_due() {
    let (steps, tallies) = live(STEPS, hunts);
    let done = |name: &str| tallies.get(name).is_some_and(|tally| tally.done > 0);
    let idle: Vec<_> = DEEDS.iter().map(|(name, ..)| *name).filter(|name| !done(name)).collect();
    assert!(steps <= STEPS || idle.is_empty(), "never succeeded: {idle:?}");
}
