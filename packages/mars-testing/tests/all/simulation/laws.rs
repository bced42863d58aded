//! What holds after every step, whatever was done. Numbers of laws are those of the design.

use cosmwasm_std::{Addr, Uint128};
use mars_testing::{Mars, SharedStorage};
use mars_types::governance::{self, ProposalSummary, Status};
use mars_types::staking::{self, StreamResponse};
use mars_types::swap::{self, PoolKind, PoolResponse};
use mars_types::treasury::{AssetEntry, EpochResponse, Level, PositionsResponse, Queue, SolvencyResponse};
use mars_types::{Asset, InvariantsResponse, oracle};

use super::world::World;

/// The chain at one moment, as far as laws speak of it.
#[derive(Clone)]
pub struct Look {
    pub storage: SharedStorage,
    pub time: u64,
    pub solvency: SolvencyResponse,
    pub epoch: EpochResponse,
    pub queue: Queue,
    pub assets: Vec<AssetEntry>,
    pub positions: PositionsResponse,
    pub pools: Vec<PoolResponse>,
    pub stakes: staking::PoolResponse,
    pub xms: u128,
    pub proposals: Vec<ProposalSummary>,
    /// What each contract holds of an asset besides what its books say.
    beside: Vec<(Addr, Asset, u128)>,
}

impl Look {
    pub fn at(mars: &Mars) -> Self {
        let pools = mars
            .ask_swap::<swap::PoolsResponse>(&swap::QueryMsg::Pools { start_after: None, limit: Some(30) })
            .pools;
        let all = governance::QueryMsg::Proposals { start_before: None, limit: Some(100) };
        let mut look = Self {
            storage: mars.app.storage().clone(),
            time: mars.now(),
            solvency: mars.solvency(),
            epoch: mars.epoch(),
            queue: mars.redemption_queue(),
            assets: mars.assets(),
            positions: mars.positions(),
            pools,
            stakes: mars.pool(),
            xms: mars.xms_supply(),
            proposals: mars.ask_governance::<governance::ProposalsResponse>(&all).proposals,
            beside: vec![],
        };
        look.beside = look.beside_the_books(mars);
        look
    }

    /// Panics where a contract holds less than its books say (law 4).
    fn beside_the_books(&self, mars: &Mars) -> Vec<(Addr, Asset, u128)> {
        let usdm = Asset::Cw20(mars.usdm.clone());
        let xms = Asset::Cw20(mars.xms.clone());
        let mut books: Vec<(&Addr, Asset, u128)> = vec![
            (&mars.treasury, usdm, self.queue.waiting.u128()),
            (&mars.treasury, xms.clone(), self.solvency.reserve.u128()),
        ];
        for entry in self.assets.iter().filter(|entry| entry.level != Level::Xms) {
            books.push((&mars.treasury, entry.asset.clone(), entry.held.u128()));
        }
        for entry in &self.positions.positions {
            let lp = Asset::Cw20(entry.position.lp_token.clone());
            books.push((&mars.treasury, lp, entry.position.lp.u128()));
        }
        for pool in &self.pools {
            for ((entry, reserve), owed) in pool.assets.iter().zip(&pool.reserves).zip(&pool.fees_owed) {
                let booked = (*reserve + *owed).u128();
                match books.iter_mut().find(|book| book.0 == mars.swap && book.1 == entry.asset) {
                    Some(book) => book.2 += booked,
                    None => books.push((&mars.swap, entry.asset.clone(), booked)),
                }
            }
        }
        let stakes = &self.stakes;
        let staking =
            [stakes.staked, stakes.unbonding, stakes.unclaimed, stakes.emission.left, stakes.buy_back.left];
        books.push((&mars.staking, xms, staking.iter().sum::<Uint128>().u128()));
        let beside = |(contract, asset, booked): (&Addr, Asset, u128)| {
            let held = mars.balance_of(contract, &asset);
            let beside = held.checked_sub(booked);
            let beside = beside.unwrap_or_else(|| panic!("{contract} has {held} of {booked} {asset}"));
            (contract.clone(), asset, beside)
        };
        books.into_iter().map(beside).collect()
    }
}

/// Checks the world as it is seen now, after `action` changed what was seen `before`.
pub fn hold(world: &World, action: &str, before: &Look) {
    let mars = &world.mars;
    books(mars);
    let step = Step { action, before, after: &world.seen };
    step.tokens(world);
    step.gifts();
    step.minting();
    step.treasury();
    step.pools(mars);
    step.streams();
    step.proposals(mars);
    step.cover();
    if world.guardian_acted {
        step.guardian();
    }
    if step.touched(&mars.staking) {
        mars.assert_staking();
    }
}

/// The contracts' own laws of their books.
fn books(mars: &Mars) {
    let told: [(&str, InvariantsResponse); 6] = [
        ("treasury", mars.treasury_invariants()),
        ("swap", mars.swap_invariants()),
        ("oracle", mars.ask_oracle(&oracle::QueryMsg::Invariants {})),
        ("staking", mars.ask_staking(&staking::QueryMsg::Invariants {})),
        ("governance", mars.ask_governance(&governance::QueryMsg::Invariants {})),
        ("collector", mars.ask_collector(&mars_types::collector::QueryMsg::Invariants {})),
    ];
    for (contract, response) in told {
        let broken: Vec<_> = response.invariants.iter().filter(|law| !law.holds).collect();
        assert!(response.hold && broken.is_empty(), "{contract}: {broken:?}");
    }
}

