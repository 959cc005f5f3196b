//! Sixty-four decisions at once: no cap is passed, and nothing is given twice.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::awarding::{AWARDS, appraised, decide, define, given, of_person, revoke};
use crate::harness::process::LONG;
use crate::harness::{Answer, Client};
use crate::http::at_once;
use crate::on_both;

const AT_ONCE: usize = 64;

/// Decides, once the service is not too busy to.
fn decided(client: &Client, id: &str) -> Answer {
    let deadline = Instant::now() + LONG;
    loop {
        let answer = decide(client, id, "2020-12-20");
        if answer.status != 503 || Instant::now() > deadline {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How many were given, and that all others were refused for one reason.
#[track_caller]
fn given_of(answers: Vec<Answer>, refused: &str) -> usize {
    let total = answers.len();
    let others =
        answers.into_iter().filter(|answer| answer.status != 200).map(|answer| answer.problem(409, refused));
    total - others.count()
}

on_both! {
    fn approvals_at_once_never_pass_the_cap_of_a_unit(app) {
        app.province();
        let root = app.root();
        define(&root, "lower", &json!({}));
        define(&root, "upper", &json!({"cap": {"percent": 15, "of": "lower"}}));
        // 15 % of 13 are 1.95, of 20 exactly 3.
        for (unit, count) in [("H19.06", 13), ("H19.09", 20)] {
            for n in 0..count {
                given(&root, of_person("lower", 2020, unit, &format!("{unit}-{n}")), "2020-12-01");
            }
        }
        let unit = |n: usize| if n.is_multiple_of(2) { "H19.06" } else { "H19.09" };
        let proposals: Vec<String> =
            (0..AT_ONCE).map(|n| appraised(&root, of_person("upper", 2020, unit(n), &format!("CB-{n}")), "2020-12-02")).collect();
        let answers = at_once(AT_ONCE, |n| decided(&root, &proposals[n]));
        assert_eq!(given_of(answers, "award-cap-reached"), 1 + 3);
        let of = |unit: &str| root.get(&format!("{AWARDS}?title=upper&state=awarded&unit={unit}")).send().expect(200).each("id");
        assert_eq!((of("H19.06").len(), of("H19.09").len()), (1, 3));
        // One place becomes free, and is taken once.
        revoke(&root, &of("H19.09")[0], "2021-01-10").expect(200);
        let left: Vec<&String> = proposals.iter().skip(1).step_by(2).filter(|id| !of("H19.09").contains(id)).collect();
        let answers = at_once(left.len(), |n| decided(&root, left[n]));
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert_eq!(of("H19.09").len(), 3);
    }

    fn a_person_is_given_a_title_once_whoever_decides_at_once(app) {
        app.province();
        let root = app.root();
        define(&root, "once", &json!({}));
        let units = ["H19.06", "H19.06.02", "H19.09", "H19.09.01"];
        let proposals: Vec<String> =
            (0..AT_ONCE).map(|n| appraised(&root, of_person("once", 2020, units[n % 4], "CB-1"), "2020-12-02")).collect();
        let answers = at_once(AT_ONCE, |n| decided(&root, &proposals[n]));
        assert_eq!(given_of(answers, "award-given-already"), 1);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM award_claims"), 1);
        assert_eq!(root.get(&format!("{AWARDS}?state=awarded")).send().expect(200).each("id").len(), 1);
    }
}
