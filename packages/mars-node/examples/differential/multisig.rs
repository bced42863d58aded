//! Accounts of several keys.

use mars_node::address;
use mars_node::proto::Any;
use mars_node::proto::any;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use mars_node::proto::cosmos::crypto::multisig::v1beta1::{CompactBitArray, MultiSignature};
use mars_node::proto::cosmos::tx::v1beta1::mode_info::{Multi, Sum};
use mars_node::proto::cosmos::tx::v1beta1::{ModeInfo, SignerInfo};
use mars_node::tx::PubKey;
use prost::Message;

use crate::contracts::{Probes, tell};
use crate::recorder::{AMINO, DIRECT, How, Recorder, coin, gas, single};

struct Group {
    key: LegacyAminoPubKey,
    address: String,
    number: u64,
    sequence: u64,
}

impl Group {
    fn new(r: &mut Recorder, threshold: u32, keys: Vec<Any>) -> Self {
        let key = LegacyAminoPubKey { threshold, public_keys: keys };
        let address = address::encode("mars", &PubKey::decode(&any(&key)).unwrap().address());
        let fund = r.transfer("staker", &address, vec![coin(100_000_000, "umars")]);
        r.send("fund a group", "staker", fund, &gas(200_000));
        let query =
            mars_node::proto::cosmos::auth::v1beta1::QueryAccountInfoRequest { address: address.clone() };
        let answer: mars_node::proto::cosmos::auth::v1beta1::QueryAccountInfoResponse =
            r.query("/cosmos.auth.v1beta1.Query/AccountInfo", &query);
        Self { key, address, number: answer.info.unwrap().account_number, sequence: 0 }
    }

    fn pay(&self, r: &Recorder) -> Any {
        any(&MsgSend {
            from_address: self.address.clone(),
            to_address: r.address("trader"),
            amount: vec![coin(3, "umars")],
        })
    }

    /// A bit for each key, whether it signs.
    fn bits(&self, signers: &[usize]) -> CompactBitArray {
        let count = self.key.public_keys.len();
        let mut elems = vec![0; count.div_ceil(8)];
        for index in signers {
            elems[index / 8] |= 1 << (7 - index % 8);
        }
        CompactBitArray { extra_bits_stored: u32::try_from(count % 8).unwrap(), elems }
    }
}

/// Signs as `who`, which are the keys at `places`, each in its mode.
fn signed(
    r: &Recorder,
    group: &Group,
    msgs: Vec<Any>,
    who: &[(&str, i32)],
    bits: CompactBitArray,
    how: &How,
) -> Vec<u8> {
    let modes = who.iter().map(|(_, mode)| single(*mode)).collect();
    let info = SignerInfo {
        public_key: Some(any(&group.key)),
        mode_info: Some(ModeInfo {
            sum: Some(Sum::Multi(Multi { bitarray: Some(bits), mode_infos: modes })),
        }),
        sequence: how.sequence.unwrap_or(group.sequence),
    };
    let mut raw = r.unsigned(vec![info], msgs, how);
    raw.signatures = vec![vec![]];
    let signatures = who.iter().map(|(name, mode)| {
        let bytes = r.sign_bytes(&raw, *mode, group.number, group.sequence, how);
        r.accounts[name].sign(&bytes)
    });
    raw.signatures = vec![MultiSignature { signatures: signatures.collect() }.encode_to_vec()];
    raw.encode_to_vec()
}

