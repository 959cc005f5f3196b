//! The service through its API, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic, and so may what it is made of"
)]

mod harness;

mod acknowledgements;
mod audit;
mod auth;
mod awarding;
mod awards;
mod awards_authorities;
mod awards_concurrency;
mod awards_eligibility;
mod awards_titles;
mod calendar;
mod changes;
mod changes_days;
mod changes_directives;
mod closings;
mod comparing;
mod consultations;
mod consultations_secret;
mod directives_assignments;
mod directives_overview;
mod directives_overview_remembered;
mod directives_register;
mod directives_relations;
mod document_numbers;
mod dossiers;
mod dossiers_batch;
mod dossiers_due;
mod dossiers_list;
mod edxml_again;
mod edxml_life;
mod edxml_samples;
mod edxml_sending;
mod edxml_trust;
mod emulation_elections;
mod emulation_exemplars;
mod emulation_funnel;
mod emulation_movements;
mod emulation_participation;
mod emulation_persons;
mod emulation_reorganized;
mod every_operation;
mod exchanges;
mod explanations;
mod feedback_cases;
mod feedback_figures;
mod feedback_limits;
mod figures;
mod figures_asked;
mod figures_property;
mod figures_reach;
mod figures_reorganized;
mod figures_vectors;
mod handling;
mod http;
mod http_bodies;
mod http_conditions;
mod http_errors;
mod http_forms;
mod http_keys;
mod http_pages;
mod initiatives;
mod kpis_catalog;
mod kpis_reported;
mod ledger;
mod letters;
mod oracle;
mod organizations;
mod organizations_batch;
mod organizations_list;
mod procedures;
mod process;
mod pushing;
mod rankings;
mod recall;
mod receptions;
mod records_concurrency;
mod reorganizations;
mod reorganizations_refused;
mod reports;
mod reports_docx;
mod reports_private;
mod reports_sealed;
mod satisfaction;
mod scorecard;
mod small_province;
mod staffing;
mod tables;
mod tallies;
mod voter;
mod webhooks;
