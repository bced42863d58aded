use cosmwasm_std::{Deps, DepsMut, Env, Event, Response, Storage, Uint128};
use mars_math::{Ceiling, CeilingRules};
use mars_types::oracle::Market;
use mars_types::treasury::{Budget, CapTerm, Clocks, Params, Recovery, DAY};
use mars_types::{events, token, Epoch, TokenBucket};

use crate::error::ContractError;
use crate::positions::Placed;
use crate::prices::Prices;
use crate::recovery::{self, Change, Sight};
use crate::state::{Closing, State, CLOSING, DAY_BUDGET, EPOCH_BUDGET, MINT_LIMIT};
use crate::{circulating, queue};

/// Begins mintage control: the epoch before this one counts as closed, with a cap of 0 and the ceiling at its floor.
pub fn start(storage: &mut dyn Storage, now: u64, params: &Params) -> Result<(), ContractError> {
    let floor = params.ceiling.floor;
    let closing = Closing {
        epoch: Epoch::at(now).previous(),
        closed_at: now,
        xms_price: None,
        circulating: Uint128::zero(),
        depth_reported: None,
        depth: None,
        price_term: None,
        raw: None,
        ceiling: floor,
        day: now / DAY,
        day_base: floor,
        cap_user: Uint128::zero(),
        binding: CapTerm::NoPrice,
        user_owned: Uint128::zero(),
        treasury_owned: Uint128::zero(),
        clocks: Clocks::default(),
    };
    MINT_LIMIT.save(storage, &TokenBucket::full(mint_capacity(params, &closing)?, now))?;
    CLOSING.save(storage, &closing)?;
    Ok(())
}

/// Closes the epoch when that is due, with what that starts or ends, and else writes nothing: a refill is floored, so one that anyone may force in
/// every block would wear small buckets down.
pub fn poke(deps: DepsMut, env: &Env) -> Result<Response, ContractError> {
    let control = Control::now(deps.as_ref(), env)?;
    if control.closed_now {
        control.save(deps.storage)?;
    }
    Ok(Response::new().add_attribute("action", "poke").add_events(control.events()))
}

/// Mintage control and the redemption budgets, as they stand in this block: with the closing that is due, if one is,
/// and with every bucket refilled.
#[derive(Clone)]
pub struct Control {
    pub closing: Closing,
    pub mint_limit: TokenBucket,
    epoch_budget: Option<TokenBucket>,
    day_budget: Option<TokenBucket>,
    closed_now: bool,
    rewritten: bool,
    /// Whether recovery runs, and what the closing of this call changed of that.
    pub recovery: Option<Recovery>,
    change: Option<Change>,
}

impl Control {
    /// For callers who need no other price: asks the oracle only when a closing is due.
    pub fn now(deps: Deps, env: &Env) -> Result<Self, ContractError> {
        let stored = Self::stored(deps.storage, env.block.time.seconds())?;
        if !stored.due(env) {
            return Ok(stored);
        }
        let state = State::load(deps.storage)?;
        let prices = Prices::query(deps, &state.config.oracle, vec![], Some(&state.config.xms));
        stored.closed(deps, env, &state, &prices)
    }

    /// Whether an epoch is to be closed, for which the market of XMS is needed.
    pub fn due(&self, env: &Env) -> bool {
        Epoch::at(env.block.time.seconds()) > self.closing.epoch
    }

    /// With the closing that is due, if one is, and with what its clocks start or end. Without a market in `prices` it is a
    /// closing without a price.
    pub fn closed(
        self,
        deps: Deps,
        env: &Env,
        state: &State,
        prices: &Prices,
    ) -> Result<Self, ContractError> {
        if !self.due(env) {
            return Ok(self);
        }
        let now = env.block.time.seconds();
        let mut closing = close(deps, now, state, self.closing.clone(), prices.market())?;
        let sight = Sight {
            now,
            queue: &queue::load(deps.storage)?,
            reserve: state.books.reserve,
            user_owned: closing.user_owned,
            market: prices.market(),
            paused: prices.market_paused(),
            peg: prices.peg(),
        };
        let (clocks, change) = sight.advance(closing.clocks, self.recovery)?;
        closing.clocks = clocks;
        let recovery = change.map_or(self.recovery, Change::running);
        Self { closing, closed_now: true, recovery, change, ..self }.resized(&state.params, now)
    }