struct Step<'a> {
    action: &'a str,
    before: &'a Look,
    after: &'a Look,
}

impl Step<'_> {
    fn is(&self, actions: &[&str]) -> bool {
        // A proposal does whatever its messages do.
        actions.contains(&self.action) || self.action == "governance/execute"
    }

    /// Whether a contract's storage has changed.
    fn touched(&self, contract: &Addr) -> bool {
        let name = contract.as_bytes();
        let changed = self.after.storage.changed(&self.before.storage);
        changed.iter().any(|key| key.windows(name.len()).any(|part| part == name))
    }

    /// Law 1: Σ balances = supply. XMS is never made, and ceases to be only where somebody burns it.
    fn tokens(&self, world: &World) {
        let mars = &world.mars;
        let lp = self.after.pools.iter().map(|pool| &pool.lp_token);
        for token in [&mars.usdm, &mars.xms].into_iter().chain(lp).filter(|token| self.touched(token)) {
            let sum: Uint128 = World::balances(mars, token).into_iter().map(|(_, balance)| balance).sum();
            let info: cw20::TokenInfoResponse =
                mars.app.wrap().query_wasm_smart(token, &cw20::Cw20QueryMsg::TokenInfo {}).unwrap();
            assert_eq!(sum, info.total_supply, "Σ balances = supply of {token}");
        }
        let burns = ["xms/burn", "xms/burn_from", "collector/distribute"];
        assert!(self.after.xms <= self.before.xms, "XMS was made");
        assert!(self.after.xms == self.before.xms || self.is(&burns), "XMS was burned");
    }

    /// What a contract holds beside its books was given to it, and never leaves.
    fn gifts(&self) {
        let gives = ["market/gift", "/transfer", "/transfer_from"];
        for (contract, asset, after) in &self.after.beside {
            let known = self.before.beside.iter().find(|(other, of, _)| other == contract && of == asset);
            let Some((_, _, before)) = known else { continue };
            let given = gives.iter().any(|end| self.action.ends_with(end));
            assert!(before == after || (given && before < after), "{contract}, {asset}: {before} {after}");
        }
    }

    /// Law 2: whatever makes USDM for users leaves no more of it than the cap.
    fn minting(&self) {
        let made = |look: &Look| {
            let pooled = look.positions.positions.iter().map(|entry| entry.position.minted.u128());
            (look.solvency.minted.u128(), pooled.sum::<u128>())
        };
        let (before, after) = (made(self.before), made(self.after));
        if after.0 == before.0 {
            assert!(self.after.solvency.usdm_supply <= self.before.solvency.usdm_supply, "unaccounted USDM");
            return;
        }
        let makers = ["treasury/mint", "treasury/receive/mint", "treasury/allocate"];
        assert!(makers.contains(&self.action), "who made USDM?");
        // What was made for pools is no user's.
        if after.0 - before.0 > after.1.saturating_sub(before.1) {
            let epoch = &self.after.epoch;
            assert!(epoch.user_owned <= epoch.cap_user, "past the cap: {epoch:?}");
        }
    }

    /// Laws 4 and 8: USDM, the reserve, external assets and the queue move only by what may move them, and by as much.
    fn treasury(&self) {
        let (before, after) = (&self.before.solvency, &self.after.solvency);
        let made = after.minted - before.minted;
        let burned = (after.redeemed - before.redeemed) + (after.claimed - before.claimed);
        let expected = before.usdm_supply + made - burned;
        let burns = ["usdm/burn", "usdm/burn_from", "treasury/cancel", "treasury/remove", "treasury/unwind"];
        assert!(after.usdm_supply <= expected, "supply {} of {expected}", after.usdm_supply);
        assert!(
            after.usdm_supply == expected || self.is(&burns),
            "supply {} of {expected}",
            after.usdm_supply
        );
        assert!(after.fees_captured >= before.fees_captured);

        let pays = [
            "treasury/receive/redeem",
            "treasury/settle",
            "treasury/withdraw_reserve",
            "treasury/allocate",
            "usdm/send",
            "usdm/send_from",
        ];
        assert!(after.reserve >= before.reserve || self.is(&pays), "the reserve paid");
        let takes = [
            "treasury/receive/claim_basket",
            "treasury/claim_basket",
            "treasury/allocate",
            "treasury/deposit",
            "treasury/spend",
        ];
        for (before, after) in self.before.assets.iter().zip(&self.after.assets) {
            assert!(after.held >= before.held || self.is(&takes), "{} left", after.asset);
        }

        let (before, after) = (&self.before.queue, &self.after.queue);
        let gone = |queue: &Queue| queue.paid + queue.cancelled + queue.returned + queue.claimed;
        assert_eq!(gone(after) + after.waiting, after.submitted);
        assert!(after.head >= before.head && after.next >= before.next && after.head <= after.next);
        for (before, after) in [
            (before.paid, after.paid),
            (before.cancelled, after.cancelled),
            (before.returned, after.returned),
            (before.claimed, after.claimed),
            (before.submitted, after.submitted),
        ] {
            assert!(before <= after);
        }
    }

    /// Law 5: an LP unit never loses by the curve, but where a ramp moves the curve itself.
    fn pools(&self, mars: &Mars) {
        for (before, after) in self.before.pools.iter().zip(&self.after.pools) {
            let same = before.reserves == after.reserves && before.lp_supply == after.lp_supply;
            let ramped = match (&before.kind, &after.kind) {
                (
                    PoolKind::Stable { amplification: before, .. },
                    PoolKind::Stable { amplification: after, .. },
                ) => before != after,
                _ => false,
            };
            if same || ramped || before.lp_supply.is_zero() {
                continue;
            }
            let (worth_before, worth_after) = (mars.worth(before), mars.worth(after));
            let left = Uint128::new(worth_after + 1).full_mul(before.lp_supply);
            let right = Uint128::new(worth_before).full_mul(after.lp_supply);
            assert!(left >= right, "an LP unit lost: {before:?} {after:?}");
        }
    }

    /// Law 6: a stream gives no faster than it was set to.
    fn streams(&self) {
        let seconds = self.after.time - self.before.time;
        let streams = |look: &Look| [look.stakes.emission, look.stakes.buy_back];
        for (before, after) in streams(self.before).into_iter().zip(streams(self.after)) {
            let StreamResponse { total, duration, elapsed, left } = after;
            let given = total.multiply_ratio(elapsed, duration.max(1));
            assert_eq!(left, total - given, "{after:?}");
            if (before.total, before.duration) == (total, duration) && before.elapsed <= elapsed {
                assert!(elapsed - before.elapsed <= seconds, "{before:?} {after:?}");
            }
        }
    }

    /// What is decided stays decided, and nothing is carried out that did not wait.
    fn proposals(&self, mars: &Mars) {
        let closed = [Status::Executed, Status::Vetoed, Status::Cancelled, Status::Defeated, Status::Expired];
        for before in &self.before.proposals {
            let Some(after) = self.after.proposals.iter().find(|after| after.proposal == before.proposal)
            else {
                continue;
            };
            if closed.contains(&before.status) {
                assert_eq!(before.status, after.status, "{after:?}");
            } else if after.status == Status::Executed {
                assert_eq!(before.status, Status::Ready, "{before:?}");
                assert_eq!(self.action, "governance/execute");
            }
        }
        if self.action == "governance/vote" {
            mars.assert_governance();
        }
    }

    /// What a user does within a second costs the treasury nothing: external assets at low less what users own does not
    /// fall, to within the rounding of each asset, and of what stands in pools to within a thousandth: who touches a pool
    /// moves its averages by as much, for between two points of a ring they lie on a straight line. A mint with XMS is paid
    /// out of surplus, which must be there.
    fn cover(&self) {
        let calls = [
            "treasury/mint",
            "treasury/receive/redeem",
            "treasury/receive/claim_basket",
            "treasury/claim_basket",
            "treasury/settle",
            "treasury/cancel",
            "treasury/receive/fund_reserve",
            "swap/",
            "staking/",
            "collector/",
            "usdm/",
            "xms/",
            "lp/",
            "market/round_trip",
        ];
        let user = calls.iter().any(|call| self.action.starts_with(call));
        if !user || self.before.time != self.after.time {
            return;
        }
        let (before, after) = (&self.before.solvency, &self.after.solvency);
        let fair = self.before.positions.positions.iter().flat_map(|entry| &entry.fair);
        let rounding = Uint128::new(20 + fair.map(|side| side.u128() / 1_000).sum::<u128>());
        let left = after.external_low + before.user_owned + rounding;
        let right = before.external_low + after.user_owned;
        assert!(left >= right, "cover fell: {before:?} {after:?}");
    }

    /// Law 10: whatever the guardian does, nobody owns more, and no limit rises.
    fn guardian(&self) {
        let (before, after) = (self.before, self.after);
        assert_eq!((&before.pools, &before.beside), (&after.pools, &after.beside));
        if self.action == "oracle/pause" {
            // An asset without a price counts for nothing, and without that of XMS nothing is minted.
            assert!(after.solvency.external_low <= before.solvency.external_low);
            return;
        }
        let books = |look: &Look| SolvencyResponse { spend_left: Uint128::zero(), ..look.solvency.clone() };
        assert_eq!(books(before), books(after));
        let limits = |look: &Look| {
            let epoch = &look.epoch;
            let levels = [epoch.mint_limit.level, epoch.epoch_budget.level, epoch.day_budget.level];
            levels.into_iter().chain([epoch.cap_user, look.solvency.spend_left]).collect::<Vec<_>>()
        };
        assert!(limits(after).iter().zip(&limits(before)).all(|(after, before)| after <= before));
        for (before, after) in before.assets.iter().zip(&after.assets) {
            assert!(after.cap <= before.cap && (after.held, after.listed) == (before.held, before.listed));
        }
    }
}
