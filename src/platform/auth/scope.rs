//! The scopes: what a token may be good for.

/// A right, as a type: a handler that takes `May<S>` cannot run without it.
pub trait Scope: 'static {
    /// The scope as it stands in a token.
    const NAME: &'static str;
}

macro_rules! scopes {
    ($($marker:ident = $name:literal $about:literal;)*) => {
        $(
            #[doc = $about]
            #[derive(Debug)]
            pub struct $marker;
            impl Scope for $marker {
                const NAME: &'static str = $name;
            }
        )*
        /// Every scope with what it allows.
        pub const SCOPES: &[(&str, &str)] = &[$(($name, $about)),*];
    };
}

scopes! {
    ReadOrganizations = "organizations:read" "Read organizations, their tree and staffing.";
    WriteOrganizations = "organizations:write" "Change organizations, reorganize them, state their staffing.";
    ReadKpis = "kpis:read" "Read the catalogue, reported figures, targets and scorecards.";
    WriteKpis = "kpis:write" "State figures and set targets.";
    ReadRecords = "records:read" "Read dossiers, procedures, document exchanges and the calendar.";
    WriteRecords = "records:write" "Push dossiers, procedures and document exchanges.";
    ReadDirectives = "directives:read" "Read directives, and document numbers in a text.";
    WriteDirectives = "directives:write" "Register directives, assign and acknowledge them.";
    ReadAcknowledgements = "acknowledgements:read" "See which persons acknowledged a directive and when, by the subjects of their tokens.";
    ReadEmulation = "emulation:read" "Read emulation movements, exemplars, nominations, initiatives and awards: organizations and counts.";
    WriteEmulation = "emulation:write" "Record movements, exemplars, nominations, initiatives, ratings and awards.";
    SeePersons = "emulation:persons" "Beside the other scopes of emulation: name persons by their staff references, and see them.";
    ReadChanges = "changes:read" "Follow changes, of each kind whose own read scope the token holds too; see who is told by webhooks.";
    WriteChanges = "changes:write" "Subscribe to changes by webhooks.";
    Admin = "admin" "Define KPIs and read the audit trail; needs a token for all organizations.";
}
