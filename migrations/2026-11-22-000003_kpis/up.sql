-- position: the order of the catalogue, which is the order of a scorecard.
CREATE TABLE kpis (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- One row a validity: a definition is replaced from a day on, never rewritten.
CREATE TABLE kpi_definitions (
    kpi_id TEXT COLLATE "binary" NOT NULL REFERENCES kpis (id),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (kpi_id, valid_from)
);

-- What a department states itself. Percentages are millionths of a percent.
CREATE TABLE reported_figures (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    kpi_id TEXT COLLATE "binary" NOT NULL REFERENCES kpis (id),
    scheme TEXT COLLATE "binary" NOT NULL,
    period TEXT COLLATE "binary" NOT NULL,
    revision BIGINT NOT NULL,
    is_current INTEGER NOT NULL,
    percent BIGINT,
    numerator BIGINT,
    denominator BIGINT,
    status TEXT NOT NULL,
    source TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, scheme, period, kpi_id, revision)
);

CREATE TABLE targets (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    kpi_id TEXT COLLATE "binary" NOT NULL REFERENCES kpis (id),
    scheme TEXT COLLATE "binary" NOT NULL,
    period TEXT COLLATE "binary" NOT NULL,
    version BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, scheme, period, kpi_id)
);
