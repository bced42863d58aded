use cosmwasm_std::{Addr, Coin, Decimal, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{refuse_paused, tokens, ControlError};
use mars_types::treasury::{Level, MintReceipt, MintRequirement, Params, Switch};
use mars_types::{events, token, Asset, AssetUnchecked, Bps, Price, Simulation};

use crate::assets::{self, held, External};
use crate::epoch::Control;
use crate::error::ContractError;
use crate::positions::{self, Placed};
use crate::prices::Prices;
use crate::recovery;
use crate::state::{Books, Config, Listing, State, BOOKS, HELD, REGISTRY};
use crate::terms::{Order, Terms};

/// What came with the call.
pub enum Payment {
    /// Whatever coins were attached.
    Native(Vec<Coin>),
    /// cw20 tokens, vouched for by their contract.
    Cw20(Addr, Uint128),
}

/// A mint that would be accepted, and the state that it would leave.
struct Quote {
    receipt: MintReceipt,
    held: Uint128,
    books: Books,
    control: Control,
}

/// Takes the payment and mints USDM to `recipient`.
pub fn execute(deps: DepsMut, env: &Env, order: Order, payment: Payment) -> Result<Response, ContractError> {
    let Order { sender, recipient, terms } = order;
    refuse_paused(deps.storage, env, &Switch::Mint.to_string())?;
    let (asset, amount) = payment.exact()?;
    let state = State::load(deps.storage)?;
    let Quote { receipt, held, books, control } = quote(deps.as_ref(), env, &state, asset, amount, terms)?;

    HELD.save(deps.storage, &receipt.asset.key(), &held)?;
    BOOKS.save(deps.storage, &books)?;
    control.save_after_mint(deps.storage)?;
    let mint = tokens::mint(&state.config.usdm, &recipient, receipt.usdm)?;
    Ok(Response::new()
        .add_attribute("action", "mint")
        .add_events(control.events())
        .add_event(events::Mint {
            sender,
            recipient,
            asset: receipt.asset,
            amount: receipt.amount,
            price: receipt.price,
            value: receipt.value,
            fee: receipt.fee,
            usdm: receipt.usdm,
        })
        .add_message(mint))
}

/// What [`execute`] would do with exactly this payment in this block.
pub fn simulate(
    deps: Deps,
    env: &Env,
    asset: AssetUnchecked,
    amount: Uint128,
    terms: Terms,
) -> Simulation<MintReceipt> {
    Simulation::of(asset.check(deps.api).map_err(ContractError::from).and_then(|asset| {
        refuse_paused(deps.storage, env, &Switch::Mint.to_string())?;
        let state = State::load(deps.storage)?;
        quote(deps, env, &state, asset, amount, terms).map(|quote| quote.receipt)
    }))
}

/// The least payment for `usdm`, ceiled (R2), with the simulation of that payment; 0 while the asset has no price.
pub fn required(
    deps: Deps,
    env: &Env,
    asset: AssetUnchecked,
    usdm: Uint128,
) -> Result<MintRequirement, ContractError> {
    let checked = asset.check(deps.api)?;
    let State { config, params, .. } = State::load(deps.storage)?;
    let registry = REGISTRY.load(deps.storage)?;
    let listing = listed(&registry, &checked)?;
    let prices = ask(deps, &config, &[], listing, false);
    let amount = match credited(&prices, &params, listing) {
        Ok(price) => Uint128::new(mars_math::mint_required_ceil(
            usdm.u128(),
            price.atomics().u128(),
            listing.decimals,
            params.mint_fee.get(listing.level).u128(),
        )?),
        Err(_) => Uint128::zero(),
    };
    let terms = Terms::of_query(env, Some(usdm), None);
    Ok(MintRequirement { amount, simulation: simulate(deps, env, asset, amount, terms) })
}

impl Payment {
    fn exact(self) -> Result<(Asset, Uint128), ContractError> {
        match self {
            Self::Cw20(token, amount) => Ok((Asset::Cw20(token), amount)),
            Self::Native(funds) => match <[Coin; 1]>::try_from(funds) {
                Ok([coin]) => Ok((Asset::Native(coin.denom), coin.amount)),
                Err(funds) => Err(ControlError::wrong_funds(&funds, "one coin of a listed denom").into()),
            },
        }
    }
}

/// Everything between the payment and the receipt, in the order of R10: the first refusal is the one returned.
fn quote(
    deps: Deps,
    env: &Env,
    state: &State,
    asset: Asset,
    amount: Uint128,
    terms: Terms,
) -> Result<Quote, ContractError> {
    let State { config, params, books } = state;
    let registry = REGISTRY.load(deps.storage)?;
    refuse_paused(deps.storage, env, &Switch::Asset(asset.clone()).to_string())?;
    recovery::refuse(deps.storage)?;
    let listing = listed(&registry, &asset)?;
    terms.on_time(env)?;

    let class = if shares_matter(params, listing) { registry.as_slice() } else { &[] };
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let prices = ask(deps, config, class, listing, stored.due(env));
    let price = credited(&prices, params, listing)?;
    let (price18, fee) = (price.atomics().u128(), params.mint_fee.get(listing.level));
    let minted = mars_math::mint_floor(amount.u128(), price18, listing.decimals, fee.u128())?;
    let usdm = Uint128::new(minted.usdm);
    if usdm.is_zero() {
        return Err(ControlError::TooSmall { amount }.into());
    }
    let value = Uint128::new(minted.usdm).checked_add(Uint128::new(minted.fee))?;

    let held = held(deps.storage, books, listing)?.checked_add(amount)?;
    let supply = token::query_supply(&deps.querier, &config.usdm)?;
    let minted_supply = supply.checked_add(usdm)?;
    if !class.is_empty() {
        let placed = Placed::query(deps, config)?;
        let external = External::at(deps.storage, books, class, &prices, &placed)?;
        let deposit = match listing.level {
            Level::Xms => value,
            _ => Uint128::new(mars_math::value_floor(
                amount.u128(),
                prices.of(&asset)?.band.low18(),
                listing.decimals,
            )?),
        };
        check_class(params, listing.level, &external, deposit)?;
        let user_owned = placed.to_cover(minted_supply);
        if listing.level == Level::Xms && user_owned > external.low {
            return Err(ContractError::CoverageShort { user_owned, external: external.low });
        }
    }
    let whole = held.checked_add(positions::placed(deps.storage, &asset)?)?;
    if whole > listing.cap {
        return Err(ContractError::AssetCap { held: whole, cap: listing.cap });
    }

    let mut control = stored.closed(deps, env, state, &prices)?;
    control.refuse_recovery()?;
    control.spend_mint(usdm)?;
    let closing = &control.closing;
    if closing.raw.is_none() {
        let reason = format!("none at the closing of epoch {}", closing.epoch);
        return Err(ContractError::NoPrice { asset: config.xms_asset().to_string(), reason });
    }
    let user_owned = control.user_owned(minted_supply);
    if user_owned > closing.cap_user {
        return Err(ContractError::SupplyCap { user_owned, cap: closing.cap_user });
    }
    terms.accept(usdm)?;

    let room = closing.room(user_owned);
    let books = Books {
        minted: books.minted.checked_add(usdm)?,
        fees: books.fees.checked_add(Uint128::new(minted.fee))?,
        // XMS joins the reserve.
        reserve: if listing.level == Level::Xms { books.reserve.checked_add(amount)? } else { books.reserve },
        ..*books
    };
    let fee = Uint128::new(minted.fee);
    Ok(Quote { receipt: MintReceipt { asset, amount, price, value, fee, usdm, room }, held, books, control })
}

fn listed<'a>(registry: &'a [Listing], asset: &Asset) -> Result<&'a Listing, ContractError> {
    registry
        .iter()
        .find(|listing| listing.listed && listing.asset == *asset)
        .ok_or_else(|| ContractError::NotListed { asset: asset.to_string() })
}

