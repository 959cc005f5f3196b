-- Emulation movements. They run in an organization and all below it. content is JSON: what is said of the movement, but for
-- what is asked for by columns. ends_on is the last day, 9999-12-31 while there is none.
CREATE TABLE movements (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    state TEXT COLLATE "binary" NOT NULL,
    last_on DATE NOT NULL,
    events INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    search_text TEXT COLLATE "binary" NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX movements_organization ON movements (organization_id);

CREATE TABLE movement_events (
    movement TEXT COLLATE "binary" NOT NULL REFERENCES movements (code),
    seq INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_on DATE NOT NULL,
    event TEXT COLLATE "binary" NOT NULL,
    state TEXT COLLATE "binary" NOT NULL,
    decision TEXT,
    note TEXT,
    link TEXT,
    PRIMARY KEY (movement, seq)
);

-- How many of an organization's members took part in a round. round is a calendar period, counted_on the day on which it counts.
CREATE TABLE participations (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    movement TEXT COLLATE "binary" NOT NULL REFERENCES movements (code),
    round TEXT COLLATE "binary" NOT NULL,
    counted_on DATE NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    members INTEGER NOT NULL,
    taking_part INTEGER NOT NULL,
    PRIMARY KEY (organization_id, movement, round)
);

-- Exemplars. person is an opaque staff reference; name and position are there only by the decision that made them public.
CREATE TABLE exemplars (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    movement TEXT COLLATE "binary" REFERENCES movements (code),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_code TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL,
    field TEXT COLLATE "binary" NOT NULL,
    level TEXT COLLATE "binary" NOT NULL,
    year INTEGER NOT NULL,
    title TEXT NOT NULL,
    search_text TEXT COLLATE "binary" NOT NULL,
    person TEXT COLLATE "binary",
    person_name TEXT,
    person_position TEXT,
    state TEXT COLLATE "binary" NOT NULL,
    registered_on DATE NOT NULL,
    last_on DATE NOT NULL,
    events INTEGER NOT NULL
);
CREATE INDEX exemplars_organization ON exemplars (organization_id, year);

-- What happened to exemplars, each held until the next, so that a day in the past can be counted.
CREATE TABLE exemplar_events (
    exemplar_id TEXT COLLATE "binary" NOT NULL REFERENCES exemplars (id),
    seq INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_on DATE NOT NULL,
    held_until DATE NOT NULL,
    event TEXT COLLATE "binary" NOT NULL,
    state TEXT COLLATE "binary" NOT NULL,
    decision TEXT,
    note TEXT,
    evidence TEXT NOT NULL,
    PRIMARY KEY (exemplar_id, seq)
);

-- Who stands for election in a group and round; one person stands once.
CREATE TABLE nominations (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    movement TEXT COLLATE "binary" NOT NULL REFERENCES movements (code),
    round TEXT COLLATE "binary" NOT NULL,
    group_code TEXT COLLATE "binary" NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_code TEXT COLLATE "binary" NOT NULL,
    person TEXT COLLATE "binary" NOT NULL,
    withdrawn_on DATE,
    UNIQUE (movement, round, group_code, person)
);
CREATE INDEX nominations_organization ON nominations (organization_id);

-- Elections. Of a group and round one stands, as place 0; those that were revoked have places of their own.
CREATE TABLE elections (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    movement TEXT COLLATE "binary" NOT NULL REFERENCES movements (code),
    round TEXT COLLATE "binary" NOT NULL,
    group_code TEXT COLLATE "binary" NOT NULL,
    place INTEGER NOT NULL,
    counted_on DATE NOT NULL,
    held_on DATE NOT NULL,
    council_members INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    nomination_id TEXT COLLATE "binary" NOT NULL REFERENCES nominations (id),
    votes INTEGER NOT NULL,
    revoked_on DATE,
    revoked_by TEXT,
    decision TEXT,
    person_name TEXT,
    person_position TEXT,
    UNIQUE (movement, round, group_code, place)
);
CREATE INDEX elections_nomination ON elections (nomination_id);

-- How many members of the council voted for whom.
CREATE TABLE election_votes (
    election_id TEXT COLLATE "binary" NOT NULL REFERENCES elections (id),
    nomination_id TEXT COLLATE "binary" NOT NULL REFERENCES nominations (id),
    votes INTEGER NOT NULL,
    PRIMARY KEY (election_id, nomination_id)
);
CREATE INDEX election_votes_nomination ON election_votes (nomination_id);
