//! Directives in the database.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::identity::{Numbered, PartyTerm};
use super::model::{Content, Directive, DirectiveId, DirectiveStatus, Issuer, STANDINGS};
use super::words::words;
use crate::directives::numbering::model::NumberWarning;
use crate::directives::reach::{Part, add_parties, drop_owners, visible};
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::text::folded;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};
use crate::schema::directives;

/// A directive as it stands on a day.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The directive.
    pub directive: Directive,
    /// What has become of it.
    pub status: DirectiveStatus,
}

#[derive(QueryableByName)]
pub(in crate::directives) struct Row {
    #[diesel(sql_type = Text)]
    id: DirectiveId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Text>)]
    number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    canonical: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    series: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    year: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    term: Option<PartyTerm>,
    #[diesel(sql_type = Nullable<Text>)]
    symbol: Option<String>,
    #[diesel(sql_type = Text)]
    warnings: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    issuer_id: Option<OrganizationId>,
    #[diesel(sql_type = Nullable<Text>)]
    issuer_code: Option<OrganizationCode>,
    #[diesel(sql_type = Nullable<Text>)]
    issuer_name: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    registrar_id: Option<OrganizationId>,
    #[diesel(sql_type = Nullable<Text>)]
    registrar_code: Option<OrganizationCode>,
    #[diesel(sql_type = Nullable<Text>)]
    signer: Option<String>,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Nullable<Date>)]
    issued_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    effective_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    expires_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    field: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    link: Option<String>,
    #[diesel(sql_type = Integer)]
    is_public: i32,
    /// See [`standing`].
    #[diesel(sql_type = BigInt)]
    standing: i64,
}

/// The columns of directive `d` that a row needs, but for how it stands.
pub(in crate::directives) const COLUMNS: &str = "d.id AS id, d.version AS version, d.created_at AS created_at, d.updated_at AS updated_at, \
     d.number AS number, d.canonical AS canonical, d.series AS series, d.year AS year, d.term AS term, d.symbol AS symbol, \
     d.warnings AS warnings, d.type_name AS type_name, d.issuer_id AS issuer_id, d.issuer_code AS issuer_code, \
     d.issuer_name AS issuer_name, d.registrar_id AS registrar_id, d.registrar_code AS registrar_code, d.signer AS signer, \
     d.subject AS subject, d.issued_on AS issued_on, d.effective_on AS effective_on, d.expires_on AS expires_on, \
     d.field AS field, d.link AS link, d.is_public AS is_public, ";

/// SQL for how directive `d` stands on a day; see [`STANDINGS`].
pub(in crate::directives) fn standing(day: NaiveDate) -> Sql {
    let ranks = (1_i64..).zip(STANDINGS).map(|(place, (kind, _))| format!(" WHEN '{kind}' THEN {place}"));
    let kinds = STANDINGS.map(|(kind, _)| format!("'{kind}'")).join(", ");
    Sql::new("COALESCE((SELECT CAST(MAX(CASE dr.kind")
        .built(ranks.collect())
        .code(" END) AS BIGINT) FROM directive_relations dr WHERE dr.to_id = d.id AND dr.kind IN (")
        .built(kinds)
        .code(") AND dr.since <= ")
        .day(day)
        .code(" AND dr.until > ")
        .day(day)
        .code("), 0)")
}

impl Row {
    pub(in crate::directives) fn shown(self) -> Result<Shown, Fault> {
        let standing = self.standing;
        let directive = self.directive()?;
        Ok(Shown { status: DirectiveStatus::of(directive.is_draft(), standing), directive })
    }

