//! Finding transactions and blocks by what happened in them: the query language of CometBFT.

use std::ops::RangeInclusive;

use crate::app::TxResult;
use crate::block::Block;
use crate::event::Event;
use crate::postings::Term;
use crate::tx::Tx;

/// Conditions that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    /// Type and attribute, such as `transfer.sender`.
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Contains(String),
    Equals(String),
    Compare(Comparison, Number),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

/// A decimal number, compared by value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    whole: String,
    fraction: String,
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        Some(Self {
            whole: whole.trim_start_matches('0').to_owned(),
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }

    /// The number that `text` begins with: attributes such as `10umars` compare by their amount.
    fn leading(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        Self::parse(text.get(..end)?.trim_end_matches('.'))
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let key = |number: &Self| (number.whole.len(), number.whole.clone());
        key(self).cmp(&key(other)).then_with(|| self.fraction.cmp(&other.fraction))
    }
}

impl Comparison {
    fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Greater => ordering.is_gt(),
        }
    }
}

/// Why a query cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError(pub String);

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "failed to parse query: {}", self.0)
    }
}

impl std::error::Error for QueryError {}

/// What a query asks about: one attribute of an event, or what a transaction or a block is known by. Its key is the
/// type, a dot and the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub value: &'a str,
}

impl Fact<'_> {
    fn has_key(&self, key: &str) -> bool {
        let name = key.strip_prefix(self.kind).and_then(|rest| rest.strip_prefix('.'));
        name == Some(self.name)
    }

    /// Whether the key begins with `prefix` and a dot.
    fn is_under(&self, prefix: &str) -> bool {
        match prefix.strip_prefix(self.kind) {
            Some("") => true,
            Some(rest) => {
                let name = rest.strip_prefix('.').and_then(|rest| self.name.strip_prefix(rest));
                name.is_some_and(|rest| rest.starts_with('.'))
            }
            None => self.kind.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.')),
        }
    }
}

/// The facts of `events`.
pub fn facts(events: &[Event]) -> impl Iterator<Item = Fact<'_>> {
    events.iter().flat_map(|event| {
        let attributes = event.attributes.iter();
        attributes.map(|attribute| Fact { kind: &event.kind, name: &attribute.key, value: &attribute.value })
    })
}

/// The keys of facts that are no attributes of events.
const KNOWN_BY: [&str; 4] = ["tm.event", "tx.hash", "tx.height", "block.height"];

const LONGEST: usize = 512;

