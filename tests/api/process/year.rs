//! A department's year: every figure that the report of 2020 states stands in the report of the demo, and ten calls lead from records to
//! a sealed report.

use std::process::Command;

use serde_json::{Value, json};

use crate::harness::Backend;
use crate::harness::process::{Site, printed};
use crate::process::demo::{caller, demo};
use crate::reports::{figures, part};
use crate::reports_docx::{lines, parts};

const REPORT: &str = "/api/v1/reports/mass-mobilization?org=H19.06&from=2015-01-01&to=2020-12-31";

/// Every figure that the report of 2020 states, with the sentence that it stands in: the part and the key of the figure, its value,
/// and the year or the day that it speaks of.
const STATED: [(&str, &str, i64, &str); 27] = [
    // "Tổng số biên chế được giao năm 2020 cho Sở là 47, biên chế có mặt tại thời điểm hiện tại là: 47."
    ("situation", "situation.staffing.quota", 47, "2020"),
    ("situation", "situation.staffing.present", 47, "2020"),
    // "Về cơ cấu tổ chức gồm: Ban Giám đốc Sở; 04 phòng chuyên môn, 02 đơn vị sự nghiệp trực thuộc và 01 Chi cục Tiêu chuẩn Đo
    // lường Chất lượng."
    ("situation", "situation.units.leadership", 1, "2020"),
    ("situation", "situation.units.division", 4, "2020"),
    ("situation", "situation.units.service_unit", 2, "2020"),
    ("situation", "situation.units.sub_department", 1, "2020"),
    // "Tổng số công chức, viên chức và người lao động: hiện có 182 công chức, viên chức và người lao động. Gồm có 02 Tiến sĩ; 70
    // Thạc sĩ; 07 đang học Tiến sĩ (trong đó có 1 đang học ở Trung Quốc); 8 học Thạc sĩ; 110 trình độ Đại học."
    ("situation", "situation.staffing.total", 182, "2020"),
    ("situation", "situation.staffing.qualification-tien-si", 2, "2020"),
    ("situation", "situation.staffing.qualification-thac-si", 70, "2020"),
    ("situation", "situation.staffing.qualification-dai-hoc", 110, "2020"),
    ("situation", "situation.staffing.qualification-dang-hoc-tien-si", 7, "2020"),
    ("situation", "situation.staffing.qualification-dang-hoc-tien-si-o-trung-quoc", 1, "2020"),
    ("situation", "situation.staffing.qualification-dang-hoc-thac-si", 8, "2020"),
    // "Kết quả ước trong năm 2020 về CCHC của Sở như sau:"
    // "Tỷ lệ 100% hồ sơ được giải quyết đúng hạn và trước hạn;"
    ("results", "results.on-time-dossiers.reported", 100, "2020"),
    // "Tỷ lệ 100% các dịch vụ công trực tuyến mức độ 4 trên cổng thông tin dịch vụ công của tỉnh …"
    ("results", "results.online-service-level-4.reported", 100, "2020"),
    // "Tỷ lệ 100% bộ thông tin về thủ tục hành chính của Sở được cập nhật, chuẩn hóa và công khai …"
    ("results", "results.procedures-published.reported", 100, "2020"),
    // "Thực hiện công khai … về việc tiếp nhận, xử lý, trả lời các phản ánh, kiến nghị … 100%;"
    ("results", "results.feedback-published.reported", 100, "2020"),
    // "Có 100% CBCC đạt tiêu chuẩn chức danh theo quy định;"
    ("results", "results.staff-meeting-standards.reported", 100, "2020"),
    // "Tiến hành kiểm tra về thực hiện cải cách hành chính … đạt 100% các phòng ban …"
    ("results", "results.divisions-inspected.reported", 100, "2020"),
    // "… khảo sát mức độ hài lòng của người dân, tổ chức, doanh nghiệp đạt 100% …"
    ("results", "results.satisfaction.reported", 100, "2020"),
    // "Tỷ lệ 100% văn bản trao đổi trong nội bộ cơ quan …"
    ("results", "results.internal-e-documents.reported", 100, "2020"),
    // "… và 90% văn bản trao đổi giữa các cơ quan hành chính được thực hiện hoàn toàn dưới dạng điện tử;"
    ("results", "results.interagency-e-documents.reported", 90, "2020"),
    // "… đảm bảo 100% CBCC sử dụng hộp thư điện tử …"
    ("results", "results.staff-email.reported", 100, "2020"),
    // "Qua phát động đã có 100% công chức, viên chức tham gia;"
    ("emulation", "emulation.participation.van-hoa-8-gio", 100, "2020"),
    // "Trong năm 2019, Sở Khoa học và Công nghệ không có lượt công dân nào đến để khiếu nại, tố cáo, phản ánh, kiến nghị."
    ("feedback", "feedback.receptions.2019.visits", 0, "2019"),
    ("feedback", "feedback.receptions.2019.complaints", 0, "2019"),
    ("feedback", "feedback.receptions.2019.opinions", 0, "2019"),
];