    fn directive(self) -> Result<Directive, Fault> {
        let signer = self.signer.as_deref().map(serde_json::from_str).transpose().map_err(Fault::broken)?;
        let warnings = self.warnings.split_whitespace().map(str::parse).collect::<Result<_, _>>();
        let content = Content {
            number: self.number,
            term: self.term,
            type_name: Some(self.type_name),
            issuer: Issuer { organization: self.issuer_code, name: self.issuer_name },
            registrar: self.registrar_code,
            signer,
            subject: self.subject,
            issued_on: self.issued_on,
            effective_on: self.effective_on,
            expires_on: self.expires_on,
            field: self.field,
            link: self.link,
            public: self.is_public == 1,
        };
        let numbered = Numbered {
            canonical: self.canonical,
            series: self.series,
            year: self.year,
            symbol: self.symbol,
            warnings: warnings.map_err(Fault::broken)?,
            ..Numbered::default()
        };
        Ok(Directive {
            id: self.id,
            version: self.version,
            created_at: self.created_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
            content,
            numbered,
            issuer: self.issuer_id,
            registrar: self.registrar_id,
        })
    }
}

/// SQL that begins to select directives as they stand on a day.
pub(super) fn select(day: NaiveDate) -> Sql {
    Sql::new("SELECT ").code(COLUMNS).then(standing(day)).code(" AS standing FROM directives d WHERE ")
}

/// A directive that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &DirectiveId, today: NaiveDate) -> Result<Shown, Fault> {
    let found = select(today)
        .code("d.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.ok_or_else(Fault::missing)?.shown()
}

/// Those of some directives that the caller may know of.
pub fn find_all(
    conn: &mut Conn,
    reach: &Reach,
    ids: &BTreeSet<&str>,
    today: NaiveDate,
) -> Result<Vec<Shown>, Fault> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let rows = in_lists(&ids, |ids| {
        let statement = select(today).code("d.id IN (").texts(ids.iter().copied()).code(") AND ");
        statement.then(visible(reach, When::Now(today))).rows::<Row>(conn)
    })?;
    rows.into_iter().map(Row::shown).collect()
}

/// A directive that may stand in the way of another, and whether the caller may know of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The directive.
    pub directive: Directive,
    /// Whether the caller may know of it.
    pub visible: bool,
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(embed)]
    of: Row,
    #[diesel(sql_type = Integer)]
    visible: i32,
}

/// All directives of some series, within reach or not.
pub fn of_series(
    conn: &mut Conn,
    reach: &Reach,
    series: &BTreeSet<&str>,
    today: NaiveDate,
) -> Result<Vec<Known>, Fault> {
    let series: Vec<&str> = series.iter().copied().collect();
    let rows = in_lists(&series, |series| {
        Sql::new("SELECT ")
            .code(COLUMNS)
            .code("CAST(0 AS BIGINT) AS standing, CASE WHEN ")
            .then(visible(reach, When::Now(today)))
            .code(" THEN 1 ELSE 0 END AS visible FROM directives d WHERE d.series IN (")
            .texts(series.iter().copied())
            .code(") ORDER BY d.id")
            .rows::<KnownRow>(conn)
    })?;
    let known = |row: KnownRow| Ok(Known { visible: row.visible == 1, directive: row.of.directive()? });
    rows.into_iter().map(known).collect()
}

/// By what drafts are looked for.
#[derive(Clone, Copy, Debug)]
pub enum DraftsBy {
    /// What they are about.
    Subject,
    /// What there is of their numbers.
    Canonical,
}

/// The drafts that the caller may know of, by one of some texts.
pub fn drafts(
    conn: &mut Conn,
    reach: &Reach,
    by: DraftsBy,
    texts: &BTreeSet<&str>,
    today: NaiveDate,
) -> Result<Vec<Directive>, Fault> {
    let texts: Vec<&str> = texts.iter().copied().collect();
    let column = match by {
        DraftsBy::Subject => "d.series IS NULL AND d.subject IN (",
        DraftsBy::Canonical => "d.series IS NULL AND d.canonical IN (",
    };
    let rows = in_lists(&texts, |texts| {
        let statement = select(today).code(column).texts(texts.iter().copied());
        statement.code(") AND ").then(visible(reach, When::Now(today))).rows::<Row>(conn)
    })?;
    rows.into_iter().map(Row::directive).collect()
}

/// Nobody else registers or relates directives until the transaction ends: what tells directives apart is more than an
/// index can hold.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("directives", 0)?;
    Ok(())
}

