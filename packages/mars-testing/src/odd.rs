//! Cw20 tokens that do not keep to the rules. Each is cw20-base but for a quirk, which may change while people hold it.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Addr, Binary, CosmosMsg, Deps, DepsMut, Env, MessageInfo, Response, StdError, StdResult, SubMsg, Uint128,
    to_json_binary,
};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use cw20::{BalanceResponse, Cw20Coin, Cw20ExecuteMsg, Cw20ReceiveMsg, TokenInfoResponse};
use cw20_base::ContractError;
use mars_types::{Bps, Refusal, RefusalCode};

use crate::actors::Actor::{self, Attacker};
use crate::deploy::Mars;

const QUIRK: Item<Quirk> = Item::new("quirk");

/// What an odd token does that it should not.
#[cw_serde]
pub enum Quirk {
    /// Nothing: it is cw20-base.
    None,
    /// Keeps this part of whatever is moved, and says that all of it arrived.
    Taxes(Bps),
    /// Lets nothing be moved.
    Sticks,
    /// Says that things have moved, and moves nothing.
    Idles,
    /// Says of everyone that he has this.
    Boasts(Uint128),
    /// Answers no question.
    IsMute,
    /// Answers every question with words that nobody understands.
    Babbles,
    /// Says that it has so many decimals.
    HasDecimals(u8),
    /// Calls somebody, as itself, the next time that it is moved: before a receiver hears of it.
    Calls(CosmosMsg),
}

impl Quirk {
    /// Whatever a token may answer instead of the truth, and whether what somebody has is unknown then.
    pub const ANSWERS: [(Self, bool); 5] = [
        (Self::Boasts(Uint128::MAX), false),
        (Self::IsMute, true),
        (Self::Babbles, true),
        (Self::HasDecimals(0), false),
        (Self::HasDecimals(255), false),
    ];
}

impl Mars {
    /// A token without a quirk yet, of which each of [`Actor::FUNDED`] has `each` units.
    pub fn deploy_odd(&mut self, decimals: u8, each: u128) -> Addr {
        let code = self.app.store_code(Box::new(ContractWrapper::new(execute, instantiate, query)));
        let initial_balances = Actor::FUNDED
            .map(|holder| Cw20Coin { address: holder.addr().into_string(), amount: Uint128::new(each) });
        let msg = cw20_base::msg::InstantiateMsg {
            name: "An odd token".into(),
            symbol: "ODD".into(),
            decimals,
            initial_balances: initial_balances.into(),
            mint: None,
            marketing: None,
        };
        self.app.instantiate_contract(code, Attacker.addr(), &msg, &[], "odd", None).unwrap()
    }

    pub fn set_quirk(&mut self, token: &Addr, quirk: &Quirk) {
        QUIRK.save(&mut *self.app.contract_storage_mut(token), quirk).unwrap();
    }
}

fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: cw20_base::msg::InstantiateMsg,
) -> Result<Response, ContractError> {
    QUIRK.save(deps.storage, &Quirk::None)?;
    cw20_base::contract::instantiate(deps, env, info, msg)
}

fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: Cw20ExecuteMsg,
) -> Result<Response, ContractError> {
    use Cw20ExecuteMsg::{Send, SendFrom, Transfer, TransferFrom};
    if !matches!(msg, Send { .. } | SendFrom { .. } | Transfer { .. } | TransferFrom { .. }) {
        return cw20_base::contract::execute(deps, env, info, msg);
    }
    match QUIRK.load(deps.storage)? {
        Quirk::Sticks => {
            let refusal = Refusal::new(RefusalCode::Chain, "the odd token sticks", "", "");
            Err(StdError::generic_err(refusal.to_string()).into())
        }
        Quirk::Idles => Ok(Response::new().add_messages(announced(&info, &msg)?)),
        Quirk::Taxes(part) => {
            let rest = |amount: Uint128| amount.multiply_ratio(10_000 - part.u128(), 10_000u128);
            let hook = announced(&info, &msg)?;
            let taxed = match msg {
                Send { contract: recipient, amount, .. } | Transfer { recipient, amount } => {
                    Transfer { recipient, amount: rest(amount) }
                }
                SendFrom { owner, contract: recipient, amount, .. }
                | TransferFrom { owner, recipient, amount } => {
                    TransferFrom { owner, recipient, amount: rest(amount) }
                }
                other => other,
            };
            Ok(cw20_base::contract::execute(deps, env, info, taxed)?.add_messages(hook))
        }
        Quirk::Calls(call) => {
            QUIRK.save(deps.storage, &Quirk::None)?;
            let mut response = cw20_base::contract::execute(deps, env, info, msg)?;
            response.messages.insert(0, SubMsg::new(call));
            Ok(response)
        }
        _ => cw20_base::contract::execute(deps, env, info, msg),
    }
}

/// What the receiver of a send is told.
fn announced(info: &MessageInfo, msg: &Cw20ExecuteMsg) -> StdResult<Option<CosmosMsg>> {
    match msg.clone() {
        Cw20ExecuteMsg::Send { contract, amount, msg }
        | Cw20ExecuteMsg::SendFrom { contract, amount, msg, .. } => {
            let hook = Cw20ReceiveMsg { sender: info.sender.to_string(), amount, msg };
            hook.into_cosmos_msg(contract).map(Some)
        }
        _ => Ok(None),
    }
}

fn query(deps: Deps, env: Env, msg: cw20_base::msg::QueryMsg) -> StdResult<Binary> {
    use cw20_base::msg::QueryMsg::{Balance, TokenInfo};
    match (QUIRK.load(deps.storage)?, &msg) {
        (Quirk::IsMute, _) => Err(StdError::generic_err("the odd token is mute")),
        (Quirk::Babbles, _) => Ok(Binary::from(br#"{"blah":[7]}"#.as_slice())),
        (Quirk::Boasts(balance), Balance { .. }) => to_json_binary(&BalanceResponse { balance }),
        (Quirk::HasDecimals(decimals), TokenInfo {}) => {
            let info = cw20_base::contract::query_token_info(deps)?;
            to_json_binary(&TokenInfoResponse { decimals, ..info })
        }
        _ => cw20_base::contract::query(deps, env, msg),
    }
}
