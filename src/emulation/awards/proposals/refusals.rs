//! Why something may not happen to a proposal.

use super::machine::{AwardState, AwardStep};
use super::model::AwardId;
use crate::emulation::awards::titles::model::AwardTitleId;
use crate::refusals;

refusals! {
    /// Why something may not happen to a proposal.
    Refusal {
        /// Not in this state.
        NotNow { step: AwardStep, state: AwardState } = Conflict "award-state"
            ("This may not happen in the state of the proposal", "Không thực hiện được ở trạng thái hiện tại của hồ sơ khen thưởng")
            ("{step} may not happen to a proposal that is {state}.", "Không thể {step} khi hồ sơ ở trạng thái {state}."),
        /// By the other side.
        NotYours { step: AwardStep } = Forbidden "award-of-another"
            ("This is for the other side of the proposal", "Việc này thuộc bên kia của hồ sơ khen thưởng")
            ("{step} is for who reaches the organization that decides (all organizations, where a body outside decides), or, of a withdrawal, the one that proposes.",
             "{step} dành cho người có quyền với cơ quan quyết định (với mọi tổ chức, nếu cơ quan ngoài hệ thống quyết định); riêng việc rút hồ sơ dành cho đơn vị đề nghị."),
        /// By a body outside the register.
        GivenOutside { title: AwardTitleId } = Invalid "award-given-outside"
            ("This is given by a body outside the register", "Danh hiệu, hình thức này do cơ quan ngoài hệ thống tặng")
            ("No organization of the register gives {title}: say in outside_authority who does, such as the Prime Minister.",
             "Không tổ chức nào trong hệ thống được tặng {title}: ghi cơ quan tặng (như Thủ tướng Chính phủ) tại outside_authority."),
        /// By an organization of the register.
        GivenInside { title: AwardTitleId } = Invalid "award-given-inside"
            ("This is given by an organization of the register", "Danh hiệu, hình thức này do tổ chức trong hệ thống tặng")
            ("{title} is given by an organization of the register: say in authority which.",
             "{title} do tổ chức trong hệ thống tặng: ghi mã tổ chức tại authority."),
        /// By organizations of other kinds.
        GivenByOthers { title: AwardTitleId, kinds: String } = Invalid "award-given-by-others"
            ("Who is to decide may not give this", "Cơ quan quyết định không có thẩm quyền tặng")
            ("{title} is given by organizations of these kinds: {kinds}.", "{title} do các loại tổ chức sau tặng: {kinds}."),
        /// The rules are not met.
        NotEligible { title: AwardTitleId, number: usize } = Conflict "award-not-eligible"
            ("The rules of the title are not met", "Chưa đủ điều kiện được khen thưởng")
            ("Condition {number} of {title} is not met; /emulation/eligibility tells by which records.",
             "Điều kiện {number} của {title} chưa đạt; xem chi tiết tại /emulation/eligibility."),
        /// No vote.
        VoteNeeded = Conflict "award-vote-needed"
            ("A vote of the council is needed first", "Cần có kết quả bỏ phiếu của hội đồng")
            ("By the rules of that year, the council votes before the decision.", "Theo quy định của năm đó, hội đồng phải bỏ phiếu trước khi quyết định."),
        /// Not enough votes.
        VoteShort { votes_for: i32, members_total: i32 } = Conflict "award-vote-short"
            ("The vote is not enough", "Không đủ tỷ lệ phiếu")
            ("{votes_for} votes of {members_total} members of the council are fewer than the rules of that year ask for.",
             "{votes_for} phiếu trên tổng số {members_total} thành viên hội đồng không đạt tỷ lệ theo quy định của năm đó."),
        /// No more of them.
        CapReached { most: i64, base: i64, of: AwardTitleId } = Conflict "award-cap-reached"
            ("No more of this title may be given to the unit", "Đơn vị đã đủ số lượng được khen thưởng")
            ("For that year the unit may be given {most} of this title, since it was given {base} of {of}.",
             "Trong năm đó đơn vị được tặng tối đa {most} danh hiệu này, vì có {base} danh hiệu {of}."),
        /// Given already.
        GivenAlready { award: AwardId } = Conflict "award-given-already"
            ("This was given already", "Đã được khen thưởng")
            ("The title was given for that year, or a commendation for that achievement, by award {award}.",
             "Danh hiệu của năm đó, hoặc khen thưởng cho thành tích đó, đã được tặng theo hồ sơ {award}."),
    }
}
