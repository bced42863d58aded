//! Each distribution spreads what is left of the last anew. Dust in every block would hold the stream back for ever.

use mars_testing::Actor::{Attacker, Keeper, Minter, Trader};
use mars_testing::{refused, Token};
use mars_types::RefusalCode;

use super::{collecting, HOUR, ONE};

#[test]
fn dust_does_not_hold_the_stream_back() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.give(Trader, &collector, Token::Xms, 86_400 * ONE);
    mars.distribute(Keeper).unwrap();
    let next = mars.now() + 20 * HOUR;
    for _ in 0..10 {
        mars.advance(HOUR);
        mars.give(Attacker, &collector, Token::Xms, 1);
        refused(mars.distribute(Attacker), RefusalCode::TooEarly, mars.now(), next);
        refused(mars.buy_back(Attacker, 1), RefusalCode::Unauthorized, Attacker.addr(), "collector");
    }
    mars.advance(14 * HOUR);
    assert_eq!(mars.owed(Minter), 86_400 * ONE);
}
