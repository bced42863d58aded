//! The checks before a transaction's messages, in the order of wasmd 0.61: each charges gas, so the order shows in
//! what a refused transaction has used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::account::{self, Account};
use crate::coin::{self, Coin, Uint256};
use crate::context::{Ctx, GasPrice, Mode};
use crate::error::{Error, Result, go_text, sdk};
use crate::event::Event;
use crate::gas::{GasMeter, length};
use crate::proto::cosmos::auth::v1beta1::Params;
use crate::store::StoreKey;
use crate::tx::{PubKey, SignatureData, SignerData, Tx};
use crate::{bank, feegrant};

/// Where wasmd counts the transactions of a block.
pub const TX_COUNTER: &[u8] = &[0x08];
/// The most gas of a simulation where blocks have no limit of their own: whoever simulates pays nothing and signs
/// nothing, and a contract that never ends must not take a thread for ever.
const SIMULATION_GAS: u64 = 50_000_000;
/// The key whose size a simulation assumes for an account that has none yet.
const SIMULATED_KEY: [u8; 33] = [
    0x03, 0x5a, 0xd6, 0x81, 0x0a, 0x47, 0xf0, 0x73, 0x55, 0x3f, 0xf3, 0x0d, 0x2f, 0xcc, 0x7e, 0x0d, 0x3b,
    0x1c, 0x0b, 0x74, 0xb6, 0x1a, 0x1a, 0xaa, 0x25, 0x82, 0x34, 0x40, 0x37, 0x15, 0x1e, 0x14, 0x3a,
];
const UNORDERED_GAS: u64 = 2_240;
const UNORDERED_LONGEST_NANOS: u64 = 600_000_000_000;
const UNORDERED_NONCES: u8 = 90;

/// How the checks went.
pub struct AnteOutcome {
    /// The context that the messages run in: with the transaction's own gas meter.
    pub ctx: Ctx,
    /// Why the transaction may not run.
    pub result: Result<()>,
}

/// Runs every check on `tx`. `ctx` must be a fork, because refused checks leave traces in it.
pub fn run(ctx: &Ctx, tx: &Tx) -> AnteOutcome {
    let gas_limit = match tx.fee() {
        Ok(fee) => fee.gas_limit,
        Err(error) => return AnteOutcome { ctx: ctx.clone(), result: Err(error) },
    };
    let meter = match ctx.block.height {
        _ if ctx.simulate() => GasMeter::guarded(SIMULATION_GAS),
        0 => GasMeter::infinite(),
        _ => GasMeter::limited(gas_limit),
    };
    let mut ctx = ctx.with_gas(meter);
    if let Some(most) = ctx.block.max_gas {
        if gas_limit > most {
            let error =
                sdk::INVALID_GAS_LIMIT.wrap(format!("tx gas limit {gas_limit} exceeds block max gas {most}"));
            return AnteOutcome { ctx, result: Err(error) };
        }
        if ctx.simulate() {
            ctx = ctx.with_gas(GasMeter::limited(most));
        }
    }
    let result = checks(&mut ctx, tx).map_err(|error| match error {
        Error::OutOfGas(descriptor) => sdk::OUT_OF_GAS.wrap(format!(
            "out of gas in location: {descriptor}; gasWanted: {gas_limit}, gasUsed: {}",
            ctx.gas.consumed()
        )),
        other => other,
    });
    AnteOutcome { ctx, result }
}

fn checks(ctx: &mut Ctx, tx: &Tx) -> Result<()> {
    count_tx(ctx)?;
    for msg in &tx.msgs {
        ctx.app.clone().require_enabled(ctx, &msg.type_url())?;
    }
    if !tx.body.extension_options.is_empty() {
        return Err(sdk::UNKNOWN_EXTENSION_OPTIONS.plain());
    }
    let prefix = ctx.app.prefix.clone();
    tx.validate_basic(&prefix)?;
    timeout(ctx, tx)?;
    memo(ctx, tx)?;
    size_gas(ctx, tx)?;
    deduct_fee(ctx, tx)?;
    let signers = tx.signers(&prefix)?;
    set_pub_keys(ctx, tx, &signers)?;
    signature_count(ctx, tx)?;
    signature_gas(ctx, tx, &signers)?;
    verify_signatures(ctx, tx, &signers)?;
    increment_sequences(ctx, tx, &signers)
}

