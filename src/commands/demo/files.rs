//! The files of the example, each at the path of its URL, and how they are pushed.

use std::net::SocketAddr;

use super::client::Client;

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Path below `/api/v1`, and body.
        const FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../examples/dong-nai-2020/", $path, ".json")))),*];
    };
}

files! {
    "organizations/batch",
    "organizations/H19.06/initiatives/VD-2020-01",
    "organizations/H19.06/initiatives/VD-2020-02",
    "organizations/H19.06/initiatives/VD-2020-03",
    "organizations/H19.06/receptions/2019-12-31",
    "organizations/H19.06/reported-figures/divisions-inspected/2020",
    "organizations/H19.06/reported-figures/feedback-published/2020",
    "organizations/H19.06/reported-figures/interagency-e-documents/2020",
    "organizations/H19.06/reported-figures/internal-e-documents/2020",
    "organizations/H19.06/reported-figures/on-time-dossiers/2020",
    "organizations/H19.06/reported-figures/online-service-level-4/2020",
    "organizations/H19.06/reported-figures/procedures-published/2020",
    "organizations/H19.06/reported-figures/satisfaction/2020",
    "organizations/H19.06/reported-figures/staff-email/2020",
    "organizations/H19.06/reported-figures/staff-meeting-standards/2020",
    "organizations/H19.06/staffing/2020-06-30",
    "organizations/H19.06/tallies/2020-06-30",
    "organizations/H19.06/targets/divisions-inspected/2020",
    "organizations/H19.06/targets/feedback-published/2020",
    "organizations/H19.06/targets/interagency-e-documents/2020",
    "organizations/H19.06/targets/internal-e-documents/2020",
    "organizations/H19.06/targets/on-time-dossiers/2020",
    "organizations/H19.06/targets/online-service-level-4/2020",
    "organizations/H19.06/targets/procedures-published/2020",
    "organizations/H19.06/targets/satisfaction/2020",
    "organizations/H19.06/targets/staff-email/2020",
    "organizations/H19.06/targets/staff-meeting-standards/2020",
    "procedures/batch",
    "document-exchanges/batch",
    "feedback-cases/batch",
    "satisfaction-ratings/batch",
    "satisfaction-surveys/batch",
    "directives/batch",
    "directive-relations/batch",
    "movements/dan-van-kheo-2015",
    "movements/van-hoa-8-gio",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-01",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-02",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-03",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-04",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-05",
    "organizations/H19.06/participation/van-hoa-8-gio/2020-06",
    "exemplars/01970000-0000-7000-8000-000000000001",
    "exemplars/01970000-0000-7000-8000-000000000001/events/1",
    "exemplars/01970000-0000-7000-8000-000000000001/events/2",
    "exemplars/01970000-0000-7000-8000-000000000001/events/3",
    "exemplars/01970000-0000-7000-8000-000000000002",
    "exemplars/01970000-0000-7000-8000-000000000002/events/1",
    "exemplars/01970000-0000-7000-8000-000000000003",
    "nominations/01970000-0000-7000-8000-000000000101",
    "nominations/01970000-0000-7000-8000-000000000102",
    "nominations/01970000-0000-7000-8000-000000000103",
    "nominations/01970000-0000-7000-8000-000000000104",
    "nominations/01970000-0000-7000-8000-000000000105",
    "elections/2020-05-state-management",
    "elections/2020-05-service-units",
    "elections/2020-06-state-management",
    "elections/2020-06-service-units",
    "reports/mass-mobilization/cover",
    "reports/mass-mobilization/narratives/situation",
    "reports/mass-mobilization/narratives/guidance",
    "reports/mass-mobilization/narratives/results",
    "reports/mass-mobilization/narratives/feedback",
    "reports/mass-mobilization/narratives/emulation",
    "reports/mass-mobilization/narratives/assessment",
    "reports/mass-mobilization/narratives/directions",
}

/// Where a file is posted, of those that are not put at their own path: what happened and who was elected is told to
/// the list that it goes into, and its own name only tells it apart.
fn posted(path: &str) -> Option<&str> {
    let (list, _) = path.rsplit_once('/')?;
    (list == "elections" || list.ends_with("/events")).then_some(list)
}

/// What stands in a report says in its address of which report.
const REPORT: &str = "?org=H19.06&from=2015-01-01&to=2020-12-31";

/// Pushes every file to a service, as any client would. Answers how many there are; refuses at the first that fails.
///
/// A file that was pushed before, into a database that was kept, is left as it is.
pub(super) fn push(address: SocketAddr, token: &str) -> Result<usize, String> {
    let client = Client::new(address, token);
    for (path, body) in FILES {
        if path.ends_with("/batch") {
            // All or nothing: an item that is refused is not to be overlooked.
            let path = format!("{path}?atomic=true&answer=failed");
            client.post(&path, "application/json", body.as_bytes())?;
        } else if let Some(list) = posted(path) {
            client.post_new(list, body.as_bytes()).map_err(|error| format!("{path}: {error}"))?;
        } else if path.starts_with("reports/") {
            client.put_new(&format!("{path}{REPORT}"), body.as_bytes())?;
        } else {
            client.put_new(path, body.as_bytes())?;
        }
    }
    Ok(FILES.len())
}
