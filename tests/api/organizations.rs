//! Organizations in time.

use serde_json::json;

use crate::on_both;

on_both! {
    fn an_organization_is_created_found_and_changed_by_version(app) {
        let root = app.root();
        let body = json!({"name": "Sở Khoa học và Công nghệ", "kind": "department", "valid_from": "2015-01-01", "codes": [{"code": "000.00.06.H19"}]});
        let created = root.put("/api/v1/organizations/H19.06", &body).send().expect(201);
        assert_eq!(created.header("location"), Some("/api/v1/organizations/H19.06"));
        let found = root.get("/api/v1/organizations/000.00.06.H19").send().expect(200);
        assert_eq!(found.json(), created.json());
        assert_eq!(found.etag(), created.etag());
    }
}
