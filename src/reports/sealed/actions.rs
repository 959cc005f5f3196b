//! Sealing a report, and proving that it is what was sealed.

use serde_json::Value;

use super::model::{Refusal, Restated, SealedForm, Statement, Sum, TYP, Trail, is_chain, link, restated};
use super::store::{self, Kept};
use crate::organizations::{When, find_named, lock};
use crate::platform::clock::new_id;
use crate::platform::sealing::{Sealer, opened, read};
use crate::platform::{Change, Conn, Fault, Outcome, Work};
use crate::reports::mass_mobilization::actions::Asked;
use crate::reports::model::Stage;
use crate::reports::topics::SEALED_REPORT;

/// The bytes that are sealed.
pub struct Sealed {
    /// The JSON.
    pub json: Vec<u8>,
    /// The document.
    pub docx: Vec<u8>,
    /// Whether persons are named in them.
    pub names_persons: bool,
    /// As of which entry of the audit trail they were read.
    pub trail: Trail,
}

/// Seals a report.
///
/// Refuses an organization out of reach (404), and a service without a key.
pub fn seal(
    work: &mut Work<'_>,
    asked: &Asked,
    sealer: &Sealer,
    report: &Sealed,
) -> Result<(Kept, Statement), Fault> {
    let when = When::Now(work.today());
    let (organization, code) = find_named(work.conn, &asked.reach, asked.organization.as_str(), when)?;
    // The next number and what it says of the one before belong to one transaction at a time.
    lock(work.conn, organization)?;
    let last = store::last(work.conn, organization)?;
    let Stage { from, to, scheme, period, .. } = asked.stage.clone();
    let statement = Statement {
        id: new_id().parse().map_err(|fault: &'static str| Fault::broken(fault))?,
        number: last.as_ref().map_or(0, |last| last.number) + 1,
        organization: code,
        from,
        to,
        period,
        scheme,
        sealed_at: work.now,
        trail: report.trail.clone(),
        json: Sum::of(&report.json),
        docx: Sum::of(&report.docx),
        previous: last.map(|last| link(&last.jws)),
    };
    let text = serde_json::to_string(&statement).map_err(Fault::broken)?;
    let signed = sealer.seal(TYP, &text).ok_or(Refusal::NoKey)??;
    let kept = Kept {
        id: statement.id.clone(),
        organization,
        number: statement.number,
        names_persons: report.names_persons,
        jws: signed.jws.clone(),
        jwk: signed.jwk.clone(),
        sealed_at: work.now,
    };
    let bytes = [(SealedForm::Json, report.json.as_slice()), (SealedForm::Docx, report.docx.as_slice())];
    store::insert(work, &kept, (&signed, link(&kept.jws)), &bytes)?;
    work.tell(Change::of(&SEALED_REPORT, Outcome::Created, kept.id.as_str()).within([organization]));
    Ok((kept, statement))
}

/// What a seal says.
pub fn said(kept: &Kept) -> Result<Statement, Fault> {
    let text = read(&kept.jws).ok_or_else(|| Fault::broken("a seal that is no signature"))?;
    serde_json::from_str(&text).map_err(Fault::broken)
}

/// What a seal says, if its signature holds.
fn proved(kept: &Kept) -> Option<Statement> {
    serde_json::from_str(&opened(&kept.jws, TYP, &kept.jwk)?).ok()
}

/// What is found when a sealed report is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is verified")]
pub struct Verdict {
    /// The signature holds.
    pub signature: bool,
    /// The bytes are those that were signed.
    pub content: bool,
    /// The seals of the organization up to this one are a chain.
    pub chain: bool,
    /// The key is one of those that are published now.
    pub published: bool,
}

/// Verifies a sealed report.
pub fn verify(conn: &mut Conn, sealer: &Sealer, kept: &Kept) -> Result<Verdict, Fault> {
    let statement = proved(kept);
    let bytes = store::bytes(conn, &kept.id, &[SealedForm::Json, SealedForm::Docx])?;
    let content = statement.as_ref().is_some_and(|statement| {
        let is_sealed = |(form, bytes): &(SealedForm, Vec<u8>)| match form {
            SealedForm::Json => Sum::of(bytes) == statement.json,
            SealedForm::Docx => Sum::of(bytes) == statement.docx,
        };
        statement.id == kept.id && bytes.iter().all(is_sealed)
    });
    let chain = store::chain(conn, kept.organization, kept.number)?;
    let links: Vec<_> = chain.iter().map(|kept| (kept.number, kept.jws.clone(), proved(kept))).collect();
    let chain = !links.is_empty() && is_chain(&links);
    // A signature proves nothing of a key that whoever changed the table may have put beside it.
    let published = sealer.keys().contains(&kept.jwk);
    Ok(Verdict { signature: statement.is_some(), content, chain, published })
}

/// The bytes of one form.
///
/// Refuses bytes that are not those that were sealed.
pub fn bytes(conn: &mut Conn, kept: &Kept, form: SealedForm) -> Result<Vec<u8>, Fault> {
    let statement = said(kept)?;
    let sealed = match form {
        SealedForm::Json => statement.json,
        SealedForm::Docx => statement.docx,
    };
    let found = store::bytes(conn, &kept.id, &[form])?.pop().map(|(_, bytes)| bytes);
    found.filter(|bytes| Sum::of(bytes) == sealed).ok_or_else(|| Refusal::Changed.into())
}

/// The figures of a sealed report that have other values in the same report of today.
pub fn restatements(conn: &mut Conn, kept: &Kept, today: &Value) -> Result<Vec<Restated>, Fault> {
    let json = bytes(conn, kept, SealedForm::Json)?;
    let sealed: Value = serde_json::from_slice(&json).map_err(Fault::broken)?;
    Ok(restated(&sealed, today))
}
