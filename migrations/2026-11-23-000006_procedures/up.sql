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

CREATE INDEX procedures_by_field ON procedures (field, code);

-- Who handles a procedure, and how long; made from the body, to be found by.
CREATE TABLE procedure_handlers (
    procedure_code TEXT COLLATE "binary" NOT NULL REFERENCES procedures (code),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    PRIMARY KEY (organization_id, procedure_code, valid_from)
);
CREATE INDEX procedure_handlers_procedure ON procedure_handlers (procedure_code);

-- How a procedure is offered, in time; made from the body, to be found by. Flags are 0 or 1.
CREATE TABLE procedure_states (
    procedure_code TEXT COLLATE "binary" NOT NULL REFERENCES procedures (code),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    level TEXT NOT NULL,
    published INTEGER NOT NULL,
    standardised INTEGER NOT NULL,
    PRIMARY KEY (procedure_code, valid_from)
);
