-- What records of the later slices add to the ledger, entry by entry. Rows that came to nothing stay, with 0.
CREATE TABLE counter_entries (
    code TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    counter TEXT COLLATE "binary" NOT NULL,
    day DATE NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (code, kind, organization_id, counter, day)
);
CREATE INDEX counter_entries_by_organization ON counter_entries (organization_id, counter, code, day);
