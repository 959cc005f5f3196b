//! What a message was accepted with, and somebody should look at. Pure.

use serde::{Deserialize, Serialize};

use crate::closed_set;
use crate::platform::text::Text;

closed_set! {
    /// What somebody should look at in a message that was accepted.
    EdxmlWarning, "not-in-set" {
        /// A day or moment begins with the day, `20/06/2020`; it is read so and written the other way.
        DayFirst = "day_first",
        /// Number and notation together are not read as a document number.
        NumberUnreadable = "number_unreadable",
        /// An agency's code is not known. Once it is, the message is sent again.
        AgencyUnknown = "agency_unknown",
        /// An agency was not there when the document was issued.
        AgencyClosed = "agency_closed",
        /// A code of the old form with fewer than its four groups.
        AgencyCodeShort = "agency_code_short",
        /// An element that is not known here was left out.
        UnknownElement = "unknown_element",
        /// Characters that nobody can see were taken out of a text.
        InvisibleRemoved = "invisible_removed",
        /// A text is longer than other systems expect.
        LongerThanUsual = "longer_than_usual",
        /// An attachment has another name or type in the manifest.
        AttachmentDiffers = "attachment_differs",
        /// An attachment is of a type that is not known, and was not checked.
        AttachmentUnknown = "attachment_unknown",
        /// The message is signed; the signature was not verified and counts for nothing.
        SignatureUnverified = "signature_unverified",
        /// The signature is not in the namespace of XML signatures, so that nobody can verify it.
        SignatureForeign = "signature_foreign",
        /// The signature uses SHA-1, which can be forged.
        SignatureObsolete = "signature_obsolete",
        /// A status came out of its order; it is kept, and the state is told by the moments.
        StatusOrder = "status_order",
        /// It does not count among the documents that its sender issued, since the caller may not change records.
        NotCounted = "not_counted",
    }
}

/// What each means, for a person.
const TEXTS: [(EdxmlWarning, &str, &str); 15] = [
    (
        EdxmlWarning::DayFirst,
        "The day comes first; it was read as dd/MM/yyyy.",
        "Ngày đứng trước; đã được đọc theo dạng dd/MM/yyyy.",
    ),
    (
        EdxmlWarning::NumberUnreadable,
        "Number and notation are not read as a document number.",
        "Số và ký hiệu không đọc được thành số, ký hiệu văn bản.",
    ),
    (
        EdxmlWarning::AgencyUnknown,
        "The agency is not known; once it is, send the message again.",
        "Không có cơ quan mang mã này; khi đã có, hãy gửi lại thông điệp.",
    ),
    (
        EdxmlWarning::AgencyClosed,
        "The agency did not exist on the day of issue.",
        "Cơ quan không tồn tại vào ngày ban hành.",
    ),
    (
        EdxmlWarning::AgencyCodeShort,
        "The code has the old form, but not all of its groups.",
        "Mã định danh theo dạng cũ nhưng thiếu nhóm.",
    ),
    (
        EdxmlWarning::UnknownElement,
        "The element is not known and was left out.",
        "Phần tử không có trong quy định nên bị bỏ qua.",
    ),
    (
        EdxmlWarning::InvisibleRemoved,
        "Characters that cannot be seen were taken out.",
        "Đã bỏ các ký tự không nhìn thấy được.",
    ),
    (
        EdxmlWarning::LongerThanUsual,
        "The text is longer than other systems expect.",
        "Nội dung dài hơn mức các hệ thống khác chấp nhận.",
    ),
    (
        EdxmlWarning::AttachmentDiffers,
        "Manifest and attachment give another name or type.",
        "Danh mục và tệp đính kèm ghi tên hoặc loại khác nhau.",
    ),
    (
        EdxmlWarning::AttachmentUnknown,
        "The type of the attachment is not known; its content was not checked.",
        "Không rõ loại tệp đính kèm; nội dung chưa được kiểm tra.",
    ),
    (
        EdxmlWarning::SignatureUnverified,
        "The signature of the message was not verified.",
        "Chữ ký của thông điệp chưa được kiểm tra.",
    ),
    (
        EdxmlWarning::SignatureForeign,
        "The signature is not in the namespace of XML signatures and cannot be verified.",
        "Chữ ký không thuộc không gian tên chữ ký XML nên không thể kiểm tra.",
    ),
    (
        EdxmlWarning::SignatureObsolete,
        "The signature uses SHA-1, which is obsolete.",
        "Chữ ký dùng SHA-1, thuật toán đã lỗi thời.",
    ),
    (
        EdxmlWarning::StatusOrder,
        "The status does not follow from the one before it.",
        "Trạng thái không theo trình tự của trạng thái trước.",
    ),
    (
        EdxmlWarning::NotCounted,
        "The document was not counted as issued by its sender: that needs the scope records:write.",
        "Văn bản chưa được tính vào số văn bản đi của cơ quan gửi: cần quyền records:write.",
    ),
];

impl EdxmlWarning {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        TEXTS.into_iter().map(|(warning, ..)| warning)
    }

    /// What it means, for a person.
    pub fn text(self) -> Text {
        let found = TEXTS.iter().find(|(warning, ..)| *warning == self);
        found.map_or_else(|| Text::new(self.as_str(), self.as_str()), |(_, en, vi)| Text::new(*en, *vi))
    }
}

/// A warning and where in the message it points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The names of the elements from the root, with a number where several have one name.
    pub at: String,
    /// What to look at.
    pub warning: EdxmlWarning,
}

impl Warning {
    /// A warning at a place.
    pub fn at(at: impl Into<String>, warning: EdxmlWarning) -> Self {
        Self { at: at.into(), warning }
    }

    /// Whether the message has to wait until somebody decides.
    pub fn quarantines(&self) -> bool {
        matches!(self.warning, EdxmlWarning::AgencyUnknown | EdxmlWarning::AgencyClosed)
    }
}
