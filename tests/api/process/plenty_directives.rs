//! Plenty of directives, assignments, readers and opinions: of each organization in turn some, the first fifty of each kind of the
//! department that is looked at. For PostgreSQL.

/// How it is said. Ids differ in their eighth character: directives 0, relations 1, assignments 2, opinions 3.
pub const DIRECTIVES: &str = "
    CREATE TEMP TABLE places AS
    SELECT id, code, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place, COUNT(*) OVER () AS many FROM organizations;
    CREATE TEMP TABLE turns AS
    SELECT n, n % 12000 + 1 AS about, p.id AS org, p.code AS code FROM generate_series(1, 12000) n
    JOIN places p ON CASE WHEN n <= 50 THEN p.code = 'H19.06' ELSE p.place = n % p.many END;
    CREATE FUNCTION pg_temp.named(kind INTEGER, n INTEGER) RETURNS TEXT LANGUAGE SQL IMMUTABLE AS
    $$ SELECT '0199b2c' || kind || '-5d6e-7f80-9123-' || LPAD(CAST(n AS TEXT), 12, '0') $$;

    INSERT INTO directives (id, version, created_at, updated_at, number, canonical, series, year, symbol, warnings, type_name,
        type_folded, issuer_id, issuer_code, issuer_name, issuer_folded, subject, issued_on, sorted_on, field, is_public, search_text)
    SELECT pg_temp.named(0, n), 1, NOW(), NOW(), n || '/KH-UBND', n || '/KH-UBND', 's:' || n, 2015 + n % 6, 'KH', '', 'Kế hoạch',
        'ke hoach', org, code, 'UBND ' || code, 'ubnd ' || n % 40, REPEAT('Dân vận khéo ', 12) || n, make_date(2015 + n % 6, n % 12 + 1, n % 28 + 1),
        make_date(2015 + n % 6, n % 12 + 1, n % 28 + 1), 'F' || n % 40, n % 100 / 99, REPEAT('dan van kheo ', 12) || n
    FROM turns;
    INSERT INTO directive_words (word, directive_id, weight)
    SELECT w.word, pg_temp.named(0, n), 4 FROM turns, LATERAL (VALUES ('dan'), ('van'), ('w' || n % 500)) w (word);
    INSERT INTO directive_relations (id, version, from_id, kind, to_id, since, until, recorded_at, updated_at)
    SELECT pg_temp.named(1, n), 1, pg_temp.named(0, n), CASE n % 3 WHEN 0 THEN 'amends' ELSE 'implements' END, pg_temp.named(0, n / 3 + 1),
        '2020-01-01', '9999-12-31', NOW(), NOW() FROM turns WHERE n > 1;

    INSERT INTO assignments (id, version, created_at, updated_at, directive_id, parent_id, organization_id, organization_code,
        assigner_id, assigner_code, role, content, assigned_on, due_on_original, due_on, state, percent, completed_on, confirmed_on,
        last_on, events)
    SELECT pg_temp.named(2, n), 1, NOW(), NOW(), pg_temp.named(0, about), CASE WHEN n > 4000 THEN pg_temp.named(2, n - 4000) END, org, code,
        org, code, CASE n % 3 WHEN 0 THEN 'watch' ELSE 'lead' END, 'Việc', make_date(2020, n % 12 + 1, 1),
        make_date(2020, n % 12 + 1, 20), make_date(2020, n % 12 + 1, 20), CASE n % 2 WHEN 0 THEN 'reported' ELSE 'accepted' END, 0,
        CASE n % 2 WHEN 0 THEN make_date(2020, n % 12 + 1, 15 + n % 10) ELSE DATE '9999-12-31' END, '9999-12-31',
        make_date(2020, n % 12 + 1, 15 + n % 10), 2 FROM turns;
    INSERT INTO assignment_events (assignment_id, directive_id, organization_id, role, seq, recorded_at, happened_on, held_until, event,
        state, due_on, completed_on, percent)
    SELECT a.id, a.directive_id, a.organization_id, a.role, s, NOW(), CASE s WHEN 1 THEN a.assigned_on ELSE a.last_on END,
        CASE s WHEN 1 THEN a.last_on ELSE DATE '9999-12-31' END, CASE s WHEN 1 THEN 'assign' ELSE 'report' END,
        CASE s WHEN 1 THEN 'arrived' ELSE a.state END, a.due_on, CASE s WHEN 1 THEN DATE '9999-12-31' ELSE a.completed_on END, 0
    FROM assignments a CROSS JOIN generate_series(1, 2) s;
    INSERT INTO counter_entries (code, kind, organization_id, counter, day, n)
    SELECT id, 'assignment', organization_id, 'directives-done-on-time', due_on, 1 FROM assignments;
    INSERT INTO directive_parties (directive_id, organization_id, part)
    SELECT id, issuer_id, 'issuer' FROM directives UNION SELECT directive_id, organization_id, 'assignee' FROM assignments;

    INSERT INTO acknowledgements (directive_id, subject, organization_id, delivered_at, delivered_on, opened_at, opened_on)
    SELECT pg_temp.named(0, about), 'p' || n, org, NOW(), '2020-06-01', NOW(), '2020-06-02' FROM turns;
    INSERT INTO consultations (directive_id, version, opens_on, closes_on, modulus, sealed_key, created_at, updated_at)
    SELECT id, 1, '2020-06-01', '2020-06-30', 'a', 'b', NOW(), NOW() FROM directives;
    INSERT INTO signed_opinions (id, directive_id, subject, organization_id, given_at, given_on, stance, content)
    SELECT pg_temp.named(3, n), pg_temp.named(0, about), 'p' || n, org, NOW(), '2020-06-03', 'agrees', 'Ý kiến' FROM turns;
    INSERT INTO unsigned_opinions (directive_id, ticket, signature, id, given_on, stance, content)
    SELECT pg_temp.named(0, about), 't' || n, 's', pg_temp.named(3, n), '2020-06-03', 'agrees', 'Ý kiến' FROM turns;";
