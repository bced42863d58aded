//! How the cost grows with users, pools, proposals and claims that wait. All of them come about by messages of the protocol.

use cosmwasm_std::Uint128;
use cw20::Cw20ExecuteMsg;
use mars_node::proto::Any;
use mars_node::proto::any;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_types::governance::Choice;
use mars_types::swap::NewPool;
use mars_types::{AssetUnchecked, governance, staking, swap};
use serde_json::{Value, json};

use crate::economy::{DAY, Economy, MILLION, ONE};
use crate::stage::{Action, Step};
use crate::table::{self, Measured};

/// The sizes that are measured, up to the greatest that is asked for.
const SIZES: [u32; 5] = [0, 10, 1_000, 10_000, 100_000];
/// Messages of one transaction that makes many of something.
const BATCH: usize = 50;
/// What depends on what there may be many of.
const WATCHED: [&str; 20] = [
    "token: transfer",
    "token: transfer to a new holder",
    "treasury: mint with a coin",
    "treasury: redeem, all waits",
    "treasury: settle one",
    "treasury: close an epoch",
    "swap: product, coin for token",
    "swap: stable, coin for token",
    "swap: two products, token for token",
    "liquidity: provide both, product",
    "liquidity: withdraw, product",
    "liquidity: create a pool",
    "fees: collect of one pool",
    "staking: first stake",
    "staking: stake more",
    "staking: unstake",
    "staking: claim",
    "staking: delegate",
    "collector: distribute",
    "oracle: report one price",
];

/// The actions at each size.
pub type Growth = Vec<(u32, Measured)>;

pub async fn measure(economy: Economy, most: u32) -> Growth {
    let mut crowd = Crowd { economy, size: 0 };
    let mut growth = vec![];
    for size in SIZES.into_iter().filter(|size| *size <= most) {
        crowd.grow(size).await;
        growth.push((size, crowd.measure().await));
        eprintln!("bench: measured with {size} of each");
    }
    growth
}

struct Crowd {
    economy: Economy,
    /// Users who hold and stake, pools, proposals and claims, of each so many.
    size: u32,
}

/// The address of a user whom nobody needs the key of.
fn user(number: u32) -> String {
    let bytes = [&[7; 16][..], &number.to_be_bytes()].concat();
    mars_node::address::encode("mars", &bytes)
}

/// Two coins, other ones for each pool.
fn coins(pool: u32) -> [String; 2] {
    const KINDS: u32 = 400;
    let (first, second) = (pool / (KINDS - 1), pool % (KINDS - 1));
    [first, if second < first { second } else { second + 1 }].map(|number| format!("coin{number}"))
}

impl Crowd {
    async fn grow(&mut self, to: u32) {
        if to == 0 {
            return;
        }
        let stage = &self.economy.0;
        let call = |by: &str, contract: &str, msg: &Cw20ExecuteMsg| stage.call(by, contract, msg, &[]);
        let new: Vec<u32> = (self.size..to).collect();

        // Users: coins, XMS and a stake each.
        for batch in new.chunks(BATCH) {
            let messages = batch.iter().flat_map(|number| {
                let coins = any(&MsgSend {
                    from_address: stage.at("trader").into(),
                    to_address: user(*number),
                    amount: vec![Coin { denom: "umars".into(), amount: ONE.to_string() }],
                });
                let transfer =
                    Cw20ExecuteMsg::Transfer { recipient: user(*number), amount: Uint128::new(100 * ONE) };
                [coins, call("trader", "xms", &transfer)]
            });
            stage.dev.send(stage.account("trader"), messages.collect::<Vec<_>>()).await.unwrap();
        }
        stage.dev.impersonate_everyone(true).await.unwrap();
        let stake = self.economy.to("staking", 50 * ONE, &staking::Cw20HookMsg::Stake {});
        for number in &new {
            stage
                .dev
                .send_as(&user(*number), [stage.call_of(&user(*number), "xms", &stake, &[])])
                .await
                .unwrap();
        }
        stage.dev.impersonate_everyone(false).await.unwrap();

        // Pools, each of other coins, without liquidity.
        let mut denoms: Vec<String> = new.iter().flat_map(|number| coins(*number)).collect();
        denoms.sort_unstable();
        denoms.dedup();
        let register =
            |denom: &String| swap::ExecuteMsg::RegisterNative { denom: denom.clone(), decimals: 6 };
        let known: Vec<String> = (0..self.size).flat_map(coins).collect();
        let register: Vec<_> = denoms.iter().filter(|denom| !known.contains(denom)).map(register).collect();
        self.batches("owner", "swap", &register).await;
        let create = |number: &u32| swap::ExecuteMsg::CreatePool {
            pool: NewPool::ConstantProduct {},
            assets: coins(*number).map(AssetUnchecked::native).into(),
        };
        self.batches("owner", "swap", &new.iter().map(create).collect::<Vec<_>>()).await;

        // Proposals: an account may have another when the last one has ended.
        let bill = |number: &u32| {
            let (title, description) = ("A proposal".to_owned(), "Why it is made. ".repeat(20));
            let propose =
                governance::ExecuteMsg::Propose { title, description, messages: vec![], dry_run: None };
            [propose, governance::ExecuteMsg::Cancel { proposal: u64::from(*number) + 1 }]
        };
        self.batches("voter", "governance", &new.iter().flat_map(bill).collect::<Vec<_>>()).await;

        // Claims behind one that takes more than all budgets of the time.
        self.economy.feed().await;
        if self.size == 0 {
            let head = self.economy.redeem(2 * MILLION, true);
            stage.send("minter", vec![call("minter", "usdm", &head)]).await;
        }
        let claim = self.economy.redeem(10 * ONE, true);
        self.batches("minter", "usdm", &vec![claim; new.len()]).await;
        self.size = to;
    }

