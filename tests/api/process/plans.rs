//! How PostgreSQL finds what is asked for: no question, and no push of a few records, reads a table of more than a thousand
//! rows from end to end, unless it is about most of what the table holds.
//!
//! PostgreSQL counts how often it reads a table so, and how many rows it reads. A session hands in what it counted when it
//! ends: so the service is started, asked and stopped, and then the tables are looked at.

use std::collections::HashMap;

use chrono::Datelike;
use danvan::platform::Clock;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};

use super::plenty::{batch, document, fill, late_dossier, procedure_code, taken};
use crate::harness::process::{Site, until};
use crate::harness::{Backend, Client};

/// Rows of a table that may be read from end to end.
const MOST: i64 = 1_000;
/// How often a session asks everything. Five times PostgreSQL plans a statement for its values; then it may keep one plan
/// for all values, and that one must be as good.
const ROUNDS: usize = 6;
const SCOPES: &str = "organizations:read kpis:read records:read records:write directives:read \
     acknowledgements:read changes:read admin";
const DEPARTMENT: &str = "H19.06";
const PROVINCE: &str = "H19";

/// What a question about the whole province reads most of, however it is planned: who stands where, who handles what, and
/// sums. These grow with the number of organizations, procedures and years, not with that of records.
const REGISTER_AND_SUMS: &[&str] =
    &["counter_sightings", "counter_years", "organization_ties", "procedure_handlers", "procedure_states"];
/// What form II.06a of the whole province by procedure or field counts: the ledger knows no procedure.
const RECORDS: &[&str] = &["dossier_delays", "dossiers", "organization_ties", "procedures"];
/// What an overview of the whole province counts, and what its figure is made of.
const DIRECTIVES: &[&str] = &[
    "acknowledgements",
    "assignment_events",
    "counter_entries",
    "directive_parties",
    "directives",
    "organization_ties",
    "signed_opinions",
    "unsigned_opinions",
];
/// Names of bodies are looked for everywhere in them.
const NAMES: &[&str] = &["directives"];
const NOTHING: &[&str] = &[];

/// What is large enough to be held to.
const LARGE: [&str; 25] = [
    "acknowledgements",
    "assignment_events",
    "assignments",
    "audit_entries",
    "changes",
    "closings",
    "counter_entries",
    "counter_sightings",
    "counter_years",
    "directive_parties",
    "directive_relations",
    "directive_words",
    "directives",
    "document_exchanges",
    "dossier_delays",
    "dossiers",
    "idempotency_keys",
    "organization_ties",
    "procedure_handlers",
    "procedure_states",
    "procedures",
    "reported_figures",
    "signed_opinions",
    "targets",
    "unsigned_opinions",
];

/// A KPI of each way of counting: sums, stocks beside sums, different things, procedures, documents.
const KPIS: [&str; 5] = [
    "on-time-dossiers",
    "on-time-dossiers-all",
    "procedures-with-online-dossiers",
    "online-service-level-4",
    "internal-e-documents",
];

/// What PostgreSQL has counted of a table.
#[derive(diesel::QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    /// How many rows are in it.
    #[diesel(sql_type = BigInt)]
    held: i64,
    /// How often it was read from end to end.
    #[diesel(sql_type = BigInt)]
    scans: i64,
    /// How many rows were read so.
    #[diesel(sql_type = BigInt)]
    read: i64,
}

fn tables(site: &Site) -> Vec<Table> {
    let counted = "SELECT CAST(relname AS TEXT) AS name, n_live_tup AS held, COALESCE(seq_scan, 0) AS scans, \
                   COALESCE(seq_tup_read, 0) AS read FROM pg_stat_user_tables";
    let mut conn = danvan::platform::db::connect(&site.database.config.url).unwrap();
    diesel::sql_query(counted).load(&mut conn).unwrap()
}

