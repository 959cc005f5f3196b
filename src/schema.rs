//! The tables, as the migrations make them. `tests/migrations.rs` compares the two.

diesel::table! {
    sequences (name) {
        name -> Text,
        last -> BigInt,
    }
}

diesel::table! {
    audit_head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    audit_entries (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        act -> Text,
        subject -> Text,
        request_id -> Text,
        detail -> Text,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    idempotency_keys (owner, route, key) {
        owner -> Text,
        route -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    clients (id) {
        id -> Text,
        secret_hash -> Text,
        scope -> Text,
        org -> Text,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    revocations (kind, value) {
        kind -> Text,
        value -> Text,
        not_before -> BigInt,
    }
}

diesel::table! {
    organizations (id) {
        id -> BigInt,
        code -> Text,
        version -> BigInt,
        opened_on -> Date,
        closed_on -> Date,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    organization_states (organization_id, valid_from) {
        organization_id -> BigInt,
        valid_from -> Date,
        valid_to -> Date,
        name -> Text,
        short_name -> Nullable<Text>,
        kind -> Text,
        parent_id -> Nullable<BigInt>,
        search_text -> Text,
    }
}

diesel::table! {
    organization_codes (code) {
        code -> Text,
        organization_id -> BigInt,
        scheme -> Text,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    organization_ties (ancestor_id, descendant_id, valid_from) {
        ancestor_id -> BigInt,
        descendant_id -> BigInt,
        depth -> Integer,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    reorganizations (id) {
        id -> Text,
        kind -> Text,
        legal_basis -> Text,
        effective_on -> Date,
        changes -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    reorganization_parties (reorganization_id, organization_id) {
        reorganization_id -> Text,
        organization_id -> BigInt,
    }
}

diesel::table! {
    successions (predecessor_id, successor_id, reorganization_id) {
        reorganization_id -> Text,
        predecessor_id -> BigInt,
        successor_id -> BigInt,
        weight -> Integer,
    }
}

diesel::table! {
    staffing (organization_id, day) {
        organization_id -> BigInt,
        day -> Date,
        version -> BigInt,
        quota -> Integer,
        present -> Integer,
        total -> Integer,
        qualifications -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    calendar_days (day) {
        day -> Date,
        kind -> Text,
        name -> Nullable<Text>,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    kpis (id) {
        id -> Text,
        version -> BigInt,
        position -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    kpi_definitions (kpi_id, valid_from) {
        kpi_id -> Text,
        valid_from -> Date,
        valid_to -> Date,
        name_vi -> Text,
        name_en -> Text,
        direction -> Text,
        decimals -> Integer,
        near -> BigInt,
        zero_policy -> Text,
        definition -> Text,
    }
}

diesel::table! {
    reported_figures (organization_id, scheme, period, kpi_id, revision) {
        organization_id -> BigInt,
        kpi_id -> Text,
        scheme -> Text,
        period -> Text,
        revision -> BigInt,
        is_current -> Integer,
        percent -> Nullable<BigInt>,
        numerator -> Nullable<BigInt>,
        denominator -> Nullable<BigInt>,
        status -> Text,
        source -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    targets (organization_id, scheme, period, kpi_id) {
        organization_id -> BigInt,
        kpi_id -> Text,
        scheme -> Text,
        period -> Text,
        version -> BigInt,
        percent -> BigInt,
        updated_at -> Timestamp,
    }
}
