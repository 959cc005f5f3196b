//! Random provinces and records, as plans of small numbers that shrink; `script.rs` makes records of them.

use std::fmt;

use proptest::prelude::*;
use proptest::strategy::NewTree;
use proptest::test_runner::TestRunner;

/// A part of a dossier's life, with days between.
#[derive(Clone, Debug)]
pub enum Part {
    InProgress,
    /// Asked for a supplement, perhaps twice; it came after so many days, or never. Then perhaps accepted again.
    Supplement {
        twice: bool,
        came: Option<u8>,
        again: bool,
    },
    Obligation {
        met: Option<u8>,
    },
    /// Both waits at once; which is over first.
    Both {
        days: [u8; 3],
        supplement_first: bool,
    },
    Rescheduled {
        days: u8,
    },
}

#[derive(Clone, Debug)]
pub enum Ending {
    Open,
    Completed,
    CompletedAndReturned(u8),
    Returned,
    Stopped,
    Withdrawn,
    OnlySubmitted,
    WithdrawnBeforeAcceptance,
    Refused,
}

/// A day after one before it, and a minute of it.
pub type Gap = (u8, u16);

/// What a dossier was at one time; organizations and the like by whatever number.
#[derive(Clone, Debug)]
pub struct Version {
    pub organization: u8,
    pub accepted: (u16, u16),
    pub procedure: u8,
    pub term: Option<(u8, u8)>,
    pub due: Option<Gap>,
    pub parts: Vec<(Gap, Part)>,
    pub ending: (Gap, Ending),
    /// So many days after the due day is when it ends.
    pub aim: Option<i64>,
    pub order: u64,
    pub repeated: bool,
    /// A correction that leaves acceptance, procedure, term and due date alone.
    pub keeps_promise: bool,
}

#[derive(Clone, Debug)]
pub struct DossierPlan {
    pub versions: Vec<Version>,
    pub channel: u8,
    /// Sent with the time of its last change.
    pub dated: bool,
}

#[derive(Clone, Debug)]
pub struct ExchangePlan {
    pub organization: u8,
    pub day: u16,
    pub scope: u8,
    pub medium: u8,
    pub secret: bool,
    pub recalled: bool,
    /// Sent again, as another kind of document.
    pub corrected: Option<(u8, bool)>,
}

#[derive(Clone, Debug)]
pub struct ProcedurePlan {
    pub field: u8,
    pub term: (u8, u8),
    pub organizations: u64,
    /// Level by the decree of 2011, published.
    pub old: Option<(u8, bool)>,
    /// Days between, level by the decree of 2022, published.
    pub new: Vec<(u16, u8, bool)>,
}

#[derive(Clone, Debug)]
pub struct TreePlan {
    /// Kind, and who is above.
    pub units: Vec<(u8, u8)>,
    pub merge: (u8, u8, u8, u16),
    pub transfer: Option<(u8, u8, u16)>,
}

/// One random province.
#[derive(Clone)]
pub struct Case {
    /// How many of the dossiers take part.
    pub size: usize,
    pub tree: TreePlan,
    pub procedures: Vec<ProcedurePlan>,
    pub dossiers: Vec<DossierPlan>,
    pub exchanges: Vec<ExchangePlan>,
    pub seed: u64,
}

impl fmt::Debug for Case {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, tree, procedures, seed, .. } = self;
        write!(to, "{size} dossiers by seed {seed} of {tree:?} with {procedures:?}")?;
        if *size <= 6 {
            write!(to, ": {:?} and {:?}", &self.dossiers[..*size], self.exchanges)?;
        }
        Ok(())
    }
}

/// A number that only shrinks.
#[derive(Debug)]
struct Exactly(usize);

impl Strategy for Exactly {
    type Tree = proptest::num::usize::BinarySearch;
    type Value = usize;

    fn new_tree(&self, _: &mut TestRunner) -> NewTree<Self> {
        Ok(proptest::num::usize::BinarySearch::new(self.0))
    }
}

fn gap() -> impl Strategy<Value = Gap> {
    (prop_oneof![2 => Just(0_u8), 6 => 0..12_u8, 1 => 0..60_u8], 0..1440_u16)
}

fn part() -> impl Strategy<Value = Part> {
    let wait = || prop::option::weighted(0.85, 0..20_u8);
    let supplement = (prop::bool::weighted(0.1), wait(), prop::bool::weighted(0.1));
    prop_oneof![
        3 => Just(Part::InProgress),
        3 => supplement.prop_map(|(twice, came, again)| Part::Supplement { twice, came, again }),
        2 => wait().prop_map(|met| Part::Obligation { met }),
        1 => (prop::array::uniform3(0..9_u8), any::<bool>())
            .prop_map(|(days, supplement_first)| Part::Both { days, supplement_first }),
        1 => (1..40_u8).prop_map(|days| Part::Rescheduled { days }),
    ]
}

