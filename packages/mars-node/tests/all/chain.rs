//! The chain as a whole: hashes and signatures that others can check, histories, snapshots, and files.

use std::path::Path;

use mars_node::coin::Uint256;
use mars_node::proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse};
use mars_node::{Backend, Chain, ChainError, Coin, Disk, Genesis, Memory, Query, Retention, address, bank};
use prost::Message;
use tendermint::block::CommitSig;
use tendermint::crypto::default::signature::Verifier as Ed25519;
use tendermint::vote::{self, Vote};

const STEP: u64 = 1_000_000_000;

fn owner() -> String {
    address::encode("mars", &[1; 20])
}

fn genesis() -> Genesis {
    Genesis::new("test-1", "mars", "umars").with_account(owner(), "1000umars")
}

fn chain_on(code: &Path, backend: Box<dyn Backend>) -> Result<Chain, ChainError> {
    Chain::new(genesis(), code, backend, Retention { blocks: 20, states: 5 })
}

struct Bench {
    chain: Chain,
    _code: tempfile::TempDir,
}

fn bench() -> Bench {
    let code = tempfile::tempdir().unwrap();
    Bench { chain: chain_on(code.path(), Box::new(Memory)).unwrap(), _code: code }
}

fn mine(chain: &mut Chain) -> std::sync::Arc<mars_node::Block> {
    let time = chain.reader().time().0 + STEP;
    chain.produce_block(vec![], time).unwrap()
}

fn set(chain: &mut Chain, amount: u64) {
    let owner = address::decode("mars", &owner()).unwrap();
    let outcome = chain.edit(move |ctx| bank::overwrite(ctx, &owner, &Coin::new("umars", amount))).unwrap();
    outcome.unwrap();
}

fn balance(reader: &mars_node::Reader) -> String {
    let request = QueryBalanceRequest { address: owner(), denom: "umars".into() };
    let bytes = reader.query("/cosmos.bank.v1beta1.Query/Balance", &request.encode_to_vec()).unwrap();
    QueryBalanceResponse::decode(bytes.as_slice()).unwrap().balance.unwrap().amount
}

#[test]
fn a_light_client_can_follow_from_the_first_block() {
    let Bench { mut chain, .. } = bench();
    let mut previous: Option<std::sync::Arc<mars_node::Block>> = None;
    for height in 1..=5 {
        let block = mine(&mut chain);
        let reader = chain.reader();
        let set = reader.validator().set();
        assert_eq!(block.height(), height);
        assert_eq!(block.id.hash, block.header.hash());
        assert_eq!(block.header.validators_hash, set.hash());
        assert_eq!(block.header.next_validators_hash, set.hash());
        // The consensus parameters are wasmd's, so this is the hash that wasmd's headers carry.
        assert_eq!(
            block.header.consensus_hash.to_string(),
            "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F"
        );
        if let Some(previous) = &previous {
            assert_eq!(block.header.last_block_id, Some(previous.id));
            assert_eq!(block.header.app_hash.as_bytes(), previous.app_hash);
            assert!(block.header.time > previous.header.time);
        }
        let CommitSig::BlockIdFlagCommit { validator_address, timestamp, signature } =
            &block.commit.signatures[0]
        else {
            panic!("the validator signed");
        };
        let vote = Vote {
            vote_type: vote::Type::Precommit,
            height: block.commit.height,
            round: block.commit.round,
            block_id: Some(block.commit.block_id),
            timestamp: Some(*timestamp),
            validator_address: *validator_address,
            validator_index: 0_u32.try_into().unwrap(),
            signature: None,
            extension: vec![],
            extension_signature: None,
        };
        let bytes = vote.into_signable_vec(block.header.chain_id.clone());
        let info = set.validator(*validator_address).unwrap();
        info.verify_signature::<Ed25519>(&bytes, signature.as_ref().unwrap()).unwrap();
        previous = Some(block);
    }
}

