-- Numbers handed out, and the lock that is held while a family of records changes.
CREATE TABLE sequences (
    name TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- The end of the chain: its row is locked last in every change, so that sequence order is commit order.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

CREATE TABLE audit_entries (
    seq BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    owner TEXT COLLATE "binary" NOT NULL,
    route TEXT COLLATE "binary" NOT NULL,
    key TEXT COLLATE "binary" NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (owner, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE clients (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    scope TEXT NOT NULL,
    org TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    disabled_at TIMESTAMP
);

-- Tokens that are refused before they expire: all of a subject's issued before a moment, or one by its id.
CREATE TABLE revocations (
    kind TEXT COLLATE "binary" NOT NULL,
    value TEXT COLLATE "binary" NOT NULL,
    not_before BIGINT NOT NULL,
    PRIMARY KEY (kind, value)
);
