//! The messages that the chain carries out.

use prost::{Message, Name};

use crate::address;
use crate::error::{Result, sdk};
use crate::proto::cosmos::auth::v1beta1::MsgUpdateParams as MsgUpdateAuthParams;
use crate::proto::cosmos::authz::v1beta1::{MsgExec, MsgGrant, MsgRevoke};
use crate::proto::cosmos::bank::v1beta1::{
    MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams as MsgUpdateBankParams,
};
use crate::proto::cosmos::feegrant::v1beta1::{MsgGrantAllowance, MsgPruneAllowances, MsgRevokeAllowance};
use crate::proto::cosmos::vesting::v1beta1::{
    MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount,
};
use crate::proto::wasm::{
    MsgAddCodeUploadParamsAddresses, MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract,
    MsgInstantiateContract2, MsgMigrateContract, MsgPinCodes, MsgRemoveCodeUploadParamsAddresses,
    MsgStoreAndInstantiateContract, MsgStoreAndMigrateContract, MsgStoreCode, MsgSudoContract, MsgUnpinCodes,
    MsgUpdateAdmin, MsgUpdateContractLabel, MsgUpdateInstantiateConfig, MsgUpdateParams,
};
use crate::proto::{Any, any, type_url};

macro_rules! messages {
    ($($variant:ident($message:ident), signed by |$name:ident| $signer:expr;)*) => {
        /// A message of a known type.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Msg { $($variant($message)),* }

        impl Msg {
            /// The message in `any`; `None` if its type is not one that this chain carries out.
            ///
            /// # Errors
            /// Bytes that are not such a message.
            pub fn decode(any: &Any) -> Result<Option<Self>> {
                let name = any.type_url.strip_prefix('/').unwrap_or_default();
                $(if name == $message::full_name() {
                    let message = $message::decode(any.value.as_slice())
                        .map_err(|error| sdk::TX_DECODE.wrap(error))?;
                    return Ok(Some(Self::$variant(message)));
                })*
                Ok(None)
            }

            /// The type URL.
            pub fn type_url(&self) -> String {
                match self { $(Self::$variant(_) => type_url::<$message>()),* }
            }

            /// The message in an `Any`.
            pub fn to_any(&self) -> Any {
                match self { $(Self::$variant(message) => any(message)),* }
            }

            /// Who must have signed the message.
            pub fn signer(&self) -> &str {
                match self { $(Self::$variant($name) => $signer),* }
            }
        }

        $(impl From<$message> for Msg {
            fn from(message: $message) -> Self { Self::$variant(message) }
        })*
    };
}

messages! {
    Send(MsgSend), signed by |m| &m.from_address;
    MultiSend(MsgMultiSend), signed by |m| m.inputs.first().map_or("", |input| &input.address);
    StoreCode(MsgStoreCode), signed by |m| &m.sender;
    Instantiate(MsgInstantiateContract), signed by |m| &m.sender;
    Instantiate2(MsgInstantiateContract2), signed by |m| &m.sender;
    Execute(MsgExecuteContract), signed by |m| &m.sender;
    Migrate(MsgMigrateContract), signed by |m| &m.sender;
    UpdateAdmin(MsgUpdateAdmin), signed by |m| &m.sender;
    ClearAdmin(MsgClearAdmin), signed by |m| &m.sender;
    UpdateInstantiateConfig(MsgUpdateInstantiateConfig), signed by |m| &m.sender;
    UpdateContractLabel(MsgUpdateContractLabel), signed by |m| &m.sender;
    UpdateParams(MsgUpdateParams), signed by |m| &m.authority;
    Sudo(MsgSudoContract), signed by |m| &m.authority;
    PinCodes(MsgPinCodes), signed by |m| &m.authority;
    UnpinCodes(MsgUnpinCodes), signed by |m| &m.authority;
    AddUploaders(MsgAddCodeUploadParamsAddresses), signed by |m| &m.authority;
    RemoveUploaders(MsgRemoveCodeUploadParamsAddresses), signed by |m| &m.authority;
    StoreAndInstantiate(MsgStoreAndInstantiateContract), signed by |m| &m.authority;
    StoreAndMigrate(MsgStoreAndMigrateContract), signed by |m| &m.authority;
    Grant(MsgGrant), signed by |m| &m.granter;
    Exec(MsgExec), signed by |m| &m.grantee;
    Revoke(MsgRevoke), signed by |m| &m.granter;
    GrantAllowance(MsgGrantAllowance), signed by |m| &m.granter;
    RevokeAllowance(MsgRevokeAllowance), signed by |m| &m.granter;
    PruneAllowances(MsgPruneAllowances), signed by |m| &m.pruner;
    UpdateAuthParams(MsgUpdateAuthParams), signed by |m| &m.authority;
    UpdateBankParams(MsgUpdateBankParams), signed by |m| &m.authority;
    SetSendEnabled(MsgSetSendEnabled), signed by |m| &m.authority;
    CreateVesting(MsgCreateVestingAccount), signed by |m| &m.from_address;
    CreateLocked(MsgCreatePermanentLockedAccount), signed by |m| &m.from_address;
    CreatePeriodic(MsgCreatePeriodicVestingAccount), signed by |m| &m.from_address;
}

impl Msg {
    /// The addresses that must have signed: every input of a multi-send, else the one signer.
    ///
    /// # Errors
    /// An address that is none.
    pub fn signers(&self, prefix: &str) -> Result<Vec<Vec<u8>>> {
        match self {
            Self::MultiSend(message) => {
                message.inputs.iter().map(|input| address::decode(prefix, &input.address)).collect()
            }
            _ => Ok(vec![address::decode(prefix, self.signer())?]),
        }
    }

    /// The module that a message event names: the second part of the type's name.
    pub fn module(&self) -> String {
        self.type_url().split('.').nth(1).unwrap_or_default().to_owned()
    }

    /// The name in Go of the message's type, as some error texts have it.
    pub fn go_type(&self) -> String {
        super::go_type(&self.type_url())
    }
}