/// What PostgreSQL reads from end to end while the service is there and is asked.
fn read_for(site: &Site, reach: &str, ask: impl FnOnce(&Client)) -> Vec<Table> {
    let before: HashMap<String, Table> =
        tables(site).into_iter().map(|table| (table.name.clone(), table)).collect();
    let mut process = site.serve();
    ask(&site.caller(&process, reach, SCOPES));
    process.terminate();
    process.ended();
    let others = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
                  AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    until("alone", || (site.database.count(others) == 0).then_some(()));
    let mut after = tables(site);
    for table in &mut after {
        if let Some(before) = before.get(&table.name) {
            table.scans -= before.scans;
            table.read -= before.read;
        }
    }
    after
}

impl Table {
    /// Whether it was read from end to end although it is large.
    fn was_read_whole(&self) -> bool {
        self.held > MOST && self.read > MOST * self.scans
    }

    fn said(&self, of: &str) -> String {
        let Self { name, held, scans, read } = self;
        format!("{of}: of {name}, which has {held} rows, {read} were read in {scans} sequential scans")
    }
}

/// Questions of one kind by one caller, and the tables that they read most of.
struct Group {
    about: &'static str,
    reach: &'static str,
    asked: Vec<String>,
    whole: &'static [&'static str],
}

impl Group {
    fn ask(client: &Client, asked: &[String]) {
        for path in (0..ROUNDS).flat_map(|_| asked) {
            let answer = client.get(path).send();
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        }
    }

    fn is_held_to(&self, table: &Table) -> bool {
        !self.whole.contains(&table.name.as_str())
    }

    /// Which questions read which tables from end to end. All are asked together, and only if that was too much one by one.
    fn faults(&self, site: &Site) -> Vec<String> {
        let together = read_for(site, self.reach, |client| Self::ask(client, &self.asked));
        if !together.iter().any(|table| self.is_held_to(table) && table.held > MOST && table.read > MOST) {
            return Vec::new();
        }
        let faults_of = |path: &String| {
            let read = read_for(site, self.reach, |client| Self::ask(client, std::slice::from_ref(path)));
            let whole = read.into_iter().filter(|table| self.is_held_to(table) && table.was_read_whole());
            whole.map(|table| table.said(&format!("{}: {path}", self.about))).collect::<Vec<_>>()
        };
        self.asked.iter().flat_map(faults_of).collect()
    }
}

/// Figures, rankings and scorecards.
fn figures(org: &str, includes: &[&str]) -> Vec<String> {
    let mut asked = Vec::new();
    let kpis = KPIS.join(",");
    for include in includes {
        for rest in ["period=2020", "period=2020&basis=as_is", "period=this_year"] {
            asked.push(format!("figures?kpi={kpis}&org={org}&include={include}&{rest}"));
        }
    }
    let months = "interval=month&from=2018-01-01&to=2020-12-31";
    asked.push(format!("figures?kpi={}&org={org}&{months}", KPIS[0]));
    for kpi in [KPIS[0], KPIS[2]] {
        for include in ["children", "descendants"] {
            asked.push(format!("rankings?kpi={kpi}&org={org}&include={include}&period=2020"));
        }
    }
    for year in [2020, Clock::system().today().year()] {
        asked.push(format!("organizations/{org}/scorecard?period={year}"));
    }
    asked
}

/// Explanations, form II.06a by unit, and the tree.
fn explanations(org: &str) -> Vec<String> {
    let explain = |kpi: &str| format!("figures/explain?kpi={kpi}&org={org}&period=2020");
    let tree = format!("organizations/{org}/tree");
    KPIS.into_iter().map(explain).chain(forms(org, &["unit"])).chain([tree]).collect()
}

fn forms(org: &str, rows: &[&str]) -> Vec<String> {
    let mut asked = Vec::new();
    for by in rows {
        for period in ["2020", "2020-06"] {
            asked.push(format!("reports/dossier-handling?org={org}&period={period}&by={by}"));
        }
    }
    asked
}

