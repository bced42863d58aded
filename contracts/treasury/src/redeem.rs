use cosmwasm_std::{to_json_binary, Addr, Deps, DepsMut, Env, Response, Uint128, WasmMsg};
use cw20::Cw20ExecuteMsg;
use mars_control::refuse_paused;
use mars_types::treasury::{RedeemReceipt, Switch};
use mars_types::{events, Asset, Simulation};

use crate::epoch::Control;
use crate::error::ContractError;
use crate::prices::Prices;
use crate::state::{Books, State, BOOKS};
use crate::terms::{Order, Terms};

/// A redemption that would be paid, and the state that it would leave.
struct Quote {
    receipt: RedeemReceipt,
    books: Books,
    control: Control,
}

/// Burns the `usdm` that came from `token` and pays XMS out of the reserve to `recipient`.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    order: Order,
    token: &Addr,
    usdm: Uint128,
) -> Result<Response, ContractError> {
    let Order { sender, recipient, terms } = order;
    let state = State::load(deps.storage)?;
    if *token != state.config.usdm {
        return Err(ContractError::WrongToken {
            got: token.to_string(),
            expected: state.config.usdm.into_string(),
        });
    }
    let Quote { receipt, books, control } = quote(deps.as_ref(), env, &state, usdm, terms)?;

    BOOKS.save(deps.storage, &books)?;
    control.save_after_redemption(deps.storage)?;
    let call = |token: Addr, message: Cw20ExecuteMsg| -> Result<WasmMsg, ContractError> {
        let msg = to_json_binary(&message)?;
        Ok(WasmMsg::Execute { contract_addr: token.into_string(), msg, funds: vec![] })
    };
    let burn = call(state.config.usdm, Cw20ExecuteMsg::Burn { amount: receipt.usdm })?;
    let pay = Cw20ExecuteMsg::Transfer { recipient: recipient.to_string(), amount: receipt.xms };
    let pay = call(state.config.xms, pay)?;
    Ok(Response::new()
        .add_attribute("action", "redeem")
        .add_events(control.event())
        .add_event(events::Redeem {
            sender,
            recipient,
            usdm: receipt.usdm,
            price: receipt.price,
            fee: receipt.fee,
            xms: receipt.xms,
            reserve: receipt.reserve,
        })
        .add_messages([burn, pay]))
}

/// What [`execute`] would do in this block.
pub fn simulate(deps: Deps, env: &Env, usdm: Uint128, terms: Terms) -> Simulation<RedeemReceipt> {
    let state = State::load(deps.storage).map_err(ContractError::from);
    Simulation::of(state.and_then(|state| Ok(quote(deps, env, &state, usdm, terms)?.receipt)))
}

fn quote(deps: Deps, env: &Env, state: &State, usdm: Uint128, terms: Terms) -> Result<Quote, ContractError> {
    let State { config, params, books } = state;
    refuse_paused(deps.storage, env, &Switch::Redeem.to_string())?;
    terms.on_time(env)?;
    let prices = Prices::query(deps, &config.oracle, vec![], Some(&config.xms));
    let stored = Control::stored(deps.storage, env.block.time.seconds())?;
    let mut control = stored.closed(deps, env, state, prices.market())?;
    let market = prices.market_of(&Asset::Cw20(config.xms.clone()))?;
    if market.stress {
        return Err(ContractError::Stress);
    }
    let (high, fee) = (market.redeem.atomics().u128(), params.redemption_fee);
    let xms = mars_math::redeem_floor(usdm.u128(), high, fee.u128())?;
    if xms == 0 {
        return Err(ContractError::TooSmall { amount: usdm });
    }
    let (xms, without_fee) =
        (Uint128::new(xms), Uint128::new(mars_math::redeem_floor(usdm.u128(), high, 0)?));
    control.spend_budgets(usdm)?;
    let reserve = books
        .reserve
        .checked_sub(xms)
        .map_err(|_| ContractError::ReserveShort { xms, reserve: books.reserve })?;
    terms.accept(xms)?;
    Ok(Quote {
        receipt: RedeemReceipt {
            usdm,
            price: market.redeem,
            fee: without_fee.checked_sub(xms)?,
            xms,
            epoch_budget: control.epoch_budget().level,
            day_budget: control.day_budget().level,
            reserve,
        },
        books: Books { reserve, redeemed: books.redeemed.checked_add(usdm)?, ..*books },
        control,
    })
}
