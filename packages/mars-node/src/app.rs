//! The only place that knows every module: it decodes transactions, checks them, routes their messages, and begins
//! and ends blocks.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use prost::{Message, Name};

use crate::auth::{self, vesting};
use crate::bank;
use crate::context::{BlockInfo, Ctx, GasPrice, LoadedCodes, Mode, TxInfo};
use crate::dev::Action;
use crate::error::{AbciError, Error, Result, sdk};
use crate::event::{Event, Events};
use crate::gas::GasMeter;
use crate::proto::cosmos::auth::v1beta1::MsgUpdateParamsResponse as MsgUpdateAuthParamsResponse;
use crate::proto::cosmos::bank::v1beta1::{
    MsgMultiSendResponse, MsgSendResponse, MsgSetSendEnabledResponse,
    MsgUpdateParamsResponse as MsgUpdateBankParamsResponse,
};
use crate::proto::cosmos::base::abci::v1beta1::TxMsgData;
use crate::proto::cosmos::vesting::v1beta1::{
    MsgCreatePeriodicVestingAccountResponse, MsgCreatePermanentLockedAccountResponse,
    MsgCreateVestingAccountResponse,
};
use crate::proto::wasm::{
    MsgAddCodeUploadParamsAddressesResponse, MsgClearAdminResponse, MsgExecuteContractResponse,
    MsgInstantiateContract2Response, MsgInstantiateContractResponse, MsgMigrateContractResponse,
    MsgPinCodesResponse, MsgRemoveCodeUploadParamsAddressesResponse, MsgStoreAndInstantiateContractResponse,
    MsgStoreAndMigrateContractResponse, MsgStoreCodeResponse, MsgSudoContractResponse, MsgUnpinCodesResponse,
    MsgUpdateAdminResponse, MsgUpdateContractLabelResponse, MsgUpdateInstantiateConfigResponse,
    MsgUpdateParamsResponse,
};
use crate::proto::{Any, any};
use crate::store::{StoreKey, Working};
use crate::tx::{Msg, Tx};
use crate::wasm::Vm;
use crate::wasm::keeper::{self, NewContract, Salt};
use crate::{address, authz, feegrant};

/// What a transaction uses that is refused before anything of it is charged: reading the consensus parameters.
const GAS_BEFORE_CHECKS: u64 = 1_174;

/// The most expired allowances that one block removes.
const ALLOWANCES_PER_BLOCK: usize = 200;

/// The rules of one chain, which do not change while it runs.
pub struct App {
    pub chain_id: String,
    /// The bech32 prefix of accounts.
    pub prefix: String,
    /// Who may do what is reserved to the chain: the address of its governance.
    pub authority: String,
    /// The coin that wallets take for the staking coin.
    pub bond_denom: String,
    /// Whether transactions may come without a sequence.
    pub unordered_enabled: bool,
    pub vm: Vm,
    blocked: HashSet<Vec<u8>>,
}

/// How a message went.
#[derive(Debug)]
pub struct Handled {
    pub events: Vec<Event>,
    /// The response in an `Any`.
    pub response: Any,
}

/// How a transaction went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxResult {
    /// 0 for success.
    pub code: u32,
    /// Who the code belongs to; empty for success.
    pub codespace: String,
    /// Why it failed; empty for success.
    pub log: String,
    /// The responses of the messages: `TxMsgData` in protobuf.
    pub data: Vec<u8>,
    /// The gas limit. `u64::MAX` in a simulation without one.
    pub gas_wanted: u64,
    /// The gas used, which is above the limit for a transaction that ran out.
    pub gas_used: u64,
    pub events: Vec<Event>,
}

impl TxResult {
    /// Whether the transaction did what it was meant to.
    pub fn is_ok(&self) -> bool {
        self.code == 0
    }

    fn failed(error: &Error, gas: (u64, u64), events: Vec<Event>) -> Self {
        let AbciError { codespace, code, log } = error.abci();
        Self { code, codespace, log, data: Vec::new(), gas_wanted: gas.0, gas_used: gas.1, events }
    }
}