/// Every list with every filter, alone and within an organization.
fn lists(within: &str) -> Vec<String> {
    let june = |name: &str| format!("{name}_from=2020-06-01&{name}_to=2020-06-30");
    let owned = |filters: &[&str]| filters.iter().map(|filter| (*filter).to_owned()).collect::<Vec<_>>();
    let words = ["limit=50", "procedure=1.001501", "channel=online", "state=completed", "state=submitted"];
    let lateness = ["lateness=within", "lateness=overdue", "lateness=late"];
    let days = ["accepted", "ended", "due"].map(june);
    let of_dossiers = [owned(&words), owned(&lateness), days.to_vec()].concat();
    let words = ["limit=50", "scope=internal", "medium=paper", "scope=internal&medium=mixed"];
    let of_exchanges = [owned(&words), vec![june("issued")]].concat();
    let words = ["limit=50", "q=cap", "field=F7", "level=4", "published=true", "as_of=2020-06-30"];
    let of_procedures = owned(&words);
    let mut asked = Vec::new();
    for (records, filters) in
        [("dossiers", of_dossiers), ("document-exchanges", of_exchanges), ("procedures", of_procedures)]
    {
        for filter in filters {
            asked.push(format!("{records}?{filter}"));
            asked.push(format!("{records}?{filter}&organization={within}"));
        }
    }
    asked.extend(["limit=50", "kind=dossier", "kind=target"].map(|filter| format!("changes?{filter}")));
    let words = ["limit=50", "q=khoa", "kind=commune", "parent=H19.06", "within=H19.06", "as_of=2020-06-30"];
    asked.extend(words.map(|filter| format!("organizations?{filter}")));
    asked
}

/// Lists of directives and assignments with every filter, alone and within an organization, and what belongs to the first of them.
fn directives(within: &str) -> Vec<String> {
    let owned = |filters: &[&str]| filters.iter().map(|filter| (*filter).to_owned()).collect::<Vec<_>>();
    let words =
        ["limit=50", "number=5/KH-UBND", "year=2018", "type=KH", "status=amended", "field=F7", "q=dan+w7"];
    let days = ["issued_from=2020-01-01&issued_to=2020-06-30"];
    let of_directives = [owned(&words), owned(&days)].concat();
    let id = |kind: usize| format!("0199b2c{kind}-5d6e-7f80-9123-{:012}", 7);
    let parent = format!("parent={}", id(2));
    let words = [
        "limit=50",
        "state=reported",
        "role=lead",
        "assigner=H19.06",
        "due_from=2020-06-01&due_to=2020-06-30",
        &parent,
    ];
    let of_assignments = owned(&words);
    let mut asked = Vec::new();
    for (things, filters) in [("directives", of_directives), ("assignments", of_assignments)] {
        for filter in filters {
            asked.push(format!("{things}?{filter}"));
            asked.push(format!("{things}?{filter}&organization={within}"));
        }
    }
    let parts = [
        "",
        "/relations?depth=2",
        "/assignments",
        "/acknowledgements",
        "/acknowledgement-counts",
        "/opinions",
        "/consultation",
    ];
    asked.extend(parts.map(|part| format!("directives/{}{part}", id(0))));
    asked.push(format!("directive-relations/{}", id(1)));
    asked.extend(["", "/events"].map(|part| format!("assignments/{}{part}", id(2))));
    asked
}

/// What is due, late and done, and what that figure is made of.
fn overviews(org: &str) -> Vec<String> {
    let mut asked = vec![format!("figures/explain?kpi=directives-on-time&org={org}&period=2020")];
    for rest in ["", "&as_of=2020-06-30", "&by=issuer", "&by=type&as_of=2020-06-30"] {
        asked.push(format!("directives/overview?org={org}{rest}"));
    }
    asked
}

/// Directives of a body, of which a part of the name may be asked for.
fn by_issuer(org: &str) -> Vec<String> {
    vec![
        format!("directives?issuer={DEPARTMENT}"),
        format!("directives/overview?org={org}&issuer={DEPARTMENT}"),
    ]
}

/// One record of each kind that the department has: of those that are made up the `own`th.
fn single(own: usize) -> Vec<String> {
    let mut asked = vec![
        format!("dossiers/L{own}"),
        format!("document-exchanges/E{own}"),
        format!("procedures/{}", procedure_code(own)),
    ];
    for what in ["", "/targets/satisfaction/2020", "/reported-figures/satisfaction/2020", "/closings/2014"] {
        asked.push(format!("organizations/{DEPARTMENT}{what}"));
    }
    asked
}

