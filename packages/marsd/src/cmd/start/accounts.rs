//! The published test accounts, from the one file that lists them.

use mars_client::keyring::{HdPath, Key, Words};

use crate::failure::Failure;

const PUBLISHED: &str = include_str!("../../../../../scripts/accounts");

/// An account whose key everybody knows.
pub struct TestAccount {
    pub index: u32,
    pub name: &'static str,
    pub address: &'static str,
}

/// The words that all their keys come from.
pub fn mnemonic() -> &'static str {
    PUBLISHED.lines().find_map(|line| line.strip_prefix("mnemonic ")).unwrap_or_default()
}

/// The accounts in the order of their indexes.
pub fn all() -> impl Iterator<Item = TestAccount> {
    PUBLISHED.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let index = words.next()?.parse().ok()?;
        Some(TestAccount { index, name: words.next()?, address: words.next()? })
    })
}

/// The key of the account called `name`.
pub fn key(name: &str) -> Result<Key, Failure> {
    let account = all().find(|account| account.name == name);
    let account = account.ok_or_else(|| Failure::config(format!("there is no test account {name}")))?;
    let path = HdPath::cosmos(0, account.index).map_err(mars_client::Error::from)?;
    let words = Words::parse(mnemonic()).map_err(mars_client::Error::from)?;
    Ok(words.derive(&path).map_err(mars_client::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_belongs_to_the_published_words() {
        for account in all() {
            let address = key(account.name).unwrap().public().address("mars").unwrap();
            assert_eq!(address.as_ref(), account.address, "{}", account.name);
        }
        assert_eq!(all().count(), 11);
    }
}
