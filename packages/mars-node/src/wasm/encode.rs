//! From the messages of contracts to those of the chain.

use super::dispatch::Outcome;
use super::types::{AnyMsg, BankMsg, Coin as WasmCoin, CosmosMsg, WasmMsg};
use crate::bank;
use crate::coin::{self, Coin, Uint256};
use crate::context::Ctx;
use crate::error::{Error, Result, sdk, wasm as kind};
use crate::proto::Any;
use crate::proto::cosmos::bank::v1beta1::MsgSend;
use crate::proto::wasm::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgUpdateAdmin,
};
use crate::tx::Msg;

const MOST_ANY_BYTES: usize = 512 * 1_024;
const ANY_BASE_GAS: u64 = 5;

/// Carries out one message of the contract at `contract`.
pub fn dispatch(ctx: &Ctx, contract: &[u8], ibc_port: &str, msg: &CosmosMsg) -> Result<Outcome> {
    if let Some(burn) =
        msg.bank.as_ref().filter(|bank| bank.send.is_none()).and_then(|bank| bank.burn.as_ref())
    {
        return burn_coins(ctx, contract, &burn.amount);
    }
    let Some(msg) = encode(ctx, contract, ibc_port, msg)? else { return Ok(Outcome::default()) };
    ctx.app
        .validate_basic(ctx, &msg)
        .map_err(|error| error.wrap(format!("failed basic validation for message type {}", msg.go_type())))?;
    if msg.signers(&ctx.app.prefix)?.iter().any(|signer| signer != contract) {
        return Err(sdk::UNAUTHORIZED.wrap("contract doesn't have permission"));
    }
    let handled = ctx.app.route(ctx, &msg)?;
    Ok(Outcome {
        events: handled.events,
        data: vec![handled.response.value.clone()],
        responses: vec![handled.response],
    })
}

fn burn_coins(ctx: &Ctx, contract: &[u8], amount: &[WasmCoin]) -> Result<Outcome> {
    let coins = coins(amount)?;
    if coins.is_empty() {
        return Err(kind::EMPTY.wrap("amount"));
    }
    bank::send_to_module(ctx, contract, "wasm", &coins).map_err(|error| error.wrap("transfer to module"))?;
    bank::burn(ctx, "wasm", &coins).map_err(|error| error.wrap("burn coins"))?;
    Ok(Outcome::default())
}

/// The coins of a contract's message: merged and sorted, nothing left out but zeros.
fn coins(amounts: &[WasmCoin]) -> Result<Vec<Coin>> {
    let mut sum = Vec::new();
    for given in amounts {
        let amount: Uint256 = given
            .amount
            .parse()
            .map_err(|_| sdk::INVALID_COINS.wrap(format!("{}{}", given.amount, given.denom)))?;
        coin::validate_denom(&given.denom).map_err(Error::unregistered)?;
        sum = coin::add(sum, Coin::new(given.denom.clone(), amount))
            .ok_or_else(|| Error::panic("integer overflow"))?;
    }
    Ok(sum)
}

fn no_handler() -> Error {
    kind::UNKNOWN_MSG.wrap("no handler found")
}

fn encode(ctx: &Ctx, contract: &[u8], ibc_port: &str, msg: &CosmosMsg) -> Result<Option<Msg>> {
    let sender = ctx.text(contract);
    if let Some(bank) = &msg.bank {
        return bank_msg(sender, bank);
    }
    if msg.custom.is_some() {
        return Err(no_handler());
    }
    if msg.ibc.as_ref().is_some_and(|ibc| ibc.get("send_packet").is_some()) && ibc_port.is_empty() {
        return Err(kind::UNSUPPORTED_FOR_CONTRACT.wrap("ibc not supported"));
    }
    for (name, present) in [
        ("distribution", msg.distribution.is_some()),
        ("ibc", msg.ibc.is_some()),
        ("ibc2", msg.ibc2.is_some()),
        ("staking", msg.staking.is_some()),
        ("gov", msg.gov.is_some()),
    ] {
        if present {
            return Err(sdk::UNKNOWN_REQUEST
                .wrap(format!("can't route message of {name}: this chain has no such module")));
        }
    }
    if let Some(any) = &msg.any {
        return any_msg(ctx, any).map(Some);
    }
    if let Some(wasm) = &msg.wasm {
        return wasm_msg(sender, wasm).map(Some);
    }
    Err(no_handler())
}

fn bank_msg(sender: String, msg: &BankMsg) -> Result<Option<Msg>> {
    let Some(send) = &msg.send else { return Err(no_handler()) };
    if send.amount.is_empty() {
        return Ok(None);
    }
    Ok(Some(Msg::Send(MsgSend {
        from_address: sender,
        to_address: send.to_address.clone(),
        amount: coin::to_proto(&coins(&send.amount)?),
    })))
}

fn any_msg(ctx: &Ctx, msg: &AnyMsg) -> Result<Msg> {
    let size = msg.value.len();
    if size > MOST_ANY_BYTES {
        return Err(kind::LIMIT.wrap(format!("AnyMsg value size {size} exceeds limit {MOST_ANY_BYTES}")));
    }
    let kilobytes = u64::try_from(size).unwrap_or(u64::MAX) / 1_024;
    ctx.gas.consume(ANY_BASE_GAS.saturating_add(kilobytes), "unpacking AnyMsg")?;
    let any = Any { type_url: msg.type_url.clone(), value: msg.value.to_vec() };
    match Msg::decode(&any) {
        Ok(Some(decoded)) => Ok(decoded),
        _ => {
            Err(kind::INVALID_MSG
                .wrap(format!("Cannot unpack proto message with type URL: {}", msg.type_url)))
        }
    }
}

fn wasm_msg(sender: String, msg: &WasmMsg) -> Result<Msg> {
    if let Some(m) = &msg.execute {
        return Ok(Msg::Execute(MsgExecuteContract {
            sender,
            contract: m.contract_addr.clone(),
            msg: m.msg.to_vec(),
            funds: coin::to_proto(&coins(&m.funds)?),
        }));
    }
    if let Some(m) = &msg.instantiate {
        return Ok(Msg::Instantiate(MsgInstantiateContract {
            sender,
            admin: m.admin.clone(),
            code_id: m.code_id,
            label: m.label.clone(),
            msg: m.msg.to_vec(),
            funds: coin::to_proto(&coins(&m.funds)?),
        }));
    }
    if let Some(m) = &msg.instantiate2 {
        return Ok(Msg::Instantiate2(MsgInstantiateContract2 {
            sender,
            admin: m.admin.clone(),
            code_id: m.code_id,
            label: m.label.clone(),
            msg: m.msg.to_vec(),
            funds: coin::to_proto(&coins(&m.funds)?),
            salt: m.salt.to_vec(),
            fix_msg: false,
        }));
    }
    if let Some(m) = &msg.migrate {
        return Ok(Msg::Migrate(MsgMigrateContract {
            sender,
            contract: m.contract_addr.clone(),
            code_id: m.new_code_id,
            msg: m.msg.to_vec(),
        }));
    }
    if let Some(m) = &msg.clear_admin {
        return Ok(Msg::ClearAdmin(MsgClearAdmin { sender, contract: m.contract_addr.clone() }));
    }
    if let Some(m) = &msg.update_admin {
        return Ok(Msg::UpdateAdmin(MsgUpdateAdmin {
            sender,
            new_admin: m.admin.clone(),
            contract: m.contract_addr.clone(),
        }));
    }
    Err(no_handler())
}
