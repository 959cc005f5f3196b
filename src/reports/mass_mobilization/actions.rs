//! Putting a report together: a constant number of statements, whatever it holds.

use chrono::NaiveDate;

use super::model::{Part, Report, Written};
use super::{parts, store};
use crate::kpis::periods::spans::Span;
use crate::organizations::register::store::{Node, tree};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_named};
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Wrong};
use crate::reports::model::{PartKey, Stage, said_day, said_period};
use crate::reports::narratives::model::Cover;
use crate::reports::narratives::store::{self as narratives, Kept};

/// What is asked for.
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Whose report.
    pub organization: OrganizationCode,
    /// Of which days.
    pub stage: Stage,
    /// Today.
    pub today: NaiveDate,
    /// Whether persons are named, where a decision makes them public.
    pub with_persons: bool,
    /// Below what counts of people are not told.
    pub least: i64,
}

impl Asked {
    /// The last day of which something is known.
    fn known(&self) -> NaiveDate {
        self.stage.to.min(self.today)
    }
}

/// What the parts are put together from.
pub struct Scene<'a> {
    /// What is asked for.
    pub asked: &'a Asked,
    /// The organization.
    pub id: OrganizationId,
    /// The code by which answers name it.
    pub code: OrganizationCode,
    /// The organization and those right below it, on the last day of which something is known.
    pub nodes: Vec<Node>,
    /// What the organization itself reaches. That the caller may read its report is decided once, before any part is made; what is
    /// counted of it is then read by this, in the tree of whichever day a part speaks of.
    pub own: Reach,
}

impl Scene<'_> {
    /// The days of the report.
    pub fn stage(&self) -> &Stage {
        &self.asked.stage
    }

    /// The last day of which something is known.
    pub fn known(&self) -> NaiveDate {
        self.asked.known()
    }

    /// A period as it is said; of one that is not over, with the day until which something is known.
    pub fn period(&self, span: &Span) -> String {
        let name = span.period.as_ref().map_or_else(|| span.name.clone(), said_period);
        let today = self.asked.today;
        if today < span.last { format!("{name} (tính đến ngày {})", said_day(today)) } else { name }
    }

    /// The address of a table of the report.
    pub fn table(&self, key: super::model::TableKey) -> String {
        format!("/api/v1/reports/mass-mobilization/tables/{key}?org={}&{}", self.code, self.stage().query())
    }
}

/// Puts a report together, with its cover.
///
/// Refuses days to come, an organization out of reach (404), and one that does not exist on the last day of which something is known.
pub fn read(conn: &mut Conn, asked: &Asked) -> Result<(Report, Option<Kept<Cover>>), Fault> {
    let Asked { reach, organization, stage, today, .. } = asked;
    if stage.from > *today {
        return Err(Fault::invalid(vec![Wrong::parameter("from", wrong::FUTURE)]));
    }
    let (id, code) = find_named(conn, reach, organization.as_str(), When::Now(*today))?;
    let nodes = tree(conn, id, 1, asked.known(), i64::MAX)?;
    let top = nodes.first().filter(|node| node.id == id);
    let top = top.ok_or_else(|| Fault::invalid(vec![Wrong::parameter("to", wrong::MISSING)]))?;
    let (name, parent) = (top.name.clone(), top.parent_id);
    let above =
        parent.map(|parent| store::name(conn, reach, parent, (asked.known(), *today))).transpose()?.flatten();
    let written = narratives::all(conn, id, (stage.from, stage.to))?;
    let own = Reach::at(code.as_str());
    let scene = Scene { asked, id, code: code.clone(), nodes, own };
    let mut all = parts::all(conn, &scene)?;
    for (key, kept) in written.parts {
        if let Some(part) = all.iter_mut().find(|part| part.key == key) {
            part.written = Some(Written { version: kept.version, paragraphs: kept.content.0 });
        }
    }
    let parts = ordered(all);
    Ok((Report { organization: code, name, above, stage: stage.clone(), parts }, written.cover))
}

fn ordered(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| PartKey::ALL.iter().position(|key| *key == part.key));
    parts
}