fn count_tx(ctx: &mut Ctx) -> Result<()> {
    if ctx.simulate() {
        return Ok(());
    }
    let kv = ctx.kv(StoreKey::Wasm);
    let stored = kv.get(TX_COUNTER)?;
    let stored = stored.as_deref().and_then(|bytes| {
        let (height, counter) = bytes.split_at_checked(8)?;
        Some((u64::from_be_bytes(height.try_into().ok()?), u32::from_be_bytes(counter.try_into().ok()?)))
    });
    let counter = stored.filter(|(height, _)| *height == ctx.block.height).map_or(0, |(_, counter)| counter);
    let next = counter.saturating_add(1);
    kv.set(TX_COUNTER, &[&ctx.block.height.to_be_bytes()[..], &next.to_be_bytes()].concat())?;
    if let Some(tx) = &mut ctx.tx {
        tx.counter = Some(counter);
    }
    Ok(())
}

fn timeout(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let (height, limit) = (ctx.block.height, tx.body.timeout_height);
    if limit > 0 && height > limit {
        return Err(sdk::TX_TIMEOUT_HEIGHT.wrap(format!("block height: {height}, timeout height: {limit}")));
    }
    if let Some(nanos) = timeout_nanos(tx)
        && nanos < i128::from(ctx.block.time.0)
    {
        return Err(sdk::TX_TIMEOUT.wrap(format!(
            "block time: {}, timeout timestamp: {}",
            crate::time::go(i128::from(ctx.block.time.0)),
            crate::time::go(nanos)
        )));
    }
    Ok(())
}

/// The moment after which the transaction is void, if it names one, in nanoseconds since 1970.
fn timeout_nanos(tx: &Tx) -> Option<i128> {
    let timestamp = tx.body.timeout_timestamp.as_ref().filter(|timestamp| timestamp.seconds != 0)?;
    Some(i128::from(timestamp.seconds) * 1_000_000_000 + i128::from(timestamp.nanos))
}

fn memo(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let characters = length(tx.body.memo.as_bytes());
    if characters == 0 {
        return Ok(());
    }
    let most = account::params(ctx)?.max_memo_characters;
    if characters > most {
        return Err(sdk::MEMO_TOO_LARGE
            .wrap(format!("maximum number of characters is {most} but received {characters} characters")));
    }
    Ok(())
}

fn size_gas(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let params = account::params(ctx)?;
    let charge = |bytes: u64| ctx.gas.consume(params.tx_size_cost_per_byte.saturating_mul(bytes), "txSize");
    charge(length(&tx.bytes))?;
    if !ctx.simulate() {
        return Ok(());
    }
    let signatures = tx.signatures()?;
    for (index, signer) in tx.signers(&ctx.app.prefix)?.iter().enumerate() {
        let given = signatures.get(index).and_then(|(signature, _)| signature.as_ref());
        if given.is_some_and(|signature| !signature.is_incomplete()) {
            continue;
        }
        let key = account::get(ctx, signer)?.map(|account| account.pub_key()).transpose()?.flatten();
        let key = key.unwrap_or_else(|| PubKey::Secp256k1(SIMULATED_KEY.to_vec()));
        // An amino-encoded signature: two fields with their lengths, and six bytes that the SDK adds.
        let key_bytes = length(&key.amino());
        let mut bytes = key_bytes.saturating_add(if key_bytes < 128 { 2 } else { 3 }) + 66 + 6;
        if matches!(key, PubKey::Multisig { .. }) {
            bytes = bytes.saturating_mul(params.tx_sig_limit);
        }
        charge(bytes)?;
    }
    Ok(())
}

