-- What the Party and the State tell an organization to do. A number that says nothing of its series is none: a draft.
-- `series`, `year`, `term` and `issuer_id` are the identity; several may stand open, so the sequence `directives` guards it.
-- `warnings` are words with blanks between them, `signer` is JSON. `sorted_on` is the day by which lists go.
CREATE TABLE directives (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    number TEXT,
    canonical TEXT,
    series TEXT COLLATE "binary",
    year INTEGER,
    term TEXT,
    symbol TEXT COLLATE "binary",
    warnings TEXT NOT NULL,
    type_name TEXT NOT NULL,
    type_folded TEXT COLLATE "binary" NOT NULL,
    issuer_id BIGINT REFERENCES organizations (id),
    issuer_code TEXT,
    issuer_name TEXT,
    issuer_folded TEXT NOT NULL,
    registrar_id BIGINT REFERENCES organizations (id),
    registrar_code TEXT,
    signer TEXT,
    subject TEXT NOT NULL,
    issued_on DATE,
    effective_on DATE,
    expires_on DATE,
    sorted_on DATE NOT NULL,
    field TEXT,
    link TEXT,
    is_public INTEGER NOT NULL,
    search_text TEXT NOT NULL
);
CREATE INDEX directives_by_series ON directives (series, year);
CREATE INDEX directives_by_day ON directives (sorted_on, id);

-- The words by which a directive is found, folded, each with the weight of where it stands. Made from the directive.
CREATE TABLE directive_words (
    word TEXT COLLATE "binary" NOT NULL,
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    weight INTEGER NOT NULL,
    PRIMARY KEY (word, directive_id)
);
CREATE INDEX directive_words_directive ON directive_words (directive_id);

-- Whose a directive is: issuer, registrar, assignees. Who reaches one of them may know of it.
CREATE TABLE directive_parties (
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    part TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (directive_id, organization_id, part)
);
CREATE INDEX directive_parties_organization ON directive_parties (organization_id, directive_id);

-- What one directive does to another, from a day until another. A day of `since` is unknown where nothing depends on it.
CREATE TABLE directive_relations (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    from_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    kind TEXT COLLATE "binary" NOT NULL,
    to_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    since DATE,
    until DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (from_id, kind, to_id)
);
CREATE INDEX directive_relations_to ON directive_relations (to_id, kind);

-- Who is to do what about a directive by when. Days that there are not are the open end. `state` is where `assignment_events` leads.
CREATE TABLE assignments (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    parent_id TEXT COLLATE "binary" REFERENCES assignments (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_code TEXT NOT NULL,
    assigner_id BIGINT REFERENCES organizations (id),
    assigner_code TEXT,
    role TEXT NOT NULL,
    content TEXT NOT NULL,
    assigned_on DATE NOT NULL,
    working_days INTEGER,
    due_on_original DATE NOT NULL,
    due_on DATE NOT NULL,
    asked_due_on DATE,
    state TEXT COLLATE "binary" NOT NULL,
    state_before TEXT,
    percent INTEGER NOT NULL,
    completed_on DATE NOT NULL,
    confirmed_on DATE NOT NULL,
    last_on DATE NOT NULL,
    events INTEGER NOT NULL
);
CREATE INDEX assignments_by_directive ON assignments (directive_id, id);
CREATE INDEX assignments_by_parent ON assignments (parent_id);
CREATE INDEX assignments_by_organization ON assignments (organization_id, due_on);
CREATE INDEX assignments_by_assigner ON assignments (assigner_id, due_on);
CREATE INDEX assignments_by_due ON assignments (due_on, id);

-- What happened to an assignment, with how it was afterwards, until the day of the next event: so one row of each assignment holds on
-- a day. Rows are appended; `held_until` is written once more by the next event, `role` when it is changed for all of the assignment.
CREATE TABLE assignment_events (
    assignment_id TEXT COLLATE "binary" NOT NULL REFERENCES assignments (id),
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    role TEXT NOT NULL,
    seq INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    happened_on DATE NOT NULL,
    held_until DATE NOT NULL,
    event TEXT NOT NULL,
    status_code TEXT,
    state TEXT NOT NULL,
    due_on DATE NOT NULL,
    completed_on DATE NOT NULL,
    percent INTEGER NOT NULL,
    note TEXT,
    link TEXT,
    PRIMARY KEY (assignment_id, seq)
);
-- All that the overview of a day needs.
CREATE INDEX assignment_events_by_day ON assignment_events (organization_id, held_until, happened_on, role, due_on, completed_on, state, directive_id);
