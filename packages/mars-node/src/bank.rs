//! Native coins: balances, supply, and moving them.

use prost::Message;

use crate::auth;
use crate::coin::{self, Coin, Uint256};
use crate::context::Ctx;
use crate::error::{Error, Kind, Result, bank, sdk};
use crate::event::Event;
use crate::proto::cosmos::bank::v1beta1::{
    Input, Metadata, MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams, Output, Params,
};
use crate::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use crate::store::{Bytes, Kv, Order, StoreKey};

const SUPPLY: u8 = 0;
const METADATA: u8 = 1;
const BALANCES: u8 = 2;
const HOLDERS: u8 = 3;
const SEND_ENABLED: u8 = 4;
/// Where the parameters are.
pub const PARAMS: &[u8] = &[5];

fn key(kind: u8, name: &str) -> Vec<u8> {
    [&[kind], name.as_bytes()].concat()
}

/// The prefix of all balances of `address`: its length, then itself.
pub fn balances_of(address: &[u8]) -> Vec<u8> {
    let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
    [&[BALANCES, length], address].concat()
}

/// The prefix under which the holders of `denom` are listed.
pub fn holders_of(denom: &str) -> Vec<u8> {
    [&[HOLDERS], denom.as_bytes(), &[0]].concat()
}

fn holder_key(denom: &str, address: &[u8]) -> Vec<u8> {
    let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
    [&holders_of(denom), &[length][..], address].concat()
}

/// The prefix of all supplies.
pub const SUPPLIES: &[u8] = &[SUPPLY];
/// The prefix of all metadata.
pub const ALL_METADATA: &[u8] = &[METADATA];
/// The prefix of all exceptions to the default of sending.
pub const ALL_SEND_ENABLED: &[u8] = &[SEND_ENABLED];