/// What the report states in the department's own words, which no record holds: the part and the words.
const WRITTEN: [(&str, &str); 5] = [
    ("guidance", "đã chọn lọc 200 mẫu chuyện về tấm gương đạo đức Hồ Chí Minh"),
    ("guidance", "chăm lo cho 10 gia đình cán bộ nghỉ hưu"),
    ("emulation", "Qua phát động đã có 100% công chức, viên chức tham gia"),
    (
        "feedback",
        "Trong năm 2019, Sở Khoa học và Công nghệ không có lượt công dân nào đến để khiếu nại, tố cáo",
    ),
    ("directions", "Hàng năm vào dịp 15/10 kỷ niệm ngày dân vận"),
];

#[test]
fn the_demos_report_holds_every_figure_of_the_report_of_2020() {
    let (process, greeting, _folder) = demo(&[]);
    let reader = caller(&process, &greeting);
    let report = reader.get(REPORT).send().expect(200).json();
    assert_eq!(
        (&report["period"], &report["from"], &report["to"]),
        (&json!("2020"), &json!("2015-01-01"), &json!("2020-12-31"))
    );
    let known = figures(&report);
    for (of, key, value, year) in STATED {
        let figure = known.get(key).unwrap_or_else(|| panic!("{key} is missing"));
        assert_eq!(figure["value"], json!(value), "{key}");
        assert!(figure["to"].as_str().unwrap().starts_with(year), "{key}: {figure}");
        let said = part(&report, of)["sentences"].as_array().unwrap().iter();
        assert!(
            said.clone().any(|sentence| sentence["figures"].as_array().unwrap().contains(&json!(key))),
            "{key} is not said"
        );
    }
    for (of, words) in WRITTEN {
        let written = part(&report, of)["narrative"]["paragraphs"].to_string();
        assert!(written.contains(words), "{words} in {of}");
    }
    // The 33 documents that the report cites (its own draft is none of them), each with its number.
    assert_eq!(known["guidance.directives"]["value"], 33);
    let examples: Value =
        serde_json::from_str(include_str!("../../../examples/dong-nai-2020/directives/batch.json")).unwrap();
    let mut cited: Vec<&str> =
        examples["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
    cited.retain(|number| *number != "/BC-SKHCN");
    let table = &part(&report, "guidance")["tables"][1];
    let mut named: Vec<&str> =
        table["rows"].as_array().unwrap().iter().map(|row| row[2].as_str().unwrap()).collect();
    cited.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, cited);
    // The document says the same.
    let docx = reader.get(&REPORT.replace("mobilization?", "mobilization.docx?")).send().expect(200);
    let text = lines(&parts(docx.bytes())["word/document.xml"]).join("\n");
    for words in [
        "giao là 47, biên chế có mặt là 47",
        "182",
        "04 phòng chuyên môn",
        "đơn vị báo cáo 90%",
        "200 mẫu chuyện",
        "2583/KH-UBND",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[test]
fn ten_calls_lead_from_records_to_a_sealed_report() {
    let site = Site::new(Backend::Sqlite);
    let process = site.serve();
    let scope = "organizations:write records:write kpis:write directives:write reports:read reports:write";
    let token = printed(&site.run(&["token", "--org", "*", "--scope", scope]));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/year-of-a-department.sh");
    let run = || {
        let mut command = Command::new("sh");
        command.arg(script).arg(site.folder.path());
        let output = command.env("BASE", &process.base).env("TOKEN", token.trim()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        told
    };
    let told = run();
    assert_eq!(
        told.lines()
            .filter(|line| line.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok()))
            .count(),
        10,
        "{told}"
    );
    let read = |name: &str| std::fs::read(site.folder.path().join(name)).unwrap();
    let text = lines(&parts(&read("report.docx"))["word/document.xml"]).join("\n");
    for words in [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH ĐỒNG NAI",
        "biên chế có mặt là 47",
        "tính từ hồ sơ 100%",
        "Đoàn Tấn Đạt",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let sealed =
        || serde_json::from_slice::<Value>(&read("seal.json")).unwrap()["id"].as_str().unwrap().to_owned();
    let first = sealed();
    let verify = |id: &str| {
        let verdict =
            site.root(&process).get(&format!("/api/v1/reports/sealed/{id}/verify")).send().expect(200);
        assert_eq!(verdict.json()["valid"], true);
    };
    verify(&first);
    // Run again, it leaves staffing, stated figure and cover as they are, and seals the report once more.
    let told = run();
    assert_eq!(told.matches("is there already and left as it is").count(), 3, "{told}");
    assert_ne!(sealed(), first);
    verify(&sealed());
}
