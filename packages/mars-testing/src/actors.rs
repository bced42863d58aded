use cosmwasm_std::Addr;
use cw_multi_test::MockApiBech32;

/// Who acts in a test. A role has one address in every deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Deploys and owns every contract.
    Owner,
    Guardian,
    /// Has collateral and mints.
    Minter,
    /// Has collateral and XMS.
    Trader,
    /// Pokes.
    Keeper,
    /// Has as much as anyone, and no role.
    Attacker,
    /// Has nothing and no role.
    Stranger,
    /// One of three: 0, 1, 2.
    Feeder(usize),
}

impl Actor {
    pub const FEEDERS: [Self; 3] = [Self::Feeder(0), Self::Feeder(1), Self::Feeder(2)];
    /// Those who own collateral at the start.
    pub const FUNDED: [Self; 5] = [Self::Owner, Self::Minter, Self::Trader, Self::Keeper, Self::Attacker];

    pub fn addr(self) -> Addr {
        let name = match self {
            Self::Owner => "owner".to_string(),
            Self::Guardian => "guardian".to_string(),
            Self::Minter => "minter".to_string(),
            Self::Trader => "trader".to_string(),
            Self::Keeper => "keeper".to_string(),
            Self::Attacker => "attacker".to_string(),
            Self::Stranger => "stranger".to_string(),
            Self::Feeder(number) => format!("feeder{number}"),
        };
        MockApiBech32::new("mars").addr_make(&name)
    }
}

/// Anyone with an address: a role, or an account or contract.
pub trait Who {
    fn address(self) -> Addr;
}

impl Who for Actor {
    fn address(self) -> Addr {
        self.addr()
    }
}

impl Who for Addr {
    fn address(self) -> Addr {
        self
    }
}

impl Who for &Addr {
    fn address(self) -> Addr {
        self.clone()
    }
}
