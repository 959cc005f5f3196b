//! Messages of which nothing proves from whom they are: what nobody can do by them to others, and who sees them.

use serde_json::{Value, json};

use crate::directives_register::BASE;
use crate::edxml_life::{Cast, DOCUMENT, caller, outgoing, rows, state, status, taken};
use crate::edxml_samples::{MESSAGES, numbered, post, text};
use crate::harness::{Client, TestApp};
use crate::on_both;

const ASSIGNMENTS: &str = "/api/v1/assignments";

/// A new document of 812 to two departments.
pub fn to_both() -> String {
    let to = "<edXML:To><edXML:OrganId>H19.11</edXML:OrganId><edXML:OrganName>Sở Nông nghiệp</edXML:OrganName></edXML:To>";
    text("new.edxml").replacen("</edXML:To>", &format!("</edXML:To>{to}"), 1)
}

fn event(client: &Client, task: &str, name: &str) {
    client.post(&format!("{ASSIGNMENTS}/{task}/events"), &json!({"event": name})).send().expect(200);
}

/// The task that an organization got by a message.
fn task_of(message: &Value, organization: &str) -> String {
    let all = message["did"]["assignments"].as_array().unwrap();
    let of = all.iter().find(|one| one["organization"] == organization).unwrap();
    of["id"].as_str().unwrap().to_owned()
}

fn farming(app: &TestApp) -> Client {
    caller(app, "farming", "H19.11")
}

/// An update of 812 under another id, sent to H19.09 alone.
fn update(id: &str) -> String {
    text("update.edxml").replace(DOCUMENT, id).replace("H19.06,2020/06/19,811/BC-SKHCN", DOCUMENT)
}

on_both! {
    fn a_receiver_that_forges_an_update_does_not_turn_the_statuses_of_others_to_it(app) {
        let (cast, farming) = (Cast::new(app), farming(app));
        let came = taken(&cast.province, &to_both());
        let other = task_of(&came, "H19.11");
        let forged = "H19.06,2020/06/21,forged";
        taken(&cast.home, &update(forged));
        event(&farming, &other, "accept");
        let of = |code: &str| outgoing(&cast.province, None).into_iter().filter(|(_, from, _)| from == code).collect::<Vec<_>>();
        let said = |code: &str, document: &str| (code.to_owned(), "H19.11".to_owned(), document.to_owned());
        assert_eq!(of("H19.11"), [said("01", DOCUMENT), said("03", DOCUMENT)]);
        // Who reaches the sender says so rightly.
        let right = "H19.06,2020/06/21,right";
        taken(&cast.science, &update(right));
        event(&farming, &other, "start");
        assert_eq!(of("H19.11").last(), Some(&said("05", right)));
    }

    fn a_status_is_for_its_two_sides_even_of_a_public_directive(app) {
        let (cast, farming) = (Cast::new(app), farming(app));
        let came = taken(&cast.province, &to_both());
        let (id, directive) = (came["id"].as_str().unwrap(), came["directive"].as_str().unwrap());
        event(&cast.home, &task_of(&came, "H19.09"), "accept");
        let open = json!({"public": true});
        let patched = cast.province.patch(&format!("{BASE}/{directive}"), &open).header("if-match", "*").send();
        assert_eq!(patched.status, 200, "{}", patched.text());
        let senders = |client: &Client| {
            let list = client.get(&format!("{MESSAGES}?direction=out")).send().expect(200).json();
            list["items"].as_array().unwrap().iter().map(|one| one["sender"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(senders(&cast.science), ["H19.09", "H19.11", "H19.09"]);
        assert_eq!(senders(&cast.home), ["H19.09", "H19.09"]);
        assert_eq!(senders(&farming), ["H19.11"]);
        farming.get(&format!("{MESSAGES}/{id}")).send().expect(200);
        // Whoever has nothing to do with the document reads the directive, and none of its messages.
        let stranger = caller(app, "stranger", "000.00.15.H19");
        stranger.get(&format!("{BASE}/{directive}")).send().expect(200);
        stranger.get(&format!("{MESSAGES}/{id}")).send().problem(404, "not-found");
        assert!(senders(&stranger).is_empty());
        let theirs = cast.home.get(&format!("{MESSAGES}?direction=out")).send().expect(200).each("id");
        farming.get(&format!("{MESSAGES}/{}", theirs[0])).send().problem(404, "not-found");
    }

    fn a_document_counts_by_who_may_change_records(app) {
        let cast = Cast::new(app);
        let weak = app.caller("weak", "H19", "directives:read directives:write");
        let first = taken(&weak, &text("new.edxml"));
        let warned = |message: &Value| message["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "not_counted");
        assert_eq!((warned(&first), &first["did"]["exchanges"]), (true, &json!([])));
        assert_eq!(rows(app, "document_exchanges"), 0);
        let second = post(&cast.province, text("new.edxml").as_bytes()).expect(200).json();
        assert_eq!((warned(&second), second["did"]["exchanges"].as_array().unwrap().len()), (false, 1));
        assert_eq!(rows(app, "document_exchanges"), 1);
    }

    fn a_recall_reaches_whom_its_poster_reaches_and_tells_others_nothing(app) {
        let (cast, farming) = (Cast::new(app), farming(app));
        let came = taken(&cast.province, &to_both());
        let (own, other) = (task_of(&came, "H19.09"), task_of(&came, "H19.11"));
        let recall = status("13", DOCUMENT);
        taken(&cast.home, &recall);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM edxml_statuses WHERE status_code = '13' AND receiver = 'H19.11'"), 0);
        assert_eq!([state(&cast.home, &own), state(&farming, &other)], ["arrived", "arrived"]);
        // The sender's own recall is for both.
        let all = post(&cast.province, recall.as_bytes()).expect(200).json();
        assert_eq!(all["did"]["assignments"].as_array().unwrap().len(), 2);
        assert_eq!([state(&cast.home, &own), state(&farming, &other)], ["recall_requested", "recall_requested"]);
        post(&cast.province, recall.as_bytes()).expect(200);
        // Of a document to others nothing is told, not to who says that it sends for itself either.
        let secret = "H19.06,2020/06/20,813/BC-SKHCN";
        taken(&cast.province, &numbered("813", secret));
        for (document, from) in [(secret, "H19.09"), (secret, "H19.11"), ("H19.06,2020/06/20,none", "H19.11")] {
            let message = status("03", document).replacen("H19.09", from, 1);
            post(&farming, message.as_bytes()).problem(422, "edxml-status-document-unknown");
        }
    }

    fn who_reaches_the_sender_knows_better_what_its_id_is(app) {
        let cast = Cast::new(app);
        let other = text("new.edxml").replace("Tổng kết thực hiện", "Sơ kết thực hiện");
        taken(&cast.home, &other);
        taken(&cast.science, &text("new.edxml"));
        // From then on it is as the sender says.
        post(&cast.science, other.replace("Sơ kết", "Tái kết").as_bytes()).problem(409, "edxml-resent-differently");
        let document = "SELECT COUNT(*) AS n FROM edxml_documents WHERE vouched = 1";
        assert_eq!(app.database.count(document), 1);
        // The task that the receiver gave itself goes on to be answered.
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM edxml_receivers WHERE assignment_id IS NOT NULL"), 1);
    }
}
