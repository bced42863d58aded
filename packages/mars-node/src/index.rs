//! Finding transactions and blocks by what happened in them: the query language of CometBFT.

use std::ops::RangeInclusive;

use crate::app::TxResult;
use crate::block::Block;
use crate::event::Event;
use crate::gotext;
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
    /// Of a time or a date.
    CompareTime(Comparison, Moment),
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
    /// As it was written.
    text: String,
    whole: String,
    fraction: String,
}

/// A time or the beginning of a date, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    layout: Layout,
    time: tendermint::Time,
}

/// How a moment is written: `2026-01-31T12:00:00Z` or `2026-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Time,
    Date,
}

impl Layout {
    /// The moment that `text` is.
    fn read(self, text: &str) -> Option<Moment> {
        let time = match self {
            Self::Time => tendermint::Time::parse_from_rfc3339(text),
            Self::Date if text.len() == 10 => {
                tendermint::Time::parse_from_rfc3339(&format!("{text}T00:00:00Z"))
            }
            Self::Date => return None,
        };
        time.ok().map(|time| Moment { layout: self, time })
    }
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
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
        Ok(Self { conditions: syntax::Parser::new(text).conditions()? })
    }

    /// Whether the hash of a transaction that is asked for is one.
    ///
    /// # Errors
    /// Why not.
    pub fn require_hash(&self) -> Result<(), QueryError> {
        let asked = self.conditions.iter().find(|condition| condition.key == "tx.hash");
        let Some(written) = asked.and_then(|condition| condition.test.written()) else { return Ok(()) };
        gotext::hex(written)
            .map(|_| ())
            .map_err(|error| QueryError(format!("error during searching for a hash in the query: {error}")))
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
            Test::Exists | Test::Contains(_) | Test::Compare(..) | Test::CompareTime(..) => {
                Term::key(&condition.key)
            }
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
            Self::CompareTime(comparison, moment) => {
                moment.layout.read(value).is_some_and(|value| comparison.holds(value.time.cmp(&moment.time)))
            }
        }
    }

    /// What the test compares with, as it was written.
    fn written(&self) -> Option<&str> {
        match self {
            Self::Contains(text) | Self::Equals(text) => Some(text),
            Self::Compare(_, number) => Some(&number.text),
            Self::Exists => Some(""),
            Self::CompareTime(..) => None,
        }
    }
}

/// The grammar: conditions with `AND` between them.
mod syntax {
    use super::{Comparison, Condition, Layout, Moment, Number, QueryError, Test};

    /// What a part of a query is.
    #[derive(Debug, Clone, PartialEq)]
    enum Token {
        Tag(String),
        Text(String),
        Number(Number),
        Moment(Moment),
        And,
        Contains,
        Exists,
        Compare(Comparison),
    }