    /// As stored, refilled, without a closing.
    pub fn stored(storage: &dyn Storage, now: u64) -> Result<Self, ContractError> {
        let refilled =
            |bucket: Option<TokenBucket>, window| bucket.map(|b| b.refilled(now, window)).transpose();
        Ok(Self {
            closing: CLOSING.load(storage)?,
            mint_limit: MINT_LIMIT.load(storage)?.refilled(now, DAY)?,
            epoch_budget: refilled(EPOCH_BUDGET.may_load(storage)?, Epoch::SECONDS)?,
            day_budget: refilled(DAY_BUDGET.may_load(storage)?, DAY)?,
            closed_now: false,
            rewritten: false,
            recovery: recovery::running(storage)?,
            change: None,
        })
    }

    /// With the capacities that `params` and the closing give. A bucket that gets its first capacity starts full.
    pub fn resized(self, params: &Params, now: u64) -> Result<Self, ContractError> {
        let mint = mint_capacity(params, &self.closing)?;
        let epoch = budget_capacity(&params.epoch_budget, &self.closing)?;
        let day = budget_capacity(&params.day_budget, &self.closing)?;
        let resize = |bucket: Option<TokenBucket>, capacity: Uint128| match bucket {
            Some(bucket) => Some(bucket.resized(capacity)),
            None if capacity.is_zero() => None,
            None => Some(TokenBucket::full(capacity, now)),
        };
        Ok(Self {
            mint_limit: self.mint_limit.resized(mint),
            epoch_budget: resize(self.epoch_budget, epoch),
            day_budget: resize(self.day_budget, day),
            ..self
        })
    }

    pub fn epoch_budget(&self) -> TokenBucket {
        self.epoch_budget.unwrap_or_else(|| TokenBucket::full(Uint128::zero(), self.closing.closed_at))
    }

    pub fn day_budget(&self) -> TokenBucket {
        self.day_budget.unwrap_or_else(|| TokenBucket::full(Uint128::zero(), self.closing.closed_at))
    }

    /// After a closing, which may have started it.
    pub fn refuse_recovery(&self) -> Result<(), ContractError> {
        self.recovery.map_or(Ok(()), |recovery| Err(ContractError::Recovery { since: recovery.since }))
    }

    /// The closing has changed within its epoch and is to be written.
    pub fn rewritten(&mut self) {
        self.rewritten = true;
    }

    /// Supply less USDM of the treasury, as the cap counts it.
    pub fn user_owned(&self, supply: Uint128) -> Uint128 {
        supply.saturating_sub(self.closing.treasury_owned)
    }

    pub fn spend_mint(&mut self, usdm: Uint128) -> Result<(), ContractError> {
        self.mint_limit =
            self.mint_limit.take(usdm).map_err(|left| ContractError::MintLimit { usdm, left })?;
        Ok(())
    }

    /// Both budgets must cover it. Nothing is covered without budgets too, and must not bring empty ones into being: a budget
    /// starts full.
    pub fn spend_budgets(&mut self, usdm: Uint128) -> Result<(), ContractError> {
        if usdm.is_zero() {
            return Ok(());
        }
        let epoch =
            self.epoch_budget().take(usdm).map_err(|left| ContractError::EpochBudget { usdm, left })?;
        let day = self.day_budget().take(usdm).map_err(|left| ContractError::DayBudget { usdm, left })?;
        self.epoch_budget = Some(epoch);
        self.day_budget = Some(day);
        Ok(())
    }

    /// Writes everything, the closing only if it was made in this call.
    pub fn save(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        if self.closed_now || self.rewritten {
            CLOSING.save(storage, &self.closing)?;
        }
        if let Some(change) = self.change {
            change.save(storage)?;
        }
        self.save_mint_limit(storage)?;
        self.save_budgets(storage)
    }

    /// After a mint: the budgets change only by a closing.
    pub fn save_after_mint(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        if self.closed_now {
            self.save(storage)
        } else {
            self.save_mint_limit(storage)
        }
    }

    /// After a redemption: the mint limit changes only by a closing.
    pub fn save_after_redemption(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        if self.closed_now {
            self.save(storage)
        } else {
            self.save_budgets(storage)
        }
    }

    fn save_mint_limit(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        Ok(MINT_LIMIT.save(storage, &self.mint_limit)?)
    }

    fn save_budgets(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        if let Some(bucket) = &self.epoch_budget {
            EPOCH_BUDGET.save(storage, bucket)?;
        }
        if let Some(bucket) = &self.day_budget {
            DAY_BUDGET.save(storage, bucket)?;
        }
        Ok(())
    }

