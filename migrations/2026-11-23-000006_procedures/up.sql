-- Administrative procedures. The body holds what was pushed; name, field and rules are there to be found by and read alone.
CREATE TABLE procedures (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    field TEXT NOT NULL,
    search_text TEXT NOT NULL,
    rules TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- Who handles a procedure, or ever did.
CREATE TABLE procedure_handlers (
    procedure_code TEXT COLLATE "binary" NOT NULL REFERENCES procedures (code),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (organization_id, procedure_code)
);
CREATE INDEX procedure_handlers_procedure ON procedure_handlers (procedure_code);
