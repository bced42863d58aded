//! The contracts of the protocol, as the bench runs them.

use cosmwasm_std::{Addr, Empty};
use cw_multi_test::{ContractWrapper, Executor};
use serde::Serialize;

use crate::actors::Actor::Owner;
use crate::deploy::Mars;

/// A code as the chain of the bench takes it.
pub type Code = Box<dyn cw_multi_test::Contract<Empty>>;

/// One of the protocol's contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contract {
    Usdm,
    Xms,
    /// The token of a pool's shares; its code is never migrated.
    Lp,
    Oracle,
    Treasury,
    Swap,
    Staking,
    Collector,
    Governance,
}

impl Contract {
    pub const ALL: [Self; 9] = [
        Self::Usdm,
        Self::Xms,
        Self::Lp,
        Self::Oracle,
        Self::Treasury,
        Self::Swap,
        Self::Staking,
        Self::Collector,
        Self::Governance,
    ];

    /// What it calls itself where it records its version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usdm => "mars:usdm-cw20",
            Self::Xms => "mars:xms-cw20",
            Self::Lp => "mars:lp-cw20",
            Self::Oracle => "mars:oracle",
            Self::Treasury => "mars:treasury",
            Self::Swap => "mars:swap",
            Self::Staking => "mars:staking",
            Self::Collector => "mars:collector",
            Self::Governance => "mars:governance",
        }
    }

    /// As it is called in words and folders.
    pub fn title(self) -> &'static str {
        self.name().trim_start_matches("mars:")
    }

    pub fn is_token(self) -> bool {
        matches!(self, Self::Usdm | Self::Xms | Self::Lp)
    }

    pub fn address(self, mars: &Mars) -> &Addr {
        match self {
            Self::Usdm => &mars.usdm,
            Self::Xms => &mars.xms,
            Self::Lp => panic!("each pool has its own"),
            Self::Oracle => &mars.oracle,
            Self::Treasury => &mars.treasury,
            Self::Swap => &mars.swap,
            Self::Staking => &mars.staking,
            Self::Collector => &mars.collector,
            Self::Governance => &mars.governance,
        }
    }

    pub fn code(self) -> Code {
        macro_rules! code {
            ($contract:ident $(, $wrap:ident($entry:ident))*) => {{
                use $contract::contract;
                let code = ContractWrapper::new(contract::execute, contract::instantiate, contract::query);
                Box::new(code$(.$wrap(contract::$entry))*)
            }};
        }
        match self {
            Self::Usdm => code!(usdm_cw20, with_migrate(migrate)),
            Self::Xms => code!(xms_cw20, with_migrate(migrate)),
            Self::Lp => code!(lp_cw20),
            Self::Oracle => code!(oracle, with_migrate(migrate)),
            Self::Treasury => code!(treasury, with_migrate(migrate)),
            Self::Swap => code!(swap, with_migrate(migrate)),
            Self::Staking => code!(staking, with_migrate(migrate)),
            Self::Collector => code!(collector, with_migrate(migrate)),
            Self::Governance => code!(governance, with_migrate(migrate), with_reply(reply)),
        }
    }
}

impl Mars {
    /// Stores the code of a contract, once more if it is there.
    pub fn store_code(&mut self, contract: Contract) -> u64 {
        self.app.store_code_with_creator(Owner.addr(), contract.code())
    }

    /// A new contract, whose wasm admin is the owner.
    pub(crate) fn install<T: Serialize>(&mut self, contract: Contract, msg: &T) -> Addr {
        let (code, label) = (self.store_code(contract), format!("{contract:?}"));
        let admin = Some(Owner.addr().into_string());
        self.app.instantiate_contract(code, Owner.addr(), msg, &[], label, admin).unwrap()
    }
}