impl App {
    /// The rules of a chain whose contracts run on `vm`.
    pub fn new(chain_id: &str, prefix: &str, bond_denom: &str, vm: Vm) -> Self {
        let modules = [
            "fee_collector",
            "distribution",
            "mint",
            "bonded_tokens_pool",
            "not_bonded_tokens_pool",
            "nft",
            "protocolpool",
            "protocolpool_escrow",
            "transfer",
            "interchainaccounts",
            "wasm",
        ];
        Self {
            chain_id: chain_id.to_owned(),
            prefix: prefix.to_owned(),
            authority: address::encode(prefix, &address::module("gov")),
            bond_denom: bond_denom.to_owned(),
            unordered_enabled: false,
            vm,
            blocked: modules.into_iter().map(address::module).collect(),
        }
    }

    /// Whether the account at `address` belongs to a module that takes no coins from others.
    pub fn is_blocked(&self, address: &[u8]) -> bool {
        self.blocked.contains(address)
    }

    /// Asks the circuit breaker, which this chain has only for its gas: no type of message is ever disabled.
    pub(crate) fn require_enabled(&self, ctx: &Ctx, type_url: &str) -> Result<()> {
        if ctx.kv(StoreKey::Circuit).has(type_url.as_bytes())? {
            return Err(Error::unregistered("tx type not allowed"));
        }
        Ok(())
    }

    /// The rules of `msg` that need no state.
    ///
    /// # Errors
    /// The first that is broken.
    pub fn validate_basic(&self, ctx: &Ctx, msg: &Msg) -> Result<()> {
        keeper::validate_basic(ctx, msg)
    }

    /// Carries out `msg`, whoever signed it, on the state of `ctx`. Its events are returned and not emitted.
    ///
    /// # Errors
    /// What the message's module refuses. The state may then be half changed: the caller discards it.
    pub fn route(&self, ctx: &Ctx, msg: &Msg) -> Result<Handled> {
        ctx.recorded(|| Action::message(msg), || self.route_unrecorded(ctx, msg))
    }

    fn route_unrecorded(&self, ctx: &Ctx, msg: &Msg) -> Result<Handled> {
        let ctx = &ctx.with_events(Events::default());
        self.validate_basic(ctx, msg)?;
        self.require_enabled(ctx, &msg.type_url())?;
        let response = self.handle(ctx, msg)?;
        Ok(Handled { events: ctx.events.take(), response })
    }

