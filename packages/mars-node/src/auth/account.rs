//! Accounts and their numbers.

use prost::Message;

use crate::address;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::proto::cosmos::auth::v1beta1::{BaseAccount, ModuleAccount, MsgUpdateParams, Params};
use crate::proto::cosmos::vesting::v1beta1::{
    BaseVestingAccount, ContinuousVestingAccount, DelayedVestingAccount, PeriodicVestingAccount,
    PermanentLockedAccount,
};
use crate::proto::{Any, any};
use crate::store::StoreKey;
use crate::tx::PubKey;

/// Where the parameters are.
pub const PARAMS: &[u8] = &[0];
const BY_ADDRESS: u8 = 1;
/// The prefix of all accounts.
pub const ACCOUNTS: &[u8] = &[BY_ADDRESS];
const NEXT_NUMBER: &[u8] = &[2];
const BY_NUMBER: &[u8] = b"accountNumber";

/// An account: someone's, a contract's or a module's.
#[derive(Debug, Clone, PartialEq)]
pub enum Account {
    Base(BaseAccount),
    Module(ModuleAccount),
    /// Its coins come free by and by.
    Continuous(ContinuousVestingAccount),
    /// Its coins come free all at once.
    Delayed(DelayedVestingAccount),
    /// Its coins come free in steps.
    Periodic(PeriodicVestingAccount),
    /// Its coins never come free.
    Locked(PermanentLockedAccount),
}

impl Account {
    /// The account in `any`.
    ///
    /// # Errors
    /// A kind of account that this chain does not make.
    pub fn decode(any: &Any) -> Result<Self> {
        fn read<M: Message + Default>(any: &Any) -> Result<M> {
            M::decode(any.value.as_slice()).map_err(|error| Error::unregistered(error.to_string()))
        }
        match any.type_url.as_str() {
            "/cosmos.auth.v1beta1.BaseAccount" => read(any).map(Self::Base),
            "/cosmos.auth.v1beta1.ModuleAccount" => read(any).map(Self::Module),
            "/cosmos.vesting.v1beta1.ContinuousVestingAccount" => read(any).map(Self::Continuous),
            "/cosmos.vesting.v1beta1.DelayedVestingAccount" => read(any).map(Self::Delayed),
            "/cosmos.vesting.v1beta1.PeriodicVestingAccount" => read(any).map(Self::Periodic),
            "/cosmos.vesting.v1beta1.PermanentLockedAccount" => read(any).map(Self::Locked),
            other => Err(Error::unregistered(format!("unable to resolve type URL {other}"))),
        }
    }

    /// The account in an `Any`, as it is stored and answered.
    pub fn to_any(&self) -> Any {
        match self {
            Self::Base(account) => any(account),
            Self::Module(account) => any(account),
            Self::Continuous(account) => any(account),
            Self::Delayed(account) => any(account),
            Self::Periodic(account) => any(account),
            Self::Locked(account) => any(account),
        }
    }

    /// What every kind of account has.
    pub fn base(&self) -> Option<&BaseAccount> {
        match self {
            Self::Base(account) => Some(account),
            Self::Module(account) => account.base_account.as_ref(),
            _ => self.vesting().and_then(|vesting| vesting.base_account.as_ref()),
        }
    }

    /// What an account has whose coins come free with time.
    pub fn vesting(&self) -> Option<&BaseVestingAccount> {
        match self {
            Self::Base(_) | Self::Module(_) => None,
            Self::Continuous(account) => account.base_vesting_account.as_ref(),
            Self::Delayed(account) => account.base_vesting_account.as_ref(),
            Self::Periodic(account) => account.base_vesting_account.as_ref(),
            Self::Locked(account) => account.base_vesting_account.as_ref(),
        }
    }

    fn base_mut(&mut self) -> Option<&mut BaseAccount> {
        match self {
            Self::Base(account) => Some(account),
            Self::Module(account) => account.base_account.as_mut(),
            Self::Continuous(account) => account.base_vesting_account.as_mut()?.base_account.as_mut(),
            Self::Delayed(account) => account.base_vesting_account.as_mut()?.base_account.as_mut(),
            Self::Periodic(account) => account.base_vesting_account.as_mut()?.base_account.as_mut(),
            Self::Locked(account) => account.base_vesting_account.as_mut()?.base_account.as_mut(),
        }
    }

    /// How many transactions it has signed.
    pub fn sequence(&self) -> u64 {
        self.base().map_or(0, |base| base.sequence)
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.base().map_or(0, |base| base.account_number)
    }

    /// Its public key, once it has signed.
    ///
    /// # Errors
    /// A stored key that cannot be read.
    pub fn pub_key(&self) -> Result<Option<PubKey>> {
        self.base().and_then(|base| base.pub_key.as_ref()).map(PubKey::decode).transpose()
    }

    /// Gives it a public key.
    pub fn set_pub_key(&mut self, key: &PubKey) {
        if let Some(base) = self.base_mut() {
            base.pub_key = Some(key.to_any());
        }
    }

    /// Sets how many transactions it has signed.
    pub fn set_sequence(&mut self, sequence: u64) {
        if let Some(base) = self.base_mut() {
            base.sequence = sequence;
        }
    }
}

/// The SDK's default parameters.
pub fn default_params() -> Params {
    Params {
        max_memo_characters: 256,
        tx_sig_limit: 7,
        tx_size_cost_per_byte: 10,
        sig_verify_cost_ed25519: 590,
        sig_verify_cost_secp256k1: 1_000,
    }
}

