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

diesel::table! {
    counter_days (organization_id, counter, half) {
        organization_id -> BigInt,
        counter -> Text,
        half -> Date,
        d01 -> Integer,
        d02 -> Integer,
        d03 -> Integer,
        d04 -> Integer,
        d05 -> Integer,
        d06 -> Integer,
        d07 -> Integer,
        d08 -> Integer,
        d09 -> Integer,
        d10 -> Integer,
        d11 -> Integer,
        d12 -> Integer,
        d13 -> Integer,
        d14 -> Integer,
        d15 -> Integer,
        d16 -> Integer,
        d17 -> Integer,
    }
}

diesel::table! {
    counter_years (organization_id, counter, year) {
        organization_id -> BigInt,
        counter -> Text,
        year -> Integer,
        h01 -> Integer,
        h02 -> Integer,
        h03 -> Integer,
        h04 -> Integer,
        h05 -> Integer,
        h06 -> Integer,
        h07 -> Integer,
        h08 -> Integer,
        h09 -> Integer,
        h10 -> Integer,
        h11 -> Integer,
        h12 -> Integer,
        h13 -> Integer,
        h14 -> Integer,
        h15 -> Integer,
        h16 -> Integer,
        h17 -> Integer,
        h18 -> Integer,
        h19 -> Integer,
        h20 -> Integer,
        h21 -> Integer,
        h22 -> Integer,
        h23 -> Integer,
        h24 -> Integer,
        total -> Integer,
    }
}

diesel::table! {
    counter_entries (code, kind, organization_id, counter, day) {
        code -> Text,
        kind -> Text,
        organization_id -> BigInt,
        counter -> Text,
        day -> Date,
        n -> Integer,
    }
}

diesel::table! {
    counter_sightings (organization_id, counter, year, thing) {
        organization_id -> BigInt,
        counter -> Text,
        thing -> Text,
        year -> Integer,
        h01 -> Integer,
        h02 -> Integer,
        h03 -> Integer,
        h04 -> Integer,
        h05 -> Integer,
        h06 -> Integer,
        h07 -> Integer,
        h08 -> Integer,
        h09 -> Integer,
        h10 -> Integer,
        h11 -> Integer,
        h12 -> Integer,
        h13 -> Integer,
        h14 -> Integer,
        h15 -> Integer,
        h16 -> Integer,
        h17 -> Integer,
        h18 -> Integer,
        h19 -> Integer,
        h20 -> Integer,
        h21 -> Integer,
        h22 -> Integer,
        h23 -> Integer,
        h24 -> Integer,
    }
}