/// The amount that a stored value is.
pub fn amount(bytes: &[u8]) -> Uint256 {
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn read_amount(kv: &Kv, key: &[u8]) -> Result<Uint256> {
    Ok(kv.get(key)?.as_deref().map(amount).unwrap_or_default())
}

/// How much of `denom` is at `address`.
pub fn balance(ctx: &Ctx, address: &[u8], denom: &str) -> Result<Uint256> {
    read_amount(&ctx.kv(StoreKey::Bank), &[&balances_of(address), denom.as_bytes()].concat())
}

/// Everything at `address`, sorted by name.
pub fn balances(ctx: &Ctx, address: &[u8]) -> Result<Vec<Coin>> {
    collect(&ctx.kv(StoreKey::Bank).narrow(&balances_of(address)))
}

fn collect(kv: &Kv) -> Result<Vec<Coin>> {
    let mut coins = Vec::new();
    let mut cursor = kv.iterate(None, None, Order::Ascending)?;
    while let Some((denom, value)) = cursor.current() {
        coins.push(Coin::new(String::from_utf8_lossy(denom), amount(value)));
        cursor.advance()?;
    }
    Ok(coins)
}

/// How much of `denom` exists.
pub fn supply(ctx: &Ctx, denom: &str) -> Result<Uint256> {
    read_amount(&ctx.kv(StoreKey::Bank), &key(SUPPLY, denom))
}

/// How much of every coin exists.
pub fn supplies(ctx: &Ctx) -> Result<Vec<Coin>> {
    collect(&ctx.kv(StoreKey::Bank).narrow(SUPPLIES))
}

/// How `denom` is shown.
pub fn metadata(ctx: &Ctx, denom: &str) -> Result<Option<Metadata>> {
    Ok(ctx.kv(StoreKey::Bank).get(&key(METADATA, denom))?.and_then(|bytes| Metadata::decode(&*bytes).ok()))
}

/// Sets how a coin is shown.
pub fn set_metadata(ctx: &Ctx, metadata: &Metadata) -> Result<()> {
    ctx.kv(StoreKey::Bank).set(&key(METADATA, &metadata.base), &metadata.encode_to_vec())
}

/// The parameters in force.
pub fn params(ctx: &Ctx) -> Result<Params> {
    let stored: Option<Bytes> = ctx.kv(StoreKey::Bank).get(PARAMS)?;
    Ok(stored.and_then(|bytes| Params::decode(&*bytes).ok()).unwrap_or_default())
}

fn set_balance(ctx: &Ctx, address: &[u8], denom: &str, amount: Uint256) -> Result<()> {
    let kv = ctx.kv(StoreKey::Bank);
    let (balance, holder) = ([&balances_of(address), denom.as_bytes()].concat(), holder_key(denom, address));
    if amount.is_zero() {
        kv.delete(&holder)?;
        return kv.delete(&balance);
    }
    kv.set(&holder, &[])?;
    kv.set(&balance, amount.to_string().as_bytes())
}

fn set_supply(ctx: &Ctx, denom: &str, amount: Uint256) -> Result<()> {
    let kv = ctx.kv(StoreKey::Bank);
    if amount.is_zero() {
        return kv.delete(&key(SUPPLY, denom));
    }
    kv.set(&key(SUPPLY, denom), amount.to_string().as_bytes())
}

fn too_much(error: impl std::fmt::Display) -> Error {
    Error::panic(error)
}

/// What of the coins at `address` may not be spent yet.
pub fn locked(ctx: &Ctx, address: &[u8]) -> Result<Vec<Coin>> {
    let account = auth::get(ctx, address)?;
    Ok(account.map(|account| auth::vesting::locked(&account, ctx.block.time)).unwrap_or_default())
}

/// How much of `denom` there is among `coins`.
pub fn amount_of(coins: &[Coin], denom: &str) -> Uint256 {
    coins.iter().find(|coin| coin.denom == denom).map_or(Uint256::zero(), |coin| coin.amount)
}

fn take(ctx: &Ctx, address: &[u8], coins: &[Coin]) -> Result<()> {
    let locked = locked(ctx, address)?;
    for coin in coins {
        let held = balance(ctx, address, &coin.denom)?;
        let kept = amount_of(&locked, &coin.denom);
        let free = held.checked_sub(kept).map_err(|_| {
            sdk::INSUFFICIENT_FUNDS.wrap(format!(
                "locked amount exceeds account balance funds: {kept}{denom} > {held}{denom}",
                denom = coin.denom
            ))
        })?;
        if coin.amount > free {
            return Err(sdk::INSUFFICIENT_FUNDS
                .wrap(format!("spendable balance {free}{} is smaller than {coin}", coin.denom)));
        }
        set_balance(ctx, address, &coin.denom, held.saturating_sub(coin.amount))?;
    }
    ctx.emit(Event::new("coin_spent").with("spender", ctx.text(address)).with("amount", coin::text(coins)));
    Ok(())
}

fn give(ctx: &Ctx, address: &[u8], coins: &[Coin]) -> Result<()> {
    for coin in coins {
        let held = balance(ctx, address, &coin.denom)?;
        set_balance(ctx, address, &coin.denom, held.checked_add(coin.amount).map_err(too_much)?)?;
    }
    ctx.emit(
        Event::new("coin_received").with("receiver", ctx.text(address)).with("amount", coin::text(coins)),
    );
    Ok(())
}

/// Moves `coins`, whoever may receive. Makes the account of the receiver.
pub fn send(ctx: &Ctx, from: &[u8], to: &[u8], coins: &[Coin]) -> Result<()> {
    take(ctx, from, coins)?;
    give(ctx, to, coins)?;
    if !auth::has(ctx, to)? {
        auth::new_account(ctx, to)?;
    }
    let sender = ctx.text(from);
    ctx.emit(
        Event::new("transfer")
            .with("recipient", ctx.text(to))
            .with("sender", &sender)
            .with("amount", coin::text(coins)),
    );
    ctx.emit(Event::new("message").with("sender", sender));
    Ok(())
}

/// Moves `coins` to the account of a module.
pub fn send_to_module(ctx: &Ctx, from: &[u8], module: &str, coins: &[Coin]) -> Result<()> {
    let to = auth::get_module_address(ctx, module)?;
    send(ctx, from, &to, coins)
}

/// Makes `coins` at `address` out of nothing.
pub fn mint(ctx: &Ctx, address: &[u8], coins: &[Coin]) -> Result<()> {
    give(ctx, address, coins)?;
    for coin in coins {
        let supply = supply(ctx, &coin.denom)?;
        set_supply(ctx, &coin.denom, supply.checked_add(coin.amount).map_err(too_much)?)?;
    }
    ctx.emit(Event::new("coinbase").with("minter", ctx.text(address)).with("amount", coin::text(coins)));
    Ok(())
}

/// Destroys `coins` at the account of `module`.
pub fn burn(ctx: &Ctx, module: &str, coins: &[Coin]) -> Result<()> {
    let address = auth::get_module_address(ctx, module)?;
    take(ctx, &address, coins)?;
    for coin in coins {
        let supply = supply(ctx, &coin.denom)?;
        set_supply(ctx, &coin.denom, supply.checked_sub(coin.amount).map_err(too_much)?)?;
    }
    ctx.emit(Event::new("burn").with("burner", ctx.text(&address)).with("amount", coin::text(coins)));
    Ok(())
}

/// Makes what is at `address` of one coin exactly `amount`, and the supply follow.
///
/// # Errors
/// A supply of 2^256 or more.
pub fn overwrite(ctx: &Ctx, address: &[u8], coin: &Coin) -> Result<()> {
    let before = balance(ctx, address, &coin.denom)?;
    let others = supply(ctx, &coin.denom)?.saturating_sub(before);
    let supply = others.checked_add(coin.amount).map_err(|_| {
        sdk::INVALID_COINS.wrap(format!("{coin} beside {others} of others is above 2^256 - 1"))
    })?;
    set_balance(ctx, address, &coin.denom, coin.amount)?;
    set_supply(ctx, &coin.denom, supply)?;
    if !auth::has(ctx, address)? {
        auth::new_account(ctx, address)?;
    }
    Ok(())
}

/// Whether every coin of `coins` may be sent.
///
/// # Errors
/// The first coin that may not.
pub fn require_send_enabled<'a>(ctx: &Ctx, denoms: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut denoms = denoms.into_iter().peekable();
    if denoms.peek().is_none() {
        return Ok(());
    }
    let default = params(ctx)?.default_send_enabled;
    for denom in denoms {
        let kv = ctx.kv(StoreKey::Bank);
        let key = key(SEND_ENABLED, denom);
        let enabled = match kv.has(&key)? {
            true => kv.get(&key)?.is_some_and(|value| value.last() == Some(&1)),
            false => default,
        };
        if !enabled {
            return Err(bank::SEND_DISABLED.wrap(format!("{denom} transfers are currently disabled")));
        }
    }
    Ok(())
}

