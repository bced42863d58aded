//! The chain's error codes in words. The chain itself documents them nowhere a user would look.

/// Codes of the SDK and of its wasm module that users meet, with what to do.
const CHAIN_CODES: &[(&str, u32, &str)] = &[
    (
        "sdk",
        2,
        "The transaction cannot be decoded: it was made for another kind of chain, or damaged on its way.",
    ),
    ("sdk", 3, "The sequence is not valid: another transaction of this account came first. Send it again."),
    (
        "sdk",
        4,
        "Unauthorized: the signature is not that of the sender, or is for another chain id or account number.",
    ),
    ("sdk", 5, "Not enough coins for amount and fee together."),
    ("sdk", 6, "The node does not know this request, or a simulation failed; its text says why."),
    ("sdk", 7, "An address is not valid: wrong prefix, length or checksum."),
    ("sdk", 8, "The public key is not valid or does not belong to the address."),
    ("sdk", 9, "The chain does not know the account: it has never received anything."),
    ("sdk", 10, "The coins are not valid: denoms in order, each once, no zero amounts."),
    ("sdk", 11, "Out of gas: the limit was too low. Use --gas auto, or a higher --gas or --gas-adjustment."),
    ("sdk", 12, "The note is longer than the chain allows (256 characters)."),
    ("sdk", 13, "The fee is lower than the node accepts. Raise --gas-prices or --fees."),
    ("sdk", 14, "The transaction has more signatures than the chain allows."),
    ("sdk", 15, "A signature is missing."),
    ("sdk", 16, "The chain could not write its answer as JSON."),
    ("sdk", 17, "A JSON text in the transaction cannot be read."),
    ("sdk", 18, "The request is not valid; its text says which field."),
    ("sdk", 19, "The node has this transaction already. Wait for it."),
    ("sdk", 20, "The node's queue of transactions is full. Send it again in a while."),
    ("sdk", 21, "The transaction is larger than the chain allows."),
    ("sdk", 22, "There is no such entry."),
    ("sdk", 23, "The password of the node's own key is wrong."),
    ("sdk", 24, "The transaction is not signed by the one who must sign it."),
    ("sdk", 25, "The gas adjustment is not valid."),
    ("sdk", 26, "The block height is not valid or not kept by this node."),
    ("sdk", 27, "The version is not valid."),
    ("sdk", 28, "Wrong chain id: the transaction is signed for another chain."),
    ("sdk", 29, "A value has the wrong type."),
    ("sdk", 30, "The height until which the transaction was valid has passed. Send it again."),
    ("sdk", 31, "The transaction carries extensions that this chain does not know."),
    ("sdk", 32, "Wrong sequence: another transaction of this account came first. Send it again."),
    ("sdk", 33, "The chain could not pack a message."),
    ("sdk", 34, "The chain could not unpack a message: it does not know its type."),
    ("sdk", 35, "The chain found a fault in its own logic. Nothing was changed."),
    ("sdk", 36, "Two parts of the transaction contradict each other."),
    ("sdk", 37, "The chain does not support this."),
    ("sdk", 38, "There is no such thing on this chain."),
    ("sdk", 39, "The node could not read or write its files."),
    ("sdk", 40, "The node's app.toml is not valid."),
    ("sdk", 41, "The gas limit is not valid; the most a transaction may ask for is the gas of a block."),
    ("sdk", 42, "The time until which the transaction was valid has passed. Send it again."),
    ("undefined", 1, "An error without a code of its own; its text says what happened."),
    ("undefined", 111_222, "The chain's own code failed while running the transaction. Nothing was changed."),
    (
        "wasm",
        2,
        "The code was not stored: it does not pass the checks. marsd wasm check FILE names the cause.",
    ),
    ("wasm", 3, "There is a contract at this address already: the same code, creator and salt."),
    ("wasm", 4, "The contract refused to be instantiated; its own words come first in the text."),
    ("wasm", 5, "The contract refused the call; its own words come first in the text."),
    ("wasm", 6, "The contract needs more gas than it was given. Use --gas auto, or a higher --gas."),
    ("wasm", 7, "The genesis state of the wasm module is not valid."),
    ("wasm", 8, "There is no such contract or code."),
    ("wasm", 9, "The contract refused the query, or does not know it."),
    ("wasm", 10, "The contract sent a message that is not valid."),
    ("wasm", 11, "The contract refused to be migrated; its own words come first in the text."),
    ("wasm", 12, "A field is empty that must not be."),
    ("wasm", 13, "A field is longer or larger than the chain allows."),
    ("wasm", 14, "A field is not valid; the text says which."),
    ("wasm", 15, "The same entry stands twice."),
    ("wasm", 16, "The contract has as many IBC channels as it may have."),
    ("wasm", 17, "This contract does not support that: it lacks the entry point."),
    ("wasm", 18, "The code could not be kept in memory."),
    ("wasm", 19, "The code could not be taken out of memory."),
    ("wasm", 20, "The contract sent a message that this chain does not know."),
    ("wasm", 21, "The contract made an event that is not valid."),
    ("wasm", 22, "There is no such contract."),
    ("wasm", 27, "Queries between contracts went too deep."),
    ("wasm", 28, "There is no such code."),
    ("wasm", 29, "The virtual machine failed while running the contract. Nothing was changed."),
    ("wasm", 30, "Calls between contracts went too deep."),
    ("wasm", 31, "The node could not load the codes that it keeps in memory."),
];

/// What a code of the chain means, if it is known here.
pub fn chain_code(codespace: &str, code: u32) -> Option<&'static str> {
    CHAIN_CODES
        .iter()
        .find(|(space, number, _)| *space == codespace && *number == code)
        .map(|(_, _, text)| *text)
}

/// All codes of the chain that are known here.
pub fn chain_codes() -> impl Iterator<Item = (&'static str, u32, &'static str)> {
    CHAIN_CODES.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once_and_in_order() {
        assert!(CHAIN_CODES.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        assert!(chain_code("sdk", 32).unwrap().contains("sequence"));
        assert_eq!(chain_code("wasm", 999), None);
    }
}
