//! Two rings of points a pool: the fast one answers short windows finely, the slow one reaches back more than a day.

use cosmwasm_std::{StdResult, Storage};
use mars_math::{Average, MathError, Point};

use crate::error::ContractError;
use crate::state::{Book, Record, Ring, POINTS};

/// How far apart the points of a ring are at least, in seconds, and how many there are.
struct Size {
    id: u8,
    apart: u64,
    slots: u32,
}

const FAST: Size = Size { id: 0, apart: 15, slots: 128 };
const SLOW: Size = Size { id: 1, apart: 900, slots: 100 };

/// Points that a call adds to the rings.
#[derive(Default)]
pub struct NewPoints {
    keys: Vec<(u8, u8)>,
    record: Option<Record>,
}

/// Puts a point of the book's sums into the rings where one is due. The very first is due in both.
pub fn push(book: &mut Book, now: u64) -> NewPoints {
    let mut keys = vec![];
    for (ring, size) in [(&mut book.fast, FAST), (&mut book.slow, SLOW)] {
        if ring.count == 0 || now.saturating_sub(ring.time) >= size.apart {
            keys.push((size.id, slot(ring.count, &size)));
            *ring = Ring { count: ring.count.saturating_add(1), time: now };
        }
    }
    let cumulative = || book.series.iter().map(|series| series.cumulative).collect();
    let record = (!keys.is_empty()).then(|| Record { time: now, cumulative: cumulative() });
    NewPoints { keys, record }
}

pub fn save(storage: &mut dyn Storage, pool: u32, points: NewPoints) -> StdResult<()> {
    let Some(record) = points.record else {
        return Ok(());
    };
    points.keys.iter().try_for_each(|(ring, slot)| POINTS.save(storage, key(pool, *ring, *slot), &record))
}

/// The sum of one series at `time`, which lies before `latest`, the book's own point: on the line between its neighbours.
/// Of a time before the oldest point that is left, the oldest answers.
pub fn at(
    storage: &dyn Storage,
    pool: u32,
    book: &Book,
    series: usize,
    latest: Point,
    time: u64,
) -> Result<Average, ContractError> {
    let fast = Points { storage, pool, series, ring: book.fast, size: FAST };
    let oldest_of_fast = fast.get(fast.first())?;
    if oldest_of_fast.time <= time {
        return fast.between(latest, time);
    }
    Points { storage, pool, series, ring: book.slow, size: SLOW }.between(oldest_of_fast, time)
}

struct Points<'a> {
    storage: &'a dyn Storage,
    pool: u32,
    series: usize,
    ring: Ring,
    size: Size,
}

impl Points<'_> {
    /// Number of the oldest point that is left.
    fn first(&self) -> u32 {
        self.ring.count.saturating_sub(self.size.slots)
    }

    fn get(&self, number: u32) -> Result<Point, ContractError> {
        let key = key(self.pool, self.size.id, slot(number, &self.size));
        let missing = || cosmwasm_std::StdError::not_found(format!("point {number} of pool {}", self.pool));
        let record = POINTS.may_load(self.storage, key)?.ok_or_else(missing)?;
        let cumulative = record.cumulative.get(self.series).copied();
        Ok(Point {
            time: record.time,
            cumulative: cumulative.ok_or(MathError::NoAsset { index: self.series })?,
        })
    }

    /// The sum at `time`, which lies before `later`, by halving: the first point after `time` and the one before that.
    fn between(&self, later: Point, time: u64) -> Result<Average, ContractError> {
        let (mut low, mut high) = (self.first(), self.ring.count);
        let mut later = later;
        while low < high {
            let middle = u32::midpoint(low, high);
            let point = self.get(middle)?;
            if point.time > time {
                // A point of this ring may lie after the one given.
                if point.time < later.time {
                    later = point;
                }
                high = middle;
            } else {
                low = middle.saturating_add(1);
            }
        }
        let Some(number) = low.checked_sub(1).filter(|number| *number >= self.first()) else {
            return Ok(Average { floor: later.cumulative, ceil: later.cumulative });
        };
        Ok(mars_math::point_between(self.get(number)?, later, time)?)
    }
}

fn slot(number: u32, size: &Size) -> u8 {
    let slot = number.checked_rem(size.slots).unwrap_or_default();
    u8::try_from(slot).unwrap_or_default()
}

fn key(pool: u32, ring: u8, slot: u8) -> (u32, u16) {
    (pool, u16::from_be_bytes([ring, slot]))
}
