//! The tree in time: who stands above whom, and when. Pure.

use chrono::NaiveDate;

use super::model::OrganizationId;

/// Deeper than any administration; a chain this long is a cycle.
const DEEPEST: i32 = 64;

/// From one day to another, the second not included, an organization stands below a parent or at the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// First day.
    pub from: NaiveDate,
    /// First day after.
    pub to: NaiveDate,
    /// The organization above.
    pub parent: Option<OrganizationId>,
}

/// From one day to another, one organization stands `depth` steps above another; 0 is itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// Above.
    pub ancestor: OrganizationId,
    /// Below.
    pub descendant: OrganizationId,
    /// Steps between them.
    pub depth: i32,
    /// First day.
    pub from: NaiveDate,
    /// First day after.
    pub to: NaiveDate,
}

/// An organization would stand below itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle;

/// The ties of an organization to all above it, through all its time; `links` knows every organization on the way.
///
/// Refuses a cycle, on whatever day.
pub fn ties<'a>(of: OrganizationId, links: &dyn Fn(OrganizationId) -> &'a [Link]) -> Result<Vec<Tie>, Cycle> {
    let mut ties = Vec::new();
    for link in links(of) {
        ties.push(Tie { ancestor: of, descendant: of, depth: 0, from: link.from, to: link.to });
        climb(of, link, 1, links, &mut ties)?;
    }
    Ok(joined(ties))
}

fn climb<'a>(
    of: OrganizationId,
    link: &Link,
    depth: i32,
    links: &dyn Fn(OrganizationId) -> &'a [Link],
    ties: &mut Vec<Tie>,
) -> Result<(), Cycle> {
    let Some(parent) = link.parent else { return Ok(()) };
    if parent == of || depth > DEEPEST {
        return Err(Cycle);
    }
    ties.push(Tie { ancestor: parent, descendant: of, depth, from: link.from, to: link.to });
    for above in links(parent) {
        let (from, to) = (above.from.max(link.from), above.to.min(link.to));
        if from < to {
            climb(of, &Link { from, to, parent: above.parent }, depth + 1, links, ties)?;
        }
    }
    Ok(())
}

/// Ties that touch and say the same become one.
fn joined(mut ties: Vec<Tie>) -> Vec<Tie> {
    ties.sort_by_key(|tie| (tie.ancestor, tie.depth, tie.from));
    let mut joined: Vec<Tie> = Vec::with_capacity(ties.len());
    for tie in ties {
        match joined.last_mut() {
            Some(last) if last.ancestor == tie.ancestor && last.depth == tie.depth && last.to == tie.from => {
                last.to = tie.to;
            }
            _ => joined.push(tie),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + TimeDelta::days(n)
    }

    type World = HashMap<OrganizationId, Vec<Link>>;
    const DAYS: i64 = 12;

    /// Up to eight organizations, each with states that tile the days, each state with a random parent.
    fn worlds() -> impl Strategy<Value = World> {
        let states = prop::collection::vec((1..DAYS, prop::option::of(0..8_i64)), 1..4);
        prop::collection::vec(states, 1..8).prop_map(|organizations| {
            let mut world = World::new();
            let count = i64::try_from(organizations.len()).unwrap();
            for (id, mut states) in organizations.into_iter().enumerate() {
                states.sort_by_key(|(from, _)| *from);
                states.dedup_by_key(|(from, _)| *from);
                states[0].0 = 0;
                let ends: Vec<i64> = states.iter().skip(1).map(|(from, _)| *from).chain([DAYS]).collect();
                let link = |((from, parent), to): (&(i64, Option<i64>), &i64)| Link {
                    from: day(*from),
                    to: day(*to),
                    parent: parent.map(|p| OrganizationId(p % count)),
                };
                world.insert(
                    OrganizationId(i64::try_from(id).unwrap()),
                    states.iter().zip(&ends).map(link).collect(),
                );
            }
            world
        })
    }

    /// The ancestors on one day, by walking up; none when the walk does not end.
    fn walk(world: &World, of: OrganizationId, on: NaiveDate) -> Option<Vec<(OrganizationId, i32)>> {
        let (mut found, mut at) = (vec![(of, 0)], of);
        for depth in 1.. {
            let link = world[&at].iter().find(|link| link.from <= on && link.to > on).unwrap();
            match link.parent {
                None => return Some(found),
                Some(parent) if found.iter().any(|(seen, _)| *seen == parent) => return None,
                Some(parent) => found.push((parent, depth)),
            }
            at = link.parent.unwrap();
        }
        None
    }

    proptest! {
        #[test]
        fn ties_say_what_a_walk_up_on_each_day_finds(world in worlds()) {
            for of in world.keys() {
                let by_day: Vec<_> = (0..DAYS).map(|n| walk(&world, *of, day(n))).collect();
                match ties(*of, &|id| &world[&id]) {
                    Err(Cycle) => prop_assert!(by_day.contains(&None)),
                    Ok(ties) => for (n, walked) in (0..DAYS).zip(by_day) {
                        let on = day(n);
                        let mut tied: Vec<_> = ties.iter().filter(|t| t.from <= on && t.to > on)
                            .map(|t| (t.ancestor, t.depth)).collect();
                        tied.sort_by_key(|(_, depth)| *depth);
                        prop_assert_eq!(Some(tied), walked);
                    }
                }
            }
        }
    }
}
