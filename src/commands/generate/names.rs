//! The names of the world: departments with their fields of work, and parts of names of communes.

/// A department: its short name, its name, and its fields (lĩnh vực). The place in the list is its number.
pub(super) struct Department {
    /// As people say it.
    pub(super) short_name: &'static str,
    /// As its seal says it.
    pub(super) name: &'static str,
    /// What it decides on.
    pub(super) fields: [&'static str; 2],
    /// How many divisions it has beside its leadership.
    pub(super) divisions: usize,
}

macro_rules! departments {
    ($($short:literal, $name:literal, [$($field:literal),*], $divisions:literal;)*) => {
        /// The departments of a province as they were until 2025; the sixth is that of the example in `examples/`.
        pub(super) const DEPARTMENTS: &[Department] = &[$(Department {
            short_name: $short,
            name: $name,
            fields: [$($field),*],
            divisions: $divisions,
        }),*];
    };
}

departments! {
    "VP UBND", "Văn phòng Ủy ban nhân dân tỉnh Đồng Nai", ["Kiểm soát thủ tục hành chính", "Ngoại giao nhân dân"], 3;
    "Sở Nội vụ", "Sở Nội vụ tỉnh Đồng Nai", ["Tổ chức phi chính phủ", "Thi đua - Khen thưởng"], 4;
    "Sở Tư pháp", "Sở Tư pháp tỉnh Đồng Nai", ["Lý lịch tư pháp", "Công chứng"], 5;
    "Sở Tài chính", "Sở Tài chính tỉnh Đồng Nai", ["Quản lý công sản", "Quản lý giá"], 4;
    "Sở KH&ĐT", "Sở Kế hoạch và Đầu tư tỉnh Đồng Nai", ["Đăng ký doanh nghiệp", "Đầu tư tại Việt Nam"], 6;
    "Sở KH&CN", "Sở Khoa học và Công nghệ tỉnh Đồng Nai", ["An toàn bức xạ và hạt nhân", "Tiêu chuẩn đo lường chất lượng"], 4;
    "Sở Công Thương", "Sở Công Thương tỉnh Đồng Nai", ["Xúc tiến thương mại", "Lưu thông hàng hóa trong nước"], 5;
    "Sở NN&PTNT", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Đồng Nai", ["Thú y", "Bảo vệ thực vật"], 6;
    "Sở GTVT", "Sở Giao thông vận tải tỉnh Đồng Nai", ["Đường bộ", "Đường thủy nội địa"], 5;
    "Sở Xây dựng", "Sở Xây dựng tỉnh Đồng Nai", ["Hoạt động xây dựng", "Nhà ở"], 5;
    "Sở TN&MT", "Sở Tài nguyên và Môi trường tỉnh Đồng Nai", ["Đất đai", "Môi trường"], 6;
    "Sở TT&TT", "Sở Thông tin và Truyền thông tỉnh Đồng Nai", ["Báo chí", "Xuất bản, in và phát hành"], 4;
    "Sở LĐTB&XH", "Sở Lao động - Thương binh và Xã hội tỉnh Đồng Nai", ["Việc làm", "Người có công"], 5;
    "Sở VHTT&DL", "Sở Văn hóa, Thể thao và Du lịch tỉnh Đồng Nai", ["Lữ hành", "Nghệ thuật biểu diễn"], 5;
    "Sở GD&ĐT", "Sở Giáo dục và Đào tạo tỉnh Đồng Nai", ["Văn bằng, chứng chỉ", "Giáo dục trung học"], 5;
    "Sở Y tế", "Sở Y tế tỉnh Đồng Nai", ["Khám bệnh, chữa bệnh", "Dược phẩm"], 6;
    "Sở Ngoại vụ", "Sở Ngoại vụ tỉnh Đồng Nai", ["Công tác lãnh sự", "Hội nghị, hội thảo quốc tế"], 3;
    "Thanh tra tỉnh", "Thanh tra tỉnh Đồng Nai", ["Tiếp công dân", "Giải quyết khiếu nại"], 3;
    "BQL các KCN", "Ban Quản lý các khu công nghiệp Đồng Nai", ["Khu công nghiệp", "Lao động nước ngoài"], 4;
    "Ban Dân tộc", "Ban Dân tộc tỉnh Đồng Nai", ["Công tác dân tộc", "Người có uy tín"], 3;
}

/// The fields of communes.
pub(super) const COMMUNE_FIELDS: [&str; 10] = [
    "Hộ tịch",
    "Chứng thực",
    "Bảo trợ xã hội",
    "Người có công cấp xã",
    "Đất đai cấp xã",
    "Nuôi con nuôi",
    "Tôn giáo cấp xã",
    "Văn hóa cơ sở",
    "Trẻ em",
    "Hoạt động xây dựng cấp xã",
];

/// What is asked for; a procedure is one of them in one field.
pub(super) const ACTS: [&str; 5] = ["Cấp mới", "Cấp lại", "Xác nhận", "Đăng ký thay đổi", "Gia hạn"];

/// Names of communes are made of two parts.
pub(super) const FIRST_PARTS: [&str; 10] =
    ["Tân", "Long", "Phú", "Bình", "An", "Xuân", "Thanh", "Vĩnh", "Thuận", "Hưng"];
/// The second parts.
pub(super) const SECOND_PARTS: [&str; 10] =
    ["Hòa", "Lộc", "Thịnh", "Phước", "Đức", "Lập", "Mỹ", "Khánh", "Sơn", "Giang"];
