//! Why a message is refused: one table, and where in the message it points. Pure.

use std::fmt;

use chrono::NaiveDate;

use crate::platform::fault::{Class, Fault, Place, Wrong};
use crate::platform::text::Text;
use crate::refusals;

refusals! {
    /// Why a message of edXML is refused. The rules are those of QCVN 102:2016/BTTTT as far as they are known, and our own
    /// where the reference implementation checks nothing.
    Refusal {
        /// No XML, or not in UTF-8.
        Malformed = Malformed "edxml-malformed"
            ("The message is not well-formed XML in UTF-8", "Thông điệp không phải là XML đúng cú pháp, mã hóa UTF-8")
            ("The message is not well-formed XML in UTF-8.", "Thông điệp không phải là XML đúng cú pháp, mã hóa UTF-8."),
        /// A document type declaration.
        Doctype = Malformed "edxml-doctype"
            ("A message may not declare a document type", "Thông điệp không được khai báo DOCTYPE")
            ("A message may not declare a document type or entities.", "Thông điệp không được khai báo DOCTYPE hay thực thể."),
        /// An entity that XML does not know by itself.
        Entity = Malformed "edxml-entity"
            ("A message may not use entities of its own", "Thông điệp không được dùng thực thể riêng")
            ("Only the entities that XML itself defines, and characters by number, may be used.", "Chỉ được dùng các thực thể có sẵn của XML và ký tự theo mã số."),
        /// Another document put in (`XInclude`), or a processing instruction.
        Inclusion = Malformed "edxml-inclusion"
            ("A message may not include others or instruct its reader", "Thông điệp không được chèn nội dung ngoài hay chỉ thị xử lý")
            ("A message may not include others (XInclude) or instruct its reader (processing instructions).", "Thông điệp không được chèn nội dung ngoài (XInclude) hay chứa chỉ thị xử lý."),
        /// Another document element.
        Root = Invalid "edxml-root"
            ("The document element is not edXML", "Phần tử gốc không phải là edXML")
            ("The document element must be edXML with an envelope in it.", "Phần tử gốc phải là edXML và chứa phong bì (edXMLEnvelope)."),
        /// A namespace that is not that of the standard.
        Namespace = Invalid "edxml-namespace"
            ("The namespace is not that of QCVN 102:2016", "Không gian tên không phải của QCVN 102:2016")
            ("Every element must belong to http://www.mic.gov.vn/TBT/QCVN_102_2016.", "Mọi phần tử phải thuộc không gian tên http://www.mic.gov.vn/TBT/QCVN_102_2016."),
        /// Elements within elements within elements.
        TooDeep { most: usize } = Invalid "edxml-too-deep"
            ("The elements are nested too deeply", "Các phần tử lồng nhau quá sâu")
            ("Elements may be nested {most} deep.", "Các phần tử được lồng tối đa {most} cấp."),
        /// Too many elements or attributes.
        TooMany { most: usize } = TooLarge "edxml-too-many-elements"
            ("The message has too many elements", "Thông điệp có quá nhiều phần tử")
            ("There may be at most {most} here.", "Ở đây được tối đa {most}."),
        /// The message as a whole.
        TooLarge { most: u64 } = TooLarge "edxml-too-large"
            ("The message is too large", "Thông điệp quá lớn")
            ("The message may have at most {most} bytes.", "Thông điệp được tối đa {most} byte."),
        /// Too many attachments.
        TooManyAttachments { most: usize } = TooLarge "edxml-too-many-attachments"
            ("The message has too many attachments", "Thông điệp có quá nhiều tệp đính kèm")
            ("The message may have at most {most} attachments.", "Thông điệp được tối đa {most} tệp đính kèm."),
        /// One attachment.
        AttachmentTooLarge { most: u64 } = TooLarge "edxml-attachment-too-large"
            ("An attachment is too large", "Tệp đính kèm quá lớn")
            ("An attachment may have at most {most} bytes.", "Tệp đính kèm được tối đa {most} byte."),
        /// A text without end.
        TextTooLong { most: usize } = Invalid "edxml-text-too-long"
            ("A text is too long", "Nội dung quá dài")
            ("The text may have at most {most} characters.", "Nội dung được tối đa {most} ký tự."),
        /// The subject (trích yếu).
        SubjectTooLong { length: usize } = Invalid "edxml-subject-too-long"
            ("The subject is longer than 500 characters", "Trích yếu dài quá 500 ký tự")
            ("The subject has {length} characters; it may have 500.", "Trích yếu có {length} ký tự; được tối đa 500."),
        /// An element that must be there, with something in it.
        Missing = Invalid "edxml-missing"
            ("A required element is missing or empty", "Thiếu phần tử bắt buộc hoặc phần tử trống")
            ("The element is required and is missing or empty.", "Phần tử này là bắt buộc nhưng không có hoặc để trống."),
        /// An element twice where there may be one.
        Repeated = Invalid "edxml-repeated"
            ("An element stands more than once", "Phần tử xuất hiện nhiều lần")
            ("The element may stand only once here.", "Phần tử này chỉ được xuất hiện một lần."),
        /// A code of an agency that is none.
        AgencyCode { code: String } = Invalid "edxml-agency-code"
            ("It is not the code of an agency", "Không phải mã định danh cơ quan")
            ("\"{code}\" has not the form of an agency's code, H19.06 or 000.00.06.H19.", "\"{code}\" không đúng dạng mã định danh, như H19.06 hoặc 000.00.06.H19."),
        /// An agency that nobody knows, on sending.
        AgencyUnknown { code: String } = Invalid "edxml-agency-unknown"
            ("The agency is not known", "Không có cơ quan này")
            ("No agency with the code {code} is known.", "Không có cơ quan nào mang mã {code}."),
        /// An agency that was closed when the document was issued, on sending.
        AgencyClosed { code: String, day: NaiveDate } = Invalid "edxml-agency-closed"
            ("The agency was closed", "Cơ quan đã chấm dứt")
            ("The agency with the code {code} did not exist on {day}.", "Cơ quan mang mã {code} không tồn tại vào ngày {day}."),
        /// A receiver twice.
        ReceiverRepeated { code: String } = Invalid "edxml-receiver-repeated"
            ("A receiver stands twice", "Nơi nhận bị lặp")
            ("{code} is a receiver already.", "{code} đã là nơi nhận."),
        /// Sent to nobody else.
        SenderIsReceiver = Invalid "edxml-sender-is-receiver"
            ("The sender is the only receiver", "Nơi gửi là nơi nhận duy nhất")
            ("A document must go to another agency than its sender.", "Văn bản phải được gửi tới cơ quan khác nơi gửi."),
        /// No day.
        Date = Invalid "edxml-date-invalid"
            ("It is not a day", "Không phải là ngày hợp lệ")
            ("The day must be one of the calendar, written yyyy/MM/dd.", "Ngày phải có thật, viết theo dạng yyyy/MM/dd."),
        /// A document of tomorrow.
        DateToCome = Invalid "edxml-date-future"
            ("The day lies in the future", "Ngày ở tương lai")
            ("A document cannot be issued in the future.", "Văn bản không thể có ngày ban hành ở tương lai."),
        /// A document from before there was a State.
        DateTooEarly = Invalid "edxml-date-too-early"
            ("The day lies before 1945", "Ngày trước năm 1945")
            ("No document of the State or the Party can be from before 1945.", "Văn bản của Đảng, Nhà nước không thể có trước năm 1945."),
        /// No moment.
        Timestamp = Invalid "edxml-timestamp-invalid"
            ("It is not a moment", "Không phải là thời điểm hợp lệ")
            ("The moment must be written yyyy/MM/dd HH:mm:ss.", "Thời điểm phải viết theo dạng yyyy/MM/dd HH:mm:ss."),
        /// A state of tomorrow, which would hide all that come until then.
        TimestampToCome = Invalid "edxml-timestamp-future"
            ("The moment lies in the future", "Thời điểm ở tương lai")
            ("A status cannot be from the future.", "Trạng thái không thể có thời điểm ở tương lai."),
        /// Letters where a number belongs.
        NotANumber = Invalid "edxml-not-a-number"
            ("It is not a number", "Không phải là số")
            ("The element must hold a whole number from 0 on.", "Phần tử này phải chứa số nguyên không âm."),
        /// A number or word that has no meaning here.
        NotInSet { allowed: &'static str } = Invalid "edxml-not-in-set"
            ("It is not one of the allowed values", "Không thuộc các giá trị cho phép")
            ("Allowed are {allowed}.", "Các giá trị cho phép: {allowed}."),
        /// What is revoked or updated is not named.
        BusinessDocument = Invalid "edxml-business-document-missing"
            ("The document to be revoked or updated is not named", "Không nêu văn bản bị thu hồi hoặc cập nhật")
            ("A revocation or an update must name its document (Bussiness/DocumentId).", "Thu hồi hoặc cập nhật phải nêu văn bản (Bussiness/DocumentId)."),
        /// What an update changes is not told.
        UpdateMissing = Invalid "edxml-update-missing"
            ("What the update changes is not told", "Không nêu nội dung cập nhật")
            ("An update must tell what it changes (BussinessDocumentInfo).", "Cập nhật phải nêu nội dung thay đổi (BussinessDocumentInfo)."),
        /// What is replaced is not told.
        ReplacementMissing = Invalid "edxml-replacement-missing"
            ("What is replaced is not told", "Không nêu văn bản bị thay thế")
            ("A replacement must tell what it replaces (ReplacementInfoList).", "Thay thế phải nêu văn bản bị thay thế (ReplacementInfoList)."),
        /// A file without its entry, or an entry without its file.
        Unpaired = Invalid "edxml-attachment-unpaired"
            ("Attachments and manifest do not match", "Tệp đính kèm không khớp danh mục")
            ("Each Reference of the manifest needs one Attachment with its ContentId, and each Attachment a Reference.", "Mỗi Reference trong danh mục phải có đúng một Attachment cùng ContentId và ngược lại."),
        /// Two attachments with one id.
        ContentIdRepeated = Invalid "edxml-content-id-repeated"
            ("A ContentId stands twice", "ContentId bị lặp")
            ("The ContentId stands twice.", "ContentId này xuất hiện hai lần."),
        /// No base64.
        Base64 = Invalid "edxml-base64-invalid"
            ("The content is not base64", "Nội dung không phải base64")
            ("The content of the attachment is not base64.", "Nội dung tệp đính kèm không phải base64."),
        /// Nothing attached.
        AttachmentEmpty = Invalid "edxml-attachment-empty"
            ("An attachment is empty", "Tệp đính kèm trống")
            ("The attachment has no content.", "Tệp đính kèm không có nội dung."),
        /// A name that would do harm as a file's.
        AttachmentName = Invalid "edxml-attachment-name"
            ("An attachment's name cannot be a file's", "Tên tệp đính kèm không hợp lệ")
            ("The name may have 200 characters, no slash, no control characters, and not two dots in a row.", "Tên tệp được tối đa 200 ký tự, không chứa dấu gạch chéo, ký tự điều khiển hay hai dấu chấm liền nhau."),
        /// Something else than is said.
        AttachmentType { declared: String, found: &'static str } = Invalid "edxml-attachment-type"
            ("An attachment is not of its type", "Tệp đính kèm không đúng loại khai báo")
            ("The attachment is said to be {declared}, but its content is {found}.", "Tệp đính kèm được khai báo là {declared} nhưng nội dung là {found}."),
        /// A zip bomb.
        ArchiveTooLarge { most: u64 } = Invalid "edxml-archive-too-large"
            ("An archive becomes too large", "Tệp nén bung ra quá lớn")
            ("The archive becomes larger than {most} bytes, or much larger than it is, or holds too many files.", "Tệp nén bung ra lớn hơn {most} byte, hoặc lớn hơn nhiều so với kích thước tệp, hoặc chứa quá nhiều tệp."),
        /// An archive that nobody can look into.
        ArchiveUnreadable = Invalid "edxml-archive-unreadable"
            ("An archive cannot be checked", "Không kiểm tra được tệp nén")
            ("The archive is broken, encrypted or packed in a way that cannot be checked.", "Tệp nén bị hỏng, được mã hóa hoặc nén theo cách không kiểm tra được."),
        /// No status.
        StatusCode = Invalid "edxml-status-code"
            ("It is none of the nine statuses", "Không thuộc chín mã trạng thái")
            ("The status must be 01, 02, 03, 04, 05, 06, 13, 15 or 16.", "Trạng thái phải là 01, 02, 03, 04, 05, 06, 13, 15 hoặc 16."),
        /// A status of nothing.
        StatusDocument { document: String } = Invalid "edxml-status-document-unknown"
            ("The document of the status is not known", "Không có văn bản của trạng thái này")
            ("No document {document} was exchanged.", "Không có văn bản {document} nào đã được gửi nhận."),
        /// Somebody answers who was not asked.
        StatusSender { status: &'static str } = Invalid "edxml-status-sender"
            ("This agency may not send the status", "Cơ quan này không được gửi trạng thái")
            ("Status {status} is not this agency's to send: 13 comes from the document's sender, all others from its receivers.", "Cơ quan này không được gửi trạng thái {status}: 13 do nơi gửi văn bản, các mã khác do nơi nhận gửi."),
        /// Not after what came before, on sending.
        StatusOrder { status: &'static str, before: &'static str } = Conflict "edxml-status-order"
            ("The status cannot follow", "Trạng thái không theo trình tự")
            ("Status {status} cannot follow {before}.", "Trạng thái {status} không thể theo sau {before}."),
        /// The same document again, changed.
        Resent { document: String } = Conflict "edxml-resent-differently"
            ("The document was sent before with another content", "Văn bản đã được gửi với nội dung khác")
            ("{document} was sent before with another content; a change is an update or a replacement.", "{document} đã được gửi với nội dung khác; thay đổi phải gửi dưới dạng cập nhật hoặc thay thế."),
        /// A state secret (QĐ 28/2018/QĐ-TTg Art. 1.2).
        Secret = Invalid "edxml-secret"
            ("A secret document may not be exchanged here", "Không được gửi nhận văn bản mật qua hệ thống này")
            ("The document is marked as secret; state secrets may not be exchanged here (QĐ 28/2018/QĐ-TTg, Art. 1).", "Văn bản được đánh dấu mật; bí mật nhà nước không được gửi nhận qua hệ thống này (Điều 1 QĐ 28/2018/QĐ-TTg)."),
    }
}

impl Refusal {
    /// Its stable name.
    pub fn code(&self) -> &'static str {
        self.said().0
    }

    /// What is wrong, for a person.
    pub fn text(&self) -> Text {
        self.said().1
    }
}

/// One thing that is wrong with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: the names of the elements from the root, with a number where several have one name.
    pub at: String,
    /// What.
    pub refusal: Refusal,
}

/// A message is refused; at least one finding says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in the order in which it was found.
    pub findings: Vec<Finding>,
}

impl Refused {
    /// One thing is wrong.
    pub fn because(at: impl Into<String>, refusal: Refusal) -> Self {
        Self { findings: vec![Finding { at: at.into(), refusal }] }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{}: {}: {}", finding.at, finding.refusal.code(), finding.refusal.text().en)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

/// The problem is that of the first finding, but a secret comes before everything else; all are told one by one.
impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let wrongs = refused.findings.iter().map(|Finding { at, refusal }| {
            let text = refusal.text();
            let detail = Text::new(format!("{at}: {}", text.en), format!("{at}: {}", text.vi));
            Wrong { place: Place::Body(at.clone()), code: refusal.code(), detail }
        });
        let wrongs = wrongs.collect();
        let first = refused.findings.iter().find(|finding| finding.refusal == Refusal::Secret);
        let first = first.or(refused.findings.first()).map(|finding| finding.refusal.clone());
        let fault = first.map_or_else(|| Self::broken("a message was refused without a reason"), Self::from);
        // The places of a body that is too large, or no XML, are told in its text.
        let alone = matches!(fault.kind.class, Class::TooLarge | Class::Malformed);
        if alone { fault } else { Self { wrongs, ..fault } }
    }
}