/// A stablecoin whose class may be everything can break no share, so the other assets need no price.
fn shares_matter(params: &Params, listing: &Listing) -> bool {
    listing.level != Level::Stable || params.class_limit.get(listing.level) < Bps::ONE
}

/// One call to the oracle for all that a mint of `listing` needs.
fn ask(deps: Deps, config: &Config, class: &[Listing], listing: &Listing, closing_due: bool) -> Prices {
    let mut assets: Vec<Asset> = assets::external(class).map(|other| other.asset.clone()).collect();
    if class.is_empty() && listing.level != Level::Xms {
        assets.push(listing.asset.clone());
    }
    let market = listing.level == Level::Xms || closing_due;
    Prices::query(deps, &config.oracle, assets, market.then_some(&config.xms))
}

/// What a whole token is credited at: low; of a stablecoin no more than $1, and nothing below the gate; of XMS the
/// least of its windows.
fn credited(prices: &Prices, params: &Params, listing: &Listing) -> Result<Decimal, ContractError> {
    match listing.level {
        Level::Xms => prices.market_of(&listing.asset).map(|market| market.mint),
        Level::Stable => {
            let Price { band, median, .. } = prices.of(&listing.asset)?;
            if median < params.stable_gate {
                return Err(ContractError::BelowStableGate { median, gate: params.stable_gate });
            }
            Ok(band.low.min(Decimal::one()))
        }
        Level::Gold | Level::LayerOne | Level::DeFi => prices.of(&listing.asset).map(|price| price.band.low),
    }
}

/// Class share after the deposit (R12). Below the bootstrap floor level 1 alone, and as much of it as comes: of an empty
/// treasury the first deposit is the whole. `deposit` in µUSD at low.
fn check_class(
    params: &Params,
    level: Level,
    external: &External,
    deposit: Uint128,
) -> Result<(), ContractError> {
    if external.low < params.bootstrap_floor {
        return match level {
            Level::Stable => Ok(()),
            _ => Err(ContractError::BootstrapLevelOne {
                external: external.low,
                floor: params.bootstrap_floor,
            }),
        };
    }
    if let Some(unpriced) = external.unpriced.iter().find(|unpriced| unpriced.level == level) {
        return Err(ContractError::no_price(&unpriced.asset, &unpriced.reason));
    }
    let class = external.by_level.get(level);
    let whole = if level == Level::Xms { external.low.checked_add(class)? } else { external.low };
    let (class_after, whole_after) = (class.checked_add(deposit)?, whole.checked_add(deposit)?);
    let limit = params.class_limit.get(level).u128();
    if !mars_math::within_share(class_after.u128(), whole_after.u128(), limit)? {
        let room = Uint128::new(mars_math::share_room_floor(class.u128(), whole.u128(), limit)?);
        return Err(ContractError::ClassLimit { value: deposit, room });
    }
    Ok(())
}
