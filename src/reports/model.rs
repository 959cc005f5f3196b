//! The parts of a report and the days that it is of. Pure.

use chrono::{Datelike, NaiveDate};

use crate::kpis::periods::model::{Interval, Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, refusals};

closed_set! {
    /// A part of a report, in the order in which they stand.
    PartKey, "not-in-set" {
        /// Khái quát tình hình: organization and staffing.
        Situation = "situation",
        /// Công tác lãnh đạo, chỉ đạo: directives carried out.
        Guidance = "guidance",
        /// Kết quả: KPIs with target, stated and counted.
        Results = "results",
        /// Tiếp công dân, phản ánh, kiến nghị.
        Feedback = "feedback",
        /// Phong trào thi đua.
        Emulation = "emulation",
        /// Figures of other periods than the report's.
        OtherPeriods = "other_periods",
        /// Đánh giá chung: only what the department writes.
        Assessment = "assessment",
        /// Phương hướng, nhiệm vụ: only what the department writes.
        Directions = "directions",
    }
}

impl PartKey {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Situation,
        Self::Guidance,
        Self::Results,
        Self::Feedback,
        Self::Emulation,
        Self::OtherPeriods,
        Self::Assessment,
        Self::Directions,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Situation => "Khái quát tình hình, tổ chức bộ máy và đội ngũ",
            Self::Guidance => "Công tác lãnh đạo, chỉ đạo và các văn bản đã triển khai thực hiện",
            Self::Results => "Kết quả thực hiện các chỉ tiêu cải cách hành chính",
            Self::Feedback => "Tiếp công dân, tiếp nhận và giải quyết phản ánh, kiến nghị, khiếu nại, tố cáo",
            Self::Emulation => "Phong trào thi đua, mô hình, điển hình và khen thưởng",
            Self::OtherPeriods => "Số liệu của các kỳ khác",
            Self::Assessment => "Đánh giá chung",
            Self::Directions => "Phương hướng, nhiệm vụ và giải pháp trong thời gian tới",
        }
    }
}

refusals! {
    /// Why a report is refused.
    Refusal {
        /// The last day ends no period.
        NoPeriod { from: NaiveDate, to: NaiveDate } = Invalid "report-period"
            ("A report ends with a period", "Báo cáo phải kết thúc cùng một kỳ")
            ("No month, quarter, half year, nine months or year lies between {from} and {to} and ends on {to}.", "Không có tháng, quý, nửa năm, chín tháng hoặc năm nào nằm trong khoảng {from} đến {to} và kết thúc ngày {to}."),
    }
}

/// The most years that a report goes over.
const MOST_YEARS: i32 = 30;

/// The days of a report (giai đoạn), the period whose results it states, and the whole years before that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How periods are cut.
    pub scheme: Scheme,
    /// The longest period that ends on the last day and does not begin before the first.
    pub period: Period,
    /// Whole years before that period, from the first day on.
    pub years: Vec<Period>,
}

impl Stage {
    /// Of some days. Refuses days in the wrong order, too many of them, and a last day with which no period ends.
    pub fn of(from: NaiveDate, to: NaiveDate, scheme: Scheme) -> Result<Self, Fault> {
        if to < from || to.year() - from.year() > MOST_YEARS {
            return Err(Fault::invalid(vec![Wrong::parameter("to", wrong::RANGE)]));
        }
        let period = ending(to, scheme).into_iter().find(|period| period.first_day(scheme) >= from);
        let period = period.ok_or(Refusal::NoPeriod { from, to })?;
        let mut years: Vec<Period> = Vec::new();
        let mut year = Period::of(period.first_day(scheme), Interval::Year, scheme).previous();
        while year.first_day(scheme) >= from {
            years.push(year.clone());
            year = year.previous();
        }
        years.reverse();
        Ok(Self { from, to, scheme, period, years })
    }

    /// The period whose results are stated.
    pub fn span(&self) -> Span {
        Span::of(self.period.clone(), self.scheme)
    }

    /// As it stands in an address, after the organization.
    pub fn query(&self) -> String {
        format!("from={}&to={}&scheme={}", self.from, self.to, self.scheme)
    }

    /// As it is said.
    pub fn said(&self) -> String {
        if self.period.first_day(self.scheme) == self.from {
            return said_period(&self.period);
        }
        // The year of NĐ 09/2019 begins in the December before it.
        let first = Period::of(self.from, Interval::Year, self.scheme);
        let last = Period::of(self.to, Interval::Year, self.scheme);
        if self.period == last && self.from == first.first_day(self.scheme) {
            return format!("giai đoạn {first} - {last}");
        }
        format!("từ ngày {} đến ngày {}", said_day(self.from), said_day(self.to))
    }
}

/// The named periods that end on a day, the longest first.
fn ending(day: NaiveDate, scheme: Scheme) -> Vec<Period> {
    let year = Period::of(day, Interval::Year, scheme);
    let parts = ["", "-9M", "-H1", "-H2"].into_iter().map(|part| format!("{year}{part}"));
    let named = parts.filter_map(|name| name.parse().ok());
    let cut = [Interval::Quarter, Interval::Month].map(|interval| Period::of(day, interval, scheme));
    named.chain(cut).filter(|period: &Period| period.last_day(scheme) == day).collect()
}

