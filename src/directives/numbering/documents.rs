//! Which of the numbers in a text are one document. Pure.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::model::{DocumentNumber, Mention, NumberWarning, Series, YearSource};
use super::types::Side;

/// A document that a text cites, once or more often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// Its number, with the year if any citation tells it.
    pub number: DocumentNumber,
    /// The number in its one form.
    pub canonical: String,
    /// Its day, if all citations that give one agree.
    pub date: Option<NaiveDate>,
    /// Where it is cited, in the order of the text; at least once.
    pub mentions: Vec<Mention>,
    /// What to look at twice, of any citation.
    pub warnings: Vec<NumberWarning>,
}

/// Joins what is cited twice, in the order of first citations.
///
/// Two numbers are one document if issuer, type and number agree and the years do not contradict each other. A citation
/// without a year belongs to the only year that others give; if they give several, it stands for itself. The Party counts by
/// terms of office, which a text does not tell, so that two years there may or may not be one document.
pub fn documents(mentions: Vec<Mention>) -> Vec<Cited> {
    let mut places: HashMap<Series, usize> = HashMap::new();
    let mut groups: Vec<Vec<(usize, Mention)>> = Vec::new();
    for (order, mention) in mentions.into_iter().enumerate() {
        let series = mention.number.series(mention.warns(NumberWarning::YearUnexpected));
        let place = *places.entry(series).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push((order, mention)),
            None => groups.push(vec![(order, mention)]),
        }
    }
    let mut all: Vec<(usize, Cited)> = groups.into_iter().flat_map(by_year).collect();
    all.sort_by_key(|(order, _)| *order);
    all.into_iter().map(|(_, cited)| cited).collect()
}

/// The documents of one series, each with the place of its first citation.
fn by_year(group: Vec<(usize, Mention)>) -> Vec<(usize, Cited)> {
    let sure = |mention: &Mention| mention.number.year.filter(|_| mention.is_sure_of_year());
    let years: BTreeSet<i32> = group.iter().filter_map(|(_, mention)| sure(mention)).collect();
    if years.len() < 2 {
        return cited(group, false).into_iter().collect();
    }
    let of_party = group.iter().any(|(_, mention)| mention.number.side == Side::Party);
    let mut parts: HashMap<Option<i32>, Vec<(usize, Mention)>> = HashMap::new();
    for (order, mention) in group {
        let year = mention.number.year.filter(|year| years.contains(year));
        parts.entry(year).or_default().push((order, mention));
    }
    parts.into_iter().filter_map(|(year, part)| cited(part, of_party || year.is_none())).collect()
}

/// A document of its citations; none of none.
fn cited(group: Vec<(usize, Mention)>, is_ambiguous: bool) -> Option<(usize, Cited)> {
    let order = group.first()?.0;
    let mentions: Vec<Mention> = group.into_iter().map(|(_, mention)| mention).collect();
    // The spelling that is least doubtful, and of equals the first.
    let best = mentions.iter().min_by_key(|mention| mention.warns(NumberWarning::YearUnexpected))?;
    let canonical = best.number.canonical();
    let mut number = best.number.clone();
    let by_number = |mention: &&Mention| mention.number.year_from == Some(YearSource::Number);
    let by_date = |mention: &&Mention| mention.number.year.is_some() && mention.is_sure_of_year();
    let year = mentions.iter().find(by_number).or_else(|| mentions.iter().find(by_date));
    let year = year.or_else(|| mentions.iter().find(|mention| mention.number.year.is_some()));
    if let Some(year) = year {
        (number.year, number.year_from) = (year.number.year, year.number.year_from);
    }
    number.kind = number.kind.or_else(|| mentions.iter().find_map(|mention| mention.number.kind));
    let dates = |sure: bool| {
        let of = mentions.iter().filter(|mention| !sure || !mention.warns(NumberWarning::YearAmbiguous));
        of.filter_map(|mention| mention.date).collect::<BTreeSet<_>>()
    };
    let (sure, all) = (dates(true), dates(false));
    let dates = if sure.is_empty() { all } else { sure };
    let date = dates.first().copied().filter(|_| dates.len() == 1);
    let said = mentions.iter().flat_map(|mention| mention.warnings.iter().copied());
    let warnings: BTreeSet<_> = said.chain(is_ambiguous.then_some(NumberWarning::YearAmbiguous)).collect();
    Some((order, Cited { number, canonical, date, warnings: warnings.into_iter().collect(), mentions }))
}
