-- Documents that were issued, or what a day brought of them. The body holds what is kept of what was pushed.
-- pairs says which scopes and media it tells of, to be found by: a bit for each scope and medium (see exchanges/store.rs).
CREATE TABLE document_exchanges (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    issued_on DATE NOT NULL,
    pairs BIGINT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX document_exchanges_by_issue ON document_exchanges (organization_id, issued_on, id);
