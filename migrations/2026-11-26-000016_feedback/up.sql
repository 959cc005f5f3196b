-- What an organization counts of its own staff and divisions on a day. code: by which it was known when that was first stated.
CREATE TABLE tallies (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    day DATE NOT NULL,
    code TEXT COLLATE "binary" NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, day)
);

-- Time limits by law, each from a day on. days is empty where the law in force is known and its number is not.
CREATE TABLE feedback_limits (
    name TEXT COLLATE "binary" NOT NULL,
    valid_from DATE NOT NULL,
    days INTEGER,
    unit TEXT NOT NULL,
    to_working_day INTEGER NOT NULL,
    legal_basis TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (name, valid_from)
);

-- Feedback, proposals, complaints and denunciations: days and words of closed sets, no content, nobody's name. processed_on and
-- ended_on are 9999-12-31 as long as they have not come; the body holds what was pushed and the last days.
CREATE TABLE feedback_cases (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL,
    received_on DATE NOT NULL,
    processed_on DATE NOT NULL,
    ended_on DATE NOT NULL,
    result TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX feedback_cases_by_receipt ON feedback_cases (organization_id, received_on, code);

-- Letters of a case by the day on which they came: one case may have many.
CREATE TABLE feedback_letters (
    case_code TEXT COLLATE "binary" NOT NULL REFERENCES feedback_cases (code),
    received_on DATE NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (case_code, received_on)
);

-- What a register of receptions holds of a day, or of the days from first_day on.
CREATE TABLE receptions (
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    last_day DATE NOT NULL,
    first_day DATE NOT NULL,
    -- How many days these are: no function tells that on both databases.
    days INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    people INTEGER NOT NULL,
    groups INTEGER NOT NULL,
    complaints INTEGER NOT NULL,
    denunciations INTEGER NOT NULL,
    opinions INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    guided INTEGER NOT NULL,
    transferred INTEGER NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organization_id, last_day)
);

CREATE TABLE satisfaction_ratings (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    rated_on DATE NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX satisfaction_ratings_by_day ON satisfaction_ratings (organization_id, rated_on);

-- The scores of a rating, 0 to 2; question 0 is the overall answer.
CREATE TABLE satisfaction_scores (
    rating_id TEXT COLLATE "binary" NOT NULL REFERENCES satisfaction_ratings (id),
    question INTEGER NOT NULL,
    score INTEGER NOT NULL,
    PRIMARY KEY (rating_id, question)
);

CREATE TABLE satisfaction_surveys (
    code TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    ended_on DATE NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX satisfaction_surveys_by_end ON satisfaction_surveys (organization_id, ended_on, code);
