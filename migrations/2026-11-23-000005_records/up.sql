-- The ledger of what is still moving: what records add to stocks, day by day, in the half months that are not over and the one
-- before. A row for each, with a column for each of its days (1 to 14, or 15 to the end). Of what is over only half months are read;
-- see below.
CREATE TABLE counter_days (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    counter TEXT COLLATE "binary" NOT NULL,
    half DATE NOT NULL,
    d01 INTEGER NOT NULL,
    d02 INTEGER NOT NULL,
    d03 INTEGER NOT NULL,
    d04 INTEGER NOT NULL,
    d05 INTEGER NOT NULL,
    d06 INTEGER NOT NULL,
    d07 INTEGER NOT NULL,
    d08 INTEGER NOT NULL,
    d09 INTEGER NOT NULL,
    d10 INTEGER NOT NULL,
    d11 INTEGER NOT NULL,
    d12 INTEGER NOT NULL,
    d13 INTEGER NOT NULL,
    d14 INTEGER NOT NULL,
    d15 INTEGER NOT NULL,
    d16 INTEGER NOT NULL,
    d17 INTEGER NOT NULL,
    PRIMARY KEY (organization_id, counter, half)
);

-- The same by half months: a row for each year, with a column for each of its half months, and the sum of all of them, by
-- which earlier years are read. Every period of both schemes is made of these; the figures of a province's year are read
-- from some thousand rows.
CREATE TABLE counter_years (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    counter TEXT COLLATE "binary" NOT NULL,
    year INTEGER NOT NULL,
    h01 INTEGER NOT NULL,
    h02 INTEGER NOT NULL,
    h03 INTEGER NOT NULL,
    h04 INTEGER NOT NULL,
    h05 INTEGER NOT NULL,
    h06 INTEGER NOT NULL,
    h07 INTEGER NOT NULL,
    h08 INTEGER NOT NULL,
    h09 INTEGER NOT NULL,
    h10 INTEGER NOT NULL,
    h11 INTEGER NOT NULL,
    h12 INTEGER NOT NULL,
    h13 INTEGER NOT NULL,
    h14 INTEGER NOT NULL,
    h15 INTEGER NOT NULL,
    h16 INTEGER NOT NULL,
    h17 INTEGER NOT NULL,
    h18 INTEGER NOT NULL,
    h19 INTEGER NOT NULL,
    h20 INTEGER NOT NULL,
    h21 INTEGER NOT NULL,
    h22 INTEGER NOT NULL,
    h23 INTEGER NOT NULL,
    h24 INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (organization_id, counter, year)
);

-- How often a thing was seen in each half month of a year, for counters of different things.
CREATE TABLE counter_sightings (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    counter TEXT COLLATE "binary" NOT NULL,
    thing TEXT COLLATE "binary" NOT NULL,
    year INTEGER NOT NULL,
    h01 INTEGER NOT NULL,
    h02 INTEGER NOT NULL,
    h03 INTEGER NOT NULL,
    h04 INTEGER NOT NULL,
    h05 INTEGER NOT NULL,
    h06 INTEGER NOT NULL,
    h07 INTEGER NOT NULL,
    h08 INTEGER NOT NULL,
    h09 INTEGER NOT NULL,
    h10 INTEGER NOT NULL,
    h11 INTEGER NOT NULL,
    h12 INTEGER NOT NULL,
    h13 INTEGER NOT NULL,
    h14 INTEGER NOT NULL,
    h15 INTEGER NOT NULL,
    h16 INTEGER NOT NULL,
    h17 INTEGER NOT NULL,
    h18 INTEGER NOT NULL,
    h19 INTEGER NOT NULL,
    h20 INTEGER NOT NULL,
    h21 INTEGER NOT NULL,
    h22 INTEGER NOT NULL,
    h23 INTEGER NOT NULL,
    h24 INTEGER NOT NULL,
    PRIMARY KEY (organization_id, counter, year, thing)
);

-- A period whose records no longer change, for an organization and all below it.
-- said counts what is said of closings: an exception holds only against closings that were said before it.
CREATE TABLE closings (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    scheme TEXT COLLATE "binary" NOT NULL,
    period TEXT COLLATE "binary" NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    status TEXT NOT NULL,
    late_until DATE,
    reason TEXT NOT NULL,
    said BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, scheme, period)
);

-- Dossiers. What is derived from the body (accepted_on to overdue_from) is there to be found by.
-- accepted_on is 9999-12-31 for a dossier that was not accepted or was refused: it counts nowhere. ended_on is 9999-12-31 while it is open.
CREATE TABLE dossiers (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    procedure TEXT COLLATE "binary" NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    accepted_on DATE NOT NULL,
    ended_on DATE NOT NULL,
    due_on DATE NOT NULL,
    overdue_from DATE NOT NULL,
    outcome TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX dossiers_by_acceptance ON dossiers (organization_id, accepted_on, code);
CREATE INDEX dossiers_by_end ON dossiers (organization_id, ended_on);
-- For whoever looks for them in the whole province.
CREATE INDEX dossiers_by_procedure ON dossiers (procedure, organization_id, accepted_on, code);
CREATE INDEX dossiers_by_state ON dossiers (state, organization_id, accepted_on, code);
CREATE INDEX dossiers_by_outcome ON dossiers (outcome, organization_id, accepted_on, code);

-- When a dossier was open and past its due day: what column 13 of form II.06a counts.
CREATE TABLE dossier_delays (
    dossier_code TEXT COLLATE "binary" NOT NULL REFERENCES dossiers (code),
    late_from DATE NOT NULL,
    late_to DATE NOT NULL,
    PRIMARY KEY (dossier_code, late_from)
);