impl Query {
    /// Reads a query such as `tm.event='Tx' AND transfer.amount >= 5`.
    ///
    /// # Errors
    /// The place where the language was left, or a text longer than 512 bytes.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > LONGEST {
            return Err(QueryError(format!("query has {} bytes, the most is {LONGEST}", text.len())));
        }
        let mut conditions = Vec::new();
        let mut rest = text.trim();
        loop {
            let (condition, after) = condition(rest)?;
            conditions.push(condition);
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(Self { conditions });
            }
            rest = word(rest, "AND")
                .ok_or_else(|| QueryError(format!("expected AND at {rest:?}")))?
                .trim_start();
        }
    }

    /// The value that `key` must equal, if the query says so.
    pub fn equal(&self, key: &str) -> Option<&str> {
        self.conditions.iter().find_map(|condition| match &condition.test {
            Test::Equals(value) if condition.key == key => Some(value.as_str()),
            _ => None,
        })
    }

    /// The heights that may match, by the conditions on `key` (`tx.height` or `block.height`): the least and the most.
    pub fn heights(&self, key: &str) -> RangeInclusive<u64> {
        let (mut least, mut most) = (0_u64, u64::MAX);
        for condition in self.conditions.iter().filter(|condition| condition.key == key) {
            let Test::Compare(comparison, number) = &condition.test else { continue };
            let Ok(value) = number
                .whole
                .parse::<u64>()
                .or_else(|error| if number.whole.is_empty() { Ok(0) } else { Err(error) })
            else {
                continue;
            };
            match comparison {
                Comparison::Equal => (least, most) = (least.max(value), most.min(value)),
                Comparison::Greater | Comparison::GreaterOrEqual => least = least.max(value),
                Comparison::Less | Comparison::LessOrEqual => most = most.min(value),
            }
        }
        least..=most
    }

    /// What the events of everything that satisfies the query have in common.
    pub fn terms(&self) -> Vec<Term> {
        let of_events = |condition: &&Condition| {
            let rest = |known: &'static str| known.strip_prefix(condition.key.as_str());
            !KNOWN_BY
                .iter()
                .any(|known| rest(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        let term = |condition: &Condition| match &condition.test {
            Test::Equals(value) => Term::equal(&condition.key, value),
            Test::Exists | Test::Contains(_) | Test::Compare(..) => Term::key(&condition.key),
        };
        self.conditions.iter().filter(of_events).map(term).collect()
    }

    /// Whether `facts` satisfy every condition.
    pub fn matches(&self, facts: &[Fact<'_>]) -> bool {
        self.conditions.iter().all(|condition| {
            let key = condition.key.as_str();
            facts.iter().any(|fact| {
                fact.has_key(key) && condition.test.holds(fact.value)
                    || condition.test == Test::Exists && fact.is_under(key)
            })
        })
    }

    /// Whether the transaction at `index` of `block` satisfies the query.
    pub fn matches_tx(&self, block: &Block, bytes: &[u8], result: &TxResult) -> bool {
        let hash = hex::encode_upper(Tx::hash(bytes));
        let height = block.height().to_string();
        let known_by = [
            Fact { kind: "tm", name: "event", value: "Tx" },
            Fact { kind: "tx", name: "hash", value: &hash },
            Fact { kind: "tx", name: "height", value: &height },
        ];
        self.matches(&known_by.into_iter().chain(facts(&result.events)).collect::<Vec<_>>())
    }

    /// Whether `block` itself satisfies the query.
    pub fn matches_block(&self, block: &Block) -> bool {
        let height = block.height().to_string();
        let known_by = [
            Fact { kind: "tm", name: "event", value: "NewBlock" },
            Fact { kind: "block", name: "height", value: &height },
        ];
        self.matches(&known_by.into_iter().chain(facts(&block.events)).collect::<Vec<_>>())
    }
}

impl Test {
    fn holds(&self, value: &str) -> bool {
        match self {
            Self::Exists => true,
            Self::Contains(part) => value.contains(part.as_str()),
            Self::Equals(text) => value == text,
            Self::Compare(comparison, number) => {
                Number::leading(value).is_some_and(|value| comparison.holds(value.compare(number)))
            }
        }
    }
}

/// What follows `word`, if `text` begins with it as a whole word.
fn word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.chars().next().is_none_or(|next| next.is_whitespace() || next == '\'').then_some(rest)
}

fn condition(text: &str) -> Result<(Condition, &str), QueryError> {
    let end = text.find(|c: char| c.is_whitespace() || "<>='".contains(c)).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    if key.is_empty() {
        return Err(QueryError(format!("expected a tag at {text:?}")));
    }
    let key = key.to_owned();
    let rest = rest.trim_start();
    if let Some(rest) = word(rest, "EXISTS") {
        return Ok((Condition { key, test: Test::Exists }, rest));
    }
    if let Some(rest) = word(rest, "CONTAINS") {
        let (part, rest) = quoted(rest.trim_start())?;
        return Ok((Condition { key, test: Test::Contains(part) }, rest));
    }
    let operators = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    let Some((comparison, rest)) =
        operators.iter().find_map(|(sign, comparison)| Some((*comparison, rest.strip_prefix(sign)?)))
    else {
        return Err(QueryError(format!("expected an operator at {rest:?}")));
    };
    let rest = rest.trim_start();
    if rest.starts_with('\'') {
        if comparison != Comparison::Equal {
            return Err(QueryError(format!("{key} is compared to a text by an operator other than =")));
        }
        let (value, rest) = quoted(rest)?;
        return Ok((Condition { key, test: Test::Equals(value) }, rest));
    }
    let rest = word(rest, "DATE").or_else(|| word(rest, "TIME")).map_or(rest, str::trim_start);
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (value, rest) = rest.split_at(end);
    let number = Number::parse(value).ok_or_else(|| QueryError(format!("expected a number at {value:?}")))?;
    Ok((Condition { key, test: Test::Compare(comparison, number) }, rest))
}

fn quoted(text: &str) -> Result<(String, &str), QueryError> {
    text.strip_prefix('\'')
        .and_then(|rest| rest.split_once('\''))
        .map(|(value, rest)| (value.to_owned(), rest))
        .ok_or_else(|| QueryError(format!("expected a text in single quotes at {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_hold() {
        let query =
            Query::parse("tm.event='Tx' AND transfer.amount >= 5 AND a.b EXISTS AND c.d CONTAINS 'x'")
                .unwrap();
        let fact = |kind, name, value| Fact { kind, name, value };
        let facts = |amount: &'static str| {
            vec![
                fact("tm", "event", "Tx"),
                fact("transfer", "amount", amount),
                fact("a", "b", ""),
                fact("c", "d", "axb"),
            ]
        };
        assert!(query.matches(&facts("5umars")));
        assert!(query.matches(&facts("10umars")));
        assert!(!query.matches(&facts("4umars")));
        assert_eq!(Query::parse("tx.height > 5 AND tx.height<=9").unwrap().heights("tx.height"), 5..=9);
    }

    #[test]
    fn a_key_is_type_dot_name_wherever_its_dots_are() {
        let facts = [Fact { kind: "wasm-a.b", name: "c.d", value: "1" }];
        for (text, expected) in [
            ("wasm-a.b.c.d = 1", true),
            ("wasm-a.b.c.d EXISTS", true),
            ("wasm-a.b.c EXISTS", true),
            ("wasm-a.b EXISTS", true),
            ("wasm-a EXISTS", true),
            ("wasm EXISTS", false),
            ("wasm-a.b.c = 1", false),
            ("wasm-a.b.c.d.e EXISTS", false),
            ("wasm-a.bc.d EXISTS", false),
            ("wasm-a.b.cd EXISTS", false),
        ] {
            assert_eq!(Query::parse(text).unwrap().matches(&facts), expected, "{text}");
        }
    }

    #[test]
    fn what_a_transaction_is_known_by_is_no_term() {
        let text =
            "tm.event='Tx' AND tx.height > 5 AND tx EXISTS AND tx.hash EXISTS AND tx.fee='1u' AND t EXISTS";
        assert_eq!(Query::parse(text).unwrap().terms(), [Term::equal("tx.fee", "1u"), Term::key("t")]);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for text in ["", "a", "a=", "a='b", "a='b' OR c='d'", "a=b", "a>'b'"] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }
}
