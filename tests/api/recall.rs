//! What was answered before: given again as long as nothing changed, and to nobody else.

use serde_json::json;

use crate::dossiers::{create, dossier};
use crate::on_both;

const CARD: &str = "/api/v1/organizations/H19.06/scorecard?period=2020";
const OPEN: &str = "/api/v1/figures?kpi=on-time-dossiers-all&org=H19.06&period=2026";

on_both! {
    fn an_answer_is_for_whoever_reaches_it_and_reads_its_language(app) {
        app.province();
        app.root().get(CARD).send().expect(200);
        let scope = "kpis:read";
        let mine = app.caller("a", "H19.06", scope);
        let first = mine.get(CARD).send().expect(200);
        let again = mine.get(CARD).send().expect(200);
        assert_eq!((first.text(), first.etag()), (again.text(), again.etag()));
        mine.get(CARD).header("if-none-match", &first.etag()).send().expect(304);
        app.caller("b", "H19.09", scope).get(CARD).send().problem(404, "not-found");
        let english = mine.get(CARD).header("accept-language", "en").send().expect(200);
        assert_eq!(english.header("content-language"), Some("en"));
        assert_ne!(english.text(), first.text());
        assert_eq!(mine.get(CARD).send().expect(200).text(), first.text());
    }

    fn a_table_is_not_given_for_an_object(app) {
        app.province();
        let root = app.root();
        let figures = root.get(OPEN).send().expect(200);
        let table = root.get(OPEN).header("accept", "text/csv").send().expect(200);
        let named = root.get(&OPEN.replace("/figures?", "/figures.csv?")).send().expect(200);
        assert_eq!((table.text(), table.header("content-disposition")), (named.text(), named.header("content-disposition")));
        assert_ne!(table.text(), figures.text());
        assert_eq!(root.get(OPEN).send().expect(200).json(), figures.json());
    }

    fn a_period_to_come_holds_what_is_open_today_once(app) {
        app.province();
        // Monday 5 January 2026 is today; what was accepted on the 2nd is due on the 9th.
        let mut body = dossier("A", &[("accepted", "2026-01-02T08:30")]);
        body["term"] = json!({"amount": 5, "unit": "working_day"});
        create(&app.root(), &body).expect(201);
        let ask = |period: &str| {
            let answer = app.root().get(&OPEN.replace("2026", period)).send().expect(200).json();
            (answer["items"][0]["numerator"].clone(), answer["items"][0]["denominator"].clone())
        };
        // Accepted in the year: of 2026. Carried over into 2027 and 2028, as far as is known today.
        assert_eq!([ask("2026"), ask("2027"), ask("2028")], [(); 3].map(|()| (json!(1), json!(1))));
        let form = app.root().get("/api/v1/reports/dossier-handling?org=H19.06&period=2027&by=unit").send().expect(200).json();
        assert_eq!((&form["total"]["c6"], &form["total"]["c11"], &form["total"]["c12"], &form["total"]["c13"]), (&json!(1), &json!(1), &json!(1), &json!(0)));
    }

    fn a_new_day_and_a_new_record_are_seen_at_once(app) {
        app.province();
        let root = app.root();
        // Accepted on Friday 2 January 2026; one working day: due on Monday the 5th, which is today.
        let mut body = dossier("A", &[("accepted", "2026-01-02T08:30")]);
        body["term"] = json!({"amount": 1, "unit": "working_day"});
        let figure = || {
            let answer = app.root().get(OPEN).send().expect(200).json();
            let item = &answer["items"][0];
            (item["numerator"].clone(), item["denominator"].clone(), answer["data_as_of"].clone())
        };
        assert_eq!((figure().0, figure().1), (json!(0), json!(0)));
        create(&root, &body).expect(201);
        assert_eq!((figure().0, figure().1), (json!(1), json!(1)));
        let before = figure().2;
        app.clock.set("2026-01-05T08:00:00Z".parse().unwrap());
        let later = figure();
        assert_eq!((later.0, later.1), (json!(1), json!(1)));
        assert_ne!(later.2, before, "nothing came in until now");
        app.clock.set("2026-01-06T01:00:00Z".parse().unwrap());
        assert_eq!((figure().0, figure().1), (json!(0), json!(1)), "past its due day");
    }
}
