-- What an organization is; what is true of it in time stands in the tables below.
-- opened_on and closed_on bound its states and repeat nothing else: they let "today" fall back to the last state.
CREATE TABLE organizations (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT COLLATE "binary" NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE organization_states (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT,
    kind TEXT NOT NULL,
    parent_id BIGINT REFERENCES organizations (id),
    search_text TEXT NOT NULL,
    PRIMARY KEY (organization_id, valid_from)
);
CREATE INDEX organization_states_parent ON organization_states (parent_id);

-- A code is given once and never again, also after it was closed, so that an old document still resolves.
CREATE TABLE organization_codes (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    scheme TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL
);
CREATE INDEX organization_codes_organization ON organization_codes (organization_id);

-- Who stands above whom, and when, at every depth (0: itself). Derived from the states; never written by hand.
CREATE TABLE organization_ties (
    ancestor_id BIGINT NOT NULL REFERENCES organizations (id),
    descendant_id BIGINT NOT NULL REFERENCES organizations (id),
    depth INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id, valid_from)
);
CREATE INDEX organization_ties_descendant ON organization_ties (descendant_id, ancestor_id);

CREATE TABLE reorganizations (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    effective_on DATE NOT NULL,
    changes TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- Every organization that a reorganization touched: who may know of it.
CREATE TABLE reorganization_parties (
    reorganization_id TEXT COLLATE "binary" NOT NULL REFERENCES reorganizations (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (reorganization_id, organization_id)
);

-- Who carries on a predecessor's records when a reader looks at the past through today's organizations.
CREATE TABLE successions (
    reorganization_id TEXT COLLATE "binary" NOT NULL REFERENCES reorganizations (id),
    predecessor_id BIGINT NOT NULL REFERENCES organizations (id),
    successor_id BIGINT NOT NULL REFERENCES organizations (id),
    weight INTEGER NOT NULL,
    PRIMARY KEY (predecessor_id, successor_id, reorganization_id)
);
CREATE INDEX successions_successor ON successions (successor_id);

CREATE TABLE staffing (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    day DATE NOT NULL,
    version BIGINT NOT NULL,
    quota INTEGER NOT NULL,
    present INTEGER NOT NULL,
    total INTEGER NOT NULL,
    qualifications TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, day)
);