/// The coins of a message that moves some.
///
/// # Errors
/// No coins, or coins that are not valid.
pub fn validated(coins: &[ProtoCoin]) -> Result<Vec<Coin>> {
    match coin::validate(coins) {
        Ok(valid) if !valid.is_empty() => Ok(valid),
        _ => Err(sdk::INVALID_COINS.wrap(coin::proto_text(coins))),
    }
}

/// Refuses anyone but the chain itself.
fn require_authority(ctx: &Ctx, sender: &str) -> Result<()> {
    let authority = &ctx.app.authority;
    if authority == sender {
        return Ok(());
    }
    let kind =
        Kind { codespace: "gov", code: 13, text: "expected gov account as only signer for proposal message" };
    Err(kind.wrap(format!("invalid authority; expected {authority}, got {sender}")))
}

/// `MsgUpdateParams`.
pub fn update_params(ctx: &Ctx, msg: &MsgUpdateParams) -> Result<()> {
    require_authority(ctx, &msg.authority)?;
    let params = msg.params.clone().unwrap_or_default();
    #[allow(deprecated)] // to refuse it
    if !params.send_enabled.is_empty() {
        return Err(Error::unregistered("use of send_enabled in params is no longer supported"));
    }
    ctx.kv(StoreKey::Bank).set(PARAMS, &params.encode_to_vec())
}

