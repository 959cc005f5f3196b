-- Messages of edXML that came in, and statuses that go out; `seq` is in the order of the commits. `origin` and `document` tell the
-- document: ids are different only among those of one sender. `header` is the message as it was read, `deeds` what it did, `warnings`
-- what to look at: all JSON. Only `version`, `deeds` and `warnings` ever change.
CREATE TABLE edxml_messages (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    direction TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    sender_code TEXT COLLATE "binary" NOT NULL,
    origin TEXT COLLATE "binary" NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    status_code TEXT,
    sha256 TEXT COLLATE "binary" NOT NULL,
    bytes BIGINT NOT NULL,
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    header TEXT NOT NULL,
    deeds TEXT NOT NULL,
    warnings TEXT NOT NULL
);
CREATE UNIQUE INDEX edxml_messages_seq ON edxml_messages (seq);
CREATE INDEX edxml_messages_digest ON edxml_messages (sha256);
CREATE INDEX edxml_messages_directive ON edxml_messages (directive_id, seq);

-- Documents that were exchanged, each with the last message that brought it. `vouched` is 1 once somebody brought it who reaches
-- its sender.
CREATE TABLE edxml_documents (
    origin TEXT COLLATE "binary" NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    origin_name TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE NOT NULL,
    kind TEXT NOT NULL,
    message_id TEXT COLLATE "binary" NOT NULL REFERENCES edxml_messages (id),
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES directives (id),
    vouched INTEGER NOT NULL,
    PRIMARY KEY (origin, document)
);

-- Who received a document, and the assignment that came of it.
CREATE TABLE edxml_receivers (
    origin TEXT COLLATE "binary" NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    code TEXT COLLATE "binary" NOT NULL,
    name TEXT NOT NULL,
    organization_id BIGINT REFERENCES organizations (id),
    assignment_id TEXT COLLATE "binary" REFERENCES assignments (id),
    PRIMARY KEY (origin, document, code),
    FOREIGN KEY (origin, document) REFERENCES edxml_documents (origin, document)
);
CREATE INDEX edxml_receivers_assignment ON edxml_receivers (assignment_id);

-- What was said of a document at one receiver. `said_at` is by a clock in Viet Nam; `moved` tells whether the assignment followed,
-- which it may do later, when somebody says the same who may move it. Nothing else ever changes.
CREATE TABLE edxml_statuses (
    message_id TEXT COLLATE "binary" NOT NULL REFERENCES edxml_messages (id),
    receiver TEXT COLLATE "binary" NOT NULL,
    origin TEXT COLLATE "binary" NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    seq BIGINT NOT NULL,
    status_code TEXT NOT NULL,
    said_at TIMESTAMP NOT NULL,
    said_by TEXT NOT NULL,
    moved INTEGER NOT NULL,
    PRIMARY KEY (message_id, receiver)
);
CREATE INDEX edxml_statuses_document ON edxml_statuses (origin, document, seq);

-- Contents of attached files, each once, in parts of base64.
CREATE TABLE edxml_contents (
    sha256 TEXT COLLATE "binary" NOT NULL,
    part BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (sha256, part)
);
