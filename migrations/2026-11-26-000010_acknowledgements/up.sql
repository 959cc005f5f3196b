-- How far a person came with a directive. A moment is written once and never taken back; each comes with its day in Viet Nam, by
-- which persons are counted. `subject` is that of the person's token: no name is kept. `check_version` is the check that was passed.
CREATE TABLE acknowledgements (
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    subject TEXT COLLATE "binary" NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    delivered_at TIMESTAMP NOT NULL,
    delivered_on DATE NOT NULL,
    opened_at TIMESTAMP,
    opened_on DATE,
    read_at TIMESTAMP,
    read_on DATE,
    read_seconds INTEGER,
    understood_at TIMESTAMP,
    understood_on DATE,
    check_version BIGINT,
    PRIMARY KEY (directive_id, subject)
);
CREATE INDEX acknowledgements_organization ON acknowledgements (organization_id, directive_id);

-- The questions by which understanding is checked: one row a version. `questions` is JSON, with the right options in it.
CREATE TABLE directive_checks (
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    version BIGINT NOT NULL,
    pass_mark INTEGER NOT NULL,
    questions TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (directive_id, version)
);

-- Every try at a check, with how many answers were right; the answers are not kept.
CREATE TABLE check_attempts (
    directive_id TEXT COLLATE "binary" NOT NULL,
    subject TEXT COLLATE "binary" NOT NULL,
    seq INTEGER NOT NULL,
    check_version BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    made_on DATE NOT NULL,
    score INTEGER NOT NULL,
    questions INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    PRIMARY KEY (directive_id, subject, seq),
    FOREIGN KEY (directive_id, subject) REFERENCES acknowledgements (directive_id, subject)
);
