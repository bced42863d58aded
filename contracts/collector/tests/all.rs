//! The fee collector against the bench of the whole protocol. Files named after an attack hold attacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod all {
    use mars_testing::{hop, Mars, Token, USDM_USDC, XMS_USDC};
    use mars_types::Asset;

    /// One USDC, USDM or XMS.
    pub const ONE: u128 = 1_000_000;
    pub const HOUR: u64 = 3_600;

    /// Pools of two hours, XMS at $0.25, and routes for USDC and USDM.
    pub fn collecting() -> Mars {
        let mut mars = Mars::deploy();
        mars.open_pools();
        mars.connect_collector();
        let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| mars.asset(token));
        let usdm = Asset::Cw20(mars.usdm.clone());
        mars.set_route(&usdc, vec![hop(XMS_USDC, &xms)]).unwrap();
        mars.set_route(&usdm, vec![hop(USDM_USDC, &usdc), hop(XMS_USDC, &xms)]).unwrap();
        mars.advance_fresh(2 * HOUR);
        mars
    }

    mod absurd_average;
    mod access;
    mod convert;
    mod distribute;
    mod dust_restarts_the_stream;
    mod lifecycle;
    mod sandwiched_buy_back;
    mod settings;
    mod thin_pool;
}
