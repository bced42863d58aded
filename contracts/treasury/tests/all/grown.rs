use mars_testing::Actor::Keeper;
use mars_testing::Mars;
use mars_types::treasury::Params;
use mars_types::Bps;

use super::MILLION;

/// A treasury that has grown for a week: XMS at $0.25, all 10^9 of it circulating, so `raw` = 100 M USDM, and the
/// ceiling has reached it. The clock stands in the last epoch of a UTC day, which is closed; parameters are the
/// defaults but for a mint limit of 100 % of the cap a day.
pub fn ceiling_of_100_million() -> Mars {
    let mut mars = Mars::builder()
        .reserve(0)
        .params(|params| {
            params.ceiling.floor = (10 * MILLION).into();
            params.ceiling.step = Bps(500);
            params.ceiling.day_growth = Bps(15_000);
            params.mint_limit.rate = Bps::ONE;
        })
        .build();
    mars.poke(Keeper).unwrap();
    for _ in 0..7 {
        mars.next_day();
        mars.poke(Keeper).unwrap();
    }
    mars.update_params(|params| {
        *params = Params::default();
        params.mint_limit.rate = Bps::ONE;
    })
    .unwrap();
    mars.next_day();
    mars.advance_fresh(86_400 - 180);
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().ceiling.u128(), 100 * MILLION);
    assert_eq!(mars.epoch().cap_user.u128(), 100 * MILLION);
    mars
}
