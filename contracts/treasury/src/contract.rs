use cosmwasm_std::{
    entry_point, to_json_binary, Addr, Binary, Deps, DepsMut, Env, MessageInfo, Response, Uint128,
};
use cw20::Cw20ReceiveMsg;
use mars_control::{nonpayable, sent, Sent};
use mars_types::treasury::{Cw20HookMsg, ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use mars_types::{checked_address, ListError};

use crate::error::ContractError;
use crate::mint::Payment;
use crate::state::{Books, Config, BOOKS, CONFIG, NON_CIRCULATING, PARAMS, REGISTRY};
use crate::terms::{Order, Terms};
use crate::{
    allocate, assets, basket, cancel, circulating, deposit, epoch, limits, mint, pause, positions, query,
    queue, recovery, redeem, remove, reserve, settle, spend, spend_limit,
};

const NAME: &str = "mars:treasury";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What may come with a token.
const HOOKS: &str = "mint, redeem, claim_basket, fund_reserve";

type Result<T = Response> = std::result::Result<T, ContractError>;

#[entry_point]
pub fn instantiate(mut deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result {
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &msg.owner, msg.guardian)?;
    let config = Config {
        usdm: checked_address(deps.api, "usdm", &msg.usdm)?,
        xms: checked_address(deps.api, "xms", &msg.xms)?,
        oracle: checked_address(deps.api, "oracle", &msg.oracle)?,
    };
    if config.usdm == config.xms {
        return Err(ListError::duplicate("token", msg.usdm).into());
    }
    let params = msg.params.unwrap_or_default();
    params.check()?;
    let now = env.block.time.seconds();
    epoch::start(deps.storage, now, &params)?;
    spend_limit::start(deps.storage, now, &params)?;
    CONFIG.save(deps.storage, &config)?;
    PARAMS.save(deps.storage, &params)?;
    REGISTRY.save(deps.storage, &vec![])?;
    NON_CIRCULATING.save(deps.storage, &vec![])?;
    BOOKS.save(deps.storage, &Books::default())?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", msg.owner))
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result {
    if !matches!(msg, ExecuteMsg::Mint { .. }) {
        nonpayable(&info)?;
    }
    match msg {
        ExecuteMsg::Mint { min_out, deadline, recipient } => {
            let terms = Terms { min_out, deadline };
            let order = Order::new(deps.as_ref(), &env, info.sender, recipient, terms)?;
            mint::execute(deps, &env, order, Payment::Native(info.funds))
        }
        ExecuteMsg::Receive(hook) => receive(deps, &env, &info.sender, hook),
        ExecuteMsg::Poke {} => epoch::poke(deps, &env),
        ExecuteMsg::Settle { limit } => settle::execute(deps, &env, limit),
        ExecuteMsg::Cancel { id } => cancel::execute(deps, &env, &info.sender, id),
        ExecuteMsg::ClaimBasket { id, amount, basket } => {
            basket::claim_waiting(deps, &env, info.sender, id, amount, basket)
        }
        ExecuteMsg::Allocate { pool, amount, deadline } => {
            allocate::execute(deps, &env, info.sender, pool, amount, deadline)
        }
        ExecuteMsg::Unwind { pool } => remove::unwind(deps, &env, pool),
        ExecuteMsg::RegisterPosition { swap, pool, kind, cap } => {
            positions::register(deps, &info.sender, swap, pool, kind, cap)
        }
        ExecuteMsg::UpdatePosition { pool, cap, exit_only } => {
            positions::update(deps, &info.sender, pool, cap, exit_only)
        }
        ExecuteMsg::Deposit { pool, amounts, min_lp, deadline } => {
            let terms = Terms { min_out: min_lp, deadline };
            deposit::execute(deps, &env, &info.sender, pool, amounts, terms)
        }
        ExecuteMsg::Remove { pool, lp, deadline } => {
            let terms = Terms { min_out: Uint128::zero(), deadline };
            remove::remove(deps, &env, &info.sender, pool, lp, terms)
        }
        ExecuteMsg::Spend { asset, amount, recipient } => {
            spend::spend(deps, &env, &info.sender, asset, amount, recipient)
        }
        ExecuteMsg::VoteChain { proposal, option } => spend::vote_chain(deps, &info.sender, proposal, option),
        ExecuteMsg::CallDao { contract, msg } => spend::call_dao(deps, &env, &info.sender, contract, msg),
        ExecuteMsg::DeclareRecovery {} => recovery::declare(deps, &env, &info.sender),
        ExecuteMsg::EndRecovery {} => recovery::end(deps, &info.sender),
        ExecuteMsg::RegisterAsset { asset, level, decimals, cap } => {
            assets::register(deps, &info.sender, asset, level, decimals, cap)
        }
        ExecuteMsg::UpdateAsset { asset, cap, listed } => {
            assets::update(deps, &info.sender, asset, cap, listed)
        }
        ExecuteMsg::UpdateNonCirculating { add, remove } => {
            circulating::update(deps, &info.sender, add, remove)
        }
        ExecuteMsg::WithdrawReserve { amount, recipient } => {
            reserve::withdraw(deps, &env, &info.sender, amount, recipient)
        }
        ExecuteMsg::UpdateParams { params } => limits::update(deps, &env, &info.sender, params),
        ExecuteMsg::LowerLimits { limits } => limits::lower(deps, &env, &info.sender, limits),
        ExecuteMsg::Pause { switch } => pause::pause(deps, &env, &info.sender, switch),
        ExecuteMsg::ConfirmPause { switch } => {
            let name = pause::checked(deps.as_ref(), switch)?.to_string();
            Ok(mars_control::confirm_pause(deps.storage, &env, &info.sender, &name)?)
        }
        ExecuteMsg::Unpause { switch } => {
            let name = pause::checked(deps.as_ref(), switch)?.to_string();
            Ok(mars_control::unpause(deps.storage, &env, &info.sender, &name)?)
        }
        ExecuteMsg::SetGuardian { guardian } => {
            Ok(mars_control::set_guardian(deps, &env, &info.sender, guardian)?)
        }
        ExecuteMsg::UpdateOwnership(action) => {
            Ok(mars_control::update_ownership(deps, &env, &info.sender, action)?)
        }
    }
}

/// A cw20 token says that `hook.sender` sent it here. Only the token contract itself can be `token`.
fn receive(deps: DepsMut, env: &Env, token: &Addr, hook: Cw20ReceiveMsg) -> Result {
    let Sent { sender, amount, message } = sent(deps.api, hook, HOOKS)?;
    match message {
        Cw20HookMsg::Mint { min_out, deadline, recipient } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, Terms { min_out, deadline })?;
            mint::execute(deps, env, order, Payment::Cw20(token.clone(), amount))
        }
        Cw20HookMsg::Redeem { min_out, deadline, recipient, queue } => {
            let order = Order::new(deps.as_ref(), env, sender, recipient, Terms { min_out, deadline })?;
            redeem::execute(deps, env, order, token, amount, queue)
        }
        Cw20HookMsg::ClaimBasket { basket } => basket::claim_sent(deps, env, sender, token, amount, basket),
        Cw20HookMsg::FundReserve {} => reserve::fund(deps, token, sender, amount),
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::SimulateMint { asset, amount, min_out, deadline } => {
            let terms = Terms::of_query(&env, min_out, deadline);
            to_json_binary(&mint::simulate(deps, &env, asset, amount, terms))
        }
        QueryMsg::RequiredForMint { asset, usdm } => {
            to_json_binary(&mint::required(deps, &env, asset, usdm)?)
        }
        QueryMsg::SimulateRedeem { usdm, queue, min_out, deadline } => {
            let terms = Terms::of_query(&env, min_out, deadline);
            to_json_binary(&redeem::simulate(deps, &env, usdm, queue, terms))
        }
        QueryMsg::SimulateSettle { limit } => to_json_binary(&settle::simulate(deps, &env, limit)),
        QueryMsg::SimulateCancel { id } => to_json_binary(&cancel::simulate(deps, &env, id)),
        QueryMsg::SimulateClaimBasket { id, amount, basket } => {
            to_json_binary(&basket::simulate(deps, &env, id, amount, &basket))
        }
        QueryMsg::Queue {} => to_json_binary(&queue::load(deps.storage)?),
        QueryMsg::Claim { id } => to_json_binary(&queue::entry(deps.storage, id)?),
        QueryMsg::Claims { owner, start_after, limit } => {
            to_json_binary(&queue::claims(deps, owner, start_after, limit)?)
        }
        QueryMsg::SimulateAllocate { pool, amount, deadline } => {
            let terms = Terms::of_query(&env, None, deadline);
            to_json_binary(&allocate::simulate(deps, &env, pool, amount, terms))
        }
        QueryMsg::Positions {} => to_json_binary(&positions::list(deps)?),
        QueryMsg::Recovery {} => to_json_binary(&query::recovery(deps, &env)?),
        QueryMsg::Solvency {} => to_json_binary(&query::solvency(deps, &env)?),
        QueryMsg::Epoch {} => to_json_binary(&query::epoch(deps, &env)?),
        QueryMsg::Assets {} => to_json_binary(&query::assets(deps)?),
        QueryMsg::Pauses {} => to_json_binary(&query::pauses(deps, &env)?),
        QueryMsg::Invariants {} => to_json_binary(&query::invariants(deps, &env)?),
    }?)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