/// A day as Vietnamese texts write it. One-digit days, and January and February, have a zero before them, so that none can be put
/// there later (NĐ 30/2020/NĐ-CP, phụ lục I).
pub fn said_day(day: NaiveDate) -> String {
    format!("{:02}/{}/{}", day.day(), said_month(day.month()), day.year())
}

/// A month as Vietnamese texts write it.
pub fn said_month(month: u32) -> String {
    if month < 3 { format!("{month:02}") } else { month.to_string() }
}

/// A period as Vietnamese texts name it.
pub fn said_period(period: &Period) -> String {
    let name = period.as_str();
    match name.split_once('-') {
        None => format!("năm {name}"),
        Some((year, "H1")) => format!("6 tháng đầu năm {year}"),
        Some((year, "H2")) => format!("6 tháng cuối năm {year}"),
        Some((year, "9M")) => format!("9 tháng đầu năm {year}"),
        Some((year, "Q1")) => format!("quý I năm {year}"),
        Some((year, "Q2")) => format!("quý II năm {year}"),
        Some((year, "Q3")) => format!("quý III năm {year}"),
        Some((year, "Q4")) => format!("quý IV năm {year}"),
        Some((year, month)) => match month.parse() {
            Ok(month) => format!("tháng {} năm {year}", said_month(month)),
            Err(_) => format!("{month} năm {year}"),
        },
    }
}

/// A period as it stands in a table, where there is little room.
pub fn short_period(period: &Period) -> String {
    let said = said_period(period);
    let short = match said.split_once(" năm ") {
        Some((part, year)) if part.starts_with("tháng") || part.starts_with("quý") => {
            format!("{part}/{year}")
        }
        _ => said,
    };
    upper(&short)
}

/// A text with a capital at its beginning.
pub fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(from: &str, to: &str, scheme: Scheme) -> Result<(String, Vec<String>, String), &'static str> {
        let stage = Stage::of(from.parse().unwrap(), to.parse().unwrap(), scheme);
        let stage = stage.map_err(|fault| fault.kind.code)?;
        let years = stage.years.iter().map(ToString::to_string).collect();
        Ok((stage.period.to_string(), years, stage.said()))
    }

    #[test]
    fn a_report_states_the_longest_period_that_ends_with_it() {
        use Scheme::{Calendar, Nd09};
        for (from, to, scheme, period, years, said) in [
            ("2015-01-01", "2020-12-31", Calendar, "2020", 5, "giai đoạn 2015 - 2020"),
            ("2015-02-14", "2020-12-31", Calendar, "2020", 4, "từ ngày 14/02/2015 đến ngày 31/12/2020"),
            ("2020-01-01", "2020-12-31", Calendar, "2020", 0, "năm 2020"),
            ("2020-02-01", "2020-12-31", Calendar, "2020-H2", 0, "từ ngày 01/02/2020 đến ngày 31/12/2020"),
            ("2020-01-01", "2020-09-30", Calendar, "2020-9M", 0, "9 tháng đầu năm 2020"),
            ("2020-05-01", "2020-05-31", Calendar, "2020-05", 0, "tháng 5 năm 2020"),
            ("2019-01-01", "2020-06-30", Calendar, "2020-H1", 1, "từ ngày 01/01/2019 đến ngày 30/6/2020"),
            ("2020-05-01", "2020-06-30", Calendar, "2020-06", 0, "từ ngày 01/5/2020 đến ngày 30/6/2020"),
            ("2018-12-15", "2020-12-14", Nd09, "2020", 1, "giai đoạn 2019 - 2020"),
        ] {
            let (told, whole, words) = stage(from, to, scheme).unwrap();
            assert_eq!((told.as_str(), whole.len(), words.as_str()), (period, years, said), "{from} {to}");
        }
        assert_eq!(stage("2020-01-01", "2020-12-30", Calendar), Err("report-period"));
        assert_eq!(stage("2020-12-02", "2020-12-31", Calendar), Err("report-period"));
        assert_eq!(stage("2020-12-31", "2020-01-31", Calendar), Err("invalid-request"));
        assert_eq!(stage("1980-01-01", "2020-12-31", Calendar), Err("invalid-request"));
        assert_eq!(stage("2018-01-01", "2020-12-31", Calendar).unwrap().1, ["2018", "2019"]);
    }

    #[test]
    fn periods_have_names() {
        for (period, said, short) in [
            ("2020", "năm 2020", "Năm 2020"),
            ("2020-H1", "6 tháng đầu năm 2020", "6 tháng đầu năm 2020"),
            ("2020-9M", "9 tháng đầu năm 2020", "9 tháng đầu năm 2020"),
            ("2020-Q3", "quý III năm 2020", "Quý III/2020"),
            ("2020-02", "tháng 02 năm 2020", "Tháng 02/2020"),
            ("2020-06", "tháng 6 năm 2020", "Tháng 6/2020"),
            ("2020-12", "tháng 12 năm 2020", "Tháng 12/2020"),
        ] {
            let period = period.parse().unwrap();
            assert_eq!((said_period(&period).as_str(), short_period(&period).as_str()), (said, short));
        }
    }

    #[test]
    fn one_digit_days_and_the_first_two_months_have_a_zero_before_them() {
        for (day, said) in [
            ("2013-06-03", "03/6/2013"),
            ("2015-02-14", "14/02/2015"),
            ("2020-01-01", "01/01/2020"),
            ("2020-10-10", "10/10/2020"),
        ] {
            assert_eq!(said_day(day.parse().unwrap()), said);
        }
    }
}