    /// Messages of one account to one contract, many in a transaction.
    async fn batches(&self, by: &str, contract: &str, messages: &[impl serde::Serialize]) {
        let stage = &self.economy.0;
        for batch in messages.chunks(BATCH) {
            let calls: Vec<Any> = batch.iter().map(|msg| stage.call(by, contract, msg, &[])).collect();
            stage.dev.send(stage.account(by), calls).await.unwrap();
        }
    }

    async fn measure(&self) -> Measured {
        // Every size has its prices and its epoch of a moment ago.
        self.economy.0.wait(1_000).await;
        self.economy.feed().await;
        self.economy.poke().await;
        let mut actions: Vec<Action> =
            self.economy.actions().into_iter().filter(|action| WATCHED.contains(&action.name)).collect();
        assert_eq!(actions.len(), WATCHED.len());
        actions.extend(self.votes());
        crate::measure(&self.economy.0, actions).await
    }

    /// A vote on the newest proposal.
    fn votes(&self) -> Vec<Action> {
        let stage = &self.economy.0;
        let (title, description) = ("A proposal".to_owned(), "Why it is made. ".repeat(20));
        let propose = governance::ExecuteMsg::Propose { title, description, messages: vec![], dry_run: None };
        let vote = governance::ExecuteMsg::Vote { proposal: u64::from(self.size) + 1, choice: Choice::For };
        let call = |by: &str, msg: &governance::ExecuteMsg| vec![stage.call(by, "governance", msg, &[])];
        vec![
            Action::of("governance: propose", "voter", call("voter", &propose)),
            Action::of("governance: vote", "staker", call("staker", &vote)).after([
                Step::Send("voter", call("voter", &propose)),
                Step::Wait(DAY),
                Step::Send("voter", call("voter", &vote)),
            ]),
        ]
    }
}

/// Gas of each action at each size.
pub fn table(growth: &Growth) -> String {
    let sizes: Vec<String> = growth.iter().map(|(size, _)| table::thousands((*size).into())).collect();
    let most = growth.last().map_or(0, |(size, _)| *size);
    let mut text = format!(
        "# How the cost grows\n\nWritten by `scripts/bench gas --part growth --most {most} --update`: gas of transactions \
         with so many users who hold and stake XMS, so many pools, so many proposals and so many claims in the queue, \
         besides those of [the other table](actions.md).\n\n"
    );
    table::head(&mut text, &[vec!["action"], sizes.iter().map(String::as_str).collect()].concat());
    for (at, (name, _)) in growth[0].1.iter().enumerate() {
        let gas = growth.iter().map(|(_, measured)| table::thousands(measured[at].1.gas));
        table::row(&mut text, &[vec![(*name).to_owned()], gas.collect()].concat());
    }
    text
}

pub fn json_of(growth: &Growth) -> Value {
    growth.iter().map(|(size, measured)| json!({"size": size, "actions": crate::json_of(measured)})).collect()
}
