-- Initiatives, each under a code of its organization. `counted_as` is under what the ledger's entries are kept, whatever becomes of
-- the codes. `state` is where the recognitions and the decline lead. `declined_on` is the open end where there is none.
CREATE TABLE initiatives (
    id BIGINT NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    code TEXT COLLATE "binary" NOT NULL,
    counted_as TEXT COLLATE "binary" NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    title TEXT NOT NULL,
    field TEXT,
    submitted_on DATE NOT NULL,
    applied_on DATE,
    state TEXT COLLATE "binary" NOT NULL,
    declined_on DATE NOT NULL,
    decline_decision TEXT,
    UNIQUE (organization_id, code)
);
CREATE INDEX initiatives_by_day ON initiatives (submitted_on, id);

-- Who thought of it, by staff references, and which share is theirs, in millionths of a percent.
CREATE TABLE initiative_authors (
    initiative_id BIGINT NOT NULL REFERENCES initiatives (id),
    place INTEGER NOT NULL,
    staff TEXT COLLATE "binary" NOT NULL,
    share BIGINT NOT NULL,
    PRIMARY KEY (initiative_id, place)
);
CREATE INDEX initiative_authors_staff ON initiative_authors (staff, initiative_id);

-- Recognitions are never removed: one that was revoked says since when. `revoked_on` is the open end until then.
CREATE TABLE initiative_recognitions (
    initiative_id BIGINT NOT NULL REFERENCES initiatives (id),
    place INTEGER NOT NULL,
    scope TEXT COLLATE "binary" NOT NULL,
    recognised_on DATE NOT NULL,
    decision TEXT NOT NULL,
    revoked_on DATE NOT NULL,
    revocation TEXT,
    PRIMARY KEY (initiative_id, place)
);

-- Titles and forms of commendation, and their rules from a day until another, as JSON.
CREATE TABLE award_titles (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE TABLE award_title_rules (
    title_id TEXT COLLATE "binary" NOT NULL REFERENCES award_titles (id),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (title_id, valid_from)
);

-- How an organization (then `staff` is empty) or one of its staff was rated for a year.
CREATE TABLE emulation_ratings (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    staff TEXT COLLATE "binary" NOT NULL,
    year INTEGER NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    rating TEXT COLLATE "binary" NOT NULL,
    decided_on DATE NOT NULL,
    decision TEXT,
    PRIMARY KEY (organization_id, staff, year)
);
CREATE INDEX emulation_ratings_staff ON emulation_ratings (staff, year);

-- Proposals and what became of them. The subject is the organization, or one of its staff (else `staff` is empty). Days that there are not
-- are the open end. `state` is where `award_events` leads.
CREATE TABLE awards (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    title_id TEXT COLLATE "binary" NOT NULL REFERENCES award_titles (id),
    year INTEGER NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_code TEXT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES organizations (id),
    unit_code TEXT NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES organizations (id),
    authority_code TEXT NOT NULL,
    staff TEXT COLLATE "binary" NOT NULL,
    name TEXT,
    position TEXT,
    achievement TEXT,
    state TEXT COLLATE "binary" NOT NULL,
    proposed_on DATE NOT NULL,
    closed_on DATE NOT NULL,
    decided_on DATE NOT NULL,
    revoked_on DATE NOT NULL,
    last_on DATE NOT NULL,
    decision TEXT,
    events INTEGER NOT NULL
);
CREATE INDEX awards_by_year ON awards (year, id);
CREATE INDEX awards_by_unit ON awards (unit_id, year, title_id);
CREATE INDEX awards_by_organization ON awards (organization_id, year);
CREATE INDEX awards_by_staff ON awards (staff, title_id, year);

-- What happened to a proposal, never changed. The numbers are those of a vote.
CREATE TABLE award_events (
    award_id TEXT COLLATE "binary" NOT NULL REFERENCES awards (id),
    seq INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_on DATE NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    basis TEXT,
    note TEXT,
    members_total INTEGER,
    votes_for INTEGER,
    votes_against INTEGER,
    votes_blank INTEGER,
    written_opinions INTEGER,
    PRIMARY KEY (award_id, seq)
);

-- What can be given once: a title to a subject for a year, a commendation to a subject for an achievement. Goes with a revocation.
CREATE TABLE award_claims (
    claim TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    award_id TEXT COLLATE "binary" NOT NULL REFERENCES awards (id)
);
CREATE INDEX award_claims_award ON award_claims (award_id);
