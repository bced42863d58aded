//! Random sequences of controls against a plain model: after each of them, heights, times, balances and past states
//! are what the model says, and what was brought back is the same to the hash.

use std::collections::BTreeMap;
use std::time::Duration;

use mars_node::{Dev, bank};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};

use crate::dev::send;

const ACCOUNTS: usize = 3;
const EACH: u64 = 1_000;
const STEP: u64 = 1_000_000_000;

#[derive(Debug, Clone)]
enum Act {
    Mine {
        blocks: u64,
        step: Option<u64>,
    },
    Increase(u64),
    Next(u64),
    Send {
        from: usize,
        to: usize,
        amount: u64,
    },
    SetBalance {
        account: usize,
        amount: u64,
    },
    Impersonate {
        account: usize,
        on: bool,
    },
    Snapshot,
    /// To one of the snapshots that there are.
    Revert(usize),
    Dump,
    /// One of the dumps that there are.
    Load(usize),
    Reset,
}

fn act() -> impl Strategy<Value = Act> {
    let account = || 0..ACCOUNTS;
    prop_oneof![
        2 => (1_u64..4, proptest::option::of(1..5 * STEP)).prop_map(|(blocks, step)| Act::Mine { blocks, step }),
        1 => (0_u64..1_000).prop_map(Act::Increase),
        1 => (1_u64..10 * STEP).prop_map(Act::Next),
        4 => (account(), account(), 1..EACH).prop_map(|(from, to, amount)| Act::Send { from, to, amount }),
        2 => (account(), 0..2 * EACH).prop_map(|(account, amount)| Act::SetBalance { account, amount }),
        1 => (account(), any::<bool>()).prop_map(|(account, on)| Act::Impersonate { account, on }),
        3 => Just(Act::Snapshot),
        3 => (0_usize..8).prop_map(Act::Revert),
        1 => Just(Act::Dump),
        2 => (0_usize..8).prop_map(Act::Load),
        1 => Just(Act::Reset),
    ]
}

/// What the chain is by the book.
#[derive(Debug, Clone, PartialEq)]
struct Book {
    height: u64,
    time: u64,
    balances: [u64; ACCOUNTS],
    impersonated: [bool; ACCOUNTS],
    /// Balances after each block, with what was done by hand before the next.
    past: BTreeMap<u64, [u64; ACCOUNTS]>,
    ahead: u64,
    next: Option<u64>,
}

impl Book {
    fn begun(genesis_time: u64) -> Self {
        let mut book = Self {
            height: 0,
            time: genesis_time,
            balances: [EACH; ACCOUNTS],
            impersonated: [false; ACCOUNTS],
            past: BTreeMap::new(),
            ahead: 0,
            next: None,
        };
        book.block();
        book
    }

    fn block(&mut self) {
        let now = self.time + STEP + std::mem::take(&mut self.ahead);
        self.time = self.next.take().unwrap_or(now);
        self.height += 1;
        self.note();
    }

    fn note(&mut self) {
        self.past.insert(self.height, self.balances);
    }
}

/// A moment by the book, and the hash of its state.
type Moment = (Book, Vec<u8>);

struct Both {
    dev: Dev,
    book: Book,
    genesis_time: u64,
    snapshots: Vec<(u64, Moment)>,
    dumps: Vec<(Vec<u8>, Moment)>,
}

impl Both {
    async fn start() -> Self {
        let dev = Dev::builder().accounts(ACCOUNTS.try_into().unwrap(), format!("{EACH}stake")).start();
        let dev = dev.await.unwrap();
        let genesis_time = dev.reader().genesis().time;
        Self { dev, book: Book::begun(genesis_time), genesis_time, snapshots: vec![], dumps: vec![] }
    }

    fn address(&self, account: usize) -> String {
        self.dev.accounts()[account].address().to_owned()
    }

    fn moment(&self) -> Moment {
        (self.book.clone(), self.dev.reader().app_hash())
    }

    fn come_back(&mut self, (book, hash): Moment) -> Result<(), TestCaseError> {
        self.book = book;
        prop_assert_eq!(self.dev.reader().app_hash(), hash);
        Ok(())
    }