    /// The announcements of a closing made in this call.
    pub fn events(&self) -> Vec<Event> {
        let closing = &self.closing;
        let closed = self.closed_now.then(|| {
            events::EpochClosed {
                epoch: closing.epoch,
                circulating: closing.circulating,
                raw: closing.raw.map_or_else(|| "none".into(), |raw| raw.to_string()),
                ceiling: closing.ceiling,
                cap_user: closing.cap_user,
                user_owned: closing.user_owned,
            }
            .into()
        });
        closed.into_iter().chain(self.change.map(Change::event)).collect()
    }
}

/// One closing for all epochs since `last` (R24).
fn close(
    deps: Deps,
    now: u64,
    state: &State,
    last: Closing,
    market: Option<Market>,
) -> Result<Closing, ContractError> {
    let State { config, params, .. } = state;
    let epoch = Epoch::at(now);
    let placed = Placed::query(deps, config)?;
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let circulating = circulating::supply(deps, state, &placed, last.circulating)?;
    // Without a market the depth of the last closing still bounds the budgets: the price may be back within the epoch. So it does under
    // stress, when nothing is redeemed: whoever pushes a pool for the one block that a closing sees would cut the budget of a day.
    let last_depth = (last.depth_reported, last.depth);
    let (depth_reported, depth) = match market {
        Some(Market { stress: true, .. }) if last_depth.1.is_some() => last_depth,
        Some(Market { depth, .. }) => {
            (depth, depth.map(|now| last.depth_reported.map_or(now, |before| before.min(now))))
        }
        None => last_depth,
    };
    let xms_price = market.map(|market| market.mint);
    let price_term = xms_price
        .map(|price| {
            let price = price.atomics().u128();
            mars_math::price_term_floor(price, circulating.u128(), params.support_ratio.u128())
        })
        .transpose()?;
    let seen = depth.map(|depth| market.and_then(|market| market.depth).map_or(depth, |now| depth.min(now)));
    let raw = price_term
        .map(|term| mars_math::raw_cap(term, seen.map(|depth| depth.u128()), params.depth_multiple.into()))
        .transpose()?;
    let before = Ceiling { value: last.ceiling.u128(), day: last.day, day_base: last.day_base.u128() };
    let ceiling = before.close(raw, epoch.since(last.epoch), now / DAY, &rules(params))?;
    let binding = match (price_term, raw) {
        (Some(_), Some(raw)) if raw > ceiling.value => CapTerm::Ceiling,
        (Some(term), Some(raw)) if raw < term => CapTerm::Depth,
        (Some(_), Some(_)) => CapTerm::Price,
        _ => CapTerm::NoPrice,
    };
    Ok(Closing {
        epoch,
        closed_at: now,
        xms_price,
        circulating,
        depth_reported,
        depth,
        price_term: price_term.map(Uint128::new),
        raw: raw.map(Uint128::new),
        ceiling: Uint128::new(ceiling.value),
        day: ceiling.day,
        day_base: Uint128::new(ceiling.day_base),
        cap_user: Uint128::new(raw.unwrap_or(last.cap_user.u128()).min(ceiling.value)),
        binding,
        user_owned: placed.user_owned(supply),
        treasury_owned: placed.usdm_cap(),
        clocks: last.clocks,
    })
}

fn rules(params: &Params) -> CeilingRules {
    CeilingRules {
        floor: params.ceiling.floor.u128(),
        step_bps: params.ceiling.step.u128(),
        max_epochs: params.ceiling.max_epochs.into(),
        day_growth_bps: params.ceiling.day_growth.u128(),
    }
}

fn mint_capacity(params: &Params, closing: &Closing) -> Result<Uint128, ContractError> {
    let by_cap = mars_math::bps_of_floor(closing.cap_user.u128(), params.mint_limit.rate.u128())?;
    Ok(params.mint_limit.floor.max(Uint128::new(by_cap)))
}

fn budget_capacity(budget: &Budget, closing: &Closing) -> Result<Uint128, ContractError> {
    let capacity = mars_math::redemption_budget(
        closing.user_owned.u128(),
        closing.depth.map(|depth| depth.u128()),
        budget.of_user_owned.u128(),
        budget.of_depth.u128(),
    )?;
    Ok(Uint128::new(capacity))
}