/// `MsgSetSendEnabled`.
pub fn set_send_enabled(ctx: &Ctx, msg: &MsgSetSendEnabled) -> Result<()> {
    require_authority(ctx, &msg.authority)?;
    let mut seen = Vec::new();
    for entry in &msg.send_enabled {
        if seen.contains(&&entry.denom) {
            return Err(
                sdk::INVALID_REQUEST.wrap(format!("duplicate denom entries found for {:?}", entry.denom))
            );
        }
        seen.push(&entry.denom);
        coin::validate_denom(&entry.denom).map_err(|text| {
            sdk::INVALID_REQUEST.wrap(format!("invalid SendEnabled denom {:?}: {text}", entry.denom))
        })?;
    }
    for denom in &msg.use_default_for {
        coin::validate_denom(denom).map_err(|text| {
            sdk::INVALID_REQUEST.wrap(format!("invalid UseDefaultFor denom {denom:?}: {text}"))
        })?;
    }
    let kv = ctx.kv(StoreKey::Bank);
    for entry in &msg.send_enabled {
        // A `BoolValue` in protobuf, which is nothing for false.
        let value: &[u8] = if entry.enabled { &[8, 1] } else { &[] };
        kv.set(&key(SEND_ENABLED, &entry.denom), value)?;
    }
    msg.use_default_for.iter().try_for_each(|denom| kv.delete(&key(SEND_ENABLED, denom)))
}

/// `MsgSend`.
pub fn handle_send(ctx: &Ctx, msg: &MsgSend) -> Result<()> {
    let invalid =
        |what: &str, error: Error| sdk::INVALID_ADDRESS.wrap(format!("invalid {what} address: {error}"));
    let from = ctx.address(&msg.from_address).map_err(|error| invalid("from", error))?;
    let to = ctx.address(&msg.to_address).map_err(|error| invalid("to", error))?;
    let coins = validated(&msg.amount)?;
    require_send_enabled(ctx, coins.iter().map(|coin| coin.denom.as_str()))?;
    require_receiver(ctx, &to, &msg.to_address)?;
    send(ctx, &from, &to, &coins)
}

/// # Errors
/// An account of a module that takes no coins from others.
pub fn require_receiver(ctx: &Ctx, to: &[u8], text: &str) -> Result<()> {
    if ctx.app.is_blocked(to) {
        return Err(sdk::UNAUTHORIZED.wrap(format!("{text} is not allowed to receive funds")));
    }
    Ok(())
}

/// `MsgMultiSend`: one sender, many receivers.
pub fn handle_multi_send(ctx: &Ctx, msg: &MsgMultiSend) -> Result<()> {
    let input = match msg.inputs.as_slice() {
        [] => return Err(bank::NO_INPUTS.plain()),
        [input] => input,
        _ => return Err(bank::MULTIPLE_SENDERS.plain()),
    };
    if msg.outputs.is_empty() {
        return Err(bank::NO_OUTPUTS.plain());
    }
    let (coins, outputs) = validate_multi(ctx, input, &msg.outputs)?;
    require_send_enabled(ctx, coins.iter().map(|coin| coin.denom.as_str()))?;
    for (to, output, _) in &outputs {
        require_receiver(ctx, to, &output.address)?;
    }
    let from = ctx.address(&input.address)?;
    ctx.emit(Event::new("message").with("sender", &input.address));
    for (to, ..) in &outputs {
        if !auth::has(ctx, to)? {
            auth::new_account(ctx, to)?;
        }
    }
    take(ctx, &from, &coins)?;
    for (to, output, coins) in &outputs {
        give(ctx, to, coins)?;
        ctx.emit(
            Event::new("transfer")
                .with("recipient", &output.address)
                .with("sender", &input.address)
                .with("amount", coin::text(coins)),
        );
    }
    Ok(())
}

type Outputs<'a> = Vec<(Vec<u8>, &'a Output, Vec<Coin>)>;

fn validate_multi<'a>(ctx: &Ctx, input: &Input, outputs: &'a [Output]) -> Result<(Vec<Coin>, Outputs<'a>)> {
    let invalid =
        |what: &str, error: Error| sdk::INVALID_ADDRESS.wrap(format!("invalid {what} address: {error}"));
    ctx.address(&input.address).map_err(|error| invalid("input", error))?;
    let coins = validated(&input.coins)?;
    let mut sum = Vec::new();
    let mut checked = Vec::with_capacity(outputs.len());
    for output in outputs {
        let to = ctx.address(&output.address).map_err(|error| invalid("output", error))?;
        let coins = validated(&output.coins)?;
        for coin in &coins {
            sum = coin::add(sum, coin.clone()).ok_or_else(|| too_much("integer overflow"))?;
        }
        checked.push((to, output, coins));
    }
    if sum != coins {
        return Err(bank::INPUT_OUTPUT_MISMATCH.plain());
    }
    Ok((coins, checked))
}
