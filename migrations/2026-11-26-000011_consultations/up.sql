-- Consultations, one of a directive. The key signs tickets blindly (RFC 9474) and never changes; its private part is sealed.
-- `closes_on` is the last day.
CREATE TABLE consultations (
    directive_id TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES directives (id),
    version BIGINT NOT NULL,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    modulus TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- Who got a ticket, and nothing of the ticket.
CREATE TABLE consultation_tickets (
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES consultations (directive_id),
    subject TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (directive_id, subject)
);

CREATE TABLE signed_opinions (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES consultations (directive_id),
    subject TEXT COLLATE "binary" NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    given_at TIMESTAMP NOT NULL,
    given_on DATE NOT NULL,
    stance TEXT COLLATE "binary" NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX signed_opinions_directive ON signed_opinions (directive_id, given_on);
CREATE INDEX signed_opinions_subject ON signed_opinions (directive_id, subject);

-- Opinions of nobody knows whom: no person, no organization, no moment, no order. All of one day are written anew with each that
-- comes, in the order of their tickets, which are random, so that not even the place of a row tells which came first. `id` is made
-- from the ticket, which is spent by standing here.
CREATE TABLE unsigned_opinions (
    directive_id TEXT COLLATE "binary" NOT NULL REFERENCES consultations (directive_id),
    ticket TEXT COLLATE "binary" NOT NULL,
    signature TEXT NOT NULL,
    id TEXT COLLATE "binary" NOT NULL,
    given_on DATE NOT NULL,
    stance TEXT COLLATE "binary" NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (directive_id, ticket)
);
CREATE INDEX unsigned_opinions_day ON unsigned_opinions (directive_id, given_on);