pub fn record(r: &mut Recorder, p: &Probes) {
    let keys: Vec<Any> = ["minter", "trader", "staker"].iter().map(|who| r.accounts[who].public()).collect();
    let mut group = Group::new(r, 2, keys.clone());
    let send = |r: &mut Recorder,
                group: &mut Group,
                name: &str,
                who: &[(&str, i32)],
                bits: CompactBitArray,
                how: &How| {
        let bytes = signed(r, group, vec![group.pay(r)], who, bits, how);
        if r.send_bytes(name, &bytes)["check"]["code"] == 0 {
            group.sequence += 1;
        }
    };
    let how = gas(300_000);
    let both = |mode: i32| [("minter", mode), ("trader", mode)];
    let bits = group.bits(&[0, 1]);
    send(r, &mut group, "two of three in amino", &both(AMINO), bits.clone(), &how);
    send(r, &mut group, "two of three", &both(DIRECT), bits.clone(), &how);
    send(
        r,
        &mut group,
        "two of three in two modes",
        &[("minter", DIRECT), ("trader", AMINO)],
        bits.clone(),
        &how,
    );
    let ends = group.bits(&[0, 2]);
    send(r, &mut group, "first and last", &[("minter", AMINO), ("staker", AMINO)], ends.clone(), &how);
    let all = group.bits(&[0, 1, 2]);
    send(
        r,
        &mut group,
        "all three",
        &[("minter", AMINO), ("trader", AMINO), ("staker", AMINO)],
        all.clone(),
        &how,
    );
    let one = group.bits(&[0]);
    send(r, &mut group, "one of three", &[("minter", AMINO)], one.clone(), &how);
    send(r, &mut group, "two signatures of one bit", &both(AMINO), one, &how);
    send(r, &mut group, "one signature of two bits", &[("minter", AMINO)], bits.clone(), &how);
    send(r, &mut group, "two signatures of three bits", &both(AMINO), all, &how);
    send(r, &mut group, "the wrong one", &[("minter", AMINO), ("staker", AMINO)], bits.clone(), &how);
    send(r, &mut group, "in the wrong order", &[("trader", AMINO), ("minter", AMINO)], bits.clone(), &how);
    let long = CompactBitArray { extra_bits_stored: 4, elems: vec![0b1100_0000] };
    send(r, &mut group, "a bit too many", &both(AMINO), long, &how);
    let short = CompactBitArray { extra_bits_stored: 2, elems: vec![0b1100_0000] };
    send(r, &mut group, "a bit too few", &both(AMINO), short, &how);
    let bytes = CompactBitArray { extra_bits_stored: 3, elems: vec![0b1100_0000, 0] };
    send(r, &mut group, "a byte too many", &both(AMINO), bytes, &how);
    send(r, &mut group, "no bits", &both(AMINO), CompactBitArray::default(), &how);
    send(
        r,
        &mut group,
        "a wrong sequence",
        &both(AMINO),
        bits.clone(),
        &How { sequence: Some(77), ..how.clone() },
    );
    send(
        r,
        &mut group,
        "a wrong number",
        &both(AMINO),
        bits.clone(),
        &How { number: Some(77), ..how.clone() },
    );
    send(
        r,
        &mut group,
        "a wrong number in direct mode",
        &both(DIRECT),
        bits.clone(),
        &How { number: Some(77), ..how.clone() },
    );
    let call = any(&mars_node::proto::wasm::MsgExecuteContract {
        sender: group.address.clone(),
        contract: p.one.clone(),
        msg: tell().to_string().into_bytes(),
        funds: vec![coin(5, "umars")],
    });
    let tx = signed(r, &group, vec![call], &both(AMINO), bits.clone(), &how);
    r.send_bytes("a call of a group", &tx);
    group.sequence += 1;
    // The key of the group with one signature, and with a signature that is no bundle.
    let mut info = r.signer_info("minter", &how);
    info.public_key = Some(any(&group.key));
    info.sequence = group.sequence;
    let mut raw = r.unsigned(vec![info.clone()], vec![group.pay(r)], &how);
    raw.signatures = vec![vec![1; 64]];
    r.send_bytes("a single signature of a group", &raw.encode_to_vec());
    info.mode_info = Some(ModeInfo {
        sum: Some(Sum::Multi(Multi { bitarray: Some(bits), mode_infos: vec![single(AMINO), single(AMINO)] })),
    });
    let mut raw = r.unsigned(vec![info], vec![group.pay(r)], &how);
    raw.signatures = vec![vec![0xff; 64]];
    r.send_bytes("a bundle that is none", &raw.encode_to_vec());

    let seven: Vec<Any> = ["minter", "trader", "staker", "voter", "keeper", "guardian", "feeder1", "feeder2"]
        .iter()
        .map(|who| r.accounts[who].public())
        .collect();
    let mut large = Group::new(r, 1, seven.clone());
    let last = large.bits(&[7]);
    send(r, &mut large, "a group of eight keys", &[("feeder2", AMINO)], last, &how);
    let mut exact = Group::new(r, 7, seven[..7].to_vec());
    let who: Vec<(&str, i32)> = ["minter", "trader", "staker", "voter", "keeper", "guardian", "feeder1"]
        .iter()
        .map(|who| (*who, AMINO))
        .collect();
    let all = exact.bits(&[0, 1, 2, 3, 4, 5, 6]);
    send(r, &mut exact, "seven of seven", &who, all, &how);
}
