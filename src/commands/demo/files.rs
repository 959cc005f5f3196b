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
    "directives/batch",
    "directive-relations/batch",
}

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
        } else {
            client.put_new(path, body.as_bytes())?;
        }
    }
    Ok(FILES.len())
}
