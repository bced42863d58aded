use mars_types::treasury::Level;

/// What the bench deals in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// `uusdc`, a native stablecoin with 6 decimals.
    Usdc,
    /// `ubusd`, another one.
    Busd,
    /// `sats`, native Bitcoin with 8 decimals: level 2.
    Btc,
    /// A cw20 token with 18 decimals: level 2.
    Gold,
    /// `aeth`, a native layer-1 coin with 18 decimals: level 3.
    Eth,
    /// `udefi`, a native token with 6 decimals: level 4.
    Defi,
    /// Level 5: priced, but not registered as an asset unless a test does so.
    Xms,
}

impl Token {
    /// Registered as assets by a deployment, in this order.
    pub const COLLATERAL: [Self; 6] = [Self::Usdc, Self::Busd, Self::Btc, Self::Gold, Self::Eth, Self::Defi];
    /// Priced by a deployment.
    pub const ALL: [Self; 7] =
        [Self::Usdc, Self::Busd, Self::Btc, Self::Gold, Self::Eth, Self::Defi, Self::Xms];

    /// None for a cw20 token.
    pub fn denom(self) -> Option<&'static str> {
        match self {
            Self::Usdc => Some("uusdc"),
            Self::Busd => Some("ubusd"),
            Self::Btc => Some("sats"),
            Self::Eth => Some("aeth"),
            Self::Defi => Some("udefi"),
            Self::Gold | Self::Xms => None,
        }
    }

    pub fn decimals(self) -> u8 {
        match self {
            Self::Usdc | Self::Busd | Self::Defi | Self::Xms => 6,
            Self::Btc => 8,
            Self::Gold | Self::Eth => 18,
        }
    }

    pub fn level(self) -> Level {
        match self {
            Self::Usdc | Self::Busd => Level::Stable,
            Self::Btc | Self::Gold => Level::Gold,
            Self::Eth => Level::LayerOne,
            Self::Defi => Level::DeFi,
            Self::Xms => Level::Xms,
        }
    }

    /// Of a whole token at deployment.
    pub fn first_price(self) -> &'static str {
        match self {
            Self::Usdc | Self::Busd => "1",
            Self::Btc => "60000",
            Self::Gold => "2000",
            Self::Eth => "3000",
            Self::Defi => "5",
            Self::Xms => "0.25",
        }
    }

    /// `whole` tokens in the smallest unit.
    pub fn units(self, whole: u128) -> u128 {
        whole * 10u128.pow(u32::from(self.decimals()))
    }
}
