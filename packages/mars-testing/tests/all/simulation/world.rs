//! The whole protocol in the hands of its DAO, with people, prices and markets around it.

use std::collections::BTreeMap;

use cosmwasm_std::{Addr, CosmosMsg, Decimal, Order, Uint128, from_json};
use cw_multi_test::Executor;
use cw_ownable::Ownership;
use cw20::AllowanceResponse;
use cw20_base::state::{ALLOWANCES, BALANCES};
use mars_testing::Actor::{self, Attacker, Feeder, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{self, Busd, Gold, Usdc, Xms};
use mars_testing::{Bill, Contract, Mars, Snapshot, USDM_USDC, Who, XMS_USDC, decimal};
use mars_types::governance::Choice;
use mars_types::oracle::{
    self, FeederRules, FeedsResponse, PoolRules, Report, SourceEntry, SourceUnchecked, SourcesResponse,
};
use mars_types::swap::PoolsResponse;
use mars_types::treasury;
use mars_types::treasury::PositionKind;
use mars_types::{Asset, Guardian as GuardianOf, Refusal, RefusalCode, staking, swap};

use super::action::{Action, Dice};
use super::drivers::CATALOGUE;
use super::laws::{self, Look};

pub const ONE: u128 = 1_000_000;
pub const THOUSAND: u128 = 1_000 * ONE;
pub const MILLION: u128 = 1_000 * THOUSAND;
pub const DAY: u64 = 86_400;

/// Who owns tokens and uses them. [`Owner`] owns no contract any more: he is the founder, with much XMS.
pub const USERS: [Actor; 5] = [Trader, Minter, Keeper, Attacker, Owner];

/// USDC/BUSD, stable: where the treasury may put idle assets.
pub const USDC_BUSD: u32 = 4;

/// What became of an action.
#[derive(Debug)]
pub enum Outcome {
    Done,
    Refused(Refusal),
    /// There was nothing to do it with.
    Idle,
}

impl<T> From<Result<T, Refusal>> for Outcome {
    fn from(result: Result<T, Refusal>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

/// How often an action came to what.
#[derive(Clone, Default)]
pub struct Tally {
    pub done: u64,
    pub idle: u64,
    pub refused: BTreeMap<RefusalCode, u64>,
}

/// What the world knows and the chain does not.
#[derive(Clone)]
struct Mind {
    /// What things cost outside.
    truth: BTreeMap<Token, Decimal>,
    /// Half the distance between the feeders, in basis points.
    spread: u64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.idle += other.idle;
        for (code, times) in &other.refused {
            *self.refused.entry(*code).or_default() += times;
        }
    }
}

pub struct World {
    pub mars: Mars,
    /// Owns every contract.
    pub dao: Addr,
    /// A second staking contract, which the DAO may take for a source of votes.
    pub annex: Addr,
    /// A contract that says what it is told about XMS that does not circulate.
    pub holder: Addr,
    mind: Mind,
    /// The chain after the last action.
    pub seen: Look,
    /// The guardian, and not the owner, did what was done last.
    pub guardian_acted: bool,
    beginning: (Snapshot, Mind, Look),
    pub tallies: BTreeMap<&'static str, Tally>,
    /// What was done, if anybody wants to know.
    pub diary: Option<Vec<String>>,
}

impl World {
    pub fn new() -> Self {
        let mut mars = Mars::builder().guardian_for(10 * 365 * DAY).build();
        mars.register(Xms, u128::MAX).unwrap();
        open_markets(&mut mars);
        let holder = mars.deploy_holder(MILLION);
        let annex = mars.store_code(Contract::Staking);
        let owner = mars.governance.to_string();
        let xms = mars.xms.to_string();
        let msg = staking::InstantiateMsg {
            owner,
            guardian: None,
            xms,
            collector: None,
            emission: None,
            params: None,
        };
        let annex = mars.app.instantiate_contract(annex, Owner.addr(), &msg, &[], "annex", None).unwrap();
        begin_economy(&mut mars);
        price_by_pools(&mut mars);
        mars.hand_over();
        begin_politics(&mut mars);
        let truth = Token::ALL.map(|token| (token, decimal(token.first_price()))).into();
        let mind = Mind { truth, spread: 0 };
        let (dao, seen) = (mars.governance.clone(), Look::at(&mars));
        let beginning = (mars.snapshot(), mind.clone(), seen.clone());
        let (guardian_acted, tallies, diary) = (false, BTreeMap::new(), None);
        Self { mars, dao, annex, holder, mind, seen, guardian_acted, beginning, tallies, diary }
    }

    /// Everything as it was in the beginning, but for the tallies.
    pub fn begin_anew(&mut self) {
        let (snapshot, mind, look) = &self.beginning;
        self.mars.restore(snapshot);
        self.mind = mind.clone();
        self.seen = look.clone();
    }

    /// A whole life, at whose end everybody takes out what is his.
    pub fn live(&mut self, life: &[Action]) {
        self.begin_anew();
        for action in life {
            self.step(action);
        }
        self.leave();
    }

    /// Whatever has happened and whatever is paused, everybody gets out: claims are cancelled, liquidity is withdrawn, stakes
    /// and rewards are paid.
    fn leave(&mut self) {
        for claim in self.claims() {
            self.mars.cancel_claim(&claim.owner, claim.id).unwrap();
        }
        for who in USERS {
            for pool in self.pools() {
                let lp = self.mars.lp_of(who, pool.pool);
                if lp >= 1_000 {
                    self.mars.withdraw(who, pool.pool, lp).unwrap();
                }
            }
            let stake = self.mars.staker(who).stake.u128();
            if stake > 0 {
                self.mars.unstake(who, stake).unwrap();
            }
            if self.mars.owed(who) > 0 {
                self.mars.claim(who).unwrap();
            }
        }
        self.mars.advance(30 * DAY);
        for who in USERS {
            if !self.mars.staker(who).unbonding.is_empty() {
                self.mars.withdraw_stake(who).unwrap();
            }
        }
        self.mars.assert_invariants();
    }

    /// Does something, and sees to it that every law holds afterwards.
    pub fn step(&mut self, action: &Action) {
        let (contract, message) = action.name.split_once('/').unwrap();
        let driver = CATALOGUE.iter().find(|driver| driver.contract == contract).unwrap();
        self.guardian_acted = false;
        let outcome = (driver.act)(self, message, &mut action.dice());
        if let Some(diary) = &mut self.diary {
            diary.push(format!("{action}: {outcome:?}"));
        }
        self.count(action.name, &outcome);
        if let Outcome::Done = outcome {
            assert!(!driver.never.contains(&message), "this never succeeds");
            let before = std::mem::replace(&mut self.seen, Look::at(&self.mars));
            laws::hold(self, action.name, &before);
        } else {
            let changed = self.mars.app.storage().changed(&self.seen.storage);
            assert!(changed.is_empty(), "changed: {:?}", String::from_utf8_lossy(&changed.concat()));
            assert_eq!(self.mars.now(), self.seen.time);
        }
    }

    /// What became of an action; it is refused for a reason.
    pub fn count(&mut self, name: &'static str, outcome: &Outcome) {
        let tally = self.tallies.entry(name).or_default();
        match outcome {
            Outcome::Done => tally.done += 1,
            Outcome::Idle => tally.idle += 1,
            Outcome::Refused(refusal) => {
                let unforeseen = [RefusalCode::Chain, RefusalCode::Overflow, RefusalCode::NotConverged];
                assert!(!unforeseen.contains(&refusal.code), "{refusal}");
                *tally.refused.entry(refusal.code).or_default() += 1;
            }
        }
    }

    /// Somebody tells contracts something, in one transaction.
    pub fn tell(&mut self, who: impl Who, calls: impl IntoIterator<Item = CosmosMsg>) -> Outcome {
        let (who, calls) = (who.address(), Vec::from_iter(calls));
        if let Some(diary) = &mut self.diary {
            diary.push(format!("  {who}: {calls:?}"));
        }
        self.mars.transact(who, calls).into()
    }

    /// What the owner of a contract may tell it, and besides him those of `also`; others try in vain.
    pub fn rule(
        &mut self,
        contract: &Addr,
        also: &[Addr],
        call: Option<CosmosMsg>,
        dice: &mut Dice,
    ) -> Outcome {
        let Some(call) = call else {
            return Outcome::Idle;
        };
        let owner = self.owner_of(contract);
        let roll = dice.below(8);
        let sender = match roll {
            0..=4 => owner.clone(),
            5 | 6 => dice.pick(also).unwrap_or(&owner).clone(),
            _ => {
                let anyone = [Attacker, Stranger, Keeper, Guardian, Feeder(0)].map(Actor::addr);
                let anyone = anyone.into_iter().chain([self.mars.treasury.clone(), self.dao.clone()]);
                let others: Vec<Addr> =
                    anyone.filter(|other| *other != owner && !also.contains(other)).collect();
                dice.pick(&others).unwrap().clone()
            }
        };
        let rightful = sender == owner || also.contains(&sender);
        self.guardian_acted = sender == Guardian.addr() && sender != owner;
        let outcome = self.tell(&sender, [call]);
        if !rightful {
            let Outcome::Refused(refusal) = &outcome else { panic!("{sender} is not the owner") };
            // A switch of what does not exist has nobody who may turn it.
            use RefusalCode::{NotFound, NotListed, Unauthorized};
            assert!([NotFound, NotListed, Unauthorized].contains(&refusal.code), "{refusal}");
        }
        outcome
    }

    pub fn ownership(&self, contract: &Addr) -> Ownership<Addr> {
        self.raw(contract, "ownership").unwrap()
    }

    pub fn owner_of(&self, contract: &Addr) -> Addr {
        self.ownership(contract).owner.unwrap()
    }

    /// The guardian of a contract, if he may act now.
    pub fn guardian_of(&self, contract: &Addr) -> Option<Addr> {
        let guardian: GuardianOf = self.raw(contract, "guardian")?;
        (self.mars.now() < guardian.sunset).then_some(guardian.address)
    }

    pub fn raw<T: serde::de::DeserializeOwned>(&self, contract: &Addr, key: &str) -> Option<T> {
        let raw = self.mars.app.wrap().query_wasm_raw(contract, key.as_bytes()).unwrap()?;
        Some(from_json(raw).unwrap())
    }

    /// One of those who own tokens; by dice of zero the trader.
    pub fn user(&self, dice: &mut Dice) -> Actor {
        *dice.pick(&USERS).unwrap()
    }

    /// Mostly nobody: who else gets the result of a call.
    pub fn recipient(&self, dice: &mut Dice) -> Option<Addr> {
        let others = [Stranger, Keeper, Minter].map(Actor::addr);
        if dice.once_in(6) { dice.pick(&others).cloned() } else { None }
    }

    /// The last second in which something may happen: mostly in an hour, sometimes just now, sometimes a second ago.
    pub fn deadline(&self, dice: &mut Dice) -> u64 {
        match dice.below(16) {
            0..=11 => self.mars.now() + 3_600,
            12..=14 => self.mars.now(),
            _ => self.mars.now() - 1,
        }
    }

    pub fn usdm(&self) -> Asset {
        Asset::Cw20(self.mars.usdm.clone())
    }

    /// What the market deals in.
    pub fn assets(&self) -> Vec<Asset> {
        Token::ALL.map(|token| self.mars.asset(token)).into_iter().chain([self.usdm()]).collect()
    }

    /// US dollars per whole token, outside; USDM should be worth one.
    pub fn truth(&self, token: Token) -> Decimal {
        self.mind.truth[&token]
    }

    pub fn set_truth(&mut self, token: Token, price: Decimal, spread: u64) {
        self.mind.truth.insert(token, price);
        self.mind.spread = spread;
    }

    pub fn pools(&self) -> Vec<swap::PoolResponse> {
        let query = swap::QueryMsg::Pools { start_after: None, limit: Some(30) };
        self.mars.ask_swap::<PoolsResponse>(&query).pools
    }

    /// The holders of a token with what they hold, out of its storage.
    pub fn balances(mars: &Mars, token: &Addr) -> Vec<(Addr, Uint128)> {
        let storage = mars.app.contract_storage(token);
        let entries = BALANCES.range(&*storage, None, None, Order::Ascending);
        entries.map(Result::unwrap).collect()
    }

    /// Owner, spender and allowance of every allowance of a token.
    pub fn allowances(&self, token: &Addr) -> Vec<((Addr, Addr), AllowanceResponse)> {
        let storage = self.mars.app.contract_storage(token);
        let entries = ALLOWANCES.range(&*storage, None, None, Order::Ascending);
        entries.map(Result::unwrap).collect()
    }

    pub fn sources(&self) -> Vec<SourceEntry> {
        let query = oracle::QueryMsg::Sources { start_after: None, limit: Some(40) };
        self.mars.ask_oracle::<SourcesResponse>(&query).sources
    }

    /// A report of one feeder about an asset that is priced by feeders: the first of three is below the truth, the
    /// last above.
    pub fn report(&self, token: Token, feeder: usize) -> Report {
        let bps = 10_000 + u64::try_from(feeder.min(2)).unwrap() * self.mind.spread - self.mind.spread;
        let price = self.truth(token) * Decimal::bps(bps);
        Report { asset: self.mars.unchecked(token), price, time: self.mars.now() }
    }

    /// All feeders say what they see, but those who have spoken in this second.
    pub fn feed(&mut self) {
        let now = self.mars.now();
        let sources = self.sources();
        let mut reports: BTreeMap<Addr, Vec<Report>> = BTreeMap::new();
        for token in Token::ALL {
            let asset = self.mars.asset(token);
            let Some(entry) = sources.iter().find(|entry| entry.asset == asset) else { continue };
            let Some((feeders, _)) = entry.source.feeders() else { continue };
            let said: FeedsResponse = self.mars.ask_oracle(&oracle::QueryMsg::Feeds { asset: asset.into() });
            let spoke = |feeder| said.feeds.iter().any(|said| said.feeder == feeder && said.time == now);
            for (number, feeder) in feeders.iter().enumerate().filter(|(_, feeder)| !spoke(*feeder)) {
                reports.entry(feeder.clone()).or_default().push(self.report(token, number));
            }
        }
        for (feeder, reports) in reports {
            self.mars.tell_oracle(&feeder, &oracle::ExecuteMsg::Feed { reports }).unwrap();
        }
    }

    /// As the deployment has it.
    pub fn usual_source(&self, asset: &Asset) -> SourceUnchecked {
        let swap = self.mars.swap.to_string();
        let twap = |pool| SourceUnchecked::Twap { swap, pools: vec![pool], rules: PoolRules::default() };
        if *asset == self.usdm() {
            twap(USDM_USDC)
        } else if *asset == self.mars.asset(Xms) {
            twap(XMS_USDC)
        } else {
            SourceUnchecked::Feeders { feeders: feeders(3), rules: FeederRules::default() }
        }
    }

    pub fn claims(&self) -> Vec<treasury::ClaimEntry> {
        let query = treasury::QueryMsg::Claims { owner: None, start_after: None, limit: Some(30) };
        self.mars.ask_treasury::<treasury::ClaimsResponse>(&query).claims
    }
}

/// Addresses of the first so many feeders.
pub fn feeders(count: usize) -> Vec<String> {
    (0..count).map(|number| Feeder(number).addr().into_string()).collect()
}

/// XMS/USDC, USDM/USDC stable, XMS/USDM, USDC/BUSD stable, USDM/USDC/BUSD stable, GOLD/USDC, XMS/BUSD; everybody has
/// some USDM and some liquidity.
fn open_markets(mars: &mut Mars) {
    mars.open_pools();
    mars.mint(Minter, Busd, 100 * THOUSAND).unwrap();
    mars.mint(Minter, Usdc, 150 * THOUSAND).unwrap();
    for who in [Trader, Keeper, Attacker, Owner] {
        mars.give_usdm(Minter, who, 50 * THOUSAND);
    }
    let usdm = Asset::Cw20(mars.usdm.clone());
    let [xms, usdc, busd, gold] = [Xms, Usdc, Busd, Gold].map(|token| mars.asset(token));
    mars.create_pool(&[xms.clone(), usdm.clone()]);
    assert_eq!(mars.create_stable(200, &[usdc.clone(), busd.clone()]), USDC_BUSD);
    mars.create_stable(100, &[usdm, usdc.clone(), busd.clone()]);
    mars.create_pool(&[gold, usdc]);
    mars.create_pool(&[xms, busd]);
    mars.provide(Trader, 3, &[80 * THOUSAND, 20 * THOUSAND]).unwrap();
    mars.provide(Keeper, USDC_BUSD, &[MILLION, MILLION]).unwrap();
    mars.provide(Minter, 5, &[20 * THOUSAND; 3]).unwrap();
    mars.provide(Keeper, 6, &[Gold.units(300), 600 * THOUSAND]).unwrap();
    mars.provide(Attacker, 7, &[MILLION, 250 * THOUSAND]).unwrap();
    for who in [Trader, Attacker, Minter] {
        mars.provide(who, XMS_USDC, &[200 * THOUSAND, 50 * THOUSAND]).unwrap();
        mars.provide(who, USDM_USDC, &[5 * THOUSAND, 5 * THOUSAND]).unwrap();
    }
}

/// What the DAO and its heir own, positions, the registry of what does not circulate, fees on their way to stakers, and stakes.
fn begin_economy(mars: &mut Mars) {
    let dao = mars.governance.clone();
    mars.give(Owner, &dao, Xms, MILLION);
    mars.give(Owner, Stranger, Xms, MILLION);
    mars.connect_collector();
    for (pool, kind) in
        [(USDM_USDC, PositionKind::Usdm), (XMS_USDC, PositionKind::Xms), (USDC_BUSD, PositionKind::Yield)]
    {
        mars.register_position(pool, kind).unwrap();
    }
    let add = [&mars.staking, &mars.collector].map(Addr::to_string).into();
    mars.tell_treasury(Owner, &treasury::ExecuteMsg::UpdateNonCirculating { add, remove: vec![] }).unwrap();
    mars.fund_emission();
    for (who, millions) in [(Owner, 150), (Trader, 60), (Minter, 20), (Keeper, 5), (Attacker, 4)] {
        mars.stake(who, millions * MILLION).unwrap();
    }
    mars.advance_fresh(DAY);
    let [usdc, usdm] = [mars.asset(Usdc), Asset::Cw20(mars.usdm.clone())];
    let xms = mars.asset(Xms);
    let last = mars_testing::hop(XMS_USDC, &xms);
    mars.set_route(&usdc, vec![last.clone()]).unwrap();
    mars.set_route(&usdm, vec![mars_testing::hop(USDM_USDC, &usdc), last]).unwrap();
}

/// Two proposals that are voted on and one that can be queued: the founder is for them.
fn begin_politics(mars: &mut Mars) {
    let poke = mars.call(&mars.treasury, &treasury::ExecuteMsg::Poke {});
    for who in [Minter, Trader, Keeper] {
        let proposal = mars.propose(who, Bill::of(vec![poke.clone()])).unwrap();
        mars.advance(DAY);
        mars.vote(Owner, proposal, Choice::For).unwrap();
        mars.advance(2 * DAY);
    }
    mars.advance_fresh(180);
    mars.poke(Keeper).unwrap();
}

/// XMS and USDM get their prices from their pools, which are a day old.
fn price_by_pools(mars: &mut Mars) {
    mars.silence(Xms);
    let usdm = Asset::Cw20(mars.usdm.clone());
    for (asset, pool) in [(mars.asset(Xms), XMS_USDC), (usdm, USDM_USDC)] {
        let swap = mars.swap.to_string();
        let source = SourceUnchecked::Twap { swap, pools: vec![pool], rules: PoolRules::default() };
        let asset = asset.into();
        mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset, source }).unwrap();
    }
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
}