fn ending() -> impl Strategy<Value = Ending> {
    prop_oneof![
        6 => Just(Ending::Open),
        8 => Just(Ending::Completed),
        8 => (0..20_u8).prop_map(Ending::CompletedAndReturned),
        2 => Just(Ending::Returned),
        2 => Just(Ending::Stopped),
        2 => Just(Ending::Withdrawn),
        1 => Just(Ending::OnlySubmitted),
        1 => Just(Ending::WithdrawnBeforeAcceptance),
        1 => Just(Ending::Refused),
    ]
}

/// The unit of a term, and its amount.
fn term() -> impl Strategy<Value = (u8, u8)> {
    prop_oneof![6 => (Just(0_u8), 1..25_u8), 2 => (Just(1_u8), 1..40_u8), 2 => (Just(2_u8), 1..24_u8), 1 => (Just(3_u8), 1..3_u8)]
}

fn version() -> impl Strategy<Value = Version> {
    let promise = (
        (0..DAYS, 0..1440_u16),
        any::<u8>(),
        prop::option::weighted(0.6, term()),
        prop::option::weighted(0.2, (1..40_u8, 0..1440_u16)),
    );
    let life = (
        prop::collection::vec((gap(), part()), 0..4),
        (gap(), ending()),
        prop::option::weighted(0.4, -1..=1_i64),
    );
    (promise, life, any::<u8>(), any::<u64>(), prop::bool::weighted(0.1), prop::bool::weighted(0.7)).prop_map(
        |(
            (accepted, procedure, term, due),
            (parts, ending, aim),
            organization,
            order,
            repeated,
            keeps_promise,
        )| Version {
            organization,
            accepted,
            procedure,
            term,
            due,
            parts,
            ending,
            aim,
            order,
            repeated,
            keeps_promise,
        },
    )
}

fn dossier() -> impl Strategy<Value = DossierPlan> {
    let versions = prop_oneof![5 => prop::collection::vec(version(), 1..=1), 2 => prop::collection::vec(version(), 1..=3)];
    (versions, 0..3_u8, any::<bool>()).prop_map(|(versions, channel, dated)| DossierPlan {
        versions,
        channel,
        dated,
    })
}

fn exchange() -> impl Strategy<Value = ExchangePlan> {
    let nature = (0..3_u8, 0..5_u8, prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (any::<u8>(), 0..DAYS, nature, prop::option::weighted(0.2, (0..5_u8, any::<bool>()))).prop_map(
        |(organization, day, (scope, medium, secret, recalled), corrected)| ExchangePlan {
            organization,
            day,
            scope,
            medium,
            secret,
            recalled,
            corrected,
        },
    )
}

fn procedure() -> impl Strategy<Value = ProcedurePlan> {
    let old = prop::option::weighted(0.5, (0..4_u8, any::<bool>()));
    let new = prop::collection::vec((1..400_u16, 0..3_u8, any::<bool>()), 1..4);
    (0..3_u8, term(), any::<u64>(), old, new).prop_map(|(field, term, organizations, old, new)| {
        ProcedurePlan { field, term, organizations, old, new }
    })
}

/// Days on which something may begin: all but the last few before today.
pub const DAYS: u16 = 488;

/// Provinces of 8 to 20 organizations with so many dossiers.
pub fn case(size: usize) -> impl Strategy<Value = Case> {
    let tree = (
        prop::collection::vec((any::<u8>(), any::<u8>()), 7..=18),
        (any::<u8>(), any::<u8>(), any::<u8>(), 150..330_u16),
        prop::option::weighted(0.7, (any::<u8>(), any::<u8>(), 30..470_u16)),
    )
        .prop_map(|(units, merge, transfer)| TreePlan { units, merge, transfer });
    let procedures = prop::collection::vec(procedure(), 3..9);
    let dossiers = prop::collection::vec(dossier(), size);
    let exchanges = prop::collection::vec(exchange(), size / 3 + 1);
    (Exactly(size), tree, procedures, dossiers, exchanges, any::<u64>()).prop_map(
        |(size, tree, procedures, dossiers, exchanges, seed)| Case {
            size,
            tree,
            procedures,
            dossiers,
            exchanges,
            seed,
        },
    )
}