macro_rules! columns {
    ($directive:expr) => {{
        let directive: &Directive = $directive;
        let Content { number, term, type_name, issuer, registrar, signer, subject, .. } = &directive.content;
        let content = &directive.content;
        let numbered = &directive.numbered;
        (
            directives::version.eq(directive.version),
            directives::updated_at.eq(directive.updated_at.naive_utc()),
            directives::number.eq(number.clone()),
            directives::canonical.eq(numbered.canonical.clone()),
            directives::series.eq(numbered.series.clone()),
            directives::year.eq(numbered.year),
            directives::term.eq(term.clone()),
            directives::symbol.eq(numbered.symbol.clone()),
            directives::warnings.eq(warnings(numbered)),
            directives::type_name.eq(type_name.clone().unwrap_or_default()),
            directives::type_folded.eq(folded(type_name.as_deref().unwrap_or_default())),
            directives::issuer_id.eq(directive.issuer),
            directives::issuer_code.eq(issuer.organization.clone()),
            directives::issuer_name.eq(issuer.name.clone()),
            directives::issuer_folded.eq(issuer_folded(directive)),
            directives::registrar_id.eq(directive.registrar),
            directives::registrar_code.eq(registrar.clone()),
            directives::signer.eq(signer.as_ref().and_then(|signer| serde_json::to_string(signer).ok())),
            directives::subject.eq(subject.clone()),
            directives::issued_on.eq(content.issued_on),
            directives::effective_on.eq(content.effective_on),
            directives::expires_on.eq(content.expires_on),
            directives::sorted_on.eq(directive.sorted_on()),
            directives::field.eq(content.field.clone()),
            directives::link.eq(content.link.clone()),
            directives::is_public.eq(i32::from(content.public)),
            directives::search_text.eq(search_text(directive)),
        )
    }};
}

fn warnings(numbered: &Numbered) -> String {
    numbered.warnings.iter().map(NumberWarning::as_str).collect::<Vec<_>>().join(" ")
}

fn search_text(directive: &Directive) -> String {
    directive.searched().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

/// How the body that issued it is named and abbreviated.
fn issuer_folded(directive: &Directive) -> String {
    let names = directive.content.issuer.name.iter().chain(&directive.numbered.abbreviations);
    names.map(|name| folded(name)).collect::<Vec<_>>().join("\n")
}

/// Stores new directives.
pub fn insert(work: &mut Work<'_>, new: &[Directive]) -> Result<(), Fault> {
    // SQLite binds 32,766 values in a statement.
    for chunk in new.chunks(1_000) {
        let row = |directive: &Directive| {
            let created_at = directives::created_at.eq(directive.created_at.naive_utc());
            (directives::id.eq(directive.id.clone()), created_at, columns!(directive))
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(directives::table).values(&rows).execute(c))?;
    }
    derive(work, &new.iter().collect::<Vec<_>>())
}

/// Stores a directive in place of what it was.
pub fn update(work: &mut Work<'_>, directive: &Directive) -> Result<(), Fault> {
    let id = directive.id.as_str();
    diesel::update(directives::table.find(id)).set(columns!(directive)).execute(work.conn)?;
    drop_owners(work, &[id])?;
    Sql::new("DELETE FROM directive_words WHERE directive_id = ").text(id).run(work.conn)?;
    derive(work, &[directive])
}

/// Stores what is made from directives: who may know of them, and the words by which they are found.
fn derive(work: &mut Work<'_>, all: &[&Directive]) -> Result<(), Fault> {
    let parties = all.iter().flat_map(|directive| {
        let of = |organization: Option<OrganizationId>, part| Some((&directive.id, organization?, part));
        of(directive.issuer, Part::Issuer).into_iter().chain(of(directive.registrar, Part::Registrar))
    });
    add_parties(work, &parties.collect::<Vec<_>>())?;
    let (mut texts, mut ids, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for directive in all {
        for (word, weight) in words(&directive.searched()) {
            texts.push(word);
            ids.push(directive.id.to_string());
            weights.push(weight);
        }
    }
    Bulk::new("directive_words")
        .column("word", Values::Words(texts))
        .column("directive_id", Values::Words(ids))
        .column("weight", Values::Count(weights))
        .run(work.conn)
}
