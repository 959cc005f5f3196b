//! Sealed reports in the database: added and read, never changed.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};
use serde_json::Value;

use super::model::{SealedForm, SealedReportId};
use crate::on_backend;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::auth::Signed;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{sealed_report_pieces as pieces, sealed_reports as reports, sealing_keys as keys};

/// Bytes of a piece: so many that a statement with one stays small on both databases.
const PIECE: usize = 48 * 1024;

/// A sealed report as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Id.
    pub id: SealedReportId,
    /// Whose.
    pub organization: OrganizationId,
    /// 1, 2, 3 … of the organization.
    pub number: i64,
    /// Whether persons are named in it.
    pub names_persons: bool,
    /// The signature, with what it is over.
    pub jws: String,
    /// The public key of the signature.
    pub jwk: Value,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: SealedReportId,
    #[diesel(sql_type = BigInt)]
    organization: OrganizationId,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Integer)]
    names_persons: i32,
    #[diesel(sql_type = Text)]
    jws: String,
    #[diesel(sql_type = Text)]
    jwk: String,
    #[diesel(sql_type = Timestamp)]
    sealed_at: NaiveDateTime,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let Self { id, organization, number, jws, .. } = self;
        let (names_persons, sealed_at) = (self.names_persons == 1, self.sealed_at.and_utc());
        let jwk = serde_json::from_str(&self.jwk).map_err(Fault::broken)?;
        Ok(Kept { id, organization, number, names_persons, jws, jwk, sealed_at })
    }
}

const SELECT: &str = "SELECT r.id AS id, r.organization_id AS organization, r.number AS number, r.names_persons AS names_persons, \
     r.jws AS jws, k.jwk AS jwk, r.sealed_at AS sealed_at FROM sealed_reports r JOIN sealing_keys k ON k.kid = r.kid \
     JOIN organizations o ON o.id = r.organization_id WHERE ";

/// A sealed report of an organization within reach; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &SealedReportId, when: When) -> Result<Kept, Fault> {
    let statement = Sql::new(SELECT).code("r.id = ").text(id.as_str()).code(" AND ").then(reach.holds(when));
    statement.rows::<Row>(conn)?.pop().ok_or_else(Fault::missing)?.kept()
}

/// Sealed reports of organizations within reach, newest first, after one of them; of one organization, if it is named.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    of: Option<OrganizationId>,
    when: When,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(SELECT).then(reach.holds(when));
    if let Some(of) = of {
        statement = statement.code(" AND r.organization_id = ").number(of.0);
    }
    if let Some(after) = after {
        statement = statement.code(" AND r.id < ").text(after);
    }
    // Ids grow with time.
    let rows = statement.code(" ORDER BY r.id DESC LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// The sealed reports of an organization up to a number, from the first on.
pub fn chain(conn: &mut Conn, of: OrganizationId, number: i64) -> Result<Vec<Kept>, Fault> {
    let statement = Sql::new(SELECT).code("r.organization_id = ").number(of.0);
    let statement = statement.code(" AND r.number <= ").number(number).code(" ORDER BY r.number");
    statement.rows::<Row>(conn)?.into_iter().map(Row::kept).collect()
}

/// The last sealed report of an organization.
pub fn last(conn: &mut Conn, of: OrganizationId) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new(SELECT).code("r.organization_id = ").number(of.0);
    statement.code(" ORDER BY r.number DESC LIMIT 1").rows::<Row>(conn)?.pop().map(Row::kept).transpose()
}

#[derive(QueryableByName)]
struct Piece {
    #[diesel(sql_type = Text)]
    form: SealedForm,
    #[diesel(sql_type = Text)]
    content: String,
}

/// The bytes of a report, in the forms that are asked for.
pub fn bytes(
    conn: &mut Conn,
    id: &SealedReportId,
    forms: &[SealedForm],
) -> Result<Vec<(SealedForm, Vec<u8>)>, Fault> {
    let rows = Sql::new("SELECT form, content FROM sealed_report_pieces WHERE report_id = ")
        .text(id.as_str())
        .code(" AND form IN (")
        .few_texts(forms.iter().map(SealedForm::as_str))
        .code(") ORDER BY form, place")
        .rows::<Piece>(conn)?;
    let mut all: Vec<(SealedForm, Vec<u8>)> = forms.iter().map(|form| (*form, Vec::new())).collect();
    for piece in rows {
        if let Some((_, bytes)) = all.iter_mut().find(|(form, _)| *form == piece.form) {
            // What somebody changed by hand may be no Base64 any more: then it is not what was sealed either.
            bytes.extend(
                BASE64_STANDARD.decode(&piece.content).unwrap_or_else(|_| piece.content.into_bytes()),
            );
        }
    }
    Ok(all)
}

/// Stores a sealed report: its key, if it is the first of it, its seal, and its bytes.
pub fn insert(
    work: &mut Work<'_>,
    kept: &Kept,
    (signed, hash): (&Signed, String),
    bytes: &[(SealedForm, &[u8])],
) -> Result<(), Fault> {
    let key = (
        keys::kid.eq(&signed.kid),
        keys::jwk.eq(signed.jwk.to_string()),
        keys::since.eq(work.now.naive_utc()),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(keys::table)
        .values(&key)
        .on_conflict_do_nothing()
        .execute(c))?;
    let row = (
        reports::id.eq(kept.id.clone()),
        reports::organization_id.eq(kept.organization),
        reports::number.eq(kept.number),
        reports::names_persons.eq(i32::from(kept.names_persons)),
        reports::kid.eq(&signed.kid),
        reports::jws.eq(&kept.jws),
        reports::hash.eq(hash),
        reports::sealed_at.eq(kept.sealed_at.naive_utc()),
    );
    diesel::insert_into(reports::table).values(row).execute(work.conn)?;
    for (form, bytes) in bytes {
        let piece = |(place, piece): (i64, &[u8])| {
            (
                pieces::report_id.eq(kept.id.clone()),
                pieces::form.eq(*form),
                pieces::place.eq(place),
                pieces::content.eq(BASE64_STANDARD.encode(piece)),
            )
        };
        let rows: Vec<_> = (0_i64..).zip(bytes.chunks(PIECE)).map(piece).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(pieces::table).values(&rows).execute(c))?;
    }
    Ok(())
}
