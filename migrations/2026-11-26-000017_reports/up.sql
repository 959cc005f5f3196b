-- What a department writes itself in its report of some days: a row for each part, and one for the cover, as JSON.
CREATE TABLE report_texts (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    first_on DATE NOT NULL,
    last_on DATE NOT NULL,
    part TEXT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, first_on, last_on, part)
);

-- Public keys of those that ever sealed a report: they verify it long after another key took their place.
CREATE TABLE sealing_keys (
    kid TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    jwk TEXT NOT NULL,
    since TIMESTAMP NOT NULL
);

-- Sealed reports, numbered and chained for each organization; only ever added to. jws holds all that is said of one, hash is
-- the SHA-256 of jws; what the next one says of this one.
CREATE TABLE sealed_reports (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    number BIGINT NOT NULL,
    names_persons INTEGER NOT NULL,
    kid TEXT COLLATE "binary" NOT NULL REFERENCES sealing_keys (kid),
    jws TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed_at TIMESTAMP NOT NULL,
    UNIQUE (organization_id, number)
);

-- Their bytes, in Base64, piece by piece.
CREATE TABLE sealed_report_pieces (
    report_id TEXT COLLATE "binary" NOT NULL REFERENCES sealed_reports (id),
    form TEXT NOT NULL,
    place BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (report_id, form, place)
);