    impl Token {
        fn name(&self) -> &'static str {
            match self {
                Self::Tag(_) => "tag",
                Self::Text(_) => "string",
                Self::Number(_) => "number",
                Self::Moment(Moment { layout: Layout::Time, .. }) => "timestamp",
                Self::Moment(Moment { layout: Layout::Date, .. }) => "datestamp",
                Self::And => "AND operator",
                Self::Contains => "CONTAINS operator",
                Self::Exists => "EXISTS operator",
                Self::Compare(Comparison::Equal) => "= operator",
                Self::Compare(Comparison::Less) => "< operator",
                Self::Compare(Comparison::LessOrEqual) => "<= operator",
                Self::Compare(Comparison::Greater) => "> operator",
                Self::Compare(Comparison::GreaterOrEqual) => ">= operator",
            }
        }
    }

    /// Reads a query from its beginning to its end, and complains of it as CometBFT does.
    pub struct Parser<'a> {
        text: &'a str,
        /// Where the token that was read last begins.
        start: usize,
        at: usize,
    }

    impl<'a> Parser<'a> {
        pub fn new(text: &'a str) -> Self {
            Self { text, start: 0, at: 0 }
        }

        fn rest(&self) -> &'a str {
            self.text.get(self.at..).unwrap_or_default()
        }

        fn refuse<T>(&self, reason: impl std::fmt::Display) -> Result<T, QueryError> {
            Err(QueryError(format!("offset {}: {reason}", self.start)))
        }

        /// What is such that `is` at the front of the rest.
        fn take(&mut self, is: impl Fn(char) -> bool) -> &'a str {
            let rest = self.rest();
            let end = rest.find(|c| !is(c)).unwrap_or(rest.len());
            self.at += end;
            rest.get(..end).unwrap_or_default()
        }

        /// The next token; `None` at the end. An error is the reason alone.
        fn token(&mut self) -> Result<Option<Token>, String> {
            self.take(char::is_whitespace);
            self.start = self.at;
            let Some(first) = self.rest().chars().next() else { return Ok(None) };
            if first.is_ascii_digit() {
                return self.number().map(Some);
            }
            if first == '_' || first.is_alphanumeric() {
                return self.word().map(Some);
            }
            self.at += first.len_utf8();
            let or_equal = |parser: &mut Self, alone, equal| {
                let is_equal = parser.rest().starts_with('=');
                parser.at += usize::from(is_equal);
                Token::Compare(if is_equal { equal } else { alone })
            };
            Ok(Some(match first {
                '=' => Token::Compare(Comparison::Equal),
                '<' => or_equal(self, Comparison::Less, Comparison::LessOrEqual),
                '>' => or_equal(self, Comparison::Greater, Comparison::GreaterOrEqual),
                '\'' => {
                    let (text, _) = self.rest().split_once('\'').ok_or("EOF")?;
                    self.at += text.len() + 1;
                    Token::Text(text.to_owned())
                }
                other => return Err(format!("invalid input {other} at offset {}", self.at)),
            }))
        }

        fn number(&mut self) -> Result<Token, String> {
            let begin = self.at;
            self.take(|c| c.is_ascii_digit());
            if self.rest().starts_with('.') {
                self.at += 1;
                self.take(|c| c.is_ascii_digit());
            }
            let text = self.text.get(begin..self.at).unwrap_or_default();
            Number::parse(text).map(Token::Number).ok_or_else(|| format!("invalid number {text}"))
        }

        fn word(&mut self) -> Result<Token, String> {
            let word = self.take(|c| matches!(c, '.' | '_' | '-') || c.is_alphanumeric());
            let layout = match word {
                "AND" => return Ok(Token::And),
                "CONTAINS" => return Ok(Token::Contains),
                "EXISTS" => return Ok(Token::Exists),
                "TIME" if self.rest().starts_with(' ') => Layout::Time,
                "DATE" if self.rest().starts_with(' ') => Layout::Date,
                tag => return Ok(Token::Tag(tag.to_owned())),
            };
            self.at += 1;
            let signs = if layout == Layout::Time { "-T:+Z" } else { "-" };
            let text = self.take(|c| c.is_ascii_digit() || signs.contains(c));
            let moment = layout.read(text).ok_or_else(|| {
                let name = if layout == Layout::Time { "TIME" } else { "DATE" };
                format!("invalid {name} value: parsing time {text:?}")
            })?;
            match text.get(..4).and_then(|year| year.parse().ok()) {
                Some(1900..=2999_u16) => Ok(Token::Moment(moment)),
                year => {
                    let name = if layout == Layout::Time { "timestamp" } else { "datestamp" };
                    Err(format!("{name} year {} out of range", year.unwrap_or_default()))
                }
            }
        }

        /// The next token, as `read` takes it; it must be there, and one of those called `wanted`.
        fn require<T>(&mut self, wanted: &str, read: impl Fn(&Token) -> Option<T>) -> Result<T, QueryError> {
            match self.token() {
                Ok(Some(token)) => match read(&token) {
                    Some(value) => Ok(value),
                    None => self.refuse(format!("got {}, wanted {wanted}", token.name())),
                },
                Ok(None) => self.refuse("EOF"),
                Err(reason) => self.refuse(reason),
            }
        }

        /// All of it.
        pub fn conditions(mut self) -> Result<Vec<Condition>, QueryError> {
            let mut conditions = vec![self.condition()?];
            loop {
                let got = match self.token() {
                    Ok(None) => return Ok(conditions),
                    Ok(Some(Token::And)) => {
                        conditions.push(self.condition()?);
                        continue;
                    }
                    Ok(Some(other)) => other.name(),
                    Err(_) => "invalid token",
                };
                // The number of the token that is wanted, which CometBFT does not name.
                return self.refuse(format!("got {got}, want 6"));
            }
        }

        fn condition(&mut self) -> Result<Condition, QueryError> {
            const OPERATORS: &str = "<= operator, >= operator, < operator, > operator, = operator, CONTAINS operator \
                                     or EXISTS operator";
            let key = self.require("tag", |token| match token {
                Token::Tag(tag) => Some(tag.clone()),
                _ => None,
            })?;
            let operator = self.require(OPERATORS, |token| match token {
                Token::Contains | Token::Exists | Token::Compare(_) => Some(token.clone()),
                _ => None,
            })?;
            let test = match operator {
                Token::Compare(Comparison::Equal) => {
                    self.require("number, timestamp, datestamp or string", |token| match token {
                        Token::Text(text) => Some(Test::Equals(text.clone())),
                        other => compared(Comparison::Equal, other),
                    })?
                }
                Token::Compare(comparison) => {
                    self.require("number, timestamp or datestamp", |token| compared(comparison, token))?
                }
                Token::Contains => self.require("string", |token| match token {
                    Token::Text(text) => Some(Test::Contains(text.clone())),
                    _ => None,
                })?,
                _ => Test::Exists,
            };
            Ok(Condition { key, test })
        }
    }

    fn compared(comparison: Comparison, token: &Token) -> Option<Test> {
        match token {
            Token::Number(number) => Some(Test::Compare(comparison, number.clone())),
            Token::Moment(moment) => Some(Test::CompareTime(comparison, *moment)),
            _ => None,
        }
    }
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
        for (text, reason) in [
            ("", "offset 0: EOF"),
            ("a", "offset 1: EOF"),
            ("a=", "offset 2: EOF"),
            ("a='b", "offset 2: EOF"),
            ("a='b' AND", "offset 9: EOF"),
            ("a='b' OR c='d'", "offset 6: got tag, want 6"),
            ("a=b", "offset 2: got tag, wanted number, timestamp, datestamp or string"),
            ("a>'b'", "offset 2: got string, wanted number, timestamp or datestamp"),
            ("a CONTAINS 5", "offset 11: got number, wanted string"),
            ("5=5", "offset 0: got number, wanted tag"),
            ("(a=5)", "offset 0: invalid input ( at offset 1"),
            ("a=DATE 2026-13-01", "offset 2: invalid DATE value: parsing time \"2026-13-01\""),
            ("a=DATE 1800-01-01", "offset 2: datestamp year 1800 out of range"),
        ] {
            assert_eq!(Query::parse(text).unwrap_err().0, reason, "{text}");
        }
    }

    #[test]
    fn times_and_dates_are_compared() {
        let holds = |query: &str, value| {
            Query::parse(query).unwrap().matches(&[Fact { kind: "a", name: "b", value }])
        };
        assert!(holds("a.b >= DATE 2026-01-31", "2026-01-31"));
        assert!(!holds("a.b > DATE 2026-01-31", "2026-01-31"));
        assert!(!holds("a.b >= DATE 2026-01-31", "2026-01-31T00:00:00Z"));
        assert!(holds("a.b < TIME 2026-01-31T12:00:00Z", "2026-01-31T12:00:00+01:00"));
        assert!(!holds("a.b = TIME 2026-01-31T12:00:00Z", "2026"));
    }
}