    fn handle(&self, ctx: &Ctx, msg: &Msg) -> Result<Any> {
        fn empty<M: Message + Name + Default>(result: Result<()>) -> Result<Any> {
            result.map(|()| any(&M::default()))
        }
        match msg {
            Msg::Send(m) => empty::<MsgSendResponse>(bank::handle_send(ctx, m)),
            Msg::MultiSend(m) => empty::<MsgMultiSendResponse>(bank::handle_multi_send(ctx, m)),
            Msg::StoreCode(m) => {
                let (code_id, checksum) =
                    keeper::store_code(ctx, &m.sender, &m.wasm_byte_code, m.instantiate_permission.as_ref())?;
                Ok(any(&MsgStoreCodeResponse { code_id, checksum: checksum.to_vec() }))
            }
            Msg::Instantiate(m) => {
                let new = NewContract {
                    code_id: m.code_id,
                    sender: &m.sender,
                    admin: &m.admin,
                    label: &m.label,
                    msg: &m.msg,
                    funds: &m.funds,
                    salt: Salt::Counted,
                };
                let (contract, data) = keeper::instantiate(ctx, new)?;
                Ok(any(&MsgInstantiateContractResponse { address: ctx.text(&contract), data }))
            }
            Msg::Instantiate2(m) => {
                let new = NewContract {
                    code_id: m.code_id,
                    sender: &m.sender,
                    admin: &m.admin,
                    label: &m.label,
                    msg: &m.msg,
                    funds: &m.funds,
                    salt: Salt::Chosen { salt: &m.salt, fixed_msg: m.fix_msg },
                };
                let (contract, data) = keeper::instantiate(ctx, new)?;
                Ok(any(&MsgInstantiateContract2Response { address: ctx.text(&contract), data }))
            }
            Msg::Execute(m) => {
                let data = keeper::execute(ctx, &m.contract, &m.sender, &m.msg, &m.funds)?;
                Ok(any(&MsgExecuteContractResponse { data }))
            }
            Msg::Migrate(m) => {
                let data = keeper::migrate(ctx, &m.contract, &m.sender, m.code_id, &m.msg)?;
                Ok(any(&MsgMigrateContractResponse { data }))
            }
            Msg::UpdateAdmin(m) => {
                empty::<MsgUpdateAdminResponse>(keeper::set_admin(ctx, &m.contract, &m.sender, &m.new_admin))
            }
            Msg::ClearAdmin(m) => {
                empty::<MsgClearAdminResponse>(keeper::set_admin(ctx, &m.contract, &m.sender, ""))
            }
            Msg::UpdateInstantiateConfig(m) => {
                let access = m.new_instantiate_permission.clone().unwrap_or_default();
                empty::<MsgUpdateInstantiateConfigResponse>(keeper::set_access(
                    ctx, m.code_id, &m.sender, &access,
                ))
            }
            Msg::UpdateContractLabel(m) => empty::<MsgUpdateContractLabelResponse>(keeper::set_label(
                ctx,
                &m.contract,
                &m.sender,
                &m.new_label,
            )),
            Msg::UpdateParams(m) => {
                keeper::require_authority(ctx, &m.authority)?;
                empty::<MsgUpdateParamsResponse>(keeper::set_params(
                    ctx,
                    &m.params.clone().unwrap_or_default(),
                ))
            }
            Msg::Sudo(m) => {
                keeper::require_authority(ctx, &m.authority)?;
                Ok(any(&MsgSudoContractResponse { data: keeper::sudo(ctx, &m.contract, &m.msg)? }))
            }
            Msg::PinCodes(m) => {
                keeper::require_authority(ctx, &m.authority)?;
                empty::<MsgPinCodesResponse>(m.code_ids.iter().try_for_each(|id| keeper::pin(ctx, *id)))
            }
            Msg::UnpinCodes(m) => {
                keeper::require_authority(ctx, &m.authority)?;
                empty::<MsgUnpinCodesResponse>(m.code_ids.iter().try_for_each(|id| keeper::unpin(ctx, *id)))
            }
            Msg::AddUploaders(m) => empty::<MsgAddCodeUploadParamsAddressesResponse>(
                keeper::change_uploaders(ctx, &m.authority, |addresses| {
                    for address in &m.addresses {
                        if !addresses.contains(address) {
                            addresses.push(address.clone());
                        }
                    }
                }),
            ),
            Msg::RemoveUploaders(m) => empty::<MsgRemoveCodeUploadParamsAddressesResponse>(
                keeper::change_uploaders(ctx, &m.authority, |addresses| {
                    addresses.retain(|address| !m.addresses.contains(address));
                }),
            ),
            Msg::StoreAndInstantiate(m) => {
                let access = m.instantiate_permission.as_ref();
                let (code_id, _) = keeper::store_code(ctx, &m.authority, &m.wasm_byte_code, access)?;
                let new = NewContract {
                    code_id,
                    sender: &m.authority,
                    admin: &m.admin,
                    label: &m.label,
                    msg: &m.msg,
                    funds: &m.funds,
                    salt: Salt::Counted,
                };
                let (contract, data) = keeper::instantiate(ctx, new)?;
                Ok(any(&MsgStoreAndInstantiateContractResponse { address: ctx.text(&contract), data }))
            }
            Msg::StoreAndMigrate(m) => {
                let access = m.instantiate_permission.as_ref();
                let (code_id, checksum) = keeper::store_code(ctx, &m.authority, &m.wasm_byte_code, access)?;
                let data = keeper::migrate(ctx, &m.contract, &m.authority, code_id, &m.msg)?;
                Ok(any(&MsgStoreAndMigrateContractResponse { code_id, checksum: checksum.to_vec(), data }))
            }
            Msg::Grant(m) => authz::grant(ctx, m),
            Msg::Exec(m) => authz::exec(ctx, m),
            Msg::Revoke(m) => authz::revoke(ctx, m),
            Msg::GrantAllowance(m) => feegrant::grant(ctx, m),
            Msg::RevokeAllowance(m) => feegrant::revoke(ctx, m),
            Msg::PruneAllowances(m) => feegrant::prune(ctx, m),
            Msg::UpdateAuthParams(m) => empty::<MsgUpdateAuthParamsResponse>(auth::update_params(ctx, m)),
            Msg::UpdateBankParams(m) => empty::<MsgUpdateBankParamsResponse>(bank::update_params(ctx, m)),
            Msg::SetSendEnabled(m) => empty::<MsgSetSendEnabledResponse>(bank::set_send_enabled(ctx, m)),
            Msg::CreateVesting(m) => empty::<MsgCreateVestingAccountResponse>(vesting::create(ctx, m)),
            Msg::CreateLocked(m) => {
                empty::<MsgCreatePermanentLockedAccountResponse>(vesting::create_locked(ctx, m))
            }
            Msg::CreatePeriodic(m) => {
                empty::<MsgCreatePeriodicVestingAccountResponse>(vesting::create_periodic(ctx, m))
            }
        }
    }

