//! The province that dossiers come to: 20 departments with their divisions, 95 communes with two offices each.
//!
//! It is the same for every seed. Names, sizes and codes are made up, but for the department of the example.

use serde_json::{Value, json};

use super::names::{DEPARTMENTS, FIRST_PARTS, SECOND_PARTS};

/// The code of the province.
pub(super) const PROVINCE: &str = "H19";
/// How many communes.
pub(super) const COMMUNES: usize = 95;
/// Communes keep the codes of the districts that they once belonged to, nine to each.
const PER_DISTRICT: usize = 9;
/// The first number that no department has.
const FIRST_DISTRICT: usize = 21;

/// What a unit is, with its place among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A department, by its place in the list of names.
    Department(usize),
    /// A commune.
    Commune(usize),
}

/// An organization of the province.
#[derive(Clone, Debug)]
pub(super) struct Organization {
    /// By QĐ 20/2020/QĐ-TTg, such as `H19.06.02`.
    pub(super) code: String,
    /// By QCVN 102:2016/BTTTT, such as `000.02.06.H19`: what the codes of its dossiers begin with.
    pub(super) national_code: String,
    name: String,
    short_name: String,
    kind: &'static str,
    parent: Option<String>,
    /// The unit that it is or belongs to; the province is none.
    pub(super) unit: Option<Unit>,
    /// How many of the unit's dossiers come here, in comparison with its others.
    pub(super) share: usize,
}

impl Organization {
    /// Whether it is an organization or stands below it.
    pub(super) fn is_within(&self, code: &str) -> bool {
        // Nothing but the province lies above a unit, and a code below a unit begins with the unit's.
        code == PROVINCE || self.code == code || self.code.starts_with(&format!("{code}."))
    }

    /// Whether an organization stands below it.
    fn is_above(&self, code: &str) -> bool {
        self.code == PROVINCE || code.starts_with(&format!("{}.", self.code))
    }

    /// Whether it stands directly below the province.
    pub(super) fn is_unit(&self) -> bool {
        self.parent.as_deref() == Some(PROVINCE)
    }

    fn body(&self) -> Value {
        // Codes of departments and communes only: the register finds by them, and the example has no others.
        let further = self.is_unit() || self.parent.is_none();
        let codes = further.then(|| json!({ "codes": [{ "code": self.national_code }] }));
        let mut body = json!({
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name,
            "kind": self.kind,
            "parent": self.parent,
            "valid_from": "2015-01-01",
        });
        if let (Some(body), Some(Value::Object(codes))) = (body.as_object_mut(), codes) {
            body.extend(codes);
        }
        body
    }
}

/// Every organization, parents before their children.
pub(super) fn organizations() -> Vec<Organization> {
    let mut all = vec![Organization {
        code: PROVINCE.to_owned(),
        national_code: format!("000.00.00.{PROVINCE}"),
        name: "Ủy ban nhân dân tỉnh Đồng Nai".to_owned(),
        short_name: "UBND tỉnh Đồng Nai".to_owned(),
        kind: "province",
        parent: None,
        unit: None,
        share: 0,
    }];
    for place in 0..DEPARTMENTS.len() {
        add_department(&mut all, place);
    }
    for place in 0..COMMUNES {
        add_commune(&mut all, place);
    }
    all
}

fn add_department(all: &mut Vec<Organization>, place: usize) {
    let Some(names) = DEPARTMENTS.get(place) else { return };
    let unit = Some(Unit::Department(place));
    let number = place + 1;
    let code = format!("{PROVINCE}.{number:02}");
    all.push(Organization {
        code: code.clone(),
        national_code: format!("000.00.{number:02}.{PROVINCE}"),
        name: names.name.to_owned(),
        short_name: names.short_name.to_owned(),
        kind: "department",
        parent: Some(PROVINCE.to_owned()),
        unit,
        share: 2,
    });
    let below = |child: usize, name: String, short_name: String, kind, share| Organization {
        code: format!("{code}.{child:02}"),
        national_code: format!("000.{child:02}.{number:02}.{PROVINCE}"),
        name,
        short_name,
        kind,
        parent: Some(code.clone()),
        unit,
        share,
    };
    // The leadership takes no dossiers.
    all.push(below(1, "Ban Giám đốc Sở".to_owned(), "Ban Giám đốc".to_owned(), "leadership", 0));
    for division in 1..=names.divisions {
        let name = format!("Phòng chuyên môn số {division}");
        all.push(below(division + 1, name, format!("Phòng {division}"), "division", 10 - division));
    }
}