fn deduct_fee(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let fee = tx.fee()?;
    if !ctx.simulate() && ctx.block.height > 0 && fee.gas_limit == 0 {
        return Err(sdk::INVALID_GAS_LIMIT.wrap("must provide positive gas"));
    }
    if ctx.mode == Mode::Check {
        require_min_fee(ctx, tx, fee.gas_limit)?;
    }
    let payer = tx.fee_payer(&ctx.app.prefix)?;
    let mut source = payer.clone();
    if !fee.granter.is_empty() {
        let granter = ctx.address(&fee.granter).map_err(Error::panic)?;
        if granter != payer {
            let coins = coin::validate(&fee.amount).unwrap_or_default();
            feegrant::use_granted_fees(ctx, &granter, &payer, &coins, &tx.msgs).map_err(|error| {
                // The SDK prints the bytes of both addresses as if they were text.
                error.wrap(format!(
                    "{} does not allow to pay fees for {}",
                    go_text(&granter),
                    go_text(&payer)
                ))
            })?;
        }
        source = granter;
    }
    if account::get(ctx, &source)?.is_none() {
        return Err(
            sdk::UNKNOWN_ADDRESS.wrap(format!("fee payer address: {} does not exist", go_text(&source)))
        );
    }
    let nothing = fee.amount.iter().all(|coin| coin.amount.bytes().all(|digit| digit == b'0'));
    if !nothing {
        let coins = coin::validate(&fee.amount).map_err(|_| {
            sdk::INSUFFICIENT_FEE.wrap(format!("invalid fee amount: {}", coin::proto_text(&fee.amount)))
        })?;
        bank::send_to_module(ctx, &source, "fee_collector", &coins).map_err(|error| match error {
            Error::Failed(failure) => sdk::INSUFFICIENT_FUNDS.wrap(&failure.log),
            out => out,
        })?;
    }
    ctx.emit(
        Event::new("tx").with("fee", coin::proto_text(&fee.amount)).with("fee_payer", ctx.text(&source)),
    );
    Ok(())
}

/// The fee for `gas` at `price`, rounded up.
///
/// # Errors
/// A fee above every amount that there can be.
pub fn fee_at(price: &GasPrice, gas: u64) -> Result<Coin> {
    let one = Uint256::from(1_000_000_000_000_000_000_u64);
    let atomics = price.atomics.checked_mul(Uint256::from(gas)).map_err(Error::panic)?;
    let rounding = one.checked_sub(Uint256::one()).unwrap_or_default();
    let amount = atomics.checked_add(rounding).map_err(Error::panic)? / one;
    Ok(Coin::new(price.denom.clone(), amount))
}

fn require_min_fee(ctx: &Ctx, tx: &Tx, gas: u64) -> Result<()> {
    let paid = tx.fee_coins();
    let mut required = Vec::new();
    for price in ctx.min_gas_prices.iter().filter(|price| !price.atomics.is_zero()) {
        required.push(fee_at(price, gas)?);
    }
    let enough = required.is_empty()
        || required.iter().any(|needed| {
            paid.iter().any(|coin| {
                coin.denom == needed.denom
                    && coin
                        .amount
                        .parse::<Uint256>()
                        .is_ok_and(|amount| !amount.is_zero() && amount >= needed.amount)
            })
        });
    if enough {
        return Ok(());
    }
    Err(sdk::INSUFFICIENT_FEE.wrap(format!(
        "insufficient fees; got: {} required: {}",
        coin::proto_text(paid),
        coin::text(&required)
    )))
}

fn signer_account(ctx: &Ctx, signer: &[u8]) -> Result<Account> {
    account::get(ctx, signer)?
        .ok_or_else(|| sdk::UNKNOWN_ADDRESS.wrap(format!("account {} does not exist", ctx.text(signer))))
}

fn signer_at(signers: &[Vec<u8>], index: usize) -> Result<&[u8]> {
    signers.get(index).map(Vec::as_slice).ok_or_else(|| {
        Error::panic(format!("runtime error: index out of range [{index}] with length {}", signers.len()))
    })
}

fn set_pub_keys(ctx: &Ctx, tx: &Tx, signers: &[Vec<u8>]) -> Result<()> {
    for (index, key) in tx.pub_keys()?.into_iter().enumerate() {
        let signer = signer_at(signers, index)?;
        let key = match key {
            Some(key) => key,
            None if ctx.simulate() => PubKey::Secp256k1(SIMULATED_KEY.to_vec()),
            None => continue,
        };
        let impersonated = ctx.overrides().is_impersonated(signer)?;
        if !ctx.simulate() && !impersonated {
            key.require_size()?;
        }
        if !ctx.simulate() && !impersonated && key.address() != signer {
            return Err(sdk::INVALID_PUB_KEY.wrap(format!(
                "pubKey does not match signer address {} with signer index: {index}",
                ctx.text(signer)
            )));
        }
        let mut account = signer_account(ctx, signer)?;
        // The key that came with an impersonated transaction is not the account's own.
        if account.pub_key()?.is_none() && !impersonated {
            account.set_pub_key(&key);
            account::put(ctx, signer, &account)?;
        }
    }
    for (index, (signature, sequence)) in tx.signatures()?.into_iter().enumerate() {
        if !tx.body.unordered {
            let signer = ctx.text(signer_at(signers, index)?);
            ctx.emit(Event::new("tx").with("acc_seq", format!("{signer}/{sequence}")));
        }
        let signature = signature.ok_or_else(|| Error::unregistered("got empty SignatureData"))?;
        for raw in signature.raw() {
            ctx.emit(Event::new("tx").with("signature", STANDARD.encode(raw)));
        }
    }
    Ok(())
}