#[test]
fn one_genesis_and_one_clock_make_one_chain() {
    let (mut first, mut second) = (bench(), bench());
    for _ in 0..3 {
        assert_eq!(mine(&mut first.chain).id, mine(&mut second.chain).id);
    }
    set(&mut first.chain, 7);
    assert_ne!(mine(&mut first.chain).header.app_hash, mine(&mut second.chain).header.app_hash);
}

#[test]
fn time_only_goes_forward() {
    let Bench { mut chain, .. } = bench();
    let block = mine(&mut chain);
    let last = chain.reader().time().0;
    for given in [last, last - 1, 0] {
        assert_eq!(chain.produce_block(vec![], given).unwrap_err(), ChainError::Time { last, given });
    }
    assert_eq!(chain.reader().height(), block.height());
    chain.produce_block(vec![], last + 1).unwrap();
}

#[test]
fn past_heights_answer_while_they_are_kept() {
    let Bench { mut chain, .. } = bench();
    for amount in 1..=30 {
        set(&mut chain, amount);
        mine(&mut chain);
    }
    let reader = chain.reader();
    assert_eq!(balance(&reader), "30");
    // An edit belongs to the height that it was made at: block 26 was followed by the edit to 27.
    for height in 26..30 {
        assert_eq!(balance(&reader.at(height).unwrap()), (height + 1).to_string());
    }
    assert_eq!(balance(&reader.at(30).unwrap()), "30");
    assert_eq!(balance(&reader.at(0).unwrap()), "30");
    assert_eq!(
        reader.at(25).err().unwrap().to_string(),
        "failed to load state at height 25; version does not exist (latest height: 30): not found"
    );
    assert_eq!(reader.at(31).err().unwrap().abci().code, 26);
    assert_eq!((reader.lowest(), reader.block(10).is_none(), reader.block(11).is_some()), (11, true, true));
}

#[test]
fn a_frozen_reader_stays_where_it_is() {
    let Bench { mut chain, .. } = bench();
    mine(&mut chain);
    let (frozen, live) = (chain.reader().freeze(), chain.reader());
    set(&mut chain, 5);
    mine(&mut chain);
    assert_eq!((balance(&frozen), frozen.height()), ("1000".into(), 1));
    assert_eq!((balance(&live), live.height()), ("5".into(), 2));
}

#[test]
fn a_snapshot_brings_everything_back() {
    let Bench { mut chain, .. } = bench();
    mine(&mut chain);
    let snapshot = chain.snapshot();
    let before = (chain.reader().app_hash(), chain.reader().time(), balance(&chain.reader()));
    set(&mut chain, 5);
    let lost = mine(&mut chain);
    chain.revert(&snapshot).unwrap();
    let reader = chain.reader();
    assert_eq!((reader.app_hash(), reader.time(), balance(&reader)), before);
    assert_eq!((snapshot.height(), reader.height()), (1, 1));
    assert!(reader.block_by_hash(lost.id.hash.as_bytes().try_into().unwrap()).is_none());
    let everything = Query::parse("block.height > 0").unwrap();
    assert_eq!(reader.search_blocks(&everything, false, 0, 10).total, 1);
    assert_eq!(mine(&mut chain).height(), 2);
}

#[test]
fn an_edit_that_fails_changes_nothing() {
    let Bench { mut chain, .. } = bench();
    mine(&mut chain);
    let before = chain.reader().app_hash();
    let owner = address::decode("mars", &owner()).unwrap();
    let outcome = chain.edit(move |ctx| {
        bank::overwrite(ctx, &owner, &Coin::new("umars", 5_u64))?;
        bank::burn(ctx, "wasm", &[Coin::new("umars", Uint256::MAX)])
    });
    assert!(outcome.unwrap().is_err());
    assert_eq!((chain.reader().app_hash(), balance(&chain.reader())), (before, "1000".to_owned()));
}

