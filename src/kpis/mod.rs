//! The life of a KPI (chỉ tiêu, chỉ số): it is defined in the catalogue, counted from records, and stated by departments; a
//! target is set for it, and a scorecard shows them side by side.
//!
//! | room | what it holds |
//! |---|---|
//! | `key` | under what a figure is stated or a target set |
//! | `percent` | exact percentages, and the one place where they are rounded |
//! | `periods` | 2020, 2020-H1, 2020-9M, 2020-Q2, 2020-06, in two schemes |
//! | `calendar` | which days are worked, and due dates counted in them |
//! | `catalog` | definitions as versioned data |
//! | `counters` | the ledger: organization × counter × half month |
//! | `closings` | periods whose records no longer change |
//! | `records` | what taking records of every kind has in common |
//! | `procedures` | administrative procedures and how far they are online |
//! | `dossiers` | citizens' cases at the one-stop |
//! | `suppression` | which small figures are left out, so that no other figure gives them away |
//! | `figures` | values and series, read from the ledger |
//! | `rankings` | organizations beside each other by one KPI |
//! | `explanations` | a figure down to its records |
//! | `handling` | form II.06a: how dossiers were handled |
//! | `exchanges` | documents that were issued, electronically or on paper |
//! | `reported` | figures that departments state themselves |
//! | `tallies` | what an organization counts of its own staff and divisions |
//! | `targets` | what is to be reached |
//! | `scorecard` | an organization's KPIs of a period, beside each other |

pub mod calendar;
pub mod catalog;
pub mod closings;
pub mod counters;
pub mod dossiers;
pub mod exchanges;
pub mod explanations;
pub mod figures;
pub mod handling;
mod key;
pub mod percent;
pub mod periods;
pub mod procedures;
pub mod rankings;
pub mod records;
pub mod reported;
pub mod scorecard;
pub mod suppression;
pub mod tallies;
pub mod targets;
pub mod topics;

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(calendar::routes)
        .configure(catalog::routes)
        .configure(closings::routes)
        .configure(dossiers::routes)
        .configure(figures::routes)
        .configure(rankings::routes)
        .configure(handling::routes)
        .configure(explanations::routes)
        .configure(exchanges::routes)
        .configure(procedures::routes)
        .configure(reported::routes)
        .configure(tallies::routes)
        .configure(targets::routes)
        .configure(scorecard::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    [
        catalog::model::Refusal::KINDS,
        calendar::model::Refusal::KINDS,
        closings::model::Refusal::KINDS,
        dossiers::model::Refusal::KINDS,
        periods::model::Refusal::KINDS,
        figures::model::Refusal::KINDS,
        records::model::Refusal::KINDS,
        reported::model::Refusal::KINDS,
    ]
    .into_iter()
    .flatten()
}