    async fn carry_out(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match act {
            Act::Mine { blocks, step } => {
                self.dev.mine(*blocks, step.map(Duration::from_nanos)).await.unwrap();
                for index in 0..*blocks {
                    if let Some(step) = step.filter(|_| index > 0) {
                        self.book.next = Some(self.book.time + step);
                    }
                    self.book.block();
                }
            }
            Act::Increase(seconds) => {
                self.dev.increase_time(Duration::from_secs(*seconds)).await.unwrap();
                self.book.ahead += seconds * STEP;
            }
            Act::Next(later) => {
                let time = self.book.time + later;
                self.dev.set_next_block_time(time).await.unwrap();
                self.book.next = Some(time);
            }
            Act::Send { from, to, amount } => {
                let messages = [send(&self.address(*from), &self.address(*to), *amount)];
                let sent = match self.book.impersonated[*from] {
                    true => self.dev.send_as(&self.address(*from), messages).await,
                    false => self.dev.send(&self.dev.accounts()[*from], messages).await,
                };
                let enough = self.book.balances[*from] >= *amount;
                prop_assert_eq!(sent.is_ok(), enough, "{:?}", sent);
                if enough {
                    self.book.balances[*from] -= amount;
                    self.book.balances[*to] += amount;
                }
                self.book.block();
            }
            Act::SetBalance { account, amount } => {
                self.dev.set_balance(&self.address(*account), &format!("{amount}stake")).await.unwrap();
                self.book.balances[*account] = *amount;
                self.book.note();
            }
            Act::Impersonate { account, on } => {
                self.dev.impersonate(&self.address(*account), *on).await.unwrap();
                self.book.impersonated[*account] = *on;
            }
            Act::Snapshot => {
                let id = self.dev.snapshot().await.unwrap();
                let moment = self.moment();
                prop_assert!(self.snapshots.iter().all(|(known, _)| *known < id));
                self.snapshots.push((id, moment));
            }
            Act::Revert(which) if !self.snapshots.is_empty() => {
                let at = which % self.snapshots.len();
                let gone = self.snapshots.split_off(at);
                let (id, moment) = gone[0].clone();
                self.dev.revert(id).await.unwrap();
                for (id, _) in gone {
                    prop_assert!(self.dev.revert(id).await.is_err(), "{} is forgotten", id);
                }
                self.come_back(moment)?;
            }
            Act::Dump => {
                let dump = self.dev.dump().await.unwrap();
                let moment = self.moment();
                self.dumps.push((dump, moment));
            }
            Act::Load(which) if !self.dumps.is_empty() => {
                let (dump, moment) = self.dumps[which % self.dumps.len()].clone();
                self.dev.load(dump).await.unwrap();
                self.come_back(moment)?;
            }
            Act::Reset => {
                self.dev.reset(None).await.unwrap();
                self.book = Book::begun(self.genesis_time);
            }
            Act::Revert(_) | Act::Load(_) => {}
        }
        self.compare()
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        let reader = self.dev.reader().freeze();
        let ctx = reader.context();
        prop_assert_eq!((reader.height(), reader.time().0), (self.book.height, self.book.time));
        let supply: u64 = self.book.balances.iter().sum();
        prop_assert_eq!(bank::supply(&ctx, "stake").unwrap().to_string(), supply.to_string());
        for account in 0..ACCOUNTS {
            let address = ctx.address(&self.address(account)).unwrap();
            let impersonated = ctx.overrides().is_impersonated(&address).unwrap();
            prop_assert_eq!(impersonated, self.book.impersonated[account]);
            for (height, balances) in &self.book.past {
                let past = reader.at(*height).unwrap().context();
                let found = bank::balance(&past, &address, "stake").unwrap();
                prop_assert_eq!(found.to_string(), balances[account].to_string(), "at height {}", height);
            }
        }
        Ok(())
    }
}

fn follow(acts: &[Act]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let mut both = Both::start().await;
        both.compare()?;
        for act in acts {
            both.carry_out(act).await?;
        }
        Ok(())
    })
}

fn cases() -> u32 {
    std::env::var("DEV_MODEL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

/// Sequences that a wrong clock, a wrong past or a wrong end of snapshots would fail, kept whatever chance tries.
#[test]
fn kept_sequences_do_what_the_model_says() {
    let pay = |from, to, amount| Act::Send { from, to, amount };
    let kept = [
        // The time to come is part of a moment, also the one that was set and not used.
        vec![
            Act::Next(5),
            Act::Snapshot,
            Act::Increase(9),
            Act::Mine { blocks: 2, step: None },
            Act::Revert(0),
            pay(0, 1, 1),
        ],
        vec![
            Act::Increase(9),
            Act::Dump,
            Act::Mine { blocks: 1, step: None },
            Act::Load(0),
            Act::Mine { blocks: 1, step: None },
        ],
        // A time that was set swallows what the clock was to be ahead.
        vec![Act::Increase(9), Act::Next(5), Act::Mine { blocks: 3, step: Some(7) }],
        // What is set by hand belongs to the height before, in the past of every branch.
        vec![
            Act::Snapshot,
            Act::SetBalance { account: 0, amount: 5 },
            pay(0, 1, 5),
            Act::Revert(0),
            pay(0, 1, 6),
        ],
        // Moments of a chain that was begun anew or loaded over can be gone back to.
        vec![
            pay(0, 1, 9),
            Act::Snapshot,
            Act::Dump,
            Act::Reset,
            pay(1, 2, 3),
            Act::Revert(0),
            Act::Reset,
            Act::Load(0),
        ],
        vec![
            Act::Snapshot,
            pay(0, 1, 9),
            Act::Snapshot,
            pay(0, 1, 9),
            Act::Snapshot,
            Act::Revert(1),
            pay(0, 1, 1),
            Act::Revert(0),
        ],
        // Who is impersonated goes with the state.
        vec![
            Act::Impersonate { account: 0, on: true },
            Act::Snapshot,
            Act::Impersonate { account: 0, on: false },
            Act::Revert(0),
            pay(0, 2, 1),
            Act::Reset,
            pay(0, 2, 1),
        ],
    ];
    for acts in kept {
        follow(&acts).unwrap_or_else(|error| panic!("{acts:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// `DEV_MODEL_CASES` sets how many sequences are tried.
    #[test]
    fn controls_do_what_the_model_says(acts in proptest::collection::vec(act(), 1..40)) {
        follow(&acts)?;
    }
}