fn signature_count(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let limit = account::params(ctx)?.tx_sig_limit;
    let mut count = 0_u64;
    for key in tx.pub_keys()?.into_iter().flatten() {
        count = count.saturating_add(key.count());
        if count > limit {
            return Err(sdk::TOO_MANY_SIGNATURES.wrap(format!("signatures: {count}, limit: {limit}")));
        }
    }
    Ok(())
}

fn signature_gas(ctx: &Ctx, tx: &Tx, signers: &[Vec<u8>]) -> Result<()> {
    let params = account::params(ctx)?;
    for (index, (signature, _)) in tx.signatures()?.into_iter().enumerate() {
        let mut key = signer_account(ctx, signer_at(signers, index)?)?.pub_key()?;
        if key.is_none() && (ctx.simulate() || ctx.overrides().is_impersonated(signer_at(signers, index)?)?) {
            key = Some(PubKey::Secp256k1(SIMULATED_KEY.to_vec()));
        }
        charge_signature(ctx, key.as_ref(), signature.as_ref(), &params)?;
    }
    Ok(())
}

fn charge_signature(
    ctx: &Ctx,
    key: Option<&PubKey>,
    signature: Option<&SignatureData>,
    params: &Params,
) -> Result<()> {
    match (key, signature) {
        (Some(PubKey::Secp256k1(_)), _) => {
            ctx.gas.consume(params.sig_verify_cost_secp256k1, "ante verify: secp256k1")
        }
        (Some(PubKey::Ed25519(_)), _) => {
            ctx.gas.consume(params.sig_verify_cost_ed25519, "ante verify: ed25519")
        }
        (
            Some(PubKey::Multisig { keys, .. }),
            Some(SignatureData::Multi { bits, too_few_bytes, signatures }),
        ) => {
            let out_of_range = |index: usize, length: usize| {
                Err(Error::panic(format!("runtime error: index out of range [{index}] with length {length}")))
            };
            let mut remaining = signatures.iter();
            for (index, _) in bits.iter().enumerate().filter(|(_, set)| **set) {
                let (key, signature) = (keys.get(index), remaining.next());
                if key.is_none() {
                    return out_of_range(index, keys.len());
                }
                if signature.is_none() {
                    return out_of_range(signatures.len(), signatures.len());
                }
                charge_signature(ctx, key, signature, params)?;
            }
            too_few_bytes.map_or(Ok(()), |length| out_of_range(length, length))
        }
        (Some(PubKey::Multisig { .. }), _) => Err(Error::unregistered(
            "expected *signing.MultiSignatureData, got, *signing.SingleSignatureData",
        )),
        (None, _) => Err(sdk::INVALID_PUB_KEY.wrap("unrecognized public key type: <nil>")),
    }
}

fn verify_signatures(ctx: &Ctx, tx: &Tx, signers: &[Vec<u8>]) -> Result<()> {
    if tx.body.unordered && !ctx.app.unordered_enabled {
        return Err(sdk::NOT_SUPPORTED.wrap("unordered transactions are not enabled"));
    }
    let signatures = tx.signatures()?;
    if signatures.len() != signers.len() {
        return Err(sdk::UNAUTHORIZED.wrap(format!(
            "invalid number of signer;  expected: {}, got {}",
            signers.len(),
            signatures.len()
        )));
    }
    if tx.body.unordered {
        use_nonce(ctx, tx, signers)?;
    }
    for (signer, (signature, sequence)) in signers.iter().zip(&signatures) {
        if *sequence > 0 && tx.body.unordered {
            return Err(sdk::INVALID_REQUEST.wrap("sequence is not allowed for unordered transactions"));
        }
        let account = signer_account(ctx, signer)?;
        let key = account.pub_key()?;
        let impersonated = ctx.overrides().is_impersonated(signer)?;
        if !ctx.simulate() && !impersonated && key.is_none() {
            return Err(sdk::INVALID_PUB_KEY.wrap("pubkey on account is not set"));
        }
        if !tx.body.unordered && *sequence != account.sequence() && !impersonated {
            return Err(sdk::WRONG_SEQUENCE.wrap(format!(
                "account sequence mismatch, expected {}, got {sequence}",
                account.sequence()
            )));
        }
        if ctx.simulate() || impersonated {
            continue;
        }
        let number = if ctx.block.height == 0 { 0 } else { account.number() };
        if tx.auth_info.signer_infos.iter().any(|info| info.public_key.is_none()) {
            return Err(Error::panic("runtime error: invalid memory address or nil pointer dereference"));
        }
        let data = SignerData {
            chain_id: ctx.app.chain_id.clone(),
            account_number: number,
            sequence: *sequence,
            address: ctx.text(signer),
            key: key.clone(),
        };
        let (Some(key), Some(signature)) = (key, signature) else {
            return Err(Error::panic("unexpected SignatureData <nil>"));
        };
        if let Err(error) = key.verify(signature, &|mode| tx.sign_bytes(mode, &data)) {
            let chain_id = &ctx.app.chain_id;
            let text = if signature.is_amino_only() {
                format!(
                    "signature verification failed; please verify account number ({number}), sequence ({}) and chain-id ({chain_id})",
                    account.sequence()
                )
            } else {
                format!(
                    "signature verification failed; please verify account number ({number}) and chain-id ({chain_id}): ({error})"
                )
            };
            return Err(sdk::UNAUTHORIZED.wrap(text));
        }
    }
    Ok(())
}