    /// A context on `working` that nobody pays for.
    pub fn context(
        self: &Arc<Self>,
        working: Working,
        block: Arc<BlockInfo>,
        mode: Mode,
        min_gas_prices: Arc<[GasPrice]>,
    ) -> Ctx {
        Ctx {
            app: self.clone(),
            working,
            gas: GasMeter::infinite(),
            events: Events::default(),
            block,
            tx: None,
            mode,
            min_gas_prices,
            may_make_any: false,
            call_depth: 0,
            query_depth: 0,
            recorder: None,
        }
    }

    /// Runs the transaction `bytes` on the state of `ctx`, which keeps what the checks did (the fee, the sequence)
    /// even if the messages fail, and everything if they succeed.
    pub fn run_tx(&self, ctx: &Ctx, bytes: &[u8]) -> TxResult {
        if ctx.mode == Mode::Finalize && ctx.block.gas.is_out_of_gas() {
            return TxResult::failed(
                &sdk::OUT_OF_GAS.wrap("no block gas left to run tx"),
                (0, 0),
                Vec::new(),
            );
        }
        let refused = |error: Error| TxResult::failed(&error, (0, GAS_BEFORE_CHECKS), Vec::new());
        let tx = match Tx::read(bytes) {
            Ok(tx) => tx,
            // A block that carries such bytes gives no reason, because its proposer should have left them out.
            Err(_) if ctx.mode == Mode::Finalize => return refused(sdk::TX_DECODE.plain()),
            Err(error) => return refused(sdk::TX_DECODE.wrap(error)),
        };
        let mut ctx = ctx.clone();
        ctx.tx = Some(TxInfo {
            bytes: bytes.into(),
            hash: Tx::hash(bytes),
            counter: None,
            loaded: LoadedCodes::default(),
        });
        if let Err(error) = self.precheck(&ctx, &tx) {
            return refused(error);
        }
        if let Some(recorder) = &ctx.recorder {
            recorder.begin(Action::Checks);
        }
        let ante = auth::run(&ctx.fork(), &tx);
        if let Some(recorder) = &ctx.recorder {
            recorder.end(ante.ctx.gas.consumed(), ante.result.as_ref().err());
        }
        let gas = &ante.ctx.gas;
        let gas_wanted = gas.told_limit();
        let block_gas = |ctx: &Ctx| match ctx.mode {
            Mode::Finalize => ctx.block.gas.consume(gas.consumed_to_limit(), "block gas meter"),
            _ => Ok(()),
        };
        if let Err(error) = ante.result {
            let _ = block_gas(&ctx);
            return TxResult::failed(&error, (gas_wanted, gas.consumed()), Vec::new());
        }
        ctx.absorb(&ante.ctx);
        let ante_events = ante.ctx.events.take();
        let run = ante.ctx.fork();
        let result =
            if ctx.mode == Mode::Check { Ok((Vec::new(), Vec::new())) } else { self.run_msgs(&run, &tx) };
        let result = match result {
            Ok(done) => block_gas(&ctx).map(|()| done),
            Err(error) => {
                let _ = block_gas(&ctx);
                Err(error)
            }
        };
        match result {
            Ok((data, events)) => {
                ctx.absorb(&run);
                let events = if ctx.mode == Mode::Check { events } else { [ante_events, events].concat() };
                TxResult {
                    code: 0,
                    codespace: String::new(),
                    log: String::new(),
                    data,
                    gas_wanted,
                    gas_used: gas.consumed(),
                    events,
                }
            }
            Err(error) => {
                let error = match error {
                    Error::OutOfGas(descriptor) => sdk::OUT_OF_GAS.wrap(format!(
                        "out of gas in location: {descriptor}; gasWanted: {gas_wanted}, gasUsed: {}",
                        gas.consumed()
                    )),
                    other => other,
                };
                TxResult::failed(&error, (gas_wanted, gas.consumed()), ante_events)
            }
        }
    }