#[test]
fn a_chain_in_a_file_goes_on_where_it_stopped() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("chain.redb");
    let open = || chain_on(&home.path().join("code"), Box::new(Disk::open(&file).unwrap()));
    let (hash, last) = {
        let mut chain = open().unwrap();
        assert_eq!(balance_at_zero(&chain), "1000");
        for amount in 1..=25 {
            set(&mut chain, amount);
            mine(&mut chain);
        }
        set(&mut chain, 77);
        (chain.reader().app_hash(), chain.reader().block(0).unwrap())
    };
    let mut chain = open().unwrap();
    let reader = chain.reader();
    assert_eq!((reader.height(), reader.app_hash(), balance(&reader)), (25, hash.clone(), "77".to_owned()));
    assert_eq!(reader.block(25).unwrap(), last);
    assert_eq!(reader.lowest(), 6);
    let snapshot = chain.snapshot();
    let next = mine(&mut chain);
    assert_eq!(
        (next.header.last_block_id, next.header.app_hash.as_bytes()),
        (Some(last.id), hash.as_slice())
    );
    chain.revert(&snapshot).unwrap();
    drop((chain, reader));
    assert_eq!(open().unwrap().reader().height(), 25);
}

fn balance_at_zero(chain: &Chain) -> String {
    let owner = address::decode("mars", &owner()).unwrap();
    bank::balance(&chain.reader().context(), &owner, "umars").unwrap().to_string()
}

#[test]
fn a_file_of_another_chain_or_in_use_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("chain.redb");
    let code = home.path().join("code");
    let chain = chain_on(&code, Box::new(Disk::open(&file).unwrap())).unwrap();
    assert!(Disk::open(&file).is_err());
    drop(chain);
    let other = Genesis::new("test-2", "mars", "umars");
    let refused =
        Chain::new(other, &code, Box::new(Disk::open(&file).unwrap()), Retention::default()).err().unwrap();
    assert_eq!(refused.to_string(), "unsound genesis: what is kept belongs to a chain of another genesis");
    std::fs::write(home.path().join("nonsense"), "nonsense".repeat(1_000)).unwrap();
    assert!(Disk::open(&home.path().join("nonsense")).is_err());
}

type Change<'a> = &'a dyn Fn(&mut Genesis);

#[test]
fn a_genesis_that_no_chain_can_have_is_refused_with_the_limit() {
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935umars";
    let long = "x".repeat(51);
    let cases: [(Change, &str); 10] = [
        (&|genesis| genesis.chain_id.clear(), "chain id \"\": expected 1 to 50 letters"),
        (&|genesis| genesis.chain_id = "a b".into(), "chain id \"a b\": expected 1 to 50 letters"),
        (&|genesis| genesis.chain_id.clone_from(&long), "expected 1 to 50 letters, digits, -, _ and ."),
        (&|genesis| genesis.prefix.clear(), "prefix \"\": expected 1 to 83 small letters and digits"),
        (&|genesis| genesis.prefix = "Mars".into(), "prefix \"Mars\": expected 1 to 83 small letters"),
        (&|genesis| genesis.initial_height = 0, "initial height 0 is not within 1 and 4611686018427387904"),
        (&|genesis| genesis.initial_height = 1 << 63, "initial height 9223372036854775808 is not within"),
        (&|genesis| genesis.bond_denom.clear(), "bond denom: invalid denom: "),
        (&|genesis| genesis.accounts.push(genesis.accounts[0].clone()), "stands twice"),
        (&|genesis| genesis.accounts[0].coins = most.into(), "the supply is above 2^256 - 1"),
    ];
    let home = tempfile::tempdir().unwrap();
    for (change, words) in cases {
        let mut genesis = genesis().with_account(address::encode("mars", &[2; 20]), "1umars");
        change(&mut genesis);
        let begun = Chain::new(genesis, home.path(), Box::new(Memory), Retention::default());
        let refused =
            begun.err().unwrap_or_else(|| panic!("a chain begins, where expected: {words}")).to_string();
        assert!(refused.starts_with("unsound genesis: ") && refused.contains(words), "{refused}");
    }
    let mut high = genesis();
    high.initial_height = 1 << 62;
    let mut chain = Chain::new(high, home.path(), Box::new(Memory), Retention::default()).unwrap();
    assert_eq!(mine(&mut chain).height(), 1 << 62);
}
