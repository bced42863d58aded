//! Typed async client of a Cosmos chain: keys, signing, queries, and deployment of the protocol.
