DROP TABLE staffing;
DROP TABLE successions;
DROP TABLE reorganization_parties;
DROP TABLE reorganizations;
DROP TABLE organization_ties;
DROP TABLE organization_codes;
DROP TABLE organization_states;
DROP TABLE organizations;