fn add_commune(all: &mut Vec<Organization>, place: usize) {
    let unit = Some(Unit::Commune(place));
    let (district, number) = (FIRST_DISTRICT + place / PER_DISTRICT, place % PER_DISTRICT + 1);
    let part = |parts: &[&'static str], at: usize| parts.get(at % parts.len()).copied().unwrap_or_default();
    let kind = if place.is_multiple_of(4) { "Phường" } else { "Xã" };
    let place_name =
        format!("{} {}", part(&FIRST_PARTS, place / SECOND_PARTS.len()), part(&SECOND_PARTS, place));
    let code = format!("{PROVINCE}.{district}.{number:02}");
    let tail = format!("{number:02}.{district}.{PROVINCE}");
    all.push(Organization {
        code: code.clone(),
        national_code: format!("000.{tail}"),
        name: format!("Ủy ban nhân dân {} {place_name}", kind.to_lowercase()),
        short_name: format!("{kind} {place_name}"),
        kind: "commune",
        parent: Some(PROVINCE.to_owned()),
        unit,
        share: 4,
    });
    for (office, name, share) in [(1, "Phòng Kinh tế", 3), (2, "Phòng Văn hóa - Xã hội", 3)] {
        all.push(Organization {
            code: format!("{code}.{office:02}"),
            national_code: format!("{office:03}.{tail}"),
            name: format!("{name} {} {place_name}", kind.to_lowercase()),
            short_name: name.to_owned(),
            kind: "division",
            parent: Some(code.clone()),
            unit,
            share,
        });
    }
}

/// The body of `POST /organizations/batch` for an organization, all above it and all below it.
pub(super) fn batch(organizations: &[Organization], only: &str) -> Value {
    let kept = organizations.iter().filter(|one| one.is_within(only) || one.is_above(only));
    json!({ "items": kept.map(Organization::body).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::organizations::register::model::{CodeScheme, OrganizationCode};

    #[test]
    fn the_province_has_its_departments_and_communes_with_codes_of_their_own() {
        let all = organizations();
        let count = |kind: &str| all.iter().filter(|one| one.kind == kind).count();
        assert_eq!((count("province"), count("department"), count("commune")), (1, 20, 95));
        for department in all.iter().filter(|one| one.kind == "department") {
            let below = all.iter().filter(|one| one.parent.as_ref() == Some(&department.code));
            assert!((3..=6).contains(&below.filter(|one| one.kind == "division").count()));
        }
        let mut seen = HashSet::new();
        for one in &all {
            assert!(seen.insert(one.code.clone()) && seen.insert(one.national_code.clone()), "{}", one.code);
            let scheme = |code: &str| code.parse::<OrganizationCode>().unwrap().scheme();
            assert_eq!(
                (scheme(&one.code), scheme(&one.national_code)),
                (CodeScheme::Qd20, CodeScheme::Qcvn102)
            );
        }
        let names: HashSet<_> = all.iter().filter(|one| one.kind == "commune").map(|one| &one.name).collect();
        assert_eq!(names.len(), COMMUNES);
    }

    #[test]
    fn a_batch_has_what_is_above_what_is_within_and_parents_first() {
        let all = organizations();
        let codes = |only: &str| -> Vec<String> {
            let batch = batch(&all, only);
            let items = batch["items"].as_array().unwrap();
            items.iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(
            codes("H19.06"),
            ["H19", "H19.06", "H19.06.01", "H19.06.02", "H19.06.03", "H19.06.04", "H19.06.05"]
        );
        assert_eq!(codes("H19.06.02"), ["H19", "H19.06", "H19.06.02"]);
        assert_eq!(codes("H19.21.01"), ["H19", "H19.21.01", "H19.21.01.01", "H19.21.01.02"]);
        assert_eq!(codes(PROVINCE).len(), all.len());
    }

    #[test]
    fn the_department_of_the_example_is_as_the_example_says() {
        let example: Value =
            serde_json::from_str(include_str!("../../../examples/dong-nai-2020/organizations/batch.json"))
                .unwrap();
        let ours = batch(&organizations(), "H19.06");
        for item in ours["items"].as_array().unwrap() {
            assert!(example["items"].as_array().unwrap().contains(item), "{item}");
        }
    }
}
