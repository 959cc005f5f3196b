//! Why a movement refuses. Pure.

use chrono::NaiveDate;

use super::machine::{MovementEvent, MovementState};
use super::words::{EmulationField, EmulationLevel, GroupCode};
use crate::kpis::periods::model::Period;
use crate::refusals;

refusals! {
    /// Why a movement refuses.
    Refusal {
        /// Another's.
        OfAnother = Conflict "movement-of-another"
            ("The movement runs in an organization out of reach", "Phong trào thuộc tổ chức ngoài phạm vi")
            ("Only who reaches the organization in which a movement runs may change it.", "Chỉ người có quyền với tổ chức triển khai phong trào mới được thay đổi."),
        /// Not in this state.
        NotNow { event: MovementEvent, state: MovementState } = Conflict "movement-state"
            ("This may not happen in the state of the movement", "Không thực hiện được ở trạng thái hiện tại của phong trào")
            ("{event} may not happen to a movement that is {state}.", "Không thể {event} khi phong trào ở trạng thái {state}."),
        /// A round that began after the end.
        Over { movement: String, day: NaiveDate } = Conflict "movement-closed"
            ("The movement was closed before this round", "Phong trào đã tổng kết trước đợt này")
            ("{movement} was closed on {day}, before this round began.", "Phong trào {movement} đã tổng kết ngày {day}, trước khi đợt này bắt đầu."),
        /// Records are of the group.
        GroupUsed { group: GroupCode } = Conflict "movement-group-used"
            ("Records are of this group", "Khối đã có hồ sơ")
            ("Somebody was nominated in the group {group}: its name may change, its code stays.",
             "Đã có đề cử trong khối {group}: có thể đổi tên khối, không được bỏ hay đổi mã."),
        /// Records are of the round.
        RoundUsed { round: Period } = Conflict "movement-round-used"
            ("Records are of this round", "Đợt đã có hồ sơ")
            ("Nominations or participation of the round {round} are recorded: it must remain a round of the movement.",
             "Đã có đề cử hoặc số liệu tham gia của đợt {round}: phong trào phải giữ đợt này."),
        /// Exemplars are of it.
        ExemplarsUsed { field: EmulationField, level: EmulationLevel, year: i32 } = Conflict "movement-exemplars-used"
            ("Exemplars of the movement would no longer fit it", "Mô hình, điển hình đã đăng ký không còn phù hợp với phong trào")
            ("An exemplar of {year} in the field {field}, at the level {level}, is registered: the movement must know all three.",
             "Đã có mô hình, điển hình năm {year}, lĩnh vực {field}, cấp {level}: phong trào phải giữ cả ba."),
    }
}
