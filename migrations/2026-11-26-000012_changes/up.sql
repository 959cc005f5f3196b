-- What transactions changed, for those who follow: numbered as their audit entries, so in the order of the commits.
CREATE TABLE change_sets (
    seq BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    day DATE NOT NULL
);

-- One row for each thing that changed and each organization that it concerns; 0 stands for everybody. Narrow and only ever
-- added to at its end: thousands a second come in by batches. act says what became of it (see platform/changes.rs).
CREATE TABLE changes (
    seq BIGINT NOT NULL,
    place BIGINT NOT NULL,
    organization_id BIGINT NOT NULL,
    act INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (seq, place, organization_id)
);

-- Up to which number changes are no longer kept; what was written before this table was is among them. And the last day of which
-- it was told who moves on it; none yet is 0001-01-01.
CREATE TABLE change_horizon (
    id INTEGER NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    begun_on DATE NOT NULL
);
INSERT INTO change_horizon (id, seq, begun_on) SELECT 1, seq, '0001-01-01' FROM audit_head WHERE id = 1;

-- Who wants to be told by a call. organization_id is empty for all organizations; secrets are sealed.
CREATE TABLE webhook_subscriptions (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT REFERENCES organizations (id),
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    secret TEXT NOT NULL,
    earlier_secret TEXT,
    earlier_until TIMESTAMP,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- Where the delivery of each stands: from where it goes on, the end of the message that is being tried, how that went, and
-- who holds it until when.
CREATE TABLE webhook_deliveries (
    subscription_id TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES webhook_subscriptions (id),
    next_seq BIGINT NOT NULL,
    next_place BIGINT NOT NULL,
    until_seq BIGINT,
    until_place BIGINT,
    tries BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    failing_since TIMESTAMP,
    due_at TIMESTAMP NOT NULL,
    holder TEXT,
    held_until TIMESTAMP NOT NULL,
    delivered_at TIMESTAMP,
    last_status INTEGER,
    last_error TEXT
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at);
