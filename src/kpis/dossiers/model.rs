//! What a dossier (hồ sơ thủ tục hành chính) is, as a one-stop system pushes it. Pure.
//!
//! Codes, days and states only: no citizen's name, address or document, by construction.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kpis::procedures::model::{ProcedureCode, Term};
use crate::organizations::OrganizationCode;
use crate::platform::Moment;
use crate::platform::input::{given, maybe_object, objects};
use crate::{closed_set, code, refusals};

code! {
    /// The code on the receipt (mã hồ sơ), such as `000.00.06.H19-200604-0001`. Both orders of TT 01/2018/TT-VPCP and QĐ
    /// 20/2020/QĐ-TTg are in use, and sequences of any length, so only the alphabet is checked.
    DossierCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._/-]*$", 64, "000.00.06.H19-200604-0001", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b))
    }
}

closed_set! {
    /// How a dossier came in (kênh thực hiện).
    #[derive(Default)]
    Channel, "not-in-set" {
        /// Trực tiếp: by hand; the national bus counts a missing channel as this.
        #[default]
        Direct = "direct",
        /// Trực tuyến.
        Online = "online",
        /// Bưu chính công ích.
        Post = "post",
    }
}

closed_set! {
    /// What happened to a dossier. The first ten are the states of the national bus (`TrangThaiHoSo` 1–10).
    Status, "not-in-set" {
        /// 1, mới đăng ký.
        Submitted = "submitted",
        /// 2, được tiếp nhận: the clock starts.
        Accepted = "accepted",
        /// 3, không được tiếp nhận.
        RefusedAtIntake = "refused_at_intake",
        /// 4, đang xử lý.
        InProgress = "in_progress",
        /// 5, yêu cầu bổ sung giấy tờ: the clock rests.
        SupplementRequested = "supplement_requested",
        /// 6, yêu cầu thực hiện nghĩa vụ tài chính: the clock rests.
        FinancialObligation = "financial_obligation",
        /// 7, công dân yêu cầu rút hồ sơ.
        Withdrawn = "withdrawn",
        /// 8, dừng xử lý.
        Stopped = "stopped",
        /// 9, đã xử lý xong: the clock ends, whenever the result is collected.
        Completed = "completed",
        /// 10, đã trả kết quả.
        Returned = "returned",
        /// The citizen brought what was asked for.
        SupplementReceived = "supplement_received",
        /// The citizen paid.
        ObligationMet = "obligation_met",
        /// A new day was promised (hẹn lại): once at most (NĐ 61/2018/NĐ-CP).
        Rescheduled = "rescheduled",
    }
}

impl Status {
    /// Its place in the life of a dossier, where two events have one moment.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Submitted => 0,
            Self::Accepted | Self::RefusedAtIntake => 1,
            Self::InProgress => 2,
            Self::SupplementRequested => 3,
            Self::FinancialObligation => 4,
            Self::SupplementReceived => 5,
            Self::ObligationMet => 6,
            Self::Rescheduled => 7,
            Self::Withdrawn | Self::Stopped => 8,
            Self::Completed => 9,
            Self::Returned => 10,
        }
    }

    /// Whether it ends a dossier.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Stopped | Self::Completed | Self::Returned)
    }
}

closed_set! {
    /// How a dossier lies to its due day.
    Lateness, "not-in-set" {
        /// It ended before it.
        Early = "early",
        /// It ended on it.
        OnDay = "on_day",
        /// It ended after it.
        Late = "late",
        /// It is open, and not past it or waiting for the citizen.
        Within = "within",
        /// It is open and past it.
        Overdue = "overdue",
    }
}

refusals! {
    /// Why a dossier is refused.
    Refusal {
        /// An event cannot come where it comes.
        Impossible { status: String, after: String } = Invalid "impossible-sequence"
            ("The events cannot have happened in this order", "Trình tự sự kiện không thể xảy ra")
            ("{status} cannot follow {after}.", "{status} không thể xảy ra sau {after}."),
        /// A wait ends that did not begin.
        NotWaiting { status: String } = Invalid "not-waiting"
            ("Nothing was asked for that could have been met", "Không có yêu cầu nào để đáp ứng")
            ("{status} answers no request that is open.", "{status} không trả lời yêu cầu nào đang mở."),
        /// A second promise.
        RescheduledTwice = Invalid "rescheduled-twice"
            ("A dossier is rescheduled once at most", "Hồ sơ chỉ được hẹn lại một lần")
            ("A second `rescheduled` is refused (NĐ 61/2018/NĐ-CP).", "Không nhận lần hẹn lại thứ hai (NĐ 61/2018/NĐ-CP)."),
        /// No due day can be found.
        NoDueDay { procedure: String } = Invalid "due-day-unknown"
            ("The due day cannot be told", "Không xác định được ngày hẹn trả")
            ("There is no `due_at`, no `term`, and procedure {procedure} is not known with a term.", "Không có `due_at`, không có `term` và thủ tục {procedure} chưa có thời hạn trong danh mục."),
        /// An event later than now.
        Future { status: String } = Invalid "event-in-future"
            ("An event lies in the future", "Sự kiện nằm trong tương lai")
            ("{status} lies in the future.", "{status} nằm trong tương lai."),
    }
}

/// Something that happened to a dossier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = DossierEvent)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub status: Status,
    /// With `rescheduled` only, and always then: the new promise.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due_at: Option<Moment>,
}

/// A dossier: its whole state as its own system knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "000.00.06.H19-200604-0001", "organization": "H19.06", "procedure": "1.001612", "channel": "online",
    "term": { "amount": 15, "unit": "working_day" },
    "events": [
        { "status": "accepted", "at": "2020-06-04T08:30:00+07:00" },
        { "status": "completed", "at": "2020-06-22T15:00:00+07:00" }
    ]
}))]
pub struct Dossier {
    /// The code on the receipt.
    pub code: DossierCode,
    /// Any code of the organization that settles it.
    pub organization: OrganizationCode,
    /// The procedure.
    pub procedure: ProcedureCode,
    /// How it came in.
    #[serde(default)]
    pub channel: Channel,
    /// How long it may take; without it, the procedure's.
    #[serde(default, deserialize_with = "maybe_object")]
    pub term: Option<Term>,
    /// What was promised at acceptance; without it, counted from the term.
    #[serde(default)]
    pub due_at: Option<Moment>,
    /// What happened, in any order; what is said twice counts once.
    #[serde(deserialize_with = "objects")]
    #[schema(min_items = 1, max_items = 200)]
    pub events: Vec<Event>,
    /// When its own system last changed it. A state older than any that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

impl Dossier {
    /// The state that it was left in, by the ten states of the national bus. Events must be in order.
    pub fn state(&self) -> Status {
        let mut state = Status::Submitted;
        for event in &self.events {
            state = match event.status {
                Status::Rescheduled => state,
                Status::SupplementReceived | Status::ObligationMet => Status::InProgress,
                other => other,
            };
        }
        state
    }
}
