//! cw20 token contract.