/// The parameters in force.
pub fn params(ctx: &Ctx) -> Result<Params> {
    let stored = ctx.kv(StoreKey::Auth).get(PARAMS)?;
    Ok(stored.and_then(|bytes| Params::decode(&*bytes).ok()).unwrap_or_default())
}

fn address_key(address: &[u8]) -> Vec<u8> {
    [&[BY_ADDRESS], address].concat()
}

fn number_key(number: u64) -> Vec<u8> {
    [BY_NUMBER, &number.to_be_bytes()].concat()
}

/// The account at `address`.
pub fn get(ctx: &Ctx, address: &[u8]) -> Result<Option<Account>> {
    let Some(bytes) = ctx.kv(StoreKey::Auth).get(&address_key(address))? else { return Ok(None) };
    let any = Any::decode(&*bytes).map_err(Error::panic)?;
    Account::decode(&any).map(Some)
}

/// The address of the account numbered `number`.
pub fn address_by_number(ctx: &Ctx, number: u64) -> Result<Option<Vec<u8>>> {
    Ok(ctx.kv(StoreKey::Auth).get(&number_key(number))?.map(|address| address.to_vec()))
}

/// Whether there is an account at `address`.
pub fn has(ctx: &Ctx, address: &[u8]) -> Result<bool> {
    ctx.kv(StoreKey::Auth).has(&address_key(address))
}

/// Stores `account` at `address` and under its number.
pub fn put(ctx: &Ctx, address: &[u8], account: &Account) -> Result<()> {
    let kv = ctx.kv(StoreKey::Auth);
    if let Some(old) = get(ctx, address)? {
        kv.delete(&number_key(old.number()))?;
    }
    let number = number_key(account.number());
    if kv.has(&number)? {
        return Err(Error::panic(format!(
            "conflict: index uniqueness constraint violation: {}",
            account.number()
        )));
    }
    kv.set(&number, address)?;
    kv.set(&address_key(address), &account.to_any().encode_to_vec())
}

/// Takes the next account number.
pub fn next_number(ctx: &Ctx) -> Result<u64> {
    let kv = ctx.kv(StoreKey::Auth);
    let number = kv.get(NEXT_NUMBER)?.and_then(|bytes| Some(u64::from_be_bytes((*bytes).try_into().ok()?)));
    let number = number.unwrap_or_default();
    kv.set(NEXT_NUMBER, &number.saturating_add(1).to_be_bytes())?;
    Ok(number)
}

/// Makes and stores an ordinary account at `address`.
pub fn new_account(ctx: &Ctx, address: &[u8]) -> Result<Account> {
    let account = Account::Base(BaseAccount {
        address: ctx.text(address),
        pub_key: None,
        account_number: next_number(ctx)?,
        sequence: 0,
    });
    put(ctx, address, &account)?;
    Ok(account)
}

/// The module accounts that wasmd has, with what each may do, in the order in which its genesis makes them.
const MODULES: [(&str, &[&str]); 12] = [
    ("fee_collector", &[]),
    ("distribution", &[]),
    ("bonded_tokens_pool", &["burner", "staking"]),
    ("not_bonded_tokens_pool", &["burner", "staking"]),
    ("gov", &["burner"]),
    ("mint", &["minter"]),
    ("protocolpool_escrow", &[]),
    ("protocolpool", &[]),
    ("nft", &[]),
    ("transfer", &["minter", "burner"]),
    ("interchainaccounts", &[]),
    ("wasm", &["burner"]),
];

/// The names of all module accounts.
pub fn module_names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|(name, _)| *name)
}

/// What the module account called `name` may do; `None` if there is no such module account.
pub fn module_permissions(name: &str) -> Option<&'static [&'static str]> {
    MODULES.iter().find(|(module, _)| *module == name).map(|(_, permissions)| *permissions)
}

/// The address of a module account, which is made if it does not exist yet.
pub fn get_module_address(ctx: &Ctx, name: &str) -> Result<Vec<u8>> {
    let address = address::module(name);
    if get(ctx, &address)?.is_none() {
        put_module(ctx, name)?;
    }
    Ok(address)
}

/// Makes the account of the module called `name`.
pub fn put_module(ctx: &Ctx, name: &str) -> Result<()> {
    let address = address::module(name);
    let permissions = module_permissions(name).unwrap_or_default();
    let account = Account::Module(ModuleAccount {
        base_account: Some(BaseAccount {
            address: ctx.text(&address),
            pub_key: None,
            account_number: next_number(ctx)?,
            sequence: 0,
        }),
        name: name.to_owned(),
        permissions: permissions.iter().map(|permission| (*permission).to_owned()).collect(),
    });
    put(ctx, &address, &account)
}

/// `MsgUpdateParams`.
pub fn update_params(ctx: &Ctx, msg: &MsgUpdateParams) -> Result<()> {
    let authority = &ctx.app.authority;
    if *authority != msg.authority {
        return Err(Error::unregistered(format!(
            "expected gov account as only signer for proposal message; invalid authority; expected {authority}, got {}",
            msg.authority
        )));
    }
    let params = msg.params.clone().unwrap_or_default();
    for (value, what) in [
        (params.tx_sig_limit, "tx signature limit"),
        (params.sig_verify_cost_ed25519, "ED25519 signature verification cost"),
        (params.sig_verify_cost_secp256k1, "SECK256k1 signature verification cost"),
        (params.max_memo_characters, "max memo characters"),
        (params.tx_size_cost_per_byte, "tx size cost per byte"),
    ] {
        if value == 0 {
            return Err(Error::unregistered(format!("invalid {what}: 0")));
        }
    }
    ctx.kv(StoreKey::Auth).set(PARAMS, &params.encode_to_vec())
}
