//! Why a request was not answered. No HTTP here: `problem.rs` turns a [`Fault`] into an answer.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::text::Text;

/// What sort of refusal a problem is; the one thing that decides its status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request cannot be read.
    Malformed,
    /// The request does not come to an end.
    Slow,
    /// Nobody, or nobody we believe, is asking.
    Anonymous,
    /// The caller may not do this.
    Forbidden,
    /// There is no such record, or none that the caller may know of.
    Missing,
    /// What was there and is kept no longer.
    Gone,
    /// The record knows other methods.
    Method,
    /// The caller accepts none of the forms we have.
    Unacceptable,
    /// The request contradicts what is stored.
    Conflict,
    /// The record changed since the caller read it.
    Stale,
    /// More than we take.
    TooLarge,
    /// A URL longer than we take.
    TooLong,
    /// A form that we do not read.
    Media,
    /// Readable, but not right.
    Invalid,
    /// A change must say which version it changes.
    Unconditional,
    /// Too many requests.
    Throttled,
    /// Headers larger than we take.
    HeadTooLarge,
    /// Our own fault.
    Broken,
    /// Not now; later yes.
    Busy,
}

/// A kind of problem, listed at `/problems`. Its code never changes.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable name, also the last segment of the problem's `type`.
    pub code: &'static str,
    /// What sort of refusal it is.
    pub class: Class,
    /// English title.
    pub en: &'static str,
    /// Vietnamese title.
    pub vi: &'static str,
}

impl Kind {
    /// A kind of problem with its title in both languages.
    pub const fn new(code: &'static str, class: Class, en: &'static str, vi: &'static str) -> Self {
        Self { code, class, en, vi }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// JSON Pointer into the body, or the name of a parameter.
    pub place: Place,
    /// Stable name of the fault; `/problems` lists them.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub detail: Text,
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// JSON Pointer (RFC 6901) into the body.
    Body(String),
    /// Name of a query parameter, path parameter or header.
    Parameter(String),
}

/// What an answer carries besides its text.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
    /// The current version of the record.
    pub etag: Option<String>,
    /// Value of `WWW-Authenticate`.
    pub challenge: Option<String>,
    /// What would have been accepted: header name and value.
    pub accepted: Option<(&'static str, Cow<'static, str>)>,
    /// More is wrong than is told.
    pub truncated: bool,
    /// Further members of the problem document.
    pub members: Vec<(&'static str, serde_json::Value)>,
}

/// Why a request was not answered.
#[derive(Debug)]
pub struct Fault {
    /// Which kind of problem.
    pub kind: &'static Kind,
    /// What happened, for a person; never SQL, a path or a stack.
    pub detail: Text,
    /// Every single fault of the request.
    pub wrongs: Vec<Wrong>,
    /// What else the answer says.
    pub hints: Box<Hints>,
    /// What the log gets to see.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault of a kind, with its own text.
    pub fn new(kind: &'static Kind, detail: Text) -> Self {
        Self { kind, detail, wrongs: Vec::new(), hints: Box::default(), source: None }
    }

    /// A fault whose kind says everything.
    pub fn of(kind: &'static Kind) -> Self {
        Self::new(kind, Text::new(kind.en, kind.vi))
    }

    /// No such record, or none within the caller's reach: the two must look the same.
    pub fn missing() -> Self {
        Self::of(&kinds::NOT_FOUND)
    }

    /// Everything that is wrong with a readable request.
    pub fn invalid(wrongs: Vec<Wrong>) -> Self {
        Self { wrongs, ..Self::of(&kinds::INVALID) }
    }

    /// Something of ours is broken; the source goes to the log only.
    pub fn broken(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..Self::of(&kinds::INTERNAL) }
    }

    /// The database, or a place in its queue, is not to be had now.
    pub fn busy(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..Self::of(&kinds::UNAVAILABLE) }.retry_after(1)
    }

    /// The record of an item stands in the same batch at an index before.
    pub fn repeated(key: impl fmt::Display, first: usize) -> Self {
        let en = format!("{key} stands in this batch already, at index {first}.");
        let vi = format!("{key} đã có trong lô này, ở vị trí {first}.");
        Self::new(&kinds::REPEATED, Text::new(en, vi))
    }

    /// The record has another version than the caller's `If-Match` or `If-None-Match` allows.
    pub fn stale(current: Option<String>) -> Self {
        let mut fault = Self::of(&kinds::VERSION_MISMATCH);
        fault.hints.etag = current;
        fault
    }

    /// The same with no more single faults than that; it says whether there are more.
    #[must_use]
    pub fn with_at_most(mut self, most: usize) -> Self {
        self.hints.truncated |= self.wrongs.len() > most;
        self.wrongs.truncate(most);
        self.wrongs.shrink_to_fit();
        self
    }

    /// The same refusal once more, without what the log gets to see.
    #[must_use]
    pub fn again(&self) -> Self {
        let Self { kind, detail, wrongs, hints, .. } = self;
        Self { kind, detail: detail.clone(), wrongs: wrongs.clone(), hints: hints.clone(), source: None }
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.hints.retry_after = Some(seconds);
        self
    }

    /// Adds a member to the problem document.
    #[must_use]
    pub fn member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.hints.members.push((name, value.into()));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code, self.detail.en)?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl Error for Fault {}