diesel::table! {
    closings (organization_id, scheme, period) {
        organization_id -> BigInt,
        scheme -> Text,
        period -> Text,
        first_day -> Date,
        last_day -> Date,
        status -> Text,
        late_until -> Nullable<Date>,
        reason -> Text,
        said -> BigInt,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    dossiers (code) {
        code -> Text,
        organization_id -> BigInt,
        procedure -> Text,
        channel -> Text,
        state -> Text,
        accepted_on -> Date,
        ended_on -> Date,
        due_on -> Date,
        overdue_from -> Date,
        outcome -> Text,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    dossier_delays (dossier_code, late_from) {
        dossier_code -> Text,
        late_from -> Date,
        late_to -> Date,
    }
}

diesel::table! {
    procedures (code) {
        code -> Text,
        name -> Text,
        field -> Text,
        search_text -> Text,
        rules -> Text,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    procedure_handlers (organization_id, procedure_code, valid_from) {
        procedure_code -> Text,
        organization_id -> BigInt,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    procedure_states (procedure_code, valid_from) {
        procedure_code -> Text,
        valid_from -> Date,
        valid_to -> Date,
        level -> Text,
        published -> Integer,
        standardised -> Integer,
    }
}

diesel::table! {
    document_exchanges (id) {
        id -> Text,
        organization_id -> BigInt,
        issued_on -> Date,
        pairs -> BigInt,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    directives (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        number -> Nullable<Text>,
        canonical -> Nullable<Text>,
        series -> Nullable<Text>,
        year -> Nullable<Integer>,
        term -> Nullable<Text>,
        symbol -> Nullable<Text>,
        warnings -> Text,
        type_name -> Text,
        type_folded -> Text,
        issuer_id -> Nullable<BigInt>,
        issuer_code -> Nullable<Text>,
        issuer_name -> Nullable<Text>,
        issuer_folded -> Text,
        registrar_id -> Nullable<BigInt>,
        registrar_code -> Nullable<Text>,
        signer -> Nullable<Text>,
        subject -> Text,
        issued_on -> Nullable<Date>,
        effective_on -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        sorted_on -> Date,
        field -> Nullable<Text>,
        link -> Nullable<Text>,
        is_public -> Integer,
        search_text -> Text,
    }
}

diesel::table! {
    directive_words (word, directive_id) {
        word -> Text,
        directive_id -> Text,
        weight -> Integer,
    }
}

diesel::table! {
    directive_parties (directive_id, organization_id, part) {
        directive_id -> Text,
        organization_id -> BigInt,
        part -> Text,
    }
}

diesel::table! {
    directive_relations (id) {
        id -> Text,
        version -> BigInt,
        from_id -> Text,
        kind -> Text,
        to_id -> Text,
        since -> Nullable<Date>,
        until -> Date,
        recorded_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    assignments (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        directive_id -> Text,
        parent_id -> Nullable<Text>,
        organization_id -> BigInt,
        organization_code -> Text,
        assigner_id -> Nullable<BigInt>,
        assigner_code -> Nullable<Text>,
        role -> Text,
        content -> Text,
        assigned_on -> Date,
        working_days -> Nullable<Integer>,
        due_on_original -> Date,
        due_on -> Date,
        asked_due_on -> Nullable<Date>,
        state -> Text,
        state_before -> Nullable<Text>,
        percent -> Integer,
        completed_on -> Date,
        confirmed_on -> Date,
        last_on -> Date,
        events -> Integer,
    }
}

diesel::table! {
    assignment_events (assignment_id, seq) {
        assignment_id -> Text,
        directive_id -> Text,
        organization_id -> BigInt,
        role -> Text,
        seq -> Integer,
        recorded_at -> Timestamp,
        happened_on -> Date,
        held_until -> Date,
        event -> Text,
        status_code -> Nullable<Text>,
        state -> Text,
        due_on -> Date,
        completed_on -> Date,
        percent -> Integer,
        note -> Nullable<Text>,
        link -> Nullable<Text>,
    }
}

diesel::table! {
    acknowledgements (directive_id, subject) {
        directive_id -> Text,
        subject -> Text,
        organization_id -> BigInt,
        delivered_at -> Timestamp,
        delivered_on -> Date,
        opened_at -> Nullable<Timestamp>,
        opened_on -> Nullable<Date>,
        read_at -> Nullable<Timestamp>,
        read_on -> Nullable<Date>,
        read_seconds -> Nullable<Integer>,
        understood_at -> Nullable<Timestamp>,
        understood_on -> Nullable<Date>,
        check_version -> Nullable<BigInt>,
    }
}

diesel::table! {
    directive_checks (directive_id, version) {
        directive_id -> Text,
        version -> BigInt,
        pass_mark -> Integer,
        questions -> Text,
        set_at -> Timestamp,
    }
}

diesel::table! {
    check_attempts (directive_id, subject, seq) {
        directive_id -> Text,
        subject -> Text,
        seq -> Integer,
        check_version -> BigInt,
        made_at -> Timestamp,
        made_on -> Date,
        score -> Integer,
        questions -> Integer,
        passed -> Integer,
    }
}

diesel::table! {
    consultations (directive_id) {
        directive_id -> Text,
        version -> BigInt,
        opens_on -> Date,
        closes_on -> Date,
        modulus -> Text,
        sealed_key -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    consultation_tickets (directive_id, subject) {
        directive_id -> Text,
        subject -> Text,
    }
}

diesel::table! {
    signed_opinions (id) {
        id -> Text,
        directive_id -> Text,
        subject -> Text,
        organization_id -> BigInt,
        given_at -> Timestamp,
        given_on -> Date,
        stance -> Text,
        content -> Text,
    }
}

diesel::table! {
    unsigned_opinions (directive_id, ticket) {
        directive_id -> Text,
        ticket -> Text,
        signature -> Text,
        id -> Text,
        given_on -> Date,
        stance -> Text,
        content -> Text,
    }
}

diesel::table! {
    change_sets (seq) {
        seq -> BigInt,
        at -> Timestamp,
        day -> Date,
    }
}

diesel::table! {
    changes (seq, place, organization_id) {
        seq -> BigInt,
        place -> BigInt,
        organization_id -> BigInt,
        act -> Integer,
        kind -> Text,
        key -> Text,
    }
}

diesel::table! {
    change_horizon (id) {
        id -> Integer,
        seq -> BigInt,
        begun_on -> Date,
    }
}

diesel::table! {
    webhook_subscriptions (id) {
        id -> Text,
        organization_id -> Nullable<BigInt>,
        url -> Text,
        kinds -> Text,
        description -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        secret -> Text,
        earlier_secret -> Nullable<Text>,
        earlier_until -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    webhook_deliveries (subscription_id) {
        subscription_id -> Text,
        next_seq -> BigInt,
        next_place -> BigInt,
        until_seq -> Nullable<BigInt>,
        until_place -> Nullable<BigInt>,
        tries -> BigInt,
        failures -> Integer,
        failing_since -> Nullable<Timestamp>,
        due_at -> Timestamp,
        holder -> Nullable<Text>,
        held_until -> Timestamp,
        delivered_at -> Nullable<Timestamp>,
        last_status -> Nullable<Integer>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    edxml_messages (id) {
        id -> Text,
        seq -> BigInt,
        version -> BigInt,
        direction -> Text,
        kind -> Text,
        recorded_at -> Timestamp,
        sender_code -> Text,
        origin -> Text,
        document -> Text,
        status_code -> Nullable<Text>,
        sha256 -> Text,
        bytes -> BigInt,
        directive_id -> Text,
        header -> Text,
        deeds -> Text,
        warnings -> Text,
    }
}

diesel::table! {
    edxml_documents (origin, document) {
        origin -> Text,
        document -> Text,
        origin_name -> Text,
        number -> Text,
        issued_on -> Date,
        kind -> Text,
        message_id -> Text,
        directive_id -> Text,
        vouched -> Integer,
    }
}

diesel::table! {
    edxml_receivers (origin, document, code) {
        origin -> Text,
        document -> Text,
        code -> Text,
        name -> Text,
        organization_id -> Nullable<BigInt>,
        assignment_id -> Nullable<Text>,
    }
}

diesel::table! {
    edxml_statuses (message_id, receiver) {
        message_id -> Text,
        receiver -> Text,
        origin -> Text,
        document -> Text,
        seq -> BigInt,
        status_code -> Text,
        said_at -> Timestamp,
        said_by -> Text,
        moved -> Integer,
    }
}

diesel::table! {
    edxml_contents (sha256, part) {
        sha256 -> Text,
        part -> BigInt,
        content -> Text,
    }
}

diesel::table! {
    report_texts (organization_id, first_on, last_on, part) {
        organization_id -> BigInt,
        first_on -> Date,
        last_on -> Date,
        part -> Text,
        version -> BigInt,
        content -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sealing_keys (kid) {
        kid -> Text,
        jwk -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    sealed_reports (id) {
        id -> Text,
        organization_id -> BigInt,
        number -> BigInt,
        names_persons -> Integer,
        kid -> Text,
        jws -> Text,
        hash -> Text,
        sealed_at -> Timestamp,
    }
}

diesel::table! {
    sealed_report_pieces (report_id, form, place) {
        report_id -> Text,
        form -> Text,
        place -> BigInt,
        content -> Text,
    }
}

diesel::table! {
    initiatives (id) {
        id -> BigInt,
        organization_id -> BigInt,
        code -> Text,
        counted_as -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
        title -> Text,
        field -> Nullable<Text>,
        submitted_on -> Date,
        applied_on -> Nullable<Date>,
        state -> Text,
        declined_on -> Date,
        decline_decision -> Nullable<Text>,
    }
}

diesel::table! {
    initiative_authors (initiative_id, place) {
        initiative_id -> BigInt,
        place -> Integer,
        staff -> Text,
        share -> BigInt,
    }
}

diesel::table! {
    initiative_recognitions (initiative_id, place) {
        initiative_id -> BigInt,
        place -> Integer,
        scope -> Text,
        recognised_on -> Date,
        decision -> Text,
        revoked_on -> Date,
        revocation -> Nullable<Text>,
    }
}

diesel::table! {
    award_titles (id) {
        id -> Text,
        version -> BigInt,
        position -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    award_title_rules (title_id, valid_from) {
        title_id -> Text,
        valid_from -> Date,
        valid_to -> Date,
        rule -> Text,
    }
}

diesel::table! {
    emulation_ratings (organization_id, staff, year) {
        organization_id -> BigInt,
        staff -> Text,
        year -> Integer,
        version -> BigInt,
        updated_at -> Timestamp,
        rating -> Text,
        decided_on -> Date,
        decision -> Nullable<Text>,
    }
}

diesel::table! {
    awards (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        title_id -> Text,
        year -> Integer,
        organization_id -> BigInt,
        organization_code -> Text,
        unit_id -> BigInt,
        unit_code -> Text,
        authority_id -> BigInt,
        authority_code -> Text,
        staff -> Text,
        name -> Nullable<Text>,
        position -> Nullable<Text>,
        achievement -> Nullable<Text>,
        state -> Text,
        proposed_on -> Date,
        closed_on -> Date,
        decided_on -> Date,
        revoked_on -> Date,
        last_on -> Date,
        decision -> Nullable<Text>,
        events -> Integer,
        outside_authority -> Nullable<Text>,
    }
}

diesel::table! {
    award_events (award_id, seq) {
        award_id -> Text,
        seq -> Integer,
        recorded_at -> Timestamp,
        happened_on -> Date,
        step -> Text,
        state -> Text,
        basis -> Nullable<Text>,
        note -> Nullable<Text>,
        members_total -> Nullable<Integer>,
        votes_for -> Nullable<Integer>,
        votes_against -> Nullable<Integer>,
        votes_blank -> Nullable<Integer>,
        written_opinions -> Nullable<Integer>,
    }
}

diesel::table! {
    award_claims (claim) {
        claim -> Text,
        award_id -> Text,
    }
}

diesel::table! {
    movements (code) {
        code -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        organization_id -> BigInt,
        name -> Text,
        state -> Text,
        last_on -> Date,
        events -> Integer,
        starts_on -> Date,
        ends_on -> Date,
        search_text -> Text,
        content -> Text,
    }
}

diesel::table! {
    movement_events (movement, seq) {
        movement -> Text,
        seq -> Integer,
        recorded_at -> Timestamp,
        happened_on -> Date,
        event -> Text,
        state -> Text,
        decision -> Nullable<Text>,
        note -> Nullable<Text>,
        link -> Nullable<Text>,
    }
}

diesel::table! {
    participations (organization_id, movement, round) {
        organization_id -> BigInt,
        movement -> Text,
        round -> Text,
        counted_on -> Date,
        version -> BigInt,
        updated_at -> Timestamp,
        members -> Integer,
        taking_part -> Integer,
    }
}

diesel::table! {
    exemplars (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        movement -> Nullable<Text>,
        organization_id -> BigInt,
        organization_code -> Text,
        kind -> Text,
        field -> Text,
        level -> Text,
        year -> Integer,
        title -> Text,
        search_text -> Text,
        person -> Nullable<Text>,
        person_name -> Nullable<Text>,
        person_position -> Nullable<Text>,
        state -> Text,
        registered_on -> Date,
        last_on -> Date,
        events -> Integer,
    }
}

diesel::table! {
    exemplar_events (exemplar_id, seq) {
        exemplar_id -> Text,
        seq -> Integer,
        recorded_at -> Timestamp,
        happened_on -> Date,
        held_until -> Date,
        event -> Text,
        state -> Text,
        decision -> Nullable<Text>,
        note -> Nullable<Text>,
        evidence -> Text,
    }
}

diesel::table! {
    nominations (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        movement -> Text,
        round -> Text,
        group_code -> Text,
        organization_id -> BigInt,
        organization_code -> Text,
        person -> Text,
        withdrawn_on -> Nullable<Date>,
    }
}

diesel::table! {
    elections (id) {
        id -> Text,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        movement -> Text,
        round -> Text,
        group_code -> Text,
        place -> Integer,
        counted_on -> Date,
        held_on -> Date,
        council_members -> Integer,
        blank -> Integer,
        nomination_id -> Text,
        votes -> Integer,
        revoked_on -> Nullable<Date>,
        revoked_by -> Nullable<Text>,
        decision -> Nullable<Text>,
        person_name -> Nullable<Text>,
        person_position -> Nullable<Text>,
    }
}

diesel::table! {
    election_votes (election_id, nomination_id) {
        election_id -> Text,
        nomination_id -> Text,
        votes -> Integer,
    }
}

diesel::table! {
    tallies (organization_id, day) {
        organization_id -> BigInt,
        day -> Date,
        code -> Text,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    feedback_limits (name, valid_from) {
        name -> Text,
        valid_from -> Date,
        days -> Nullable<Integer>,
        unit -> Text,
        to_working_day -> Integer,
        legal_basis -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    feedback_cases (code) {
        code -> Text,
        organization_id -> BigInt,
        kind -> Text,
        received_on -> Date,
        processed_on -> Date,
        ended_on -> Date,
        result -> Text,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    feedback_letters (case_code, received_on) {
        case_code -> Text,
        received_on -> Date,
        n -> Integer,
    }
}

diesel::table! {
    receptions (organization_id, last_day) {
        organization_id -> BigInt,
        last_day -> Date,
        first_day -> Date,
        days -> Integer,
        visits -> Integer,
        people -> Integer,
        groups -> Integer,
        complaints -> Integer,
        denunciations -> Integer,
        opinions -> Integer,
        accepted -> Integer,
        guided -> Integer,
        transferred -> Integer,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    satisfaction_ratings (id) {
        id -> Text,
        organization_id -> BigInt,
        rated_on -> Date,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    satisfaction_scores (rating_id, question) {
        rating_id -> Text,
        question -> Integer,
        score -> Integer,
    }
}

diesel::table! {
    satisfaction_surveys (code) {
        code -> Text,
        organization_id -> BigInt,
        ended_on -> Date,
        body -> Text,
        version -> BigInt,
        updated_at -> Timestamp,
    }
}