    fn precheck(&self, ctx: &Ctx, tx: &Tx) -> Result<()> {
        if tx.packed().is_empty() {
            return Err(sdk::INVALID_REQUEST.wrap("must contain at least one message"));
        }
        for msg in &tx.msgs {
            self.validate_basic(ctx, msg)?;
        }
        if let Some(type_url) = &tx.unhandled {
            return Err(sdk::UNKNOWN_REQUEST
                .wrap(format!("no message handler found for {}", crate::tx::go_type(type_url))));
        }
        Ok(())
    }

    fn run_msgs(&self, ctx: &Ctx, tx: &Tx) -> Result<(Vec<u8>, Vec<Event>)> {
        let mut responses = Vec::with_capacity(tx.msgs.len());
        let mut events = Vec::new();
        for (index, msg) in tx.msgs.iter().enumerate() {
            let handled = self
                .route(ctx, msg)
                .map_err(|error| error.wrap(format!("failed to execute message; message index: {index}")))?;
            let mut message = Event::new("message").with("action", msg.type_url());
            if let Some(signer) = msg.signers(&self.prefix)?.first() {
                message = message.with("sender", ctx.text(signer));
            }
            let named = handled.events.iter().flat_map(|event| &event.attributes).any(|a| a.key == "module");
            let module = msg.module();
            if !named && !module.is_empty() {
                message = message.with("module", module);
            }
            let index = index.to_string();
            events.extend(
                [message].into_iter().chain(handled.events).map(|event| event.with("msg_index", &index)),
            );
            responses.push(handled.response);
        }
        #[allow(deprecated)]
        let data = TxMsgData { data: Vec::new(), msg_responses: responses }.encode_to_vec();
        Ok((data, events))
    }

    /// What happens in a block before its transactions: the fees of the block before go to the module that
    /// distributes them.
    pub fn begin_block(&self, ctx: &Ctx) -> Result<Vec<Event>> {
        authz::remove_expired(ctx)?;
        let collector = address::module("fee_collector");
        let fees = bank::balances(ctx, &collector)?;
        if !fees.is_empty() {
            let inner = ctx.with_events(Events::default());
            bank::send_to_module(&inner, &collector, "distribution", &fees)?;
            let events = inner.events.take();
            return Ok(events.into_iter().map(|event| event.with("mode", "BeginBlock")).collect());
        }
        Ok(Vec::new())
    }

    /// What happens in a block after its transactions.
    pub fn end_block(&self, ctx: &Ctx) -> Result<()> {
        feegrant::remove_expired(ctx, ALLOWANCES_PER_BLOCK)
    }

    /// Addresses of all module accounts by name.
    pub fn module_accounts(&self) -> BTreeMap<&'static str, Vec<u8>> {
        auth::module_names().map(|name| (name, address::module(name))).collect()
    }
}