macro_rules! platform_kinds {
    ($($name:ident = $code:literal $class:ident $en:literal $vi:literal;)*) => {
        $(#[doc = $en] pub const $name: Kind = Kind::new($code, Class::$class, $en, $vi);)*
        /// All of them, for `/problems`.
        pub const ALL: &[&Kind] = &[$(&$name),*];
    };
}

/// The kinds of problem that any operation can answer.
pub mod kinds {
    use super::{Class, Kind};

    platform_kinds! {
        MALFORMED = "malformed-request" Malformed "The request cannot be read" "Không đọc được yêu cầu";
        DUPLICATE_KEY = "duplicate-key" Malformed "A name stands twice in one JSON object" "Một tên xuất hiện hai lần trong cùng một đối tượng JSON";
        INVALID_CURSOR = "invalid-cursor" Malformed "The cursor is not one of this list" "Con trỏ trang không thuộc danh sách này";
        INVALID_TOKEN_REQUEST = "invalid-token-request" Malformed "The access token must come in one Authorization header, as Bearer" "Mã truy cập phải nằm trong đúng một tiêu đề Authorization, dạng Bearer";
        TOKEN_UNWANTED = "token-unwanted" Malformed "This is taken only without an access token, which would tell who sends it" "Yêu cầu này chỉ được tiếp nhận khi không kèm mã truy cập, vì mã truy cập cho biết người gửi";
        INVALID_TOKEN_GRANT = "invalid-token-grant" Malformed "This token cannot be granted" "Không thể cấp mã truy cập này";
        INVALID_IDEMPOTENCY_KEY = "invalid-idempotency-key" Malformed "The Idempotency-Key is not 1 to 255 visible ASCII characters" "Idempotency-Key phải gồm 1 đến 255 ký tự ASCII nhìn thấy được";
        UNAUTHENTICATED = "unauthenticated" Anonymous "An access token is needed" "Cần có mã truy cập";
        INVALID_TOKEN = "invalid-token" Anonymous "The access token is not accepted" "Mã truy cập không được chấp nhận";
        INVALID_CLIENT = "invalid-client" Anonymous "The client's credentials are not accepted" "Thông tin xác thực của ứng dụng không được chấp nhận";
        INSUFFICIENT_SCOPE = "insufficient-scope" Forbidden "The access token lacks the scope" "Mã truy cập không có phạm vi quyền cần thiết";
        OUT_OF_REACH = "out-of-reach" Forbidden "This needs a token for all organizations" "Việc này cần mã truy cập có hiệu lực với mọi tổ chức";
        NOT_FOUND = "not-found" Missing "There is no such record" "Không có bản ghi này";
        METHOD_NOT_ALLOWED = "method-not-allowed" Method "The method is not allowed here" "Phương thức không được phép ở đây";
        NOT_ACCEPTABLE = "not-acceptable" Unacceptable "No acceptable form of the answer exists" "Không có dạng trả lời nào phù hợp";
        REQUEST_TIMEOUT = "request-timeout" Slow "The request did not arrive in time" "Yêu cầu không đến kịp thời gian";
        CONFLICT = "conflict" Conflict "The request contradicts what is stored" "Yêu cầu mâu thuẫn với dữ liệu đã lưu";
        REPEATED = "repeated-in-batch" Conflict "The record stands twice in one batch" "Bản ghi xuất hiện hai lần trong một lô";
        IN_PROGRESS = "request-in-progress" Conflict "The first request with this Idempotency-Key is still running" "Yêu cầu đầu tiên với Idempotency-Key này vẫn đang được xử lý";
        VERSION_MISMATCH = "version-mismatch" Stale "The record has another version" "Bản ghi đã có phiên bản khác";
        CONDITION_REQUIRED = "condition-required" Unconditional "A change must name the version it changes (If-Match)" "Khi thay đổi phải nêu phiên bản được thay đổi (If-Match)";
        TOO_LARGE = "body-too-large" TooLarge "The body is larger than this operation takes" "Nội dung yêu cầu vượt quá giới hạn";
        TOO_LONG = "uri-too-long" TooLong "The URL is longer than this service takes" "Địa chỉ URL vượt quá giới hạn";
        HEAD_TOO_LARGE = "headers-too-large" HeadTooLarge "The headers are larger than this service takes" "Phần tiêu đề vượt quá giới hạn";
        UNSUPPORTED_MEDIA = "unsupported-media-type" Media "The body is in a form that this operation does not read" "Nội dung ở định dạng không được hỗ trợ";
        INVALID = "invalid-request" Invalid "The request can be read but is not right" "Yêu cầu đọc được nhưng không hợp lệ";
        KEY_REUSED = "idempotency-key-reused" Invalid "This Idempotency-Key was used for another request" "Idempotency-Key này đã dùng cho một yêu cầu khác";
        THROTTLED = "too-many-requests" Throttled "Too many requests" "Quá nhiều yêu cầu";
        INTERNAL = "internal-error" Broken "Something of ours went wrong" "Hệ thống gặp lỗi";
        QUERY_TIMEOUT = "query-timeout" Busy "The answer took too long to find" "Truy vấn quá thời gian cho phép";
        UNAVAILABLE = "temporarily-unavailable" Busy "The service cannot answer just now" "Dịch vụ tạm thời chưa thể trả lời";
    }
}