/// The most signers of a transaction that is looked at before its turn.
const AHEAD: usize = 7;

/// Verifies what signatures of `tx` can be verified before its turn, so that their turn costs little: those of single
/// keys over what the transaction itself claims. Judges nothing.
///
/// # Errors
/// A transaction that will be refused in its turn.
pub fn verify_ahead(ctx: &Ctx, tx: &Tx) -> Result<()> {
    let signers = tx.signers(&ctx.app.prefix)?;
    let signatures = tx.signatures()?;
    let keys = tx.pub_keys()?;
    for ((signer, (signature, sequence)), key) in signers.iter().zip(&signatures).zip(keys).take(AHEAD) {
        let account = signer_account(ctx, signer)?;
        let (Some(signature), Some(key @ PubKey::Secp256k1(_))) = (signature, account.pub_key()?.or(key))
        else {
            continue;
        };
        let chain_id = ctx.app.chain_id.clone();
        let data = SignerData {
            chain_id,
            account_number: account.number(),
            sequence: *sequence,
            address: ctx.text(signer),
            key: Some(key.clone()),
        };
        key.verify(signature, &|mode| tx.sign_bytes(mode, &data))?;
    }
    Ok(())
}

/// An unordered transaction is told apart from its copies by its timeout instead of a sequence.
fn use_nonce(ctx: &Ctx, tx: &Tx, signers: &[Vec<u8>]) -> Result<()> {
    let Some(nanos) = timeout_nanos(tx) else {
        return Err(sdk::INVALID_REQUEST.wrap("unordered transaction must have timeout_timestamp set"));
    };
    let now = i128::from(ctx.block.time.0);
    if nanos < now {
        return Err(sdk::INVALID_REQUEST
            .wrap("unordered transaction has a timeout_timestamp that has already passed"));
    }
    if nanos > now + i128::from(UNORDERED_LONGEST_NANOS) {
        return Err(sdk::INVALID_REQUEST.wrap("unordered tx ttl exceeds 10m0s"));
    }
    ctx.gas.consume(UNORDERED_GAS, "unordered tx")?;
    if ctx.simulate() {
        return Ok(());
    }
    for signer in signers {
        let kv = ctx.kv(StoreKey::Auth);
        // Signed numbers are stored with their top bit flipped, so that they sort by value.
        let time = u64::try_from(nanos).unwrap_or_default() ^ (1 << 63);
        let key = [&[UNORDERED_NONCES][..], &time.to_be_bytes(), signer].concat();
        if kv.has(&key)? {
            return Err(sdk::INVALID_REQUEST.wrap(format!(
                "failed to add unordered nonce: sender {} has already used timeout {nanos}",
                ctx.text(signer)
            )));
        }
        kv.set(&key, &[])?;
    }
    Ok(())
}

fn increment_sequences(ctx: &Ctx, tx: &Tx, signers: &[Vec<u8>]) -> Result<()> {
    if tx.body.unordered {
        return Ok(());
    }
    for signer in signers {
        let mut account = signer_account(ctx, signer)?;
        account.set_sequence(account.sequence().saturating_add(1));
        account::put(ctx, signer, &account)?;
    }
    Ok(())
}