fn groups(own: usize) -> [Group; 11] {
    let group = |about, reach, asked: [Vec<String>; 2], whole| {
        let asked = asked.concat().iter().map(|path| format!("/api/v1/{path}")).collect();
        Group { about, reach, asked, whole }
    };
    let every = ["self", "subtree", "children", "descendants"];
    let by_procedure = |org| forms(org, &["procedure", "field"]);
    let more = ["kpis", "audit-entries", "calendar/days?from=2020-01-01&to=2020-12-31"].map(str::to_owned);
    let of_department = [explanations(DEPARTMENT), by_procedure(DEPARTMENT)];
    let of_province = [figures(PROVINCE, &every[2..]), explanations(PROVINCE)];
    [
        group("figures", DEPARTMENT, [figures(DEPARTMENT, &every), Vec::new()], NOTHING),
        group("explanations and forms", DEPARTMENT, of_department, NOTHING),
        group("a department's lists", DEPARTMENT, [lists("H19.06.02"), single(own)], NOTHING),
        group(
            "a department's directives",
            DEPARTMENT,
            [directives("H19.06.02"), overviews(DEPARTMENT)],
            NOTHING,
        ),
        group("directives of all", "*", [directives(PROVINCE), Vec::new()], NOTHING),
        group("directives of a body", DEPARTMENT, [by_issuer(DEPARTMENT), Vec::new()], NAMES),
        group("directives of a body, of all", "*", [by_issuer(PROVINCE), Vec::new()], DIRECTIVES),
        group("overviews of the province", "*", [overviews(PROVINCE), Vec::new()], DIRECTIVES),
        group("lists of everything", "*", [lists(PROVINCE), more.to_vec()], NOTHING),
        group("figures of the province", "*", of_province, REGISTER_AND_SUMS),
        group("forms of the province", "*", [by_procedure(PROVINCE), Vec::new()], RECORDS),
    ]
}

/// What a department's pushes of a few records read from end to end.
fn faults_of_pushes(site: &Site) -> Vec<String> {
    let few = 10_000..10_020;
    let dossiers = |day| few.clone().map(|n| late_dossier(n, DEPARTMENT, day)).collect::<Vec<_>>();
    let documents = |medium| few.clone().map(|n| document(n, DEPARTMENT, medium)).collect::<Vec<_>>();
    let pushes = [
        ("dossiers", "new", dossiers(10)),
        ("dossiers", "known", dossiers(10)),
        ("dossiers", "corrected", dossiers(11)),
        ("document-exchanges", "new", documents("paper")),
        ("document-exchanges", "corrected", documents("mixed")),
    ];
    let mut faults = Vec::new();
    for (records, how, items) in pushes {
        let read = read_for(site, DEPARTMENT, |client| {
            let batch = batch(client, records, &items);
            // A key makes it one transaction, which looks for earlier answers.
            taken(if how == "corrected" { batch.header("idempotency-key", records) } else { batch });
        });
        let whole = read.into_iter().filter(Table::was_read_whole);
        faults.extend(whole.map(|table| table.said(&format!("a push of {how} {records}"))));
    }
    faults
}

#[test]
fn no_table_of_more_than_a_thousand_rows_is_read_from_end_to_end() {
    let mut site = Site::new(Backend::Postgres);
    // One session answers everything, so that it comes to know each statement; whoever waits for it has time.
    site.set("DANVAN_DB_POOL_SIZE", "1");
    site.set("DANVAN_DB_WAIT_MS", "20000");
    let codes = fill(&site);
    for name in LARGE {
        let large = || tables(&site).into_iter().find(|table| table.name == name && table.held > MOST);
        until(&format!("more than {MOST} rows in {name}"), large);
    }
    let own = codes.iter().position(|code| code == DEPARTMENT).unwrap();
    let mut faults: Vec<String> = groups(own).iter().flat_map(|group| group.faults(&site)).collect();
    faults.extend(faults_of_pushes(&site));
    assert!(faults.is_empty(), "{faults:#?}");
}
