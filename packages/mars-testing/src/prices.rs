//! Time and prices. Every price goes through the oracle as three feeders report it.

use cosmwasm_std::{Decimal, Uint128};
use mars_types::epoch::Epoch;
use mars_types::oracle::{ExecuteMsg, FeederRules, Report, SourceUnchecked};

use crate::actors::Actor::{self, Owner};
use crate::deploy::{Feed, Mars};
use crate::tokens::Token;

/// `"0.25"` as a price.
pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

impl Mars {
    pub fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    pub fn epoch_now(&self) -> Epoch {
        Epoch::at(self.now())
    }

    /// A block `seconds` later. Nobody reports prices meanwhile.
    pub fn advance(&mut self, seconds: u64) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += 1;
        });
    }

    /// A block `seconds` later, in which the feeders repeat their prices.
    pub fn advance_fresh(&mut self, seconds: u64) {
        self.advance(seconds);
        self.refresh();
    }

    /// The first second of the next epoch, with fresh prices.
    pub fn next_epoch(&mut self) {
        self.advance_fresh(Epoch::SECONDS - self.now() % Epoch::SECONDS);
    }

    /// The first second of the next UTC day, with fresh prices.
    pub fn next_day(&mut self) {
        self.advance_fresh(86_400 - self.now() % 86_400);
    }

    /// The feeders report this price, at most 2 % away from the last one. A second passes if they have already spoken
    /// in this one.
    pub fn set_price(&mut self, token: Token, price: &str) {
        self.report(token, [decimal(price); 3]);
    }

    /// The three feeders disagree: the band is from the least to the greatest.
    pub fn set_band(&mut self, token: Token, prices: [&str; 3]) {
        self.report(token, prices.map(decimal));
    }

    /// Walks to a price in steps of at most 2 %, a second each, and then refreshes the others.
    pub fn move_price(&mut self, token: Token, price: &str) {
        let target = decimal(price);
        let mut at = self.median(token);
        while at != target {
            let ratio = |bps: u128| at.atomics().multiply_ratio(bps, 10_000u128);
            let up = Decimal::new(ratio(10_200));
            let down = Decimal::new(ratio(9_800) + Uint128::one());
            at = target.clamp(down, up);
            self.report(token, [at; 3]);
        }
        self.refresh();
    }

    /// Any price at once, after the oracle has forgotten the last one: 600 seconds of silence.
    pub fn jump_price(&mut self, token: Token, price: &str) {
        self.advance(FeederRules::default().memory);
        self.report(token, [decimal(price); 3]);
        self.refresh();
    }

    /// The owner sets a fixed price; the feeders fall silent. No time passes.
    pub fn fix_price(&mut self, token: Token, price: &str) {
        self.feeds.remove(&token);
        let msg = ExecuteMsg::SetSource {
            asset: self.unchecked(token),
            source: SourceUnchecked::Fixed { price: decimal(price) },
        };
        self.tell_oracle(Owner, &msg).unwrap();
    }

    /// The token has no source any more, so no price.
    pub fn remove_price(&mut self, token: Token) {
        self.feeds.remove(&token);
        let asset = self.unchecked(token);
        self.tell_oracle(Owner, &ExecuteMsg::RemoveSource { asset }).unwrap();
    }

    /// The feeders do not speak of this token any more; its price lasts as long as their last reports.
    pub fn silence(&mut self, token: Token) {
        self.feeds.remove(&token).unwrap();
    }

    /// Feeders again, with a clean slate and this price.
    pub fn restore_feeders(&mut self, token: Token, price: &str) {
        // Another source between makes the reports of before forgotten.
        self.fix_price(token, price);
        let asset = self.asset(token);
        self.set_feeders(asset);
        self.report(token, [decimal(price); 3]);
    }

    /// The feeders repeat all prices that they have not given in this second.
    pub fn refresh(&mut self) {
        let now = self.now();
        let due: Vec<(Token, [Decimal; 3])> = self
            .feeds
            .iter()
            .filter(|(_, feed)| feed.time != Some(now))
            .map(|(token, feed)| (*token, feed.prices))
            .collect();
        self.feed(&due);
    }

    fn report(&mut self, token: Token, prices: [Decimal; 3]) {
        let now = self.now();
        if self.feeds.get(&token).is_some_and(|feed| feed.time == Some(now)) {
            self.advance(1);
        }
        self.feed(&[(token, prices)]);
        let low = prices.iter().min().copied();
        let high = prices.iter().max().copied();
        let price =
            self.price(token).expect("a price after three reports: jump_price or move_price goes further");
        assert_eq!((Some(price.band.low), Some(price.band.high)), (low, high));
    }

    fn feed(&mut self, prices: &[(Token, [Decimal; 3])]) {
        if prices.is_empty() {
            return;
        }
        let time = self.now();
        for (number, feeder) in Actor::FEEDERS.into_iter().enumerate() {
            let reports = prices
                .iter()
                .map(|(token, prices)| Report { asset: self.unchecked(*token), price: prices[number], time })
                .collect();
            self.tell_oracle(feeder, &ExecuteMsg::Feed { reports }).unwrap();
        }
        for (token, prices) in prices {
            let feed = Feed { prices: *prices, time: Some(time) };
            self.feeds.insert(*token, feed);
        }
    }

    fn median(&self, token: Token) -> Decimal {
        let mut prices = self.feeds[&token].prices;
        prices.sort();
        prices[1]
    }
}
